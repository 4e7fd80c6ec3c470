"""Initializers: functions from a shape to the first value of a variable."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from graphlog.core import dtypes
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling
from graphlog.ops.constants import constant
from graphlog.ops.linear_algebra import decompositions, diagonals, identity_matrices, linear_systems
from graphlog.ops.math import elementwise
from graphlog.ops.random import random_functions

# The standard deviation of a standard normal distribution cut off at two of its standard deviations.
_TRUNCATED_DEVIATION = 0.87962566103423978


class Initializer:
    """What an initializer can do: make a value, and say how it was made."""

    dtype: DType
    # The names of the arguments that ``get_config`` returns besides the dtype.
    _arguments: ClassVar[tuple[str, ...]] = ()

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        """A first value.

        Args:
            shape: its shape.
            dtype: its dtype; the initializer's if None.
            partition_info: accepted for TensorFlow's sake.

        Returns:
            A Tensor.
        """
        return self._value(shape, self.dtype if dtype is None else as_dtype(dtype).base_dtype)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The arguments it was made with, as what JSON can hold."""
        return {name: getattr(self, name) for name in self._arguments} | {"dtype": self.dtype.name}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Initializer:
        """An initializer made with the arguments that ``get_config`` returned."""
        return cls(**config)


class Zeros(Initializer):
    """Zeros (``tf.zeros_initializer``); empty strings and False."""

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self.dtype = as_dtype(dtype)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        return filling.zeros(shape, dtype)


class Ones(Initializer):
    """Ones (``tf.ones_initializer``)."""

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self.dtype = as_dtype(dtype)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        return filling.ones(shape, dtype)


class Constant(Initializer):
    """A given value (``tf.constant_initializer``).

    Args:
        value: a number, a list of numbers, or an array. Its last element is repeated to fill the shape.
        dtype: the dtype where none is asked for.
        verify_shape: whether ``value`` must have the shape that is asked for.

    Raises:
        TypeError: ``value`` is something else.
    """

    _arguments: ClassVar[tuple[str, ...]] = ("value",)

    def __init__(self, value: Any = 0, dtype: Any = dtypes.float32, verify_shape: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, list | tuple | np.ndarray)):
            raise TypeError(
                f"Invalid type for initial value: {type(value)} (expected Python scalar, list or tuple of "
                "values, or numpy.ndarray)."
            )
        self.value = value
        self.dtype = as_dtype(dtype)
        self._verify_shape = verify_shape

    def __call__(
        self, shape: Any, dtype: Any = None, partition_info: Any = None, verify_shape: bool | None = None
    ) -> Tensor:
        """The value; see ``Initializer``. ``verify_shape`` overrides the constructor's where it is given."""
        verify = self._verify_shape if verify_shape is None else verify_shape
        return constant(self.value, self.dtype if dtype is None else dtype, shape, verify_shape=verify)


class RandomUniform(Initializer):
    """Numbers from a uniform distribution (``tf.random_uniform_initializer``).

    Args:
        minval: the lower end, which is included.
        maxval: the upper end, which is not; 1 for floating point.
        seed: see ``tf.set_random_seed``.
        dtype: the dtype where none is asked for.
    """

    _arguments: ClassVar[tuple[str, ...]] = ("minval", "maxval", "seed")

    def __init__(
        self, minval: Any = 0, maxval: Any = None, seed: int | None = None, dtype: Any = dtypes.float32
    ) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = as_dtype(dtype)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        return random_functions.random_uniform(shape, self.minval, self.maxval, dtype, self.seed)


class RandomNormal(Initializer):
    """Numbers from a normal distribution (``tf.random_normal_initializer``).

    Args:
        mean: the mean.
        stddev: the standard deviation.
        seed: see ``tf.set_random_seed``.
        dtype: the dtype where none is asked for.

    Raises:
        ValueError: the dtype is none of floating point.
    """

    _arguments: ClassVar[tuple[str, ...]] = ("mean", "stddev", "seed")

    def __init__(
        self, mean: Any = 0.0, stddev: Any = 1.0, seed: int | None = None, dtype: Any = dtypes.float32
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = _floating(dtype)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        return random_functions.random_normal(shape, self.mean, self.stddev, dtype, self.seed)


class TruncatedNormal(RandomNormal):
    """Numbers from a normal distribution, none further than two standard deviations from the mean.

    The arguments are those of ``RandomNormal``. Source: ``tf.truncated_normal_initializer``.
    """

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        return random_functions.truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)


class UniformUnitScaling(Initializer):
    """Numbers from a uniform distribution, so scaled that a layer keeps the variance of its input.

    Args:
        factor: a factor for all of them.
        seed: see ``tf.set_random_seed``.
        dtype: the dtype where none is asked for.

    Source: ``tf.uniform_unit_scaling_initializer``.
    """

    _arguments: ClassVar[tuple[str, ...]] = ("factor", "seed")

    def __init__(self, factor: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        self.factor = factor
        self.seed = seed
        self.dtype = _floating(dtype)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        limit = math.sqrt(3 / max(math.prod(map(float, shape[:-1])), 1.0)) * self.factor
        return random_functions.random_uniform(shape, -limit, limit, dtype, self.seed)


class VarianceScaling(Initializer):
    """Random numbers whose variance is ``scale`` over the number of a layer's inputs or outputs.

    Args:
        scale: a positive number.
        mode: ``"fan_in"`` (inputs), ``"fan_out"`` (outputs) or ``"fan_avg"`` (their mean).
        distribution: ``"truncated_normal"``, ``"normal"`` (the same), ``"untruncated_normal"`` or
            ``"uniform"``.
        seed: see ``tf.set_random_seed``.
        dtype: the dtype where none is asked for.

    Raises:
        ValueError: an argument is something else.

    Source: ``tf.variance_scaling_initializer``.
    """

    _arguments: ClassVar[tuple[str, ...]] = ("scale", "mode", "distribution", "seed")

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        if scale <= 0.0:
            raise ValueError("`scale` must be positive float.")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"Invalid `mode` argument: {mode}")
        distribution = str(distribution).lower()
        if distribution not in ("normal", "uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(f"Invalid `distribution` argument: {distribution}")
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.seed = seed
        self.dtype = _floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        """A first value; ``partition_info`` says of which whole it is a part, whose fans count."""
        wanted = self.dtype if dtype is None else as_dtype(dtype).base_dtype
        whole = shape if partition_info is None else partition_info.full_shape
        return self._scaled(shape, wanted, whole)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        return self._scaled(shape, dtype, shape)

    def _scaled(self, shape: Any, dtype: DType, whole: Any) -> Tensor:
        fan_in, fan_out = _fans(whole)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}[self.mode]
        scale = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * scale)
            return random_functions.random_uniform(shape, -limit, limit, dtype, self.seed)
        deviation = math.sqrt(scale)
        if self.distribution == "untruncated_normal":
            return random_functions.random_normal(shape, 0.0, deviation, dtype, self.seed)
        return random_functions.truncated_normal(
            shape, 0.0, deviation / _TRUNCATED_DEVIATION, dtype, self.seed
        )


class GlorotUniform(VarianceScaling):
    """Glorot and Bengio's uniform initializer (``tf.glorot_uniform_initializer``); see VarianceScaling.

    Source: Glorot, Bengio: Understanding the difficulty of training deep feedforward neural networks, 2010.
    """

    _arguments: ClassVar[tuple[str, ...]] = ("seed",)

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed)


class GlorotNormal(VarianceScaling):
    """Glorot and Bengio's normal initializer (``tf.glorot_normal_initializer``); see GlorotUniform."""

    _arguments: ClassVar[tuple[str, ...]] = ("seed",)

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed)


class Orthogonal(Initializer):
    """A matrix with orthonormal rows or columns, reshaped (``tf.orthogonal_initializer``).

    Args:
        gain: a factor for all elements.
        seed: see ``tf.set_random_seed``.
        dtype: the dtype where none is asked for.

    Source: Saxe, McClelland, Ganguli: Exact solutions to the nonlinear dynamics of learning, 2013.
    """

    _arguments: ClassVar[tuple[str, ...]] = ("gain", "seed")

    def __init__(self, gain: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        self.gain = gain
        self.seed = seed
        self.dtype = _floating(dtype)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        if len(shape) < 2:
            raise ValueError("The tensor to initialize must be at least two-dimensional")
        rows, columns = math.prod(map(int, shape[:-1])), int(shape[-1])
        flat = (max(rows, columns), min(rows, columns))
        orthogonal, triangular = decompositions.qr(
            random_functions.random_normal(flat, dtype=dtype, seed=self.seed), full_matrices=False
        )
        # Without the signs, the distribution would not be uniform.
        orthogonal = orthogonal * elementwise.sign(diagonals.diag_part(triangular))
        if rows < columns:
            orthogonal = linear_systems.matrix_transpose(orthogonal)
        scaled: Tensor = self.gain * arrays.reshape(orthogonal, shape)
        return scaled


class Identity(Initializer):
    """A matrix with ones on its diagonal (``tf.initializers.identity``).

    Args:
        gain: a factor for all elements.
        dtype: the dtype where none is asked for.
    """

    _arguments: ClassVar[tuple[str, ...]] = ("gain",)

    def __init__(self, gain: float = 1.0, dtype: Any = dtypes.float32) -> None:
        self.gain = gain
        self.dtype = _floating(dtype)

    def _value(self, shape: Any, dtype: DType) -> Tensor:
        sizes = TensorShape(shape).as_list()
        if len(sizes) != 2:
            raise ValueError("Identity matrix initializer can only be used for 2D matrices.")
        rows, columns = sizes
        scaled: Tensor = self.gain * identity_matrices.eye(rows, columns, dtype=dtype)
        return scaled


def lecun_normal(seed: int | None = None) -> VarianceScaling:
    """VarianceScaling by the number of inputs (``tf.initializers.lecun_normal``)."""
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed)


def lecun_uniform(seed: int | None = None) -> VarianceScaling:
    """VarianceScaling by the number of inputs (``tf.initializers.lecun_uniform``)."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


def he_normal(seed: int | None = None) -> VarianceScaling:
    """VarianceScaling for layers with relu (``tf.initializers.he_normal``).

    Source: He, Zhang, Ren, Sun: Delving deep into rectifiers, 2015.
    """
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed)


def he_uniform(seed: int | None = None) -> VarianceScaling:
    """VarianceScaling for layers with relu (``tf.initializers.he_uniform``); see ``he_normal``."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


def _fans(shape: Sequence[Any]) -> tuple[int, int]:
    """How many inputs and outputs a unit has, whose weights have this shape."""
    sizes = [int(size) for size in shape]
    if len(sizes) < 2:
        size = sizes[0] if sizes else 1
        return size, size
    field = math.prod(sizes[:-2])
    return sizes[-2] * field, sizes[-1] * field


def _floating(dtype: Any) -> DType:
    found = as_dtype(dtype)
    if not found.is_floating:
        raise ValueError(f"Expected floating point type, got {found}.")
    return found
