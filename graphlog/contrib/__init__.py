"""What tutorials use of ``tf.contrib``."""

from graphlog.contrib import layers

__all__ = ["layers"]
