"""Graphs of JAX functions: a picture of their jaxpr, with JAX's own primitives, forward and backward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphlog.adapters.jax_equations import JaxprGraph
from graphlog.adapters.jax_profiles import JaxProfile
from graphlog.adapters.jax_tracing import trace
from graphlog.adapters.missing_libraries import required
from graphlog.adapters.node_runs import run_metadata
from graphlog.core import garbage_collection
from graphlog.core.graph import Graph
from graphlog.core.user_code import call_stack, called_from
from graphlog.proto.run_metadata_pb2 import RunMetadata


def from_jax(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Graph:
    """The graph of a JAX function.

    Args:
        function: any function that JAX can trace, with ``jax.grad``, ``jax.jit`` and the like as may be, or
            a model of Flax NNX or Equinox, or a method of one.
        args: its arguments, as it is called with them: pytrees of arrays, of numbers, or of
            ``jax.ShapeDtypeStruct``. What is no array in them, Python's True and False too, is not traced.
        kwargs: its keyword arguments, likewise.

    Returns:
        A new Graph. It is a picture: its operations cannot be run.

        - Primitives keep JAX's names; their static parameters are attributes, and so are scalar operands
          that are written in the code (``operand_1``).
        - Named scopes are scopes. So are functions under ``jax.jit`` and the bodies of loops, branches and
          custom derivatives, and the modules of Flax and Equinox.
        - What ``jax.grad`` adds stands in a scope ``gradients`` with the same scopes in it; each node there
          names the forward node it comes from (``_forward_node``) as far as that is known.
        - Inputs are named after the function's parameters and the paths in their values
          (``params/dense/kernel``). Parameters of a model, and arrays that the function takes from around
          it, are Parameter nodes, in the scope of their module where that is known, without their numbers.
        - ``source`` is the line of the user's code.

    Raises:
        ImportError: JAX is not installed.
        TypeError: it is no function, or it returns something that is no array.
        Exception: whatever the function raises while it is traced, or JAX on its behalf.

    Source: https://docs.jax.dev/en/latest/jaxpr.html
    """
    return _graph("from_jax", function, args, kwargs)


def profile_jax(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> tuple[Graph, RunMetadata]:
    """The graph of a JAX function, and what each of its equations takes.

    Each equation is compiled and run on its own, once to warm up and once to be measured; one with effects,
    such as a print, is run once. XLA fuses equations, so a function under ``jax.jit`` takes less than their
    sum: the times tell which equations are heavy, and not how long the compiled function takes. Equations in
    the bodies of loops and branches are not measured; the loop or the branch as a whole is. TensorBoard
    colours the graph by time and memory once ``FileWriter.add_run_metadata`` has written the RunMetadata.

    Args:
        function: as ``from_jax`` takes it.
        args: its arguments; here all of them are real arrays or numbers.
        kwargs: its keyword arguments, likewise.

    Returns:
        The graph of ``from_jax``, and a RunMetadata with the time that each equation took, and the shapes
        and sizes in bytes of its outputs.

    Raises:
        ImportError: JAX is not installed.
        TypeError: it is no function, it returns something that is no array, or an argument is a
            ``jax.ShapeDtypeStruct``.
        ValueError: JAX cannot run an equation on its own.
        Exception: whatever the function raises while it is traced, or JAX on its behalf.
    """
    profile = JaxProfile()
    graph = _graph("profile_jax", function, args, kwargs, profile)
    return graph, run_metadata(profile.runs)


def _graph(
    caller: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    profile: JaxProfile | None = None,
) -> Graph:
    jax = required("jax", "jax")
    if not callable(function):
        raise TypeError(
            f"{caller} takes a function and its arguments, and {type(function).__name__} is no function."
        )
    traced = trace(function, args, kwargs)
    if profile is not None and any(isinstance(item, jax.ShapeDtypeStruct) for item in traced.arrays):
        raise TypeError(f"{caller} runs the function: give it arrays instead of jax.ShapeDtypeStruct.")
    with called_from(call_stack()), garbage_collection.paused():
        return JaxprGraph(function, traced, profile).graph
