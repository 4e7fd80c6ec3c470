"""Images in another dtype, scaled to what it means by white."""

from __future__ import annotations

from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import as_dtype
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.math import arithmetic, casts, division
from graphlog.ops.name_scopes import name_scope


def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False, name: str | None = None) -> Tensor:
    """An image in another dtype: 1.0 of floating point is the largest number of an integer dtype.

    Args:
        image: an image, of any shape.
        dtype: the dtype of the result.
        saturate: whether numbers that the dtype cannot hold become its least or largest one.
        name: the operation's name.

    Returns:
        A Tensor of that dtype and the same shape.

    Raises:
        AttributeError: the dtype is of neither integers nor floating point.

    Source: ``tf.image.convert_image_dtype``.
    """
    tensor = convert_to_tensor(image, name="image")
    wanted, given = as_dtype(dtype), tensor.dtype
    if not wanted.is_floating and not wanted.is_integer:
        raise AttributeError("dtype must be either floating point or integer")
    if wanted == given:
        return arrays.identity(tensor, name=name)
    cast = casts.saturate_cast if saturate else casts.cast
    with name_scope(name, "convert_image", [tensor]) as scope:
        if given.is_integer and wanted.is_integer:
            if given.max > wanted.max:
                return cast(division.div(tensor, (given.max + 1) // (wanted.max + 1)), wanted, name=scope)
            scale = (wanted.max + 1) // (given.max + 1)
            return arithmetic.multiply(cast(tensor, wanted), scale, name=scope)
        if given.is_floating and wanted.is_floating:
            return casts.cast(tensor, wanted, name=scope)
        if given.is_integer:
            return arithmetic.multiply(casts.cast(tensor, wanted), 1.0 / given.max, name=scope)
        # With half a step more, the largest number stands for as much as each other one.
        return cast(arithmetic.multiply(tensor, wanted.max + 0.5), wanted, name=scope)
