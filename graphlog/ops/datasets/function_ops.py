"""Datasets whose elements a function makes or chooses."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphlog.core.attributes import Attribute, Function, boolean, type_list
from graphlog.core.op_definition import Kernel, OpDefinition, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.ops import samples
from graphlog.ops.datasets import definitions
from graphlog.ops.datasets.batch_ops import batches
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, Iteration
from graphlog.ops.datasets.definitions import AUTOTUNE, DATASET, ELEMENTS, FUNCTION, ONE_FLOAT
from graphlog.ops.datasets.functions import FunctionCaller, library_function

# What iterates over a dataset: a function of the function that is called, the input and the scalar inputs.
Elements = Callable[..., Iterator[Element]]

_SAMPLE_SCALARS = {"int32": samples.int32(2), "int64": samples.int64(2), "bool": samples.boolean(False)}


def _define(
    type: str,
    elements: Elements,
    scalars: Sequence[str] = (),
    attributes: dict[str, Attribute] | None = None,
    function: str = "f",
) -> OpDefinition:
    """Defines a dataset of one input and one function.

    Args:
        type: the GraphDef type.
        elements: what iterates over it; it gets the Iteration besides.
        scalars: the declared inputs after those that the function captures.
        attributes: the attributes after those that all such datasets have.
        function: the attribute that holds the function.
    """

    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        caller = FunctionCaller(library_function(op, function), state)

        def kernel(source: DatasetValue, *values: Any) -> DatasetValue:
            first = len(values) - len(scalars)
            captured = values[:first]
            numbers = [definitions.scalar_value(value) for value in values[first:]]

            def iterate(iteration: Iteration, own: DatasetValue, source: DatasetValue) -> Iterator[Element]:
                return elements(iteration, caller.bound(captured, iteration, own), source, *numbers)

            return DatasetValue(type, [source], iterate)

        return kernel

    return define_op(
        type,
        ["input_dataset: variant", "other_arguments: Targuments", *scalars],
        ["handle: variant"],
        attributes={
            **{function: FUNCTION, "Targuments": type_list(minimum=0)},
            **ELEMENTS,
            **(attributes or {}),
        },
        shape=definitions.scalar,
        make_stateful_kernel=make_kernel,
        samples=[
            definitions.sample(
                DATASET,
                [samples.float32(1.5)],
                *[_SAMPLE_SCALARS[item.partition(": ")[2]] for item in scalars],
                **{function: Function("function")},
                **ONE_FLOAT,
            )
        ],
    )


def _mapped(
    iteration: Iteration, function: Callable[..., Element], source: DatasetValue, *_: int
) -> Iterator[Element]:
    # It goes on after an error, as a generator would not.
    return itertools.starmap(function, source.iterate(iteration))


def _filtered(
    iteration: Iteration, function: Callable[..., Element], source: DatasetValue
) -> Iterator[Element]:
    return filter(lambda element: function(*element)[0], source.iterate(iteration))


def _taken_while(
    iteration: Iteration, function: Callable[..., Element], source: DatasetValue
) -> Iterator[Element]:
    return itertools.takewhile(lambda element: function(*element)[0], source.iterate(iteration))


def _flat_mapped(
    iteration: Iteration, function: Callable[..., Element], source: DatasetValue
) -> Iterator[Element]:
    for (dataset,) in _mapped(iteration, function, source):
        yield from dataset.iterate(iteration)


def _interleaved(
    iteration: Iteration,
    function: Callable[..., Element],
    source: DatasetValue,
    cycle_length: int,
    block_length: int,
    *_: int,
) -> Iterator[Element]:
    """Elements of several datasets in turns, a block of each."""
    if cycle_length == AUTOTUNE:
        cycle_length = os.cpu_count() or 1
    definitions.check_positive(cycle_length, "cycle_length")
    definitions.check_positive(block_length, "block_length")
    datasets: Iterator[Element] | None = _mapped(iteration, function, source)
    cycle: list[Iterator[Element] | None] = [None] * cycle_length
    position = 0
    while datasets is not None or any(item is not None for item in cycle):
        current = cycle[position]
        if current is None and datasets is not None:
            opened = next(datasets, None)
            if opened is None:
                datasets = None
                continue
            cycle[position] = current = opened[0].iterate(iteration)
        if current is not None:
            block = list(itertools.islice(current, block_length))
            yield from block
            if len(block) < block_length:
                cycle[position] = None
        position = (position + 1) % cycle_length


def _mapped_and_batched(
    iteration: Iteration,
    function: Callable[..., Element],
    source: DatasetValue,
    batch_size: int,
    _: int,
    drop_remainder: int,
) -> Iterator[Element]:
    return batches(_mapped(iteration, function, source), batch_size, bool(drop_remainder))


_CYCLES = ("cycle_length: int64", "block_length: int64")
_INTER_OP = {"use_inter_op_parallelism": boolean(True)}
_CARDINALITY = {"preserve_cardinality": boolean(False)}

MapDataset = _define("MapDataset", _mapped, attributes=_INTER_OP | _CARDINALITY)
ParallelMapDataset = _define(
    "ParallelMapDataset",
    _mapped,
    ["num_parallel_calls: int32"],
    _INTER_OP | {"sloppy": boolean(False)} | _CARDINALITY,
)
FilterDataset = _define("FilterDataset", _filtered, function="predicate")
TakeWhileDataset = _define("TakeWhileDataset", _taken_while, function="predicate")
FlatMapDataset = _define("FlatMapDataset", _flat_mapped)
InterleaveDataset = _define("InterleaveDataset", _interleaved, _CYCLES)
ParallelInterleaveDatasetV2 = _define(
    "ParallelInterleaveDatasetV2",
    _interleaved,
    [*_CYCLES, "num_parallel_calls: int64"],
    {"sloppy": boolean(False)},
)
ParallelInterleaveDataset = _define(
    "ParallelInterleaveDataset",
    _interleaved,
    [*_CYCLES, "sloppy: bool", "buffer_output_elements: int64", "prefetch_input_elements: int64"],
)
MapAndBatchDataset = _define(
    "MapAndBatchDataset",
    _mapped_and_batched,
    ["batch_size: int64", "num_parallel_calls: int64", "drop_remainder: bool"],
    _CARDINALITY,
)
