"""TensorFlow's data types and how they map to NumPy's."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

# The number of a reference type is that of its base type plus this (types.proto).
_REFERENCE_OFFSET = 100


class DType:
    """The type of a tensor's elements, numbered as in TensorFlow's ``DataType`` enum.

    Args:
        name: TensorFlow's name, such as ``"float32"``.
        number: the value in the ``DataType`` enum; references are offset by 100.
        numpy_dtype: the NumPy type of an array that holds such elements.
        base: of a reference, the type of what it refers to.

    Attributes:
        name: see above.
        number: see above.
        numpy_dtype: see above, as an ``np.dtype``.
        base_dtype: this type without the reference that a mutable variable adds.
    """

    __slots__ = ("_reference", "base_dtype", "name", "number", "numpy_dtype")

    def __init__(self, name: str, number: int, numpy_dtype: Any, base: DType | None = None) -> None:
        self.name = name
        self.number = number
        self.numpy_dtype: np.dtype[Any] = np.dtype(numpy_dtype)
        self.base_dtype = base or self
        self._reference: DType | None = None

    @property
    def as_datatype_enum(self) -> int:
        """The number in TensorFlow's ``DataType`` enum."""
        return self.number

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy scalar type (``np.float32``), or ``object`` for strings and handles."""
        if self.numpy_dtype.names or self.numpy_dtype.kind == "V":
            return self.numpy_dtype
        return self.numpy_dtype.type if self.numpy_dtype.kind != "O" else object

    @property
    def real_dtype(self) -> DType:
        """The type of the real part."""
        return {"complex64": float32, "complex128": float64}.get(self.base_dtype.name, self)

    @property
    def reference(self) -> DType:
        """The type of a mutable reference to elements of this type."""
        if self.base_dtype is not self:
            return self
        if self._reference is None:
            self._reference = DType(
                self.name + "_ref", self.number + _REFERENCE_OFFSET, self.numpy_dtype, base=self
            )
        return self._reference

    @property
    def is_reference(self) -> bool:
        """Whether this is a reference type."""
        return self.base_dtype is not self

    @property
    def is_bool(self) -> bool:
        """Whether the elements are booleans."""
        return self.base_dtype.name == "bool"

    @property
    def is_floating(self) -> bool:
        """Whether the elements are real floating-point numbers."""
        return self.base_dtype.name in ("float16", "float32", "float64", "bfloat16")

    @property
    def is_complex(self) -> bool:
        """Whether the elements are complex numbers."""
        return self.base_dtype.name in ("complex64", "complex128")

    @property
    def is_integer(self) -> bool:
        """Whether the elements are integers (quantized types are not)."""
        return self.numpy_dtype.kind in "iu" and not self.is_quantized and self.base_dtype.name != "bfloat16"

    @property
    def is_unsigned(self) -> bool:
        """Whether the elements are unsigned integers."""
        return self.is_integer and self.numpy_dtype.kind == "u"

    @property
    def is_quantized(self) -> bool:
        """Whether the elements are quantized integers."""
        return self.base_dtype.name.startswith(("qint", "quint"))

    @property
    def size(self) -> int:
        """Bytes of one element (that of a pointer for strings and handles)."""
        return int(self.numpy_dtype.itemsize)

    @property
    def min(self) -> Any:
        """The smallest number this type can hold; TypeError where there is none."""
        return self._limit("min")

    @property
    def max(self) -> Any:
        """The largest number this type can hold; TypeError where there is none."""
        return self._limit("max")

    @property
    def limits(self) -> tuple[Any, Any]:
        """The range of intensities of images of this type: from 0 to 1, or to the largest integer."""
        if self.is_bool:
            return 0, True
        if self.is_floating:
            return 0, 1
        return 0, self.max

    def _limit(self, which: str) -> Any:
        if self.numpy_dtype.kind == "f":
            return getattr(np.finfo(self.numpy_dtype), which)
        if self.is_integer:
            return getattr(np.iinfo(self.numpy_dtype), which)
        raise TypeError(f"Cannot find {which}imum value of {self}.")

    def is_compatible_with(self, other: object) -> bool:
        """Whether a tensor of ``other`` may be used where this type is expected."""
        other = as_dtype(other)
        return self is other or self is other.base_dtype

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if other is None or isinstance(other, DType):
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return self.number

    def __int__(self) -> int:
        return self.number

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self.name,)


half = float16 = DType("float16", 19, np.float16)
float32 = DType("float32", 1, np.float32)
double = float64 = DType("float64", 2, np.float64)
int8 = DType("int8", 6, np.int8)
int16 = DType("int16", 5, np.int16)
int32 = DType("int32", 3, np.int32)
int64 = DType("int64", 9, np.int64)
uint8 = DType("uint8", 4, np.uint8)
uint16 = DType("uint16", 17, np.uint16)
uint32 = DType("uint32", 22, np.uint32)
uint64 = DType("uint64", 23, np.uint64)
complex64 = DType("complex64", 8, np.complex64)
complex128 = DType("complex128", 18, np.complex128)
bool_ = DType("bool", 10, np.bool_)
string = DType("string", 7, object)
resource = DType("resource", 20, object)
variant = DType("variant", 21, object)
# NumPy has none of these: they are held bit for bit, and can be stored but not computed with.
bfloat16 = DType("bfloat16", 14, [("bfloat16", np.uint16)])
qint8 = DType("qint8", 11, [("qint8", np.int8)])
quint8 = DType("quint8", 12, [("quint8", np.uint8)])
qint16 = DType("qint16", 15, [("qint16", np.int16)])
quint16 = DType("quint16", 16, [("quint16", np.uint16)])
qint32 = DType("qint32", 13, [("qint32", np.int32)])
# What an operation gives that graphlog does not know: fits everywhere, and stands in no TensorFlow program.
unknown = DType("unknown", 0, object)

ALL = (
    *(float16, float32, float64, bfloat16, int8, int16, int32, int64, uint8, uint16, uint32, uint64),
    *(complex64, complex128, bool_, string, resource, variant, qint8, quint8, qint16, quint16, qint32),
)
_BY_NUMBER = {dtype.number: dtype for dtype in ALL}
_BY_NAME = {dtype.name: dtype for dtype in ALL} | {"half": float16, "float": float32, "double": float64}
_BY_NUMPY = {dtype.numpy_dtype: dtype for dtype in ALL if dtype.numpy_dtype.kind != "O"}
_BY_PYTHON_TYPE: dict[Any, DType] = {
    **{float: float32, int: int64, complex: complex128, bool: bool_},
    **{object: string, str: string, bytes: string},
}


def as_dtype(value: object) -> DType:
    """The DType that ``value`` names.

    Args:
        value: a DType, its name, its ``DataType`` number, a NumPy dtype or scalar type, or the
            Python types ``float``, ``int``, ``bool`` and ``str``.

    Returns:
        The DType.

    Raises:
        TypeError: nothing of that kind is known.
    """
    if isinstance(value, DType):
        return value
    found: DType | None = _BY_NUMPY.get(value) if isinstance(value, np.dtype) else None
    if found is not None:
        return found
    if isinstance(value, str):
        name, is_reference = value.removesuffix("_ref"), value.endswith("_ref")
        found = _BY_NAME.get(name)
        if found is not None and is_reference:
            return found.reference
    elif isinstance(value, numbers.Integral):
        number = int(value)
        found = _BY_NUMBER.get(number)
        if found is None and number - _REFERENCE_OFFSET in _BY_NUMBER:
            return _BY_NUMBER[number - _REFERENCE_OFFSET].reference
    elif value in _BY_PYTHON_TYPE:
        return _BY_PYTHON_TYPE[value]
    # NumPy takes any class for that of an object, and bytes for a name.
    is_foreign = isinstance(value, bytes) or (isinstance(value, type) and not issubclass(value, np.generic))
    if found is None and not is_foreign:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                numpy_dtype = np.dtype(value)  # type: ignore[call-overload]
        except (TypeError, ValueError, SyntaxError):  # NumPy parses some strings as Python.
            numpy_dtype = None
        if numpy_dtype is not None and value is not None:
            found = string if numpy_dtype.kind in "OSU" else _BY_NUMPY.get(numpy_dtype.newbyteorder("="))
    if found is None:
        raise TypeError(f"Cannot convert value {value!r} to a TensorFlow DType.")
    return found


def names(dtypes: Iterable[DType]) -> str:
    """The names of ``dtypes``, separated by commas, as TensorFlow's errors list them."""
    return ", ".join(dtype.name for dtype in dtypes)
