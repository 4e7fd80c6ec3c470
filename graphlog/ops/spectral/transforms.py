"""Fourier transforms of the last one, two or three axes: of complex numbers, and of real ones."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import GradientRule, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import filling, joining, packing, padding, shape_queries
from graphlog.ops.math import arithmetic, casts
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.spectral import real_gradients
from graphlog.ops.static_values import constant_shape


def _same_shape(axes: int) -> Callable[[Operation], list[StaticShape]]:
    return lambda op: [shape_rules.with_rank_at_least(op.inputs[0].static_shape, axes)]


def _of_complex(transform: Callable[..., Any], axes: int) -> Callable[[Any], Any]:
    """The kernel of a transform that keeps the shape."""

    def kernel(value: Any) -> Any:
        if np.ndim(value) < axes:
            raise ValueError(f"Input must have rank of at least {axes} but got: {np.ndim(value)}")
        if not value.size:
            return value.copy()
        return transform(value, axes=builtins.range(-axes, 0)).astype(value.dtype, copy=False)

    return kernel


def _forward_gradient(inverse: Callable[[Any], Tensor], axes: int) -> GradientRule:
    def gradient(op: Operation, grad: Tensor) -> Tensor:
        size = casts.cast(real_gradients.size_of_last_axes(grad, axes), grad.dtype)
        return inverse(grad) * size

    return gradient


def _inverse_gradient(forward: Callable[[Any], Tensor], axes: int) -> GradientRule:
    def gradient(op: Operation, grad: Tensor) -> Tensor:
        size = casts.cast(real_gradients.size_of_last_axes(grad, axes), grad.dtype.real_dtype)
        reciprocal = casts.cast(1.0 / size, grad.dtype)
        return forward(grad) * reciprocal

    return gradient


def _define_complex(
    type: str, transform: Callable[..., Any], gradient: Callable[..., GradientRule], other: str, axes: int
) -> OpDefinition:
    """Defines a transform of complex numbers, whose gradient is made of the ``other`` one."""
    numbers = np.arange(8).reshape((2,) * 3)[(0,) * (3 - axes)]
    return define_op(
        type,
        ["input: Tcomplex"],
        ["output: Tcomplex"],
        attributes={"Tcomplex": types(dtypes.complex64, dtypes.complex128, default=dtypes.complex64)},
        shape=_same_shape(axes),
        kernel=_of_complex(transform, axes),
        gradient=gradient(lambda value: globals()[other](value), axes),
        samples=[
            Sample((samples.complex64(numbers + 1j * numbers[::-1]),)),
            Sample((np.array(numbers[np.newaxis] * (0.5 - 1j)),)),
            Sample((samples.complex64(np.zeros((2,) * (axes - 1))),), raises="rank"),
        ],
    )


FFT = _define_complex("FFT", np.fft.fftn, _forward_gradient, "ifft", 1)
IFFT = _define_complex("IFFT", np.fft.ifftn, _inverse_gradient, "fft", 1)
FFT2D = _define_complex("FFT2D", np.fft.fftn, _forward_gradient, "ifft2d", 2)
IFFT2D = _define_complex("IFFT2D", np.fft.ifftn, _inverse_gradient, "fft2d", 2)
FFT3D = _define_complex("FFT3D", np.fft.fftn, _forward_gradient, "ifft3d", 3)
IFFT3D = _define_complex("IFFT3D", np.fft.ifftn, _inverse_gradient, "fft3d", 3)


def _real_shape(axes: int, is_forward: bool) -> Callable[[Operation], list[StaticShape]]:
    def rule(op: Operation) -> list[StaticShape]:
        shape = shape_rules.with_rank_at_least(op.inputs[0].static_shape, axes)
        given = shape_rules.with_rank(op.inputs[1].static_shape, 1)
        if given[0] not in (None, axes):
            raise ValueError(f"Dimension must be {axes} but is {given[0]}")
        if shape is None:
            return [None]
        sizes = constant_shape(op.inputs[1])
        sizes = (None,) * axes if sizes is None else sizes
        if is_forward and sizes[-1]:
            sizes = (*sizes[:-1], sizes[-1] // 2 + 1)
        return [shape[: len(shape) - axes] + sizes]

    return rule


def _check_lengths(value: Any, lengths: Any, axes: int, is_forward: bool) -> tuple[int, ...]:
    """How many elements of each of the last axes are transformed."""
    if np.ndim(value) < axes:
        raise ValueError(f"Input must have rank of at least {axes} but got: {np.ndim(value)}")
    if np.shape(lengths) != (axes,):
        raise ValueError(f"fft_length must have shape [{axes}]")
    if min(lengths) < 0:
        raise ValueError(f"fft_length must not be negative, but is {lengths.tolist()}")
    wanted = [int(length) for length in lengths]
    if not is_forward:
        wanted[-1] = wanted[-1] // 2 + 1
    for axis, length in zip(builtins.range(value.ndim - axes, value.ndim), wanted, strict=True):
        if value.shape[axis] and value.shape[axis] < length:
            raise ValueError(
                f"Input dimension {axis} must have length of at least {length} but got: {value.shape[axis]}"
            )
    return tuple(wanted)


def _of_real(axes: int) -> Callable[[Any, Any], Any]:
    def kernel(value: Any, lengths: Any) -> Any:
        used = _check_lengths(value, lengths, axes, is_forward=True)
        outer = value.shape[: value.ndim - axes]
        if not value.size or 0 in used:
            last = used[-1] // 2 + 1 if used[-1] else 0
            return np.zeros((*outer, *used[:-1], last), np.complex64)
        return np.fft.rfftn(value, used, axes=builtins.range(-axes, 0)).astype(np.complex64, copy=False)

    return kernel


def _to_real(axes: int) -> Callable[[Any, Any], Any]:
    def kernel(value: Any, lengths: Any) -> Any:
        _check_lengths(value, lengths, axes, is_forward=False)
        sizes = tuple(int(length) for length in lengths)
        if not value.size or 0 in sizes:
            return np.zeros((*value.shape[: value.ndim - axes], *sizes), np.float32)
        return np.fft.irfftn(value, sizes, axes=builtins.range(-axes, 0)).astype(np.float32, copy=False)

    return kernel


def _define_real(type: str, axes: int, gradient: GradientRule | None) -> OpDefinition:
    """Defines the transform of real numbers, of which only half is kept, since the other half follows."""
    numbers = np.linspace(-1.0, 2.0, 3**axes).reshape((3,) * axes)
    return define_op(
        type,
        ["input: float32", "fft_length: int32"],
        ["output: complex64"],
        shape=_real_shape(axes, is_forward=True),
        kernel=_of_real(axes),
        gradient=gradient,
        samples=[
            # There is no transform of doubles, with which derivatives are compared.
            Sample((samples.float32(numbers), samples.int32([3] * axes)), differentiable=False),
            Sample(
                (samples.float32(numbers[np.newaxis, ..., :2]), samples.int32([3] * (axes - 1) + [2])),
                differentiable=False,
            ),
            Sample((samples.float32(numbers), samples.int32([4] * axes)), raises="length of at least 4"),
        ],
    )


def _define_inverse_real(type: str, axes: int, gradient: GradientRule | None) -> OpDefinition:
    """Defines the inverse of the transform of real numbers."""
    numbers = np.linspace(-1.0, 2.0, 3**axes).reshape((3,) * axes) * (1 + 0.5j)
    return define_op(
        type,
        ["input: complex64", "fft_length: int32"],
        ["output: float32"],
        shape=_real_shape(axes, is_forward=False),
        kernel=_to_real(axes),
        gradient=gradient,
        samples=[
            Sample((samples.complex64(numbers), samples.int32([3] * (axes - 1) + [4]))),
            Sample((samples.complex64(numbers[np.newaxis]), samples.int32([3] * (axes - 1) + [5]))),
            Sample((samples.complex64(numbers), samples.int32([6] * axes)), raises="length of at least"),
        ],
    )


RFFT = _define_real("RFFT", 1, real_gradients.forward_gradient(1, lambda *inputs: irfft(*inputs)))
IRFFT = _define_inverse_real("IRFFT", 1, real_gradients.inverse_gradient(1, lambda *inputs: rfft(*inputs)))
RFFT2D = _define_real("RFFT2D", 2, real_gradients.forward_gradient(2, lambda *inputs: irfft2d(*inputs)))
IRFFT2D = _define_inverse_real(
    "IRFFT2D", 2, real_gradients.inverse_gradient(2, lambda *inputs: rfft2d(*inputs))
)
# TensorFlow has no gradients of these.
RFFT3D = _define_real("RFFT3D", 3, None)
IRFFT3D = _define_inverse_real("IRFFT3D", 3, None)


def fft(input: Any, name: str | None = None) -> Tensor:
    """The discrete Fourier transform along the last axis.

    Args:
        input: complex64 or complex128, of rank 1 or more.
        name: the operation's name.

    Returns:
        A Tensor like ``input``.

    Source: TensorFlow's ``FFT``.
    """
    return FFT(input, name=name)


def ifft(input: Any, name: str | None = None) -> Tensor:
    """The inverse of ``fft`` (TensorFlow's ``IFFT``)."""
    return IFFT(input, name=name)


def fft2d(input: Any, name: str | None = None) -> Tensor:
    """``fft`` along the last two axes (TensorFlow's ``FFT2D``)."""
    return FFT2D(input, name=name)


def ifft2d(input: Any, name: str | None = None) -> Tensor:
    """The inverse of ``fft2d`` (TensorFlow's ``IFFT2D``)."""
    return IFFT2D(input, name=name)


def fft3d(input: Any, name: str | None = None) -> Tensor:
    """``fft`` along the last three axes (TensorFlow's ``FFT3D``)."""
    return FFT3D(input, name=name)


def ifft3d(input: Any, name: str | None = None) -> Tensor:
    """The inverse of ``fft3d`` (TensorFlow's ``IFFT3D``)."""
    return IFFT3D(input, name=name)


def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The Fourier transform of real numbers along the last axis: its first half, and one more.

    Args:
        input_tensor: float32, of rank 1 or more.
        fft_length: a vector with the number of elements to transform, beyond which they are cut off, or
            up to which zeros are added; the size of the axis if None.
        name: the operation's name.

    Returns:
        A Tensor of complex64, the last axis ``fft_length // 2 + 1`` long.

    Source: ``tf.signal.rfft``.
    """
    return _transform_real(RFFT, 1, "rfft", input_tensor, fft_length, name)


def rfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """``rfft`` along the last axis and ``fft`` along the one before (``tf.signal.rfft2d``)."""
    return _transform_real(RFFT2D, 2, "rfft2d", input_tensor, fft_length, name)


def rfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """``rfft`` along the last axis and ``fft`` along the two before (``tf.signal.rfft3d``)."""
    return _transform_real(RFFT3D, 3, "rfft3d", input_tensor, fft_length, name)


def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The inverse of ``rfft``.

    Args:
        input_tensor: complex64, of rank 1 or more.
        fft_length: a vector with the number of elements of the result; twice the size of the axis less
            one, if None.
        name: the operation's name.

    Returns:
        A Tensor of float32.

    Source: ``tf.signal.irfft``.
    """
    return _transform_to_real(IRFFT, 1, "irfft", input_tensor, fft_length, name)


def irfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The inverse of ``rfft2d`` (``tf.signal.irfft2d``)."""
    return _transform_to_real(IRFFT2D, 2, "irfft2d", input_tensor, fft_length, name)


def irfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The inverse of ``rfft3d`` (``tf.signal.irfft3d``)."""
    return _transform_to_real(IRFFT3D, 3, "irfft3d", input_tensor, fft_length, name)


def _transform_real(
    definition: OpDefinition, axes: int, default_name: str, value: Any, lengths: Any, name: str | None
) -> Tensor:
    with name_scope(name, default_name, [value, lengths]) as scope:
        tensor = convert_to_tensor(value, dtypes.float32)
        tensor.shape.with_rank_at_least(axes)
        if lengths is not None:
            lengths = convert_to_tensor(lengths, dtypes.int32)
        elif shapes.is_fully_defined(inner := _inner_shape(tensor, axes)):
            lengths = convert_to_tensor(list(inner), dtypes.int32)
        else:
            lengths = shape_queries.shape(tensor)[-axes:]
        return definition(_padded(tensor, axes, lengths, is_inverse=False), lengths, name=scope)


def _transform_to_real(
    definition: OpDefinition, axes: int, default_name: str, value: Any, lengths: Any, name: str | None
) -> Tensor:
    with name_scope(name, default_name, [value, lengths]) as scope:
        tensor = convert_to_tensor(value, dtypes.complex64)
        tensor.shape.with_rank_at_least(axes)
        if lengths is not None:
            lengths = convert_to_tensor(lengths, dtypes.int32)
        elif shapes.is_fully_defined(inner := _inner_shape(tensor, axes)):
            lengths = convert_to_tensor([*inner[:-1], max(0, 2 * (inner[-1] - 1))], dtypes.int32)
        else:
            sizes = packing.unstack(shape_queries.shape(tensor)[-axes:])
            sizes[-1] = arithmetic.maximum(0, 2 * (sizes[-1] - 1))
            lengths = packing.stack(sizes)
        return definition(_padded(tensor, axes, lengths, is_inverse=True), lengths, name=scope)


def _inner_shape(tensor: Tensor, axes: int) -> StaticShape:
    return None if tensor.static_shape is None else tensor.static_shape[-axes:]


def _padded(tensor: Tensor, axes: int, lengths: Tensor, is_inverse: bool) -> Tensor:
    """The tensor with zeros after its elements, where it is shorter than the transform."""
    wanted = constant_shape(lengths)
    shape = tensor.static_shape
    if shape is not None and 0 in shape:
        return tensor
    if shapes.is_fully_defined(wanted) and shape is not None and wanted:
        inner = shape[-len(wanted) :]
        if shapes.is_fully_defined(inner):
            if is_inverse:
                wanted = (*wanted[:-1], wanted[-1] // 2 + 1)
            added = [[0, max(new - old, 0)] for new, old in zip(wanted, inner, strict=False)]
            if not any(after for _, after in added):
                return tensor
            return padding.pad(tensor, [[0, 0]] * max(len(shape) - len(wanted), 0) + added)
    rank = shape_queries.rank(tensor)
    sizes = shape_queries.shape(tensor)[-axes:]
    outer_rank = arithmetic.maximum(0, rank - axes)
    outer = filling.zeros([outer_rank], lengths.dtype)
    if is_inverse:
        lengths = joining.concat([lengths[:-1], lengths[-1:] // 2 + 1], 0)
    inner_padding = arithmetic.maximum(0, lengths - sizes)
    after = joining.concat([outer, inner_padding], 0)
    pairs = packing.stack([filling.zeros_like(after), after], axis=1)
    return padding.pad(tensor, pairs)
