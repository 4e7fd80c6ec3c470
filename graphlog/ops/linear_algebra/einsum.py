"""``tf.einsum``: sums of products in Einstein's notation, built of products and sums of tensors.

Inputs are taken two at a time. The axes of two inputs are of three kinds: those of both that stay
(``kept``), those of both that are summed, and those of one alone (``own``).
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Sequence
from typing import Any

from graphlog.core.printable import described
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, axes, shape_queries
from graphlog.ops.linear_algebra import identity_matrices, matmul
from graphlog.ops.math import arithmetic, reductions
from graphlog.ops.name_scopes import name_scope


def einsum(equation: str, *inputs: Any, name: str | None = None) -> Tensor:
    """The sums of products of tensors that an equation in Einstein's notation describes.

    Args:
        equation: such as ``"ij,jk->ik"``: a letter for each axis of each input and, after the arrow, of
            the result. Without an arrow the letters that occur once stay, in alphabetical order.
            ``...`` stands for any axes before or between.
        *inputs: the tensors.
        name: the scope's name.

    Returns:
        A Tensor.

    Raises:
        ValueError: the equation has an error or does not fit the inputs, or a letter occurs twice in one
            input, but for the trace ``"ii"``.

    Source: ``tf.einsum``.
    """
    with name_scope(name, "einsum", [equation, inputs]):
        input_labels, output_labels = _resolved(equation, [x.static_shape for x in inputs])
        for labels in input_labels:
            if len(input_labels) == 1 and _is_trace(labels) and "->" not in equation:
                return identity_matrices.trace(inputs[0])
            if len(set(labels)) != len(labels):
                raise ValueError(f"Subscript not supported: an axis appears more than once: {labels}")
        uses = [label for labels in input_labels for label in labels]
        if any(uses.count(label) > 2 and label not in output_labels for label in uses):
            return _product_of_all(inputs, input_labels, output_labels)
        return _pair_by_pair(equation, inputs, input_labels, output_labels)


def _is_trace(labels: str) -> bool:
    return labels == labels[::-1] and any(labels.count(label) == 2 for label in labels)


def _pair_by_pair(
    equation: str, inputs: Sequence[Tensor], input_labels: Sequence[str], output_labels: str
) -> Tensor:
    result, labels = inputs[0], input_labels[0]
    for other, other_labels in zip(inputs[1:], input_labels[1:], strict=True):
        summed = (set(labels) & set(other_labels)) - set(output_labels)
        result, labels = _product_of_two(result, labels, other, other_labels, summed)
    surplus = [axis for axis, label in enumerate(labels) if label not in output_labels]
    if surplus:
        result = reductions.reduce_sum(result, axis=surplus)
        labels = "".join(label for label in labels if label in output_labels)
    if sorted(labels) != sorted(output_labels):
        raise ValueError(f"Invalid equation: {equation}")
    return _transposed(result, [labels.index(label) for label in output_labels])


def _resolved(equation: str, input_shapes: Sequence[StaticShape]) -> tuple[list[str], str]:
    """The letters of each input and of the result, with letters in place of each ``...``."""
    if not isinstance(equation, str):
        raise TypeError(f"The equation of einsum is a string, not {described(equation)}.")
    equation = equation.replace(" ", "")
    match = re.match("^([a-zA-Z,.]+)(->[a-zA-Z.]*)?$", equation)
    if not match:
        raise ValueError(f"Indices have incorrect format: {equation}")
    input_labels = match[1].split(",")
    output_labels = match[2][2:] if match[2] else None
    if len(input_shapes) != len(input_labels):
        raise ValueError(
            f'Got {len(input_shapes)} arguments for equation "{equation}", expecting {len(input_labels)}'
        )
    ellipsis = ""
    if "..." in equation:
        unused = "".join(letter for letter in string.ascii_letters if letter not in match[1])
        for index, (labels, shape) in enumerate(zip(list(input_labels), input_shapes, strict=True)):
            if "..." in labels:
                letters = _ellipsis_letters(labels, shape, unused)
                input_labels[index] = labels.replace("...", letters)
                ellipsis = letters if len(letters) > len(ellipsis) else ellipsis
        output_labels = None if output_labels is None else output_labels.replace("...", ellipsis)
        if any("." in labels for labels in [*input_labels, output_labels or ""]):
            raise ValueError('period "." found outside of ellipsis')
    if output_labels is None:
        uses = "".join(input_labels)
        once = sorted({label for label in uses if label not in ellipsis and uses.count(label) == 1})
        output_labels = ellipsis + "".join(once)
    return input_labels, output_labels


def _ellipsis_letters(labels: str, shape: StaticShape, unused: str) -> str:
    parts = labels.split("...")
    if len(parts) != 2:
        raise ValueError("Unable to resolve ellipsis. Excess number found.")
    if shape is None:
        raise ValueError("Unable to statically infer ellipsis axes.")
    count = len(shape) - len("".join(parts))
    if count < 0:
        raise ValueError("Ellipses lengths do not match.")
    if len(unused) < count:
        raise ValueError("Unable to resolve ellipsis, too many distinct labels.")
    return unused[-count:] if count else ""


def _check_rank(tensor: Tensor, labels: str, which: str) -> None:
    rank = len(tensor.shape)
    if rank != len(labels):
        raise ValueError(
            f"Tensor {which} of rank {rank} does not match einsum reduction of length {len(labels)}"
        )


def _product_of_two(
    first: Tensor, first_labels: str, second: Tensor, second_labels: str, summed: Collection[str]
) -> tuple[Tensor, str]:
    """The sum of products over the letters of ``summed``, and the letters of its axes."""
    _check_rank(first, first_labels, "t0")
    _check_rank(second, second_labels, "t1")
    kept = sorted((set(first_labels) & set(second_labels)) - set(summed))
    first_own = sorted(set(first_labels) - set(second_labels))
    second_own = sorted(set(second_labels) - set(first_labels))
    first = _transposed(first, [first_labels.find(x) for x in [*kept, *first_own, *sorted(summed)]])
    second = _transposed(second, [second_labels.find(x) for x in [*kept, *sorted(summed), *second_own]])
    labels = "".join([*kept, *first_own, *second_own])
    if not summed:
        for _ in second_own:
            first = axes.expand_dims(first, -1)
        for _ in first_own:
            second = axes.expand_dims(second, len(kept))
        return arithmetic.multiply(first, second), labels
    batch = len(kept)
    first_sizes = _sizes(first)
    own_size = _product(first_sizes[batch : -len(summed)])
    summed_size = _product(first_sizes[-len(summed) :])
    first = _reshaped(first, [*first_sizes[:batch], own_size, summed_size])
    second_sizes = _sizes(second)
    own_size = _product(second_sizes[batch + len(summed) :])
    second = _reshaped(second, [*second_sizes[:batch], summed_size, own_size])
    product = matmul.matmul(first, second)
    second_tail = second_sizes[len(second_sizes) - len(second_own) :]
    return _reshaped(product, [*first_sizes[: batch + len(first_own)], *second_tail]), labels


def _transposed(tensor: Tensor, order: list[int]) -> Tensor:
    return tensor if order == list(range(len(order))) else arrays.transpose(tensor, perm=order)


def _reshaped(tensor: Tensor, sizes: Sequence[Any]) -> Tensor:
    """The tensor in a shape of ints and scalar tensors; itself where it has that shape already."""
    own = tensor.static_shape
    assert own is not None
    if len(sizes) == len(own) and all(
        not isinstance(size, Tensor) and size in (known, -1) for known, size in zip(own, sizes, strict=True)
    ):
        return tensor
    return arrays.reshape(tensor, tuple(sizes))


def _sizes(tensor: Tensor) -> list[Any]:
    """The sizes: ints where they are known, else scalar tensors."""
    static = tensor.static_shape
    assert static is not None
    if None not in static:
        return list(static)
    sizes = shape_queries.shape(tensor)
    return [sizes[axis] if size is None else size for axis, size in enumerate(static)]


def _product(sizes: Sequence[Any]) -> Any:
    result: Any = 1
    for size in sizes:
        result = result * size
    return result


def _product_of_all(inputs: Sequence[Tensor], input_labels: Sequence[str], output_labels: str) -> Tensor:
    """All inputs multiplied in one shape, for letters that are summed over more than two of them."""
    used = sorted(set("".join(input_labels)) | set(output_labels))
    order = {label: place for place, label in enumerate(x for x in used if x not in output_labels)}
    for label in output_labels:
        order[label] = len(order)
    places = sorted(order, key=order.__getitem__)
    turned, sizes = [], []
    for index, (tensor, labels) in enumerate(zip(inputs, input_labels, strict=True)):
        if tensor.static_shape is None or len(tensor.static_shape) != len(labels):
            raise ValueError(
                f"Input {index} with axes {labels} has incorrect number of dimensions (expected "
                f"{len(labels)}, got {None if tensor.static_shape is None else len(tensor.static_shape)})"
            )
        ordered = sorted(labels, key=order.__getitem__)
        tensor = _transposed(tensor, [labels.find(label) for label in ordered])
        known = dict(zip(ordered, [size or -1 for size in tensor.static_shape or ()], strict=True))
        turned.append(tensor)
        sizes.append([known.get(label, 1) for label in places])
    for place, label in enumerate(places):
        if len({shape[place] for shape in sizes if shape[place] > 1}) > 1:
            raise ValueError(f"Dimension mismatch on axis: {label}")
    expanded = [arrays.reshape(tensor, shape) for tensor, shape in zip(turned, sizes, strict=True)]
    product: Any = 1
    for tensor in expanded:
        product = product * tensor
    return reductions.reduce_sum(
        product, [place for place, label in enumerate(places) if label not in output_labels]
    )
