"""Placeholder: a tensor whose value is fed."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor

# How TensorFlow's C++ part calls the dtypes.
_CPP_NAMES = {"float32": "float", "float64": "double", "float16": "half"}


def _placeholder_kernel(op: Operation) -> Kernel:
    def kernel() -> Any:
        dtype = op.attributes["dtype"].name
        shape = op.attributes["shape"].as_tuple()
        with_shape = "" if shape is None else f" and shape {shapes.bracketed(shape)}"
        raise ValueError(
            f"You must feed a value for placeholder tensor '{op.name}' with dtype "
            f"{_CPP_NAMES.get(dtype, dtype)}{with_shape}"
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
