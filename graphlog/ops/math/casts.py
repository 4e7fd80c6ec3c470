"""Cast: a tensor's elements as another dtype."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.math import arithmetic
from graphlog.ops.name_scopes import name_scope


def _cast_kernel(op: Operation) -> Kernel:
    dtype = op.outputs[0].dtype.numpy_dtype
    if dtype.kind == "c" or not op.inputs[0].dtype.is_complex:
        return lambda value: value.astype(dtype)
    # The imaginary part is dropped, without NumPy's warning.
    return lambda value: value.real.astype(dtype)


def _cast_gradient(op: Operation, grad: Tensor) -> Tensor | None:
    source = op.inputs[0].dtype.base_dtype
    can_differentiate = all(dtype.is_floating or dtype.is_complex for dtype in (source, grad.dtype))
    return cast(grad, source) if can_differentiate else None


Cast = define_op(
    "Cast",
    ["x: SrcT"],
    ["y: DstT"],
    attributes={"SrcT": types(), "DstT": types(), "Truncate": boolean(False)},
    shape=shape_rules.unchanged,
    make_kernel=_cast_kernel,
    gradient=_cast_gradient,
    samples=[
        Sample((samples.float32([1.7, -2.5]),), {"DstT": dtypes.int32}),
        Sample((samples.float32([1.7, -2.5]),), {"DstT": dtypes.float64}),
        Sample((samples.boolean([True, False]),), {"DstT": dtypes.float32}),
    ],
)


def cast(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """A tensor's elements as another dtype; floats lose their fraction when they become integers.

    Args:
        x: a tensor; also a SparseTensor or IndexedSlices, whose values are cast.
        dtype: the dtype of the result.
        name: the operation's name.

    Returns:
        A Tensor (SparseTensor, IndexedSlices) of that dtype and the same shape; ``x`` itself where it is a
        Tensor that has that dtype.

    Source: TensorFlow's ``Cast``.
    """
    wanted = as_dtype(dtype).base_dtype
    if _need_not_be_read(x) and x.dtype is wanted:
        return x  # type: ignore[no-any-return]
    with name_scope(name, "Cast", [x]) as scope:
        if isinstance(x, SparseTensor | IndexedSlices):
            return _cast_values(x, wanted, scope)  # type: ignore[no-any-return]
        tensor = convert_to_tensor(x, name="x")
        if tensor.dtype.base_dtype is wanted:
            return tensor
        return Cast(tensor, DstT=wanted, name=scope)


def _need_not_be_read(x: Any) -> bool:
    """Whether something is a tensor, or a resource variable, which TensorFlow does not read for this."""
    return isinstance(x, Tensor) or getattr(x, "is_resource", False)


def _cast_values(x: Any, dtype: DType, name: str) -> Any:
    values = cast(x.values, dtype, name=name)
    if isinstance(x, IndexedSlices):
        return IndexedSlices(values, x.indices, x.dense_shape)
    return SparseTensor(x.indices, values, x.dense_shape)


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """``cast``, but numbers beyond what ``dtype`` can hold become its least or greatest one.

    Args:
        value: a tensor of real numbers.
        dtype: the dtype of the result.
        name: the operation's name.

    Returns:
        A Tensor of that dtype and the same shape.

    Source: ``tf.saturate_cast``.
    """
    with name_scope(name, "saturate_cast", [value]) as scope:
        tensor = convert_to_tensor(value, name="value")
        wanted = as_dtype(dtype).base_dtype
        if tensor.dtype.min < wanted.min:
            tensor = arithmetic.Maximum(tensor, convert_to_tensor(wanted.min, tensor.dtype, name="min"))
        if tensor.dtype.max > wanted.max:
            tensor = arithmetic.Minimum(tensor, convert_to_tensor(wanted.max, tensor.dtype, name="max"))
        return cast(tensor, wanted, name=scope)


def to_float(x: Any, name: str = "ToFloat") -> Tensor:
    """``cast`` to float32."""
    return cast(x, dtypes.float32, name=name)


def to_double(x: Any, name: str = "ToDouble") -> Tensor:
    """``cast`` to float64."""
    return cast(x, dtypes.float64, name=name)


def to_int32(x: Any, name: str = "ToInt32") -> Tensor:
    """``cast`` to int32."""
    return cast(x, dtypes.int32, name=name)


def to_int64(x: Any, name: str = "ToInt64") -> Tensor:
    """``cast`` to int64."""
    return cast(x, dtypes.int64, name=name)


def to_bfloat16(x: Any, name: str = "ToBFloat16") -> Tensor:
    """``cast`` to bfloat16."""
    return cast(x, dtypes.bfloat16, name=name)


def to_complex64(x: Any, name: str = "ToComplex64") -> Tensor:
    """``cast`` to complex64."""
    return cast(x, dtypes.complex64, name=name)


def to_complex128(x: Any, name: str = "ToComplex128") -> Tensor:
    """``cast`` to complex128."""
    return cast(x, dtypes.complex128, name=name)
