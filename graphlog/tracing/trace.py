"""``trace``: the graph of a plain NumPy function."""

from __future__ import annotations

from typing import Any

from graphlog.core import nest
from graphlog.core.graph import Graph
from graphlog.ops.linear_algebra import identity_matrices
from graphlog.tracing.arguments import traced_arguments
from graphlog.tracing.traced_array import TracedArray
from graphlog.tracing.users_functions import call


def trace(function: Any = None, /, *example_args: Any, **example_kwargs: Any) -> Any:
    """A plain NumPy function as a graph; of a tensor, the sum of its diagonal, as ``tf.trace`` has it.

    The function is called once, with arguments that have a dtype and a shape but no numbers; what it does
    with them is what the graph holds. ``with graphlog.name_scope("layer"):`` in it names a part of the graph.

    Args:
        function: a function that computes with NumPy: its universal functions, most of its other functions,
            ``np.linalg`` and ``np.fft``, operators, indexing, and the methods of arrays. Or a tensor.
        *example_args: arguments of the dtypes and shapes that it is to be traced for: arrays and numbers, and
            tuples, lists and dicts of such. An int, a bool, a string or None counts as a constant.
        **example_kwargs: the same by name.

    Returns:
        A new Graph. Its collections ``"inputs"`` and ``"outputs"`` hold the placeholders, named after the
        parameters, and what the function returned.

    Raises:
        TracingError: the function asks for numbers, or calls what cannot be traced; it says what to use.
    """
    if not callable(function):
        return identity_matrices.trace(
            *() if function is None else (function,), *example_args, **example_kwargs
        )
    graph = Graph()
    with graph.as_default():
        args, kwargs, placeholders = traced_arguments(function, example_args, example_kwargs)
        result = call(function, args, kwargs)
    for placeholder in placeholders:
        graph.add_to_collection("inputs", placeholder)
    for leaf in nest.flatten(result):
        if isinstance(leaf, TracedArray):
            graph.add_to_collection("outputs", leaf.tensor)
    return graph
