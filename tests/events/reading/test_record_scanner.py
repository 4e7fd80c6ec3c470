"""Every kind of damage: no good record is lost, and what is told is exact."""

import io
import os
import random
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlog.events.reading import record_scanner
from graphlog.events.reading.header_search import find_headers
from graphlog.events.reading.record_scanner import Damage, DamageKind, RecordScanner
from graphlog.events.records import encode_record, masked_crc32c
from graphlog.proto.event_pb2 import Event


def header(length: int) -> bytes:
    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", masked_crc32c(packed))


def three_kinds() -> list[bytes]:
    """The data of records: a version, scalars, and a picture."""
    version = Event(wall_time=1.0, file_version="brain.Event:2")
    scalars = [Event(wall_time=2.0 + step, step=step) for step in range(4)]
    for scalar in scalars:
        scalar.summary.value.add(tag="loss", simple_value=0.5)
    picture = Event(wall_time=9.0, step=9)
    picture.summary.value.add(tag="picture").image.encoded_image_string = random.Random(0).randbytes(90)
    return [event.SerializeToString() for event in (version, *scalars[:2], picture, *scalars[2:])]


RECORDS = three_kinds()
FILE = b"".join(map(encode_record, RECORDS))
STARTS = [sum(len(data) + 16 for data in RECORDS[:index]) for index in range(len(RECORDS) + 1)]


def scan(data: bytes) -> tuple[list[tuple[int, bytes]], list[Damage]]:
    scanner = RecordScanner(data)
    return list(scanner), scanner.damage


def test_a_good_file() -> None:
    found, damage = scan(FILE)
    assert found == list(zip(STARTS[:-1], RECORDS, strict=True))
    assert not damage


def test_truncated_at_each_byte() -> None:
    for end in range(len(FILE)):
        found, damage = scan(FILE[:end])
        whole = sum(start <= end for start in STARTS[1:])
        assert [data for _, data in found] == RECORDS[:whole]
        torn = end - STARTS[whole]
        assert [(part.offset, part.length, part.kind, part.lost_records) for part in damage] == (
            [(STARTS[whole], torn, DamageKind.TORN_TAIL, 1)] if torn else []
        )


def test_each_bit_flipped() -> None:
    for place in range(len(FILE)):
        number = sum(start <= place for start in STARTS) - 1
        start, end = STARTS[number : number + 2]
        within = place - start
        for bit in range(8):
            changed = bytearray(FILE)
            changed[place] ^= 1 << bit
            found, damage = scan(bytes(changed))
            assert [data for _, data in found] == RECORDS[:number] + RECORDS[number + 1 :]
            kind = DamageKind.LENGTH_CHECKSUM if within < 12 else DamageKind.DATA_CHECKSUM
            assert [(part.offset, part.length, part.kind, part.lost_records) for part in damage] == [
                (start, end - start, kind, 1)
            ]


def intact(changed: bytes) -> list[bytes]:
    """The records of which every byte is still there, as far as they follow in the file's order."""
    place, found = 0, []
    while place < len(changed):
        nearest = min(
            ((at, data) for data in RECORDS if (at := changed.find(encode_record(data), place)) >= 0),
            default=None,
        )
        if nearest is None:
            break
        found.append(nearest[1])
        place = nearest[0] + len(nearest[1]) + 16
    return found


def check(changed: bytes) -> None:
    """No good record is lost, and records and damage together are all of the file."""
    found, damage = scan(changed)
    assert [data for _, data in found] == intact(changed)
    spans = [(offset, len(data) + 16) for offset, data in found]
    spans += [(part.offset, part.length) for part in damage]
    end = 0
    for offset, length in sorted(spans):
        assert offset == end
        assert length > 0
        end += length
    assert end == len(changed)
    assert all(part.lost_records >= 1 for part in damage)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_blocks_inserted_deleted_and_swapped(data: st.DataObject) -> None:
    changed = FILE * 2
    for _ in range(data.draw(st.integers(1, 3))):
        first, second, third = sorted(data.draw(st.integers(0, len(changed))) for _ in range(3))
        kind = data.draw(st.sampled_from(["insert", "delete", "swap", "repeat", "zeros"]))
        block = {
            "insert": changed[first:second] + data.draw(st.binary(max_size=40)) + changed[second:third],
            "delete": changed[second:third],
            "swap": changed[second:third] + changed[first:second],
            "repeat": changed[first:second] * 2 + changed[second:third],
            "zeros": bytes(second - first) + changed[second:third],
        }[kind]
        changed = changed[:first] + block + changed[third:]
    check(changed)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(st.binary(max_size=30), st.sampled_from(RECORDS).map(encode_record), st.just(header(40)))
    )
)
def test_any_bytes(pieces: list[bytes]) -> None:
    check(b"".join(pieces))


@pytest.mark.parametrize("length", [1 << 40, 1 << 50, (1 << 63) - 1, (1 << 64) - 1])
def test_lengths_that_claim_petabytes(length: int) -> None:
    for claim in (header(length), struct.pack("<Q", length) + b"abcd"):
        found, damage = scan(FILE + claim + FILE)
        assert [data for _, data in found] == RECORDS * 2
        (part,) = damage
        assert (part.offset, part.length) == (len(FILE), 12)
    assert scan(header(length))[1][0].kind is DamageKind.IMPOSSIBLE_LENGTH


def test_data_are_missing_in_the_middle() -> None:
    found, damage = scan(header(1 << 30) + bytes(20) + FILE)
    assert [data for _, data in found] == RECORDS
    assert damage == [Damage(0, 32, DamageKind.DATA_CHECKSUM, "part of a record is missing", 1)]


def test_a_torn_tail_after_damage() -> None:
    found, damage = scan(FILE + b"garbage, and some more" + encode_record(bytes(500))[:-1])
    assert [data for _, data in found] == RECORDS
    assert [(part.offset, part.length, part.kind) for part in damage] == [
        (len(FILE), 22, DamageKind.LENGTH_CHECKSUM),
        (len(FILE) + 22, 515, DamageKind.TORN_TAIL),
    ]


def test_zeros_that_a_crash_left() -> None:
    found, damage = scan(FILE + bytes(4096))
    assert [data for _, data in found] == RECORDS
    (part,) = damage
    assert (part.offset, part.length, part.detail) == (len(FILE), 4096, "zeros where a record should start")


def test_records_lost_are_estimated() -> None:
    one = encode_record(RECORDS[1])
    data = one * 100 + bytes(len(one) * 20) + one * 100
    assert scan(data)[1][0].lost_records == 20
    two = bytearray(one * 10)
    two[len(one) * 4 + 14] ^= 1
    two[len(one) * 5 + 14] ^= 1
    assert [part.lost_records for part in scan(bytes(two))[1]] == [2]


def test_an_empty_file_and_a_file_of_nothing_good(tmp_path: Path) -> None:
    assert scan(b"") == ([], [])
    empty = tmp_path / "empty"
    empty.touch()
    scanner = RecordScanner(empty)
    assert list(scanner) == []
    scanner.close()
    noise = random.Random(1).randbytes(10_000)
    found, damage = scan(noise)
    assert (found, [(part.offset, part.length) for part in damage]) == ([], [(0, 10_000)])


def test_long_records_and_damage_in_one() -> None:
    long = random.Random(0).randbytes(3_000_000)
    data = bytearray(encode_record(long) + FILE + encode_record(long))
    assert [found for _, found in scan(bytes(data))[0]] == [long, *RECORDS, long]
    data[1_500_000] ^= 1
    found, damage = scan(bytes(data))
    assert [data for _, data in found] == [*RECORDS, long]
    assert damage == [Damage(0, 3_000_016, DamageKind.DATA_CHECKSUM, damage[0].detail, 1)]


def test_a_file_that_grows_at_each_byte() -> None:
    file = io.BytesIO()
    scanner = RecordScanner(file)
    data = FILE + b"garbage" + FILE
    found = []
    for end in range(1, len(data) + 1):
        file.seek(0, io.SEEK_END)
        file.write(data[end - 1 : end])
        found += [record for _, record in scanner]
        assert len(found) >= min(len(RECORDS), sum(start <= end for start in STARTS[1:]))
    assert found == RECORDS * 2
    assert [(part.offset, part.length) for part in scanner.damage] == [(len(FILE), 7)]


def test_a_file_that_shrinks_while_it_is_read() -> None:
    file = io.BytesIO(FILE * 40_000)
    scanner = RecordScanner(file)
    for _ in range(10):
        next(scanner)
    at = scanner.position
    file.truncate(100)
    rest = list(scanner)
    assert scanner.damage[0].kind is DamageKind.SHRUNK
    assert scanner.damage[0].offset == 100
    assert at <= scanner.position <= at + (1 << 21)
    assert all(data in RECORDS for _, data in rest)
    assert list(scanner) == []


def test_headers_that_all_claim_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work stays in proportion to the file's size, though each of many headers claims half of it."""
    count = 30_000
    data = header(count * 6) * count + FILE
    looked_through = 0

    def counted(data: bytes) -> int:
        nonlocal looked_through
        looked_through += len(data)
        return masked_crc32c(data)

    monkeypatch.setattr(record_scanner, "masked_crc32c", counted)
    monkeypatch.setattr(record_scanner, "_LARGEST_WASTE", 10 * len(data))
    found, damage = scan(data)
    assert [data for _, data in found] == RECORDS
    assert [(part.offset, part.length) for part in damage] == [(0, count * 12)]
    assert looked_through < 15 * len(data)


def test_a_long_record_is_found_after_much_waste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_scanner, "_LARGEST_WASTE", 0)
    long = random.Random(0).randbytes(100_000)
    claims = header(90_000) * 3
    found, damage = scan(claims + encode_record(long) + header(80_000) + bytes(5) + FILE * 200)
    assert [data for _, data in found] == [long, *RECORDS * 200]
    assert [(part.offset, part.length) for part in damage] == [(0, 36), (36 + 100_016, 17)]


def test_every_header_is_found() -> None:
    lengths = [0, 1, 255, 256, 65_535, 65_536, (1 << 40) - 1]
    window = np.frombuffer(b"\x01".join(map(header, lengths)) + bytes(30) + os.urandom(5), np.uint8)
    places, found = find_headers(window)
    assert (places.tolist(), found.tolist()) == ([13 * index for index in range(7)], lengths)
    assert find_headers(window, 1 << 16)[1].tolist() == lengths[:5]
    for size in range(13):
        assert len(find_headers(window[:size])[0]) == size // 12


def test_a_record_after_more_zeros_than_are_read_at_once() -> None:
    for gap in (1 << 20, (3 << 20) + 5):
        found, damage = scan(FILE + bytes(gap) + encode_record(b"after"))
        assert [data for _, data in found] == [*RECORDS, b"after"]
        (part,) = damage
        assert (part.offset, part.length) == (len(FILE), gap)
