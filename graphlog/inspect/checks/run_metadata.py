"""Traces of steps that TensorBoard's graph page cannot show."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import DecodeError

from graphlog.inspect.checks.findings import Finding, error, shortened, warning
from graphlog.proto.run_metadata_pb2 import NodeExecStats, RunMetadata


def check_run_metadata(tag: str, serialized: bytes) -> Iterator[Finding]:
    """Checks the trace of one step; of what is wrong with many nodes the first is told, and their number.

    Args:
        tag: its tag.
        serialized: the RunMetadata.
    """
    try:
        trace = RunMetadata.FromString(serialized)
    except DecodeError as problem:
        yield error("damaged-run-metadata", tag, f"It is no RunMetadata: {problem}.", "Trace the step anew.")
        return
    nodes = [node for device in trace.step_stats.dev_stats for node in device.node_stats]
    without_time = [node.node_name for node in nodes if _lacks_time(node)]
    if without_time:
        yield error(
            "zero-time",
            tag,
            f"{len(without_time)} of {len(nodes)} nodes, such as {shortened(without_time[0])}, start at 0 or "
            "take 0 microseconds: a 0 is lost on the way to the page, and their times with it.",
            "Write at least 1 in all_start_micros and all_end_rel_micros.",
        )
    without_shape = [node.node_name for node in nodes if _lacks_shape(node)]
    if without_shape:
        yield error(
            "output-without-shape",
            tag,
            f"{len(without_shape)} of {len(nodes)} nodes, such as {shortened(without_shape[0])}, have an "
            "output without tensor_description.shape: the page fails at it.",
            "Write the shape of every output, or no outputs.",
        )
    if len(trace.function_graphs) > 1:
        yield warning(
            "several-function-graphs",
            tag,
            f"It holds {len(trace.function_graphs)} function graphs, which the page merges: the names get "
            "'graph_N/' before them, and control edges are lost.",
            "Write one.",
        )


def _lacks_time(node: NodeExecStats) -> bool:
    return node.all_start_micros < 1 or node.all_end_rel_micros < 1


def _lacks_shape(node: NodeExecStats) -> bool:
    return any(not output.tensor_description.HasField("shape") for output in node.output)
