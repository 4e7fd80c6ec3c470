"""Arguments that several layers share (``tf.contrib.framework.arg_scope``)."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

Scope = dict[str, dict[str, Any]]
F = TypeVar("F", bound=Callable[..., Any])

# The arguments with defaults of each function that takes part.
_ARGUMENTS: dict[str, tuple[str, ...]] = {}


class _Stack(threading.local):
    """The open scopes of each thread."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = [{}]


_STACK = _Stack()


def current_arg_scope() -> Scope:
    """For each function, by its key, the arguments that hold here."""
    return _STACK.scopes[-1]


def arg_scope_func_key(op: Callable[..., Any]) -> str:
    """What stands for a function in a scope."""
    return cast(str, getattr(op, "_key_op", str(op)))


def has_arg_scope(func: Callable[..., Any]) -> bool:
    """Whether a function was decorated with ``add_arg_scope``."""
    return arg_scope_func_key(func) in _ARGUMENTS


def arg_scoped_arguments(func: Callable[..., Any]) -> tuple[str, ...]:
    """The arguments that an ``arg_scope`` can give to a function."""
    assert has_arg_scope(func)
    return _ARGUMENTS[arg_scope_func_key(func)]


@contextmanager
def arg_scope(
    list_ops_or_scope: Sequence[Callable[..., Any]] | Mapping[str, Any], **kwargs: Any
) -> Iterator[Scope]:
    """Gives arguments to each call of some functions in a ``with`` block.

    Args:
        list_ops_or_scope: the functions, or a scope that an earlier ``with`` block gave.
        **kwargs: their arguments; what a call says itself goes before.

    Returns:
        A context manager that gives the scope.

    Raises:
        TypeError: the first argument is neither a list nor a scope.
        ValueError: a function was not decorated with ``add_arg_scope``, or arguments are given to a scope.

    Source: ``tf.contrib.framework.arg_scope``.
    """
    if isinstance(list_ops_or_scope, Mapping):
        if kwargs:
            raise ValueError(
                "When attempting to re-use a scope by suppling adictionary, kwargs must be empty."
            )
        scope = dict(list_ops_or_scope)
    elif isinstance(list_ops_or_scope, list | tuple):
        scope = dict(current_arg_scope())
        for function in list_ops_or_scope:
            if not has_arg_scope(function):
                place = (
                    getattr(function, "__module__", None),
                    getattr(function, "__name__", repr(function)),
                )
                raise ValueError(f"{place} is not decorated with @add_arg_scope")
            key = arg_scope_func_key(function)
            scope[key] = {**scope.get(key, {}), **kwargs}
    else:
        raise TypeError("list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict)")
    _STACK.scopes.append(scope)
    try:
        yield scope
    finally:
        _STACK.scopes.pop()


def add_arg_scope(func: F) -> F:
    """Decorates a function so that ``arg_scope`` can give it arguments.

    Source: ``tf.contrib.framework.add_arg_scope``.
    """
    key = arg_scope_func_key(func)

    @functools.wraps(func)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **{**current_arg_scope().get(key, {}), **kwargs})

    _ARGUMENTS[key] = tuple(
        parameter.name
        for parameter in inspect.signature(func).parameters.values()
        if parameter.default is not inspect.Parameter.empty
    )
    scoped._key_op = key  # type: ignore[attr-defined]
    return cast(F, scoped)
