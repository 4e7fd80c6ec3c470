"""Event files from a hostile hand: how they are made, and what graphlog may do with them.

A case is the bytes of an event file, made from a good one by a few changes: of bits, of blocks, of an Event,
of what a header claims. ``check`` reads it in bulk, Event by Event, and record by record, repairs it, and
complains of any difference, of anything lost, and of anything that is told wrongly.
"""

from __future__ import annotations

import functools
import random
import struct
import tempfile
import time
from pathlib import Path
from typing import Any

from graphlog.events.reading.event_reader import EventFileContents, read_event_file
from graphlog.events.reading.record_scanner import RecordScanner
from graphlog.events.records import encode_record, masked_crc32c
from graphlog.inspect.repair import repair
from graphlog.proto.event_pb2 import Event, SessionLog
from tests.fuzz.engines import FindingError
from tests.fuzz.graph_def_cases import limit_memory

__all__ = ["check", "limit_memory", "mutated", "seeds"]

SECONDS = 5.0  # whatever a case is, it takes no longer

_TAGS = ("loss", "lo", "a/b/c", "", "\u00e9", "loss_1", "loss_2", "x" * 150)
_STEPS = (0, 1, 127, 128, 300, 1 << 20, 1 << 40, (1 << 63) - 1, -1, -(1 << 63))
_NUMBERS = (0.0, -0.0, 0.5, 1e-45, 3e38, float("inf"), float("-inf"), float("nan"))
_DT_FLOAT, _DT_DOUBLE, _DT_INT32, _DT_STRING = 1, 2, 3, 7


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Event files that are good."""
    made = []
    for number in range(200):
        choose = random.Random(number)
        events = [_event(choose) for _ in range(choose.randrange(1, 6))]
        records = [data for data in events for _ in range(choose.choice((1, 1, 4, 9)))]
        if choose.random() < 0.5:
            choose.shuffle(records)
        made.append(b"".join(map(encode_record, records)))
    return tuple(made)


def _event(choose: random.Random) -> bytes:
    """The data of a record."""
    event = Event(wall_time=choose.choice((0.0, 1.5, 1.7e9, *_NUMBERS)), step=choose.choice(_STEPS))
    kind = choose.randrange(10)
    if kind == 0:
        event.file_version = "brain.Event:2"
    elif kind == 1:
        event.session_log.status = SessionLog.START
    elif kind == 2:
        return choose.randbytes(choose.randrange(30))
    else:
        for _ in range(choose.choice((1, 1, 1, 1, 2, 3))):
            _fill(event.summary.value.add(), choose)
    data = event.SerializeToString()
    if choose.random() < 0.1:
        data += choose.choice(
            (b"\x10\x07", b"\x2a\x00", b"\xa0\x06\x07", b"\x10\x85\x00", b"\x2b", b"\x0d1234")
        )
    return data


def _fill(value: Any, choose: random.Random) -> None:
    value.tag = choose.choice(_TAGS)
    if choose.random() < 0.4:
        value.metadata.plugin_data.plugin_name = choose.choice(("scalars", "scalars", "other"))
    kind = choose.randrange(8)
    number = choose.choice(_NUMBERS)
    if kind < 4:
        value.simple_value = number
    elif kind == 4:
        value.tensor.dtype = _DT_FLOAT
        value.tensor.float_val.append(number)
    elif kind == 5:
        value.tensor.dtype = choose.choice((_DT_FLOAT, _DT_DOUBLE))
        value.tensor.tensor_content = struct.pack("<f" if value.tensor.dtype == _DT_FLOAT else "<d", number)
    elif kind == 6:
        value.tensor.dtype = _DT_DOUBLE
        value.tensor.double_val.extend([number] * choose.choice((1, 1, 2)))
    else:
        value.tensor.dtype = choose.choice((_DT_INT32, _DT_STRING))
        value.tensor.tensor_shape.dim.add(size=choose.choice((0, 1, 1 << 40)))


def mutated(data: bytes, choose: random.Random) -> bytes:
    """The bytes of an event file after a few changes."""
    for _ in range(choose.choice((1, 1, 1, 2, 3, 6))):
        data = choose.choice(_CHANGES)(data, choose)
    return data[:20_000]


def _cuts(data: bytes, choose: random.Random) -> tuple[bytes, bytes, bytes, bytes]:
    first, second, third = sorted(choose.randrange(len(data) + 1) for _ in range(3))
    return data[:first], data[first:second], data[second:third], data[third:]


def _flip(data: bytes, choose: random.Random) -> bytes:
    changed = bytearray(data)
    if changed:
        changed[choose.randrange(len(changed))] ^= 1 << choose.randrange(8)
    return bytes(changed)


def _truncate(data: bytes, choose: random.Random) -> bytes:
    return data[: choose.randrange(len(data) + 1)]


def _move_blocks(data: bytes, choose: random.Random) -> bytes:
    before, first, second, after = _cuts(data, choose)
    kind = choose.randrange(5)
    if kind == 0:
        return before + second + first + after
    if kind == 1:
        return before + second + after
    if kind == 2:
        return before + first + first + second + after
    if kind == 3:
        return before + bytes(len(first)) + second + after
    return before + first + choose.randbytes(choose.randrange(40)) + second + after


def _claim(data: bytes, choose: random.Random) -> bytes:
    """Inserts a header."""
    length = struct.pack(
        "<Q", choose.choice((0, 1, 30, len(data), 1 << 16, 1 << 31, 1 << 41, 1 << 63, (1 << 64) - 1))
    )
    checksum = struct.pack("<I", masked_crc32c(length))
    before, first, second, after = _cuts(data, choose)
    return before + (length + checksum) * choose.choice((1, 1, 2, 50)) + first + second + after


def _insert_record(data: bytes, choose: random.Random) -> bytes:
    starts = [start for start, _ in _by_trying(data)] or [0]
    start = choose.choice(starts)
    record = encode_record(_event(choose))
    if choose.random() < 0.2:  # a record in a record
        record = encode_record(b"\x0a" + record)
    return data[:start] + record * choose.choice((1, 1, 5)) + data[start:]


def _change_data(data: bytes, choose: random.Random) -> bytes:
    """Changes a byte of a record's data, and lets the checksum fit."""
    records = _by_trying(data)
    if not records:
        return data
    start, found = choose.choice(records)
    return data[:start] + encode_record(_flip(found, choose)) + data[start + len(found) + 16 :]


_CHANGES = (_flip, _flip, _truncate, _move_blocks, _move_blocks, _claim, _insert_record, _change_data)


def _by_trying(data: bytes) -> list[tuple[int, bytes]]:
    """The good records of a file, found in the plainest way: at each byte it is tried whether one starts."""
    found = []
    start = 0
    while start + 16 <= len(data):
        (length,) = struct.unpack_from("<Q", data, start)
        end = start + 16 + length
        if end <= len(data) and encode_record(data[start + 12 : end - 4]) == data[start:end]:
            found.append((start, data[start + 12 : end - 4]))
            start = end
        else:
            start += 1
    return found


def check(data: bytes) -> str:
    """Reads and repairs a case.

    Args:
        data: what should be an event file.

    Returns:
        A word on what happened.

    Raises:
        FindingError: something that should not.
    """
    started = time.monotonic()
    try:
        found = _check_scanner(data)
        contents = _check_reader(data)
        _check_repair(data, found)
    except FindingError:
        raise
    except BaseException as error:
        raise FindingError(f"Reading raises {type(error).__name__}: {error}") from error
    if time.monotonic() - started > SECONDS:
        raise FindingError(f"Reading takes more than {SECONDS} seconds.")
    return "damaged" if contents.damage else "good"


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise FindingError(complaint)


def _check_scanner(data: bytes) -> list[bytes]:
    scanner = RecordScanner(data)
    found = list(scanner)
    _require(found == _by_trying(data), "The scanner finds other records than there are.")
    spans = [(offset, len(record) + 16) for offset, record in found]
    spans += [(damage.offset, damage.length) for damage in scanner.damage]
    end = 0
    for offset, length in sorted(spans):
        _require(offset == end and length > 0, "Records and damage are not the whole file.")
        end += length
    _require(end == len(data), "Records and damage end before the file.")
    _require(all(damage.lost_records >= 1 for damage in scanner.damage), "Damage lost nothing.")
    return [record for _, record in found]


def _check_reader(data: bytes) -> EventFileContents:
    contents, visited = _read(data, bulk=True)
    slow_contents, slow_visited = _read(data, bulk=False)
    _require(_comparable(contents) == _comparable(slow_contents), "Bulk reading finds something else.")
    _require(visited == slow_visited, "Bulk reading shows other Events.")
    return contents


def _read(data: bytes, bulk: bool) -> tuple[EventFileContents, list[Any]]:
    visited: list[Any] = []
    contents = read_event_file(data, lambda span, event: visited.append((span, event.ByteSize())), bulk)
    return contents, visited


def _comparable(contents: EventFileContents) -> Any:
    columns = [
        (tag, [(column.dtype.str, _with_one_nan(column).tobytes()) for column in columns])
        for tag, columns in contents.scalars.items()
    ]
    return columns, contents.others, contents.damage, contents.record_count, contents.end


def _with_one_nan(column: Any) -> Any:
    column = column.copy()
    column[column != column] = 0.123  # of integers nothing differs from itself
    return column


def _check_repair(data: bytes, records: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "source", Path(folder) / "output"
        source.write_bytes(data)
        report = repair(source, output)
        mended = output.read_bytes()
        _require(mended == b"".join(map(encode_record, records)), "A repair loses or invents records.")
        _require(report.kept_bytes + report.lost_bytes == len(data), "A repair tells other sizes.")
        _require(source.read_bytes() == data, "A repair changes its source.")
        _require(not repair(output, Path(folder) / "again").damage, "A mended file is damaged.")
