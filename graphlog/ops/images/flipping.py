"""Images flipped, turned and transposed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, reordering, shape_queries
from graphlog.ops.control_flow import conditionals
from graphlog.ops.images.checks import assert_at_least_3d
from graphlog.ops.math import arithmetic, casts, comparisons, rounding
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.random import random_functions

_WRONG_RANK = "'image' must have either 3 or 4 dimensions."


def _with_shape_of(image: Tensor, result: Tensor) -> Tensor:
    """The result, which has the image's shape, or three dimensions where nothing is known of it."""
    result.set_shape([None, None, None] if image.shape.rank is None else image.shape)
    return result


def flip_left_right(image: Any) -> Tensor:
    """The image, or each image of a batch, with left and right exchanged.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.

    Returns:
        A Tensor of the same dtype and shape.

    Raises:
        ValueError: the image has neither 3 nor 4 dimensions, or a size is 0.

    Source: ``tf.image.flip_left_right``.
    """
    return _flip(image, 1, "flip_left_right")


def flip_up_down(image: Any) -> Tensor:
    """The image, or each image of a batch, upside down; as ``flip_left_right``."""
    return _flip(image, 0, "flip_up_down")


def _flip(image: Any, axis: int, scope: str) -> Tensor:
    with name_scope(None, scope, [image]):
        tensor = assert_at_least_3d(convert_to_tensor(image, name="image"))
        rank = tensor.shape.rank
        if rank in (3, None):
            return _with_shape_of(tensor, reordering.reverse(tensor, [axis]))
        if rank == 4:
            return reordering.reverse(tensor, [axis + 1])
        raise ValueError(_WRONG_RANK)


def random_flip_left_right(image: Any, seed: int | None = None) -> Tensor:
    """``flip_left_right`` with a chance of 1 in 2, for each image of a batch by itself.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.
        seed: see ``tf.set_random_seed``.

    Returns:
        A Tensor of the same dtype and shape.

    Raises:
        ValueError: the image has neither 3 nor 4 dimensions, or a size is 0.

    Source: ``tf.image.random_flip_left_right``.
    """
    return _random_flip(image, 1, seed, "random_flip_left_right")


def random_flip_up_down(image: Any, seed: int | None = None) -> Tensor:
    """``flip_up_down`` with a chance of 1 in 2; as ``random_flip_left_right``."""
    return _random_flip(image, 0, seed, "random_flip_up_down")


def _random_flip(image: Any, axis: int, seed: int | None, scope_name: str) -> Tensor:
    with name_scope(None, scope_name, [image]) as scope:
        tensor = assert_at_least_3d(convert_to_tensor(image, name="image"))
        rank = tensor.shape.rank
        if rank in (3, None):
            chance = random_functions.random_uniform([], 0, 1.0, seed=seed)
            result = conditionals.cond(
                comparisons.less(chance, 0.5),
                lambda: reordering.reverse(tensor, [axis]),
                lambda: tensor,
                name=scope,
            )
            return _with_shape_of(tensor, result)
        if rank != 4:
            raise ValueError(_WRONG_RANK)
        count: Any = shape_queries.shape(tensor)[0]
        chances = random_functions.random_uniform([count], 0, 1.0, seed=seed)
        is_flipped: Any = rounding.round(arrays.reshape(chances, [count, 1, 1, 1]))
        is_flipped = casts.cast(is_flipped, tensor.dtype)
        flipped = reordering.reverse(tensor, [axis + 1])
        result = is_flipped * flipped + (1 - is_flipped) * tensor
        assert isinstance(result, Tensor)
        return result


def rot90(image: Any, k: Any = 1, name: str | None = None) -> Tensor:
    """The image, or each image of a batch, turned by 90 degrees counter-clockwise.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.
        k: how many times it is turned, a scalar.
        name: the scope of the operations.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: the image has neither 3 nor 4 dimensions, a size is 0, or ``k`` is no scalar.

    Source: ``tf.image.rot90``.
    """
    with name_scope(name, "rot90", [image, k]) as scope:
        tensor = assert_at_least_3d(convert_to_tensor(image, name="image"))
        times = convert_to_tensor(k, dtypes.int32, "k")
        times.shape.assert_has_rank(0)
        times = arithmetic.floormod(times, 4)
        rank = tensor.shape.rank
        if rank not in (3, 4, None):
            raise ValueError(_WRONG_RANK)
        result = _turned(tensor, times, 1 if rank == 4 else 0, scope)
        if rank == 4:
            result.set_shape([result.shape[0], None, None, result.shape[3]])
        else:
            result.set_shape([None, None, tensor.shape[2]])
        return result


def _turned(tensor: Tensor, times: Tensor, rows: int, scope: str) -> Tensor:
    """The image, whose rows are along the axis ``rows``."""
    order = [0, 2, 1, 3] if rows else [1, 0, 2]

    def once() -> Tensor:
        return arrays.transpose(reordering.reverse(tensor, [rows + 1]), order)

    def twice() -> Tensor:
        return reordering.reverse(tensor, [rows, rows + 1])

    def thrice() -> Tensor:
        return reordering.reverse(arrays.transpose(tensor, order), [rows + 1])

    cases: Sequence[tuple[Tensor, Callable[[], Tensor]]] = [
        (comparisons.equal(times, number), turn) for number, turn in ((1, once), (2, twice), (3, thrice))
    ]
    result: Tensor = conditionals.case(cases, default=lambda: tensor, exclusive=True, name=scope)
    return result


def transpose_image(image: Any, name: str | None = None) -> Tensor:
    """The image, or each image of a batch, with rows and columns exchanged.

    Args:
        image: ``(height, width, channels)`` or ``(batch, height, width, channels)``.
        name: the operation's name.

    Returns:
        A Tensor of the same dtype.

    Raises:
        ValueError: the image has neither 3 nor 4 dimensions, or a size is 0.

    Source: ``tf.image.transpose_image``.
    """
    with name_scope(name, "transpose", [image]):
        tensor = assert_at_least_3d(convert_to_tensor(image, name="image"))
        rank = tensor.shape.rank
        if rank not in (3, 4, None):
            raise ValueError(_WRONG_RANK)
        order = [0, 2, 1, 3] if rank == 4 else [1, 0, 2]
        return arrays.transpose(tensor, order, name=name or "transpose")
