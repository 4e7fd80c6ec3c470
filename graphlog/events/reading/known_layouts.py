"""The layouts of Events that were met, kept from one file to the next: thousands of files are alike."""

from __future__ import annotations

import threading

from graphlog.events.reading.layout_decoder import MOST_TEMPLATES, LayoutDecoder
from graphlog.events.reading.scalar_layouts import layout_of

_MOST_LAYOUTS = 32  # for one length
_MOST_KEPT = MOST_TEMPLATES // 2  # templates, when a file begins: there is room for as many as it may bring


class KnownLayouts:
    """Decoders by the size of the data that they decode."""

    def __init__(self) -> None:
        self._decoders: dict[int, list[LayoutDecoder]] = {}

    def of_size(self, size: int) -> list[LayoutDecoder]:
        """The decoders for data of a size."""
        return self._decoders.get(size, [])

    def decoder_of(self, data: bytes) -> LayoutDecoder | None:
        """The decoder of the layout that an Event has, which may be new; None if it has none.

        Args:
            data: a serialized Event.
        """
        found = layout_of(data)
        if found is None:
            return None
        decoders = self._decoders.setdefault(len(data), [])
        for decoder in decoders:
            if decoder.layout == found[0]:
                return decoder
        if len(decoders) >= _MOST_LAYOUTS:
            return None
        decoders.append(LayoutDecoder(found[0]))
        return decoders[-1]

    def template_count(self) -> int:
        """How many templates the decoders have; one without any counts as one."""
        return sum(max(1, len(decoder.tags)) for decoders in self._decoders.values() for decoder in decoders)


class _OfThread(threading.local):
    """A decoder that learns must not be in use elsewhere."""

    def __init__(self) -> None:
        self.layouts = KnownLayouts()


_of_thread = _OfThread()


def known_layouts() -> KnownLayouts:
    """What this thread knows, for a file that it begins to read; nothing any more where it was too much."""
    if _of_thread.layouts.template_count() > _MOST_KEPT:
        _of_thread.layouts = KnownLayouts()
    return _of_thread.layouts
