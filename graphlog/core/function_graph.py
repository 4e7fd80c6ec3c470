"""A FunctionGraph: the graph of a function that operations of another graph call."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from graphlog.core.dtypes import DType
from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor


class FunctionGraph(Graph):
    """The body of a function: it takes tensors of the graph around it as further inputs, or copies them.

    Args:
        name: the function's name in the library of the graph around it.
        outer: the graph around it.
        copied_stateful: None where tensors of the graph around become inputs; else the operations with
            state that may be copied, as all without state are, together with what they need.
        description: what the function is for, as the GraphDef says it.

    Attributes:
        name: see above.
        outer: see above.
        description: see above.
        inputs: its arguments; after those that were declared, one for each captured tensor.
        outputs: what it returns.
        control_outputs: the operations that must run also where no output needs them.
        captures: for each tensor of the graph around that it uses, the tensor that stands for it here.
        argument_names: for each declared argument what it is called.
        states_shapes: whether a GraphDef with shapes lists those of its tensors.
    """

    captures_tensors = True

    def __init__(
        self,
        name: str,
        outer: Graph,
        copied_stateful: Collection[Operation] | None = None,
        description: str = "",
    ) -> None:
        super().__init__()
        self.name = name
        self.outer = outer
        self.description = description
        self.seed = outer.seed
        self.inputs: list[Tensor] = []
        self.outputs: list[Tensor] = []
        self.control_outputs: list[Operation] = []
        self.captures: dict[Tensor, Tensor] = {}
        self.argument_names: list[str] = []
        self.states_shapes = copied_stateful is None
        self._copied_stateful = copied_stateful

    @property
    def captured(self) -> list[Tensor]:
        """The tensors of the graph around that become its last arguments."""
        return [] if self._copied_stateful is not None else list(self.captures)

    def add_argument(self, dtype: DType, shape: StaticShape, name: str) -> Tensor:
        """Declares one more argument; all come before the first tensor that is captured."""
        tensor = self._placeholder(dtype, shape, name)
        self.argument_names.append(name)
        self.inputs.append(tensor)
        return tensor

    def capture(self, tensor: Tensor) -> Tensor:
        """The tensor that stands for ``tensor`` here: itself, an argument, or a copy.

        Raises:
            ValueError: it is to be copied, but its operation has a state or must be fed.
        """
        if tensor.op.graph is self:
            return tensor
        found = self.captures.get(tensor)
        if found is None and self._copied_stateful is not None:
            self._copy(tensor.op)
            found = self.captures[tensor]
        elif found is None:
            with self.control_dependencies(None):
                found = self._placeholder(tensor.dtype, tensor.static_shape, tensor.op.name)
            self.captures[tensor] = found
            self.inputs.append(found)
        return found

    def control_dependencies(self, control_inputs: Iterable[Any] | None) -> AbstractContextManager[None]:
        """See ``Graph``; operations of the graph around have run before the function does."""
        if control_inputs is not None:
            control_inputs = [item for item in control_inputs if getattr(item, "graph", self) is self]
        return super().control_dependencies(control_inputs)

    def _placeholder(self, dtype: DType, shape: StaticShape, name: str) -> Tensor:
        attributes = {"dtype": dtype.base_dtype, "shape": TensorShape(shape)}
        return self.create_op("Placeholder", [], name=name, attributes=attributes).outputs[0]

    def _copy(self, op: Operation) -> None:
        if op.type in ("Placeholder", "PlaceholderV2"):
            raise ValueError(f"Cannot capture a placeholder (name:{op.name}, type:{op.type}) by value.")
        assert self._copied_stateful is not None
        is_stateful = op.definition is not None and op.definition.is_stateful
        if is_stateful and op not in self._copied_stateful:
            raise ValueError(f"Cannot capture a stateful node (name:{op.name}, type:{op.type}) by value.")
        inputs = [self.capture(tensor) for tensor in op.inputs]
        copy = self.create_op(op.type, inputs, name=op.name, attributes=op.attributes)
        self.captures.update(zip(op.outputs, copy.outputs, strict=True))

    def _add(
        self, operation: Operation, dtypes: Sequence[DType], shapes: Sequence[StaticShape] | None
    ) -> Operation:
        if any(tensor.op.graph is not self for tensor in operation.inputs):
            with self.name_scope(operation.name + "/"):
                operation.inputs = tuple([self.capture(tensor) for tensor in operation.inputs])
        return super()._add(operation, dtypes, shapes)
