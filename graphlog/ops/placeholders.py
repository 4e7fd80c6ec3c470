"""Placeholder and PlaceholderWithDefault: tensors whose value is fed, or may be."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, types
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples

# How TensorFlow's C++ part calls the dtypes.
_CPP_NAMES = {"float32": "float", "float64": "double", "float16": "half"}


def cpp_name(dtype: DType) -> str:
    """What TensorFlow's C++ part calls a dtype."""
    return _CPP_NAMES.get(dtype.name, dtype.name)


def _placeholder_kernel(op: Operation) -> Kernel:
    def kernel() -> Any:
        dtype = cpp_name(op.attributes["dtype"])
        shape = op.attributes["shape"].as_tuple()
        with_shape = "" if shape is None else f" and shape {shapes.bracketed(shape)}"
        raise ValueError(
            f"You must feed a value for placeholder tensor '{op.name}' with dtype {dtype}{with_shape}"
        )

    return kernel


Placeholder = define_op(
    "Placeholder",
    [],
    ["output: dtype"],
    attributes={"dtype": types(), "shape": Attribute("shape", TensorShape(None))},
    shape=lambda op: [op.attributes["shape"].as_tuple()],
    make_kernel=_placeholder_kernel,
    samples=[
        Sample(
            attributes={"dtype": dtypes.float32, "shape": TensorShape([2])},
            raises="dtype float and shape [2]",
        ),
        Sample(attributes={"dtype": dtypes.int32}, raises="You must feed a value"),
    ],
)


def _default_shape(op: Operation) -> list[StaticShape]:
    # Other shapes than the default's may be fed, so the more precise shape of the two says nothing.
    shapes.merge(op.inputs[0].static_shape, op.attributes["shape"].as_tuple())
    return [op.attributes["shape"].as_tuple()]


PlaceholderWithDefault = define_op(
    "PlaceholderWithDefault",
    ["input: dtype"],
    ["output: dtype"],
    attributes={"dtype": types(), "shape": Attribute("shape")},
    shape=_default_shape,
    kernel=lambda value: value,
    gradient=lambda op, grad: grad,
    samples=[
        Sample((samples.float32([1.5, -2.0]),), {"shape": TensorShape([None])}),
        Sample((samples.int32(3),), {"shape": TensorShape([])}),
    ],
    returns_view=True,
)


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor whose value is given to each run by its ``feed_dict``.

    Args:
        dtype: the dtype of the values.
        shape: what is known of their shape; anything may be fed if None.
        name: the operation's name.

    Returns:
        The Tensor.

    Raises:
        TypeError: there is no such dtype, or the shape is none.

    Source: TensorFlow's ``Placeholder``.
    """
    return Placeholder(dtype=dtype, shape=shape, name=name)


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor whose value may be given to a run by its ``feed_dict``.

    Args:
        input: its value where none is given.
        shape: what is known of the shape of all values.
        name: the operation's name.

    Returns:
        The Tensor.

    Raises:
        ValueError: ``input`` is not of that shape.

    Source: TensorFlow's ``PlaceholderWithDefault``.
    """
    return PlaceholderWithDefault(input, shape=shape, name=name)
