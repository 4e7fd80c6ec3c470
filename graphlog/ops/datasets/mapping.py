"""What ``Dataset`` makes of one dataset by a function of its elements."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphlog.core import dtypes
from graphlog.core.attributes import Function
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.function_graph import FunctionGraph
from graphlog.core.graph import Graph
from graphlog.core.op_definition import OpDefinition
from graphlog.core.tensor import Tensor
from graphlog.ops.datasets import function_ops, structures
from graphlog.ops.datasets.functions import TracedFunction

if TYPE_CHECKING:
    from graphlog.ops.datasets.dataset import Dataset

_Function = Callable[..., Any]


def made_by(
    dataset: Dataset,
    function: TracedFunction,
    spec: Any,
    definition: OpDefinition,
    *inputs: Any,
    **attributes: Any,
) -> Dataset:
    """A dataset of one other and a function.

    Args:
        dataset: the other one.
        function: the function.
        spec: what the elements are like.
        definition: the operation.
        *inputs: its inputs after those that the function captures.
        **attributes: its attributes, the function among them.
    """
    from graphlog.ops.datasets.dataset import Dataset

    variant = definition(
        dataset._variant_tensor,
        function.captured,
        *inputs,
        **attributes,
        **structures.attributes(spec),
    )
    return Dataset(variant, spec, [dataset], [function.graph])


def mapped(dataset: Dataset, map_func: _Function, num_parallel_calls: Any) -> Dataset:
    """See ``Dataset.map``."""
    function = TracedFunction(map_func, "Dataset.map()", dataset.element_spec)
    spec = function.output_spec
    calls: list[Tensor] = []
    definition = function_ops.MapDataset
    if num_parallel_calls is not None:
        definition = function_ops.ParallelMapDataset
        calls.append(convert_to_tensor(num_parallel_calls, dtypes.int32, "num_parallel_calls"))
    return made_by(
        *(dataset, function, spec, definition, *calls),
        f=function.attribute,
        preserve_cardinality=dataset._is_version_2,
    )


def _makes_datasets(map_func: _Function, transformation: str, spec: Any) -> tuple[TracedFunction, Any]:
    """A function that makes a dataset of each element, and what its elements are like."""
    function = TracedFunction(map_func, transformation, spec)
    if not isinstance(function.output_spec, structures.DatasetSpec):
        raise TypeError(f"`map_func` must return a `Dataset` object. Got {type(function.output_spec)}")
    return function, function.output_spec.element_spec


def flat_mapped(dataset: Dataset, map_func: _Function) -> Dataset:
    """See ``Dataset.flat_map``."""
    function, spec = _makes_datasets(map_func, "Dataset.flat_map()", dataset.element_spec)
    return made_by(dataset, function, spec, function_ops.FlatMapDataset, f=function.attribute)


def interleaved(
    dataset: Dataset, map_func: _Function, cycle_length: Any, block_length: Any, num_parallel_calls: Any
) -> Dataset:
    """See ``Dataset.interleave``."""
    function, spec = _makes_datasets(map_func, "Dataset.interleave()", dataset.element_spec)
    numbers = [_number(cycle_length, "cycle_length"), _number(block_length, "block_length")]
    definition = function_ops.InterleaveDataset
    if num_parallel_calls is not None:
        definition = function_ops.ParallelInterleaveDatasetV2
        numbers.append(_number(num_parallel_calls, "num_parallel_calls"))
    return made_by(dataset, function, spec, definition, *numbers, f=function.attribute)


def parallel_interleaved(
    dataset: Dataset,
    map_func: _Function,
    cycle_length: Any,
    block_length: Any,
    sloppy: Any,
    buffer_output_elements: Any,
    prefetch_input_elements: Any,
) -> Dataset:
    """See ``experimental.parallel_interleave``."""
    transformation = "tf.data.experimental.parallel_interleave()"
    function, spec = _makes_datasets(map_func, transformation, dataset.element_spec)
    numbers = [
        _number(cycle_length, "cycle_length"),
        _number(block_length, "block_length"),
        convert_to_tensor(sloppy, dtypes.bool_, "sloppy"),
        _number(
            2 * block_length if buffer_output_elements is None else buffer_output_elements,
            "buffer_output_elements",
        ),
        _number(
            2 * cycle_length if prefetch_input_elements is None else prefetch_input_elements,
            "prefetch_input_elements",
        ),
    ]
    definition = function_ops.ParallelInterleaveDataset
    return made_by(dataset, function, spec, definition, *numbers, f=function.attribute)


def _number(value: Any, name: str) -> Tensor:
    return convert_to_tensor(value, dtypes.int64, name)


def _chosen_by(predicate: _Function, transformation: str, spec: Any) -> TracedFunction:
    function = TracedFunction(predicate, transformation, spec)
    result = function.output_spec
    if not (
        isinstance(result, structures.TensorSpec)
        and result.is_compatible_with(structures.TensorSpec([], dtypes.bool_))
    ):
        raise ValueError(
            f"`predicate` return type must be convertible to a scalar boolean tensor. Was {result}."
        )
    return function


def filtered(dataset: Dataset, predicate: _Function) -> Dataset:
    """See ``Dataset.filter``."""
    spec = dataset.element_spec
    function = _chosen_by(predicate, "Dataset.filter()", spec)
    return made_by(dataset, function, spec, function_ops.FilterDataset, predicate=function.attribute)


def taken_while(dataset: Dataset, predicate: _Function) -> Dataset:
    """See ``experimental.take_while``."""
    spec = dataset.element_spec
    function = _chosen_by(predicate, "tf.data.experimental.take_while()", spec)
    return made_by(dataset, function, spec, function_ops.TakeWhileDataset, predicate=function.attribute)


def add_factory(factory: FunctionGraph, graph: Graph) -> Function:
    """Adds the function that makes the dataset of a one-shot iterator to a graph's library.

    Its name ends in a digest of what it is made of, as in TensorFlow, where it is another digest.
    """
    described = [(op.type, op.name, sorted(map(str, op.attributes))) for op in factory.get_operations()]
    digest = hashlib.sha256(repr(described).encode()).hexdigest()[:11]
    name, number = f"{factory.name}_{digest}", 0
    while name in graph.functions:
        number += 1
        name = f"{factory.name}_{digest}_{number}"
    factory.name = name
    graph.functions[name] = factory
    return Function(name)


def dataset_of(variant: Tensor, spec: Any, dataset: Dataset, function: TracedFunction) -> Dataset:
    """The dataset of an operation that is made of another dataset and a function."""
    from graphlog.ops.datasets.dataset import Dataset

    return Dataset(variant, spec, [dataset], [function.graph])
