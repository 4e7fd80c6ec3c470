"""What graph-mode scripts use of ``tf.keras.backend``."""

from graphlog.keras.base_layer import learning_phase

__all__ = ["epsilon", "floatx", "learning_phase"]


def epsilon() -> float:
    """The small number that losses add."""
    return 1e-7


def floatx() -> str:
    """The dtype of variables where nothing else is said."""
    return "float32"
