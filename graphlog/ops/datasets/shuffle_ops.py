"""Datasets whose elements come in a random order, the same as in TensorFlow for the same seeds."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from graphlog.core.attributes import boolean
from graphlog.core.op_definition import Kernel, define_op
from graphlog.core.operation import Operation
from graphlog.ops.datasets import definitions
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, Iteration
from graphlog.ops.datasets.definitions import DATASET, ELEMENTS, ONE_FLOAT, int64
from graphlog.ops.random.philox import Generator

_BLOCKS = 64


class Shuffle(NamedTuple):
    """How to shuffle.

    Attributes:
        buffer_size: from among how many elements the next one is chosen.
        seeds: the seeds.
        reshuffles: whether each repetition has another order.
    """

    buffer_size: int
    seeds: tuple[int, int]
    reshuffles: bool


def _random_integers(seeds: tuple[int, int]) -> Iterator[int]:
    """Random integers of 32 bits without end."""
    generator = Generator(*seeds)
    while True:
        yield from generator.reserve(_BLOCKS).integers(4 * _BLOCKS).tolist()


def _shuffled(
    source: DatasetValue, iteration: Iteration, buffer_size: int, seeds: tuple[int, int], times: int = 1
) -> Iterator[Element]:
    """The elements of a dataset, each taken at random from a buffer.

    The buffer goes on to be filled from the next repetition while it holds elements of this one, but those
    of this one come first.
    """
    numbers = _random_integers(seeds)
    buffer: list[Any] = []
    # For each repetition that is in the buffer, where it begins and where it ends.
    slices: deque[list[int]] = deque([[0, 0]])
    count = repetition = 0
    elements: Iterator[Element] | None = source.iterate(iteration)
    while True:
        while elements is not None and count < buffer_size:
            element = next(elements, None)
            end = slices[-1][1]
            if element is not None:
                if end < buffer_size:
                    buffer.append(element)
                else:
                    buffer[end % buffer_size] = element
                slices[-1][1] += 1
                count += 1
                continue
            repetition += 1
            is_empty = end == 0
            if is_empty or repetition == times:
                elements = None
            else:
                slices.append([end, end])
                elements = source.iterate(iteration)
        if not count:
            return
        while slices[0][0] == slices[0][1]:
            slices.popleft()
        first = slices[0]
        start, index = first[0] % buffer_size, first[0] + next(numbers) % (first[1] - first[0])
        chosen = buffer[index % buffer_size]
        buffer[index % buffer_size] = buffer[start]
        buffer[start] = None
        first[0] += 1
        count -= 1
        yield chosen


def _settings(buffer_size: Any, seed: Any, seed2: Any, reshuffles: bool) -> Shuffle:
    size = definitions.scalar_value(buffer_size)
    definitions.check_positive(size, "buffer_size")
    seeds = definitions.scalar_value(seed), definitions.scalar_value(seed2)
    if seeds == (0, 0):
        seeds = secrets.randbits(63), secrets.randbits(63)
    return Shuffle(size, seeds, reshuffles)


def _shuffle_kernel(op: Operation) -> Kernel:
    reshuffles = op.attributes["reshuffle_each_iteration"]

    def elements(iteration: Iteration, own: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        shuffle: Shuffle = own.parameters
        seeds = shuffle.seeds
        if shuffle.reshuffles:
            further = iteration.of_dataset(own, lambda: _random_integers(shuffle.seeds))
            seeds = next(further), next(further)
        return _shuffled(source, iteration, shuffle.buffer_size, seeds)

    def kernel(source: DatasetValue, buffer_size: Any, seed: Any, seed2: Any) -> DatasetValue:
        settings = _settings(buffer_size, seed, seed2, reshuffles)
        return DatasetValue("ShuffleDataset", [source], elements, settings)

    return kernel


ShuffleDataset = define_op(
    "ShuffleDataset",
    ["input_dataset: variant", "buffer_size: int64", "seed: int64", "seed2: int64"],
    ["handle: variant"],
    attributes={"reshuffle_each_iteration": boolean(True), **ELEMENTS},
    shape=definitions.scalar,
    make_kernel=_shuffle_kernel,
    samples=[definitions.sample(DATASET, int64(4), int64(1), int64(2), **ONE_FLOAT)],
)


def shuffled_and_repeated(source: DatasetValue, shuffle: Shuffle, times: int) -> DatasetValue:
    """A dataset, repeated and each time shuffled; without end if ``times`` is negative."""

    def elements(iteration: Iteration, _: DatasetValue, source: DatasetValue) -> Iterator[Element]:
        return _shuffled(source, iteration, shuffle.buffer_size, shuffle.seeds, times)

    return DatasetValue("ShuffleAndRepeatDataset", [source], elements)


def _shuffle_and_repeat_kernel(
    source: DatasetValue, buffer_size: Any, seed: Any, seed2: Any, count: Any
) -> DatasetValue:
    times = definitions.scalar_value(count)
    if times < -1 or times == 0:
        raise ValueError("count must be greater than zero or equal to -1.")
    return shuffled_and_repeated(source, _settings(buffer_size, seed, seed2, True), times)


ShuffleAndRepeatDataset = define_op(
    "ShuffleAndRepeatDataset",
    ["input_dataset: variant", "buffer_size: int64", "seed: int64", "seed2: int64", "count: int64"],
    ["handle: variant"],
    attributes=ELEMENTS,
    shape=definitions.scalar,
    kernel=_shuffle_and_repeat_kernel,
    samples=[definitions.sample(DATASET, int64(4), int64(1), int64(2), int64(2), **ONE_FLOAT)],
)
