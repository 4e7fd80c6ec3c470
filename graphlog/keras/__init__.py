"""What graph-mode scripts use of ``tf.keras``: layers called as functions, and what they are told by.

There are no models here, and so neither ``compile`` nor ``fit``.
"""

from __future__ import annotations

from typing import Any

from graphlog.keras import activations, backend, constraints, initializers, layers, losses, regularizers

__all__ = ["activations", "backend", "constraints", "initializers", "layers", "losses", "regularizers"]


def __getattr__(name: str) -> Any:
    raise AttributeError(
        f"module 'graphlog.keras' has no attribute {name!r}: of tf.keras, graphlog has {', '.join(__all__)}, "
        "whose layers are called as functions of tensors; it has no models."
    )
