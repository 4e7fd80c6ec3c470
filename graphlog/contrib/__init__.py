"""What tutorials use of ``tf.contrib``; each part is imported when it is first used."""

from __future__ import annotations

import importlib
from typing import Any

_PARTS = (
    *("crf", "distributions", "framework", "layers", "learn", "legacy_seq2seq", "lookup", "losses"),
    *("metrics", "rnn", "seq2seq", "signal", "slim", "training", "util"),
)

__all__ = list(_PARTS)


def __getattr__(name: str) -> Any:
    if name not in _PARTS:
        raise AttributeError(
            f"module 'graphlog.contrib' has no attribute {name!r}: of tf.contrib, graphlog has "
            f"{', '.join(_PARTS)}."
        )
    return importlib.import_module(f"graphlog.contrib.{name}")


def __dir__() -> list[str]:
    return [*globals(), *_PARTS]
