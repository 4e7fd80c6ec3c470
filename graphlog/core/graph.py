"""A Graph: operations, their names, and the scopes in which they are built."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from graphlog.core import default_stacks, names
from graphlog.core.collections import Collections
from graphlog.core.control_flow import ControlFlowContext
from graphlog.core.device_specs import DeviceSpec
from graphlog.core.dtypes import DType
from graphlog.core.graph_elements import find_element
from graphlog.core.late_parts import drawings, serializer
from graphlog.core.op_definition import OpDefinition, Signature, find_definition
from graphlog.core.operation import Operation
from graphlog.core.placement import Placement
from graphlog.core.shapes import MOST_DIMENSIONS, StaticShape, bracketed, checked_shapes
from graphlog.core.tensor import Tensor
from graphlog.core.user_code import call_stack

# The version of TensorFlow 1.15's GraphDef format, which says what its operations mean.
GRAPH_DEF_PRODUCER = 134


class Graph(Collections):
    """A computation as a graph of operations that are joined by tensors.

    Source: ``tf.Graph`` of TensorFlow 1, whose names and errors it keeps.
    """

    # Whether operations that are built while it is the default take tensors of other graphs as inputs.
    captures_tensors = False

    def __init__(self) -> None:
        super().__init__()
        self._operations: dict[str, Operation] = {}
        self._names = names.NameTable()
        self._scope = ""
        self._placement = Placement()
        self._unfeedable: set[Tensor] = set()
        self._unfetchable: set[Operation] = set()
        self._lock = threading.RLock()
        # The functions that operations may call: FunctionGraphs, or the serialized FunctionDefs of a
        # GraphDef's library.
        self.functions: dict[str, Graph | bytes] = {}
        # The graphs of those FunctionDefs that were called.
        self.functions_read: dict[str, Graph] = {}
        self.seed: int | None = None
        # What gradient rules have worked out about shapes of this graph.
        self.gradient_cache: dict[Any, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    # Operations

    def create_op(
        self,
        op_type: str,
        inputs: Sequence[Tensor],
        dtypes: Sequence[DType] | None = None,
        name: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        shapes: Sequence[StaticShape] | None = None,
    ) -> Operation:
        """Adds an operation.

        Args:
            op_type: its GraphDef type.
            inputs: the tensors it takes.
            dtypes: the dtypes of its outputs, for an operation that cannot be run: one of a type that
                has no definition, or one without all its attributes.
            name: its name, made unique; verbatim if it ends in ``/``; ``op_type`` if None.
            attributes: its attributes as plain data, complete.
            shapes: the static shapes of its outputs, for a type that has no definition.

        Returns:
            The Operation.

        Raises:
            ValueError: the name is invalid or taken, or the shapes of the inputs do not fit.
            RuntimeError: the graph is finalized.
            TypeError: the type has no definition, and no ``dtypes`` are given.
        """
        with self._lock:
            self._check_not_finalized()
            name = name or op_type
            names.check_is_text(name)
            if name.endswith("/"):
                name = self.verbatim_name(name[:-1])
            else:
                names.check_operation_name(name)
                name = self.unique_name(name)
            definition = find_definition(op_type) if dtypes is None else None
            attributes = dict(attributes or {})
            if definition is not None:
                dtypes = definition.output_dtypes(attributes)
            elif dtypes is None:
                raise TypeError(
                    f"graphlog does not know operation type {op_type!r}: give the dtypes of its outputs."
                )
            operation = Operation(self, name, op_type, definition, inputs, attributes, call_stack())
            return self._add(operation, dtypes, shapes)

    def add_operation(
        self, definition: OpDefinition, inputs: Sequence[Tensor], name: str, signature: Signature
    ) -> Operation:
        """Adds an operation that is known to fit its definition; ``create_op`` is for all others.

        Args:
            definition: what the operation is.
            inputs: the tensors it takes.
            name: its full name, from ``operation_name`` or ``verbatim_name``.
            signature: its attributes, and the dtypes of its outputs.

        Returns:
            The Operation.

        Raises:
            ValueError: the shapes of the inputs do not fit.
            RuntimeError: the graph is finalized.
        """
        with self._lock:
            if self.finalized:
                self._check_not_finalized()
            attributes, dtypes = signature
            operation = Operation(self, name, definition.type, definition, inputs, attributes, call_stack(3))
            return self._add(operation, dtypes, None)

    def _infer_shapes(self, operation: Operation, count: int) -> Sequence[StaticShape]:
        assert operation.definition is not None
        try:
            shapes = operation.definition.shape(operation)
            if type(shapes) is not list or len(shapes) != count:
                shapes = checked_shapes(shapes, count)
            for shape in shapes:
                if shape is not None and len(shape) > MOST_DIMENSIONS:
                    raise ValueError(f"Shape must be at most rank {MOST_DIMENSIONS} but is rank {len(shape)}")
            return shapes
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            listed = ", ".join(bracketed(tensor.static_shape) for tensor in operation.inputs)
            raise ValueError(
                f"{error} for '{operation.name}' (op: '{operation.type}') with input shapes: {listed}."
            ) from (None if type(error) is ValueError else error)

    def _add(
        self, operation: Operation, dtypes: Sequence[DType], shapes: Sequence[StaticShape] | None
    ) -> Operation:
        """Takes an operation that has its inputs and attributes, and gives it its outputs."""
        placement = self._placement
        placement.apply(operation)
        operation.control_flow_context = context = placement.control_flow_context
        if operation.definition is not None:
            shapes = self._infer_shapes(operation, len(dtypes))
        elif shapes is None:
            shapes = [None] * len(dtypes)
        if len(dtypes) == 1:
            operation.outputs = (Tensor(operation, 0, dtypes[0], shapes[0]),)
        else:
            operation.outputs = tuple(
                [Tensor(operation, index, dtype, shapes[index]) for index, dtype in enumerate(dtypes)]
            )
        outside: list[tuple[ControlFlowContext, Operation]] = []
        for tensor in operation.inputs:
            tensor._consumers.append(operation)
            source = tensor.op.control_flow_context
            if source is not context and source is not None:
                outside.append((source, tensor.op))
        operation.position = len(self._operations)
        self._operations[operation.name] = operation
        for source, computed_by in outside:
            source.check_use(operation, computed_by)
        if context is not None:
            context.add_op(operation)
        return operation

    def take_back(self, operations: Iterable[Operation]) -> None:
        """Removes operations that were added just now and that no others use; their names stay taken."""
        with self._lock:
            for operation in operations:
                del self._operations[operation.name]
                for tensor in operation.inputs:
                    tensor._consumers.remove(operation)

    def get_operations(self) -> list[Operation]:
        """All operations, in the order in which they were added."""
        return list(self._operations.values())

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation of that name.

        Raises:
            KeyError: there is none.
            ValueError: the name is a tensor's.
            TypeError: it is no string.
        """
        if not isinstance(name, str):
            raise TypeError(f"Operation names are strings (or similar), not {type(name).__name__}.")
        element = self.as_graph_element(name, allow_tensor=False)
        assert isinstance(element, Operation)
        return element

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor of that name, such as ``"e:0"``.

        Raises:
            KeyError: there is none.
            ValueError: the name is an operation's, or is not of the form ``operation:index``.
            TypeError: it is no string.
        """
        if not isinstance(name, str):
            raise TypeError(f"Tensor names are strings (or similar), not {type(name).__name__}.")
        element = self.as_graph_element(name, allow_operation=False)
        assert isinstance(element, Tensor)
        return element

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Tensor | Operation:
        """The tensor or operation of this graph that ``obj`` is, names, or stands for.

        Args:
            obj: a Tensor, an Operation, a name, or an object with a method ``_as_graph_element``.
            allow_tensor: whether it may be a tensor.
            allow_operation: whether it may be an operation.

        Raises:
            KeyError: the graph has nothing of that name.
            ValueError: it belongs to another graph, or the name is of the other kind.
            TypeError: it is nothing of that sort.
        """
        return find_element(self, self._operations, obj, allow_tensor, allow_operation)

    @property
    def version(self) -> int:
        """The number of operations added so far; it grows with each."""
        return len(self._operations)

    @property
    def graph_def_versions(self) -> Any:
        """The VersionDef protobuf of this graph's GraphDef."""
        return serializer().graph_def(self, self.version, False).versions

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """The graph as a GraphDef protobuf.

        Args:
            from_version: leaves out the operations that were there at this ``version``.
            add_shapes: whether each node gets its outputs' shapes as attribute ``_output_shapes``.

        Returns:
            The GraphDef.
        """
        return serializer().graph_def(self, from_version, add_shapes)

    def _repr_svg_(self) -> str | None:
        """What a notebook shows: a drawing in which scopes are collapsed as needed."""
        return drawings().notebook_svg(self)

    # Defaults, names and scopes

    def as_default(self) -> AbstractContextManager[Graph]:
        """Makes this the default graph of this thread inside a ``with`` block."""
        return default_stacks.graphs.pushed(self)

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """A name within the current scope that no operation has, ``name`` itself if it is free."""
        return self._names.unique(f"{self._scope}/{name}" if self._scope else name, mark_as_used)

    def operation_name(self, name: str) -> str:
        """The full name of an operation to be, which is that of its own scope too.

        Args:
            name: made unique within the current scope; verbatim if it ends in ``/``.

        Raises:
            ValueError: it is not valid, or taken.
        """
        if name[-1:] == "/":
            return self.verbatim_name(name[:-1])
        scope = self._scope
        names.check_scope_name(name, is_outermost=not scope)
        return self._names.unique(f"{scope}/{name}" if scope else name)

    def verbatim_name(self, name: str) -> str:
        """A full name as it is, for an operation to be; ValueError where the graph has one of that name."""
        if name in self._operations:
            raise ValueError(f"Duplicate node name in graph: '{name}'")
        self._names.mark_as_used(name)
        return name

    def unique_scope_name(self, name: str) -> str:
        """The full name, with a final ``/``, of a scope that ``name_scope(name)`` would enter now."""
        return name if name.endswith("/") else self.operation_name(name) + "/"

    def get_name_scope(self) -> str:
        """The current name scope, without a final ``/``."""
        return self._scope

    def name_scope(self, name: str | None) -> AbstractContextManager[str]:
        """Puts the operations of a ``with`` block into a scope.

        Args:
            name: the scope's name, made unique within the current scope; one that ends in ``/`` is
                entered again as it is; None or an empty name leaves all scopes.

        Returns:
            A context manager that gives the scope's full name with a final ``/``, or an empty string.

        Raises:
            ValueError: on entering, the name is not valid.
        """
        return _NameScope(self, name)

    def _enter_name_scope(self, name: str | None) -> str:
        """Enters a scope and returns its full name with a final ``/``."""
        if name is not None:
            names.check_is_text(name)
        if name and name.endswith("/"):
            names.check_scope_name(name, is_outermost=not self._scope)
        entered = self.unique_scope_name(name) if name else ""
        self._scope = entered[:-1]
        return entered

    def control_dependencies(self, control_inputs: Iterable[Any] | None) -> AbstractContextManager[None]:
        """Makes the operations of a ``with`` block run after others.

        Args:
            control_inputs: operations or tensors; None to forget those of the enclosing blocks.

        Raises:
            TypeError: something is neither an operation nor a tensor.
            ValueError: something belongs to another graph.
        """
        if control_inputs is None:
            return self._placement.control_dependencies(None)
        # A resource variable need not be read for this: its operation is waited for.
        elements = [
            self.as_graph_element(item.op if hasattr(item, "handle") and hasattr(item, "op") else item)
            for item in control_inputs
        ]
        return self._placement.control_dependencies(
            [item.op if isinstance(item, Tensor) else item for item in elements]
        )

    @property
    def control_flow_context(self) -> ControlFlowContext | None:
        """The branch of a cond or the body of a loop that is being built, or None."""
        return self._placement.control_flow_context

    @control_flow_context.setter
    def control_flow_context(self, context: ControlFlowContext | None) -> None:
        self._placement.control_flow_context = context

    def control_inputs_for(self, inputs: Iterable[Operation]) -> tuple[Operation, ...]:
        """The control inputs that the enclosing ``with`` blocks give an operation with these inputs."""
        return self._placement.control_inputs(set(inputs))

    def record(self, operation: Operation) -> None:
        """Takes note that an operation runs after those that the enclosing ``with`` blocks ask for."""
        self._placement.record(operation)

    def colocate_with(self, op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
        """Asks that the operations of a ``with`` block be placed with another.

        Args:
            op: an Operation or a Tensor; None, with ``ignore_existing``, to ask for nothing.
            ignore_existing: whether to forget what the enclosing blocks ask for.
        """
        if op is None and not ignore_existing:
            raise ValueError("Trying to reset colocation (op is None) but ignore_existing is not True")
        # A tensor and a variable stand for their operations.
        return self._placement.colocate_with(getattr(op, "op", op), ignore_existing)

    def device(
        self, device_name_or_function: str | DeviceSpec | Callable[[Operation], str] | None
    ) -> AbstractContextManager[None]:
        """Asks that the operations of a ``with`` block be placed on a device.

        Args:
            device_name_or_function: a device such as ``"/device:CPU:0"`` or a DeviceSpec, a function from
                an Operation to one, or None to forget the enclosing blocks.
        """
        if isinstance(device_name_or_function, DeviceSpec):
            device_name_or_function = device_name_or_function.to_string()
        return self._placement.device(device_name_or_function)

    @property
    def asks_for_device(self) -> bool:
        """Whether the enclosing blocks say something of devices."""
        return self._placement.asks_for_device

    def init_scope(self) -> AbstractContextManager[None]:
        """Builds the operations of a ``with`` block outside of all control dependencies and conditionals.

        Devices are asked for again that were forgotten for the sake of colocation.
        """
        return self._placement.init_scope()

    def attribute_scope(self, attributes: Mapping[str, Any]) -> AbstractContextManager[None]:
        """Gives the operations of a ``with`` block attributes that they do not set themselves.

        Args:
            attributes: plain data by name; a name with None takes away what an outer block gave.
        """
        return self._placement.attribute_scope(attributes)

    @property
    def building_function(self) -> bool:
        """Whether this graph is the body of a function."""
        return self.captures_tensors

    def container(self, container_name: str) -> AbstractContextManager[str]:
        """Names the resource container that holds the state of the operations of a ``with`` block.

        Args:
            container_name: its name; ``""`` for the default container.
        """
        return self._placement.in_container(container_name)

    def gradient_override_map(self, op_type_map: Mapping[str, str]) -> AbstractContextManager[None]:
        """Gives operations of a ``with`` block gradients registered under other names.

        Args:
            op_type_map: from operation types to names given to ``RegisterGradient``.
        """
        return self._placement.gradient_override_map(op_type_map)

    # What may be fed and fetched

    def prevent_feeding(self, tensor: Tensor) -> None:
        """Makes it an error to feed this tensor."""
        self._unfeedable.add(tensor)

    def is_feedable(self, tensor: Tensor) -> bool:
        """Whether this tensor may be fed."""
        return tensor not in self._unfeedable

    def prevent_fetching(self, op: Operation) -> None:
        """Makes it an error to fetch this operation or an output of it."""
        self._unfetchable.add(op)

    def is_fetchable(self, tensor_or_op: Tensor | Operation) -> bool:
        """Whether this tensor or operation may be fetched."""
        operation = tensor_or_op.op if isinstance(tensor_or_op, Tensor) else tensor_or_op
        return operation not in self._unfetchable


class _NameScope:
    """What ``Graph.name_scope`` returns; a class, since generators take longer and there are many scopes."""

    __slots__ = ("_graph", "_name", "_previous")

    def __init__(self, graph: Graph, name: str | None) -> None:
        self._graph = graph
        self._name = name

    def __enter__(self) -> str:
        self._previous = self._graph._scope
        return self._graph._enter_name_scope(self._name)

    def __exit__(self, *_: object) -> None:
        self._graph._scope = self._previous
