"""NumPy functions as graphs: traced, differentiated, compiled.

A function is called with a ``TracedArray`` in the place of each array. What it does with these becomes
operations: by ``operators`` and ``indexing``, and by what ``functions`` has for each of NumPy's functions.
``derivatives`` differentiates such graphs and runs them.
"""

# It gives traced arrays their operators.
from graphlog.tracing import operators as operators
