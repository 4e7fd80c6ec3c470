"""The attributes of operations: their kinds, defaults and allowed values.

In a graph an attribute is plain Python data, and its Python type says what it is in a GraphDef:

    ======================  ==============================
    Python                  AttrValue
    ======================  ==============================
    ``bool``                ``b``
    ``int``                 ``i``
    ``float``               ``f``
    ``bytes``               ``s``
    ``DType``               ``type``
    ``TensorShape``         ``shape``
    ``numpy.ndarray``       ``tensor``
    ``Function``            ``func``
    ``list`` of any         ``list``
    ======================  ==============================
"""

from __future__ import annotations

import functools
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.shapes import TensorShape


@dataclass(frozen=True)
class Function:
    """A function of the graph's library, as the value of an attribute.

    Attributes:
        name: the function's name in the library.
        attributes: the attributes it is instantiated with.
    """

    name: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


class _Required:
    def __repr__(self) -> str:
        return "required"


REQUIRED = _Required()


@dataclass(frozen=True)
class Attribute:
    """The declaration of one attribute of an operation type.

    Attributes:
        kind: ``"type"``, ``"shape"``, ``"int"``, ``"float"``, ``"bool"``, ``"string"``, ``"tensor"``,
            ``"func"``, or ``"list(…)"`` of one of these.
        default: the value where none is given; REQUIRED where one must be.
        allowed: the values that are allowed, or an empty tuple for all.
        minimum: the least value of an int, or the least length of a list; None for no bound.
    """

    kind: str
    default: Any = REQUIRED
    allowed: tuple[Any, ...] = ()
    minimum: int | None = None

    @functools.cached_property
    def allowed_set(self) -> frozenset[Any]:
        """The values that are allowed, for a quick look."""
        return frozenset(self.allowed)

    def check(self, value: Any, name: str, op_type: str) -> Any:
        """The value in the form that a graph holds.

        Args:
            value: what the caller gave.
            name: the attribute's name, for error messages.
            op_type: the operation's type, for error messages.

        Returns:
            The value, as this module's table says.

        Raises:
            TypeError: it is of another kind, or a dtype that is not allowed.
            ValueError: it is not allowed, or below the minimum.
        """
        if self.kind.startswith("list("):
            if isinstance(value, str | bytes) or not isinstance(value, Iterable):
                raise TypeError(f"Expected list for attr {name}")
            values = [self._check_one(item, self.kind[5:-1], name, op_type) for item in value]
            if self.minimum is not None and len(values) < self.minimum:
                raise ValueError(
                    f"Attr '{name}' of '{op_type}' Op passed list of length {len(values)} "
                    f"less than minimum {self.minimum}."
                )
            return values
        checked = self._check_one(value, self.kind, name, op_type)
        if self.kind == "int" and self.minimum is not None and checked < self.minimum:
            raise ValueError(
                f"Attr '{name}' of '{op_type}' Op passed {checked} less than minimum {self.minimum}."
            )
        return checked

    def _check_one(self, value: Any, kind: str, name: str, op_type: str) -> Any:
        checked = _CHECKS[kind](value, name)
        if self.allowed and checked not in self.allowed:
            if kind == "type":
                raise not_allowed(name, checked, self.allowed)
            listed = '", "'.join(_text(item) for item in self.allowed)
            raise ValueError(
                f"Attr '{name}' of '{op_type}' Op passed string '{_text(checked)}' not in: \"{listed}\"."
            )
        return checked


def not_allowed(parameter: str, dtype: DType, allowed: Sequence[DType]) -> TypeError:
    """TensorFlow's error for a dtype that an operation does not take."""
    listed = ", ".join(item.name for item in allowed)
    return TypeError(
        f"Value passed to parameter '{parameter}' has DataType {dtype.name} not in list of allowed "
        f"values: {listed}"
    )


def types(*allowed: DType, default: DType | None = None) -> Attribute:
    """A dtype attribute; any dtype where none are listed."""
    return Attribute("type", REQUIRED if default is None else default, allowed)


def type_list(*allowed: DType, minimum: int | None = 1) -> Attribute:
    """An attribute that lists dtypes."""
    return Attribute("list(type)", allowed=allowed, minimum=minimum)


def boolean(default: bool | _Required = REQUIRED) -> Attribute:
    """A bool attribute."""
    return Attribute("bool", default)


def integer(default: int | _Required = REQUIRED, minimum: int | None = None) -> Attribute:
    """An int attribute."""
    return Attribute("int", default, minimum=minimum)


def string(default: str | _Required = REQUIRED, allowed: Sequence[str] = ()) -> Attribute:
    """A string attribute; the graph holds bytes."""
    value = default if isinstance(default, _Required) else default.encode()
    return Attribute("string", value, tuple(item.encode() for item in allowed))


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _check_type(value: Any, name: str) -> DType:
    try:
        return as_dtype(value).base_dtype
    except TypeError:
        raise TypeError(f"Expected DataType for argument '{name}' not {value!r}.") from None


def _check_shape(value: Any, name: str) -> TensorShape:
    if isinstance(value, str | bytes):
        raise TypeError(
            "Error converting shape to a TensorShape: A string has ambiguous TensorShape, please wrap "
            f"in a list or convert to an int: {_text(value)}."
        )
    try:
        return TensorShape(value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"Error converting {name} to a TensorShape: {error}.") from None


def _check_integer(value: Any, name: str) -> int:
    if isinstance(value, numbers.Integral):
        return int(value)
    raise TypeError(f"Expected int for argument '{name}' not {value!r}.")


def _check_float(value: Any, name: str) -> float:
    if isinstance(value, numbers.Real):
        return float(value)
    raise TypeError(f"Expected float for argument '{name}' not {value!r}.")


def _check_boolean(value: Any, name: str) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise TypeError(f"Expected bool for argument '{name}' not {value!r}.")


def _check_string(value: Any, name: str) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    raise TypeError(f"Expected string for argument '{name}' not {value!r}.")


def _check_tensor(value: Any, name: str) -> np.ndarray[Any, Any]:
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    raise TypeError(f"Expected an array for argument '{name}' not {value!r}.")


def _check_function(value: Any, name: str) -> Function:
    if isinstance(value, Function):
        return value
    raise TypeError(f"Expected a Function for argument '{name}' not {value!r}.")


_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "type": _check_type,
    "shape": _check_shape,
    "int": _check_integer,
    "float": _check_float,
    "bool": _check_boolean,
    "string": _check_string,
    "tensor": _check_tensor,
    "func": _check_function,
}
