"""Random numbers: uniform, normal, and choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, integer, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES, REALS
from graphlog.ops.random import philox
from graphlog.ops.static_values import constant_shape

SEEDS = {"seed": integer(0), "seed2": integer(0)}
_SEEDED = {"seed": 87654321, "seed2": 7}
RANDOM_FLOATS = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64)

# From a stretch of random bits, a number of outputs and their dtype to a vector of outputs.
Distribution = Callable[[philox.Stream, int, "np.dtype[Any]"], Any]


def sizes_of(shape: Any) -> tuple[int, ...]:
    """The sizes that an array describes; ValueError where one is negative."""
    sizes = tuple([int(size) for size in np.atleast_1d(shape)])
    for size in sizes:
        if size < 0:
            raise ValueError(f"Dimension {size} must be >= 0")
    return sizes


def from_blocks(make: Callable[[Any, np.dtype[Any]], Any]) -> Distribution:
    """The distribution whose numbers come in a fixed number from each block of bits."""

    def distribution(stream: philox.Stream, count: int, dtype: np.dtype[Any]) -> Any:
        blocks = -(-count // philox.outputs_per_block(dtype))
        return make(stream.blocks(np.arange(blocks)), dtype).reshape(-1)[:count].astype(dtype, copy=False)

    return distribution


def _random_kernel(distribution: Distribution) -> Callable[[Operation, SessionState], Kernel]:
    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        generator = philox.generator_of(op, state)
        dtype = op.attributes["dtype"].numpy_dtype

        def kernel(shape: Any) -> Any:
            sizes = sizes_of(shape)
            count = int(np.prod(sizes, dtype=np.int64))
            stream = generator.reserve(count * philox.BLOCKS_PER_OUTPUT)
            return distribution(stream, count, dtype).reshape(sizes)

        return kernel

    return make_kernel


def _define_random(type: str, distribution: Distribution) -> OpDefinition:
    return define_op(
        type,
        ["shape: T"],
        ["output: dtype"],
        attributes={**SEEDS, "dtype": types(*RANDOM_FLOATS), "T": types(*INDICES)},
        shape=lambda op: [constant_shape(op.inputs[0])],
        make_stateful_kernel=_random_kernel(distribution),
        gradient=NOT_DIFFERENTIABLE,
        samples=[
            Sample((samples.int32([2, 3]),), {"dtype": dtypes.float32, **_SEEDED}),
            Sample((samples.int64([5]),), {"dtype": dtypes.float64, **_SEEDED}),
            Sample((samples.int32([0, 3]),), {"dtype": dtypes.float16, **_SEEDED}),
            Sample((samples.int32([2, -3]),), {"dtype": dtypes.float32}, raises="Dimension -3 must be >= 0"),
        ],
        is_stateful=True,
    )


RandomUniform = _define_random("RandomUniform", from_blocks(philox.uniform))
RandomStandardNormal = _define_random("RandomStandardNormal", from_blocks(philox.normal))
TruncatedNormal = _define_random("TruncatedNormal", philox.truncated_normal)


def _uniform_int_shape(op: Operation) -> list[StaticShape]:
    for tensor in op.inputs[1:]:
        shape_rules.with_rank(tensor.static_shape, 0)
    return [constant_shape(op.inputs[0])]


def _uniform_int_kernel(op: Operation, state: SessionState) -> Kernel:
    generator = philox.generator_of(op, state)
    dtype = op.attributes["Tout"].numpy_dtype

    def kernel(shape: Any, low: Any, high: Any) -> Any:
        for name, bound in (("minval", low), ("maxval", high)):
            if np.ndim(bound):
                raise ValueError(f"{name} must be 0-D, got shape {bracketed(np.shape(bound))}")
        sizes = sizes_of(shape)
        count = int(np.prod(sizes, dtype=np.int64))
        if not count:
            return np.zeros(sizes, dtype)
        if low >= high:
            raise ValueError(f"Need minval < maxval, got {low} >= {high}")
        stream = generator.reserve(count * philox.BLOCKS_PER_OUTPUT)
        blocks = stream.blocks(np.arange(-(-count // philox.outputs_per_block(dtype))))
        return philox.integers_below(blocks, low, high).reshape(-1)[:count].reshape(sizes)

    return kernel


RandomUniformInt = define_op(
    "RandomUniformInt",
    ["shape: T", "minval: Tout", "maxval: Tout"],
    ["output: Tout"],
    attributes={**SEEDS, "Tout": types(*INDICES), "T": types(*INDICES)},
    shape=_uniform_int_shape,
    make_stateful_kernel=_uniform_int_kernel,
    samples=[
        Sample((samples.int32([2, 3]), samples.int32(-5), samples.int32(6)), _SEEDED),
        Sample((samples.int32([5]), samples.int64(-(2**60)), samples.int64(2**62)), _SEEDED),
        Sample((samples.int32([0]), samples.int32(6), samples.int32(6))),
        Sample(
            (samples.int32([2]), samples.int32(6), samples.int32(6)), raises="Need minval < maxval, got 6"
        ),
    ],
    is_stateful=True,
)


def _shuffle_kernel(op: Operation, state: SessionState) -> Kernel:
    generator = philox.generator_of(op, state)

    def kernel(value: Any) -> Any:
        if value.size <= 1 or value.shape[0] <= 1:
            return value.copy()
        size = value.shape[0]
        bits = generator.reserve(-(-(size - 1) // 4)).integers(size - 1)
        steps = bits % np.arange(size, 1, -1, dtype=np.uint32)
        order = list(range(size))
        # One swap after another: each works on what the last one left.
        for index, step in enumerate(steps.tolist()):
            order[index], order[index + step] = order[index + step], order[index]
        return value[order]

    return kernel


RandomShuffle = define_op(
    "RandomShuffle",
    ["value: T"],
    ["output: T"],
    attributes={**SEEDS, "T": types()},
    shape=shape_rules.unchanged,
    make_stateful_kernel=_shuffle_kernel,
    samples=[
        Sample((samples.float32([[1.5, -2.0], [0.0, 3.25], [4.0, 5.0]]),), _SEEDED),
        Sample((samples.text(["a", "b", "c", "d"]),), _SEEDED),
        Sample((samples.int32(7),), _SEEDED),
    ],
    is_stateful=True,
)


def multinomial_shape(op: Operation) -> list[StaticShape]:
    """A row of classes for each row of logits."""
    rows = shape_rules.with_rank(op.inputs[0].static_shape, 2)
    shape_rules.with_rank(op.inputs[1].static_shape, 0)
    count = constant_shape(op.inputs[1])
    return [(rows[0], None if count is None else count[0])]


def chosen_classes(
    logits: Any, num_samples: Any, reserve: Callable[[int], philox.Stream], dtype: np.dtype[Any]
) -> Any:
    """Random choices of classes.

    Args:
        logits: a matrix of unnormalized log probabilities.
        num_samples: how many choices to make for each row.
        reserve: what gives a stream of so many blocks.
        dtype: the dtype of the result.

    Returns:
        The classes, a row for each row.

    Raises:
        ValueError: the arguments do not fit.
    """
    if logits.ndim != 2:
        raise ValueError(f"logits should be a matrix, got shape {bracketed(logits.shape)}")
    if np.ndim(num_samples):
        raise ValueError(f"num_samples should be a scalar, got shape {bracketed(num_samples.shape)}")
    count = int(num_samples)
    if count < 0:
        raise ValueError(f"num_samples should be nonnegative, got {count}")
    rows, classes = logits.shape
    if not classes:
        raise ValueError(f"num_classes should be positive, got {classes}")
    chosen = np.zeros((rows, count), dtype)
    if chosen.size:
        stream = reserve(rows * (-(-count // 4) * 8) * philox.BLOCKS_PER_OUTPUT)
        blocks = stream.blocks(np.arange(-(-rows * count // 2)))
        uniform = philox.uniform(blocks, np.dtype(np.float64)).reshape(-1)[: rows * count]
        is_finite = np.isfinite(logits)
        largest = np.max(logits, axis=1, where=is_finite, initial=_lowest(logits.dtype), keepdims=True)
        weights = np.exp(logits.astype(np.float64) - largest.astype(np.float64))
        cumulative = np.cumsum(np.where(is_finite, weights, 0.0), axis=1)
        wanted = uniform.reshape(rows, count) * cumulative[:, -1:]
        for row in range(rows):
            chosen[row] = np.searchsorted(cumulative[row], wanted[row], side="right")
    return chosen


def _multinomial_kernel(op: Operation, state: SessionState) -> Kernel:
    generator = philox.generator_of(op, state)
    dtype = op.attributes["output_dtype"].numpy_dtype
    return lambda logits, num_samples: chosen_classes(logits, num_samples, generator.reserve, dtype)


def _lowest(dtype: np.dtype[Any]) -> Any:
    return np.finfo(dtype).min if dtype.kind == "f" else np.iinfo(dtype).min


Multinomial = define_op(
    "Multinomial",
    ["logits: T", "num_samples: int32"],
    ["output: output_dtype"],
    attributes={
        **SEEDS,
        "T": types(*REALS),
        "output_dtype": Attribute("type", dtypes.int64, INDICES),
    },
    shape=multinomial_shape,
    make_stateful_kernel=_multinomial_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        # A choice jumps where a logit changes, so numerical derivatives are not zero.
        Sample((samples.float32([[1.5, -2.0, 0.5], [0.0, 3.25, 0.0]]), samples.int32(5)), _SEEDED),
        Sample((samples.float64([[1.5, -np.inf]]), samples.int32(0)), {"output_dtype": dtypes.int32}),
        Sample((samples.float32([1.5]), samples.int32(5)), raises="logits should be a matrix"),
    ],
    is_stateful=True,
)
