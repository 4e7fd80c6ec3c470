"""Functions that differ in one thing only, each under its own name and with its own docstring."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

First = TypeVar("First")
P = ParamSpec("P")
R = TypeVar("R")


def partial_of(
    function: Callable[Concatenate[First, P], R], first: First, **defaults: Any
) -> Callable[[Callable[[], None]], Callable[P, R]]:
    """Decorates a name and docstring: they become those of a function whose first argument is given.

    It is ``functools.partial`` for functions that users call: ``help`` shows its name, docstring and
    parameters, mypy knows its types, and a TypeError says its name where arguments do not fit.

    Args:
        function: what is called.
        first: its first argument.
        **defaults: defaults of other parameters, where they differ from those that the function has.

    Returns:
        A decorator of a function without parameters that holds nothing but the docstring.
    """
    signature = inspect.signature(function)
    name, *others = signature.parameters
    parameters = [signature.parameters[other] for other in others]
    signature = signature.replace(
        parameters=[item.replace(default=defaults.get(item.name, item.default)) for item in parameters]
    )
    positions = {other: others.index(other) for other in defaults}
    annotations = {key: value for key, value in function.__annotations__.items() if key != name}

    def decorate(named: Callable[[], None]) -> Callable[P, R]:
        @functools.wraps(named)
        def partial(*args: P.args, **kwargs: P.kwargs) -> R:
            for key, position in positions.items():
                if position >= len(args):
                    kwargs.setdefault(key, defaults[key])
            try:
                return function(first, *args, **kwargs)
            except TypeError:
                _check(signature, named.__name__, args, kwargs)
                raise

        partial.__signature__ = signature  # type: ignore[attr-defined]
        partial.__annotations__ = annotations
        return partial

    return decorate


def _check(
    signature: inspect.Signature, name: str, args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{name}() {error}") from None
