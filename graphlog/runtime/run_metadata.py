"""Traces as TensorFlow's RunMetadata, which TensorBoard colours a graph by.

The message is the caller's, and of any package that has it; so no package of messages is needed here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.runtime.plan import needed_operations
from graphlog.runtime.traces import OperationRecord, Trace

DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"
_ALLOCATOR = "cpu"


def add_step_stats(trace: Trace, run_metadata: Any) -> None:
    """Adds what each operation took to the ``step_stats`` of a RunMetadata.

    Args:
        trace: what was recorded.
        run_metadata: the message.
    """
    device = run_metadata.step_stats.dev_stats.add(device=DEVICE)
    for record in trace.records:
        _fill(device.node_stats.add(), record)
    for number, name in trace.thread_names.items():
        device.thread_names[number] = name


def _fill(stats: Any, record: OperationRecord) -> None:
    stats.node_name = record.op.name
    stats.timeline_label = timeline_label(record.op)
    stats.thread_id = record.thread
    stats.scheduled_micros, stats.scheduled_nanos = record.scheduled // 1000, record.scheduled
    stats.all_start_micros, stats.all_start_nanos = record.start // 1000, record.start
    stats.op_start_rel_micros, stats.op_start_rel_nanos = record.kernel_start // 1000, record.kernel_start
    stats.op_end_rel_micros, stats.op_end_rel_nanos = record.end // 1000, record.end
    # TensorBoard takes a 0 for "not run".
    stats.all_end_rel_micros, stats.all_end_rel_nanos = max(1, record.end // 1000), record.end
    stats.memory_stats.SetInParent()
    if record.persistent:
        stats.memory_stats.persistent_memory_size = record.persistent
    if record.allocated:
        _fill_memory(stats.memory.add(allocator_name=_ALLOCATOR), record)
    tensors = record.op.outputs
    for output in record.outputs:
        description = stats.output.add(slot=output.position).tensor_description
        description.dtype = tensors[output.position].dtype.base_dtype.as_datatype_enum
        description.shape.SetInParent()
        for size in output.shape:
            description.shape.dim.add(size=size)
        allocation = description.allocation_description
        allocation.allocator_name = _ALLOCATOR
        allocation.requested_bytes = output.size
        allocation.ptr = output.address
        if not record.persistent:
            allocation.allocated_bytes = output.size


def _fill_memory(memory: Any, record: OperationRecord) -> None:
    memory.total_bytes = memory.peak_bytes = memory.live_bytes = record.allocated
    taken = (record.start + record.end) // 1000
    for output in record.outputs:
        if output.is_new:
            memory.allocation_records.add(alloc_micros=taken, alloc_bytes=output.size)
    for time, size in record.releases:
        memory.allocation_records.add(alloc_micros=time // 1000, alloc_bytes=-size)


def timeline_label(op: Operation) -> str:
    """An operation as ``name = Type(inputs)``."""
    inputs = [tensor.name.removesuffix(":0") for tensor in op.inputs]
    inputs += [f"^{item.name}" for item in op.control_inputs]
    return f"{op.name} = {op.type}({', '.join(inputs)})"


def add_partition_graph(
    elements: Sequence[Tensor | Operation], feeds: Collection[Tensor], run_metadata: Any
) -> None:
    """Adds the part of a graph that a run needs to the ``partition_graphs`` of a RunMetadata.

    Args:
        elements: the tensors and operations that are fetched.
        feeds: the tensors whose values are given.
        run_metadata: the message.
    """
    partition = run_metadata.partition_graphs.add()
    for op in [*dict.fromkeys(tensor.op for tensor in feeds), *needed_operations(elements, feeds)]:
        node = partition.node.add()
        node.MergeFromString(op.node_def.SerializeToString())
        node.device = DEVICE
