"""What a TensorArray holds in a run; what flows from its operation as a handle."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.shapes import StaticShape, bracketed, is_compatible, is_fully_defined, merge

_CLEARED = object()

# Far more elements than a loop fills, and fewer than would take all memory for their places alone.
_MOST_ELEMENTS = 1 << 26


def _check_size(name: str, size: int) -> None:
    if size > _MOST_ELEMENTS:
        raise MemoryError(f"TensorArray {name}: {size} elements do not fit into memory.")


class TensorArrayStorage:
    """A list of arrays, each written once.

    Args:
        name: the name in error messages.
        dtype: the dtype of all elements.
        size: how many there are at first.
        element_shape: what is known of their shapes.
        is_dynamic: whether writing past the end makes it longer.
        clears_after_read: whether an element is there for one reading only.
        has_equal_shapes: whether all elements have one shape.
        adds_writes: whether a second writing adds to the first, as for gradients.
    """

    def __init__(
        self,
        name: str,
        dtype: np.dtype[Any],
        size: int,
        element_shape: StaticShape,
        is_dynamic: bool = False,
        clears_after_read: bool = True,
        has_equal_shapes: bool = False,
        adds_writes: bool = False,
    ) -> None:
        self._name = name
        self._dtype = dtype
        self._element_shape = element_shape
        self._is_dynamic = is_dynamic
        self._clears_after_read = clears_after_read
        self._has_equal_shapes = has_equal_shapes
        self._adds_writes = adds_writes
        _check_size(name, size)
        self._values: list[Any] = [None] * size
        # The shapes of zeros, for elements of a gradient that nothing was written to.
        self._zero_shapes: list[StaticShape] = [None] * size
        self._gradients: dict[bytes, TensorArrayStorage] = {}
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._values)

    def gradient(self, source: bytes) -> TensorArrayStorage:
        """The array that holds the gradients of this one's elements, for one call of ``gradients``."""
        self._check_open()
        if source not in self._gradients:
            grad = TensorArrayStorage(
                f"{self._name}@{source.decode()}",
                self._dtype,
                len(self._values),
                self._element_shape,
                clears_after_read=False,
                has_equal_shapes=self._has_equal_shapes,
                adds_writes=True,
            )
            for index, value in enumerate(self._values):
                grad._zero_shapes[index] = (
                    self._zero_shapes[index] if value is None or value is _CLEARED else np.shape(value)
                )
            self._gradients[source] = grad
        return self._gradients[source]

    def read(self, index: int) -> Any:
        """The element at an index; ValueError where there is none."""
        self._check_open()
        if not 0 <= index < len(self._values):
            raise ValueError(
                f"TensorArray {self._name}: Tried to read from index {index} but array size is: "
                f"{len(self._values)}"
            )
        value = self._values[index]
        if value is _CLEARED:
            raise ValueError(
                f"TensorArray {self._name}: Could not read index {index} twice because it was cleared after "
                "a previous read (perhaps try setting clear_after_read = false?)."
            )
        if value is None:
            return self._zeros(index)
        if self._clears_after_read:
            self._values[index] = _CLEARED
            # A gradient that is asked for later has still to know the shape.
            self._zero_shapes[index] = np.shape(value)
        return value

    def _zeros(self, index: int) -> Any:
        shape = self._zero_shapes[index]
        shape = self._element_shape if shape is None else shape
        if shape is None or not is_fully_defined(shape):
            raise ValueError(
                f"TensorArray {self._name}: Could not read from TensorArray index {index}.  Furthermore, the "
                f"element shape is not fully defined: {bracketed(shape)}. It is possible you are working "
                "with a resizeable TensorArray and stop_gradients is not allowing the gradients to be "
                "written. If you set the full element_shape property on the forward TensorArray, the proper "
                "all-zeros tensor will be returned instead of incurring this error."
            )
        return np.zeros([size for size in shape if size is not None], self._dtype)

    def write(self, index: int, value: Any) -> None:
        """Puts an element at an index; ValueError where that cannot be."""
        self._check_open()
        if index < 0 or (index >= len(self._values) and not self._is_dynamic):
            kind = "dynamic" if self._is_dynamic else "not resizeable"
            raise ValueError(
                f"TensorArray {self._name}: Tried to write to index {index} but array is {kind} and size "
                f"is: {len(self._values)}"
            )
        self._check_shape(index, value)
        if index >= len(self._values):
            self._grow(index + 1)
        known = self._values[index]
        if known is _CLEARED:
            raise ValueError(
                f"TensorArray {self._name}: Could not write to TensorArray index {index} because it has "
                "already been read."
            )
        if known is None:
            self._values[index] = value
        elif self._adds_writes:
            self._values[index] = known + value
        else:
            raise ValueError(
                f"TensorArray {self._name}: Could not write to TensorArray index {index} because it has "
                "already been written to."
            )

    def _grow(self, size: int) -> None:
        _check_size(self._name, size)
        missing = size - len(self._values)
        self._values.extend([None] * missing)
        self._zero_shapes.extend([None] * missing)

    def _check_shape(self, index: int, value: Any) -> None:
        shape = np.shape(value)
        if not is_compatible(self._element_shape, shape):
            raise ValueError(
                f"TensorArray {self._name}: Could not write to TensorArray index {index} because the value "
                f"shape is {bracketed(shape)} which is incompatible with the TensorArray's inferred element "
                f"shape: {bracketed(self._element_shape)} (consider setting infer_shape=False)."
            )
        if self._has_equal_shapes:
            self._element_shape = merge(self._element_shape, shape)

    def gather(self, indices: Any) -> Any:
        """The elements at some indices, stacked."""
        if len(indices) == 0:
            return np.zeros((0, *self._shape_of_none("stack")), self._dtype)
        values = [self.read(int(index)) for index in indices]
        first = np.shape(values[0])
        for index, value in zip(indices, values, strict=True):
            if np.shape(value) != first:
                raise ValueError(
                    f"TensorArray {self._name} has inconsistent shapes.  Index 0 has shape: "
                    f"{bracketed(first)} but index {index} has shape: {bracketed(np.shape(value))}"
                )
        return np.stack(values)

    def concat(self) -> tuple[Any, Any]:
        """All elements one after the other along their first axis, and the length of each."""
        values = [self.read(index) for index in range(len(self._values))]
        lengths = np.array([np.shape(value)[0] for value in values], np.int64)
        if not values:
            return np.zeros((0, *self._shape_of_none("concat")[1:]), self._dtype), lengths
        return np.concatenate(values), lengths

    def _shape_of_none(self, action: str) -> list[int]:
        if self._element_shape is None or None in self._element_shape[action == "concat" :]:
            raise ValueError(
                f"TensorArray {self._name} has size zero, but element shape "
                f"{bracketed(self._element_shape)} is not fully defined. Currently only static shapes are "
                f"supported when {action}ing zero-size TensorArrays."
            )
        return [size or 0 for size in self._element_shape]

    def resize(self, size: int, action: str) -> None:
        """Makes the array at least so long; ValueError where it cannot be."""
        if size > len(self._values) and self._is_dynamic:
            self._grow(size)
        elif size > len(self._values) or (action == "split" and size != len(self._values)):
            raise ValueError(
                f"TensorArray's size is not equal to the size of {action} ({len(self._values)} vs. {size}), "
                "and the TensorArray is not marked as dynamically resizeable"
            )

    def close(self) -> None:
        """Frees what it holds; using it is an error from now on."""
        self._is_closed = True
        self._values.clear()

    def _check_open(self) -> None:
        if self._is_closed:
            raise ValueError(f"TensorArray {self._name} has already been closed.")
