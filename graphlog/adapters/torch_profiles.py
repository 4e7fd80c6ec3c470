"""What the operations of a PyTorch module take, by running them one by one under ``torch.profiler``."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphlog.adapters.node_runs import NodeRun, OutputRun
from graphlog.adapters.torch_exports import Program
from graphlog.adapters.torch_internals import JointGraph, input_position, storage_of
from graphlog.adapters.torch_values import described, is_tensor, leaves
from graphlog.core.operation import Operation

_LABEL = "graphlog operation "


@dataclass
class _Called:
    """An operation that was run; it may become known only after that."""

    operation: Operation | None
    outputs: Sequence[OutputRun] = ()
    device: str = "CPU:0"


class TorchProfile:
    """Runs operations and notes what each takes.

    Attributes:
        runs: what each took, in the order in which they ran; filled when ``watching`` ends.
    """

    def __init__(self) -> None:
        self.runs: list[NodeRun] = []
        self._called: list[_Called] | None = None

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """A ``with`` block in which ``call`` measures."""
        import torch
        from torch.profiler import ProfilerActivity, profile

        activities = [ProfilerActivity.CPU]
        if torch.cuda.is_available():
            activities.append(ProfilerActivity.CUDA)
        called = self._called = []
        begin = time.time_ns()
        try:
            with profile(activities=activities, acc_events=True) as profiler:
                yield
        finally:
            self._called = None
        first = None
        for event in profiler.events():
            if not event.name.startswith(_LABEL) or str(event.device_type) != "DeviceType.CPU":
                continue
            one = called[int(event.name.removeprefix(_LABEL))]
            first = event.time_range.start if first is None else first
            start, duration = _times(event)
            if one.operation is not None:
                since = begin + int((start - first) * 1000)
                self.runs.append(NodeRun(one.operation, since, duration, one.outputs, one.device))

    def call(self, function: Callable[[], Any], taken: Any, operation: Operation | None = None) -> Any:
        """Runs what an operation stands for.

        Args:
            function: runs it.
            taken: what it takes, in any nest; what lies in the memory of that is a view.
            operation: the operation; None where it is made only afterwards, and ``belongs_to`` names it.
        """
        if self._called is None:
            return function()
        from torch.profiler import record_function

        called = _Called(operation)
        before = {storage_of(item) for _, item in leaves(taken) if is_tensor(item)}
        self._called.append(called)
        with record_function(f"{_LABEL}{len(self._called) - 1}"):
            result = function()
        items = [item for _, item in leaves(result)]
        called.outputs = [_output(item, before) for item in items if described(item)]
        device = next((item.device for item in items if is_tensor(item)), None)
        if device is not None and device.type != "cpu":
            called.device = f"GPU:{device.index or 0}"
        return result

    def belongs_to(self, operation: Operation) -> None:
        """Says what the last call was."""
        if self._called:
            self._called[-1].operation = operation


def _times(event: Any) -> tuple[float, int]:
    """When the operators within an event began, in microseconds, and what they took, in nanoseconds."""
    if event.device_time_total:
        return event.time_range.start, int(event.device_time_total * 1000)
    within = event.cpu_children or [event]
    start = min(child.time_range.start for child in within)
    return start, int((max(child.time_range.end for child in within) - start) * 1000)


def _output(value: Any, before: set[int]) -> OutputRun:
    if not is_tensor(value):  # a number
        return OutputRun((), 0, is_new=False)
    try:
        shape, size = tuple(map(int, value.shape)), value.numel() * value.element_size()
    except (RuntimeError, NotImplementedError):  # a nested tensor has no shape
        shape, size = (), 0
    return OutputRun(shape, size, storage_of(value) not in before)


def run_program(
    profile: TorchProfile,
    program: Program,
    operations: Mapping[Any, Operation],
    joint: JointGraph | None,
    backward_operations: Mapping[Any, Operation],
) -> None:
    """Runs a program, and its backward pass where it has one: once unmeasured, once measured.

    Args:
        profile: what measures.
        program: the program.
        operations: the operations of its nodes.
        joint: both passes.
        backward_operations: the operations of the nodes of the joint graph.
    """
    inputs = list(program.flat_inputs())
    _run(profile, program.graph_module, operations, inputs)
    if joint is not None:
        placeholders = [node for node in joint.graph.nodes if node.op == "placeholder"]
        values = [_joint_input(node, inputs) for node in placeholders]
        _run(profile, joint.graph_module, backward_operations, values)


def _joint_input(node: Any, inputs: Sequence[Any]) -> Any:
    import torch

    position = input_position(node)
    if position is not None:
        return inputs[position]
    return torch.ones_like(node.meta["val"], device=node.meta["val"].device)


def _run(
    profile: TorchProfile, graph_module: Any, operations: Mapping[Any, Operation], inputs: Sequence[Any]
) -> None:
    import torch

    class Measured(torch.fx.Interpreter):  # type: ignore[misc]
        def run_node(self, node: Any) -> Any:
            operation = operations.get(node)
            if operation is None or node.op != "call_function":
                return super().run_node(node)
            args, kwargs = self.fetch_args_kwargs_from_env(node)
            taken = [*args, *kwargs.values()]
            return profile.call(lambda: node.target(*args, **kwargs), taken, operation)

        def get_attr(self, target: Any, args: Any, kwargs: Any) -> Any:
            held = super().get_attr(target, args, kwargs)
            return Measured(held).run if isinstance(held, torch.fx.GraphModule) else held

    with torch.no_grad():
        Measured(graph_module).run(*_copies(inputs))
        with profile.watching():
            Measured(graph_module).run(*_copies(inputs))


def _copies(inputs: Sequence[Any]) -> list[Any]:
    """The inputs, with copies of those that a program may change in place."""
    return [item.detach().clone() if is_tensor(item) else item for item in inputs]
