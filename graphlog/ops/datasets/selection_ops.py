"""Datasets of the elements of another one: repeated, some of them, kept in memory, or as they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphlog.core.attributes import Attribute, boolean, integer
from graphlog.core.errors import OpError
from graphlog.core.op_definition import OpDefinition, Sample, define_op
from graphlog.ops import samples
from graphlog.ops.datasets import definitions, shuffle_ops
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, Iteration
from graphlog.ops.datasets.definitions import DATASET, ELEMENTS, ONE_FLOAT, int64

_FOREVER = -1


def _define(
    type: str,
    kernel: Callable[..., DatasetValue],
    inputs: Sequence[str] = (),
    values: Sequence[Any] = (),
    before: dict[str, Attribute] | None = None,
    after: dict[str, Attribute] | None = None,
) -> OpDefinition:
    """Defines a dataset of one other.

    Args:
        type: the GraphDef type.
        kernel: the function of that dataset and the inputs.
        inputs: the declared inputs after the dataset.
        values: what a sample has for them.
        before: the attributes before those that all datasets have.
        after: the attributes after them.
    """
    return define_op(
        type,
        ["input_dataset: variant", *inputs],
        ["handle: variant"],
        attributes={**(before or {}), **ELEMENTS, **(after or {})},
        shape=definitions.scalar,
        kernel=kernel,
        samples=[Sample((DATASET, *values), ONE_FLOAT, is_runnable=False)],
    )


def _repeated(source: DatasetValue, count: Any) -> DatasetValue:
    times = definitions.scalar_value(count)

    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        for _number in itertools.count() if times < 0 else range(times):
            is_empty = True
            for element in source.iterate(iteration):
                is_empty = False
                yield element
            if is_empty and times < 0:
                return

    return DatasetValue("RepeatDataset", [source], elements, times)


def _taken(source: DatasetValue, count: Any) -> DatasetValue:
    number = definitions.scalar_value(count)

    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        return itertools.islice(source.iterate(iteration), None if number < 0 else number)

    return DatasetValue("TakeDataset", [source], elements)


def _skipped(source: DatasetValue, count: Any) -> DatasetValue:
    number = definitions.scalar_value(count)

    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        return iter(()) if number < 0 else itertools.islice(source.iterate(iteration), number, None)

    return DatasetValue("SkipDataset", [source], elements)


def _sharded(source: DatasetValue, num_shards: Any, index: Any) -> DatasetValue:
    count, first = definitions.scalar_value(num_shards), definitions.scalar_value(index)
    if count <= 0:
        raise ValueError(f"Number of shards must be greater than zero (currently num_shards = {count}).")
    if not 0 <= first < count:
        raise ValueError(
            f"Index must be between 0 and {count - 1} (currently index = {first}, num_shards = {count})."
        )

    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        return itertools.islice(source.iterate(iteration), first, None, count)

    return DatasetValue("ShardDataset", [source], elements)


def _cached(source: DatasetValue, filename: Any) -> DatasetValue:
    """The elements are kept in memory, also where a file is named."""

    def elements(iteration: Iteration, own: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        complete: list[list[Element]] = iteration.of_dataset(own, list)
        if complete:
            yield from complete[0]
            return
        kept: list[Element] = []
        for element in source.iterate(iteration):
            kept.append(element)
            yield element
        complete.append(kept)

    return DatasetValue("CacheDataset", [source], elements)


def _unchanged(type: str) -> Callable[..., DatasetValue]:
    def kernel(source: DatasetValue, *_: Any) -> DatasetValue:
        return DatasetValue(type, [source], lambda iteration, _, source: source.iterate(iteration))

    return kernel


def _optimized(source: DatasetValue, optimizations: Any) -> DatasetValue:
    if b"shuffle_and_repeat_fusion" in list(optimizations):
        source = _fused(source)
    return DatasetValue("OptimizeDataset", [source], lambda iteration, _, source: source.iterate(iteration))


def _fused(dataset: DatasetValue) -> DatasetValue:
    """Makes one of a shuffle and the repetition of it, which gives elements in another order."""
    inputs = [_fused(item) for item in dataset.inputs]
    if dataset.kind == "RepeatDataset" and inputs[0].kind == "ShuffleDataset":
        shuffle = inputs[0].parameters
        if shuffle.reshuffles and dataset.parameters:
            return shuffle_ops.shuffled_and_repeated(inputs[0].inputs[0], shuffle, dataset.parameters)
    return dataset.with_inputs(inputs)


class _WithoutErrors(Iterator[Element]):
    def __init__(self, elements: Iterator[Element]) -> None:
        self._elements = elements

    def __next__(self) -> Element:
        while True:
            try:
                return next(self._elements)
            except OpError:
                continue


def _without_errors(source: DatasetValue) -> DatasetValue:
    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        return _WithoutErrors(source.iterate(iteration))

    return DatasetValue("IgnoreErrorsDataset", [source], elements)


def _unique(source: DatasetValue) -> DatasetValue:
    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        seen = set()
        for (component,) in source.iterate(iteration):
            value = component.item()
            if value not in seen:
                seen.add(value)
                yield (component,)

    return DatasetValue("UniqueDataset", [source], elements)


RepeatDataset = _define("RepeatDataset", _repeated, ["count: int64"], [int64(2)])
TakeDataset = _define("TakeDataset", _taken, ["count: int64"], [int64(2)])
SkipDataset = _define("SkipDataset", _skipped, ["count: int64"], [int64(2)])
ShardDataset = _define(
    "ShardDataset",
    _sharded,
    ["num_shards: int64", "index: int64"],
    [int64(2), int64(0)],
    before={"require_non_empty": boolean(False)},
)
CacheDataset = _define("CacheDataset", _cached, ["filename: string"], [samples.text("")])
PrefetchDataset = _define(
    "PrefetchDataset",
    _unchanged("PrefetchDataset"),
    ["buffer_size: int64"],
    [int64(1)],
    after={"slack_period": integer(0), "legacy_autotune": boolean(True)},
)
OptimizeDataset = _define(
    "OptimizeDataset",
    _optimized,
    ["optimizations: string"],
    [samples.text(["noop_elimination"])],
    after={"optimization_configs": Attribute("list(string)", [])},
)
ModelDataset = _define(
    "ModelDataset",
    _unchanged("ModelDataset"),
    before={"algorithm": integer(0), "cpu_budget": integer(0)},
)
IgnoreErrorsDataset = _define("IgnoreErrorsDataset", _without_errors)
UniqueDataset = _define("UniqueDataset", _unique)
