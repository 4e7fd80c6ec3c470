"""What stands for an array while a NumPy function is traced."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from graphlog.core.dtypes import as_dtype
from graphlog.core.tensor import Tensor
from graphlog.ops import constants
from graphlog.ops.math import casts

# What stands for a NumPy function in a trace, by that function.
FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {}

_PYTHON_NUMBERS = (int, float, complex)


class TracingError(TypeError):
    """A function cannot be traced: it asks for what only numbers have, or calls what is not known.

    Attributes:
        has_line: whether the message says already which line of the user's it was.
    """

    has_line = False


class _NoAttributeError(TracingError, AttributeError):
    """An array has it, and a traced array has not: ``hasattr`` is to find that out as well."""


class TracedArray:
    """An array without numbers: it has an ndarray's interface, and builds a graph of what is done with it.

    Args:
        tensor: what a run of the graph computes in its place.
        python_type: ``int``, ``float`` or ``complex`` where a number of Python's is in its place, which takes
            the dtype of the arrays it meets; None for an array.

    Attributes:
        tensor: the tensor.
        python_type: as above.
    """

    __slots__ = ("python_type", "tensor")
    __hash__ = None  # type: ignore[assignment]  # as an array's

    def __init__(self, tensor: Tensor, python_type: type | None = None) -> None:
        self.tensor = tensor
        self.python_type = python_type

    # What NumPy asks for.

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return _caller_of_universal_functions()(ufunc, method, inputs, kwargs)

    def __array_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        return _caller_of_array_functions()(func, args, kwargs)

    def __array__(self, dtype: object = None, copy: object = None) -> NoReturn:
        raise TracingError(
            f"{self!r} has no numbers while its function is traced, and cannot be made an ndarray. For "
            "np.array and np.asarray use np.stack or np.concatenate, or give them like=x; for np.full, "
            "np.full_like or like=x; for np.random, numbers drawn without x, which are the same in every run "
            "then: x + np.random.normal(size=x.shape). Libraries that compute with numbers only take none."
        )

    # What an array says of itself.

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape; TracingError where it depends on numbers, as that of ``x[x > 0]`` does."""
        shape = self.tensor.static_shape
        if shape is None or None in shape:
            raise TracingError(
                f"The shape of {self.tensor.op.name!r} depends on numbers, or on what is fed, and is not "
                "known while the graph is built. Use np.where, or multiply by the condition, to keep the "
                "shape."
            )
        return tuple(int(size) for size in shape if size is not None)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of its elements."""
        return self.tensor.dtype.base_dtype.numpy_dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        shape = self.tensor.static_shape
        return len(self.shape if shape is None else shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def nbytes(self) -> int:
        """The bytes of its elements."""
        return self.size * self.dtype.itemsize

    @property
    def itemsize(self) -> int:
        """The bytes of one element."""
        return self.dtype.itemsize

    def __repr__(self) -> str:
        return f"TracedArray({self.tensor.name!r}, shape={self.tensor.shape}, dtype={self.dtype.name})"

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    # What only numbers have.

    def __bool__(self) -> NoReturn:
        raise TracingError(
            f"The truth of {self!r} is not known while its function is traced: a graph is the same whatever "
            "the numbers are, and so must be the way that Python takes. Use np.where(condition, a, b) to "
            "choose between values; graphlog.cond and graphlog.while_loop run one part or another; what "
            "the branch depends on may also be given as a bool or an int of Python, which counts as a "
            "constant."
        )

    def __index__(self) -> NoReturn:
        raise self._no_number("an index or a size")

    def __int__(self) -> NoReturn:
        raise self._no_number("int()")

    def __float__(self) -> NoReturn:
        raise self._no_number("float(), or a function of the math module,")

    def __complex__(self) -> NoReturn:
        raise self._no_number("complex()")

    def item(self, *args: Any) -> NoReturn:
        """Not to be had: there are no numbers."""
        raise self._no_number("item()")

    def tolist(self) -> NoReturn:
        """Not to be had: there are no numbers."""
        raise self._no_number("tolist()")

    def _no_number(self, wanted: str) -> TracingError:
        return TracingError(
            f"{self!r} has no numbers while its function is traced: {wanted} cannot be had of it. Use "
            "NumPy's functions on it; what must be a number of Python may be given as an int, which counts "
            "as a constant."
        )

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise TracingError(
            f"{self!r} cannot be written into: a graph has no places that change. Use np.where, "
            "np.concatenate or np.stack to make a new array."
        )

    # Nothing changes a traced array, so that it is its own copy.

    def __copy__(self) -> TracedArray:
        return self

    def __deepcopy__(self, memo: Any) -> TracedArray:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TracingError(
            f"{self!r} cannot be pickled: it stands for a place in a graph, and has no numbers to be stored. "
            "Pickle what the function returns."
        )

    def __format__(self, specification: str) -> str:
        if specification:
            raise self._no_number(f"its text in the format {specification!r}")
        return str(self)

    # What an array does.

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None:
            raise self._no_number("an int, which round() gives,")
        return np.round(self, digits)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __getitem__(self, key: Any) -> Any:
        from graphlog.tracing.indexing import get_item

        return get_item(self, key)

    @property
    def T(self) -> Any:  # noqa: N802
        """The axes in reverse order."""
        return np.transpose(self)

    @property
    def mT(self) -> Any:  # noqa: N802
        """The last two axes exchanged."""
        return np.swapaxes(self, -1, -2)

    @property
    def real(self) -> Any:
        """The real parts."""
        return np.real(self)

    @property
    def imag(self) -> Any:
        """The imaginary parts."""
        return np.imag(self)

    @property
    def flat(self) -> Iterator[Any]:
        """The elements one after the other."""
        return iter(np.ravel(self))

    def astype(self, dtype: Any, **kwargs: Any) -> TracedArray:
        """The same numbers as another dtype."""
        try:
            is_number = np.dtype(dtype).kind not in "OSU" and bool(as_dtype(np.dtype(dtype)))
        except TypeError:
            is_number = False
        if not is_number:
            raise TracingError(f"{self!r} cannot be made {np.dtype(dtype)}: graphs have no such numbers.")
        return TracedArray(tensor_of(self, np.dtype(dtype)))

    def copy(self, order: str = "C") -> TracedArray:
        """The array: nothing changes it."""
        return self

    def flatten(self, order: str = "C") -> Any:
        """The elements as a vector."""
        return np.reshape(self, -1, "F" if order == "F" else "C")

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """The elements in another shape."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **kwargs)

    def transpose(self, *axes: Any) -> Any:
        """The axes in another order."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return np.transpose(self, order or None)

    def compress(self, condition: Any, axis: int | None = None) -> Any:
        """The parts along an axis for which a condition holds."""
        return np.compress(condition, self, axis)

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise _no_attribute(name)
        function = getattr(np, name)

        def method(*args: Any, **kwargs: Any) -> Any:
            return function(self, *args, **kwargs)

        return method


@functools.cache
def _caller_of_universal_functions() -> Callable[..., Any]:
    """It needs this module, and is looked up once, since it is called so often."""
    from graphlog.tracing.functions.universal_functions import call_universal_function

    return call_universal_function


@functools.cache
def _caller_of_array_functions() -> Callable[..., Any]:
    """As above."""
    from graphlog.tracing.calls import call_array_function

    return call_array_function


def _no_attribute(name: str) -> AttributeError:
    if name in _IN_PLACE:
        instead = _IN_PLACE[name]
        return _NoAttributeError(f"x.{name} changes an array in place, and a graph has none: {instead}.")
    if hasattr(np.ndarray, name) and not name.startswith("_"):
        return _NoAttributeError(
            f"x.{name} cannot be had while a function is traced: it is about the numbers of an array, or "
            "their place in memory. Use NumPy's functions on x, or take it of what the function returns."
        )
    return AttributeError(f"a traced array has no attribute {name!r}")


# What to use in the place of methods that change an array.
_IN_PLACE = {
    "fill": "use np.full_like(x, value)",
    "itemset": "use np.where",
    "partition": "use np.partition(x, kth)",
    "put": "use np.where, or np.concatenate",
    "resize": "use np.resize(x, shape)",
    "setfield": "use np.where",
    "sort": "use x = np.sort(x)",
}

# Methods of an array that are functions of NumPy's by the same name, with the array as their first argument.
_METHODS = frozenset(
    (
        *(
            "all",
            "any",
            "argmax",
            "argmin",
            "argpartition",
            "argsort",
            "clip",
            "conj",
            "conjugate",
            "cumprod",
        ),
        *(
            "cumsum",
            "diagonal",
            "dot",
            "max",
            "mean",
            "min",
            "nonzero",
            "prod",
            "ptp",
            "ravel",
            "repeat",
            "round",
        ),
        *("searchsorted", "squeeze", "std", "sum", "swapaxes", "take", "trace", "var"),
    )
)


def implements(*functions: Callable[..., Any] | str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the function stands for these of NumPy's in a trace.

    Args:
        *functions: functions, or names of such as not every version of NumPy has.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for item in functions:
            of_numpy = _numpy_function(item) if isinstance(item, str) else item
            if of_numpy is not None:
                FUNCTIONS[of_numpy] = function
        return function

    return register


def _numpy_function(name: str) -> Callable[..., Any] | None:
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part, None)
    return found  # type: ignore[no-any-return]


def kind_of(value: Any) -> Any:
    """The dtype of a value, or the type of a number of Python's, as NumPy's promotion takes them."""
    if isinstance(value, TracedArray):
        return value.python_type or value.dtype
    if type(value) in _PYTHON_NUMBERS:
        return type(value)
    return np.asarray(value).dtype


def as_traced(value: Any) -> Any:
    """A value as a traced array; what is none becomes a constant of the graph."""
    if isinstance(value, TracedArray):
        return value
    if isinstance(value, Tensor):
        return TracedArray(value)
    python_type = type(value) if type(value) in _PYTHON_NUMBERS else None
    return TracedArray(tensor_of(value), python_type)


def tensor_of(value: Any, dtype: np.dtype[Any] | None = None) -> Tensor:
    """The tensor of a value, cast to a dtype where one is given."""
    if isinstance(value, TracedArray):
        value = value.tensor
    if not isinstance(value, Tensor):
        if isinstance(value, list | tuple) and any(isinstance(item, TracedArray) for item in value):
            return tensor_of(np.stack(value), dtype)
        return constants.constant(np.asarray(value, dtype))
    if dtype is None or value.dtype.base_dtype.numpy_dtype == dtype:
        return value
    return casts.cast(value, as_dtype(dtype))


def promoted(*values: Any) -> list[Tensor]:
    """The tensors of several values, all of the dtype that NumPy would give them together."""
    dtype = promoted_dtype(*values)
    return [tensor_of(value, dtype) for value in values]


def promoted_dtype(*values: Any) -> np.dtype[Any]:
    """The dtype that NumPy gives several values together."""
    kinds = [kind_of(value) for value in values]
    if isinstance(kinds[0], np.dtype) and kinds.count(kinds[0]) == len(kinds):
        return kinds[0]
    # An example of each number of Python's: NumPy looks at its type alone.
    return np.result_type(*[kind(0) if isinstance(kind, type) else kind for kind in kinds])


def is_traced(value: Any) -> bool:
    """Whether a value is a traced array."""
    return isinstance(value, TracedArray)
