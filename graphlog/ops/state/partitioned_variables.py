"""Variables in parts: partitioners, and the variable that several others make up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import register_tensor_conversion_function
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, joining
from graphlog.ops.name_scopes import control_dependencies, name_scope

Partitioner = Callable[..., Sequence[int]]


def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Partitioner:
    """A partitioner that makes so many parts along an axis (``tf.fixed_size_partitioner``)."""

    def partitioner(shape: TensorShape, **_: Any) -> list[int]:
        sizes = _known(shape)
        parts = [1] * len(sizes)
        parts[axis] = min(num_shards, sizes[axis])
        return parts

    return partitioner


def variable_axis_size_partitioner(
    max_shard_bytes: int, axis: int = 0, bytes_per_string_element: int = 16, max_shards: int | None = None
) -> Partitioner:
    """A partitioner that makes parts of at most so many bytes along an axis.

    Args:
        max_shard_bytes: the most bytes of a part.
        axis: the axis.
        bytes_per_string_element: what a string counts.
        max_shards: the most parts.

    Raises:
        ValueError: a number is not positive.

    Source: ``tf.variable_axis_size_partitioner``.
    """
    if max_shard_bytes < 1 or bytes_per_string_element < 1:
        raise ValueError("Both max_shard_bytes and bytes_per_string_element must be positive.")
    if max_shards and max_shards < 1:
        raise ValueError("max_shards must be positive.")

    def partitioner(shape: TensorShape, dtype: DType) -> list[int]:
        sizes = _known(shape)
        size = bytes_per_string_element if dtype.base_dtype is dtypes.string else dtype.size
        row = math.prod(sizes) / sizes[axis] * size
        parts = [1] * len(sizes)
        count = math.ceil(sizes[axis] / max(1, math.floor(max_shard_bytes / row)))
        parts[axis] = min(max_shards, count) if max_shards else count
        return parts

    return partitioner


def min_max_variable_partitioner(
    max_partitions: int = 1,
    axis: int = 0,
    min_slice_size: int = 256 << 10,
    bytes_per_string_element: int = 16,
) -> Partitioner:
    """A partitioner that makes at most so many parts of at least so many bytes along an axis.

    Args:
        max_partitions: the most parts.
        axis: the axis.
        min_slice_size: the least bytes of a part.
        bytes_per_string_element: what a string counts.

    Source: ``tf.min_max_variable_partitioner``.
    """

    def partitioner(shape: TensorShape, dtype: DType) -> list[int]:
        sizes = _known(shape)
        if axis >= len(sizes):
            raise ValueError(f"Can not partition variable along axis {axis} when shape is only {shape}")
        size = bytes_per_string_element if dtype.base_dtype is dtypes.string else dtype.size
        parts = [1] * len(sizes)
        count = math.ceil(math.prod(sizes) * size / min_slice_size)
        parts[axis] = max(1, min(sizes[axis], max_partitions, count))
        return parts

    return partitioner


def _known(shape: TensorShape) -> list[int]:
    sizes = [size for size in shape.as_list() if size is not None]
    if len(sizes) != shape.ndims:
        raise ValueError(f"shape is not fully defined: {shape}")
    return sizes


def parts_of(partitioner: Partitioner, shape: TensorShape, dtype: DType) -> list[int]:
    """How many parts a partitioner makes along each axis.

    Raises:
        ValueError: the shape is not known, or what it says cannot be.
    """
    if not shape.is_fully_defined():
        raise ValueError(
            f"Shape of a new partitioned variable must be fully defined, but instead was {shape}."
        )
    if not shape.ndims:
        raise ValueError(f"A partitioned Variable must have rank at least 1, shape: {shape}")
    parts = partitioner(shape=shape, dtype=dtype)
    if not isinstance(parts, Sequence):
        raise ValueError(f"Partitioner must return a sequence, but saw: {parts}")
    if len(parts) != shape.ndims:
        raise ValueError(
            "Partitioner returned a partition list that does not match the Variable's rank: "
            f"{parts} vs. {shape}"
        )
    if any(count < 1 for count in parts):
        raise ValueError(f"Partitioner returned zero partitions for some axes: {parts}")
    if sum(count > 1 for count in parts) > 1:
        raise ValueError(
            f"Can only slice a variable along one dimension: shape: {shape}, partitioning: {parts}"
        )
    return list(parts)


def places(shape: Sequence[int], parts: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Where each part begins, and its shape; the first ones are larger where they cannot all be equal."""
    axis = next((axis for axis, count in enumerate(parts) if count > 1), 0)
    size, more = divmod(shape[axis], parts[axis])
    offset = [0] * len(shape)
    for number in range(parts[axis]):
        extent = list(shape)
        extent[axis] = size + (number < more)
        yield list(offset), extent
        offset[axis] += extent[axis]


class PartitionInfo:
    """What an initializer is told of a part: the whole shape, and where the part begins."""

    def __init__(self, full_shape: Sequence[int], var_offset: Sequence[int]) -> None:
        self.full_shape = list(full_shape)
        self.var_offset = list(var_offset)


class PartitionedVariable:
    """A variable that consists of several others, one after the other along an axis.

    As a tensor it is the parts together, joined anew at each use. ``get_variable`` with a partitioner
    makes one.

    Args:
        name: its name.
        shape: its shape.
        dtype: its dtype.
        variable_list: the parts.
        partitions: how many parts there are along each axis.

    Source: ``PartitionedVariable`` of TensorFlow 1.15.
    """

    def __init__(
        self, name: str, shape: Any, dtype: Any, variable_list: Sequence[Any], partitions: Sequence[int]
    ) -> None:
        self._name = name
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._parts = sorted(variable_list, key=lambda part: list(part._save_slice_info.var_offset))
        self.partitions = list(partitions)

    @property
    def name(self) -> str:
        """Its name, without a number."""
        return self._name

    @property
    def dtype(self) -> DType:
        """Its dtype."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """Its shape."""
        return self._shape

    def get_shape(self) -> TensorShape:
        """Its shape; the older name of ``shape``."""
        return self._shape

    def __iter__(self) -> Iterator[Any]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def _axis(self) -> int:
        return next((axis for axis, count in enumerate(self.partitions) if count > 1), 0)

    def as_tensor(self) -> Tensor:
        """A new tensor of its value."""
        with control_dependencies(None):
            if len(self._parts) == 1:
                whole: Any = self._parts[0]
            else:
                with name_scope(f"{self._name}/ConcatPartitions/"):
                    whole = joining.concat(list(self._parts), self._axis)
            with name_scope(None):
                return arrays.identity(whole, name=self._name)

    def _changed(self, method: str, value: Any, read_value: bool, options: dict[str, Any]) -> list[Any]:
        if isinstance(value, list):
            values = value
        elif isinstance(value, PartitionedVariable):
            values = list(value)
        else:
            sizes = [part.shape.as_list()[self._axis] for part in self._parts]
            values = joining.split(value, sizes, axis=self._axis)
        changes = [
            getattr(part, method)(item, read_value=read_value, **options)
            for part, item in zip(self._parts, values, strict=True)
        ]
        return (
            changes if read_value else [change.op if hasattr(change, "op") else change for change in changes]
        )

    def assign(
        self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True
    ) -> list[Any]:
        """Gives the parts new values: those of a list, or the parts of one. Returns one change for each."""
        return self._changed("assign", value, read_value, {"use_locking": use_locking, "name": name})

    def assign_add(
        self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True
    ) -> list[Any]:
        """Adds to the parts; see ``assign``."""
        return self._changed("assign_add", value, read_value, {"use_locking": use_locking, "name": name})

    def assign_sub(
        self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True
    ) -> list[Any]:
        """Subtracts from the parts; see ``assign``."""
        return self._changed("assign_sub", value, read_value, {"use_locking": use_locking, "name": name})


def _as_tensor(
    variable: PartitionedVariable, dtype: Any = None, name: str | None = None, as_ref: bool = False
) -> Tensor:
    if dtype is not None and not as_dtype(dtype).is_compatible_with(variable.dtype):
        raise ValueError(
            f"Incompatible type conversion requested to type '{as_dtype(dtype).name}' for variable of type "
            f"'{variable.dtype.name}'"
        )
    if as_ref:
        raise NotImplementedError("PartitionedVariable doesn't support being used as a reference.")
    return variable.as_tensor()


register_tensor_conversion_function(PartitionedVariable, _as_tensor)
