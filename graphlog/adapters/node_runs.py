"""What a framework's operations took when they were run, as the RunMetadata that TensorBoard colours by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphlog.core.operation import Operation
from graphlog.graphdef.tensor_values import data_type
from graphlog.proto.run_metadata_pb2 import NodeExecStats, RunMetadata

_DEVICE = "/job:localhost/replica:0/task:0/device:"


@dataclass(frozen=True)
class OutputRun:
    """One output of an operation that was run.

    Attributes:
        shape: its shape.
        bytes: the size of its numbers.
        is_new: whether memory was taken for it, so that it is no view of another.
    """

    shape: Sequence[int]
    bytes: int
    is_new: bool


@dataclass(frozen=True)
class NodeRun:
    """One operation that was run once.

    Attributes:
        operation: the operation.
        start: when it began, in nanoseconds since the epoch.
        duration: what it took, in nanoseconds.
        outputs: what it gave.
        device: where it ran, such as ``CPU:0`` or ``GPU:0``.
    """

    operation: Operation
    start: int
    duration: int
    outputs: Sequence[OutputRun]
    device: str = "CPU:0"


def run_metadata(runs: Iterable[NodeRun]) -> RunMetadata:
    """What operations took, as a RunMetadata."""
    result = RunMetadata()
    devices = {}
    for run in runs:
        if run.device not in devices:
            devices[run.device] = result.step_stats.dev_stats.add(device=_DEVICE + run.device)
        _fill(devices[run.device].node_stats.add(), run)
    return result


def _fill(stats: NodeExecStats, run: NodeRun) -> None:
    operation = run.operation
    stats.node_name = operation.name
    inputs = ", ".join(tensor.name.removesuffix(":0") for tensor in operation.inputs)
    stats.timeline_label = f"{operation.name} = {operation.type}({inputs})"
    stats.scheduled_micros, stats.scheduled_nanos = run.start // 1000, run.start
    stats.all_start_micros, stats.all_start_nanos = run.start // 1000, run.start
    # TensorBoard takes a 0 for "not run".
    micros = max(1, round(run.duration / 1000))
    stats.op_end_rel_micros, stats.op_end_rel_nanos = micros, run.duration
    stats.all_end_rel_micros, stats.all_end_rel_nanos = micros, run.duration
    allocated = sum(output.bytes for output in run.outputs if output.is_new)
    if allocated:
        memory = stats.memory.add(allocator_name=run.device)
        memory.total_bytes = memory.peak_bytes = memory.live_bytes = allocated
    for position, (output, tensor) in enumerate(zip(run.outputs, operation.outputs, strict=False)):
        description = stats.output.add(slot=position).tensor_description
        description.dtype = data_type(tensor.dtype.base_dtype)
        description.shape.SetInParent()
        for size in output.shape:
            description.shape.dim.add(size=size)
        description.allocation_description.allocator_name = run.device
        description.allocation_description.requested_bytes = output.bytes
        description.allocation_description.allocated_bytes = output.bytes if output.is_new else 0
