"""What the functions of ``tf.image`` ask of an image, when the graph is built or when it is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, packing, shape_queries
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import asserts, logging_ops
from graphlog.ops.state.variables import Variable

# TensorFlow computes images of these dtypes as they are, and others in single precision.
COMPUTED_AS_THEY_ARE = (dtypes.float16, dtypes.float32)


def is_tensor(value: Any) -> bool:
    """Whether the value is known only in a run."""
    return isinstance(value, Tensor | Variable)


def assert_or_raise(condition: Any, message: str) -> list[Operation]:
    """An operation that checks a tensor; none for a Python condition, which is checked at once.

    Raises:
        ValueError: the Python condition does not hold.
    """
    if is_tensor(condition):
        return [logging_ops.Assert(condition, [message])]
    if not condition:
        raise ValueError(message)
    return []


def dimensions(image: Tensor, rank: int) -> list[Any]:
    """The sizes of an image: integers where they are known, else scalar tensors."""
    if image.shape.is_fully_defined():
        return image.shape.as_list()
    known = image.shape.with_rank(rank).as_list()
    found = packing.unstack(shape_queries.shape(image), rank)
    return [tensor if size is None else size for size, tensor in zip(known, found, strict=True)]


def check_at_least_3d(image: Tensor) -> list[Operation]:
    """Operations that check that an image has three dimensions or more, and that none is 0.

    Returns:
        A list, empty where the shape is known.

    Raises:
        ValueError: it is known not to be so.
    """
    try:
        unknown = image.shape.rank is None
        sizes = image.shape.with_rank(3) if unknown else image.shape.with_rank_at_least(3)
    except ValueError:
        raise ValueError("'image' must be at least three-dimensional.") from None
    if any(size.value == 0 for size in sizes):
        raise ValueError(f"all dims of 'image.shape' must be > 0: {sizes}")
    if sizes.is_fully_defined():
        return []
    message = "'image' must be at least three-dimensional."
    return [
        asserts.assert_positive(shape_queries.shape(image), ["all dims of 'image.shape' must be > 0."]),
        asserts.assert_greater_equal(shape_queries.rank(image), 3, message=message),
    ]


def assert_at_least_3d(image: Tensor) -> Tensor:
    """The image; it is checked in a run where its shape is not known."""
    return after(check_at_least_3d(image), image)


def assert_grayscale(image: Any) -> Tensor:
    """The image, whose last dimension is 1; it is checked in a run where its shape is not known.

    Raises:
        ValueError: it is known not to be so.
    """
    shape = image.shape
    try:
        shape = shape.with_rank(2) if shape.rank is None else shape.with_rank_at_least(2)
    except ValueError:
        raise ValueError("A grayscale image must be at least two-dimensional.") from None
    if shape.is_fully_defined():
        if shape[-1].value != 1:
            raise ValueError("Last dimension of a grayscale image should be size 1.")
        return after([], image)
    last: Any = shape_queries.shape(image)[-1]
    checks = [
        asserts.assert_equal(last, 1, message="Last dimension of a grayscale image should be size 1."),
        asserts.assert_greater_equal(
            shape_queries.rank(image), 3, message="A grayscale image must be at least two-dimensional."
        ),
    ]
    return after(checks, image)


def after(checks: Sequence[Operation], value: Any) -> Tensor:
    """The value, for which the checks are waited; ``value`` itself where there is none."""
    result: Tensor = grouping.with_dependencies(list(checks), value)
    return result


def as_batch(image: Any) -> tuple[Tensor, bool]:
    """An image or a batch of images as a batch, and whether it was one.

    Raises:
        ValueError: it has neither 3 nor 4 dimensions.
    """
    tensor = convert_to_tensor(image, name="image")
    rank = tensor.shape.rank
    if rank == 4:
        return tensor, True
    if rank not in (3, None):
        raise ValueError("'image' must have either 3 or 4 dimensions.")
    batch = axes.expand_dims(tensor, 0)
    if rank is None:
        batch.set_shape([None] * 4)
    return batch, False
