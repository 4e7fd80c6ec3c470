"""``tf.version``: the TensorFlow whose dialect this is, as programs ask for it."""

from __future__ import annotations

from graphlog.core.graph import GRAPH_DEF_PRODUCER as GRAPH_DEF_VERSION
from graphlog.core.tensorflow_version import TENSORFLOW_GIT_VERSION as GIT_VERSION
from graphlog.core.tensorflow_version import TENSORFLOW_VERSION as VERSION

__all__ = ["COMPILER_VERSION", "GIT_VERSION", "GRAPH_DEF_VERSION", "GRAPH_DEF_VERSION_MIN_CONSUMER"]
__all__ += ["GRAPH_DEF_VERSION_MIN_PRODUCER", "VERSION"]

COMPILER_VERSION = "none: graphlog is written in Python"
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0
