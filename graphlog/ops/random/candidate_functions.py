"""Functions that build samplers of candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from graphlog.core.op_definition import OpDefinition
from graphlog.core.partials import partial_of
from graphlog.core.tensor import Tensor
from graphlog.ops.random import candidate_samplers
from graphlog.ops.random.random_seeds import get_seed


class Candidates(NamedTuple):
    """What a sampler gives.

    Attributes:
        sampled_candidates: the classes that were drawn, int64 of shape ``[num_sampled]``.
        true_expected_count: how often each true class is to be expected among them, float32.
        sampled_expected_count: how often each class that was drawn is, float32.
    """

    sampled_candidates: Tensor
    true_expected_count: Tensor
    sampled_expected_count: Tensor


def _from_range(
    definition: OpDefinition,
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    seed1, seed2 = get_seed(seed)
    op = definition.operation(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        seed=seed1,
        seed2=seed2,
        name=name,
    )
    return Candidates(*op.outputs)


@partial_of(_from_range, candidate_samplers.UniformCandidateSampler)
def uniform_candidate_sampler() -> None:
    """Draws classes that are all equally likely.

    Args:
        true_classes: the classes that are right, int64 of shape ``[batch, num_true]``.
        num_true: how many there are for each example.
        num_sampled: how many classes to draw.
        unique: whether they are to differ from each other.
        range_max: how many classes there are.
        seed: see ``tf.set_random_seed``.
        name: the operation's name.

    Returns:
        The classes, and how often the true classes and those drawn are to be expected. A run raises
        InvalidArgumentError where fewer classes than ``num_sampled`` can be drawn.

    Source: ``tf.random.uniform_candidate_sampler``.
    """


@partial_of(_from_range, candidate_samplers.LogUniformCandidateSampler)
def log_uniform_candidate_sampler() -> None:
    """Draws classes as Zipf's law has it: class ``c`` by ``log((c + 2) / (c + 1)) / log(range_max + 1)``.

    The arguments are those of ``uniform_candidate_sampler``; the classes are sorted by how frequent they
    are. Source: ``tf.random.log_uniform_candidate_sampler``.
    """


@partial_of(_from_range, candidate_samplers.LearnedUnigramCandidateSampler)
def learned_unigram_candidate_sampler() -> None:
    """Draws classes by how often they were true classes in this session, counted from 1.

    The arguments are those of ``uniform_candidate_sampler``. Source:
    ``tf.random.learned_unigram_candidate_sampler``.
    """


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Sequence[float] = (),
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Draws classes by given weights.

    Args:
        true_classes: see ``uniform_candidate_sampler``, as for the next four.
        num_true: how many there are for each example.
        num_sampled: how many classes to draw.
        unique: whether they are to differ from each other.
        range_max: how many classes there are, with those reserved.
        vocab_file: a file with a line for each class, in which the weight stands last, after a comma.
        distortion: the power to which weights are raised.
        num_reserved_ids: how many classes, which are never drawn, come before those with weights.
        num_shards: where the classes are dealt out among so many samplers, their number.
        shard: which of them this is.
        unigrams: the weights, instead of a file.
        seed: see ``tf.set_random_seed``.
        name: the operation's name.

    Returns:
        As ``uniform_candidate_sampler``. A run raises InvalidArgumentError unless there are weights for
        ``range_max`` classes, from one source.

    Source: ``tf.random.fixed_unigram_candidate_sampler``.
    """
    seed1, seed2 = get_seed(seed)
    op = candidate_samplers.FixedUnigramCandidateSampler.operation(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        vocab_file=vocab_file,
        distortion=distortion,
        num_reserved_ids=num_reserved_ids,
        num_shards=num_shards,
        shard=shard,
        unigrams=unigrams,
        seed=seed1,
        seed2=seed2,
        name=name,
    )
    return Candidates(*op.outputs)


def all_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: int | None = None,
    name: str | None = None,
) -> Candidates:
    """Gives all ``num_sampled`` classes, each to be expected once (``tf.random.all_candidate_sampler``)."""
    seed1, seed2 = get_seed(seed)
    op = candidate_samplers.AllCandidateSampler.operation(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        seed=seed1,
        seed2=seed2,
        name=name,
    )
    return Candidates(*op.outputs)


class AccidentalHits(NamedTuple):
    """Where a class that was drawn is a true class.

    Attributes:
        indices: the examples, int32.
        ids: the places among the candidates, int64.
        weights: the least number of single precision for each, which takes a class out of a softmax.
    """

    indices: Tensor
    ids: Tensor
    weights: Tensor


def compute_accidental_hits(
    true_classes: Any,
    sampled_candidates: Any,
    num_true: int,
    seed: int | None = None,
    name: str | None = None,
) -> AccidentalHits:
    """Finds the candidates that are true classes.

    Args:
        true_classes: the classes that are right, int64 of shape ``[batch, num_true]``.
        sampled_candidates: what a sampler has drawn.
        num_true: how many true classes there are for each example.
        seed: is not used, but stands in the graph.
        name: the operation's name.

    Returns:
        The examples, the places among the candidates, and weights, for each hit.

    Source: ``tf.nn.compute_accidental_hits``.
    """
    seed1, seed2 = get_seed(seed)
    op = candidate_samplers.ComputeAccidentalHits.operation(
        true_classes, sampled_candidates, num_true=num_true, seed=seed1, seed2=seed2, name=name
    )
    return AccidentalHits(*op.outputs)
