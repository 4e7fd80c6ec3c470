"""``cond`` and ``case``: which of several functions a run computes."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphlog.core import dtypes, nest
from graphlog.core.composites import contracted, expanded
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.printable import described
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, packing
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import control_flow_ops, grouping, tensor_arrays
from graphlog.ops.control_flow.cond_context import CondContext
from graphlog.ops.debugging import logging_ops
from graphlog.ops.math import casts, comparisons, reductions
from graphlog.ops.name_scopes import control_dependencies, name_scope


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:
    """What one of two functions gives, whichever a condition chooses in a run.

    What the functions build runs only where its branch is taken; what they use from outside runs in any
    case.

    Args:
        pred: a boolean scalar tensor.
        true_fn: a function without arguments that returns a tensor, an operation, or a nest of these.
        false_fn: one that returns the same form with the same dtypes.
        strict: whether a list of one stays a list.
        name: the scope of the operations.
        fn1: the older name of ``true_fn``.
        fn2: the older name of ``false_fn``.

    Returns:
        Tensors in the form that the functions return.

    Raises:
        TypeError: ``pred`` is a Python bool, something is no function, or the forms differ in type.
        ValueError: a function returns nothing, or the two return different forms or dtypes.

    Source: ``tf.cond`` of TensorFlow 1.15.
    """
    true_fn = _function(true_fn, fn1, "true_fn", "fn1")
    false_fn = _function(false_fn, fn2, "false_fn", "fn2")
    with name_scope(name, "cond", [pred]):
        if isinstance(pred, bool):
            raise TypeError("pred must not be a Python bool")
        graph = get_default_graph()
        on_false, on_true = control_flow_ops.switch(pred, pred)
        pivot_true = arrays.identity(on_true, name="switch_t")
        pivot_false = arrays.identity(on_false, name="switch_f")
        pred = arrays.identity(pred, name="pred_id")
        for tensor in (on_true, pivot_true, pivot_false, pred):
            graph.prevent_fetching(tensor.op)
        context_true = CondContext(pred, pivot_true, branch=1)
        returned_true, result_true = _build_branch(context_true, true_fn, "true_fn")
        context_false = CondContext(pred, pivot_false, branch=0)
        returned_false, result_false = _build_branch(context_false, false_fn, "false_fn")
        if not strict:
            returned_true, returned_false = map(_without_singleton, (returned_true, returned_false))
        _check_same(returned_true, returned_false, result_true, result_false)
        merges = [control_flow_ops.merge(pair)[0] for pair in zip(result_false, result_true, strict=True)]
        if context_true.outer_context is None:
            graph.add_to_collection(GraphKeys.COND_CONTEXT, context_true)
            graph.add_to_collection(GraphKeys.COND_CONTEXT, context_false)
        leaves = [
            tensor_arrays.with_flow(leaf, merge)
            for leaf, merge in zip(nest.flatten(returned_true), merges, strict=True)
        ]
        packed = contracted(nest.pack_sequence_as(returned_true, leaves))
        return packed if strict else _without_singleton(packed)


def _function(value: Any, older: Any, name: str, older_name: str) -> Callable[[], Any]:
    if older is not None:
        if value is not None:
            raise TypeError(f"cond(): {name} and {older_name} may not be set simultaneously.")
        value = older
    if value is None:
        raise TypeError(f"cond(): {name} argument required")
    if not callable(value):
        raise TypeError(f"{name} must be callable. Got {described(value)}.")
    return value  # type: ignore[no-any-return]


def _build_branch(context: CondContext, function: Callable[[], Any], name: str) -> tuple[Any, list[Tensor]]:
    """What a function returns, with sparse tensors taken apart, and its leaves as tensors of the branch."""
    context.enter()
    try:
        returned = function()
        if returned is None:
            raise ValueError(f"{name} must have a return value.")
        form = expanded(returned)
        tensors = [_branch_tensor(context, leaf) for leaf in nest.flatten(form)]
        if form is not returned:
            # TensorFlow puts sparse tensors together here, too, each of which takes a name.
            contracted(nest.pack_sequence_as(form, tensors))
        context.add_result(tensors)
    finally:
        context.exit()
    return form, tensors


def _branch_tensor(context: CondContext, value: Any) -> Tensor:
    if isinstance(value, Operation):
        # It has no value: the pivot stands for it, and waits for it.
        return grouping.with_dependencies([value], context.pivot)
    return context.result(convert_to_tensor(tensor_arrays.flow_of(value)))


def _without_singleton(value: Any) -> Any:
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def _check_same(
    returned_true: Any, returned_false: Any, result_true: Sequence[Tensor], result_false: Sequence[Tensor]
) -> None:
    try:
        nest.assert_same_structure(returned_true, returned_false)
    except TypeError as error:
        raise TypeError(f"Incompatible return types of true_fn and false_fn: {error}") from None
    except ValueError as error:
        raise ValueError(f"Incompatible return values of true_fn and false_fn: {error}") from None
    if not result_true:
        raise ValueError("true_fn and false_fn must return at least one result.")
    for true, false in zip(result_true, result_false, strict=True):
        if true.dtype.base_dtype is not false.dtype.base_dtype:
            raise ValueError(
                "Outputs of true_fn and false_fn must have the same type: "
                f"{true.dtype.name}, {false.dtype.name}"
            )


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function of the first condition that holds gives.

    Args:
        pred_fn_pairs: pairs of a boolean scalar tensor and a function without arguments, in a list, or a
            dict, whose conditions are sorted by name.
        default: the function where no condition holds; without one, that is an error in a run.
        exclusive: whether it is an error in a run that two conditions hold.
        strict: as for ``cond``.
        name: the scope of the operations.

    Returns:
        Tensors in the form that the functions return, all of them the same.

    Raises:
        TypeError: a condition is no boolean tensor, or a function cannot be called.

    Source: ``tf.case`` of TensorFlow 1.15.
    """
    predicates, actions = _checked_pairs(pred_fn_pairs)
    with name_scope(name, "case", [predicates]):
        if default is None:
            default, predicates, actions = _default_action(predicates, actions)
        function: Callable[[], Any] = default
        for predicate, action in zip(reversed(predicates), reversed(actions), strict=True):
            function = functools.partial(cond, predicate, true_fn=action, false_fn=function, strict=strict)
        if not exclusive:
            return function()
        with control_dependencies([_assert_at_most(predicates, 1, "Input error: exclusive=True")]):
            return function()


def _checked_pairs(pairs: Any) -> tuple[list[Tensor], list[Callable[[], Any]]]:
    if not isinstance(pairs, list | tuple | dict):
        raise TypeError("fns must be a list, tuple, or dict")
    if isinstance(pairs, Mapping):
        items = list(pairs.items())
        pairs = (
            items
            if isinstance(pairs, OrderedDict)
            else sorted(items, key=lambda item: getattr(item[0], "name", ""))
        )
    if not pairs:
        raise ValueError("There must be at least one pair of a predicate and a function.")
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("Each entry in pred_fn_pairs must be a 2-tuple")
        predicate, action = pair
        if not isinstance(predicate, Tensor):
            raise TypeError(f"pred must be a Tensor, got: {predicate}")
        if predicate.dtype.base_dtype is not dtypes.bool_:
            raise TypeError(f"pred must be of type bool: {predicate.name}")
        if not callable(action):
            raise TypeError(f"fn for pred {predicate.name} must be callable. Got {described(action)}.")
    predicates, actions = zip(*pairs, strict=True)
    return list(predicates), list(actions)


def _default_action(
    predicates: list[Tensor], actions: list[Callable[[], Any]]
) -> tuple[Callable[[], Any], list[Tensor], list[Callable[[], Any]]]:
    """The last function as the default, which checks that its condition holds."""
    last, action = predicates[-1], actions[-1]
    others, other_actions = predicates[:-1], actions[:-1]

    def default() -> Any:
        others_message = (
            f"Implementation error: selected default action #{len(others)} was called, but some of other "
            "predicates are True: "
        )
        message = (
            "Input error: None of conditions evaluated as True:",
            packing.stack(predicates, name="preds_c"),
        )
        checks = [_assert_at_most(others, 0, others_message), logging_ops.Assert(last, data=message)]
        with control_dependencies(checks):
            return action()

    return default, others, other_actions


def _assert_at_most(predicates: Sequence[Tensor], count: int, message: str) -> Operation:
    """An operation that fails where more than ``count`` conditions hold."""
    together = packing.stack(predicates, name="preds_c")
    holding = reductions.reduce_sum(casts.cast(together, dtypes.int32), name="num_true_conds")
    condition = comparisons.less_equal(holding, constant(count, name="n_true_conds"))
    names = ", ".join(predicate.name for predicate in predicates)
    text = f"{message}: more than {count} conditions ({names}) evaluated as True:"
    return logging_ops.Assert(condition, data=[text, together], summarize=len(predicates))
