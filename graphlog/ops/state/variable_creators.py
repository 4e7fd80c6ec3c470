"""Who makes variables: functions of the user, and otherwise one of the kinds of variables."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph import Graph
from graphlog.core.options import resource_variables_enabled

_Creator = Callable[..., Any]


class _Creators(threading.local):
    """The creators of the enclosing blocks, each with the graph it is for, the innermost last."""

    def __init__(self) -> None:
        self.stack: list[tuple[Graph, _Creator]] = []


_creators = _Creators()


@contextmanager
def variable_creator_scope(variable_creator: _Creator) -> Iterator[None]:
    """Has a function make the variables of a ``with`` block.

    Args:
        variable_creator: a function ``(next_creator, **options)`` that returns a variable. The options are
            the arguments of ``tf.Variable``, and ``next_creator(**options)`` makes one as it would be made
            otherwise.

    Source: ``tf.variable_creator_scope`` of TensorFlow 1.
    """
    _creators.stack.append((get_default_graph(), variable_creator))
    try:
        yield
    finally:
        _creators.stack.pop()


def create(variable: Any, arguments: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """The variable of a call of ``tf.Variable``.

    Args:
        variable: the class Variable.
        arguments: the arguments of the call.
        options: the keyword arguments.
    """
    graph = get_default_graph()
    creators = [creator for of_graph, creator in _creators.stack if of_graph is graph]
    if not creators:
        return _default(variable, *arguments, **options)
    bound = inspect.signature(variable.__init__).bind(None, *arguments, **options)
    bound.apply_defaults()
    all_options = dict(list(bound.arguments.items())[1:])
    make: _Creator = functools.partial(_default, variable)
    for creator in creators:
        make = functools.partial(creator, make)
    return make(**all_options)


def _default(variable: Any, *arguments: Any, **options: Any) -> Any:
    from graphlog.ops.resources.variables import ResourceVariable
    from graphlog.ops.state.variable_scope import get_variable_scope

    position = 11
    uses_resource = arguments[position] if len(arguments) > position else options.get("use_resource")
    if uses_resource is None and options.get("variable_def") is not None:
        uses_resource = options["variable_def"].is_resource
    if uses_resource is None:
        uses_resource = get_variable_scope().use_resource
    if uses_resource is None:
        uses_resource = resource_variables_enabled()
    kind = ResourceVariable if uses_resource else variable
    return type.__call__(kind, *arguments, **options)
