"""Datasets that are made of tensors and numbers, and of other datasets side by side or in sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graphlog.core.attributes import Function, integer, type_list
from graphlog.core.op_definition import Kernel, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import TensorShape
from graphlog.ops import samples
from graphlog.ops.datasets import definitions
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, Iteration, as_component, rows
from graphlog.ops.datasets.definitions import DATASET, ELEMENTS, FUNCTION, ONE_FLOAT, SHAPES, int64
from graphlog.ops.datasets.functions import FunctionCaller, library_function

_TENSORS = {"Toutput_types": type_list(), "output_shapes": SHAPES}


def _tensor_kernel(*components: Any) -> DatasetValue:
    element = tuple([as_component(component) for component in components])
    return DatasetValue("TensorDataset", [], lambda *_: iter([element]))


TensorDataset = define_op(
    "TensorDataset",
    ["components: Toutput_types"],
    ["handle: variant"],
    attributes=_TENSORS,
    shape=definitions.scalar,
    kernel=_tensor_kernel,
    samples=[definitions.sample([samples.float32([1.5])], output_shapes=[TensorShape([1])])],
    is_stateful=True,
)


def _slice_kernel(*components: Any) -> DatasetValue:
    count = len(components[0])
    for index, component in enumerate(components):
        if len(component) != count:
            raise ValueError(
                f"All components of a TensorSliceDataset must have the same size in dimension 0: component 0 "
                f"has {count} rows, and component {index} has {len(component)}."
            )
    return DatasetValue("TensorSliceDataset", [], lambda *_: zip(*map(rows, components), strict=True))


TensorSliceDataset = define_op(
    "TensorSliceDataset",
    ["components: Toutput_types"],
    ["handle: variant"],
    attributes=_TENSORS,
    shape=definitions.scalar,
    kernel=_slice_kernel,
    samples=[definitions.sample([samples.float32([1.5])], output_shapes=[TensorShape([])])],
    is_stateful=True,
)


def _range_kernel(start: Any, stop: Any, step: Any) -> DatasetValue:
    if int(step) == 0:
        raise ValueError("step must be a non-zero integer.")
    numbers = range(int(start), int(stop), int(step))
    return DatasetValue("RangeDataset", [], lambda *_: ((np.int64(number),) for number in numbers))


RangeDataset = define_op(
    "RangeDataset",
    ["start: int64", "stop: int64", "step: int64"],
    ["handle: variant"],
    attributes=ELEMENTS,
    shape=definitions.scalar,
    kernel=_range_kernel,
    samples=[definitions.sample(int64(0), int64(3), int64(1), **ONE_FLOAT)],
    is_stateful=True,
)


def _zip_kernel(*datasets: DatasetValue) -> DatasetValue:
    def elements(iteration: Iteration, _: DatasetValue, *sources: DatasetValue) -> Iterator[Element]:
        iterators = [source.iterate(iteration) for source in sources]
        for parts in zip(*iterators, strict=False):
            yield tuple([component for part in parts for component in part])

    return DatasetValue("ZipDataset", datasets, elements)


ZipDataset = define_op(
    "ZipDataset",
    ["input_datasets: N * variant"],
    ["handle: variant"],
    attributes={**ELEMENTS, "N": integer(minimum=1)},
    shape=definitions.scalar,
    kernel=_zip_kernel,
    samples=[definitions.sample([DATASET, DATASET], **ONE_FLOAT)],
)


def _concatenate_kernel(first: DatasetValue, second: DatasetValue) -> DatasetValue:
    def elements(iteration: Iteration, _: DatasetValue, *sources: DatasetValue) -> Iterator[Element]:
        for source in sources:
            yield from source.iterate(iteration)

    return DatasetValue("ConcatenateDataset", [first, second], elements)


ConcatenateDataset = define_op(
    "ConcatenateDataset",
    ["input_dataset: variant", "another_dataset: variant"],
    ["handle: variant"],
    attributes=ELEMENTS,
    shape=definitions.scalar,
    kernel=_concatenate_kernel,
    samples=[definitions.sample(DATASET, DATASET, **ONE_FLOAT)],
)


def _generator_kernel(op: Operation, state: SessionState) -> Kernel:
    parts = ("init", "next", "finalize")
    callers = [FunctionCaller(library_function(op, f"{part}_func"), state) for part in parts]
    counts = [len(op.attributes[f"T{part}_func_args"]) for part in parts]

    def kernel(*inputs: Any) -> DatasetValue:
        ends = np.cumsum(counts)
        arguments = [inputs[end - count : end] for end, count in zip(ends, counts, strict=True)]

        def elements(iteration: Iteration, own: DatasetValue) -> Iterator[Element]:
            begin, go_on, finish = (
                caller.bound(captured, iteration, own)
                for caller, captured in zip(callers, ((), *arguments[1:]), strict=True)
            )
            kept = begin(*arguments[0])
            while True:
                try:
                    element = go_on(*kept)
                except StopIteration:
                    break
                yield element
            finish(*kept)

        return DatasetValue("GeneratorDataset", [], elements)

    return kernel


GeneratorDataset = define_op(
    "GeneratorDataset",
    [
        "init_func_other_args: Tinit_func_args",
        "next_func_other_args: Tnext_func_args",
        "finalize_func_other_args: Tfinalize_func_args",
    ],
    ["handle: variant"],
    attributes={
        **{"init_func": FUNCTION, "next_func": FUNCTION, "finalize_func": FUNCTION},
        **{"Tinit_func_args": type_list(minimum=0), "Tnext_func_args": type_list(minimum=0)},
        **{"Tfinalize_func_args": type_list(minimum=0), **ELEMENTS},
    },
    shape=definitions.scalar,
    make_stateful_kernel=_generator_kernel,
    samples=[
        definitions.sample(
            *([samples.int64(0)], [], []),
            init_func=Function("begin"),
            next_func=Function("go_on"),
            finalize_func=Function("finish"),
            **ONE_FLOAT,
        )
    ],
    is_stateful=True,
)
