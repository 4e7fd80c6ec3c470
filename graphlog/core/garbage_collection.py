"""Keeping Python's garbage collector from searching a graph while it grows."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Lets the garbage collector rest inside a ``with`` block that builds many operations.

    All of them stay, so it would find nothing, and look at the whole graph for it again and again. A
    block in another thread that begins meanwhile leaves the collector as it found it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
