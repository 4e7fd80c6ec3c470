"""from_jax of the models of Flax and Equinox: their modules are scopes, with their parameters in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.inspect.checks.graph import check_graph

jax = pytest.importorskip("jax")
jnp = pytest.importorskip("jax.numpy")

X = np.ones((2, 4), np.float32)
PARAMETERS = {
    *("Net/first/kernel", "Net/first/bias", "Net/blocks/0/kernel", "Net/blocks/0/bias"),
    *("Net/blocks/1/kernel", "Net/blocks/1/bias"),
}


def names_by_type(graph: gl.Graph) -> dict[str, list[str]]:
    """The names of the operations, sorted by type, of a graph in which nothing is wrong."""
    assert [finding for finding in check_graph(graph) if finding.severity != "note"] == []
    found: dict[str, list[str]] = {}
    for op in graph.get_operations():
        found.setdefault(op.type, []).append(op.name)
    return found


def linen_model() -> Any:
    linen: Any = pytest.importorskip("flax.linen")

    class Net(linen.Module):  # type: ignore[misc]
        @linen.compact  # type: ignore[untyped-decorator]
        def __call__(self, x: Any, train: bool = False) -> Any:
            x = linen.relu(linen.Dense(4, name="first")(x))
            for number in range(2):
                x = linen.Dense(4, name=f"blocks_{number}")(x)
            return linen.Dropout(0.5, deterministic=not train)(x)

    return Net()


def test_flax_linen() -> None:
    model = linen_model()
    variables = model.init(jax.random.key(0), X)
    rngs = {"dropout": jax.random.key(1)}
    names = names_by_type(gl.from_jax(model.apply, variables, X, train=True, rngs=rngs))
    assert {name.replace("blocks_", "blocks/") for name in names["Parameter"]} == PARAMETERS
    assert names["dot_general"] == [f"Net/{layer}/dot_general" for layer in ("first", "blocks_0", "blocks_1")]
    assert "rngs/dropout" in names["Placeholder"]


def nnx_model() -> Any:
    pytest.importorskip("flax", minversion="0.11")
    nnx: Any = pytest.importorskip("flax.nnx")

    class Net(nnx.Module):  # type: ignore[misc]
        def __init__(self, rngs: Any) -> None:
            self.first = nnx.Linear(4, 4, rngs=rngs)
            blocks = [nnx.Linear(4, 4, rngs=rngs) for _ in range(2)]
            self.blocks = nnx.List(blocks) if hasattr(nnx, "List") else blocks  # Flax 0.12

        def __call__(self, x: Any) -> Any:
            x = nnx.relu(self.first(x))
            for block in self.blocks:
                x = block(x)
            return x

    return Net(nnx.Rngs(0))


def equinox_model() -> Any:
    equinox: Any = pytest.importorskip("equinox")

    class Net(equinox.Module):  # type: ignore[misc]
        first: Any
        blocks: list[Any]

        def __init__(self, key: Any) -> None:
            self.first = equinox.nn.Linear(4, 4, key=key)
            self.blocks = [equinox.nn.Linear(4, 4, key=key) for _ in range(2)]

        def __call__(self, x: Any) -> Any:
            x = jax.nn.relu(self.first(x))
            for block in self.blocks:
                x = block(x)
            return x

    return Net(jax.random.key(0))


@pytest.mark.parametrize("make", [nnx_model, equinox_model])
def test_models_that_are_pytrees(make: Any) -> None:
    model = make()
    x = X[0]
    names = names_by_type(gl.from_jax(model, x))
    assert {name.replace("weight", "kernel") for name in names["Parameter"]} == PARAMETERS
    assert names["dot_general"] == [f"Net/{layer}/dot_general" for layer in ("first", "blocks/0", "blocks/1")]
    assert names["max"] == ["Net/relu/max"]
    # As an argument, and from around the function.
    for function, args in ((lambda net, x: net(x), (model, x)), (lambda x: model(x), (x,))):
        assert names_by_type(gl.from_jax(function, *args))["Parameter"] == names["Parameter"]


def test_gradients_of_flax_nnx() -> None:
    nnx: Any = pytest.importorskip("flax.nnx")
    step = nnx.value_and_grad(lambda model, x: (model(x) ** 2).mean())
    names = names_by_type(gl.from_jax(step, nnx_model(), X))
    assert "gradients/Net/blocks/1/dot_general" in names["dot_general"]
    assert "output/1/first/kernel" in names["Output"]


def test_gradients_of_equinox() -> None:
    equinox: Any = pytest.importorskip("equinox")
    model = equinox_model()

    @equinox.filter_jit  # type: ignore[untyped-decorator]
    def step(model: Any, x: Any) -> Any:
        grads = equinox.filter_grad(lambda model, x: (jax.vmap(model)(x) ** 2).mean())(model, x)
        return equinox.apply_updates(model, jax.tree_util.tree_map(lambda grad: -0.1 * grad, grads))

    names = names_by_type(gl.from_jax(step, model, X))
    assert "step/gradients/Net/blocks/1/dot_general" in names["dot_general"]
    assert "step/Net/first/weight" in names["Parameter"]
    assert "output/first/weight" in names["Output"]


def test_classes_of_modules_are_as_they_were() -> None:
    equinox: Any = pytest.importorskip("equinox")
    before = equinox.nn.Linear.__call__
    model = equinox_model()
    kinds = (type(model), equinox.nn.Linear)
    originals = [kind.__dict__["__call__"] for kind in kinds]
    with pytest.raises(TypeError):
        gl.from_jax(model, "no array")
    gl.from_jax(model, X[0])
    assert [kind.__dict__["__call__"] for kind in kinds] == originals
    assert equinox.nn.Linear.__call__ is before


def test_one_trace_within_another() -> None:
    model = equinox_model()
    original = type(model).__dict__["__call__"]

    def outer(x: Any) -> Any:
        gl.from_jax(model, X[0])
        return model(x)

    assert "Net/first/weight" in names_by_type(gl.from_jax(outer, X[0]))["Parameter"]
    assert type(model).__dict__["__call__"] is original


def test_a_module_that_is_called_twice_is_one_scope() -> None:
    model = equinox_model()

    def twice(x: Any) -> Any:
        return model.first(model.first(x))

    names = names_by_type(gl.from_jax(twice, X[0]))
    assert names["dot_general"] == ["Linear/dot_general", "Linear/dot_general_1"]
