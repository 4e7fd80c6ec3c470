"""graphlog: computation graphs and gradients for TensorBoard, without TensorFlow.

``import graphlog as tf`` gives the vocabulary of TensorFlow 1.15's graph mode: build a graph,
differentiate it, run it with NumPy, and write it to an event file that TensorBoard shows.

What there is stands in ``__init__.pyi``, name by name with its module. A module is imported when the first
of its names is used, so that importing graphlog is quick.
"""

from graphlog._late_names import late_names as _late_names_of
from graphlog._version import __version__ as __version__
from graphlog.core import late_parts as _late_parts

_late_parts.set_late_parts(
    _late_parts.LateParts(
        serializer="graphlog.graphdef.export",
        conversions="graphlog.ops.conversions",
        operators="graphlog.ops.operators",
        operations="graphlog.ops.everything",
        sparse_operators="graphlog.ops.sparse.operators",
        array_protocols="graphlog.tracing.tensor_protocols",
        drawings="graphlog.inspect.drawing.notebook",
    )
)

_NOT_HERE = ": graphlog has no such part of TensorFlow; docs/coming_from_tensorflow.md says what there is"
_ABSENT = ("distribute", "estimator")

__getattr__, __dir__ = _late_names_of(__name__, __file__, dict.fromkeys(_ABSENT, _NOT_HERE))
