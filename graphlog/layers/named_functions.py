"""The initializers and activations that layers know by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.ops.math import elementwise
from graphlog.ops.nn import activations, softmax
from graphlog.ops.state import initializers

_INITIALIZERS: dict[str, Callable[[], Any]] = {
    "zeros": initializers.Zeros,
    "ones": initializers.Ones,
    "glorot_uniform": initializers.GlorotUniform,
    "glorot_normal": initializers.GlorotNormal,
    "he_normal": initializers.he_normal,
    "he_uniform": initializers.he_uniform,
    "lecun_normal": initializers.lecun_normal,
    "lecun_uniform": initializers.lecun_uniform,
    "orthogonal": initializers.Orthogonal,
    "identity": initializers.Identity,
    "random_normal": lambda: initializers.RandomNormal(stddev=0.05),
    "random_uniform": lambda: initializers.RandomUniform(-0.05, 0.05),
    "truncated_normal": lambda: initializers.TruncatedNormal(stddev=0.05),
}
_ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "elu": activations.elu,
    "linear": lambda value: value,
    "relu": activations.relu,
    "selu": activations.selu,
    "sigmoid": activations.sigmoid,
    "softmax": softmax.softmax,
    "softplus": activations.softplus,
    "softsign": activations.softsign,
    "tanh": elementwise.tanh,
    "exponential": elementwise.exp,
}


def initializer(value: Any) -> Any:
    """The initializer that ``value`` is or names; ValueError where there is none of that name."""
    if not isinstance(value, str):
        return value
    if value not in _INITIALIZERS:
        raise ValueError(f"Unknown initializer: {value}")
    return _INITIALIZERS[value]()


def activation(value: Any) -> Any:
    """The function that ``value`` is or names; ValueError where there is none of that name."""
    if not isinstance(value, str):
        return value
    if value not in _ACTIVATIONS:
        raise ValueError(f"Unknown activation function:{value}")
    return _ACTIVATIONS[value]
