"""``while_loop``: a computation that is repeated as long as a condition holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import nest, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.printable import described
from graphlog.core.shapes import TensorShape
from graphlog.ops.constants import constant
from graphlog.ops.control_flow.while_context import WhileContext
from graphlog.ops.math import logic
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.sparse.loop_shapes import invariants_of_parts


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: Any = None,
    return_same_structure: bool = False,
) -> Any:
    """The loop variables after as many iterations of ``body`` as ``cond`` holds.

    Args:
        cond: a function of the loop variables that returns a boolean scalar.
        body: a function of the loop variables that returns their next values, in the same form.
        loop_vars: the initial values: a list, tuple, namedtuple or dict of tensors, TensorArrays, numbers
            and further nests.
        shape_invariants: the shapes that hold in every iteration, in the form of ``loop_vars``; those of
            the initial values if None.
        parallel_iterations: how many iterations TensorFlow may run at once; here they run one by one.
        back_prop: whether derivatives flow through the loop.
        swap_memory: accepted for TensorFlow's sake, and kept in the graph.
        name: the scope of the operations.
        maximum_iterations: the most iterations, as an integer scalar.
        return_same_structure: whether a list of one variable stays a list.

    Returns:
        The variables in the form of ``loop_vars``; a single one without its list.

    Raises:
        TypeError: ``cond`` or ``body`` cannot be called, or the types of a nest change.
        ValueError: there are no loop variables, or their number, form or shapes change.

    Source: ``tf.while_loop`` of TensorFlow 1.15.
    """
    if not callable(cond):
        raise TypeError(f"cond must be callable. Got {described(cond)}.")
    if not callable(body):
        raise TypeError(f"body must be callable. Got {described(body)}.")
    if parallel_iterations < 1:
        raise TypeError("parallel_iterations must be a positive integer.")
    with name_scope(name, "while", loop_vars):
        if not loop_vars:
            raise ValueError("No loop variables provided")
        if maximum_iterations is not None:
            maximum_iterations = convert_to_tensor(maximum_iterations, name="maximum_iterations")
            if maximum_iterations.static_shape != ():
                raise ValueError(
                    f"maximum_iterations must be a scalar, saw shape: {maximum_iterations.shape}"
                )
            is_single = len(loop_vars) == 1 and not return_same_structure
            cond, body = _counted(cond, body, maximum_iterations, is_single)
            counter = constant(0, maximum_iterations.dtype, name="iteration_counter")
            loop_vars = (counter, loop_vars[0] if is_single else loop_vars)
        if shape_invariants is not None:
            shape_invariants = _invariants(loop_vars, shape_invariants, maximum_iterations is not None)
        context = WhileContext(maximum_iterations, parallel_iterations, back_prop, swap_memory)
        if context.outer_context is None:
            get_default_graph().add_to_collection(GraphKeys.WHILE_CONTEXT, context)
        result = context.build(cond, body, loop_vars, shape_invariants, return_same_structure)
        return result if maximum_iterations is None else result[1]


def _counted(
    cond: Callable[..., Any], body: Callable[..., Any], limit: Any, is_single: bool
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The condition and body of a loop that counts its iterations up to a limit."""

    def call(function: Callable[..., Any], variables: Any) -> Any:
        return function(variables) if is_single else function(*variables)

    return (
        lambda count, variables: logic.logical_and(count < limit, call(cond, variables)),
        lambda count, variables: (count + 1, call(body, variables)),
    )


def _invariants(loop_vars: Any, shape_invariants: Any, is_counted: bool) -> list[Any]:
    """The static shape of each loop variable."""
    if is_counted:
        shape_invariants = (TensorShape([]), shape_invariants)
    nest.assert_same_structure(loop_vars, shape_invariants)
    given = [shapes.static_shape(getattr(item, "shape", item)) for item in nest.flatten(shape_invariants)]
    return [
        shape
        for variable, invariant in zip(nest.flatten(loop_vars), given, strict=True)
        for shape in invariants_of_parts(variable, invariant)
    ]
