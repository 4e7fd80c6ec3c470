"""Many Events of one layout, decoded and verified column by column.

What is constant is compared with templates, one for each tag. The checksum follows from the template's and
from what the bytes that vary add to it (``checksum_tables``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from graphlog.events.checksum_tables import UInt32s, byte_tables, mask
from graphlog.events.reading.scalar_layouts import Layout, ValueTag, layout_of

_WORD = 8  # bytes
_ALL_BITS = (1 << 64) - 1
MOST_TEMPLATES = 1 << 12
_MOST_SAMPLES = 64  # of rows that hold something else, before learning ends
_FEWEST_SLOT_BITS, _MOST_SLOT_BITS = 8, 18
_LONGEST_ROW = 1 << 8  # words
_SEEDS = 8
_FACTORS = np.random.default_rng(0).integers(0, 1 << 63, (_SEEDS, _LONGEST_ROW), np.uint64) | np.uint64(1)

Rows = NDArray[np.uint8]
Numbers = NDArray[np.intp]


def row_size(data_size: int) -> int:
    """How many bytes a row has for data and their checksum: whole words."""
    return (data_size + 4 + _WORD - 1) // _WORD * _WORD


@dataclass
class DecodedRows:
    """What rows hold.

    Attributes:
        steps: int64.
        wall_times: float64.
        values: float32 or float64, an array for each value of an Event.
        fits: whether the checksum fits.
    """

    steps: NDArray[np.int64]
    wall_times: NDArray[np.float64]
    values: list[NDArray[Any]]
    fits: NDArray[np.bool_]


class LayoutDecoder:
    """Decodes the rows of one layout: uint8 of shape [n, row_size(layout.size)], data and checksum.

    Attributes:
        layout: the layout.
        tags: of each template, the tags of its values.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.tags: list[tuple[ValueTag, ...]] = []
        self._masks = self._constant_bits()
        self._words = [index for index, bits in enumerate(self._masks) if bits]
        self._bits = self._masks[self._words]
        self._templates = np.zeros((0, len(self._words)), np.uint64)
        self._checksums = np.zeros(0, np.uint32)
        self._frames: dict[bytes, tuple[ValueTag, ...]] = {}  # what surrounds tags and numbers
        self._factors = _FACTORS[0, : len(self._words)]
        self._slots = np.zeros(1, np.int32)  # the number of the template that has a hash
        self._shift = np.uint64(63)

    def _constant_bits(self) -> NDArray[np.uint64]:
        """The bits that are the same in all rows with the same tags: uint64, a word each."""
        layout = self.layout
        bits = np.zeros(row_size(layout.size), np.uint8)
        bits[: layout.size] = 255
        if layout.time_start is not None:
            bits[layout.time_start : layout.time_start + 8] = 0
        step_bytes = bits[layout.step_start : layout.step_start + layout.step_size]
        step_bytes[:9] = 0x80  # whether another byte follows
        for place in layout.values:
            bits[place.start : place.start + (8 if place.is_double else 4)] = 0
        return bits.view("<u8")

    def learn(self, rows: Rows) -> None:
        """Makes templates of rows that have none yet, of those at least of the first one."""
        firsts = _firsts(self._hashes(self._columns(rows)))
        samples = rows[firsts[:MOST_TEMPLATES]]
        constants = samples.view("<u8") & self._masks
        blanks = constants.view(np.uint8).copy()
        blanks[:, self.layout.step_start : self.layout.step_start + self.layout.step_size] = 0
        known = set(map(bytes, self._templates))
        added: list[int] = []
        failures = 0
        for number, constant in enumerate(constants):
            if failures >= _MOST_SAMPLES or len(self.tags) >= MOST_TEMPLATES:
                break
            if constant[self._words].tobytes() in known:
                continue
            tags = self._tags_of(samples[number, : self.layout.size].tobytes(), constant)
            if tags is None:
                failures += 1
            else:
                self.tags.append(tags)
                added.append(number)
        checksums = [google_crc32c.value(blanks[number, : self.layout.size].tobytes()) for number in added]
        self._checksums = np.append(self._checksums, np.array(checksums, np.uint32))
        self._templates = np.vstack((self._templates, constants[added][:, self._words]))
        self._fill_slots()

    def _tags_of(self, data: bytes, constant: NDArray[np.uint64]) -> tuple[ValueTag, ...] | None:
        """The tags of an Event of this layout; None for one of another.

        What is equal in all but the tags has the same layout, which spares parsing it.
        """
        frame = constant.view(np.uint8).copy()
        for place in self.layout.values:
            frame[place.tag_start : place.tag_start + place.tag_size] = 0
        frame_bytes = frame.tobytes()
        alike = self._frames.get(frame_bytes)
        if alike is not None:
            try:
                return tuple(
                    tag._replace(tag=data[place.tag_start : place.tag_start + place.tag_size].decode())
                    for place, tag in zip(self.layout.values, alike, strict=True)
                )
            except UnicodeDecodeError:
                return None
        found = layout_of(data)
        if found is None or found[0] != self.layout:
            return None
        self._frames[frame_bytes] = found[1]
        return found[1]

    def _fill_slots(self) -> None:
        """Finds factors by which the templates' hashes differ, as far as that can be."""
        count = len(self.tags)
        bits = min(max(_FEWEST_SLOT_BITS, 2 * count.bit_length() + 1), _MOST_SLOT_BITS)
        self._shift = np.uint64(64 - bits)
        columns = list(self._templates.T)
        for seed in range(_SEEDS):
            self._factors = _FACTORS[seed, : len(self._words)]
            slots = self._hashes(columns) >> self._shift
            if len(set(slots.tolist())) == count:
                break
        self._slots = np.zeros(1 << bits, np.int32)
        self._slots[slots] = np.arange(count)

    def match(self, rows: Rows) -> Numbers:
        """The number of the template for each row, or -1."""
        columns = self._columns(rows)
        if len(self.tags) == 1:
            numbers = np.zeros(len(rows), np.intp)
            templates: list[Any] = list(self._templates[0])
        else:
            # Not every NumPy takes by unsigned indices of 64 bits.
            slots = (self._hashes(columns) >> self._shift).view(np.int64)
            numbers = self._slots.take(slots).astype(np.intp)
            templates = [column.take(numbers) for column in self._templates.T]
        differences = columns[0] ^ templates[0]
        for column, template in zip(columns[1:], templates[1:], strict=True):
            differences |= column ^ template
        numbers[differences != 0] = -1
        return numbers

    def _columns(self, rows: Rows) -> list[NDArray[np.uint64]]:
        """What should be constant of rows, word by word."""
        words = rows.view("<u8")
        return [
            words[:, index] if bits == _ALL_BITS else words[:, index] & bits
            for index, bits in zip(self._words, self._bits.tolist(), strict=True)
        ]

    def _hashes(self, columns: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
        hashes: NDArray[np.uint64] = columns[0] * self._factors[0]
        for column, factor in zip(columns[1:], self._factors[1:], strict=True):
            hashes += column * factor
        return hashes

    def decode(self, rows: Rows, numbers: Numbers) -> DecodedRows:
        """The numbers in rows, each of which has a template."""
        layout = self.layout
        checksums = self._checksums.take(numbers)
        wall_times = np.zeros(len(rows))
        if layout.time_start is not None:
            wall_times = _column(rows, layout.time_start, "<f8")
            self._add(checksums, layout.time_start, wall_times)
        steps = np.zeros(len(rows), np.uint64)
        for index in range(layout.step_size):
            column = np.ascontiguousarray(rows[:, layout.step_start + index])
            self._add(checksums, layout.step_start + index, column)
            column &= 0x7F
            steps |= column.astype(np.uint64) << np.uint64(7 * index)
        values = []
        for place in layout.values:
            values.append(_column(rows, place.start, "<f8" if place.is_double else "<f4"))
            self._add(checksums, place.start, values[-1])
        mask(checksums)
        fits = checksums == _column(rows, layout.size, "<u4")
        return DecodedRows(steps.view(np.int64), wall_times, values, fits)

    def _add(self, checksums: UInt32s, start: int, numbers: NDArray[Any]) -> None:
        """Adds what the bytes of some numbers, which start at a place, mean to the checksums."""
        size = numbers.dtype.itemsize
        tables = byte_tables(self.layout.size - start - size, size)
        for index, column in enumerate(numbers.view(np.uint8).reshape(-1, size).T):
            checksums ^= tables[size - 1 - index].take(column, mode="clip")


def _firsts(hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where each hash comes first, ascending; ``np.unique`` would import much for that."""
    order: NDArray[np.intp] = hashes.argsort(kind="stable")
    in_order = hashes[order]
    firsts: NDArray[np.intp] = order[np.append(True, in_order[1:] != in_order[:-1])]
    firsts.sort()
    return firsts


def _column(rows: Rows, start: int, dtype: str) -> NDArray[Any]:
    """What is in each row from a byte on."""
    return np.ndarray(len(rows), dtype, rows, start, rows.strides[:1]).copy()
