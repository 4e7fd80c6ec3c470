"""Exponentials of matrices, by Padé's approximation after halving, and squaring back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.array import arrays, joining, shape_queries
from graphlog.ops.control_flow import loops
from graphlog.ops.linear_algebra import identity_matrices, linear_systems, matmul
from graphlog.ops.math import arithmetic, casts, comparisons, elementwise, reductions, rounding
from graphlog.ops.name_scopes import name_scope

# fmt: off
# The coefficients of the numerators of Padé's approximations, by their degree, without the last, which is 1.
_COEFFICIENTS: dict[int, Sequence[float]] = {
    3: (120.0, 60.0, 12.0),
    5: (30240.0, 15120.0, 3360.0, 420.0, 30.0),
    7: (17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0),
    9: (
        17643225600.0, 8821612800.0, 2075673600.0, 302702400.0, 30270240.0, 2162160.0, 110880.0, 3960.0, 90.0,
    ),
    13: (
        64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
        10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0,
    ),
}
# fmt: on
# Up to which norm each of the lower degrees is good enough, and the largest norm for the highest.
_SINGLE = ((3, 5, 7), (4.258730016922831e-001, 1.880152677804762e000), 3.925724783138660)
_DOUBLE = (
    (3, 5, 7, 9, 13),
    (
        1.495585217958292e-002,
        2.539398330063230e-001,
        9.504178996162932e-001,
        2.097847961257068e000,
    ),
    5.371920351148152,
)


def matrix_exponential(input: Any, name: str | None = None) -> Tensor:
    """The exponentials of matrices.

    Args:
        input: a tensor of shape ``(..., n, n)``, of floats or complex numbers.
        name: the scope of the operations.

    Returns:
        A Tensor of that shape.

    Raises:
        ValueError: another dtype.

    Source: Higham: The scaling and squaring method for the matrix exponential revisited, 2005;
    ``tf.linalg.expm``.
    """
    with name_scope(name, "matrix_exponential", [input]):
        matrix: Any = convert_to_tensor(input, name="input")
        shape = matrix.static_shape
        if shape is not None and shape[-2:] == (0, 0):
            return convert_to_tensor(matrix)
        batch: Any = matrix.shape[:-2]
        if not batch.is_fully_defined():
            sizes: Any = shape_queries.shape(matrix)
            batch = sizes[:-2]
        sizes = shape_queries.shape(matrix)
        matrix = arrays.reshape(matrix, joining.concat(([-1], sizes[-2:]), axis=0))
        result, is_known = _exponential(matrix)
        if not is_known:
            sizes = shape_queries.shape(result)
            return arrays.reshape(result, joining.concat((batch, sizes[-2:]), axis=0))
        return arrays.reshape(result, batch.concatenate(result.shape[-2:]))


def _exponential(matrix: Any) -> tuple[Tensor, bool]:
    """The exponentials of a batch of matrices, and whether their shape is known."""
    columns = elementwise.abs(matrix)
    axis: Any = shape_queries.size(shape_queries.shape(matrix))
    norm: Any = reductions.reduce_max(reductions.reduce_sum(columns, axis=axis - 2), axis=-1)

    def number(value: float) -> Tensor:
        return constants.constant(value, norm.dtype)

    is_single = matrix.dtype in (dtypes.float16, dtypes.float32, dtypes.complex64)
    if not is_single and matrix.dtype not in (dtypes.float64, dtypes.complex128):
        raise ValueError(f"tf.linalg.expm does not support matrices of type {matrix.dtype}")
    degrees, limits, largest = _SINGLE if is_single else _DOUBLE
    greatest = number(largest)
    halvings: Any = arithmetic.maximum(
        rounding.floor(elementwise.log(norm / greatest) / elementwise.log(number(2.0))), 0
    )
    parts = [_parts(matrix, degree) for degree in degrees[:-1]]
    two = constants.constant(2.0, dtype=matrix.dtype)
    powers: Any = arithmetic.pow(two, casts.cast(halvings, matrix.dtype))
    parts.append(_parts(matrix / powers[..., None, None], degrees[-1]))

    def chosen(limits: Sequence[float], cases: Sequence[Tensor]) -> Tensor:
        is_small = comparisons.less(norm, number(limits[0]))
        rest = cases[1] if len(limits) == 1 else chosen(limits[1:], cases[1:])
        return comparisons.where(is_small, cases[0], rest)

    odd: Any = chosen(limits, [part[0] for part in parts])
    even: Any = chosen(limits, [part[1] for part in parts])
    numerator = odd + even
    denominator = -odd + even
    solution = linear_systems.matrix_solve(denominator, numerator)
    most = reductions.reduce_max(halvings)

    def squared(step: Any, value: Tensor) -> tuple[Any, Tensor]:
        following = step + 1
        is_wanted = comparisons.less(step, halvings)
        return following, comparisons.where(is_wanted, matmul.matmul(value, value), value)

    _, result = loops.while_loop(
        lambda step, _: comparisons.less(step, most), squared, [number(0.0), solution]
    )
    return result, shapes.is_fully_defined(matrix.static_shape)


def _parts(matrix: Any, degree: int) -> tuple[Tensor, Tensor]:
    """The odd and the even part of the numerator of Padé's approximation."""
    b: list[Any] = [constants.constant(value, matrix.dtype) for value in _COEFFICIENTS[degree]]
    rows: Any = shape_queries.shape(matrix)
    rows = rows[-2]
    batch: Any = shape_queries.shape(matrix)
    identity = identity_matrices.eye(rows, batch_shape=batch[:-2], dtype=matrix.dtype)
    square: Any = matmul.matmul(matrix, matrix)
    powers: list[Any] = [square]
    for _ in range(min(degree, 6 if degree == 13 else degree) // 2 - 1):
        powers.append(matmul.matmul(powers[-1], square))
    if degree == 13:
        return _parts_of_13(matrix, powers, b, identity)
    odd = powers[-1]
    for place in range(len(powers) - 2, -1, -1):
        odd = odd + b[2 * place + 3] * powers[place]
    odd = matmul.matmul(matrix, odd + b[1] * identity)
    even = b[2 * len(powers)] * powers[-1]
    for place in range(len(powers) - 2, -1, -1):
        even = even + b[2 * place + 2] * powers[place]
    return odd, even + b[0] * identity


def _parts_of_13(matrix: Any, powers: list[Any], b: list[Any], identity: Tensor) -> tuple[Tensor, Tensor]:
    second, fourth, sixth = powers
    inner = matmul.matmul(sixth, sixth + b[11] * fourth + b[9] * second)
    inner = inner + b[7] * sixth + b[5] * fourth + b[3] * second + b[1] * identity
    odd = matmul.matmul(matrix, inner)
    outer: Any = b[12] * sixth + b[10] * fourth + b[8] * second
    even: Any = matmul.matmul(sixth, outer)
    return odd, even + b[6] * sixth + b[4] * fourth + b[2] * second + b[0] * identity
