"""Turning Python values into tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.late_parts import load_conversions
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

ConversionFunction = Callable[..., Any]

# (types, function) in order of trial; ``ops.constants`` adds the one for everything else.
_conversions: list[tuple[int, type | tuple[type, ...], ConversionFunction]] = []


def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: ConversionFunction, priority: int = 100
) -> None:
    """Registers how objects of a type become tensors.

    Args:
        base_type: the type or types.
        conversion_func: a function of ``(value, dtype=None, name=None, as_ref=False)`` that returns a
            Tensor, or NotImplemented to leave the value to the next function.
        priority: functions of a lower number are tried first.

    Source: ``tf.register_tensor_conversion_function``.
    """
    _conversions.append((priority, base_type, conversion_func))
    _conversions.sort(key=lambda entry: entry[0])


def convert_to_tensor(
    value: Any,
    dtype: Any = None,
    name: str | None = None,
    preferred_dtype: Any = None,
    as_ref: bool = False,
) -> Tensor:
    """A tensor of ``value``, adding a constant to the default graph where it is not one already.

    Args:
        value: a Tensor, number, string, array, nested list, or an object whose type has a registered
            conversion.
        dtype: the dtype that it must have.
        name: the name of a constant that is added.
        preferred_dtype: the dtype to try first where ``dtype`` is None.
        as_ref: whether a variable is to become a reference to it instead of its value.

    Returns:
        The Tensor.

    Raises:
        TypeError: the value cannot be a tensor of that dtype.
        ValueError: a Tensor of another dtype was given, or a value that makes no array.
    """
    if dtype is not None:
        dtype = as_dtype(dtype)
    if isinstance(value, Tensor):
        return _check_tensor(value, dtype)
    if isinstance(value, Operation):
        raise TypeError(
            f"Can't convert Operation '{value.name}' to Tensor (target dtype={dtype!r}, name={name!r}, "
            "as_ref=False)"
        )
    if dtype is None and preferred_dtype is not None:
        try:
            return _convert(value, as_dtype(preferred_dtype), name, as_ref)
        except (TypeError, ValueError):
            pass  # It was only preferred.
    return _convert(value, dtype, name, as_ref)


def convert_n_to_tensor(values: Iterable[Any], dtype: Any = None, name: str | None = None) -> list[Tensor]:
    """Each value as a tensor; constants are named ``name_0``, ``name_1`` and so on."""
    return [
        convert_to_tensor(value, dtype, None if name is None else f"{name}_{index}")
        for index, value in enumerate(values)
    ]


def _check_tensor(tensor: Tensor, dtype: DType | None) -> Tensor:
    if dtype is not None and tensor.dtype.base_dtype is not dtype.base_dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
            f"{tensor.dtype.name}: {str(tensor)!r}"
        )
    return tensor


def _convert(value: Any, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
    load_conversions()
    for _, base_type, function in _conversions:
        if isinstance(value, base_type):
            tensor = function(value, dtype=dtype, name=name, as_ref=as_ref)
            if tensor is not NotImplemented:
                return tensor  # type: ignore[no-any-return]
    raise TypeError(f"Cannot convert {value!r} of type {type(value).__name__} to a Tensor.")
