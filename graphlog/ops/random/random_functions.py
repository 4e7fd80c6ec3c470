"""Functions that build random numbers: uniform, normal, choices and crops."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.op_definition import OpDefinition
from graphlog.core.partials import partial_of
from graphlog.core.shapes import Dimension
from graphlog.core.tensor import Tensor
from graphlog.ops.array import shape_queries, slicing
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import logging_ops
from graphlog.ops.math import arithmetic, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.random.random_ops import (
    RANDOM_FLOATS,
    Multinomial,
    RandomShuffle,
    RandomStandardNormal,
    RandomUniform,
    RandomUniformInt,
    TruncatedNormal,
)
from graphlog.ops.random.random_seeds import get_seed


def shape_tensor(shape: Any) -> Tensor:
    """A tensor of the sizes that a list, a TensorShape or a tensor describes; int32 for an empty list."""
    if isinstance(shape, tuple | list):
        if not shape:
            return convert_to_tensor(shape, dtypes.int32, "shape")
        shape = [size.value if isinstance(size, Dimension) else size for size in shape]
    return convert_to_tensor(shape, name="shape")


def uniform_arguments(dtype: Any, maxval: Any) -> tuple[DType, Any]:
    """The dtype and upper end of a uniform distribution; ValueError where one is missing or not possible."""
    dtype = as_dtype(dtype)
    if dtype not in (*RANDOM_FLOATS, dtypes.int32, dtypes.int64):
        raise ValueError(f"Invalid dtype {dtype!r}")
    if maxval is None:
        if dtype.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
        maxval = 1
    return dtype, maxval


def random_uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from a uniform distribution.

    Args:
        shape: the shape, as a list or a tensor.
        minval: the lower end, which is included.
        maxval: the upper end, which is not; 1 for floating point.
        dtype: a dtype of floating point, int32 or int64.
        seed: see ``tf.set_random_seed``.
        name: the operation's name.

    Returns:
        A Tensor.

    Raises:
        ValueError: another dtype, or integers without ``maxval``.

    Source: ``tf.random.uniform``.
    """
    dtype, maxval = uniform_arguments(dtype, maxval)
    with name_scope(name, "random_uniform", [shape, minval, maxval]) as scope:
        sizes = shape_tensor(shape)
        low = convert_to_tensor(minval, dtype, "min")
        high = convert_to_tensor(maxval, dtype, "max")
        seed1, seed2 = get_seed(seed)
        if dtype.is_integer:
            return RandomUniformInt(sizes, low, high, seed=seed1, seed2=seed2, name=scope)
        numbers = RandomUniform(sizes, dtype=dtype, seed=seed1, seed2=seed2)
        return arithmetic.add(numbers * (high - low), low, name=scope)


def _scaled(
    kind: tuple[OpDefinition, str],
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    definition, default_name = kind
    with name_scope(name, default_name, [shape, mean, stddev]) as scope:
        sizes = shape_tensor(shape)
        mean = convert_to_tensor(mean, dtype, "mean")
        stddev = convert_to_tensor(stddev, dtype, "stddev")
        seed1, seed2 = get_seed(seed)
        numbers = definition(sizes, dtype=dtype, seed=seed1, seed2=seed2)
        return arithmetic.add(numbers * stddev, mean, name=scope)


@partial_of(_scaled, (RandomStandardNormal, "random_normal"))
def random_normal() -> None:
    """Numbers from a normal distribution.

    Args:
        shape: the shape, as a list or a tensor.
        mean: the mean.
        stddev: the standard deviation.
        dtype: a dtype of floating point.
        seed: see ``tf.set_random_seed``.
        name: the operation's name.

    Returns:
        A Tensor.

    Source: ``tf.random.normal``.
    """


@partial_of(_scaled, (TruncatedNormal, "truncated_normal"))
def truncated_normal() -> None:
    """Numbers from a normal distribution, drawn again where two standard deviations or more from the mean.

    The arguments are those of ``random_normal``. Source: ``tf.random.truncated_normal``.
    """


def random_shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The rows of ``value``, along its first dimension, in a random order (``tf.random.shuffle``)."""
    seed1, seed2 = get_seed(seed)
    return RandomShuffle(value, seed=seed1, seed2=seed2, name=name)


def multinomial(
    logits: Any, num_samples: Any, seed: int | None = None, name: str | None = None, output_dtype: Any = None
) -> Tensor:
    """Random choices by unnormalized log probabilities; see ``categorical`` (``tf.multinomial``)."""
    with name_scope(name, "multinomial", [logits]):
        return _choices(logits, num_samples, output_dtype, seed)


def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: int | None = None, name: str | None = None
) -> Tensor:
    """Random choices by unnormalized log probabilities.

    Args:
        logits: a matrix with a row for each distribution and a column for each class.
        num_samples: how many choices to make of each.
        dtype: int64 if None, or int32.
        seed: see ``tf.set_random_seed``.
        name: the scope of the operations.

    Returns:
        A matrix with a row for each distribution: the numbers of the classes.

    Source: ``tf.random.categorical``.
    """
    with name_scope(name, "categorical", [logits]):
        return _choices(logits, num_samples, dtype, seed)


def _choices(logits: Any, num_samples: Any, dtype: Any, seed: int | None) -> Tensor:
    logits = convert_to_tensor(logits, name="logits")
    seed1, seed2 = get_seed(seed)
    return Multinomial(logits, num_samples, seed=seed1, seed2=seed2, output_dtype=dtype)


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A part of ``value`` at a random place.

    Args:
        value: a tensor.
        size: the shape of the part.
        seed: see ``tf.set_random_seed``.
        name: the operation's name.

    Returns:
        A Tensor of that shape. A run raises InvalidArgumentError where ``value`` is smaller.

    Source: ``tf.image.random_crop``.
    """
    with name_scope(name, "random_crop", [value, size]) as scope:
        value = convert_to_tensor(value, name="value")
        size = convert_to_tensor(size, dtypes.int32, "size")
        shape: Any = shape_queries.shape(value)
        check = logging_ops.Assert(
            reductions.reduce_all(shape >= size),
            ["Need value.shape >= size, got ", shape, size],
            summarize=1000,
        )
        shape = grouping.with_dependencies([check], shape)
        limit = shape - size + 1
        offset = random_uniform(
            shape_queries.shape(shape), maxval=size.dtype.max, dtype=size.dtype, seed=seed
        )
        return slicing.slice(value, offset % limit, size, name=scope)
