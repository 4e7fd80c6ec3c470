"""The operations of readers. A handle is the reader itself, which a session keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, integer, string
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules
from graphlog.ops.inputs.queue_ops import as_queue
from graphlog.ops.inputs.reader_storage import (
    FixedLengthRecordReader,
    IdentityReader,
    Reader,
    TextLineReader,
    TFRecordReader,
    WholeFileReader,
)

_HANDLE = dtypes.resource
_SHARED = {"container": string(""), "shared_name": string("")}


def _define_reader(
    type: str,
    make: Callable[[Any], Reader],
    attributes: dict[str, Attribute],
    sample: dict[str, Any] | None = None,
) -> OpDefinition:
    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        return lambda: state.resource(op, lambda: make(op.attributes))

    return define_op(
        type,
        [],
        ["reader_handle: resource"],
        attributes=attributes,
        shape=shape_rules.scalar,
        make_stateful_kernel=make_kernel,
        # A reader is no array that could be compared.
        samples=[Sample((), sample or {}, is_runnable=False)],
        is_stateful=True,
    )


def _make_fixed_length(attributes: Any) -> Reader:
    sizes = {name: attributes[name] for name in ("header_bytes", "record_bytes", "footer_bytes", "hop_bytes")}
    for name, size in sizes.items():
        if size < 0 or (name == "record_bytes" and not size):
            raise ValueError(f"{name} must be {'positive' if name == 'record_bytes' else '>= 0'}, got {size}")
    return FixedLengthRecordReader(**sizes, encoding=attributes["encoding"].decode())


# TensorFlow registers gradients for the older operations of these names only.
TextLineReaderV2 = _define_reader(
    "TextLineReaderV2",
    lambda attributes: TextLineReader(attributes["skip_header_lines"]),
    {"skip_header_lines": integer(0), **_SHARED},
)
WholeFileReaderV2 = _define_reader("WholeFileReaderV2", lambda attributes: WholeFileReader(), _SHARED)
IdentityReaderV2 = _define_reader("IdentityReaderV2", lambda attributes: IdentityReader(), _SHARED)
TFRecordReaderV2 = _define_reader(
    "TFRecordReaderV2",
    lambda attributes: TFRecordReader(attributes["compression_type"].decode()),
    {**_SHARED, "compression_type": string("")},
)
FixedLengthRecordReaderV2 = _define_reader(
    "FixedLengthRecordReaderV2",
    _make_fixed_length,
    {
        "header_bytes": integer(0),
        "record_bytes": integer(),
        "footer_bytes": integer(0),
        "hop_bytes": integer(0),
        **_SHARED,
        "encoding": string(""),
    },
    {"record_bytes": 4},
)


def _objects(values: list[bytes]) -> Any:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _read(reader: Reader, queue: Any) -> Any:
    key, value = reader.read(as_queue(queue))
    return np.array(key, object), np.array(value, object)


def _read_up_to(reader: Reader, queue: Any, count: Any) -> Any:
    records = reader.read_up_to(as_queue(queue), int(count))
    return _objects([key for key, _ in records]), _objects([value for _, value in records])


def _reset(reader: Reader) -> Any:
    reader.reset()
    return ()


def _vectors(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[2].static_shape, 0)
    return [(None,), (None,)]


ReaderReadV2 = define_op(
    "ReaderReadV2",
    ["reader_handle: resource", "queue_handle: resource"],
    ["key: string", "value: string"],
    shape=lambda op: [(), ()],
    kernel=_read,
    samples=[Sample((_HANDLE, _HANDLE), is_runnable=False)],
    is_stateful=True,
)
ReaderReadUpToV2 = define_op(
    "ReaderReadUpToV2",
    ["reader_handle: resource", "queue_handle: resource", "num_records: int64"],
    ["keys: string", "values: string"],
    shape=_vectors,
    kernel=_read_up_to,
    samples=[Sample((_HANDLE, _HANDLE, samples.int64(3)), is_runnable=False)],
    is_stateful=True,
)
ReaderNumRecordsProducedV2 = define_op(
    "ReaderNumRecordsProducedV2",
    ["reader_handle: resource"],
    ["records_produced: int64"],
    shape=shape_rules.scalar,
    kernel=lambda reader: np.int64(reader.records_produced),
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)
ReaderNumWorkUnitsCompletedV2 = define_op(
    "ReaderNumWorkUnitsCompletedV2",
    ["reader_handle: resource"],
    ["units_completed: int64"],
    shape=shape_rules.scalar,
    kernel=lambda reader: np.int64(reader.units_completed),
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)
ReaderResetV2 = define_op(
    "ReaderResetV2",
    ["reader_handle: resource"],
    [],
    shape=shape_rules.no_outputs,
    kernel=_reset,
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)
