"""IndexedSlices: the rows of a tensor that are not zero, and where they stand in it."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphlog.core.default_graph import graph_of
from graphlog.core.dtypes import DType
from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor


class IndexedSlices:
    """A tensor of which only some rows are given; the others are zero, and those of one index are added.

    The gradient of ``gather`` is one. Source: ``tf.IndexedSlices`` of TensorFlow 1.

    Args:
        values: the rows, as a Tensor (or IndexedSlices of rows).
        indices: a vector: which row of the whole each of them is.
        dense_shape: the shape of the whole, as a vector; None where it is not known.

    Raises:
        ValueError: they belong to several graphs.
    """

    __slots__ = ("__weakref__", "dense_shape", "indices", "values")

    __array_priority__ = 100

    def __init__(self, values: Any, indices: Tensor, dense_shape: Tensor | None = None) -> None:
        graph_of([values, indices, dense_shape])
        self.values = values
        self.indices = indices
        self.dense_shape = dense_shape

    @property
    def name(self) -> str:
        """The name of ``values``."""
        return str(self.values.name)

    @property
    def op(self) -> Operation:
        """The operation that computes ``values``."""
        operation: Operation = self.values.op
        return operation

    @property
    def dtype(self) -> DType:
        """The dtype of ``values``."""
        dtype: DType = self.values.dtype
        return dtype

    @property
    def device(self) -> str:
        """The device of ``values``."""
        return str(self.values.device)

    @property
    def graph(self) -> Graph:
        """The Graph it belongs to."""
        return self.op.graph

    @property
    def static_shape(self) -> StaticShape:
        """Not known, since only a run tells how many rows the whole has."""
        return None

    def _as_graph_element(self) -> Operation:
        return self.op

    def consumers(self) -> list[Operation]:
        """The operations that take one of its tensors as an input, each once."""
        tensors = [self.values, self.indices, self.dense_shape]
        found = [op for tensor in tensors if tensor is not None for op in tensor.consumers()]
        return list(dict.fromkeys(found))

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self.values, self.indices, self.dense_shape)

    def __str__(self) -> str:
        shape = "" if self.dense_shape is None else f", dense_shape={self.dense_shape}"
        return f"IndexedSlices(indices={self.indices}, values={self.values}{shape})"


class IndexedSlicesValue(NamedTuple):
    """What a run gives for IndexedSlices: arrays."""

    values: Any
    indices: Any
    dense_shape: Any
