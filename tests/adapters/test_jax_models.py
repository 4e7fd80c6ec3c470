"""from_jax: primitives, scopes, bodies, gradients, inputs and outputs; odd and bad functions."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.graphdef.imports import add_graph_def
from graphlog.inspect.checks.graph import check_graph
from graphlog.inspect.graphs.gradient_pairs import gradient_pairs

jax = pytest.importorskip("jax")
jnp = pytest.importorskip("jax.numpy")
lax = pytest.importorskip("jax.lax")

X = np.ones((5, 3), np.float32)
PARAMS = {"dense": {"kernel": np.ones((3, 4), np.float32), "bias": np.ones(4, np.float32)}}


def named(graph: gl.Graph) -> dict[str, Any]:
    """The operations by name, of a graph in which nothing is wrong, written and read."""
    assert [finding for finding in check_graph(graph) if finding.severity != "note"] == []
    again = gl.Graph()
    add_graph_def(again, graph.as_graph_def(add_shapes=True), name="", allow_unknown=True)
    operations = {op.name: op for op in graph.get_operations()}
    for op in again.get_operations():
        assert [tensor.name for tensor in op.inputs] == [tensor.name for tensor in operations[op.name].inputs]
        assert [tensor.dtype for tensor in op.outputs] == [
            tensor.dtype for tensor in operations[op.name].outputs
        ]
    return operations


def inputs_of(operation: Any) -> list[str]:
    return [tensor.op.name for tensor in operation.inputs]


def layer(params: Any, x: Any) -> Any:
    with jax.named_scope("dense"):
        return jnp.tanh(x @ params["dense"]["kernel"] + params["dense"]["bias"])


def loss(params: Any, x: Any) -> Any:
    with jax.named_scope("loss"):
        return jnp.mean(layer(params, x) ** 2)


def test_scopes_parameters_and_attributes() -> None:
    operations = named(gl.from_jax(layer, PARAMS, x=X))
    assert {name: op.type for name, op in operations.items()} == {
        "x": "Placeholder",
        "dense/kernel": "Parameter",
        "dense/dot_general": "dot_general",
        "dense/bias": "Parameter",
        "dense/broadcast_in_dim": "broadcast_in_dim",
        "dense/add": "add",
        "dense/tanh": "tanh",
        "output": "Output",
    }
    dot = operations["dense/dot_general"]
    assert inputs_of(dot) == ["x", "dense/kernel"]
    assert dot.outputs[0].dtype == gl.float32
    assert dot.outputs[0].shape.as_list() == [5, 4]
    assert dot.get_attr("dimension_numbers") == b"(((1,), (0,)), ((), ()))"
    line = layer.__code__.co_firstlineno + 2
    assert dot.get_attr("source").decode() == f"{__file__}:{line}"
    assert dot.traceback[-1].lineno == line
    assert operations["dense/broadcast_in_dim"].get_attr("broadcast_dimensions") == [1]
    assert operations["dense/kernel"].get_attr("path") == b"params['dense']['kernel']"


def test_a_gradient_mirrors_the_scopes_and_names_the_forward_nodes() -> None:
    graph = gl.from_jax(jax.value_and_grad(loss), PARAMS, X)
    operations = named(graph)
    backward = {name: op for name, op in operations.items() if name.startswith("gradients/")}
    forward = {name: op.get_attr("_forward_node").decode() for name, op in backward.items()}
    assert {name: forward[name] for name in forward if "/dense/" in name} == {
        "gradients/loss/dense/mul": "loss/dense/tanh",
        "gradients/loss/dense/mul_1": "loss/dense/tanh",
        "gradients/loss/dense/add_any": "loss/dense/tanh",
        "gradients/loss/dense/reduce_sum": "loss/dense/broadcast_in_dim",
        "gradients/loss/dense/reshape": "loss/dense/broadcast_in_dim",
        "gradients/loss/dense/reduce_sum_1": "loss/dense/broadcast_in_dim",
        "gradients/loss/dense/dot_general": "loss/dense/dot_general",
        "gradients/loss/dense/transpose": "loss/dense/dot_general",
    }
    pairs = gradient_pairs(graph)
    assert len(pairs.forward) == len(backward)
    assert operations["loss/dense/tanh"].get_attr("transforms") == b"jvp"
    assert backward["gradients/loss/dense/mul"].get_attr("transforms") == b"transpose(jvp)"
    assert inputs_of(operations["output/1/dense/kernel"]) == ["gradients/loss/dense/transpose"]


def test_one_line_run_again_and_again_pairs_each_round_with_its_own() -> None:
    def chain(weights: Any, x: Any) -> Any:
        for weight in weights:
            x = jnp.sin(x @ weight)
        return x.sum()

    weights = [np.ones((3, 3), np.float32) for _ in range(3)]
    operations = named(gl.from_jax(jax.grad(chain), weights, X))
    products = [op for op in operations.values() if op.type == "dot_general"]
    forward = [op for op in products if not op.name.startswith("gradients")]
    for op in products:
        if op not in forward:
            partner = operations[op.get_attr("_forward_node").decode()]
            assert set(inputs_of(op)) & set(inputs_of(partner))
    sines = [
        op.get_attr("_forward_node") for op in operations.values() if op.name.startswith("gradients/mul")
    ]
    assert sines == [b"sin_2", b"sin_1", b"sin"]


@pytest.mark.parametrize("outer", [jax.jit, jax.checkpoint, jax.vmap], ids=lambda outer: outer.__name__)
def test_gradients_of_transformed_functions_are_paired(outer: Any) -> None:
    def block(x: Any) -> Any:
        with jax.named_scope("block"):
            return jnp.exp(jnp.sin(x))

    operations = named(gl.from_jax(jax.grad(lambda x: outer(block)(x).sum()), X))
    backward = [op for name, op in operations.items() if "gradients/" in name]
    assert backward
    for op in backward:
        partner = operations[op.get_attr("_forward_node").decode()]
        assert "gradients" not in partner.name
        assert ("block" in op.name) <= ("block" in partner.name)


def body_of_loop(carry: Any, row: Any) -> Any:
    with jax.named_scope("step"):
        return {"total": carry["total"] + row.sum()}, row * 2


def test_a_scan() -> None:
    def rows(x: Any) -> Any:
        return lax.scan(body_of_loop, {"total": jnp.float32(1)}, x)

    operations = named(gl.from_jax(rows, X))
    names = {name: inputs_of(op) for name, op in operations.items()}
    assert names["scan/scan"] == ["scan/step/add", "scan/step/mul"]
    assert inputs_of(operations["scan/step/reduce_sum"])[0].startswith("scan/")
    starts = [op for op in operations.values() if op.type == "Placeholder" and op.inputs]
    assert [inputs_of(op) for op in starts] == [["scan/constant"], ["x"]]
    assert operations["scan/scan"].get_attr("length") == 5
    assert [tensor.shape.as_list() for tensor in operations["scan/scan"].outputs] == [[], [5, 3]]
    assert operations["scan/constant"].get_attr("value") == np.float32(1)
    assert names["output/0/total"] == ["scan/scan"]
    assert operations["output/1"].inputs[0].name == "scan/scan:1"


def test_a_while_and_a_cond() -> None:
    def search(x: Any, limit: Any) -> Any:
        x = lax.while_loop(lambda x: (x < limit).all(), lambda x: x * 2, x)
        return lax.cond(x.sum() > 3, jnp.sin, jnp.cos, x)

    operations = named(gl.from_jax(search, X, 10.0))
    names = {name: inputs_of(op) for name, op in operations.items()}
    assert names["while/cond/convert_element_type"] == ["limit"]
    assert names["while/body/mul"] == names["while/cond/lt"][:1]
    assert names["while/while"] == ["while/cond/reduce_and", "while/body/mul"]
    assert names["cond/cond"] == ["convert_element_type", "cond/branch_0/cos", "cond/branch_1/sin"]
    assert names["cond/branch_1/sin"] == ["while/while"]


def test_functions_under_jit_are_scopes_each_time() -> None:
    @jax.jit  # type: ignore[untyped-decorator]
    def double(x: Any) -> Any:
        return jax.nn.relu(x) * 2.0

    operations = named(gl.from_jax(lambda x: double(double(x)), X))
    assert list(operations) == [
        *("x", "double/relu/max", "double/mul", "double_1/relu/max", "double_1/mul", "output")
    ]
    assert operations["double/mul"].get_attr("operand_1") == 2.0
    # JAX has traced relu once; the line is that of the call all the same.
    assert operations["double/relu/max"].get_attr("source").decode().startswith(__file__)


def test_custom_derivatives() -> None:
    @jax.custom_vjp  # type: ignore[untyped-decorator]
    def clipped(x: Any) -> Any:
        return jnp.sin(x)

    clipped.defvjp(lambda x: (jnp.sin(x), x), lambda x, g: (jnp.clip(g, -1, 1) * x,))
    label = (
        "clipped"
        if hasattr(getattr(jax.make_jaxpr(clipped)(X).jaxpr, "debug_info", None), "func_name")
        else "custom_vjp_call"
    )
    assert any(
        name.startswith(label) and op.type == "sin" for name, op in named(gl.from_jax(clipped, X)).items()
    )
    operations = named(gl.from_jax(jax.grad(lambda x: clipped(x).sum()), X))
    assert any(name.startswith("gradients/") and op.type == "mul" for name, op in operations.items())


def test_bodies_that_are_no_calls_stand_beside_their_equation() -> None:
    def solve(x: Any) -> Any:
        matrix = x.T @ x + jnp.eye(3)
        return lax.custom_linear_solve(
            lambda v: matrix @ v, jnp.ones(3), lambda matvec, b: b / 2, symmetric=True
        )

    operations = named(gl.from_jax(solve, X))
    end = operations["custom_linear_solve/custom_linear_solve"]
    assert any("matvec" in name for name in inputs_of(end))


def test_jacobians_and_second_derivatives() -> None:
    operations = named(gl.from_jax(jax.hessian(lambda x: (jnp.sin(x) ** 2).sum()), np.ones(3, np.float32)))
    assert any(name.startswith("gradients/") for name in operations)
    nested = jax.grad(lambda x: jax.grad(lambda y: jnp.sin(y) ** 3)(x))
    assert any(name.startswith("gradients/gradients/") for name in named(gl.from_jax(nested, 1.0)))


def test_captured_arrays_have_the_names_they_were_found_by() -> None:
    weight = jnp.ones((3, 2))
    model = {"head": {"kernel": jnp.ones((2, 2))}}

    def model_function(x: Any) -> Any:
        with jax.named_scope("head"):
            return x @ weight @ model["head"]["kernel"] + np.arange(200, dtype=np.float32).reshape(100, 2)[:1]

    operations = named(gl.from_jax(model_function, X))
    parameters = {name for name, op in operations.items() if op.type == "Parameter"}
    assert {"weight", "head/kernel"} <= parameters
    bound = functools.partial(layer, jax.tree_util.tree_map(jnp.asarray, PARAMS))
    assert "dense/kernel" in named(gl.from_jax(bound, X))


def test_inputs_that_are_not_traced() -> None:
    def model(x: Any, *rest: Any, train: bool = False, mode: str = "", **more: Any) -> Any:
        return x * rest[1] + rest[0] + more["bias"] if train and mode == "fast" else x

    operations = named(gl.from_jax(model, X, 1, X, train=True, mode="fast", bias=2.0))
    assert [name for name, op in operations.items() if op.type == "Placeholder"] == [
        *("x", "rest/1", "rest/0", "bias")
    ]


def test_abstract_arguments_with_unknown_sizes() -> None:
    rows, *_ = pytest.importorskip("jax.export").symbolic_shape("rows, 3")
    operations = named(gl.from_jax(lambda x: x + 1, jax.ShapeDtypeStruct((rows, 3), jnp.float32)))
    assert operations["add"].outputs[0].shape.as_list() == [None, 3]


def keys(x: Any) -> Any:
    return x + jax.random.normal(jax.random.key(0), x.shape)


def printing(x: Any) -> Any:
    jax.debug.print("x is {}", x, ordered=True)
    jax.debug.print("and {}", x, ordered=True)
    return x


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (lambda x: x, (np.zeros((0, 3), np.float32),)),
        (lambda x: {"größe": x, "a/b": x, "": x, "constructor": x}, (X,)),
        (
            lambda d: {key: value + 1 for key, value in d.items()},
            ({"größe": X, "a/b": X, "": X, "__proto__": X},),
        ),
        (lambda constructor, valueOf: constructor * valueOf, (X, X)),  # noqa: N803
        (keys, (X,)),
        (lambda k: jax.random.split(k), (jax.random.key(0),)),
        (lambda x: x.astype(jnp.bfloat16) * 2, (X,)),
        (lambda x: x.astype(jnp.float8_e4m3fn), (X,)),
        (lambda x: x.astype(jnp.int4), (X,)),
        (printing, (X,)),
        (lambda x: jax.pure_callback(np.sin, x, x), (X,)),
        (jax.jit(lambda x: x * 2, donate_argnums=0), (X,)),
        (lambda: jnp.arange(3) + 1, ()),
        (lambda x: 3.5, (X,)),
        (lambda x: (), (X,)),
        (lambda x: (x, None, 2, True), (X,)),
        (lambda x: x[jnp.array([1, 2])], (X,)),
        (lambda x: x.at[0].add(1.0), (X,)),
        (lambda x: jnp.sort(x) + jnp.cumsum(x, 0) + jax.nn.softmax(x), (X,)),
        (lambda x: jnp.linalg.qr(x), (X,)),
        (lambda x: jnp.fft.fft(x), (X,)),
        (lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2, 2), (1, 1), "VALID"), (X,)),
        (lambda x: lax.map(jnp.sin, x) + lax.fori_loop(0, 3, lambda i, y: y + i, x), (X,)),
        (lambda x: lax.switch(2, [jnp.sin, jnp.cos, jnp.tan], x), (X,)),
        (lambda x: jnp.nan * x + jnp.inf, (X,)),
        (lambda x: x + (1 + 2j), (X,)),
    ],
)
def test_odd_functions(function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    named(gl.from_jax(function, *args))


def test_ordered_effects_follow_each_other() -> None:
    operations = named(gl.from_jax(printing, X))
    second = (
        operations["debug_callback_1"] if "debug_callback_1" in operations else operations["debug_print_1"]
    )
    assert [op.name for op in second.control_inputs] == [second.name.removesuffix("_1")]
    assert b"rdered" in second.get_attr("effects")


def test_an_error_in_the_function_comes_through() -> None:
    def broken(x: Any) -> Any:
        raise LookupError("no such weight")

    with pytest.raises(LookupError, match="no such weight"):
        gl.from_jax(broken, X)
    with pytest.raises(jax.errors.TracerBoolConversionError):
        gl.from_jax(lambda x: x if x.sum() > 0 else -x, X)


@pytest.mark.parametrize(("result", "kind"), [("text", "str"), ({"a": object()}, "object")])
def test_outputs_that_are_no_arrays(result: Any, kind: str) -> None:
    with pytest.raises(TypeError, match=rf"returns a {kind}.*only arrays"):
        gl.from_jax(lambda x: result, X)


def test_what_is_no_function() -> None:
    with pytest.raises(TypeError, match="and int is no function"):
        gl.from_jax(3, X)  # type: ignore[arg-type]


def test_without_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match=r"pip install 'graphlog\[jax\]'"):
        gl.from_jax(np.sin, X)


def test_ten_thousand_equations_and_deep_nests() -> None:
    def long(x: Any) -> Any:
        for _ in range(5000):
            x = jnp.sin(x) * 2.0
        return x

    assert len(gl.from_jax(long, X).get_operations()) == 10_002

    function: Callable[[Any], Any] = jnp.sin
    for number in range(60):
        function = jax.jit(functools.partial(lambda inner, number, x: inner(x) + number, function, number))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        traced = gl.from_jax(function, X)
    finally:
        sys.setrecursionlimit(limit)
    operations = named(traced)
    assert len(operations) == 63


def test_a_written_graph_is_read_again(tmp_path: Path) -> None:
    graph = gl.from_jax(jax.grad(loss), PARAMS, X)
    with gl.summary.FileWriter(tmp_path) as writer:
        writer.add_graph(graph)
    read = gl.load_graph(tmp_path)
    assert [op.name for op in read.get_operations()] == [op.name for op in graph.get_operations()]
    assert (
        read.get_operation_by_name("gradients/loss/dense/mul").get_attr("_forward_node") == b"loss/dense/tanh"
    )
