"""First values of variables (``tf.keras.initializers``)."""

from __future__ import annotations

from typing import Any

from graphlog.layers.named_functions import initializer
from graphlog.ops.state import initializers as _initializers
from graphlog.ops.state.initializers import he_normal, he_uniform, lecun_normal, lecun_uniform

Zeros = zeros = _initializers.Zeros
Ones = ones = _initializers.Ones
Constant = constant = _initializers.Constant
Identity = identity = _initializers.Identity
Orthogonal = orthogonal = _initializers.Orthogonal
VarianceScaling = _initializers.VarianceScaling
glorot_normal = _initializers.GlorotNormal
glorot_uniform = _initializers.GlorotUniform


class RandomNormal(_initializers.RandomNormal):
    """Normal random numbers, of deviation 0.05 where nothing else is said."""

    def __init__(
        self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None, dtype: Any = "float32"
    ) -> None:
        super().__init__(mean, stddev, seed, dtype)


class TruncatedNormal(_initializers.TruncatedNormal):
    """``RandomNormal`` within two deviations."""

    def __init__(
        self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None, dtype: Any = "float32"
    ) -> None:
        super().__init__(mean, stddev, seed, dtype)


class RandomUniform(_initializers.RandomUniform):
    """Uniform random numbers, from -0.05 to 0.05 where nothing else is said."""

    def __init__(
        self,
        minval: float = -0.05,
        maxval: float = 0.05,
        seed: int | None = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__(minval, maxval, seed, dtype)


normal = random_normal = RandomNormal
truncated_normal = TruncatedNormal
uniform = random_uniform = RandomUniform


def get(identifier: Any) -> Any:
    """The initializer that a name or a function stands for; None for None."""
    return initializer(identifier)


__all__ = [
    "Constant",
    "Identity",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "uniform",
    "zeros",
]
