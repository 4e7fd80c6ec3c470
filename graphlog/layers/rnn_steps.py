"""What recurrent networks of both kinds need: the first state, and a step for sequences that end early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import nest
from graphlog.core.default_graph import get_default_graph
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import conditionals, control_flow_contexts
from graphlog.ops.control_flow.tensor_arrays import TensorArray
from graphlog.ops.math import comparisons
from graphlog.ops.name_scopes import colocate_with


def read_beside_the_cell(scope: Any) -> None:
    """Makes variables be read where the cell is placed, unless a loop must read them anew each time."""
    context = control_flow_contexts.current_context(get_default_graph())
    is_in_loop = context is not None and context.while_context() is not None
    if not is_in_loop and scope.caching_device is None:
        scope.set_caching_device(lambda op: op.device)


def initial_state_of(cell: Any, given: Any, batch_size: Any, dtype: Any, message: str) -> Any:
    """The state before the first step: what was given, or zeros of a dtype; ValueError without either."""
    if given is not None:
        return given
    if not dtype:
        raise ValueError(message)
    if getattr(cell, "get_initial_state", None) is not None:
        return cell.get_initial_state(inputs=None, batch_size=batch_size, dtype=dtype)
    return cell.zero_state(batch_size, dtype)


def state_dtype(dtype: Any, state: Any) -> Any:
    """The dtype that was given, or else that of all states; ValueError where they differ."""
    if dtype is not None:
        return dtype
    found = {tensor.dtype.base_dtype for tensor in nest.flatten(state)}
    if not found:
        raise ValueError("Unable to infer dtype from empty state.")
    if len(found) > 1:
        raise ValueError(
            "State has tensors of different inferred_dtypes. Unable to infer a single representative dtype."
        )
    return found.pop()


def masked_step(
    time: Any,
    lengths: Tensor,
    min_length: Tensor,
    max_length: Tensor,
    zero_output: Any,
    state: Any,
    call_cell: Callable[[], Any],
    skips_conditionals: bool = False,
) -> tuple[Any, Any]:
    """One step in which sequences that have ended keep their state and give zeros.

    Args:
        time: which step it is.
        lengths: the length of each sequence.
        min_length: the shortest.
        max_length: the longest.
        zero_output: the output of a sequence that has ended.
        state: the state before.
        call_cell: a function that gives the output and the state after.
        skips_conditionals: whether it chooses element by element at every step.

    Returns:
        The output and the state after.
    """
    flat_state, flat_zeros = nest.flatten(state), nest.flatten(zero_output)
    has_ended = time >= lengths

    def chosen(old: Any, new: Any) -> Any:
        if isinstance(old, TensorArray) or old.static_shape == ():
            return new
        with colocate_with(new):
            return comparisons.where(has_ended, old, new)

    def computed() -> tuple[list[Any], list[Any]]:
        new_output, new_state = call_cell()
        nest.assert_same_structure(zero_output, new_output)
        nest.assert_same_structure(state, new_state)
        return nest.flatten(new_state), nest.flatten(new_output)

    def mixed(new_output: list[Any], new_state: list[Any]) -> list[Any]:
        outputs = [chosen(old, new) for old, new in zip(flat_zeros, new_output, strict=True)]
        return outputs + [chosen(old, new) for old, new in zip(flat_state, new_state, strict=True)]

    def mixed_where_some_have_ended() -> Any:
        new_state, new_output = computed()
        return conditionals.cond(
            time < min_length, lambda: new_output + new_state, lambda: mixed(new_output, new_state)
        )

    if skips_conditionals:
        new_state, new_output = computed()
        results = mixed(new_output, new_state)
    else:
        results = conditionals.cond(
            time >= max_length, lambda: flat_zeros + flat_state, mixed_where_some_have_ended
        )
    outputs, states = results[: len(flat_zeros)], results[len(flat_zeros) :]
    for result, like in zip(results, flat_zeros + flat_state, strict=True):
        if not isinstance(result, TensorArray):
            result.set_shape(like.static_shape)
    return nest.pack_sequence_as(zero_output, outputs), nest.pack_sequence_as(state, states)
