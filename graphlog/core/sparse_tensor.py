"""SparseTensor: the elements of a tensor that are not zero, and where they stand in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph, graph_of
from graphlog.core.default_stacks import default_session
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.graph import Graph
from graphlog.core.late_parts import load_sparse_operators
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor


class SparseTensorValue(NamedTuple):
    """What a run gives for a SparseTensor, and what may be fed for one: arrays.

    Source: ``tf.SparseTensorValue`` of TensorFlow 1.
    """

    indices: Any
    values: Any
    dense_shape: Any


class SparseTensorOperators:
    """What a SparseTensor can do by means of operations; ``graphlog.ops.sparse`` fills the table in."""

    table: ClassVar[dict[str, Callable[..., Any]]] = {}

    @classmethod
    def get(cls, name: str) -> Callable[..., Any]:
        """The function of that name."""
        load_sparse_operators()
        return cls.table[name]


class SparseTensor:
    """A tensor of which only some elements are given; the others are zero.

    Source: ``tf.SparseTensor`` of TensorFlow 1.

    Args:
        indices: where the elements stand: an int64 matrix with a row for each element and a column for
            each dimension.
        values: the elements, a vector.
        dense_shape: the shape of the whole, an int64 vector.

    Raises:
        ValueError: the shapes of the three do not fit, or they belong to several graphs.
        TypeError: the indices or the shape are no integers.
    """

    __slots__ = ("__weakref__", "_dense_shape", "_indices", "_values")

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        graph = graph_of([indices, values, dense_shape]) or get_default_graph()
        with graph.as_default(), graph.name_scope("SparseTensor"):
            self._indices = convert_to_tensor(indices, dtypes.int64, name="indices")
            self._values = convert_to_tensor(values, name="values")
            self._dense_shape = convert_to_tensor(dense_shape, dtypes.int64, name="dense_shape")
        rows = self._indices.shape.with_rank(2)
        elements = self._values.shape.with_rank(1)
        rank = self._dense_shape.shape.with_rank(1)
        rows[0].merge_with(elements[0])
        rows[1].merge_with(rank[0])

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """A SparseTensor of a SparseTensorValue (or of another SparseTensor's parts).

        Raises:
            TypeError: it is something else.
        """
        if not is_sparse(sparse_tensor_value):
            raise TypeError(f"Neither a SparseTensor nor SparseTensorValue: {sparse_tensor_value}.")
        return cls(*sparse_parts(sparse_tensor_value))

    @property
    def indices(self) -> Tensor:
        """Where the elements stand, as an int64 Tensor of shape ``(elements, rank)``."""
        return self._indices

    @property
    def values(self) -> Tensor:
        """The elements, as a Tensor of shape ``(elements,)``."""
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        """The shape of the whole, as an int64 Tensor of shape ``(rank,)``."""
        return self._dense_shape

    @property
    def shape(self) -> TensorShape:
        """What is known of the shape of the whole while the graph is built."""
        return TensorShape(SparseTensorOperators.get("static_shape")(self._dense_shape))

    def get_shape(self) -> TensorShape:
        """What is known of the shape of the whole; the older name of ``shape``."""
        return self.shape

    @property
    def static_shape(self) -> shapes.StaticShape:
        """What is known of the shape of the whole, as plain data."""
        return self.shape.as_tuple()

    @property
    def op(self) -> Operation:
        """The operation that computes ``values``."""
        return self._values.op

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._values.dtype

    @property
    def graph(self) -> Graph:
        """The Graph it belongs to."""
        return self._indices.graph

    def consumers(self) -> list[Operation]:
        """The operations that take one of its tensors as an input, each once."""
        found = [op for tensor in sparse_parts(self) for op in tensor.consumers()]
        return list(dict.fromkeys(found))

    def eval(self, feed_dict: dict[Any, Any] | None = None, session: Any = None) -> SparseTensorValue:
        """Runs the graph as far as this tensor and returns its value.

        Args:
            feed_dict: values by tensor, as for ``Session.run``.
            session: the Session to use; the default one if None.

        Returns:
            The arrays of its parts.

        Raises:
            ValueError: there is no session, or it belongs to another graph.
        """
        chosen = default_session(session, self.graph, "evaluate tensor", "eval()")
        return SparseTensorValue(*chosen.run(sparse_parts(self), feed_dict))

    def __str__(self) -> str:
        return (
            f"SparseTensor(indices={self._indices}, values={self._values}, dense_shape={self._dense_shape})"
        )

    def __mul__(self, other: Any) -> SparseTensor:
        product: SparseTensor = SparseTensorOperators.get("mul")(self, other)
        return product

    def __truediv__(self, other: Any) -> SparseTensor:
        quotient: SparseTensor = SparseTensorOperators.get("truediv")(self, other)
        return quotient

    def __div__(self, other: Any) -> SparseTensor:
        quotient: SparseTensor = SparseTensorOperators.get("div")(self, other)
        return quotient


def sparse_parts(value: Any) -> list[Any]:
    """The indices, values and shape of a SparseTensor or SparseTensorValue."""
    return [value.indices, value.values, value.dense_shape]


def is_sparse(x: Any) -> bool:
    """Whether a value is a SparseTensor or SparseTensorValue."""
    return isinstance(x, SparseTensor | SparseTensorValue)


def convert_to_tensor_or_sparse_tensor(
    value: Any, dtype: Any = None, name: str | None = None
) -> Tensor | SparseTensor:
    """The value as a Tensor, or as a SparseTensor where it is sparse.

    Args:
        value: a SparseTensor, a SparseTensorValue, or what can be converted to a tensor.
        dtype: the dtype that it must have.
        name: the name of a constant that is added.

    Returns:
        A Tensor or SparseTensor.

    Raises:
        RuntimeError: a sparse value has another dtype.

    Source: ``tf.convert_to_tensor_or_sparse_tensor``.
    """
    if not is_sparse(value):
        return convert_to_tensor(value, dtype, name)
    sparse = as_sparse_tensor(value)
    if dtype is not None and as_dtype(dtype).base_dtype is not sparse.dtype.base_dtype:
        raise RuntimeError(f"Sparse dtype: requested = {as_dtype(dtype).name}, actual = {sparse.dtype.name}")
    return sparse


def as_sparse_tensor(value: Any) -> SparseTensor:
    """A SparseTensor as it is; a SparseTensorValue as constants.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(value, SparseTensorValue):
        return SparseTensor.from_value(value)
    if not isinstance(value, SparseTensor):
        raise TypeError("Input must be a SparseTensor.")
    return value
