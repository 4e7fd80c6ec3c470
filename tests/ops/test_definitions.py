"""Every op definition, checked by its own samples.

Whoever defines an operation adds no test here: the samples of the definition are the rows of this table.
"""

from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.core import dtypes
from graphlog.core.dtypes import as_dtype
from graphlog.core.op_definition import NotDifferentiable, OpDefinition, Sample, all_definitions
from graphlog.core.session_state import SessionState, VariableCell
from graphlog.core.shapes import is_compatible
from graphlog.core.tensor import Tensor
from tests.numerical import numerical_gradient

CASES = [
    pytest.param(definition, sample, id=f"{definition.type}-{number}")
    for definition in all_definitions()
    for number, sample in enumerate(definition.samples)
]
BUILDABLE = [case for case in CASES if not case.values[1].raises]  # type: ignore[union-attr]
WORKING = [case for case in BUILDABLE if case.values[1].is_runnable]  # type: ignore[union-attr]
FAILING = [case for case in CASES if case.values[1].raises]  # type: ignore[union-attr]


class Built:
    """An operation of a sample in a graph of its own, with a placeholder or a variable for each input.

    Variables are initialized before each run, also one that the operation itself holds.
    """

    def __init__(self, definition: OpDefinition, sample: Sample, known_shapes: bool = True) -> None:
        self.graph = tf.Graph()
        self.feeds: dict[Tensor, Any] = {}
        self.initializers: list[tf.Operation] = []
        with self.graph.as_default():
            inputs = [
                self._variable(value, known_shapes)
                if argument.is_reference
                else self._placeholders(value, known_shapes)
                for argument, value in zip(definition.inputs, sample.inputs, strict=True)
            ]
            self.op = definition.operation(*inputs, **sample.attributes)
            for tensor in self.op.outputs:
                if tensor.dtype.is_reference and not inputs:
                    self.initializers.append(tf.assign(tensor, tf.zeros(tensor.shape, tensor.dtype)).op)

    def _variable(self, value: Any, known_shapes: bool) -> Any:
        if isinstance(value, list):
            return [self._variable(item, known_shapes) for item in value]
        array = as_array(value)
        variable = tf.Variable(array, validate_shape=known_shapes)
        self.initializers.append(variable.initializer)
        return variable._ref()

    def _placeholders(self, value: Any, known_shapes: bool) -> Any:
        if isinstance(value, list):
            return [self._placeholders(item, known_shapes) for item in value]
        if isinstance(value, dtypes.DType):
            return tf.placeholder(value)
        array = as_array(value)
        placeholder = tf.placeholder(as_dtype(array.dtype), array.shape if known_shapes else None)
        self.feeds[placeholder] = array
        return placeholder

    def run(self, fetches: Any, feeds: dict[Tensor, Any] | None = None) -> Any:
        with tf.Session(graph=self.graph) as session:
            session.run(self.initializers)
            return session.run(fetches, self.feeds if feeds is None else feeds)


def as_array(value: Any) -> Any:
    if isinstance(value, bytes):
        array = np.empty((), object)
        array[()] = value
        return array
    return np.asarray(value)


def as_arrays(value: Any) -> Any:
    return [as_arrays(item) for item in value] if isinstance(value, list) else as_array(value)


@pytest.mark.parametrize(("definition", "sample"), WORKING)
@pytest.mark.parametrize("known_shapes", [True, False], ids=["known", "unknown"])
def test_kernel_gives_the_declared_dtypes_and_shapes(
    definition: OpDefinition, sample: Sample, known_shapes: bool
) -> None:
    built = Built(definition, sample, known_shapes)
    for tensor, value in zip(built.op.outputs, built.run(list(built.op.outputs)), strict=True):
        if tensor.dtype is not dtypes.string:
            assert np.asarray(value).dtype == tensor.dtype.numpy_dtype
        assert is_compatible(tensor.static_shape, np.shape(value)), (tensor, np.shape(value))


@pytest.mark.parametrize(("definition", "sample"), FAILING)
def test_bad_input_is_refused_when_run(definition: OpDefinition, sample: Sample) -> None:
    built = Built(definition, sample, known_shapes=False)
    with pytest.raises(tf.errors.InvalidArgumentError) as raised:
        built.run(built.op)
    assert sample.raises in raised.value.message
    assert f"[[node {built.op.name} (op: {definition.type}, defined at {__file__}:" in raised.value.message


@pytest.mark.parametrize(("definition", "sample"), WORKING)
def test_kernel_leaves_its_inputs_alone(definition: OpDefinition, sample: Sample) -> None:
    built = Built(definition, sample)
    arrays = [np.array(value) for value in flat([as_arrays(value) for value in sample.inputs])]
    before = [value.copy() for value in arrays]
    is_reference = [tensor.dtype.is_reference for tensor in built.op.inputs]
    arguments = [
        VariableCell("variable").assign(array) if is_cell else array
        for array, is_cell in zip(arrays, is_reference, strict=True)
    ]
    with np.errstate(all="ignore"):
        result = definition.make_kernel(built.op, SessionState())(*arguments)
    for value, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(value, copy)
    if not definition.returns_view:
        results = [
            item.value if isinstance(item, VariableCell) else item
            for item in (result if isinstance(result, tuple | list) else [result])
        ]
        assert not any(np.shares_memory(out, value) for out in results if out is not None for value in arrays)
        # What is computed from rows lies in rows: compiled programs rely on it.
        assert all(out.flags.c_contiguous for out in results if isinstance(out, np.ndarray))


@pytest.mark.parametrize(("definition", "sample"), BUILDABLE)
def test_graph_def_there_and_back(definition: OpDefinition, sample: Sample) -> None:
    built = Built(definition, sample)
    graph_def = built.graph.as_graph_def(add_shapes=True)
    with tf.Graph().as_default() as imported:
        tf.import_graph_def(graph_def.SerializeToString(), name="")
    assert imported.as_graph_def(add_shapes=True) == graph_def
    if not sample.is_runnable:
        return
    feeds = {tensor.name: value for tensor, value in built.feeds.items()}
    names = [tensor.name for tensor in built.op.outputs]
    with tf.Session(graph=imported) as session:
        session.run([op.name for op in built.initializers])
        for ours, theirs in zip(session.run(names, feeds), built.run(names), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def differentiable_cases() -> list[Any]:
    """The samples with floating-point inputs and outputs, in double precision."""
    cases = []
    for definition in all_definitions():
        if definition.gradient is None:
            continue
        for number, sample in enumerate(definition.samples):
            inputs = tuple(in_double_precision(value) for value in sample.inputs)
            has_float_input = any(is_float(value) for value in flat(inputs))
            if sample.raises or not sample.differentiable or not sample.is_runnable or not has_float_input:
                continue
            case = Sample(inputs, sample.attributes)
            built = Built(definition, case)
            if any(tensor.dtype.is_floating for tensor in built.op.outputs):
                cases.append(pytest.param(definition, case, id=f"{definition.type}-{number}"))
    return cases


def in_double_precision(value: Any) -> Any:
    if isinstance(value, list):
        return [in_double_precision(item) for item in value]
    return np.asarray(value, np.float64) if is_float(value) else value


def is_float(value: Any) -> bool:
    return not isinstance(value, bytes) and np.asarray(value).dtype.kind == "f"


def flat(values: Any) -> list[Any]:
    return [item for value in values for item in (flat(value) if isinstance(value, list) else [value])]


@pytest.mark.parametrize(("definition", "sample"), differentiable_cases())
@pytest.mark.parametrize("known_shapes", [True, False], ids=["known", "unknown"])
def test_derivatives_are_those_of_central_differences(
    definition: OpDefinition, sample: Sample, known_shapes: bool
) -> None:
    built = Built(definition, sample, known_shapes)
    ys = [tensor for tensor in built.op.outputs if tensor.dtype.is_floating]
    xs = [tensor for tensor in built.feeds if tensor.dtype.is_floating]
    random = np.random.default_rng(1)
    weights = [random.normal(size=np.shape(value)) for value in built.run(ys)]
    with built.graph.as_default():
        total = [
            tf.reduce_sum(tf.cast(y, tf.float64) * weight) for y, weight in zip(ys, weights, strict=True)
        ]
        objective = tf.add_n(total)
    assert_derivatives(built, objective, xs)
    if isinstance(definition.gradient, NotDifferentiable):
        return
    with built.graph.as_default():
        first = [grad for grad in tf.gradients(objective, xs) if grad is not None]
        if first:
            squares = [tf.reduce_sum(tf.square(grad) * 0.5 + grad) for grad in first]
            second_objective = tf.add_n(squares)
    if first:
        assert_derivatives(built, second_objective, xs)


def assert_derivatives(built: Built, objective: Tensor, xs: list[Tensor]) -> None:
    """The graph's derivatives by each of ``xs`` are the numerical ones; None stands for zeros."""
    with built.graph.as_default():
        # IndexedSlices are made dense.
        grads = [None if grad is None else tf.convert_to_tensor(grad) for grad in tf.gradients(objective, xs)]
    for x, grad in zip(xs, grads, strict=True):

        def at(point: Any, x: Tensor = x) -> float:
            return float(built.run(objective, {**built.feeds, x: point}))

        expected = numerical_gradient(at, built.feeds[x])
        found = np.zeros(expected.shape) if grad is None else built.run(grad)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
