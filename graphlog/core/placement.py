"""What ``with`` blocks say about the operations built inside them: order, neighbours, device."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from graphlog.core.devices import merge_devices, parse_device
from graphlog.core.operation import Operation

DeviceFunction = Callable[[Operation], str]


class _ControlBlock:
    """The control inputs of one ``with`` block, and the operations built inside it so far."""

    def __init__(self, control_inputs: Sequence[Operation]) -> None:
        self.control_inputs = control_inputs
        self.seen: set[Operation] = set()


class Placement:
    """The stacks of the enclosing ``with`` blocks of one graph."""

    def __init__(self) -> None:
        self._control_blocks: list[_ControlBlock] = []
        self._colocation: list[Operation] = []
        self._devices: list[str | DeviceFunction | None] = []

    def apply(self, operation: Operation) -> None:
        """Gives a new operation the control inputs, device and neighbours that are asked for."""
        if self._control_blocks:
            operation.control_inputs = self._control_inputs(operation)
        if self._devices:
            operation.device = self._device(operation)
        if self._colocation:
            groups: set[bytes] = set()
            for neighbour in self._colocation:
                groups.update(neighbour.colocation_groups())
                operation.device = neighbour.device or operation.device
            operation.attributes["_class"] = sorted(groups)

    def record(self, operation: Operation) -> None:
        """Takes note of an operation that was built inside the current blocks."""
        for block in self._control_blocks:
            block.seen.add(operation)

    def _control_inputs(self, operation: Operation) -> tuple[Operation, ...]:
        """The control inputs that the data inputs do not imply already."""
        inputs = {tensor.op for tensor in operation.inputs}
        found: dict[Operation, None] = {}
        for block in self._control_blocks:
            if inputs.isdisjoint(block.seen):
                found.update(dict.fromkeys(item for item in block.control_inputs if item not in inputs))
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
        previous = self._control_blocks
        if control_inputs is None:
            self._control_blocks = []
        else:
            known = {item for block in previous for item in block.control_inputs}
            new = [item for item in dict.fromkeys(control_inputs) if item not in known]
            self._control_blocks = [*previous, _ControlBlock(new)]
        try:
            yield
        finally:
            self._control_blocks = previous

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
        previous = self._devices
        self._devices = [*previous, device_name_or_function]
        try:
            yield
        finally:
            self._devices = previous
