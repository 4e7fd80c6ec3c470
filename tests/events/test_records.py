from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader

from graphlog.events.records import (
    CorruptRecordError,
    RecordReader,
    encode_record,
    masked_crc32c,
    read_records,
)

RECORDS = st.lists(st.binary(max_size=200), min_size=1, max_size=5)


def read_all(data: bytes) -> tuple[list[bytes], RecordReader]:
    reader = RecordReader(io.BytesIO(data))
    return list(reader), reader


def size_of(record: bytes) -> int:
    return len(encode_record(record))


@pytest.mark.parametrize(
    ("data", "checksum"),
    [(b"", 0xA282EAD8), (b"123456789", 0xC78AB0E5)],
)
def test_masked_crc32c(data: bytes, checksum: int) -> None:
    # CRC-32C of "123456789" is 0xE3069283 (RFC 3720's check value); rotated by 15 bits and shifted.
    assert masked_crc32c(data) == checksum


def test_layout_of_a_record() -> None:
    length = struct.pack("<Q", 3)
    expected = (
        length + struct.pack("<I", masked_crc32c(length)) + b"abc" + struct.pack("<I", masked_crc32c(b"abc"))
    )
    assert encode_record(b"abc") == expected


@given(RECORDS)
@settings(deadline=None)
def test_records_come_back(records: list[bytes]) -> None:
    data = b"".join(map(encode_record, records))
    read, reader = read_all(data)
    assert read == records
    assert reader.offset == len(data)
    assert reader.torn_tail_offset is None


@given(records=st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=5))
@settings(deadline=None)
def test_tensorboard_reads_the_records(
    records: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("records") / "tfevents"
    path.write_bytes(b"".join(map(encode_record, records)))
    assert list(RawEventFileLoader(str(path)).Load()) == records


@given(RECORDS, st.data())
@settings(deadline=None)
def test_a_torn_tail_is_left_out_and_found(records: list[bytes], draw: st.DataObject) -> None:
    data = b"".join(map(encode_record, records))
    start_of_last = len(data) - size_of(records[-1])
    end = draw.draw(st.integers(start_of_last + 1, len(data) - 1))
    read, reader = read_all(data[:end])
    assert read == records[:-1]
    assert reader.torn_tail_offset == start_of_last
    assert next(reader, None) is None


@given(RECORDS, st.data())
@settings(deadline=None)
def test_a_flipped_bit_is_found_where_its_record_starts(records: list[bytes], draw: st.DataObject) -> None:
    damaged = bytearray(b"".join(map(encode_record, records)))
    position = draw.draw(st.integers(0, len(damaged) - 1))
    damaged[position] ^= 1 << draw.draw(st.integers(0, 7))
    starts = [0]
    for record in records:
        starts.append(starts[-1] + size_of(record))
    number_before = sum(start <= position for start in starts) - 1
    reader = RecordReader(io.BytesIO(bytes(damaged)))
    assert [next(reader) for _ in range(number_before)] == records[:number_before]
    with pytest.raises(CorruptRecordError) as caught:
        next(reader)
    assert caught.value.offset == starts[number_before]
    in_length = position - starts[number_before] < 12
    assert ("length" if in_length else "data") in caught.value.reason
    assert next(reader, None) is None  # and nothing is made up after it


def test_a_length_beyond_the_file_takes_no_memory() -> None:
    length = struct.pack("<Q", 1 << 60)  # would be a MemoryError
    header = length + struct.pack("<I", masked_crc32c(length))
    read, reader = read_all(header + b"few")
    assert (read, reader.torn_tail_offset) == ([], 0)


def test_a_record_larger_than_one_read() -> None:
    record = bytes(range(256)) * (1 << 14)  # 4 MiB
    assert list(read_records(io.BytesIO(encode_record(record)))) == [record]


def test_a_file_that_cannot_seek(tmp_path: Path) -> None:
    path = tmp_path / "records.gz"
    path.write_bytes(gzip.compress(encode_record(b"one") + encode_record(b"two")))
    with gzip.open(path) as file:
        assert list(read_records(cast(BinaryIO, file))) == [b"one", b"two"]
