"""The graph itself: operations, tensors, names, scopes, dtypes, shapes and op definitions.

Nothing here knows a NumPy kernel, a protobuf or a file; every other part builds on it.
"""
