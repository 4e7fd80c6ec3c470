"""Runs of records, found, verified and decoded all at once, where they hold plain scalars."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from graphlog.events.header_search import HEADER_SIZE, LENGTH_SIZE, SHORT_LENGTH, find_headers
from graphlog.events.layout_decoder import DecodedRows, LayoutDecoder, Numbers, Rows, row_size
from graphlog.events.records import masked
from graphlog.events.scalar_columns import ScalarCollector, ScalarColumns
from graphlog.events.scalar_layouts import layout_of
from graphlog.events.scalar_values import SCALARS_PLUGIN, TagPlugins

_FRAME_SIZE = HEADER_SIZE + 4
_LONGEST_DATA = 1024  # bytes, of what is decoded in bulk
_FEWEST_ROWS = 4
_FEWEST_REGULAR = 16  # records of one length in a row
_MOST_FAILURES = 8  # Events that turn out to have no layout, before the others of their length are left
_MOST_LAYOUTS = 32  # for one length

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
        self._decoders: dict[int, list[LayoutDecoder]] = defaultdict(list)  # by the size of data

    def read(self, buffer: NDArray[np.uint8], size: int, offset: int, collector: ScalarCollector) -> Run:
        """Reads the records at the start of a window, up to the first that is long, damaged or not whole.

        Args:
            buffer: the window, with room for a row after it.
            size: of the window.
            offset: where in the file it starts.
            collector: is given the scalars.
        """
        starts, lengths = _chain(buffer[:size])
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
        if not self._decoders[length] and layout_of(_data(buffer, int(starts[0]), length)) is None:
            return [], np.arange(len(starts))
        rows = _rows(buffer, starts + HEADER_SIZE, row_size(length))
        matches, pending = self._known(rows, length)
        new_matches, left = self._learned(rows, pending, length)
        decoded = []
        for decoder, chosen, numbers in matches + new_matches:
            usable = self._usable(decoder, offset)[numbers]
            if not usable.all():
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
        for decoder in self._decoders[length]:
            if len(pending):
                match, pending = _matches(decoder, rows, pending)
                matches.append(match)
        return matches, pending

    def _learned(self, rows: Rows, pending: Places, length: int) -> tuple[list[_Match], list[Places]]:
        """The rows that match after templates have been made of some of them, and which are left."""
        matches: list[_Match] = []
        left: list[Places] = []
        while len(pending) and len(left) < _MOST_FAILURES:
            decoder = self._decoder(rows[pending[0], :length].tobytes())
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

    def _decoder(self, data: bytes) -> LayoutDecoder | None:
        """The decoder of the layout that an Event has; None if it has none."""
        found = layout_of(data)
        if found is None:
            return None
        decoders = self._decoders[len(data)]
        for decoder in decoders:
            if decoder.layout == found[0]:
                return decoder
        if len(decoders) >= _MOST_LAYOUTS:
            return None
        decoders.append(LayoutDecoder(found[0]))
        return decoders[-1]

    def _usable(self, decoder: LayoutDecoder, offset: int) -> NDArray[np.bool_]:
        """For each template, whether its values are known to be scalars from an offset on."""
        return np.array(
            [
                all(
                    not value.is_tensor
                    or value.plugin
                    or self._plugins.known_before(value.tag, offset) == SCALARS_PLUGIN
                    for value in tags
                )
                for tags in decoder.tags
            ]
        )

    def _collect(self, part: _Decoded, end: int, offset: int, collector: ScalarCollector) -> None:
        """Gives on what starts before the end."""
        chosen = part.starts < end
        numbers, starts = part.numbers, part.starts + offset
        if not chosen.all():
            numbers, starts = numbers[chosen], starts[chosen]
            part.rows.steps = part.rows.steps[chosen]
            part.rows.wall_times = part.rows.wall_times[chosen]
            part.rows.values = [values[chosen] for values in part.rows.values]
        counts = np.bincount(numbers, minlength=len(part.decoder.tags))
        bounds = [0, *np.cumsum(counts).tolist()]
        columns = [part.rows.steps, part.rows.wall_times, starts, *part.rows.values]
        if np.count_nonzero(counts) > 1:
            order = np.argsort(numbers.astype(np.uint16), kind="stable")
            columns = [column[order] for column in columns]
        steps, wall_times, starts, *values = columns
        for tags, (first, last) in zip(part.decoder.tags, pairwise(bounds), strict=True):
            if first == last:
                continue
            span = slice(first, last)
            for index, (value, numbers_of_value) in enumerate(zip(tags, values, strict=True)):
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


def _chain(window: NDArray[np.uint8]) -> tuple[Places, Places]:
    """Where the records start that follow one another from the window's start on, and their lengths."""
    regular = _regular_chain(window)
    if regular is not None:
        return regular
    places, lengths = find_headers(window, SHORT_LENGTH)
    ends = places + lengths + _FRAME_SIZE
    breaks = np.append(np.flatnonzero(ends[:-1] != places[1:]), len(places) - 1)
    pieces = []
    first, expected = 0, 0
    while first < len(places) and places[first] == expected:
        last = int(breaks[np.searchsorted(breaks, first)])
        pieces.append(slice(first, last + 1))
        expected = ends[last]
        first = int(np.searchsorted(places, expected))
    if not pieces:
        return places[:0], lengths[:0]
    places = np.concatenate([places[piece] for piece in pieces])
    lengths = np.concatenate([lengths[piece] for piece in pieces])
    whole = int(np.searchsorted(places + lengths + _FRAME_SIZE, len(window), "right"))
    return places[:whole], lengths[:whole]


def _regular_chain(window: NDArray[np.uint8]) -> tuple[Places, Places] | None:
    """The same where most of a window are records of one length, which is seen faster."""
    if not len(find_headers(window[:HEADER_SIZE])[0]):
        return None
    length = int.from_bytes(window[:LENGTH_SIZE].tobytes(), "little")
    stride = length + _FRAME_SIZE
    count = len(window) // stride
    if length >= SHORT_LENGTH or count < _FEWEST_REGULAR:
        return None
    lengths = np.ndarray(count, "<u8", window, 0, (stride,))
    checksums = np.ndarray(count, "<u4", window, LENGTH_SIZE, (stride,))
    for compared in (_FEWEST_REGULAR, count):
        differ = lengths[:compared] != lengths[0]
        differ |= checksums[:compared] != checksums[0]
        same = int(differ.argmax()) if differ.any() else compared
        if same < compared // 2:
            return None
    return np.arange(0, same * stride, stride), np.full(same, length)


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
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        if start >= end:
            break
        data_end = start + HEADER_SIZE + length
        data = buffer[start + HEADER_SIZE : data_end].tobytes()
        checksum = int.from_bytes(buffer[data_end : data_end + 4].tobytes(), "little")
        if masked(google_crc32c.value(data)) != checksum:
            return found, start
        found.append((start, data))
    return found, end
