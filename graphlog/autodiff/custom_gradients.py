"""``custom_gradient``: functions whose derivative their author gives."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from graphlog.core import nest
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.gradient_registry import RegisterGradient
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, passing

_numbers = itertools.count()


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator for a function that says what its own derivative is.

    Args:
        f: a function of tensors that returns its result, a tensor or a nest of them, and a function from
            the gradients of the results to those of the arguments. Where ``f`` uses trainable variables,
            that function takes their list as ``variables`` too, and returns the gradients of the arguments
            and the list of those of the variables.

    Returns:
        A function of the same arguments that returns the result alone.

    Raises:
        TypeError: ``f`` uses variables, and its derivative has no argument for them.
        ValueError: the function is called with keywords, or too few gradients are given for variables.

    Source: ``tf.custom_gradient`` of TensorFlow 1.15 (graph mode).
    """

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            raise ValueError(
                "The custom_gradient decorator currently supports keywords arguments only when eager "
                "execution is enabled."
            )
        return _call(f, [convert_to_tensor(value) for value in args])

    return decorated


def _call(f: Callable[..., Any], arguments: list[Tensor]) -> Any:
    name = f"CustomGradient-{next(_numbers)}"
    result, derivative = f(*arguments)
    variables = _variables_used(arguments, nest.flatten(nest.map_structure(arrays.identity, result)))
    takes_variables = _takes_variables(derivative)
    if variables and not takes_variables:
        raise TypeError(
            "If using @custom_gradient with a function that uses variables, then grad_fn must accept a "
            "keyword argument 'variables'."
        )
    results = nest.flatten(result)

    @RegisterGradient(name)
    def gradient(_: Operation, *grads: Tensor) -> list[Any]:
        of_results = grads[: len(results)]
        if not variables:
            return [*[None] * len(results), *nest.flatten(derivative(*of_results))]
        of_arguments, of_variables = derivative(*of_results, variables=variables)
        if len(of_variables) != len(variables):
            raise ValueError("Must return gradient for each variable from @custom_gradient grad_fn.")
        return [*[None] * len(results), *nest.flatten(of_arguments), *of_variables]

    with get_default_graph().gradient_override_map({"IdentityN": name}):
        passed = passing.identity_n([*results, *arguments, *variables])
    return nest.pack_sequence_as(result, passed[: len(results)])


def _takes_variables(derivative: Callable[..., Any]) -> bool:
    parameters = inspect.signature(derivative).parameters
    return "variables" in parameters or any(
        item.kind is inspect.Parameter.VAR_KEYWORD for item in parameters.values()
    )


def _variables_used(arguments: Sequence[Tensor], results: Sequence[Tensor]) -> list[Any]:
    """The trainable variables that results depend on, other than through the arguments."""
    stops = {tensor.op for tensor in arguments}
    seen: dict[Operation, None] = {}
    queue = deque(tensor.op for tensor in results)
    while queue:
        op = queue.popleft()
        if op not in seen and op not in stops:
            seen[op] = None
            queue.extend(tensor.op for tensor in op.inputs)
    trainable = get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES)
    by_operation = {variable.op: variable for variable in trainable}
    return [by_operation[op] for op in seen if op in by_operation]
