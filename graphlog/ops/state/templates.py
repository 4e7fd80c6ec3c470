"""make_template: a function whose variables are shared by all its calls."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.ops.state.variable_defaults import VariableScope
from graphlog.ops.state.variable_scope import variable_scope

_log = logging.getLogger("graphlog")


class Template:
    """A function whose variables are made by its first call and shared by all; see ``make_template``."""

    def __init__(
        self,
        name: str,
        func: Callable[..., Any],
        create_scope_now: bool,
        unique_name: Any,
        custom_getter: Any,
    ) -> None:
        if name is None:
            raise ValueError("name cannot be None.")
        self._name = name
        self._func = func
        self._unique_name = unique_name
        self._custom_getter = custom_getter
        self._scope: VariableScope | None = None
        self._has_variables = False
        if create_scope_now:
            with self._new_scope(opens_name_scope=False) as scope:
                self._scope = scope

    def _new_scope(self, opens_name_scope: bool) -> Any:
        return variable_scope(
            self._unique_name,
            self._name,
            custom_getter=self._custom_getter,
            auxiliary_name_scope=opens_name_scope,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        if self._scope is not None:
            with variable_scope(self._scope, reuse=self._has_variables):
                return self._call(args, kwargs)
        with self._new_scope(opens_name_scope=True) as scope:
            self._scope = scope
            return self._call(args, kwargs)

    def _call(self, args: Any, kwargs: Any) -> Any:
        if not self._has_variables:
            result = self._func(*args, **kwargs)
            self._has_variables = True
            return result
        graph = get_default_graph()
        trainable = graph.get_collection_ref(GraphKeys.TRAINABLE_VARIABLES)
        all_variables = graph.get_collection_ref(GraphKeys.GLOBAL_VARIABLES)
        trainable_before, all_before = len(trainable), len(all_variables)
        result = self._func(*args, **kwargs)
        if len(trainable) != trainable_before:
            raise ValueError(
                "Trainable variable created when calling a template after the first time, perhaps you used "
                f"tf.Variable when you meant tf.get_variable: {trainable[trainable_before:]}"
            )
        if len(all_variables) != all_before:
            _log.info(
                "New variables created when calling a template after the first time, perhaps you used "
                "tf.Variable when you meant tf.get_variable: %s",
                all_variables[all_before:],
            )
        return result

    @property
    def name(self) -> str:
        """The name that it was given."""
        return self._name

    @property
    def func(self) -> Callable[..., Any]:
        """The function."""
        return self._func

    @property
    def variable_scope(self) -> VariableScope | None:
        """Its variable scope; None before the first call."""
        return self._scope

    @property
    def var_scope(self) -> VariableScope | None:
        """The same, by its older name."""
        return self._scope

    @property
    def variable_scope_name(self) -> str | None:
        """The name of that scope, with a final ``/``."""
        if self._scope is None:
            return None
        name = self._scope.name
        return name if not name or name.endswith("/") else f"{name}/"

    @property
    def variables(self) -> list[Any]:
        """The global and local variables of that scope."""
        return self.global_variables + self.local_variables

    @property
    def global_variables(self) -> list[Any]:
        """The global variables of that scope."""
        return [] if self._scope is None else self._scope.global_variables()

    @property
    def local_variables(self) -> list[Any]:
        """The local variables of that scope."""
        return [] if self._scope is None else self._scope.local_variables()

    @property
    def trainable_variables(self) -> list[Any]:
        """The trainable variables of that scope."""
        return [] if self._scope is None else self._scope.trainable_variables()

    weights = variables
    trainable_weights = trainable_variables


def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Any = None,
    **kwargs: Any,
) -> Template:
    """A function whose variables are made by its first call and shared by all.

    Args:
        name_: the name of its variable scope, which is made unique.
        func_: the function; it makes variables with ``tf.get_variable``.
        create_scope_now_: whether the scope is made now, or by the first call.
        unique_name_: a name to take instead, as it is.
        custom_getter_: the custom getter of the scope.
        **kwargs: arguments for ``func_``.

    Returns:
        A function of its other arguments.

    Raises:
        ValueError: ``name_`` is None; or later, a call makes a trainable variable after the first.

    Source: ``tf.make_template``.
    """
    func = functools.partial(func_, **kwargs) if kwargs else func_
    return Template(name_, func, create_scope_now_, unique_name_, custom_getter_)
