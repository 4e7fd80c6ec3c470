"""NumPy functions as graphs: traced, differentiated, compiled."""

from graphlog.tracing import operators as operators
