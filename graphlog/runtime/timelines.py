"""Traces as Chrome's tracing page (``chrome://tracing``) and Perfetto show them."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_LABEL = re.compile(r".* = (.*)\((.*)\)")


class _Region(NamedTuple):
    """An operation on its lane."""

    stats: Any
    process: int
    lane: int
    type: str
    inputs: list[str]
    end: int


class _Tensor:
    """An output of an operation, from when it is there until it is used for the last time."""

    def __init__(self, number: int, region: _Region, tensors_process: int, description: Any) -> None:
        self.number = number
        self.region = region
        self.process = tensors_process
        self.description = description
        self.last_use = region.end


class Timeline:
    """What operations of a run did when.

    Args:
        step_stats: the ``step_stats`` of a RunMetadata; they are not changed.
        graph: accepted for TensorFlow's sake.

    Source: ``tensorflow.python.client.timeline.Timeline`` of TensorFlow 1.
    """

    def __init__(self, step_stats: Any, graph: Any = None) -> None:
        self._step_stats = step_stats

    def generate_chrome_trace_format(self, show_dataflow: bool = True, show_memory: bool = False) -> str:
        """The trace as JSON text.

        Args:
            show_dataflow: whether arrows lead from operations to those that use what they compute, where
                these run beside each other.
            show_memory: whether the tensors and the memory they take are shown.

        Returns:
            The text, to be written to a file for Chrome's tracing page.
        """
        events: list[dict[str, Any]] = [_process_name(0, "Allocators")]
        regions: list[_Region] = []
        tensors: dict[str, _Tensor] = {}
        for number, device in enumerate(self._step_stats.dev_stats):
            process = 2 * number + 1
            events.append(_process_name(process, f"{device.device} Compute"))
            events.append(_process_name(process + 1, f"{device.device} Tensors"))
            for region in _regions(device, process):
                regions.append(region)
                _add_tensors(tensors, region, process + 1)
        operations: list[dict[str, Any]] = []
        arrows: list[dict[str, Any]] = []
        for region in regions:
            operations.append(_operation_event(region))
            for name in region.inputs:
                tensor = tensors.get(name)
                if tensor is None:
                    continue
                tensor.last_use = max(tensor.last_use, region.end - 1)
                source = tensor.region
                if show_dataflow and (source.process, source.lane) != (region.process, region.lane):
                    flow = {"cat": "DataFlow", "name": name, "id": len(arrows) // 2}
                    arrows.append({"ph": "s", **flow, **_place(source, source.end)})
                    arrows.append({"ph": "t", **flow, **_place(region, region.stats.all_start_micros)})
        if show_memory:
            events += _memory_events(tensors)
        return json.dumps({"traceEvents": [*events, *operations, *arrows]}, indent=4)


def _process_name(process: int, name: str) -> dict[str, Any]:
    return {"name": "process_name", "ph": "M", "pid": process, "args": {"name": name}}


def _place(region: _Region, time: int) -> dict[str, int]:
    return {"pid": region.process, "tid": region.lane, "ts": time}


def _regions(device: Any, process: int) -> list[_Region]:
    """The operations of a device, those that ran at the same time on lanes of their own."""
    ends: list[int] = []
    regions = []
    for stats in device.node_stats:
        end = stats.all_start_micros + stats.all_end_rel_micros
        lane = next((lane for lane, last in enumerate(ends) if stats.all_start_micros >= last), len(ends))
        ends[lane : lane + 1] = [end]
        match = _LABEL.fullmatch(stats.timeline_label)
        kind, inputs = match.groups() if match else ("unknown", "")
        regions.append(_Region(stats, process, lane, kind, inputs.split(", ") if inputs else [], end))
    return regions


def _add_tensors(tensors: dict[str, _Tensor], region: _Region, process: int) -> None:
    for output in region.stats.output:
        name = f"{region.stats.node_name}:{output.slot}" if output.slot else region.stats.node_name
        tensors[name] = _Tensor(len(tensors), region, process, output.tensor_description)


def _operation_event(region: _Region) -> dict[str, Any]:
    inputs = {f"input{position}": name for position, name in enumerate(region.inputs)}
    return {
        "ph": "X",
        "cat": "Op",
        "name": region.type,
        **_place(region, region.stats.all_start_micros),
        "dur": region.stats.all_end_rel_micros,
        "args": {"name": region.stats.node_name, "op": region.type, **inputs},
    }


def _memory_events(tensors: dict[str, _Tensor]) -> list[dict[str, Any]]:
    """When each tensor begins and ends, and after each such moment the memory of all."""
    events: list[dict[str, Any]] = []
    changes: dict[str, list[tuple[int, int]]] = {}
    for name, tensor in tensors.items():
        start = tensor.region.stats.all_start_micros
        place = {"cat": "Tensor", "name": name, "pid": tensor.process, "id": tensor.number}
        lane = tensor.region.lane
        text = str(tensor.description).replace('"', "")
        events += [
            {"ph": "N", **place, "tid": lane, "ts": start},
            {
                "ph": "O",
                **place,
                "tid": lane,
                "ts": tensor.region.end - 1,
                "args": {"snapshot": {"tensor_description": text}},
            },
            {"ph": "D", **place, "tid": 0, "ts": tensor.last_use},
        ]
        allocation = tensor.description.allocation_description
        sizes = changes.setdefault(allocation.allocator_name, [])
        sizes += [(start, allocation.requested_bytes), (tensor.last_use, -allocation.requested_bytes)]
    for allocator, sizes in changes.items():
        total = 0
        for time, size in sorted(sizes, key=lambda change: change[0]):
            total += size
            counter = {"cat": "Memory", "name": allocator, "pid": 0, "tid": 0, "ts": time}
            events.append({"ph": "C", **counter, "args": {allocator: total}})
    return events
