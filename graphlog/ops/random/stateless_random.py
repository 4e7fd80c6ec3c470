"""Random numbers that depend on their seed alone, not on the session: the same in every run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.partials import partial_of
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES, REALS
from graphlog.ops.math import arithmetic
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.random import philox
from graphlog.ops.random.random_functions import shape_tensor, uniform_arguments
from graphlog.ops.random.random_ops import (
    RANDOM_FLOATS,
    Distribution,
    chosen_classes,
    from_blocks,
    multinomial_shape,
    sizes_of,
)
from graphlog.ops.static_values import constant_shape

_SCRAMBLER = 0x02461E293EC8F720
_SEED = types(*INDICES, default=dtypes.int64)
_SHAPE = types(*INDICES, default=dtypes.int32)


def stream_of(seed: Any) -> philox.Stream:
    """The random bits that a seed of two integers stands for; ValueError where it has another shape."""
    if np.shape(seed) != (2,):
        raise ValueError(f"seed must have shape [2], not {bracketed(np.shape(seed))}")
    low, high = (int(number) & ((1 << 64) - 1) for number in seed)
    # One block, with the seed as its counter, makes the key and the upper half of the counter.
    mixed = [int(number) for number in philox.Stream(_SCRAMBLER, low | (high << 64)).integers(4)]
    return philox.Stream(mixed[0] | (mixed[1] << 32), (mixed[2] | (mixed[3] << 32)) << 64)


def _check_seed(op: Operation, index: int = 1) -> None:
    (size,) = shape_rules.with_rank(op.inputs[index].static_shape, 1)
    if size not in (None, 2):
        raise ValueError(f"Dimension must be 2 but is {size}")


def _shape(op: Operation) -> list[StaticShape]:
    _check_seed(op)
    return [constant_shape(op.inputs[0])]


def _make_kernel(distribution: Distribution) -> Callable[[Operation], Kernel]:
    def make_kernel(op: Operation) -> Kernel:
        dtype = op.attributes["dtype"].numpy_dtype

        def kernel(shape: Any, seed: Any) -> Any:
            sizes = sizes_of(shape)
            count = int(np.prod(sizes, dtype=np.int64))
            return distribution(stream_of(seed), count, dtype).reshape(sizes)

        return kernel

    return make_kernel


_SEED_SAMPLE = samples.int64([12345678901, -5])


def _define_stateless(type: str, distribution: Distribution) -> OpDefinition:
    return define_op(
        type,
        ["shape: T", "seed: Tseed"],
        ["output: dtype"],
        attributes={"dtype": types(*RANDOM_FLOATS, default=dtypes.float32), "T": _SHAPE, "Tseed": _SEED},
        shape=_shape,
        make_kernel=_make_kernel(distribution),
        gradient=NOT_DIFFERENTIABLE,
        samples=[
            Sample((samples.int32([2, 3]), _SEED_SAMPLE)),
            Sample((samples.int64([5]), samples.int32([1, 2])), {"dtype": dtypes.float64}),
            Sample((samples.int32([0, 3]), _SEED_SAMPLE), {"dtype": dtypes.float16}),
            Sample((samples.int32([2, -3]), _SEED_SAMPLE), raises="Dimension -3 must be >= 0"),
            Sample((samples.int32([2]), _SEED_SAMPLE[:1]), raises="seed must have shape [2], not [1]"),
        ],
    )


StatelessRandomUniform = _define_stateless("StatelessRandomUniform", from_blocks(philox.uniform))
StatelessRandomNormal = _define_stateless("StatelessRandomNormal", from_blocks(philox.normal))
StatelessTruncatedNormal = _define_stateless("StatelessTruncatedNormal", philox.truncated_normal)


def _integers_shape(op: Operation) -> list[StaticShape]:
    for tensor in op.inputs[2:]:
        shape_rules.with_rank(tensor.static_shape, 0)
    return _shape(op)


def _integers_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["dtype"].numpy_dtype

    def kernel(shape: Any, seed: Any, low: Any, high: Any) -> Any:
        for name, bound in (("minval", low), ("maxval", high)):
            if np.ndim(bound):
                raise ValueError(f"{name} must be 0-D, got shape {bracketed(np.shape(bound))}")
        sizes = sizes_of(shape)
        stream = stream_of(seed)
        count = int(np.prod(sizes, dtype=np.int64))
        if not count:
            return np.zeros(sizes, dtype)
        if low >= high:
            raise ValueError(f"Need minval < maxval, got {low} >= {high}")
        blocks = stream.blocks(np.arange(-(-count // philox.outputs_per_block(dtype))))
        return philox.integers_below(blocks, low, high).reshape(-1)[:count].reshape(sizes)

    return kernel


StatelessRandomUniformInt = define_op(
    "StatelessRandomUniformInt",
    ["shape: T", "seed: Tseed", "minval: dtype", "maxval: dtype"],
    ["output: dtype"],
    attributes={"dtype": types(*INDICES), "T": types(*INDICES), "Tseed": _SEED},
    shape=_integers_shape,
    make_kernel=_integers_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.int32([2, 3]), _SEED_SAMPLE, samples.int32(-5), samples.int32(6))),
        Sample((samples.int32([5]), samples.int32([1, 2]), samples.int64(-(2**60)), samples.int64(2**62))),
        Sample((samples.int32([0]), _SEED_SAMPLE, samples.int32(6), samples.int32(6))),
        Sample(
            (samples.int32([2]), _SEED_SAMPLE, samples.int32(6), samples.int32(6)),
            raises="Need minval < maxval, got 6",
        ),
    ],
)


def _choices_shape(op: Operation) -> list[StaticShape]:
    _check_seed(op, 2)
    return multinomial_shape(op)


def _choices_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["output_dtype"].numpy_dtype
    return lambda logits, num_samples, seed: chosen_classes(
        logits, num_samples, lambda _: stream_of(seed), dtype
    )


StatelessMultinomial = define_op(
    "StatelessMultinomial",
    ["logits: T", "num_samples: int32", "seed: Tseed"],
    ["output: output_dtype"],
    attributes={
        "T": types(*REALS),
        "Tseed": _SEED,
        "output_dtype": Attribute("type", dtypes.int64, INDICES),
    },
    shape=_choices_shape,
    make_kernel=_choices_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.float32([[1.5, -2.0, 0.5], [0.0, 3.25, 0.0]]), samples.int32(5), _SEED_SAMPLE)),
        Sample(
            (samples.float64([[1.5, -np.inf]]), samples.int32(0), samples.int32([1, 2])),
            {"output_dtype": dtypes.int32},
        ),
        Sample((samples.float32([1.5]), samples.int32(5), _SEED_SAMPLE), raises="logits should be a matrix"),
    ],
)


def stateless_random_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Numbers from a uniform distribution, the same for the same seed.

    Args:
        shape: the shape, as a list or a tensor.
        seed: two integers.
        minval: the lower end, which is included.
        maxval: the upper end, which is not; 1 for floating point.
        dtype: a dtype of floating point, int32 or int64.
        name: the operation's name.

    Returns:
        A Tensor.

    Raises:
        ValueError: another dtype, or integers without ``maxval``.

    Source: ``tf.random.stateless_uniform``.
    """
    dtype, maxval = uniform_arguments(dtype, maxval)
    with name_scope(name, "stateless_random_uniform", [shape, seed, minval, maxval]) as scope:
        sizes = shape_tensor(shape)
        low = convert_to_tensor(minval, dtype, "min")
        high = convert_to_tensor(maxval, dtype, "max")
        if dtype.is_integer:
            return StatelessRandomUniformInt(sizes, seed, low, high, name=scope)
        numbers = StatelessRandomUniform(sizes, seed, dtype=dtype)
        return arithmetic.add(numbers * (high - low), low, name=scope)


def _scaled(
    kind: tuple[OpDefinition, str],
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    definition, default_name = kind
    with name_scope(name, default_name, [shape, seed, mean, stddev]) as scope:
        sizes = shape_tensor(shape)
        mean = convert_to_tensor(mean, dtype, "mean")
        stddev = convert_to_tensor(stddev, dtype, "stddev")
        numbers = definition(sizes, seed, dtype=dtype)
        return arithmetic.add(numbers * stddev, mean, name=scope)


@partial_of(_scaled, (StatelessRandomNormal, "stateless_random_normal"))
def stateless_random_normal() -> None:
    """Numbers from a normal distribution, the same for the same seed.

    Args:
        shape: the shape, as a list or a tensor.
        seed: two integers.
        mean: the mean.
        stddev: the standard deviation.
        dtype: a dtype of floating point.
        name: the operation's name.

    Returns:
        A Tensor.

    Source: ``tf.random.stateless_normal``.
    """


@partial_of(_scaled, (StatelessTruncatedNormal, "stateless_truncated_normal"))
def stateless_truncated_normal() -> None:
    """As ``stateless_random_normal``, drawn again where two standard deviations or more from the mean.

    Source: ``tf.random.stateless_truncated_normal``.
    """


def stateless_multinomial(
    logits: Any, num_samples: Any, seed: Any, output_dtype: Any = dtypes.int64, name: str | None = None
) -> Tensor:
    """Random choices; see ``stateless_categorical`` (``tf.random.stateless_multinomial``)."""
    with name_scope(name, "stateless_multinomial", [logits, seed]):
        return _choices(logits, num_samples, seed, output_dtype)


def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = dtypes.int64, name: str | None = None
) -> Tensor:
    """Random choices by unnormalized log probabilities, the same for the same seed.

    Args:
        logits: a matrix with a row for each distribution and a column for each class.
        num_samples: how many choices to make of each.
        seed: two integers.
        dtype: int64 or int32.
        name: the scope of the operations.

    Returns:
        A matrix with a row for each distribution: the numbers of the classes.

    Source: ``tf.random.stateless_categorical``.
    """
    with name_scope(name, "stateless_categorical", [logits, seed]):
        return _choices(logits, num_samples, seed, dtype)


def _choices(logits: Any, num_samples: Any, seed: Any, dtype: Any) -> Tensor:
    return StatelessMultinomial(
        convert_to_tensor(logits, name="logits"), num_samples, seed, output_dtype=dtype
    )
