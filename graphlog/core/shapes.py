"""Static shapes: what is known of a tensor's shape while the graph is built.

Inside graphlog a static shape is plain data, ``StaticShape``: None where even the rank is unknown,
else a tuple with an int or None for each dimension. Users see it as TensorFlow 1's ``TensorShape``
of ``Dimension`` objects.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Iterator
from typing import Any, SupportsIndex, TypeGuard, overload

from graphlog.core.late_parts import serializer
from graphlog.core.printable import described

# A static shape of known rank.
RankedShape = tuple[int | None, ...]
StaticShape = RankedShape | None

# As in TensorFlow.
MOST_DIMENSIONS = 254


class Dimension:
    """One dimension of a shape: a size, or None where it is unknown.

    Arithmetic and comparisons give None where either side is unknown, as in TensorFlow 1.
    """

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = _dimension_size(value)

    def is_compatible_with(self, other: object) -> bool:
        """Whether the two could be the same size."""
        other = Dimension(other)
        return self.value is None or other.value is None or self.value == other.value

    def assert_is_compatible_with(self, other: object) -> None:
        """Raises ValueError unless the two could be the same size."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible")

    def merge_with(self, other: object) -> Dimension:
        """The more precise of the two; ValueError where they contradict each other."""
        other = Dimension(other)
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible")
        return other if self.value is None else self

    def _with(self, function: Any, other: object) -> Any:
        try:
            size = Dimension(other).value
        except (TypeError, ValueError):
            return NotImplemented
        return None if self.value is None or size is None else function(self.value, size)

    def _arithmetic(self, function: Any, other: object) -> Any:
        result = self._with(function, other)
        return result if result is NotImplemented else Dimension(result)

    def __add__(self, other: object) -> Any:
        return self._arithmetic(operator.add, other)

    __radd__ = __add__

    def __sub__(self, other: object) -> Any:
        return self._arithmetic(operator.sub, other)

    def __rsub__(self, other: object) -> Any:
        return self._arithmetic(lambda own, size: size - own, other)

    def __mul__(self, other: object) -> Any:
        return self._arithmetic(operator.mul, other)

    __rmul__ = __mul__

    def __floordiv__(self, other: object) -> Any:
        return self._arithmetic(operator.floordiv, other)

    def __rfloordiv__(self, other: object) -> Any:
        return self._arithmetic(lambda own, size: size // own, other)

    def __mod__(self, other: object) -> Any:
        return self._arithmetic(operator.mod, other)

    def __rmod__(self, other: object) -> Any:
        return self._arithmetic(lambda own, size: size % own, other)

    def __eq__(self, other: object) -> Any:
        return self._with(operator.eq, other)

    def __ne__(self, other: object) -> Any:
        return self._with(operator.ne, other)

    def __lt__(self, other: object) -> Any:
        return self._with(operator.lt, other)

    def __le__(self, other: object) -> Any:
        return self._with(operator.le, other)

    def __gt__(self, other: object) -> Any:
        return self._with(operator.gt, other)

    def __ge__(self, other: object) -> Any:
        return self._with(operator.ge, other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __int__(self) -> int:
        if self.value is None:
            raise TypeError("The size of this dimension is unknown, so it has no integer value.")
        return self.value

    __index__ = __int__

    def __str__(self) -> str:
        return "?" if self.value is None else str(self.value)

    def __repr__(self) -> str:
        return f"Dimension({self.value})"


class TensorShape:
    """The static shape of a tensor: known, known in part, or unknown altogether.

    Args:
        dims: None (unknown rank), an int (a vector's length), or an iterable of sizes, Dimensions
            and Nones.

    Raises:
        ValueError: a size is negative.
        TypeError: something is no size.
    """

    __slots__ = ("_static",)

    def __init__(self, dims: object) -> None:
        self._static = static_shape(dims)

    @property
    def dims(self) -> list[Dimension] | None:
        """The Dimensions, or None where the rank is unknown."""
        return None if self._static is None else [Dimension(size) for size in self._static]

    @property
    def rank(self) -> int | None:
        """How many dimensions there are, or None."""
        return None if self._static is None else len(self._static)

    @property
    def ndims(self) -> int | None:
        """How many dimensions there are, or None; the older name of ``rank``."""
        return self.rank

    def as_list(self) -> list[int | None]:
        """The sizes as ints and Nones; ValueError where the rank is unknown."""
        if self._static is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._static)

    def as_tuple(self) -> StaticShape:
        """The plain form that graphlog uses inside: a tuple of ints and Nones, or None."""
        return self._static

    def num_elements(self) -> int | None:
        """The product of all sizes, or None where the shape is not fully known."""
        return element_count(self._static)

    def is_fully_defined(self) -> bool:
        """Whether rank and every size are known."""
        return is_fully_defined(self._static)

    def assert_is_fully_defined(self) -> None:
        """Raises ValueError unless every size is known."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def is_compatible_with(self, other: object) -> bool:
        """Whether some fully known shape fits both."""
        return is_compatible(self._static, static_shape(other))

    def assert_is_compatible_with(self, other: object) -> None:
        """Raises ValueError unless some fully known shape fits both."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {TensorShape(other)} are incompatible")

    def merge_with(self, other: object) -> TensorShape:
        """What both shapes know together; ValueError where they contradict each other."""
        return TensorShape(merge(self._static, static_shape(other)))

    def most_specific_compatible_shape(self, other: object) -> TensorShape:
        """What both shapes have in common: unknown where they differ."""
        first, second = self._static, static_shape(other)
        if first is None or second is None or len(first) != len(second):
            return TensorShape(None)
        return TensorShape([one if one == two else None for one, two in zip(first, second, strict=True)])

    def concatenate(self, other: object) -> TensorShape:
        """The dimensions of this shape followed by those of ``other``."""
        tail = static_shape(other)
        return TensorShape(None if self._static is None or tail is None else self._static + tail)

    def with_rank(self, rank: int) -> TensorShape:
        """This shape, known to have ``rank`` dimensions; ValueError where it has not."""
        try:
            return self.merge_with((None,) * rank)
        except ValueError:
            raise ValueError(f"Shape {self} must have rank {rank}") from None

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """This shape; ValueError where it is known to have fewer than ``rank`` dimensions."""
        if self.rank is not None and self.rank < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """This shape; ValueError where it is known to have more than ``rank`` dimensions."""
        if self.rank is not None and self.rank > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def assert_has_rank(self, rank: int) -> None:
        """Raises ValueError where this shape is known not to have ``rank`` dimensions."""
        if self.rank not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def assert_same_rank(self, other: object) -> None:
        """Raises ValueError where both ranks are known and differ."""
        other = TensorShape(other)
        if None not in (self.rank, other.rank) and self.rank != other.rank:
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def __len__(self) -> int:
        if self._static is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return len(self._static)

    def __iter__(self) -> Iterator[Dimension]:
        if self._static is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return (Dimension(size) for size in self._static)

    def __bool__(self) -> bool:
        return self._static is not None

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        if isinstance(key, slice):
            return TensorShape(None if self._static is None else self._static[key])
        if self._static is None:
            return Dimension(None)
        try:
            return Dimension(self._static[key])
        except IndexError:
            raise IndexError(f"Shape {self} of rank {len(self._static)} has no dimension {key}.") from None

    def __eq__(self, other: object) -> bool:
        try:
            return self._static == static_shape(other)
        except (TypeError, ValueError):
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self._static)

    def __str__(self) -> str:
        return text(self._static)

    def __repr__(self) -> str:
        return f"TensorShape({self.dims})"

    def __reduce__(self) -> tuple[Any, ...]:
        return TensorShape, (self._static,)

    def as_proto(self) -> Any:
        """The shape as a TensorShapeProto."""
        return serializer().shape_proto(self._static)


def dimension_value(dimension: Any) -> Any:
    """The size that a Dimension stands for; anything else as it is (``tf.compat.dimension_value``)."""
    return dimension.value if isinstance(dimension, Dimension) else dimension


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """A Dimension of a shape, unknown where its rank is (``tf.compat.dimension_at_index``)."""
    shape = TensorShape(shape)
    if shape.rank is not None and not -shape.rank <= index < shape.rank:
        raise ValueError(f"Shape {shape} of rank {shape.rank} has no dimension {index}.")
    dimension: Dimension = shape[index]
    return dimension


def checked_shapes(shapes: object, count: int) -> list[StaticShape]:
    """What a shape rule has returned, as the shapes of so many outputs.

    Raises:
        TypeError: it is no list of shapes, or one of another length.
    """
    if isinstance(shapes, list | tuple) and len(shapes) == count:
        found: list[Any] = list(shapes)
        if not any(isinstance(shape, int) for shape in found):  # the sizes of one shape, say
            return found
    raise TypeError(
        f"A shape rule returns a list of {count} shapes, one for each output, each None or a tuple of ints "
        f"and Nones; it returned {shapes!r}"
    )


def static_shape(value: object) -> StaticShape:
    """The plain form of anything that can stand for a shape (see ``TensorShape``)."""
    if value is None:
        return None
    if isinstance(value, TensorShape):
        return value.as_tuple()
    if isinstance(value, tuple | list):
        return tuple([_dimension_size(size) for size in value])
    # An array has the method __index__ too, which works for a single number only.
    if isinstance(value, Dimension) or (hasattr(value, "__index__") and not getattr(value, "ndim", 0)):
        return (_dimension_size(value),)
    if isinstance(value, Iterable):
        return tuple([_dimension_size(size) for size in value])
    raise TypeError(f"{described(value)} is no shape: give None, a size, or a list of sizes and Nones.")


def _dimension_size(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, Dimension):
        return value.value
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"Dimension value must be integer or None or have an __index__ method, got {value!r}")
    size = operator.index(value)
    if size < 0:
        raise ValueError(f"Dimension {size} must be >= 0")
    return size


def is_fully_defined(shape: StaticShape) -> TypeGuard[tuple[int, ...]]:
    """Whether rank and every size are known."""
    return shape is not None and None not in shape


def element_count(shape: StaticShape) -> int | None:
    """The number of elements, or None where the shape is not fully known."""
    if shape is None:
        return None
    if 0 in shape:
        return 0
    sizes = [size for size in shape if size is not None]
    return None if len(sizes) != len(shape) else functools.reduce(operator.mul, sizes, 1)


def is_compatible(first: StaticShape, second: StaticShape) -> bool:
    """Whether some fully known shape fits both."""
    if first is None or second is None:
        return True
    return len(first) == len(second) and all(
        a is None or b is None or a == b for a, b in zip(first, second, strict=True)
    )


@overload
def merge(first: RankedShape, second: StaticShape) -> RankedShape: ...
@overload
def merge(first: StaticShape, second: RankedShape) -> RankedShape: ...
@overload
def merge(first: StaticShape, second: StaticShape) -> StaticShape: ...
def merge(first: StaticShape, second: StaticShape) -> StaticShape:
    """What both shapes know together; ValueError where they contradict each other."""
    if first is None or first == second:
        return second
    if second is None:
        return first
    if not is_compatible(first, second):
        raise ValueError(f"Shapes {text(first)} and {text(second)} are not compatible")
    return tuple([b if a is None else a for a, b in zip(first, second, strict=True)])


def text(shape: StaticShape) -> str:
    """A shape as TensorFlow's Python prints it: ``(2, ?)``, ``(3,)``, ``<unknown>``."""
    if shape is None:
        return "<unknown>"
    sizes = ["?" if size is None else str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def bracketed(shape: StaticShape) -> str:
    """A shape as TensorFlow's C++ errors print it: ``[2,?]``, ``[]``, ``<unknown>``."""
    if shape is None:
        return "<unknown>"
    return "[" + ",".join("?" if size is None else str(size) for size in shape) + "]"
