"""First values of variables (``tf.contrib.layers``)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core.dtypes import as_dtype
from graphlog.core.tensor import Tensor
from graphlog.ops.random import random_functions

Initializer = Callable[..., Tensor]


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: Any = "float32",
) -> Initializer:
    """First values whose variance is a factor over the number of inputs or outputs.

    Args:
        factor: the factor.
        mode: ``"FAN_IN"``, ``"FAN_OUT"``, or ``"FAN_AVG"`` for the mean of both.
        uniform: whether they are distributed uniformly, or normally within two deviations.
        seed: the seed of the random numbers.
        dtype: their dtype, where the variable's is not given.

    Returns:
        A function of ``(shape, dtype, partition_info)``.

    Raises:
        TypeError: there is no such mode, or the dtype is none of floating point.

    Source: ``tf.contrib.layers.variance_scaling_initializer``.
    """
    _check(dtype)
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode} [FAN_IN, FAN_OUT, FAN_AVG]")
    default_dtype = dtype

    def initializer(shape: Sequence[int], dtype: Any = default_dtype, partition_info: Any = None) -> Tensor:
        _check(dtype)
        sizes = [float(size) for size in shape]
        window = math.prod(sizes[:-2])
        inputs = (sizes[-2] if len(sizes) > 1 else sizes[-1]) * window if sizes else 1.0
        outputs = sizes[-1] * window if sizes else 1.0
        count = {"FAN_IN": inputs, "FAN_OUT": outputs, "FAN_AVG": (inputs + outputs) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / count)
            return random_functions.random_uniform(shape, -limit, limit, dtype, seed=seed)
        # What is cut off beyond two deviations takes away from the variance.
        deviation = math.sqrt(1.3 * factor / count)
        return random_functions.truncated_normal(shape, 0.0, deviation, dtype, seed=seed)

    return initializer


def _check(dtype: Any) -> None:
    if not as_dtype(dtype).is_floating:
        raise TypeError("Cannot create initializer for non-floating point type.")


def xavier_initializer(uniform: bool = True, seed: int | None = None, dtype: Any = "float32") -> Initializer:
    """First values of variance 2 / (inputs + outputs); see ``variance_scaling_initializer``.

    Source: ``tf.contrib.layers.xavier_initializer``; Glorot and Bengio, 2010.
    """
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


xavier_initializer_conv2d = xavier_initializer
