"""Attributes, shapes and devices that TensorBoard's page cannot show well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphlog.graphdef.large_values import KEYS_OF_LEFT_OUT, LARGEST_VALUE
from graphlog.graphdef.node_attributes import OUTPUT_SHAPES
from graphlog.inspect.checks.findings import Finding, error, note, shortened, warning
from graphlog.inspect.graphs.nodes import GraphNodes, UnreadValue, plain_value
from graphlog.proto.graph_pb2 import AttrValue, NodeDef
from graphlog.proto.tensor_pb2 import (
    DT_BOOL,
    DT_DOUBLE,
    DT_FLOAT,
    DT_INT32,
    DT_INT64,
    DT_RESOURCE,
    DT_STRING,
)

_FULL_DEVICE = re.compile(r"/job:[^/]+/replica:\d+/task:\d+/device:[A-Za-z_]+:\d+", re.ASCII)
_USUAL_TYPES = frozenset({DT_FLOAT, DT_DOUBLE, DT_INT32, DT_INT64, DT_BOOL, DT_STRING, DT_RESOURCE})
_WITHOUT_OUTPUT = frozenset({"NoOp"})
_CALLS = frozenset({"PartitionedCall", "StatefulPartitionedCall"})


def check_values(nodes: GraphNodes) -> Iterator[Finding]:
    """Checks what the nodes say of themselves."""
    without_shapes, partial_devices, calls = [], [], []
    for position, kind in enumerate(nodes.types):
        subject = nodes.label(position)
        if not kind:
            yield error(
                "missing-type", subject, "The node has no operation type.", "Say which operation it is."
            )
        device = nodes.devices[position]
        if device and not _FULL_DEVICE.fullmatch(device):
            partial_devices.append(subject)
        yield from _check_text(subject, "device", device)
        yield from _check_text(subject, "operation type", kind)
        if kind in _CALLS:
            calls.append(subject)
        node = nodes.node_def(position)
        yield from _check_attributes(node, subject, is_in_function=bool(nodes.function_name))
        if OUTPUT_SHAPES not in node.attr and kind not in _WITHOUT_OUTPUT:
            without_shapes.append(subject)
    if nodes.function_name:
        return  # its shapes follow from each call's
    if without_shapes:
        yield _missing_shapes(without_shapes, len(nodes))
    if partial_devices:
        yield _partial_devices(partial_devices)
    if calls:
        yield _calls(calls)


def _check_attributes(node: NodeDef, subject: str, is_in_function: bool) -> Iterator[Finding]:
    attributes = node.attr
    for name in sorted(attributes):
        value = attributes[name]
        size = value.ByteSize()
        if size > LARGEST_VALUE:
            yield warning(
                "large-attribute",
                subject,
                f"Attribute {shortened(name)} takes {size} bytes, which the page loads one and all.",
                f"Leave it out of what TensorBoard reads, and list its name in {KEYS_OF_LEFT_OUT}, as "
                "graphlog's writers do.",
            )
        kind = value.WhichOneof("value")
        if kind == "s" and size <= LARGEST_VALUE:
            yield from _check_bytes(subject, f"attribute {shortened(name)}", value)
        elif not is_in_function and _may_be_unreadable(kind, value):
            found = plain_value(value)
            if isinstance(found, UnreadValue):
                yield warning(
                    "unreadable-attribute",
                    subject,
                    f"Attribute {shortened(name)} cannot be read: {found.reason}",
                    "Write the value anew.",
                )


def _may_be_unreadable(kind: str | None, value: AttrValue) -> bool:
    if kind == "type":
        return value.type not in _USUAL_TYPES
    if kind == "list":
        return bool(value.list.type or value.list.tensor or value.list.func)
    return kind in ("tensor", "func", "placeholder")


def _check_bytes(subject: str, what: str, value: AttrValue) -> Iterator[Finding]:
    if value.s.isascii():
        return
    try:
        value.s.decode()
    except UnicodeDecodeError:
        return  # bytes that are no text
    yield _non_ascii(subject, what)


def _check_text(subject: str, what: str, text: str) -> Iterator[Finding]:
    if not text.isascii():
        yield _non_ascii(subject, f"the {what}")


def _non_ascii(subject: str, what: str) -> Finding:
    return warning(
        "non-ascii-text",
        subject,
        f"There are letters beyond ASCII in {what}, which the page shows as escapes such as \\303\\244.",
        "Write it in ASCII.",
    )


def _missing_shapes(subjects: list[str], total: int) -> Finding:
    return warning(
        "missing-shapes",
        subjects[0],
        f"{len(subjects):,} of {total:,} nodes do not state the shapes of their outputs ({OUTPUT_SHAPES}): "
        "the page writes nothing at the edges that come from them.",
        "Write the graph with as_graph_def(add_shapes=True), as graphlog's writers do.",
    )


def _partial_devices(subjects: list[str]) -> Finding:
    return note(
        "partial-device",
        subjects[0],
        f"{len(subjects):,} nodes ask for a device by a part of its name, which the page's legend of devices "
        "cuts wrongly.",
        "Write devices in full, such as /job:localhost/replica:0/task:0/device:CPU:0.",
    )


def _calls(subjects: list[str]) -> Finding:
    return note(
        "function-not-expanded",
        subjects[0],
        f"{len(subjects):,} nodes call a function by PartitionedCall; the page expands a call only where the "
        "type of the node is the function's name.",
        "Nothing, or look at the function in the library.",
    )
