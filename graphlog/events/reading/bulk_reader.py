"""Runs of records, found, verified and decoded all at once, where they hold plain scalars."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from graphlog.events.reading.header_search import HEADER_SIZE
from graphlog.events.reading.known_layouts import known_layouts
from graphlog.events.reading.layout_decoder import DecodedRows, LayoutDecoder, Numbers, Rows, row_size
from graphlog.events.reading.record_chain import record_chain
from graphlog.events.reading.scalar_columns import ScalarCollector, ScalarColumns
from graphlog.events.reading.scalar_layouts import ValueTag, layout_of
from graphlog.events.reading.scalar_values import SCALARS_PLUGIN, TagPlugins
from graphlog.events.records import masked

_CHECKSUM = struct.Struct("<I")
_FRAME_SIZE = HEADER_SIZE + _CHECKSUM.size
_LONGEST_DATA = 1024  # bytes, of what is decoded in bulk
_FEWEST_ROWS = 4
_MOST_FAILURES = 8  # Events that turn out to have no layout, before the others of their length are left

Places = NDArray[np.int64]


class _Match(NamedTuple):
    decoder: LayoutDecoder
    chosen: Places  # which rows
    numbers: Numbers  # of the template, for each of them


@dataclass
class _Decoded:
    decoder: LayoutDecoder
    numbers: Numbers  # of the template, for each row
    starts: Places  # of the record, in the window
    rows: DecodedRows


@dataclass
class Run:
    """Records that follow one another.

    Attributes:
        size: how many bytes they take.
        count: how many they are.
        others: of those that were not decoded, where they start and their data, verified, in order.
    """

    size: int
    count: int
    others: list[tuple[int, bytes]]


class BulkReader:
    """Decodes windows of an event file.

    Args:
        plugins: what is known of the tags of the file so far.
    """

    def __init__(self, plugins: TagPlugins) -> None:
        self._plugins = plugins
        self._layouts = known_layouts()

    def read(self, buffer: NDArray[np.uint8], size: int, offset: int, collector: ScalarCollector) -> Run:
        """Reads the records at the start of a window, up to the first that is long, damaged or not whole.

        Args:
            buffer: the window, with room for a row after it.
            size: of the window.
            offset: where in the file it starts.
            collector: is given the scalars.
        """
        starts, lengths = record_chain(buffer[:size])
        decoded: list[_Decoded] = []
        others: list[Places] = []
        for length, chosen in _by_length(lengths):
            if length > _LONGEST_DATA or len(chosen) < _FEWEST_ROWS:
                others.append(chosen)
                continue
            found, rest = self._decode(buffer, starts[chosen], length, offset)
            decoded += found
            others.append(chosen[rest])
        left = np.sort(np.concatenate(others)) if others else np.zeros(0, np.int64)
        end = min((int(part.starts[~part.rows.fits].min(initial=size)) for part in decoded), default=size)
        events, end = _verified(buffer, starts[left], lengths[left], end)
        for part in decoded:
            self._collect(part, end, offset, collector)
        count = int(np.searchsorted(starts, end))
        if count < len(starts):
            return Run(int(starts[count]), count, [(offset + start, data) for start, data in events])
        size = int(starts[-1] + lengths[-1]) + _FRAME_SIZE if count else 0
        return Run(size, count, [(offset + start, data) for start, data in events])

    def _decode(
        self, buffer: NDArray[np.uint8], starts: Places, length: int, offset: int
    ) -> tuple[list[_Decoded], Places]:
        """Decodes records of one length; and which of them are left."""
        if not self._layouts.of_size(length) and layout_of(_data(buffer, int(starts[0]), length)) is None:
            return [], np.arange(len(starts))
        rows = _rows(buffer, starts + HEADER_SIZE, row_size(length))
        matches, pending = self._known(rows, length)
        new_matches, left = self._learned(rows, pending, length)
        decoded = []
        for decoder, chosen, numbers in matches + new_matches:
            if not len(chosen):
                continue
            unusable = self._unusable(decoder.tags, numbers, offset)
            if unusable.any():
                usable = ~unusable.take(numbers)
                left.append(chosen[~usable])
                chosen, numbers = chosen[usable], numbers[usable]
            if len(chosen):
                part = rows if len(chosen) == len(rows) else rows[chosen]
                decoded.append(_Decoded(decoder, numbers, starts[chosen], decoder.decode(part, numbers)))
        return decoded, np.concatenate(left)

    def _known(self, rows: Rows, length: int) -> tuple[list[_Match], Places]:
        """The rows that known templates match, and which are left."""
        matches = []
        pending = np.arange(len(rows))
        for decoder in self._layouts.of_size(length):
            if len(pending):
                match, pending = _matches(decoder, rows, pending)
                matches.append(match)
        return matches, pending

    def _learned(self, rows: Rows, pending: Places, length: int) -> tuple[list[_Match], list[Places]]:
        """The rows that match after templates have been made of some of them, and which are left."""
        matches: list[_Match] = []
        left: list[Places] = []
        while len(pending) and len(left) < _MOST_FAILURES:
            decoder = self._layouts.decoder_of(rows[pending[0], :length].tobytes())
            if decoder is not None:
                decoder.learn(rows[pending])
                match, unmatched = _matches(decoder, rows, pending)
                if len(unmatched) < len(pending):
                    matches.append(match)
                    pending = unmatched
                    continue
            left.append(pending[:1])
            pending = pending[1:]
        return matches, [*left, pending]

    def _unusable(self, tags: list[tuple[ValueTag, ...]], numbers: Numbers, offset: int) -> NDArray[np.bool_]:
        """For each template, of which rows have some, whether its values are not known to be scalars."""
        unusable = np.zeros(len(tags), np.bool_)
        for number in np.flatnonzero(np.bincount(numbers)).tolist():
            unusable[number] = any(
                value.is_tensor
                and not value.plugin
                and self._plugins.known_before(value.tag, offset) != SCALARS_PLUGIN
                for value in tags[number]
            )
        return unusable

    def _collect(self, part: _Decoded, end: int, offset: int, collector: ScalarCollector) -> None:
        """Gives on what starts before the end."""
        numbers, starts = part.numbers, part.starts + offset
        if part.starts[-1] >= end:
            chosen = part.starts < end
            numbers, starts = numbers[chosen], starts[chosen]
            part.rows.steps = part.rows.steps[chosen]
            part.rows.wall_times = part.rows.wall_times[chosen]
            part.rows.values = [values[chosen] for values in part.rows.values]
        counts = np.bincount(numbers)
        present = np.flatnonzero(counts)
        bounds = [0, *np.cumsum(counts[present]).tolist()]
        columns = [part.rows.steps, part.rows.wall_times, starts, *part.rows.values]
        if len(present) > 1:
            order = np.argsort(numbers.astype(np.uint16), kind="stable")
            columns = [column[order] for column in columns]
        steps, wall_times, starts, *values = columns
        for number, (first, last) in zip(present.tolist(), pairwise(bounds), strict=True):
            span = slice(first, last)
            tags = zip(part.decoder.tags[number], values, strict=True)
            for index, (value, numbers_of_value) in enumerate(tags):
                if value.plugin:
                    self._plugins.note(value.tag, value.plugin, int(starts[first]))
                collector.add_columns(
                    value.tag,
                    ScalarColumns(steps[span], wall_times[span], numbers_of_value[span], starts[span]),
                    index,
                )


def _matches(decoder: LayoutDecoder, rows: Rows, pending: Places) -> tuple[_Match, Places]:
    """Of the pending rows those that match, and the others."""
    numbers = decoder.match(rows if len(pending) == len(rows) else rows[pending])
    is_matched = numbers >= 0
    if is_matched.all():
        return _Match(decoder, pending, numbers), pending[:0]
    return _Match(decoder, pending[is_matched], numbers[is_matched]), pending[~is_matched]


def _data(buffer: NDArray[np.uint8], start: int, length: int) -> bytes:
    return buffer[start + HEADER_SIZE : start + HEADER_SIZE + length].tobytes()


def _by_length(lengths: Places) -> list[tuple[int, Places]]:
    """Each length, and which records have it."""
    if not len(lengths):
        return []
    if (lengths == lengths[0]).all():
        return [(int(lengths[0]), np.arange(len(lengths)))]
    order = np.argsort(lengths.astype(np.uint16), kind="stable")
    in_order = lengths[order]
    bounds = [0, *(np.flatnonzero(in_order[1:] != in_order[:-1]) + 1).tolist(), len(order)]
    return [(int(in_order[first]), order[first:last]) for first, last in pairwise(bounds)]


def _rows(buffer: NDArray[np.uint8], starts: Places, size: int) -> Rows:
    """What stands at some places, a row each."""
    overlapping = np.ndarray(len(buffer) - size + 1, f"V{size}", buffer, strides=(1,))
    return overlapping[starts].view(np.uint8).reshape(-1, size)


def _verified(
    buffer: NDArray[np.uint8], starts: Places, lengths: Places, end: int
) -> tuple[list[tuple[int, bytes]], int]:
    """The data of records up to an end, or to the first that is damaged, which then is the end."""
    found: list[tuple[int, bytes]] = []
    view = buffer.data  # slices of it are cheaper than those of arrays
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        if start >= end:
            break
        data_end = start + HEADER_SIZE + length
        data = view[start + HEADER_SIZE : data_end].tobytes()
        if masked(google_crc32c.value(data)) != _CHECKSUM.unpack_from(view, data_end)[0]:
            return found, start
        found.append((start, data))
    return found, end
