"""Random graphs: their values, their derivatives, and the same graphs read back from bytes."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphlog as tf
from tests.numerical import numerical_gradient

# Each is smooth, and bounded wherever a chain of them can lead, so that central differences are exact
# enough at any depth.
UNARY: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "tanh": (tf.tanh, np.tanh),
    "neg": (tf.negative, np.negative),
    "square": (lambda x: tf.square(tf.tanh(x)), lambda x: np.square(np.tanh(x))),
    "exp": (lambda x: tf.exp(tf.tanh(x)), lambda x: np.exp(np.tanh(x))),
    "log": (lambda x: tf.log(tf.square(x) + 1.0), lambda x: np.log(np.square(x) + 1.0)),
    "reciprocal": (lambda x: tf.reciprocal(tf.square(x) + 1.0), lambda x: np.reciprocal(np.square(x) + 1.0)),
    "identity": (tf.identity, lambda x: x),
    "transpose": (tf.transpose, np.transpose),
    "scaled": (lambda x: 0.5 * x - 2.0, lambda x: 0.5 * x - 2.0),
}
BINARY: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "add": (lambda x, y: x + y, np.add),
    "Add": (tf.add, np.add),
    "sub": (lambda x, y: x - y, np.subtract),
    "mul": (lambda x, y: tf.tanh(x) * tf.tanh(y), lambda x, y: np.tanh(x) * np.tanh(y)),
    "div": (lambda x, y: x / (tf.square(y) + 1.0), lambda x, y: x / (np.square(y) + 1.0)),
    "pow": (
        lambda x, y: tf.pow(tf.square(tf.tanh(x)) + 0.5, tf.tanh(y)),
        lambda x, y: np.power(np.square(np.tanh(x)) + 0.5, np.tanh(y)),
    ),
}


@dataclass
class Program:
    """A graph and the same computation in NumPy, built side by side."""

    graph: tf.Graph
    tensors: list[Any] = field(default_factory=list)
    arrays: list[Any] = field(default_factory=list)
    # How the arrays follow from those of the inputs.
    rules: list[Callable[[list[Any]], Any]] = field(default_factory=list)
    inputs: list[Any] = field(default_factory=list)

    def add(self, tensor: Any, rule: Callable[[list[Any]], Any]) -> None:
        self.tensors.append(tensor)
        self.rules.append(rule)
        self.arrays.append(rule(self.arrays))

    @property
    def feeds(self) -> dict[Any, Any]:
        return dict(zip(self.inputs, self.arrays, strict=False))


def as_input(value: Any) -> Callable[[list[Any]], Any]:
    return lambda _: value


def can_be_broadcast(first: Any, second: Any) -> bool:
    try:
        np.broadcast_shapes(first.shape, second.shape)
    except ValueError:
        return False
    return True


@st.composite
def programs(draw: st.DrawFn) -> Program:
    program = Program(tf.Graph())
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    largest = draw(st.lists(st.integers(1, 3), max_size=3))
    with program.graph.as_default():
        for _ in range(draw(st.integers(1, 3))):
            # Any of these can be broadcast with any other.
            rank = draw(st.integers(0, len(largest)))
            shape = [size if draw(st.booleans()) else 1 for size in largest[len(largest) - rank :]]
            value = random.normal(size=shape)
            known = draw(st.sampled_from([shape, [None] * rank, None]))
            placeholder = tf.placeholder(tf.float64, known)
            program.inputs.append(placeholder)
            program.add(placeholder, as_input(value))
        for _ in range(draw(st.integers(1, 8))):
            draw_step(draw, program)
    return program


def draw_step(draw: st.DrawFn, program: Program) -> None:
    index = draw(st.integers(0, len(program.tensors) - 1))
    x, value = program.tensors[index], program.arrays[index]
    kind = draw(st.sampled_from(["unary", "binary", "binary", "reduce", "reshape", "stack"]))
    if kind == "unary":
        of_graph, of_numpy = UNARY[draw(st.sampled_from(sorted(UNARY)))]
        program.add(of_graph(x), lambda arrays: of_numpy(arrays[index]))
    elif kind == "binary":
        fitting = [i for i, other in enumerate(program.arrays) if can_be_broadcast(value, other)]
        second = draw(st.sampled_from(fitting))
        of_both, of_arrays = BINARY[draw(st.sampled_from(sorted(BINARY)))]
        result = of_both(x, program.tensors[second])
        program.add(result, lambda arrays: of_arrays(arrays[index], arrays[second]))
    elif kind == "reduce":
        axes = draw(st.none() | st.sets(st.integers(0, max(value.ndim - 1, 0)), max_size=value.ndim))
        chosen = None if axes is None or not value.ndim else tuple(sorted(axes))
        keep = draw(st.booleans())
        result = tf.reduce_sum(x, None if chosen is None else list(chosen) or np.zeros(0, np.int32), keep)
        program.add(result, lambda arrays: np.sum(arrays[index], axis=chosen, keepdims=keep))
    elif kind == "reshape":
        shape = draw(st.sampled_from([[-1], [value.size], [1, -1], [value.size, 1], list(value.shape)]))
        program.add(tf.reshape(x, np.array(shape, np.int32)), lambda arrays: np.reshape(arrays[index], shape))
    else:
        axis = draw(st.integers(0, value.ndim))
        program.add(
            tf.stack([x, tf.negative(x)], axis),
            lambda arrays: np.stack([arrays[index], -arrays[index]], axis),
        )


FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(programs())
def test_values_are_those_of_numpy(program: Program) -> None:
    with tf.Session(graph=program.graph) as session:
        values = session.run(program.tensors, program.feeds)
        # Nothing but what is fetched changes the plan, and a plan changes no value.
        last = session.run(program.tensors[-1], program.feeds)
    for tensor, value, expected in zip(program.tensors, values, program.arrays, strict=True):
        assert np.shape(value) == expected.shape
        assert tensor.shape.is_compatible_with(expected.shape)
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(last, values[-1])


@FEW
@given(programs())
def test_derivatives_are_those_of_central_differences(program: Program) -> None:
    with program.graph.as_default():
        objective = tf.reduce_sum(tf.tanh(program.tensors[-1] * 0.3))
        grads = tf.gradients(objective, program.inputs)

    def at(position: int, point: Any) -> float:
        arrays: list[Any] = []
        for number, rule in enumerate(program.rules):
            arrays.append(point if number == position else rule(arrays))
        return float(np.sum(np.tanh(arrays[-1] * 0.3)))

    with tf.Session(graph=program.graph) as session:
        for position, (x, grad) in enumerate(zip(program.inputs, grads, strict=True)):
            value = np.asarray(program.arrays[position])
            expected = numerical_gradient(functools.partial(at, position), value)
            if grad is None:
                np.testing.assert_array_equal(expected, np.zeros(value.shape))
                continue
            assert grad.shape.is_compatible_with(x.shape)
            found = session.run(grad, program.feeds)
            assert np.shape(found) == value.shape
            np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@FEW
@given(programs())
def test_the_same_graph_from_bytes_gives_the_same_bits(program: Program) -> None:
    with program.graph.as_default():
        grads = tf.gradients(program.tensors[-1], program.inputs)
    fetches = [tensor.name for tensor in [*program.tensors, *grads] if tensor is not None]
    feeds = {tensor.name: value for tensor, value in program.feeds.items()}
    serialized = program.graph.as_graph_def(add_shapes=True).SerializeToString()
    with tf.Graph().as_default() as imported:
        tf.import_graph_def(serialized, name="")
    assert imported.as_graph_def(add_shapes=True).SerializeToString(deterministic=True) == (
        program.graph.as_graph_def(add_shapes=True).SerializeToString(deterministic=True)
    )
    with tf.Session(graph=program.graph) as ours, tf.Session(graph=imported) as theirs:
        for one, other in zip(ours.run(fetches, feeds), theirs.run(fetches, feeds), strict=True):
            assert np.asarray(one).tobytes() == np.asarray(other).tobytes()
