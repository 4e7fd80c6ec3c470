"""``tf.contrib.util``: values of tensors that are known while the graph is built."""

from __future__ import annotations

from graphlog.ops.static_values import visible_value as constant_value

__all__ = ["constant_value"]
