"""A Tensor: one output of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from graphlog.core import shapes
from graphlog.core.default_stacks import default_session
from graphlog.core.dtypes import DType
from graphlog.core.late_parts import array_protocols, load_operators
from graphlog.core.shapes import StaticShape, TensorShape

if TYPE_CHECKING:
    from graphlog.core.graph import Graph
    from graphlog.core.operation import Operation


class _OperatorTable(dict[str, Callable[..., "Tensor"]]):
    """Functions by the name of their operator; filled in when the first one is asked for."""

    def __missing__(self, name: str) -> Callable[..., Tensor]:
        load_operators()
        function = self.get(name)
        if function is None:
            raise KeyError(name)
        return function


class TensorOperators:
    """The arithmetic of tensors.

    ``x + y`` builds an operation, and operations are defined in ``graphlog.ops``, which stands above
    this part. So ``ops`` fills this table in, and each operator of a Tensor looks itself up here.
    """

    binary: ClassVar[_OperatorTable] = _OperatorTable()
    unary: ClassVar[_OperatorTable] = _OperatorTable()


class Tensor:
    """One output of an Operation: a value that a run will compute.

    Tensors compare by identity, hash, and may be keys of a feed_dict. Source: ``tf.Tensor`` of
    TensorFlow 1.

    Args:
        op: the operation that computes it.
        value_index: which of the operation's outputs it is.
        dtype: the type of its elements.
        shape: its static shape.

    Attributes:
        op: see above.
        value_index: see above.
        dtype: see above.
        static_shape: the static shape as plain data: None, or a tuple of ints and Nones.
    """

    __slots__ = ("__weakref__", "_consumers", "dtype", "op", "static_shape", "value_index")

    # Above NumPy's arrays, for libraries that ask which of two is to decide.
    __array_priority__ = 100

    def __init__(self, op: Operation, value_index: int, dtype: DType, shape: StaticShape) -> None:
        self.op = op
        self.value_index = value_index
        self.dtype = dtype
        self.static_shape = shape
        self._consumers: list[Operation] = []

    @property
    def name(self) -> str:
        """``operation:index``, such as ``"e:0"``."""
        return f"{self.op.name}:{self.value_index}"

    @property
    def graph(self) -> Graph:
        """The Graph it belongs to."""
        return self.op.graph

    @property
    def device(self) -> str:
        """The device of its operation."""
        return self.op.device

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return TensorShape(self.static_shape)

    def get_shape(self) -> TensorShape:
        """The static shape; the older name of ``shape``."""
        return TensorShape(self.static_shape)

    def set_shape(self, shape: object) -> None:
        """Adds what the caller knows of the shape; ValueError where it contradicts what is known."""
        self.static_shape = shapes.merge(self.static_shape, shapes.static_shape(shape))

    def consumers(self) -> list[Operation]:
        """The operations that take this tensor as an input, once for each such input."""
        return list(self._consumers)

    def eval(self, feed_dict: dict[Any, Any] | None = None, session: Any = None) -> Any:
        """Runs the graph as far as this tensor and returns its value.

        Args:
            feed_dict: values by tensor, as for ``Session.run``.
            session: the Session to use; the default one if None.

        Returns:
            The value: an array, or a NumPy scalar.

        Raises:
            ValueError: there is no session, or it belongs to another graph.
        """
        return default_session(session, self.graph, "evaluate tensor", "eval()").run(self, feed_dict)

    def __str__(self) -> str:
        shape = "" if self.static_shape is None else f", shape={shapes.text(self.static_shape)}"
        return f'Tensor("{self.name}"{shape}, dtype={self.dtype.name})'

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={shapes.text(self.static_shape)} dtype={self.dtype.name}>"

    def __bool__(self) -> NoReturn:
        raise OperatorNotAllowedInGraphError(
            "using a `tf.Tensor` as a Python `bool` is not allowed in Graph execution: it has no value "
            "until a session runs it. Use `tf.cond` to choose by its value, `if t is not None:` to ask "
            "whether it is defined, or Session.run to get its value."
        )

    def __iter__(self) -> Iterator[Any]:
        raise OperatorNotAllowedInGraphError(
            "iterating over `tf.Tensor` is not allowed in Graph execution: it has no value until a "
            "session runs it. Use `tf.unstack` to take it apart, or Session.run to get its value."
        )

    def __len__(self) -> int:
        raise TypeError(
            f"len is not well defined for symbolic Tensors. ({self.name}) Please call `x.shape` rather "
            "than `len(x)` for shape information."
        )

    def __array__(self, dtype: object = None, copy: object = None) -> NoReturn:
        raise NotImplementedError(
            f"Cannot convert a symbolic Tensor ({self.name}) to a numpy array: it has no value until a "
            "session runs it. Use graphlog's functions on it, or Session.run to get its value."
        )

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return array_protocols().universal_function(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return array_protocols().array_function(func, args, kwargs)

    def __add__(self, other: Any) -> Tensor:
        return TensorOperators.binary["add"](self, other)

    def __radd__(self, other: Any) -> Tensor:
        return TensorOperators.binary["radd"](self, other)

    def __sub__(self, other: Any) -> Tensor:
        return TensorOperators.binary["sub"](self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rsub"](self, other)

    def __mul__(self, other: Any) -> Tensor:
        return TensorOperators.binary["mul"](self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rmul"](self, other)

    def __truediv__(self, other: Any) -> Tensor:
        return TensorOperators.binary["truediv"](self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rtruediv"](self, other)

    def __floordiv__(self, other: Any) -> Tensor:
        return TensorOperators.binary["floordiv"](self, other)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rfloordiv"](self, other)

    def __mod__(self, other: Any) -> Tensor:
        return TensorOperators.binary["mod"](self, other)

    def __rmod__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rmod"](self, other)

    def __pow__(self, other: Any) -> Tensor:
        return TensorOperators.binary["pow"](self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rpow"](self, other)

    def __matmul__(self, other: Any) -> Tensor:
        return TensorOperators.binary["matmul"](self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rmatmul"](self, other)

    def __and__(self, other: Any) -> Tensor:
        return TensorOperators.binary["and"](self, other)

    def __rand__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rand"](self, other)

    def __or__(self, other: Any) -> Tensor:
        return TensorOperators.binary["or"](self, other)

    def __ror__(self, other: Any) -> Tensor:
        return TensorOperators.binary["ror"](self, other)

    def __xor__(self, other: Any) -> Tensor:
        return TensorOperators.binary["xor"](self, other)

    def __rxor__(self, other: Any) -> Tensor:
        return TensorOperators.binary["rxor"](self, other)

    def __lt__(self, other: Any) -> Tensor:
        return TensorOperators.binary["lt"](self, other)

    def __le__(self, other: Any) -> Tensor:
        return TensorOperators.binary["le"](self, other)

    def __gt__(self, other: Any) -> Tensor:
        return TensorOperators.binary["gt"](self, other)

    def __ge__(self, other: Any) -> Tensor:
        return TensorOperators.binary["ge"](self, other)

    def __getitem__(self, key: Any) -> Tensor:
        return TensorOperators.binary["getitem"](self, key)

    def __neg__(self) -> Tensor:
        return TensorOperators.unary["neg"](self)

    def __invert__(self) -> Tensor:
        return TensorOperators.unary["invert"](self)

    def __abs__(self) -> Tensor:
        return TensorOperators.unary["abs"](self)


class OperatorNotAllowedInGraphError(TypeError):
    """A Python construct asked a tensor for its value while the graph is built."""
