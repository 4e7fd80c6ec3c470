"""Resource variables: variables that each reader reads anew, in an order that control inputs give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.name_scopes import colocate_with, control_dependencies, device, name_scope
from graphlog.ops.resources import variable_ops
from graphlog.ops.state import initial_values, scatter_ops
from graphlog.ops.state.variables import Variable

if TYPE_CHECKING:
    from graphlog.core.graph import Graph


class ResourceVariable(Variable):
    """A variable that is referred to by a handle.

    In the graph a variable ``w`` is the operations ``w`` (VarHandleOp), ``w/Assign`` (AssignVariableOp),
    ``w/Read/ReadVariableOp``, ``w/IsInitialized/VarIsInitializedOp`` and those in ``w/Initializer``. Each
    use of its value is a ReadVariableOp of its own.

    Source: ``ResourceVariable`` of TensorFlow 1.15; the arguments are those of ``tf.Variable``.
    """

    is_resource = True

    def _build(
        self, initial_value: Any, validate_shape: bool, caching_device: Any, name: Any, dtype: Any, shape: Any
    ) -> None:
        is_function = callable(initial_value)
        with name_scope(name, "Variable", [] if is_function else [initial_value]) as scope:
            handle_name = scope.rstrip("/")
            placed = {"_class": [b"loc:@" + handle_name.encode()]}
            with get_default_graph().attribute_scope(placed):
                with name_scope("Initializer"), device(None):
                    first = initial_value() if is_function else initial_value
                    initial = convert_to_tensor(first, dtype, "initial_value")
                self._shape = TensorShape(initial.shape if shape is None else shape)
                self._dtype = initial.dtype.base_dtype
                self.handle = variable_ops.VarHandleOp(
                    dtype=self._dtype, shape=self._shape, shared_name=handle_name, name=scope
                )
            initial_values.check_is_outside_control_flow(initial, scope)
            self._initial_value = initial
            with name_scope("IsInitialized"):
                self._is_initialized = variable_ops.VarIsInitializedOp(self.handle)
            place = device(self.handle.device)
            with name_scope("Assign") as assign_scope, colocate_with(None, ignore_existing=True), place:
                value = initial_values.with_initialized_variables(initial, scope)
                self._initializer_op = variable_ops.AssignVariableOp.operation(
                    self.handle, value, name=assign_scope
                )
            self._cached: Tensor | None = None
            with name_scope("Read"):
                with device(self.handle.device):
                    self._element = variable_ops.ReadVariableOp(self.handle, dtype=self._dtype)
                if caching_device is not None:
                    with colocate_with(None, ignore_existing=True), device(caching_device):
                        self._cached = arrays.identity(self._element)

    def _take(self, variable_def: Any, import_scope: str | None) -> None:
        super()._take(variable_def, import_scope)
        self.handle = self._variable
        self._shape, self._dtype = (self.handle.op.attributes[key] for key in ("shape", "dtype"))
        found = self._taken_snapshot
        self._element, self._cached = found, None
        if not found.name.endswith("/Read/ReadVariableOp:0"):
            name = f"{self.handle.op.name}/Read/ReadVariableOp:0"
            self._element, self._cached = get_default_graph().get_tensor_by_name(name), found

    @property
    def _snapshot(self) -> Tensor:  # type: ignore[override]
        return self._element if self._cached is None else self._cached

    # What it is

    @property
    def name(self) -> str:
        """The name of its handle, such as ``"w:0"``."""
        return self.handle.name

    @property
    def dtype(self) -> DType:
        """The dtype of its value."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return self._shape

    def set_shape(self, shape: object) -> None:
        """Raises NotImplementedError, as in TensorFlow."""
        raise NotImplementedError("ResourceVariable does not implement set_shape()")

    @property
    def op(self) -> Operation:
        """The operation that gives its handle."""
        return self.handle.op

    @property
    def graph(self) -> Graph:
        """The Graph it belongs to."""
        return self.handle.graph

    @property
    def device(self) -> str:
        """The device of its operation."""
        return self.handle.device

    @property
    def create(self) -> Operation:
        """The operation that assigns its first value."""
        return self._initializer_op

    def is_initialized(self, name: str | None = None) -> Tensor:
        """A tensor that says whether it has a value."""
        return variable_ops.VarIsInitializedOp(self.handle, name=name)

    # Reading

    def _read(self) -> Tensor:
        return variable_ops.ReadVariableOp(self.handle, dtype=self._dtype)

    def value(self) -> Tensor:
        """A new tensor of its value; the shared one where there is a caching device."""
        if self._cached is not None:
            return self._cached
        with colocate_with(None, ignore_existing=True), device(self.handle.device):
            return self._read()

    def read_value(self) -> Tensor:
        """A new tensor of its value, read under the current control dependencies."""
        with name_scope("Read"), device(self.handle.device):
            value = self._read()
        return arrays.identity(value)

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """The rows that indices choose."""
        with name_scope("Gather" if name is None else name) as scope:
            value = variable_ops.ResourceGather(self.handle, indices, dtype=self._dtype, name=scope)
        return arrays.identity(value)

    def gather_nd(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements or slices that index vectors choose."""
        with name_scope("GatherNd" if name is None else name) as scope:
            value = variable_ops.ResourceGatherNd(self.handle, indices, dtype=self._dtype, name=scope)
        return arrays.identity(value)

    def eval(self, session: Any = None) -> Any:
        """Its value in a session; in the default one if None."""
        return self._element.eval(session=session)

    def _ref(self) -> Tensor:
        return self.handle

    def _as_graph_element(self) -> Tensor:
        return self._element

    # Assigning

    def _changed(self, operation: Operation, read_value: bool = True) -> Any:
        return _ChangedVariable(self, operation) if read_value else operation

    def assign(self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Gives it a new value.

        Args:
            value: the value.
            use_locking: accepted for TensorFlow's sake.
            name: the operation's name.
            read_value: whether the changed variable is returned, or the operation.

        Returns:
            A ResourceVariable that is read after the assignment, or the Operation.
        """
        tensor = convert_to_tensor(value, self._dtype)
        self._shape.assert_is_compatible_with(tensor.shape)
        assigning = variable_ops.AssignVariableOp.operation(self.handle, tensor, name=name)
        return self._changed(assigning, read_value)

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Adds ``delta`` to its value; see ``assign``."""
        tensor = convert_to_tensor(delta, self._dtype)
        adding = variable_ops.AssignAddVariableOp.operation(self.handle, tensor, name=name)
        return self._changed(adding, read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtracts ``delta`` from its value; see ``assign``."""
        tensor = convert_to_tensor(delta, self._dtype)
        subtracting = variable_ops.AssignSubVariableOp.operation(self.handle, tensor, name=name)
        return self._changed(subtracting, read_value)

    def scatter(self, type: str, indices: Any, updates: Any, name: str | None) -> Any:
        """Changes rows of it.

        Args:
            type: how: the type of the operation that does it to reference variables.
            indices: the numbers of the rows, or index vectors.
            updates: what to change them with.
            name: the operation's name.

        Returns:
            A ResourceVariable that is read after the change.
        """
        definition = variable_ops.SCATTERS[f"Resource{type}"]
        values = convert_to_tensor(updates, self._dtype)
        return self._changed(definition.operation(self.handle, indices, values, name=name))

    def _scatter_slices(self, type: str, sparse_delta: Any, name: str | None) -> Any:
        slices = scatter_ops.slices_of(sparse_delta)
        return self.scatter(type, slices.indices, slices.values, name)

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Adds IndexedSlices to it."""
        return self._scatter_slices("ScatterAdd", sparse_delta, name)

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Subtracts IndexedSlices from it."""
        return self._scatter_slices("ScatterSub", sparse_delta, name)

    def scatter_mul(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Multiplies it by IndexedSlices."""
        return self._scatter_slices("ScatterMul", sparse_delta, name)

    def scatter_div(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Divides it by IndexedSlices."""
        return self._scatter_slices("ScatterDiv", sparse_delta, name)

    def scatter_min(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Lowers it to IndexedSlices."""
        return self._scatter_slices("ScatterMin", sparse_delta, name)

    def scatter_max(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Raises it to IndexedSlices."""
        return self._scatter_slices("ScatterMax", sparse_delta, name)

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Replaces rows of it by IndexedSlices."""
        return self._scatter_slices("ScatterUpdate", sparse_delta, name)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Adds to elements or slices of it."""
        return self.scatter("ScatterNdAdd", indices, updates, name)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Subtracts from elements or slices of it."""
        return self.scatter("ScatterNdSub", indices, updates, name)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Replaces elements or slices of it."""
        return self.scatter("ScatterNdUpdate", indices, updates, name)

    def count_up_to(self, limit: int) -> Tensor:
        """Its value before it is raised by one; see ``tf.count_up_to``."""
        return variable_ops.ResourceCountUpTo(self.handle, limit=limit, T=self._dtype)

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> ResourceVariable:
        """The variable of a VariableDef, whose operations the default graph has already."""
        return ResourceVariable(variable_def=variable_def, import_scope=import_scope)

    def __repr__(self) -> str:
        return f"<tf.Variable '{self.name}' shape={self.shape} dtype={self.dtype.name}>"


class _ChangedVariable(ResourceVariable):
    """A variable after a change: whoever reads it does so once that has happened."""

    def __init__(self, variable: ResourceVariable, change: Operation) -> None:
        vars(self).update(vars(variable))
        self._change = change
        self._cached = None
        with control_dependencies([change]):
            self._element = variable_ops.ReadVariableOp(self.handle, dtype=self._dtype)

    @property
    def name(self) -> str:
        """The name of the operation that changes it."""
        return self._change.name

    @property
    def op(self) -> Operation:
        """The operation that changes it."""
        return self._change

    def value(self) -> Tensor:
        """A new tensor of its value after the change."""
        with control_dependencies([self._change]):
            return super().value()

    def read_value(self) -> Tensor:
        """A new tensor of its value after the change, read under the current control dependencies."""
        with control_dependencies([self._change]):
            return super().read_value()
