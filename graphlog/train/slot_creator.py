"""Slots: variables in which something is kept of another variable, named after it."""

from __future__ import annotations

from typing import Any

from graphlog.ops.array import filling, shape_queries
from graphlog.ops.name_scopes import colocate_with
from graphlog.ops.state.initializers import Zeros
from graphlog.ops.state.variable_scope import get_variable, variable_scope
from graphlog.ops.state.variables import Variable


def create_slot(primary: Any, val: Any, name: str, colocate_with_primary: bool = True) -> Variable:
    """A slot with a given first value.

    Args:
        primary: the variable, or the tensor, of which something is kept.
        val: the first value, a Tensor.
        name: the slot's name; the variable's stands before it.
        colocate_with_primary: whether it is to be placed with ``primary``.

    Returns:
        A Variable that is not trainable.

    Source: ``slot_creator.create_slot`` of TensorFlow 1.15.
    """
    return _create(
        primary, name, colocate_with_primary, initializer=val, validate_shape=val.shape.is_fully_defined()
    )


def create_slot_with_initializer(
    primary: Any, initializer: Any, shape: Any, dtype: Any, name: str, colocate_with_primary: bool = True
) -> Variable:
    """A slot whose first value an initializer makes.

    Args:
        primary: as for ``create_slot``.
        initializer: a function from shape and dtype to a Tensor; or a Tensor.
        shape: the shape, a TensorShape.
        dtype: the dtype.
        name: as for ``create_slot``.
        colocate_with_primary: as for ``create_slot``.

    Returns:
        A Variable that is not trainable.
    """
    return _create(
        primary,
        name,
        colocate_with_primary,
        initializer=initializer,
        shape=shape if callable(initializer) else None,
        dtype=dtype,
        validate_shape=shape.is_fully_defined(),
    )


def create_zeros_slot(
    primary: Any, name: str, dtype: Any = None, colocate_with_primary: bool = True
) -> Variable:
    """A slot of zeros, in the shape of ``primary``; see ``create_slot``."""
    dtype = primary.dtype if dtype is None else dtype
    shape = primary.get_shape()
    if shape.is_fully_defined():
        return create_slot_with_initializer(primary, Zeros(), shape, dtype, name, colocate_with_primary)
    first = primary.initialized_value() if isinstance(primary, Variable) else primary
    zeros = filling.zeros(shape_queries.shape(first), dtype)
    return create_slot(primary, zeros, name, colocate_with_primary)


def _create(primary: Any, name: str, colocate: bool, **arguments: Any) -> Variable:
    with variable_scope(None, f"{primary.op.name}/{name}"):
        if not colocate:
            return _variable(primary, **arguments)
        with colocate_with(primary.op):
            return _variable(primary, **arguments)


def _variable(primary: Any, **arguments: Any) -> Variable:
    uses_resource = primary.is_resource if isinstance(primary, Variable) else None
    variable: Variable = get_variable("", trainable=False, use_resource=uses_resource, **arguments)
    return variable
