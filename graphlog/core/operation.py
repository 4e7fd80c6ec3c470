"""An Operation: one node of a graph."""

from __future__ import annotations

import traceback as traceback_module
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphlog.core.default_stacks import default_session
from graphlog.core.late_parts import serializer
from graphlog.core.op_definition import OpDefinition
from graphlog.core.tensor import Tensor
from graphlog.core.user_code import CallSite

if TYPE_CHECKING:
    from graphlog.core.control_flow import ControlFlowContext
    from graphlog.core.graph import Graph


class Operation:
    """One node of a Graph: it computes its outputs from its inputs.

    Operations are made by ``Graph.create_op``. Source: ``tf.Operation`` of TensorFlow 1.

    Attributes:
        graph: the Graph it belongs to.
        name: its name, unique in the graph.
        type: its GraphDef type, such as ``"Mul"``.
        definition: what graphlog knows of that type; None for an operation that it cannot run.
        inputs: the tensors it takes.
        control_inputs: the operations that must run before it.
        control_flow_context: the branch of a cond or the body of a loop that it was built in, or None.
        attributes: its attributes as plain data (see ``graphlog.core.attributes``), never changed in place.
        outputs: the tensors it computes.
        device: the device that was asked for, or an empty string.
        call_stack: the lines of the user's code that built it, the innermost first.
        position: how many operations the graph had when this one was added; later ones have more.
    """

    __slots__ = (
        "__weakref__",
        "attributes",
        "call_stack",
        "control_flow_context",
        "control_inputs",
        "definition",
        "device",
        "graph",
        "inputs",
        "name",
        "outputs",
        "position",
        "type",
    )

    def __init__(
        self,
        graph: Graph,
        name: str,
        type: str,
        definition: OpDefinition | None,
        inputs: Sequence[Tensor],
        attributes: Mapping[str, Any],
        call_stack: tuple[CallSite, ...],
    ) -> None:
        self.graph = graph
        self.name = name
        self.type = type
        self.definition = definition
        self.inputs = tuple(inputs)
        self.control_inputs: tuple[Operation, ...] = ()
        self.control_flow_context: ControlFlowContext | None = None
        self.attributes = attributes
        self.outputs: tuple[Tensor, ...] = ()
        self.device = ""
        self.call_stack = call_stack
        self.position = 0

    def get_attr(self, name: str) -> Any:
        """The value of an attribute; ValueError where the operation has none of that name."""
        try:
            return self.attributes[name]
        except KeyError:
            raise ValueError(f"Operation '{self.name}' has no attr named '{name}'.") from None

    @property
    def node_def(self) -> Any:
        """The NodeDef protobuf of this operation."""
        return serializer().node_def(self)

    @property
    def op_def(self) -> Any:
        """The OpDef protobuf of this operation's type; None where graphlog does not know the type."""
        return None if self.definition is None else serializer().op_def(self.definition)

    @property
    def traceback(self) -> list[traceback_module.FrameSummary]:
        """The lines of the user's code that built it, the innermost last."""
        return [site.summary() for site in reversed(self.call_stack)]

    def update_input(self, index: int, tensor: Tensor) -> None:
        """Puts another tensor in the place of an input; the shapes of the outputs stay as they are."""
        self.inputs[index]._consumers.remove(self)
        self.inputs = (*self.inputs[:index], tensor, *self.inputs[index + 1 :])
        tensor._consumers.append(self)

    def add_control_inputs(self, operations: Iterable[Operation]) -> None:
        """Makes the operation run after others."""
        self.control_inputs = tuple(dict.fromkeys([*self.control_inputs, *operations]))

    def values(self) -> tuple[Tensor, ...]:
        """The outputs."""
        return self.outputs

    def colocation_groups(self) -> list[bytes]:
        """The groups of operations it must be placed with; its own where none was asked for."""
        asked_for = self.attributes.get("_class")
        groups = asked_for and [name for name in asked_for if name.startswith(b"loc:@")]
        return groups or [b"loc:@" + self.name.encode()]

    def run(self, feed_dict: dict[Any, Any] | None = None, session: Any = None) -> None:
        """Runs the graph as far as this operation.

        Args:
            feed_dict: values by tensor, as for ``Session.run``.
            session: the Session to use; the default one if None.

        Raises:
            ValueError: there is no session, or it belongs to another graph.
        """
        default_session(session, self.graph, "execute operation", "run()").run(self, feed_dict)

    def __str__(self) -> str:
        return str(self.node_def)

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"
