"""gl.trace: the graph of a NumPy function; and NumPy's functions of tensors."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as gl


def network(x: Any, parameters: Any) -> Any:
    with gl.name_scope("hidden"):
        hidden = np.maximum(x @ parameters["w"] + parameters["b"], 0)
    with gl.name_scope("output"):
        return {"mean": np.mean(hidden, axis=0), "hidden": hidden}


PARAMETERS = {"w": np.ones((3, 4)), "b": np.arange(4.0)}


def test_a_function_becomes_a_graph() -> None:
    graph = gl.trace(network, np.ones((2, 3)), PARAMETERS)
    assert isinstance(graph, gl.Graph)
    inputs = graph.get_collection("inputs")
    assert [tensor.name for tensor in inputs] == ["x:0", "parameters/b:0", "parameters/w:0"]
    names = [op.name for op in graph.get_operations()]
    assert "hidden/MatMul" in names
    assert "output/Mean" in names
    hidden, mean = graph.get_collection("outputs")  # in the order of the keys
    assert (hidden.shape, mean.shape) == ([2, 4], [4])
    with gl.Session(graph=graph) as session:
        found = session.run(
            mean, dict(zip(inputs, (np.ones((2, 3)), PARAMETERS["b"], PARAMETERS["w"]), strict=True))
        )
    np.testing.assert_array_equal(found, np.full(4, 3.0) + np.arange(4))


def test_it_is_written_like_any_other(tmp_path: Path) -> None:
    graph = gl.trace(network, np.ones((2, 3)), parameters=PARAMETERS)
    with gl.FileWriter(str(tmp_path), graph):
        pass
    assert [op.name for op in gl.load_graph(tmp_path).get_operations()] == [
        op.name for op in graph.get_operations()
    ]


def test_names_of_arguments_become_names_of_operations() -> None:
    def function(*args: Any, **kwargs: Any) -> Any:
        return sum(args) + kwargs["the rate"] + kwargs["_hidden"]["0"]

    graph = gl.trace(function, 1.0, 2.0, **{"the rate": 3.0, "_hidden": {"0": 4.0}})
    names = [tensor.op.name for tensor in graph.get_collection("inputs")]
    assert names == ["args_0", "args_1", "x_hidden/0", "the_rate"]


def test_names_of_arguments_are_those_of_the_signature() -> None:
    def function(x: Any, /, y: Any, *others: Any, scale: float = 1.0) -> Any:
        return (x + y + sum(others)) * scale

    @functools.wraps(function)
    def wrapper(*args: Any) -> Any:
        return function(*args)

    for of_these_parameters in (function, wrapper):
        graph = gl.trace(of_these_parameters, 1.0, 2.0, 3.0)
        assert [tensor.op.name for tensor in graph.get_collection("inputs")] == ["x", "y", "others_0"]


def test_the_trace_of_a_matrix_is_still_there() -> None:
    with gl.Graph().as_default(), gl.Session() as session:
        assert session.run(gl.trace(np.array([[1.0, 2.0], [3.0, 4.0]]))) == 5.0
        assert session.run(gl.trace(x=gl.constant([[1.0, 2.0], [3.0, 4.0]]), name="t")) == 5.0


def test_the_default_graph_is_left_alone() -> None:
    with gl.Graph().as_default() as graph:
        gl.trace(network, np.ones((2, 3)), PARAMETERS)
        with pytest.raises(gl.TracingError):
            gl.trace(lambda x: np.unique(x), np.ones(2))
        assert graph.get_operations() == []
        assert gl.get_default_graph() is graph


OPERATORS: dict[str, tuple[Any, str]] = {
    "add": (lambda a, t: a + t, "add"),
    "sub": (lambda a, t: a - t, "sub"),
    "mul": (lambda a, t: np.float32(2) * t, "mul"),
    "truediv": (lambda a, t: a / t, "truediv"),
    "pow": (lambda a, t: a**t, "pow"),
    "matmul": (lambda a, t: a @ t, "matmul"),
    "less": (lambda a, t: a < t, "Greater"),
    "greater_equal": (lambda a, t: a >= t, "LessEqual"),
    "np.add": (lambda a, t: np.add(t, a), "add"),
}


@pytest.mark.parametrize("what", OPERATORS)
def test_an_array_on_the_left_of_a_tensor_is_its_operator(what: str) -> None:
    function, name = OPERATORS[what]
    array = np.ones((2, 2), np.float32)
    with gl.Graph().as_default():
        tensor = gl.placeholder(gl.float32, (2, 2), name="t")
        result = function(array, tensor)
        assert isinstance(result, gl.Tensor)
        assert result.op.name == name


def test_functions_of_tensors_give_tensors() -> None:
    with gl.Graph().as_default(), gl.Session() as session:
        x: Any = gl.constant([[1.0, 2.0], [3.0, 5.0]])
        tanh, total, parts = np.tanh(x), np.sum(x, axis=0), np.split(x, 2)
        assert all(isinstance(item, gl.Tensor) for item in (tanh, total, *parts))
        np.testing.assert_allclose(session.run(tanh), np.tanh([[1, 2], [3, 5]]), rtol=1e-6)
        np.testing.assert_array_equal(session.run(total), [4.0, 7.0])
        assert session.run(np.linalg.det(x)) == pytest.approx(-1.0)
        assert np.shape(x) == (2, 2)
        assert (np.ones((2, 2)) == x) is False
        assert (np.ones((2, 2)) != x) is True
        with pytest.raises(gl.TracingError, match="depends on numbers, or on what is fed"):
            np.shape(gl.placeholder(gl.float32, [None]))
