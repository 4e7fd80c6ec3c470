"""What ``with`` blocks say about the operations built inside them: order, branch, neighbours, device."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from graphlog.core.control_flow import ControlFlowContext
from graphlog.core.devices import merge_devices, parse_device
from graphlog.core.operation import Operation

DeviceFunction = Callable[[Operation], str]


class _ControlBlock:
    """The control inputs of one ``with`` block, and the operations built inside it so far."""

    def __init__(self, control_inputs: Sequence[Operation]) -> None:
        self.control_inputs = control_inputs
        self.seen: set[Operation] = set()


class Placement:
    """The stacks of the enclosing ``with`` blocks of one graph.

    Attributes:
        control_flow_context: the branch of a cond or the body of a loop that is being built, or None.
        container: the name of the container that holds the state of new operations.
    """

    def __init__(self) -> None:
        self.control_flow_context: ControlFlowContext | None = None
        self.container = ""
        self._control_blocks: list[_ControlBlock] = []
        self._colocation: list[Operation] = []
        self._devices: list[str | DeviceFunction | None] = []
        # What the blocks outside of colocation ask for; the same list where there is no colocation.
        self._lasting_devices = self._devices
        self._attributes: dict[str, Any] = {}
        self._gradient_names: dict[str, str] = {}

    def apply(self, operation: Operation) -> None:
        """Gives a new operation the control inputs, device and neighbours that are asked for."""
        if self._attributes:
            own = operation.attributes
            operation.attributes = {**own, **self._attributes, **own}
        if operation.type in self._gradient_names:
            gradient_name = self._gradient_names[operation.type].encode()
            operation.attributes = {**operation.attributes, "_gradient_op_type": gradient_name}
        if self.container and operation.attributes.get("container") == b"":
            operation.attributes = {**operation.attributes, "container": self.container.encode()}
        if self._control_blocks:
            operation.control_inputs = self.control_inputs({tensor.op for tensor in operation.inputs})
            self.record(operation)
        if self._devices:
            operation.device = self._device(operation)
        if self._colocation:
            groups: set[bytes] = set()
            for neighbour in self._colocation:
                groups.update(neighbour.colocation_groups())
                operation.device = neighbour.device or operation.device
            operation.attributes = {**operation.attributes, "_class": sorted(groups)}

    @property
    def asks_for_device(self) -> bool:
        """Whether a block around says something of devices."""
        return bool(self._devices)

    def record(self, operation: Operation) -> None:
        """Takes note of an operation that was built inside the current blocks."""
        for block in self._control_blocks:
            block.seen.add(operation)

    def control_inputs(self, inputs: set[Operation]) -> tuple[Operation, ...]:
        """The control inputs that are asked for and that the inputs do not imply already."""
        found: dict[Operation, None] = {}
        for block in self._control_blocks:
            if inputs.isdisjoint(block.seen):
                for item in block.control_inputs:
                    if item not in inputs:
                        found[item] = None
        return tuple(found)

    def _device(self, operation: Operation) -> str:
        device = ""
        for wanted in reversed(self._devices):
            if wanted is None:
                break
            if callable(wanted):
                # It sees what the inner blocks ask for, and has the last word on it.
                operation.device = device
                device = wanted(operation) or ""
            else:
                # An inner block wins over an outer one, part by part.
                device = merge_devices(wanted, device)
        return device

    @contextmanager
    def control_dependencies(self, control_inputs: Sequence[Operation] | None) -> Iterator[None]:
        """See ``Graph.control_dependencies``."""
        previous, context = self._control_blocks, self.control_flow_context
        if control_inputs is None:
            self._control_blocks = []
            self.control_flow_context = None
        else:
            known = {item for block in previous for item in block.control_inputs}
            new = [item for item in dict.fromkeys(control_inputs) if item not in known]
            self._control_blocks = [*previous, _ControlBlock(new)]
        try:
            yield
        finally:
            self._control_blocks = previous
            if control_inputs is None:
                self.control_flow_context = context

    @contextmanager
    def colocate_with(self, operation: Operation | None, ignore_existing: bool) -> Iterator[None]:
        """See ``Graph.colocate_with``; devices asked for outside are forgotten inside."""
        previous = self._colocation, self._devices
        self._colocation = [] if ignore_existing else list(self._colocation)
        if operation is not None:
            self._colocation.append(operation)
        self._devices = []
        try:
            yield
        finally:
            self._colocation, self._devices = previous

    @contextmanager
    def device(self, device_name_or_function: str | DeviceFunction | None) -> Iterator[None]:
        """See ``Graph.device``; raises ValueError where the name is none of a device."""
        if isinstance(device_name_or_function, str):
            parse_device(device_name_or_function)
        previous = self._devices, self._lasting_devices
        self._devices = [*self._devices, device_name_or_function]
        if previous[0] is previous[1]:
            self._lasting_devices = self._devices
        try:
            yield
        finally:
            self._devices, self._lasting_devices = previous

    @contextmanager
    def init_scope(self) -> Iterator[None]:
        """See ``Graph.init_scope``."""
        previous = self._devices
        self._devices = self._lasting_devices
        try:
            with self.control_dependencies(None):
                yield
        finally:
            self._devices = previous

    @contextmanager
    def attribute_scope(self, attributes: Mapping[str, Any]) -> Iterator[None]:
        """See ``Graph.attribute_scope``."""
        previous = self._attributes
        merged = {**previous, **attributes}
        self._attributes = {name: value for name, value in merged.items() if value is not None}
        try:
            yield
        finally:
            self._attributes = previous

    @contextmanager
    def in_container(self, container_name: str) -> Iterator[str]:
        """See ``Graph.container``."""
        previous = self.container
        self.container = container_name
        try:
            yield container_name
        finally:
            self.container = previous

    @contextmanager
    def gradient_override_map(self, op_type_map: Mapping[str, str]) -> Iterator[None]:
        """See ``Graph.gradient_override_map``."""
        previous = self._gradient_names
        self._gradient_names = {**previous, **op_type_map}
        try:
            yield
        finally:
            self._gradient_names = previous
