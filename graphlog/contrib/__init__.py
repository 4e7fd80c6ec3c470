"""What tutorials use of ``tf.contrib``."""

from graphlog.contrib import layers, rnn

__all__ = ["layers", "rnn"]
