"""Exported PyTorch programs as graphs."""

from __future__ import annotations

import contextlib
import operator as python_operators
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from graphlog.adapters.foreign_graphs import CONSTANT, INPUT, OUTPUT, ForeignGraph
from graphlog.adapters.torch_exports import LOSS, MODULE, Program, Source
from graphlog.adapters.torch_internals import Operator, operator
from graphlog.adapters.torch_memory import SharedMemory
from graphlog.adapters.torch_scopes import ModuleScopes
from graphlog.adapters.torch_values import Described, described, is_tensor, plain, source_line, text
from graphlog.core import dtypes
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

_LARGEST_CONSTANT = 64  # numbers of a constant that are shown
_INLINED = "wrap_"  # what begins so sets a mode for operators that follow each other all the same
_ASSERTIONS = ("_assert_", "sym_constrain_range", "_check")
_READS = frozenset({"item", "_local_scalar_dense"})  # show where Python looks at a tensor

# What a node of a program gives: a tensor, several of them, or a plain value.
_Value = Any


class ProgramGraph:
    """Adds a program's nodes to a graph, module by module.

    Args:
        foreign: the graph.
        scopes: the scopes of the modules.
        shared: for each parameter the first of its names.
        loss_scope: the scope of the loss, where the program has one; else None.

    Attributes:
        operations: the operation of each node.
    """

    def __init__(
        self, foreign: ForeignGraph, scopes: ModuleScopes, shared: Mapping[str, str], loss_scope: str | None
    ) -> None:
        self.operations: dict[Any, Operation] = {}
        self._foreign = foreign
        self._scopes = scopes
        self._shared = shared
        self._loss_scope = loss_scope
        self._paths: dict[str, str] = {}
        self._parameters: dict[str, Tensor] = {}
        self._values: dict[Any, _Value] = {}
        self._memory: SharedMemory | None = None
        self._bodies: dict[str, int] = {}

    def add(self, program: Program) -> None:
        """Adds all of a program: inputs, parameters, operations and outputs."""
        nodes = program.graph_module.graph.nodes
        if any(operator(node.target).written for node in nodes if node.op == "call_function"):
            self._memory = SharedMemory()
        for node in nodes:
            if node.op == "placeholder":
                self._values[node] = self._add_source(node, program.sources.get(node.name))
        self._add_nodes(program.graph_module, "")
        for name, leaf in program.outputs:
            self._add_output(name, leaf)
        if self._loss_scope is not None:
            self._add_output(f"{self._loss_scope}/output", program.loss)

    def value(self, node: Any) -> _Value:
        """What a node gives: a Tensor, a list of them, or a plain value."""
        return self._values.get(node)

    # Inputs and outputs

    def _add_source(self, node: Any, source: Source | None) -> _Value:
        found = described(node.meta.get("val"))
        if source is None or source.kind == "USER_INPUT":
            if found is None:
                return node.meta.get("val")
            tensor = self._foreign.add_input(node.name, *found)
        else:
            tensor = self._add_stored(source, found or (dtypes.unknown, None))
        self.operations[node] = tensor.op
        return tensor

    def _add_stored(self, source: Source, found: Described) -> Tensor:
        path = self._shared.get(source.path, source.path)
        tensor = self._parameters.get(path)
        if tensor is None:
            name = self._scopes.name(self._without_loss(path))
            if source.kind == "CONSTANT_TENSOR":
                tensor = self._add_constant(name, source.value, found)
            else:
                is_buffer = source.kind == "BUFFER"
                add = self._foreign.add_buffer if is_buffer else self._foreign.add_parameter
                tensor = add(name, *found)
            self._parameters[path] = tensor
        return tensor

    def _add_constant(self, name: str, value: Any, found: Described) -> Tensor:
        attributes = {}
        if is_tensor(value) and value.numel() <= _LARGEST_CONSTANT:
            with contextlib.suppress(RuntimeError):  # one on the device "meta" has no numbers
                attributes["values"] = text(value.tolist())
        return self._foreign.add(CONSTANT, name, outputs=[found], attributes=attributes).outputs[0]

    def _add_output(self, name: str, leaf: Any) -> None:
        value = self._values.get(leaf) if is_node(leaf) else leaf
        if isinstance(value, Tensor):
            operation = self._foreign.add_output(name, value)
            if before := self._changed_since(leaf):
                operation.add_control_inputs([before])
        elif value is not None:
            add_plain_output(self._foreign, name, value)

    # Operations

    def _add_nodes(self, graph_module: Any, body_scope: str) -> None:
        nodes = graph_module.graph.nodes
        skipped = _assertions(nodes)
        for node in nodes:
            if node.op == "call_function" and node not in skipped:
                self._add_node(graph_module, node, body_scope)
            elif node.op == "get_attr" and is_tensor(held := _held(graph_module, node)):
                found = described(held) or (dtypes.unknown, None)
                self._values[node] = self._add_constant(f"{body_scope}{node.target}", held, found)

    def _add_node(self, graph_module: Any, node: Any, body_scope: str) -> None:
        if node.target is python_operators.getitem and is_node(node.args[0]):
            whole = self._values.get(node.args[0])
            if isinstance(whole, list):
                self._values[node] = whole[node.args[1]]
                self._share(node, [node.args[0]])
                return
        called = operator(node.target)
        name = f"{body_scope}{self._scope(node)}{called.name}"
        bodies = [(item, body) for item in nodes_in(node.args) if _is_body(body := _held(graph_module, item))]
        if bodies and called.name.startswith(_INLINED):
            self._inline(node, bodies[0][1], body_scope)
            return
        inputs, attributes = arguments(node, called, self._values.get)
        if bodies:
            name = self._body_name(name)
            inputs = [tensor for tensor in inputs if tensor.dtype is dtypes.bool_ and not tensor.static_shape]
            inputs += self._add_bodies(node, bodies, name)
        self._values[node] = self._add_operation(node, called, name, inputs, attributes)

    def _add_operation(
        self, node: Any, called: Operator, name: str, inputs: Sequence[Tensor], attributes: dict[str, Any]
    ) -> _Value:
        attributes["overload"] = text(called.overload)
        if source := source_line(node.meta.get("stack_trace")):
            attributes["source"] = source
        before = self._changes_before(node)
        value = node.meta.get("val")
        operation = add_operation(self._foreign, called.name, name, inputs, value, attributes)
        if before:
            operation.add_control_inputs(before)
        self.operations[node] = operation
        self._note_memory(node, called, operation)
        return given_values(operation, value)

    # Operators that have programs of their own: branches, loops, modes

    def _inline(self, node: Any, body: Any, body_scope: str) -> None:
        for placeholder, given in zip(*_parameters(node, body), strict=True):
            self._values[placeholder] = self._values.get(given) if is_node(given) else given
            self._share(placeholder, [given])
        self._add_nodes(body, body_scope)
        self._values[node] = [self._values.get(item) if is_node(item) else item for item in _results(body)]
        if made := [value for value in self._values[node] if isinstance(value, Tensor)]:
            self.operations[node] = made[-1].op

    def _body_name(self, name: str) -> str:
        number = self._bodies[name] = self._bodies.get(name, -1) + 1
        return f"{name}_{number}" if number else name

    def _add_bodies(self, node: Any, bodies: Sequence[tuple[Any, Any]], name: str) -> list[Tensor]:
        """The bodies of branches and loops as scopes; returns what they give."""
        memory, self._memory = self._memory, None
        results: list[Tensor] = []
        for item, body in bodies:
            scope = f"{name}/{item.target}/"
            for placeholder, given in zip(*_parameters(node, body), strict=True):
                value = self._values.get(given) if is_node(given) else given
                sources = [value] if isinstance(value, Tensor) else []
                found = described(placeholder.meta.get("val")) or (dtypes.unknown, None)
                operation = self._foreign.add(INPUT, f"{scope}{placeholder.name}", sources, [found])
                self._values[placeholder] = operation.outputs[0]
            self._add_nodes(body, scope)
            for result in _results(body):
                results += tensors(self._values.get(result)) if is_node(result) else []
        self._memory = memory
        return results

    # Memory that is changed in place

    def _changed_since(self, node: Any) -> Operation | None:
        return self._memory.changed_since(node) if self._memory is not None and is_node(node) else None

    def _changes_before(self, node: Any) -> list[Operation]:
        if self._memory is None:
            return []
        changes = [self._changed_since(item) for item in nodes_in((node.args, tuple(node.kwargs.values())))]
        return [change for change in changes if change is not None]

    def _share(self, node: Any, others: Sequence[Any]) -> None:
        if self._memory is not None:
            self._memory.share(node, [item for item in others if is_node(item)])

    def _note_memory(self, node: Any, called: Operator, operation: Operation) -> None:
        if self._memory is None:
            return
        written = [item for number in called.written for item in nodes_in(node.args[number : number + 1])]
        for item in written:
            self._memory.change(item, operation)
            if len(operation.outputs) == 1 and isinstance(self._values.get(item), Tensor):
                self._values[item] = operation.outputs[0]
        positions = sorted(called.written | called.aliased)
        self._share(node, [item for number in positions for item in nodes_in(node.args[number : number + 1])])

    # Scopes

    def _scope(self, node: Any) -> str:
        stack = node.meta.get("nn_module_stack")
        if not stack:
            return ""
        path = next(reversed(stack.values()))[0]
        scope = self._paths.get(path)
        if scope is None:
            parts = [part.partition("@")[0] for part in path.split(".")]
            scope = self._paths[path] = self._scopes.of(self._without_loss(".".join(parts)))
        return scope

    def _without_loss(self, path: str) -> str:
        """The path of a module in the model, where the model was exported together with its loss."""
        if self._loss_scope is None:
            return path
        outer, _, rest = path.partition(".")
        if outer == MODULE:
            return rest
        inner = rest if outer == LOSS else path
        return f"{self._loss_scope}.{inner}" if inner else self._loss_scope


def add_plain_output(foreign: ForeignGraph, name: str, value: Any) -> None:
    """Adds a node for something that a module returns and that is no tensor."""
    dtype, shape = described(value) or (dtypes.string, ())
    attributes = {"values": text(value if isinstance(value, str) else repr(value)), "dtype": dtype}
    foreign.add(OUTPUT, name, outputs=[(dtype, shape)], attributes=attributes)


def arguments(
    node: Any, called: Operator, value_of: Callable[[Any], _Value]
) -> tuple[list[Tensor], dict[str, Any]]:
    """What a node takes: tensors, and the rest as attributes by the names of the operator's arguments."""
    inputs: list[Tensor] = []
    attributes: dict[str, Any] = {}
    named = [
        (called.arguments[number] if number < len(called.arguments) else f"argument_{number}", argument)
        for number, argument in enumerate(node.args)
    ]
    for name, argument in (*named, *node.kwargs.items()):
        if is_node(argument):
            inputs += tensors(value_of(argument))
        elif isinstance(argument, list | tuple) and any(True for _ in nodes_in(argument)):
            for item in nodes_in(argument):
                inputs += tensors(value_of(item))
            if any(not is_node(item) and item is not None for item in argument):
                attributes[name] = text(["?" if is_node(item) else item for item in argument])
        elif (value := plain(argument)) is not None:
            attributes[name.lstrip("_")] = value
    return inputs, attributes


def add_operation(
    foreign: ForeignGraph,
    op_type: str,
    name: str,
    inputs: Sequence[Tensor],
    value: Any,
    attributes: dict[str, Any],
) -> Operation:
    """Adds an operation that gives a value: a tensor, several of them, a number, or nothing."""
    items = value if isinstance(value, list | tuple) else [value]
    outputs = [found for item in items if (found := described(item))]
    if not outputs:
        attributes["_output_shapes"] = []  # says that there are none
    return foreign.add(op_type, name, inputs, outputs, attributes)


def given_values(operation: Operation, value: Any) -> _Value:
    """The outputs of an operation in the form of the value that they stand for."""
    outputs = iter(operation.outputs)
    if isinstance(value, list | tuple):
        return [next(outputs) if described(item) else item for item in value]
    return next(outputs, None)


def is_node(value: Any) -> bool:
    """Whether a value is a ``torch.fx.Node``."""
    return type(value).__name__ == "Node"


def nodes_in(value: Any) -> Iterator[Any]:
    """The nodes in a nest of lists and tuples."""
    if is_node(value):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from nodes_in(item)


def tensors(value: _Value) -> list[Tensor]:
    """The tensors of what a node gives."""
    if isinstance(value, Tensor):
        return [value]
    return [item for item in value if isinstance(item, Tensor)] if isinstance(value, list) else []


def _held(graph_module: Any, node: Any) -> Any:
    """What a module holds that a node names; None for a node of another kind."""
    if node.op != "get_attr":
        return None
    held = graph_module
    for part in node.target.split("."):
        held = getattr(held, part, None)
    return held


def _is_body(held: Any) -> bool:
    return hasattr(held, "graph") and hasattr(held.graph, "nodes")


def _parameters(node: Any, body: Any) -> tuple[list[Any], list[Any]]:
    """The placeholders of a body, and the values that an operator hands to them: the last that it takes."""
    placeholders = [item for item in body.graph.nodes if item.op == "placeholder"]
    given = [item for argument in node.args for item in _flat(argument)][
        -len(placeholders) or len(node.args) :
    ]
    return placeholders, [None] * (len(placeholders) - len(given)) + given


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _results(body: Any) -> list[Any]:
    returned = next(item for item in body.graph.nodes if item.op == "output").args[0]
    return list(_flat(returned))


def _assertions(nodes: Any) -> set[Any]:
    """The nodes that check what was assumed of sizes and branches, and those that only they take."""
    skipped: set[Any] = set()
    for node in reversed(nodes):
        if node.op != "call_function":
            continue
        name = operator(node.target).name
        is_number = described(node.meta.get("val")) and not is_tensor(node.meta.get("val"))
        is_unused = is_number and name not in _READS and all(user in skipped for user in node.users)
        if name.startswith(_ASSERTIONS) or is_unused:
            skipped.add(node)
    return skipped
