"""Samplers of candidates: classes drawn by chance, and how often each class is to be expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from graphlog.core.attributes import Attribute, boolean, integer, string
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules
from graphlog.ops.random import philox
from graphlog.ops.random.random_ops import SEEDS
from graphlog.ops.random.simple_numbers import Array, BitReader, WeightedChoices

# TensorFlow sets aside as many random integers for each candidate.
_BITS_PER_CANDIDATE = 2048
_MOST_AT_ONCE = 1 << 16
_MOST_UPDATES = 2**31 - 1
_TRUE = samples.int64([[0, 1], [5, 3]])
_SEEDED = {"seed": 87654321, "seed2": 3}


class _Distribution(Protocol):
    """What a sampler draws from; ``possible`` says how many classes can be drawn."""

    possible: int

    def draw(self, reader: BitReader, count: int) -> Array:
        """The next ``count`` classes, int64."""

    def probabilities(self, classes: Array) -> Array:
        """How likely each of these classes is, float32."""

    def learn(self, classes: Array) -> None:
        """Takes notice of the true classes of a step."""


class _Uniform:
    def __init__(self, op: Operation) -> None:
        self.possible = op.attributes["range_max"]

    def draw(self, reader: BitReader, count: int) -> Array:
        return reader.long_integers_below(self.possible, count)

    def probabilities(self, classes: Array) -> Array:
        return np.full(classes.shape, 1.0 / self.possible, np.float32)

    def learn(self, classes: Array) -> None:
        pass


class _LogUniform:
    def __init__(self, op: Operation) -> None:
        self.possible = op.attributes["range_max"]
        self._log_range = np.log1p(float(self.possible))

    def draw(self, reader: BitReader, count: int) -> Array:
        drawn = np.exp(reader.doubles(count) * self._log_range).astype(np.int64) - 1
        result: Array = drawn % self.possible
        return result

    def probabilities(self, classes: Array) -> Array:
        places = classes.astype(np.float64)
        shares: Array = (np.log((places + 2.0) / (places + 1.0)) / self._log_range).astype(np.float32)
        return shares

    def learn(self, classes: Array) -> None:
        pass


class _LearnedUnigram:
    """Each class weighs one more than the number of times it was a true class."""

    def __init__(self, op: Operation) -> None:
        self.possible = op.attributes["range_max"]
        self._weights = np.ones(self.possible, np.int64)

    def draw(self, reader: BitReader, count: int) -> Array:
        cumulative = np.cumsum(self._weights)
        picked = reader.integers_below(int(cumulative[-1]), count)
        return np.searchsorted(cumulative, picked, side="right").astype(np.int64)

    def probabilities(self, classes: Array) -> Array:
        _check_range(classes, self.possible)
        return self._weights[classes].astype(np.float32) / np.float32(self._weights.sum())

    def learn(self, classes: Array) -> None:
        room = _MOST_UPDATES - int(self._weights.sum())
        np.add.at(self._weights, classes.reshape(-1)[:room], 1)


class _FixedUnigram:
    """The weights are given as an attribute, or stand in a file."""

    def __init__(self, op: Operation) -> None:
        given, file_name = op.attributes["unigrams"], op.attributes["vocab_file"].decode()
        if bool(given) == bool(file_name):
            raise ValueError("Must provide exactly one of vocab_file and unigrams.")
        read = np.array(given, np.float32) if given else _weights_in_file(file_name)
        reserved = np.zeros(op.attributes["num_reserved_ids"], np.float32)
        raised = np.power(read, np.float32(op.attributes["distortion"]))
        shard, shards = op.attributes["shard"], op.attributes["num_shards"]
        own = reserved[shard::shards]
        # As in TensorFlow, which numbers the classes with weights from the reserved ones of this shard on.
        self._weights = np.concatenate([own, raised[(shard - len(own)) % shards :: shards]])
        range_max = op.attributes["range_max"]
        if len(self._weights) != range_max:
            raise ValueError(f"range_max is {range_max}, but there are {len(self._weights)} weights")
        if not (np.isfinite(self._weights).all() and (self._weights >= 0).all() and self._weights.any()):
            raise ValueError("The weights of classes must not be negative, and not all be zero.")
        self.possible = int(np.count_nonzero(self._weights))
        self._total = np.float32(np.sum(self._weights, dtype=np.float64))
        self._choices = WeightedChoices(self._weights)

    def draw(self, reader: BitReader, count: int) -> Array:
        return self._choices.draw(reader, count)

    def probabilities(self, classes: Array) -> Array:
        is_known = (classes >= 0) & (classes < len(self._weights))
        return np.where(is_known, self._weights[np.where(is_known, classes, 0)] / self._total, np.float32(0))

    def learn(self, classes: Array) -> None:
        pass


def _weights_in_file(name: str) -> Array:
    weights = []
    with open(name, encoding="utf-8") as lines:
        for line in lines:
            try:
                weights.append(float(line.rstrip("\n").rpartition(",")[2]))
            except ValueError:
                raise ValueError(f"Wrong vocabulary format at line: {line.rstrip()}") from None
    return np.array(weights, np.float32)


def _check_range(classes: Array, size: int) -> None:
    misfits = classes[(classes < 0) | (classes >= size)]
    if misfits.size:
        raise ValueError(f"The class {misfits[0]} is not in [0, {size})")


def _distinct(distribution: _Distribution, reader: BitReader, count: int) -> tuple[Array, int]:
    """The first ``count`` classes that differ, and how many had to be drawn for them."""
    chosen, tries, size = np.zeros(0, np.int64), 0, count
    while True:
        seen = np.concatenate([chosen, distribution.draw(reader, size)])
        first = np.sort(np.unique(seen, return_index=True)[1])
        if first.size >= count:
            return seen[first[:count]], tries + int(first[count - 1]) - chosen.size + 1
        chosen, tries, size = seen[first], tries + size, min(2 * size, _MOST_AT_ONCE)


def _expected_counts(probabilities: Array, count: int, tries: int) -> Array:
    """How often a class is expected among the candidates, after as many tries."""
    if tries == count:
        return probabilities * np.float32(count)
    # The probability that it was drawn at least once.
    return -np.expm1(np.float32(tries) * np.log1p(-probabilities))


def _check_true_classes(true_classes: Any, num_true: int) -> None:
    if true_classes.ndim != 2:
        raise ValueError("true_classes must be a matrix")
    if true_classes.shape[1] != num_true:
        raise ValueError(
            f"true_classes must have num_true columns, expected: {true_classes.shape[1]} was: {num_true}"
        )


def _make_kernel(make: Callable[[Operation], _Distribution]) -> Callable[[Operation, SessionState], Kernel]:
    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        count, num_true, unique = (op.attributes[name] for name in ("num_sampled", "num_true", "unique"))

        def state_of_sampler() -> tuple[philox.Generator, list[_Distribution]]:
            return philox.Generator(op.attributes["seed"], op.attributes["seed2"]), []

        generator, made = state.of_operation(op, state_of_sampler)

        def kernel(true_classes: Any) -> Any:
            _check_true_classes(true_classes, num_true)
            if not made:
                made.append(make(op))
            distribution = made[0]
            if unique and count > distribution.possible:
                raise ValueError("Sampler's range is too small.")
            reader = BitReader(generator.reserve(-(-count * _BITS_PER_CANDIDATE // 4)))
            if unique:
                sampled, tries = _distinct(distribution, reader, count)
            else:
                sampled, tries = distribution.draw(reader, count), count
            expected = [
                _expected_counts(distribution.probabilities(classes), count, tries)
                for classes in (true_classes, sampled)
            ]
            distribution.learn(true_classes)
            return sampled, *expected

        return kernel

    return make_kernel


def _shape(op: Operation) -> list[StaticShape]:
    (batch, _) = shape_rules.with_rank(op.inputs[0].static_shape, 2)
    count = op.attributes["num_sampled"]
    return [(count,), (batch, op.attributes["num_true"]), (count,)]


_OUTPUTS = ["sampled_candidates: int64", "true_expected_count: float32", "sampled_expected_count: float32"]
_SIZES = {"num_true": integer(minimum=1), "num_sampled": integer(minimum=1), "unique": boolean()}
_SAMPLE = {"num_true": 2, "num_sampled": 4, "range_max": 6, **_SEEDED}


def _define_sampler(type: str, make: Callable[[Operation], _Distribution]) -> OpDefinition:
    return define_op(
        type,
        ["true_classes: int64"],
        _OUTPUTS,
        attributes={**_SIZES, "range_max": integer(minimum=1), **SEEDS},
        shape=_shape,
        make_stateful_kernel=_make_kernel(make),
        samples=[
            Sample((_TRUE,), {**_SAMPLE, "unique": True}),
            Sample((_TRUE,), {**_SAMPLE, "unique": False}),
            Sample((_TRUE[:0],), {**_SAMPLE, "unique": True, "num_sampled": 6}),
            Sample((_TRUE[0],), {**_SAMPLE, "unique": False}, raises="true_classes must be a matrix"),
            Sample(
                (_TRUE,), {**_SAMPLE, "unique": True, "range_max": 3}, raises="Sampler's range is too small."
            ),
        ],
        is_stateful=True,
    )


UniformCandidateSampler = _define_sampler("UniformCandidateSampler", _Uniform)
LogUniformCandidateSampler = _define_sampler("LogUniformCandidateSampler", _LogUniform)
LearnedUnigramCandidateSampler = _define_sampler("LearnedUnigramCandidateSampler", _LearnedUnigram)
ThreadUnsafeUnigramCandidateSampler = _define_sampler("ThreadUnsafeUnigramCandidateSampler", _LearnedUnigram)

_WEIGHTED = {**_SAMPLE, "unigrams": [3.0, 4.0, 1.0, 7.0, 9.0, 2.0]}
FixedUnigramCandidateSampler = define_op(
    "FixedUnigramCandidateSampler",
    ["true_classes: int64"],
    _OUTPUTS,
    attributes={
        **_SIZES,
        "range_max": integer(minimum=1),
        "vocab_file": string(""),
        "distortion": Attribute("float", 1.0),
        "num_reserved_ids": integer(0),
        "num_shards": integer(1, minimum=1),
        "shard": integer(0, minimum=0),
        "unigrams": Attribute("list(float)", []),
        **SEEDS,
    },
    shape=_shape,
    make_stateful_kernel=_make_kernel(_FixedUnigram),
    samples=[
        Sample((_TRUE,), {**_WEIGHTED, "unique": True, "distortion": 0.75}),
        Sample((_TRUE,), {**_WEIGHTED, "unique": False, "num_reserved_ids": 2, "range_max": 8}),
        Sample((_TRUE % 3,), {**_WEIGHTED, "unique": False, "num_shards": 2, "shard": 1, "range_max": 3}),
        Sample((_TRUE,), {**_SAMPLE, "unique": False}, raises="exactly one of vocab_file and unigrams"),
        Sample((_TRUE,), {**_WEIGHTED, "unique": False, "range_max": 7}, raises="there are 6 weights"),
    ],
    is_stateful=True,
)


def _all_kernel(op: Operation) -> Kernel:
    count, num_true = op.attributes["num_sampled"], op.attributes["num_true"]

    def kernel(true_classes: Any) -> Any:
        _check_true_classes(true_classes, num_true)
        ones = np.ones(count, np.float32)
        return np.arange(count, dtype=np.int64), np.ones(true_classes.shape, np.float32), ones

    return kernel


AllCandidateSampler = define_op(
    "AllCandidateSampler",
    ["true_classes: int64"],
    _OUTPUTS,
    attributes={**_SIZES, **SEEDS},
    shape=_shape,
    make_kernel=_all_kernel,
    samples=[
        Sample((_TRUE,), {"num_true": 2, "num_sampled": 6, "unique": True}),
        Sample((_TRUE[0],), {"num_true": 2, "num_sampled": 6, "unique": True}, raises="must be a matrix"),
    ],
    is_stateful=True,
)


def _hits_shape(op: Operation) -> list[StaticShape]:
    (_, num_true) = shape_rules.with_rank(op.inputs[0].static_shape, 2)
    shape_rules.merged_size(num_true, op.attributes["num_true"])
    shape_rules.with_rank(op.inputs[1].static_shape, 1)
    return [(None,)] * 3


def _hits_kernel(op: Operation) -> Kernel:
    num_true = op.attributes["num_true"]

    def kernel(true_classes: Any, sampled: Any) -> Any:
        _check_true_classes(true_classes, num_true)
        if sampled.ndim != 1:
            raise ValueError(
                "sampled_candidates must be a vector, which is typically the output from CandidateSampler"
            )
        # Of a candidate that was drawn several times, the last place counts.
        candidates, from_end = np.unique(sampled[::-1], return_index=True)
        wanted = true_classes.reshape(-1)
        places = np.searchsorted(candidates, wanted)
        hits = np.zeros(wanted.shape, np.bool_)
        is_inside = places < candidates.size
        hits[is_inside] = candidates[places[is_inside]] == wanted[is_inside]
        rows = (np.flatnonzero(hits) // num_true).astype(np.int32)
        positions = (sampled.size - 1 - from_end[places[hits]]).astype(np.int64)
        return rows, positions, np.full(rows.shape, np.finfo(np.float32).min, np.float32)

    return kernel


ComputeAccidentalHits = define_op(
    "ComputeAccidentalHits",
    ["true_classes: int64", "sampled_candidates: int64"],
    ["indices: int32", "ids: int64", "weights: float32"],
    attributes={"num_true": integer(), **SEEDS},
    shape=_hits_shape,
    make_kernel=_hits_kernel,
    samples=[
        Sample((_TRUE, samples.int64([3, 1, 1, 7, 3])), {"num_true": 2}),
        Sample((_TRUE, samples.int64([])), {"num_true": 2}),
        Sample((_TRUE, samples.int64([9])), {"num_true": 2}),
        Sample((_TRUE[0], samples.int64([3])), {"num_true": 2}, raises="true_classes must be a matrix"),
        Sample((_TRUE, samples.int64(3)), {"num_true": 2}, raises="sampled_candidates must be a vector"),
    ],
)
