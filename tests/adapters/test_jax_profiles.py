"""profile_jax: what each equation of a function takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.inspect.checks.run_metadata import check_run_metadata

jax = pytest.importorskip("jax")
jnp = pytest.importorskip("jax.numpy")

X = np.ones((5, 3), np.float32)


def profiled(function: Any, *args: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The operations, and the statistics of those that were run."""
    graph, run_metadata = gl.profile_jax(function, *args)
    assert graph.as_graph_def() == gl.from_jax(function, *args).as_graph_def()
    assert list(check_run_metadata("step", run_metadata.SerializeToString())) == []
    stats = {
        node.node_name: node for device in run_metadata.step_stats.dev_stats for node in device.node_stats
    }
    return {op.name: op for op in graph.get_operations()}, stats


def shapes(node: Any) -> list[tuple[int, ...]]:
    return [tuple(size.size for size in output.tensor_description.shape.dim) for output in node.output]


def test_forward_and_backward_pass() -> None:
    around = jnp.ones(4)

    def layer(kernel: Any, x: Any) -> Any:
        return jax.nn.relu(x @ kernel + around) * 2

    def loss(kernel: Any, x: Any) -> Any:
        jitted = jax.jit(layer)
        return jnp.mean(jitted(kernel, jitted(kernel, x)[:, :3]))

    operations, stats = profiled(jax.value_and_grad(loss), np.ones((3, 4), np.float32), X)
    not_run = {"Placeholder", "Parameter", "Output", "Const"}
    assert set(stats) == {name for name, op in operations.items() if op.type not in not_run}
    for name, node in stats.items():
        assert shapes(node) == [tensor.static_shape for tensor in operations[name].outputs], name
    assert stats["layer/dot_general"].memory[0].total_bytes == 5 * 4 * 4
    assert any(name.startswith("gradients/layer_1/") for name in stats)


def test_a_loop_and_a_branch_are_measured_as_a_whole() -> None:
    def function(x: Any) -> Any:
        total, _ = jax.lax.scan(lambda carry, row: (carry + row.sum(), row), 0.0, x)
        return jax.lax.cond(total > 0, jnp.sin, jnp.cos, total)

    operations, stats = profiled(function, X)
    assert {"scan/scan", "cond/cond"} <= set(stats)
    assert {"scan/reduce_sum", "cond/branch_0/cos"} <= set(operations) - set(stats)


def test_keys_and_effects(capsys: pytest.CaptureFixture[str]) -> None:
    def function(key: Any) -> Any:
        noise = jax.random.normal(key, (4,))
        jax.debug.print("sum {}", noise.sum() * 0)
        return noise

    _, stats = profiled(function, jax.random.key(0))
    assert any(name.endswith("random_bits") for name in stats)
    jax.effects_barrier()
    assert capsys.readouterr().out.count("sum") == 1


def test_shapes_alone_cannot_be_run() -> None:
    with pytest.raises(TypeError, match="give it arrays instead of"):
        gl.profile_jax(jnp.sin, jax.ShapeDtypeStruct((2,), jnp.float32))
    with pytest.raises(TypeError, match="profile_jax takes a function"):
        gl.profile_jax(3)  # type: ignore[arg-type]
