"""Datasets that put elements together in batches and windows, or take batches apart."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from graphlog.core.attributes import boolean, integer, type_list
from graphlog.core.op_definition import Kernel, OpDefinition, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.ops import samples
from graphlog.ops.datasets import definitions
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, Iteration, rows, stacked
from graphlog.ops.datasets.definitions import DATASET, ELEMENTS, ONE_FLOAT, SHAPES, int64


class _Batches(Iterator[Element]):
    """Batches of elements; a class, since a generator does not go on after an error.

    Args:
        elements: the elements.
        size: how many are in a batch.
        drop_remainder: whether to leave out a last batch that is smaller.
        put_together: what makes one element of several.
    """

    def __init__(
        self,
        elements: Iterator[Element],
        size: int,
        drop_remainder: bool,
        put_together: Callable[[list[Element]], Element],
    ) -> None:
        self._elements = elements
        self._size = size
        self._drop_remainder = drop_remainder
        self._put_together = put_together

    def __next__(self) -> Element:
        batch = list(itertools.islice(self._elements, self._size))
        if not batch or (self._drop_remainder and len(batch) < self._size):
            raise StopIteration
        return self._put_together(batch)


def batches(elements: Iterator[Element], size: int, drop_remainder: bool) -> Iterator[Element]:
    """Batches of elements.

    Args:
        elements: the elements.
        size: how many are in a batch.
        drop_remainder: whether to leave out a last batch that is smaller.

    Raises:
        ValueError: from the iterator: two elements have different shapes.
    """
    return _Batches(elements, size, drop_remainder, _batch)


def _batch(elements: list[Element]) -> Element:
    return tuple([_stacked_alike(column, index) for index, column in enumerate(zip(*elements, strict=True))])


def _stacked_alike(column: Sequence[Any], component: int) -> Any:
    try:
        return stacked(column)
    except ValueError:
        first = np.shape(column[0])
        for index, value in enumerate(column):
            if np.shape(value) != first:
                raise ValueError(
                    f"Cannot batch tensors with different shapes in component {component}. First element "
                    f"had shape {_text(first)} and element {index} had shape {_text(np.shape(value))}."
                ) from None
        raise


def _text(shape: Sequence[int]) -> str:
    return "[" + ",".join(map(str, shape)) + "]"


def _batch_kernel(source: DatasetValue, batch_size: Any, drop_remainder: Any) -> DatasetValue:
    size = definitions.scalar_value(batch_size)
    definitions.check_positive(size, "Batch size")

    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        return batches(source.iterate(iteration), size, bool(drop_remainder))

    return DatasetValue("BatchDatasetV2", [source], elements)


BatchDatasetV2 = define_op(
    "BatchDatasetV2",
    ["input_dataset: variant", "batch_size: int64", "drop_remainder: bool"],
    ["handle: variant"],
    attributes={"parallel_copy": boolean(False), **ELEMENTS},
    shape=definitions.scalar,
    kernel=_batch_kernel,
    samples=[definitions.sample(DATASET, int64(2), samples.boolean(False), **ONE_FLOAT)],
)


# Padded batches


def _padded_kernel(op: Operation) -> Kernel:
    count = op.attributes["N"]

    def kernel(source: DatasetValue, batch_size: Any, *inputs: Any) -> DatasetValue:
        shapes, values = inputs[:count], inputs[count : 2 * count]
        drop_remainder = bool(inputs[-1]) if op.type == "PaddedBatchDatasetV2" else False
        size = definitions.scalar_value(batch_size)
        definitions.check_positive(size, "Batch size")

        def put_together(batch: list[Element]) -> Element:
            columns = zip(zip(*batch, strict=True), shapes, values, strict=True)
            return tuple([_padded(column, shape, value) for column, shape, value in columns])

        def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
            return _Batches(source.iterate(iteration), size, drop_remainder, put_together)

        return DatasetValue(op.type, [source], elements)

    return kernel


def _padded(column: Sequence[Any], padded_shape: Any, value: Any) -> Any:
    """Components of one rank in one array, filled up with a value."""
    wanted = [int(size) for size in padded_shape]
    for index, item in enumerate(column):
        if np.ndim(item) != len(wanted):
            raise ValueError(
                "All elements in a batch must have the same rank as the padded shape for component"
                f"{index}: expected rank {len(wanted)} but got element with rank {np.ndim(item)}"
            )
        for axis, (size, limit) in enumerate(zip(np.shape(item), wanted, strict=True)):
            if 0 <= limit < size:
                raise ValueError(
                    f"Attempted to pad to a smaller size than the input element (dimension {axis}: {size} "
                    f"to {limit})."
                )
    largest = [max(sizes) for sizes in zip(*map(np.shape, column), strict=True)]
    sizes = [limit if limit >= 0 else size for limit, size in zip(wanted, largest, strict=True)]
    dtype = column[0].dtype
    fill = np.asarray(value, dtype)[()]
    result = np.full((len(column), *sizes), fill, dtype)
    for row, item in zip(result, column, strict=True) if sizes else ():
        row[tuple([slice(size) for size in item.shape])] = item
    return result if sizes else stacked(column)


def _define_padded(type: str, more_inputs: Sequence[str], has_parallel_copy: bool) -> OpDefinition:
    last = [samples.boolean(False)] * len(more_inputs)
    return define_op(
        type,
        [
            *("input_dataset: variant", "batch_size: int64", "padded_shapes: N * int64"),
            *("padding_values: Toutput_types", *more_inputs),
        ],
        ["handle: variant"],
        attributes={
            **({"parallel_copy": boolean(False)} if has_parallel_copy else {}),
            **{"Toutput_types": type_list(), "output_shapes": SHAPES, "N": integer(minimum=1)},
        },
        shape=definitions.scalar,
        make_kernel=_padded_kernel,
        samples=[
            definitions.sample(
                *(DATASET, int64(2), [samples.int64([3])], [samples.float32(0.0)], *last),
                output_shapes=[TensorShape([None, 3])],
            )
        ],
    )


PaddedBatchDataset = _define_padded("PaddedBatchDataset", [], has_parallel_copy=False)
PaddedBatchDatasetV2 = _define_padded("PaddedBatchDatasetV2", ["drop_remainder: bool"], True)


# Batches taken apart


def _unbatch_kernel(source: DatasetValue) -> DatasetValue:
    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        for element in source.iterate(iteration):
            sizes = {len(component) for component in element}
            if len(sizes) > 1:
                raise ValueError(
                    "Input element must have the same batch size in each component. Component 0 had size "
                    f"{len(element[0])} but another had size {max(sizes - {len(element[0])})}."
                )
            yield from zip(*map(rows, element), strict=True)

    return DatasetValue("UnbatchDataset", [source], elements)


UnbatchDataset = define_op(
    "UnbatchDataset",
    ["input_dataset: variant"],
    ["handle: variant"],
    attributes=ELEMENTS,
    shape=definitions.scalar,
    kernel=_unbatch_kernel,
    samples=[definitions.sample(DATASET, **ONE_FLOAT)],
)


# Windows


def _window_kernel(
    source: DatasetValue, size: Any, shift: Any, stride: Any, drop_remainder: Any
) -> DatasetValue:
    count, step, gap = (definitions.scalar_value(value) for value in (size, shift, stride))
    for number, name in ((count, "Window size"), (step, "Window shift"), (gap, "Window stride")):
        definitions.check_positive(number, name)

    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        return _windows(source.iterate(iteration), count, step, gap, bool(drop_remainder))

    return DatasetValue("WindowDataset", [source], elements)


def _windows(
    elements: Iterator[Element], size: int, shift: int, stride: int, drop_remainder: bool
) -> Iterator[Element]:
    span = (size - 1) * stride + 1
    waiting: deque[Element] = deque()
    while True:
        waiting.extend(itertools.islice(elements, max(span - len(waiting), 0)))
        if not waiting or (drop_remainder and len(waiting) < span):
            return
        window = list(itertools.islice(waiting, 0, span, stride))
        yield tuple([_dataset_of(column) for column in zip(*window, strict=True)])
        for _ in range(min(shift, len(waiting))):
            waiting.popleft()
        for _ in itertools.islice(elements, max(shift - span, 0)):
            pass


def _dataset_of(column: Sequence[Any]) -> DatasetValue:
    return DatasetValue("WindowDataset", [], lambda *_: ((component,) for component in column))


WindowDataset = define_op(
    "WindowDataset",
    ["input_dataset: variant", "size: int64", "shift: int64", "stride: int64", "drop_remainder: bool"],
    ["handle: variant"],
    attributes=ELEMENTS,
    shape=definitions.scalar,
    kernel=_window_kernel,
    samples=[definitions.sample(DATASET, int64(2), int64(1), int64(1), samples.boolean(False), **ONE_FLOAT)],
)
