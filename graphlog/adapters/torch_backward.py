"""The backward pass of an exported PyTorch program, beside its forward pass.

PyTorch traces both in operators of the lowest level: its ``linear`` is a transposition and a product there.
The forward pass stays as it was exported. A backward operation that takes what a forward operation gives is
joined to it; one that takes something which a forward operation keeps inside (the mask of a dropout, say) is
joined by a node of type ``SavedTensor``.
"""

from __future__ import annotations

import operator as python_operators
from typing import Any

from graphlog.adapters.foreign_graphs import CONSTANT, ForeignGraph
from graphlog.adapters.torch_exports import Program
from graphlog.adapters.torch_internals import JointGraph, input_position, operator
from graphlog.adapters.torch_programs import (
    ProgramGraph,
    add_operation,
    arguments,
    given_values,
    is_node,
)
from graphlog.adapters.torch_values import described, text
from graphlog.core import dtypes
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.graphdef.node_attributes import FORWARD_NODE

SAVED, GRADIENT = "SavedTensor", "Gradient"

_PASSED_ON = frozenset({"detach", "alias"})  # the same numbers under another name


def add_backward(
    foreign: ForeignGraph, forward: ProgramGraph, program: Program, joint: JointGraph, scope: str
) -> dict[Any, Operation]:
    """Adds the backward pass of a program.

    Args:
        foreign: the graph, which has the forward pass already.
        forward: what added it.
        program: the program.
        joint: both passes, as PyTorch traces them.
        scope: what the backward pass is put into, without a slash at the end.

    Returns:
        The operation of each node of the joint graph that became one.
    """
    backward = _Backward(foreign, forward, program, joint, scope)
    backward.add_operations()
    backward.add_gradients()
    return backward.operations


class _Backward:
    def __init__(
        self, foreign: ForeignGraph, forward: ProgramGraph, program: Program, joint: JointGraph, scope: str
    ) -> None:
        self._foreign = foreign
        self._forward = forward
        self._joint = joint
        self._scope = scope
        self.operations: dict[Any, Operation] = {}
        self._values: dict[Any, Any] = {}
        nodes = program.graph_module.graph.nodes
        self._program_nodes = {node.name: node for node in nodes}
        self._inputs = [node for node in nodes if node.op == "placeholder"]
        self._results = self._find_results()

    def add_operations(self) -> None:
        for node in self._joint.graph.nodes:
            if node.op == "placeholder" and input_position(node) is None:
                self._values[node] = self._add_seed(node)
            elif node.op == "call_function" and self._joint.is_backward(node):
                self._values[node] = self._add_operation(node)

    def add_gradients(self) -> None:
        for node, gradient in zip(self._inputs, self._joint.gradients, strict=True):
            tensor = self._value(gradient) if gradient is not None else None
            operation = self._forward.operations.get(node)
            if not isinstance(tensor, Tensor) or operation is None:
                continue
            attributes = {FORWARD_NODE: operation.name.encode()}
            described_so = [(tensor.dtype, tensor.static_shape)]
            name = f"{self._scope}/{operation.name}_grad"
            self._foreign.add(GRADIENT, name, [tensor], described_so, attributes)

    def _add_seed(self, node: Any) -> Tensor:
        found = described(node.meta.get("val")) or (dtypes.unknown, None)
        attributes = {"values": b"1.0"}
        return self._foreign.add(CONSTANT, f"{self._scope}/grad_ys_0", (), [found], attributes).outputs[0]

    def _add_operation(self, node: Any) -> Any:
        if node.target is python_operators.getitem:
            whole = self._value(node.args[0])
            return whole[node.args[1]] if isinstance(whole, list) else whole
        called = operator(node.target)
        if called.name in _PASSED_ON:
            return self._value(node.args[0])
        inputs, attributes = arguments(node, called, self._value)
        attributes["overload"] = text(called.overload)
        return self._add_tied(node, called.name, inputs, attributes)

    def _add_tied(self, node: Any, op_type: str, inputs: list[Tensor], attributes: dict[str, Any]) -> Any:
        """Adds an operation in the scope of the forward operation that it belongs to."""
        forward = self._forward_operation(node)
        name = f"{self._scope}/{op_type}"
        if forward is not None:
            attributes[FORWARD_NODE] = forward.name.encode()
            is_source = not forward.inputs and forward.type != op_type
            ending = f"_sum/{op_type}" if is_source else f"_grad/{op_type}"
            name = f"{self._scope}/{forward.name}{ending}"
        value = node.meta.get("val")
        operation = add_operation(self._foreign, op_type, name, inputs, value, attributes)
        if op_type != SAVED:
            self.operations[node] = operation
        return given_values(operation, value)

    def _forward_operation(self, node: Any) -> Operation | None:
        """The operation a node belongs to: one that adds up gradients, to that whose gradient is the sum."""
        seen: set[Any] = set()
        while node is not None and node not in seen:
            seen.add(node)
            name = self._joint.forward_name(node)
            if name is not None:
                return self._forward.operations.get(self._program_nodes.get(name))
            if node in self._joint.gradients:
                return self._forward.operations.get(self._inputs[self._joint.gradients.index(node)])
            node = next((user for user in node.users if user.op == "call_function"), None)
        return None

    # Values of the forward pass

    def _value(self, node: Any) -> Any:
        """What a node of either pass gives, in the graph."""
        if node not in self._values:
            self._values[node] = self._forward_value(node)
        return self._values[node]

    def _forward_value(self, node: Any) -> Any:
        if node.op == "placeholder":
            position = input_position(node)
            return None if position is None else self._forward.value(self._inputs[position])
        if node.op != "call_function":
            return None
        if node in self._results:
            return self._results[node]
        called = operator(node.target)
        if called.name in _PASSED_ON:
            return self._value(node.args[0])
        if called.aliased and not called.written:
            # A view of something: it is nothing that was kept, but the same numbers in another shape.
            return self._add_operation(node)
        return self._add_saved(node, called.name)

    def _add_saved(self, node: Any, kept_by: str) -> Any:
        attributes: dict[str, Any] = {}
        whole = node
        if node.target is python_operators.getitem:
            whole, attributes["output"] = node.args
            kept_by = operator(whole.target).name
        attributes["operation"] = text(kept_by)
        forward = self._forward_operation(node)
        inputs = list(forward.outputs[:1]) if forward is not None else []
        return self._add_tied(node, SAVED, inputs, attributes)

    def _find_results(self) -> dict[Any, Any]:
        """The nodes of the forward pass that give what an operation of the program gives."""
        candidates: dict[str, list[Any]] = {}
        for node in self._joint.graph.nodes:
            name = self._joint.forward_name(node)
            if node.op != "call_function" or not name or self._joint.is_backward(node):
                continue
            if any(self._is_elsewhere(user, name) for user in node.users):
                candidates.setdefault(name, []).append(node)
        results: dict[Any, Any] = {}
        for name, nodes in candidates.items():
            value = self._forward.value(self._program_nodes.get(name))
            for node in nodes:
                found = _matching(node, value, is_only=len(nodes) == 1)
                if found is not None:
                    results[node] = found
        return results

    def _is_elsewhere(self, user: Any, name: str) -> bool:
        """Whether a user of a node is of the forward pass, and of another operation of the program."""
        return not self._joint.is_backward(user) and self._joint.forward_name(user) != name


def _matching(node: Any, value: Any, is_only: bool) -> Tensor | None:
    """The output of an operation that a node of the joint graph gives; None where that is not certain."""
    found = None
    if isinstance(value, Tensor) and is_only:
        found = value
    elif isinstance(value, list) and node.target is python_operators.getitem and is_node(node.args[0]):
        whole, number = node.args
        if len(whole.meta.get("val", ())) == len(value):
            found = value[number]
    if not isinstance(found, Tensor):
        return None
    return found if described(node.meta.get("val")) == (found.dtype, found.static_shape) else None
