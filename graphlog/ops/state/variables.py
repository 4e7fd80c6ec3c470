"""Variables: values that a session keeps from run to run, with a first value and a way to read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from graphlog.core.conversion import convert_to_tensor, register_tensor_conversion_function
from graphlog.core.default_graph import get_default_graph
from graphlog.core.default_stacks import get_default_session
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.late_parts import serializer
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.name_scopes import colocate_with, device, name_scope
from graphlog.ops.state import initial_values, scatter_ops, state_ops, variable_creators
from graphlog.ops.state.variable_options import (
    VariableAggregation,
    VariableSynchronization,
    checked_aggregation,
    checked_synchronization,
)
from graphlog.ops.state.variable_slices import SliceInfo

if TYPE_CHECKING:
    from graphlog.core.graph import Graph
    from graphlog.core.operation import Operation


def _by_value(name: str) -> Callable[..., Any]:
    """A method of Tensor, as one of Variable that works on the variable's value."""

    def method(variable: Variable, *arguments: Any) -> Any:
        return getattr(variable.value(), name)(*arguments)

    return method


class VariableType(type):
    """Calls the creators of ``tf.variable_creator_scope`` where there are any, and chooses the kind."""

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        """A variable of the kind that the innermost creator, or else ``use_resource``, chooses."""
        if cls is not Variable:
            return super().__call__(*arguments, **options)
        return variable_creators.create(Variable, arguments, options)


class Variable(metaclass=VariableType):
    """A value that a session keeps from run to run.

    A session has to run ``initializer`` before it can read the variable. In the graph a variable ``w``
    is the operations ``w`` (VariableV2), ``w/initial_value``, ``w/Assign`` and ``w/read`` (Identity).

    Args:
        initial_value: its first value: a tensor, what can be converted to one, or a function without
            arguments that returns either. A function's operations are built in a scope ``Initializer``,
            outside of all conditionals and loops.
        trainable: whether optimizers change it. If None, unless it is synchronized on reading.
        collections: the graph collections to add it to; ``GraphKeys.GLOBAL_VARIABLES`` if None.
        validate_shape: whether the shape of ``initial_value`` is the variable's for good. Otherwise the
            shape is unknown.
        caching_device: the device on which its value is read; its own if None.
        name: its name; ``"Variable"`` if None.
        variable_def: a VariableDef protobuf that names the operations of a variable that the graph has
            already. Nothing else but ``import_scope`` and ``constraint`` may be given then.
        dtype: the dtype to convert ``initial_value`` to.
        expected_shape: ignored, as by TensorFlow.
        import_scope: the scope into which the graph of ``variable_def`` was imported.
        constraint: a function from the value that an optimizer computed to the one it assigns.
        use_resource: whether it is a ResourceVariable. If None, the variable scope says so, and otherwise
            ``tf.enable_resource_variables``.
        synchronization: accepted for TensorFlow's sake; everything runs in this process.
        aggregation: likewise.
        shape: its shape, where it is to be less precise than that of ``initial_value``.

    Raises:
        ValueError: there is no initial value, its shape is not known, or an argument does not fit.
        TypeError: the initial value cannot be converted to a tensor.

    Source: ``tf.Variable`` of TensorFlow 1.
    """

    # Which part of a partitioned variable it is.
    _save_slice_info: SliceInfo | None = None

    # Whether it is referred to by a handle.
    is_resource = False

    # Above NumPy's arrays, so that ``array * variable`` builds an operation.
    __array_priority__ = 100

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Callable[[Tensor], Tensor] | None = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        shape: Any = None,
    ) -> None:
        if constraint is not None and not callable(constraint):
            raise ValueError("The `constraint` argument must be a callable.")
        self._constraint = constraint
        if variable_def is not None:
            if initial_value is not None:
                raise ValueError("variable_def and initial_value are mutually exclusive.")
            self._take(variable_def, import_scope)
            return
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        if collections is None:
            collections = [GraphKeys.GLOBAL_VARIABLES]
        if not isinstance(collections, list | tuple | set):
            raise ValueError(
                "collections argument to Variable constructor must be a list, tuple, or set. Got "
                f"{collections} of type {type(collections)}"
            )
        self._set_options(synchronization, aggregation, trainable, name)
        if self._trainable and GraphKeys.TRAINABLE_VARIABLES not in collections:
            collections = [*collections, GraphKeys.TRAINABLE_VARIABLES]
        with initial_values.init_scope():
            self._build(initial_value, validate_shape, caching_device, name, dtype, shape)
            for key in dict.fromkeys(collections):
                self.graph.add_to_collection(key, self)

    def _set_options(self, synchronization: Any, aggregation: Any, trainable: Any, name: str | None) -> None:
        self._aggregation = checked_aggregation(aggregation, name)
        self._synchronization = checked_synchronization(synchronization, name)
        if trainable is None:
            trainable = self._synchronization is not VariableSynchronization.ON_READ
        self._trainable = bool(trainable)

    def _build(
        self, initial_value: Any, validate_shape: bool, caching_device: Any, name: Any, dtype: Any, shape: Any
    ) -> None:
        is_function = callable(initial_value)
        with name_scope(name, "Variable", [] if is_function else [initial_value]) as scope:
            placed: dict[str, Any] = {}
            graph = get_default_graph()
            if is_function:
                # As if colocated with the variable, which cannot be built before its dtype is known.
                placed["_class"] = [b"loc:@" + scope.rstrip("/").encode()]
                with graph.attribute_scope(placed), name_scope("Initializer"), device(None):
                    initial = convert_to_tensor(initial_value(), dtype, "initial_value")
            else:
                initial = convert_to_tensor(initial_value, dtype, "initial_value")
                initial_values.check_is_outside_control_flow(initial, scope)
            if shape is None:
                shape = initial.shape if validate_shape else None
            self._initial_value: Tensor | None = initial
            with graph.attribute_scope(placed):
                self._variable = state_ops.VariableV2(shape=shape, dtype=initial.dtype.base_dtype, name=scope)
            if validate_shape and not initial.shape.is_fully_defined():
                raise ValueError(f"initial_value must have a shape specified: {initial}")
            first = initial_values.with_initialized_variables(initial, scope)
            self._initializer_op: Operation = state_ops.assign(
                self._variable, first, validate_shape=validate_shape
            ).op
            where = device(caching_device) if caching_device is not None else colocate_with(self._variable.op)
            with where:
                self._snapshot = arrays.identity(self._variable, name="read")

    def _take(self, variable_def: Any, import_scope: str | None) -> None:
        graph = get_default_graph()
        prefix = f"{import_scope.rstrip('/')}/" if import_scope else ""
        if variable_def.HasField("save_slice_info_def"):
            part = variable_def.save_slice_info_def
            self._save_slice_info = SliceInfo(
                prefix + part.full_name, list(part.full_shape), list(part.var_offset), list(part.var_shape)
            )
        self._variable = graph.get_tensor_by_name(prefix + variable_def.variable_name)
        self._initializer_op = graph.get_operation_by_name(prefix + variable_def.initializer_name)
        self._taken_snapshot = graph.get_tensor_by_name(prefix + variable_def.snapshot_name)
        if not self.is_resource:
            self._snapshot = self._taken_snapshot
        initial = variable_def.initial_value_name
        self._initial_value = graph.get_tensor_by_name(prefix + initial) if initial else None
        self._set_options(
            variable_def.synchronization,
            variable_def.aggregation,
            variable_def.trainable,
            variable_def.variable_name,
        )

    # What it is

    @property
    def name(self) -> str:
        """The name of the tensor that refers to it, such as ``"w:0"``."""
        return self._variable.name

    @property
    def dtype(self) -> DType:
        """The dtype of the reference, such as ``float32_ref``."""
        return self._variable.dtype

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return self._variable.shape

    def get_shape(self) -> TensorShape:
        """The static shape; the older name of ``shape``."""
        return self.shape

    def set_shape(self, shape: object) -> None:
        """Adds what the caller knows of the shape; ValueError where it contradicts what is known."""
        self._variable.set_shape(shape)
        self._snapshot.set_shape(shape)

    @property
    def op(self) -> Operation:
        """The operation that holds it."""
        return self._variable.op

    @property
    def graph(self) -> Graph:
        """The Graph it belongs to."""
        return self._variable.graph

    @property
    def device(self) -> str:
        """The device of its operation."""
        return self._variable.device

    @property
    def trainable(self) -> bool:
        """Whether optimizers change it."""
        return self._trainable

    @property
    def synchronization(self) -> VariableSynchronization:
        """The argument ``synchronization``."""
        return self._synchronization

    @property
    def aggregation(self) -> VariableAggregation:
        """The argument ``aggregation``."""
        return self._aggregation

    @property
    def constraint(self) -> Callable[[Tensor], Tensor] | None:
        """The argument ``constraint``."""
        return self._constraint

    @property
    def initializer(self) -> Operation:
        """The operation that assigns its first value."""
        return self._initializer_op

    @property
    def initial_value(self) -> Tensor | None:
        """The tensor of its first value."""
        return self._initial_value

    # Reading

    def value(self) -> Tensor:
        """The tensor of its value, which every reader shares."""
        return self._snapshot

    def read_value(self) -> Tensor:
        """A new tensor of its value, read under the current control dependencies."""
        return arrays.identity(self._variable, name="read")

    def initialized_value(self) -> Tensor:
        """A tensor of its value, or of its first value where it has none yet."""
        return initial_values.initialized_value(self)

    def eval(self, session: Any = None) -> Any:
        """Its value in a session; in the default one if None."""
        return self._variable.eval(session=session)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The variable as a VariableDef, or None where it is not in a scope that is left out of names."""
        if export_scope is not None and not self.name.startswith(export_scope):
            return None
        return serializer().variable_def(self, export_scope)

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> Variable:
        """The variable of a VariableDef, whose operations the default graph has already."""
        return Variable(variable_def=variable_def, import_scope=import_scope)

    def _ref(self) -> Tensor:
        return self._variable

    def _as_graph_element(self) -> Tensor:
        return self._variable

    # Assigning

    def assign(self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Gives it a new value.

        Args:
            value: the value.
            use_locking: accepted for TensorFlow's sake.
            name: the operation's name.
            read_value: whether the tensor of the new value is returned, or the operation.

        Returns:
            The Tensor or Operation.
        """
        result = state_ops.assign(self._variable, value, use_locking=use_locking, name=name)
        return result if read_value else result.op

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Adds ``delta`` to its value; see ``assign``."""
        result = state_ops.assign_add(self._variable, delta, use_locking=use_locking, name=name)
        return result if read_value else result.op

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtracts ``delta`` from its value; see ``assign``."""
        result = state_ops.assign_sub(self._variable, delta, use_locking=use_locking, name=name)
        return result if read_value else result.op

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Adds IndexedSlices to it; see ``tf.scatter_add``."""
        slices = scatter_ops.slices_of(sparse_delta)
        return scatter_ops.scatter_add(self._variable, slices.indices, slices.values, use_locking, name)

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Subtracts IndexedSlices from it; see ``tf.scatter_sub``."""
        slices = scatter_ops.slices_of(sparse_delta)
        return scatter_ops.scatter_sub(self._variable, slices.indices, slices.values, use_locking, name)

    def scatter_mul(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Multiplies it by IndexedSlices; see ``tf.scatter_mul``."""
        slices = scatter_ops.slices_of(sparse_delta)
        return scatter_ops.scatter_mul(self._variable, slices.indices, slices.values, use_locking, name)

    def scatter_div(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Divides it by IndexedSlices; see ``tf.scatter_div``."""
        slices = scatter_ops.slices_of(sparse_delta)
        return scatter_ops.scatter_div(self._variable, slices.indices, slices.values, use_locking, name)

    def scatter_min(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Lowers it to IndexedSlices; see ``tf.scatter_min``."""
        slices = scatter_ops.slices_of(sparse_delta)
        return scatter_ops.scatter_min(self._variable, slices.indices, slices.values, use_locking, name)

    def scatter_max(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Raises it to IndexedSlices; see ``tf.scatter_max``."""
        slices = scatter_ops.slices_of(sparse_delta)
        return scatter_ops.scatter_max(self._variable, slices.indices, slices.values, use_locking, name)

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Replaces rows of it by IndexedSlices; see ``tf.scatter_update``."""
        slices = scatter_ops.slices_of(sparse_delta)
        return scatter_ops.scatter_update(self._variable, slices.indices, slices.values, use_locking, name)

    def batch_scatter_update(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Tensor:
        """Replaces rows of each part of it by IndexedSlices; see ``tf.batch_scatter_update``."""
        slices = scatter_ops.slices_of(sparse_delta)
        return scatter_ops.batch_scatter_update(self, slices.indices, slices.values, use_locking, name)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Adds to elements or slices of it; see ``tf.scatter_nd_add``."""
        return scatter_ops.scatter_nd_add(self._variable, indices, updates, True, name)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Subtracts from elements or slices of it; see ``tf.scatter_nd_sub``."""
        return scatter_ops.scatter_nd_sub(self._variable, indices, updates, True, name)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Replaces elements or slices of it; see ``tf.scatter_nd_update``."""
        return scatter_ops.scatter_nd_update(self._variable, indices, updates, True, name)

    def count_up_to(self, limit: int) -> Tensor:
        """Its value before it is raised by one; see ``tf.count_up_to``."""
        return state_ops.count_up_to(self._variable, limit)

    def load(self, value: Any, session: Any = None) -> None:
        """Gives it a value in a session, without adding to the graph.

        Args:
            value: the value, of its shape.
            session: the Session; the default one if None.

        Raises:
            ValueError: there is no session.
        """
        session = session or get_default_session()
        if session is None:
            raise ValueError(
                "Either session argument should be provided or default session should be established"
            )
        session.run(self._initializer_op, {self._initializer_op.inputs[1]: value})

    # As a Python object

    def __repr__(self) -> str:
        return f"<tf.Variable '{self.name}' shape={self.shape} dtype={self.dtype.name}>"

    def __iter__(self) -> NoReturn:
        raise TypeError("'Variable' object is not iterable.")

    __abs__ = _by_value("__abs__")
    __add__ = _by_value("__add__")
    __and__ = _by_value("__and__")
    __floordiv__ = _by_value("__floordiv__")
    __ge__ = _by_value("__ge__")
    __getitem__ = _by_value("__getitem__")
    __gt__ = _by_value("__gt__")
    __invert__ = _by_value("__invert__")
    __le__ = _by_value("__le__")
    __lt__ = _by_value("__lt__")
    __matmul__ = _by_value("__matmul__")
    __mod__ = _by_value("__mod__")
    __mul__ = _by_value("__mul__")
    __neg__ = _by_value("__neg__")
    __or__ = _by_value("__or__")
    __pow__ = _by_value("__pow__")
    __radd__ = _by_value("__radd__")
    __rand__ = _by_value("__rand__")
    __rfloordiv__ = _by_value("__rfloordiv__")
    __rmatmul__ = _by_value("__rmatmul__")
    __rmod__ = _by_value("__rmod__")
    __rmul__ = _by_value("__rmul__")
    __ror__ = _by_value("__ror__")
    __rpow__ = _by_value("__rpow__")
    __rsub__ = _by_value("__rsub__")
    __rtruediv__ = _by_value("__rtruediv__")
    __rxor__ = _by_value("__rxor__")
    __sub__ = _by_value("__sub__")
    __truediv__ = _by_value("__truediv__")
    __xor__ = _by_value("__xor__")


def _convert_variable(variable: Variable, dtype: Any, name: str | None, as_ref: bool) -> Tensor:
    if dtype is not None and not as_dtype(dtype).is_compatible_with(variable.dtype):
        raise ValueError(
            f"Incompatible type conversion requested to type '{as_dtype(dtype).name}' for variable of type "
            f"'{variable.dtype.name}'"
        )
    return variable._ref() if as_ref else variable.value()


register_tensor_conversion_function(Variable, _convert_variable)
