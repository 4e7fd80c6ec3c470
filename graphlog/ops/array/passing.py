"""Operations that pass a tensor on, with something said about it: its shape, its bits, its constancy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, type_list, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape, static_shape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules

_VECTOR = samples.float32([1.5, -2.0])
_CASTABLE = (
    *(dtypes.bfloat16, dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int64, dtypes.int32),
    *(dtypes.uint8, dtypes.uint16, dtypes.uint32, dtypes.uint64, dtypes.int8, dtypes.int16),
    *(dtypes.complex64, dtypes.complex128, dtypes.qint8, dtypes.quint8, dtypes.qint16, dtypes.quint16),
    dtypes.qint32,
)

IdentityN = define_op(
    "IdentityN",
    ["input: T"],
    ["output: T"],
    attributes={"T": type_list()},
    shape=lambda op: [tensor.static_shape for tensor in op.inputs],
    kernel=lambda *values: values,
    gradient=lambda op, *grads: grads,
    samples=[Sample(([_VECTOR, samples.int32(3), samples.float64([[1.0]])],))],
    returns_view=True,
)
# TensorFlow defines no gradient of it.
GuaranteeConst = define_op(
    "GuaranteeConst",
    ["input: T"],
    ["output: T"],
    attributes={"T": types()},
    shape=shape_rules.unchanged,
    kernel=lambda value: value,
    samples=[Sample((_VECTOR,))],
    is_stateful=True,
    returns_view=True,
)


def _ensured_shape(op: Operation) -> list[StaticShape]:
    return [shapes.merge(op.inputs[0].static_shape, op.attributes["shape"].as_tuple())]


def _ensure_shape_kernel(op: Operation) -> Kernel:
    expected, name = op.attributes["shape"].as_tuple(), op.inputs[0].op.name

    def kernel(value: Any) -> Any:
        if not shapes.is_compatible(np.shape(value), expected):
            raise ValueError(
                f"Shape of tensor {name} {shapes.bracketed(np.shape(value))} is not compatible with expected "
                f"shape {shapes.bracketed(expected)}."
            )
        return value

    return kernel


EnsureShape = define_op(
    "EnsureShape",
    ["input: T"],
    ["output: T"],
    attributes={"shape": Attribute("shape"), "T": types()},
    shape=_ensured_shape,
    make_kernel=_ensure_shape_kernel,
    gradient=lambda op, grad: grad,
    samples=[
        Sample((_VECTOR,), {"shape": TensorShape([2])}),
        Sample((_VECTOR,), {"shape": TensorShape([None])}),
        Sample(
            (_VECTOR,), {"shape": TensorShape([3])}, raises="[2] is not compatible with expected shape [3]"
        ),
    ],
    returns_view=True,
)


def _bitcast_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    source, target = op.inputs[0].dtype.size, op.attributes["type"].size
    if shape is None or source == target:
        return [shape]
    if source > target:
        return [(*shape, source // target)]
    if not shape or shape[-1] not in (None, target // source):
        size = shape[-1] if shape else None
        raise ValueError(
            f"Cannot bitcast due to shape. {size} is not evenly divisible by {target // source}."
        )
    return [shape[:-1]]


def _bitcast_kernel(op: Operation) -> Kernel:
    target = op.outputs[0].dtype.numpy_dtype

    def kernel(value: Any) -> Any:
        value = np.array(value, order="C")
        source = value.dtype.itemsize
        if source > target.itemsize:
            return value[..., np.newaxis].view(target)
        if source < target.itemsize:
            ratio = target.itemsize // source
            if not value.shape or value.shape[-1] != ratio:
                raise ValueError(
                    f"Cannot bitcast from {op.inputs[0].dtype.name} to {op.outputs[0].dtype.name}: the last "
                    f"dimension of shape {shapes.bracketed(value.shape)} is not {ratio}"
                )
            return value.view(target)[..., 0]
        return value.view(target)

    return kernel


# TensorFlow defines no gradient of it.
Bitcast = define_op(
    "Bitcast",
    ["input: T"],
    ["output: type"],
    attributes={"T": types(*_CASTABLE), "type": types(*_CASTABLE)},
    shape=_bitcast_shape,
    make_kernel=_bitcast_kernel,
    samples=[
        Sample((_VECTOR,), {"type": dtypes.int32}),
        Sample((samples.float64(1.5),), {"type": dtypes.uint8}),
        Sample((samples.int32([[1, 2], [3, 4]]),), {"type": dtypes.complex64}),
        Sample((samples.int32([1, 2, 3]),), {"type": dtypes.int64}, raises="of shape [3] is not 2"),
    ],
)


def identity_n(input: Sequence[Any], name: str | None = None) -> list[Tensor]:
    """Tensors of the same values, all passed on by one operation (TensorFlow's ``IdentityN``)."""
    return list(IdentityN.operation(list(input), name=name).outputs)


def guarantee_const(input: Any, name: str | None = None) -> Tensor:
    """A tensor that the caller promises does not change (TensorFlow's ``GuaranteeConst``)."""
    return GuaranteeConst(input, name=name)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor whose shape is checked when it is run, and known from now on.

    Args:
        x: a tensor.
        shape: what its shape must be compatible with.
        name: the operation's name.

    Returns:
        The same values.

    Raises:
        ValueError: the static shape is not compatible.

    Source: TensorFlow's ``EnsureShape``.
    """
    return EnsureShape(x, shape=TensorShape(static_shape(shape)), name=name)


def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """The bits of a tensor, read as another dtype.

    Args:
        input: a tensor of numbers.
        type: the other dtype; where its elements are larger or smaller, the last axis goes or comes.
        name: the operation's name.

    Returns:
        A Tensor of that dtype.

    Raises:
        ValueError: the last axis does not hold the parts of an element.

    Source: TensorFlow's ``Bitcast``.
    """
    return Bitcast(input, type=type, name=name)
