"""Arithmetic of two tensors, element by element, with broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import as_dtype
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.dtype_groups import FLOATS, MULTIPLIABLE, NUMBERS
from graphlog.ops.math import casts, comparisons, elementwise
from graphlog.ops.math.broadcasting import operand_gradients, operand_sums, shapes_known_and_equal, sums_to
from graphlog.ops.math.division_kernels import integer_division, true_quotient
from graphlog.ops.math.elementwise_definitions import INTEGER_PAIRS, define_binary, specialized_to_floats
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.samples import MATRIX

_ADDABLE = (*FLOATS, *(dtypes.uint8, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64))
_COMPLEX = (dtypes.complex64, dtypes.complex128)
_COMPARABLE = (*FLOATS, dtypes.int32, dtypes.int64)

# No quotient of these is near a whole number, where the derivative jumps.
_DIVISIONS = (
    Sample((MATRIX, MATRIX[::-1] + samples.float32(0.1))),
    Sample((MATRIX, samples.float32([2.2, 0.7, -1.7]))),
    Sample((samples.float64(2.5), samples.float64([[3.0], [-0.3]]))),
    *INTEGER_PAIRS,
    Sample((samples.int32([7, 1]), samples.int32([2, 0])), raises="Integer division by zero"),
)


def _add_gradient(op: Operation, grad: Tensor) -> Any:
    if shapes_known_and_equal(*op.inputs, grad):
        return grad, grad
    return operand_gradients(op, grad, lambda: grad, lambda: grad)


def _sub_gradient(op: Operation, grad: Tensor) -> Any:
    if shapes_known_and_equal(*op.inputs, grad):
        return grad, -grad
    return operand_gradients(op, grad, lambda: grad, lambda: -grad)


def _mul_gradient(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    if shapes_known_and_equal(x, y, grad) and grad.dtype in (dtypes.int32, dtypes.float32):
        return Mul(grad, y), Mul(grad, x)
    # The conjugates come after the shapes, which operand_gradients looks at first.
    conjugates = elementwise.conjugates_of_inputs(op)
    return operand_gradients(op, grad, lambda: Mul(grad, conjugates()[1]), lambda: Mul(conjugates()[0], grad))


def _real_div_gradient(op: Operation, grad: Tensor) -> Any:
    conjugates = elementwise.conjugates_of_inputs(op)

    def of_divisor() -> Tensor:
        x, y = conjugates()
        return grad * RealDiv(RealDiv(-x, y), y)

    return operand_gradients(op, grad, lambda: RealDiv(grad, conjugates()[1]), of_divisor, as_tensors=True)


def _pow_gradient(op: Operation, grad: Tensor) -> Any:
    x, y = map(elementwise.conj, op.inputs)

    def of_exponent() -> Tensor:
        # The logarithm is taken only where it is defined, so that x = 0 gives 0 and not NaN.
        defined = comparisons.NotEqual(x, 0) if x.dtype.is_complex else x > 0
        safe = comparisons.where(defined, x, filling.ones_like(x))
        logarithm = comparisons.where(defined, elementwise.log(safe), filling.zeros_like(x))
        return grad * elementwise.conj(op.outputs[0]) * logarithm

    return operand_gradients(op, grad, lambda: grad * y * pow(x, y - 1), of_exponent)


def _floor_mod_gradient(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    to_first, to_second = operand_sums(op)
    quotient = floor_div(x, y)
    return to_first(grad), to_second(grad * -quotient)


def _extremum_gradient(selects_first: Callable[[Any, Any], Tensor]) -> GradientRule:
    """The whole gradient goes to the input that was selected; to the first one where they are equal."""

    def gradient(op: Operation, grad: Tensor) -> Any:
        x, y = op.inputs
        sizes = [shape_queries.shape(x), shape_queries.shape(y)]
        zeros = filling.zeros(shape_queries.shape(grad), grad.dtype)
        is_first = selects_first(x, y)
        to_first, to_second = sums_to(*sizes)
        return (
            to_first(comparisons.where(is_first, grad, zeros)),
            to_second(comparisons.where(is_first, zeros, grad)),
        )

    return gradient


def _sum_of_two(op: Operation) -> Kernel | None:
    return np.add if len(op.inputs) == 2 and op.outputs[0].dtype is not dtypes.variant else None


def _sum_of_all(*values: Any) -> Any:
    total = values[0] + values[1] if len(values) > 1 else values[0]
    for value in values[2:]:
        total = total + value
    return total


Add = define_binary("Add", np.add, (*_ADDABLE, *_COMPLEX, dtypes.string), _add_gradient)
AddV2 = define_binary("AddV2", np.add, (*_ADDABLE, *_COMPLEX), _add_gradient)
Sub: OpDefinition = define_binary("Sub", np.subtract, MULTIPLIABLE, _sub_gradient)
Mul: OpDefinition = define_binary("Mul", np.multiply, MULTIPLIABLE, _mul_gradient)
RealDiv = define_binary(
    "RealDiv",
    true_quotient,
    MULTIPLIABLE,
    _real_div_gradient,
    specialize=specialized_to_floats(np.true_divide),
)
FloorDiv: OpDefinition = define_binary(
    "FloorDiv", integer_division(np.floor_divide), MULTIPLIABLE, lambda op, grad: (None, None), _DIVISIONS
)
FloorMod: OpDefinition = define_binary(
    "FloorMod",
    integer_division(np.mod),
    (dtypes.int32, dtypes.int64, *FLOATS),
    _floor_mod_gradient,
    _DIVISIONS,
)
Pow: OpDefinition = define_binary(
    "Pow",
    np.power,
    (dtypes.bfloat16, dtypes.float32, dtypes.float16, dtypes.float64, dtypes.int32, dtypes.int64, *_COMPLEX),
    _pow_gradient,
    [
        Sample((np.abs(MATRIX), samples.float32([2.0, 0.5, -1.5]))),
        Sample((samples.float64([[0.5], [2.0]]), samples.float64(3.0))),
        Sample((samples.int32([2, -3]), samples.int32([5, 3]))),
        Sample((samples.int32([2, 3]), samples.int32([-1, 2])), raises="negative integer power"),
    ],
)
Maximum = define_binary("Maximum", np.maximum, _COMPARABLE, _extremum_gradient(lambda x, y: x >= y))
Minimum = define_binary("Minimum", np.minimum, _COMPARABLE, _extremum_gradient(lambda x, y: x <= y))
AddN = define_op(
    "AddN",
    ["inputs: N * T"],
    ["sum: T"],
    attributes={"N": integer(minimum=1), "T": types(*NUMBERS, dtypes.variant)},
    shape=shape_rules.merged,
    kernel=_sum_of_all,
    specialize=_sum_of_two,
    returns_view=True,
    gradient=lambda op, grad: [grad] * len(op.inputs),
    samples=[
        Sample(([MATRIX, 2 * MATRIX, -MATRIX],)),
        Sample(([samples.int64([1, 2])],)),
    ],
)


def add(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The sum of two tensors, element by element.

    Args:
        x: a tensor of numbers or strings.
        y: a tensor of the same dtype whose shape broadcasts with that of ``x``.
        name: the operation's name.

    Returns:
        A Tensor of that dtype, in the broadcast shape. The same holds for the other functions here.

    Source: TensorFlow's ``Add``.
    """
    return Add(x, y, name=name)


def subtract(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x - y``, element by element (TensorFlow's ``Sub``)."""
    return Sub(x, y, name=name)


def multiply(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x * y``, element by element (TensorFlow's ``Mul``)."""
    return Mul(x, y, name=name)


def divide(x: Any, y: Any, name: str | None = None) -> Any:
    """``x / y`` as Python 3 divides: integers give floats (TensorFlow's ``RealDiv``)."""
    return x / y if name is None else truediv(x, y, name)


def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x / y``; int32 and int64 are cast to float64 before, smaller integers to float32."""
    with name_scope(name, "truediv", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y")
        if x.dtype.is_integer:
            wide = x.dtype.base_dtype.size >= 4
            float_dtype = dtypes.float64 if wide else dtypes.float32
            x, y = casts.cast(x, float_dtype), casts.cast(y, float_dtype)
        return RealDiv(x, y, name=scope)


def realdiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x / y`` of floats (TensorFlow's ``RealDiv``)."""
    return RealDiv(x, y, name=name)


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x / y`` rounded down (TensorFlow's ``FloorDiv``)."""
    with name_scope(name, "floordiv", [x, y]) as scope:
        return FloorDiv(x, y, name=scope)


def floor_div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x / y`` rounded down; like ``floordiv``, but named ``FloorDiv``."""
    return FloorDiv(x, y, name=name)


def floormod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The remainder of ``floordiv``, with the sign of ``y`` (TensorFlow's ``FloorMod``)."""
    return FloorMod(x, y, name=name)


def pow(x: Any, y: Any, name: str | None = None) -> Tensor:
    """``x`` to the power of ``y``, element by element (TensorFlow's ``Pow``)."""
    return Pow(x, y, name=name)


def maximum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The greater of the two, element by element (TensorFlow's ``Maximum``)."""
    return Maximum(x, y, name=name)


def minimum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The smaller of the two, element by element (TensorFlow's ``Minimum``)."""
    return Minimum(x, y, name=name)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """A tensor times a scalar.

    Args:
        scalar: a scalar of the dtype of ``x``.
        x: a tensor, or IndexedSlices.
        name: the operation's name.

    Returns:
        What ``x`` is, of its shape and dtype.

    Raises:
        ValueError: ``scalar`` is none.

    Source: ``tf.scalar_mul``; TensorFlow's ``Mul``.
    """
    if not hasattr(x, "dtype"):
        x = convert_to_tensor(x, name="x")
    scalar = convert_to_tensor(scalar, dtype=as_dtype(x.dtype).base_dtype, name="scalar")
    if scalar.static_shape != ():
        raise ValueError(f"Only scalar multiply works, got shape {scalar.shape}")
    if isinstance(x, IndexedSlices):
        return IndexedSlices(Mul(scalar, x.values, name=name), x.indices, x.dense_shape)
    return Mul(scalar, x, name=name)


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """The sum of several tensors of one shape and dtype.

    Args:
        inputs: at least one tensor.
        name: the operation's name.

    Returns:
        The sum; the tensor itself where there is only one and it needs no name.

    Raises:
        ValueError: ``inputs`` is empty, or the shapes differ.

    Source: TensorFlow's ``AddN``.
    """
    if not isinstance(inputs, list | tuple) or not inputs:
        raise ValueError("inputs must be a list of at least one Tensor with the same dtype and shape")
    # Slices become tensors in the scope of the operation, all others before.
    values = [value if isinstance(value, IndexedSlices) else convert_to_tensor(value) for value in inputs]
    if len(values) == 1:
        only = convert_to_tensor(values[0])
        return arrays.identity(only, name=name) if name else only
    return AddN(values, name=name)
