"""Variables that are shared by name: ``get_variable`` and the scopes in which it looks."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Literal

from graphlog.core.default_graph import get_default_graph, graph_of
from graphlog.core.graph_keys import GraphKeys
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.state.variable_defaults import VariableScope, first
from graphlog.ops.state.variable_options import VariableAggregation, VariableSynchronization
from graphlog.ops.state.variable_store import AUTO_REUSE, VariableStore

# Where a graph keeps what this module needs, as in TensorFlow.
_STORE_KEY = ("__variable_store",)
_SCOPES_KEY = ("__varscope",)


class _Scopes(threading.local):
    """The current variable scope of each thread in one graph, and how often each name was opened."""

    def __init__(self) -> None:
        self.current = VariableScope(False)
        self.counts: dict[str, int] = {}

    def unique_name(self, prefix: str) -> str:
        """The prefix, or the prefix with a number, as a name that no open scope has in the current one."""
        name = f"{self.current.name}/{prefix}" if self.current.name else prefix
        if not self.counts.get(name):
            return prefix
        number = 1
        while self.counts.get(f"{name}_{number}"):
            number += 1
        return f"{prefix}_{number}"


def _of_graph(key: Any, make: Callable[[], Any]) -> Any:
    kept = get_default_graph().get_collection_ref(key)
    if not kept:
        kept.append(make())
    return kept[0]


def get_variable_scope() -> VariableScope:
    """The current variable scope of the default graph (``tf.get_variable_scope``)."""
    scope: VariableScope = _of_graph(_SCOPES_KEY, _Scopes).current
    return scope


def variables_by_name() -> dict[str, Any]:
    """The variables that ``get_variable`` has made in the default graph, by their full names."""
    store: VariableStore = _of_graph(_STORE_KEY, VariableStore)
    return store.by_name()


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool | None = None,
    collections: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Any = None,
    constraint: Any = None,
    synchronization: Any = VariableSynchronization.AUTO,
    aggregation: Any = VariableAggregation.NONE,
) -> Any:
    """The variable of a name in the current variable scope, made where there is none.

    What is None is taken from the scope.

    Args:
        name: the name; the scope's name is put before it.
        shape: the shape.
        dtype: the dtype; float32 where the scope says nothing else.
        initializer: a function of ``(shape, dtype, partition_info)`` that returns the first value, the
            class of such functions, or the value. If None, ``glorot_uniform_initializer`` for floating
            point, zeros for integers, booleans and strings.
        regularizer: a function from the variable to a loss, which is added to the collection
            ``GraphKeys.REGULARIZATION_LOSSES`` when the variable is made.
        trainable: as for ``tf.Variable``, like all that follow but these:
        collections: …
        caching_device: …
        partitioner: a function of shape and dtype that returns how many parts there are to be along each
            axis; one part, a plain variable, if None.
        validate_shape: …
        use_resource: …
        custom_getter: a function of ``(getter, name, …)`` that is called in place of ``getter``.
        constraint: …
        synchronization: …
        aggregation: …

    Returns:
        The Variable, or a PartitionedVariable.

    Raises:
        ValueError: the variable exists and the scope does not share variables, or the other way round;
            its shape or dtype is not the given one; or it needs an initializer.

    Source: ``tf.get_variable``.
    """
    return get_variable_scope().get_variable(
        _of_graph(_STORE_KEY, VariableStore),
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections,
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def get_local_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = False,
    collections: Any = None,
    **options: Any,
) -> Any:
    """``get_variable``, of a variable that is local and never trainable (``tf.get_local_variable``)."""
    local = [*(collections or ()), GraphKeys.LOCAL_VARIABLES]
    return get_variable(name, shape, dtype, initializer, regularizer, False, local, **options)


class _Entry:
    """What ``with variable_scope(...)`` has to undo."""

    def __init__(self, stack: ExitStack, scope: VariableScope, outer: VariableScope) -> None:
        self.stack = stack
        self.scope = scope
        self.outer = outer
        # The counts to go back to, where a scope was entered again that had been left.
        self.counts: dict[str, int] | None = None


class variable_scope:  # noqa: N801  (TensorFlow's name)
    """Opens a variable scope, and a name scope of the same name, in a ``with`` block.

    Args:
        name_or_scope: the scope's name within the current one, or a VariableScope to enter again.
        default_name: the name, made unique, where ``name_or_scope`` is None.
        values: tensors whose graph becomes the default one inside the block.
        initializer: what ``get_variable`` takes inside where its own argument is None; so are all
            that follow but the last.
        regularizer: …
        caching_device: …
        partitioner: …
        custom_getter: … It is called with the outer scope's custom getter as ``getter``.
        reuse: True to share variables, ``tf.AUTO_REUSE`` to make those that are not there; None and
            False for what the outer scope does.
        dtype: …
        use_resource: …
        constraint: …
        auxiliary_name_scope: whether a name scope is opened.

    Raises:
        TypeError: there is no name, or it is neither a string nor a VariableScope.
        ValueError: ``reuse`` is something else, or True without a name.

    Source: ``tf.variable_scope``.
    """

    def __init__(
        self,
        name_or_scope: str | VariableScope | None,
        default_name: str | None = None,
        values: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        reuse: Any = None,
        dtype: Any = None,
        use_resource: bool | None = None,
        constraint: Any = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        if default_name is None and name_or_scope is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if reuse not in (True, False, None, AUTO_REUSE):
            raise ValueError("The reuse parameter must be True or False or None.")
        if not isinstance(auxiliary_name_scope, bool):
            raise TypeError(
                f"The auxiliary_name_scope must be `True` or `False`, while get {auxiliary_name_scope}"
            )
        self._name_or_scope = name_or_scope
        self._default_name = default_name
        self._reuse = reuse or None
        self._own = {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "dtype": dtype,
            "use_resource": use_resource,
        }
        self._custom_getter = custom_getter
        self._constraint = constraint
        self._opens_name_scope = auxiliary_name_scope
        self._graph = graph_of(values or ()) or get_default_graph()
        self._entries: list[_Entry] = []

    def __enter__(self) -> VariableScope:
        with ExitStack() as stack:
            stack.enter_context(self._graph.as_default())
            entered = stack.enter_context(self._name_scope())
            scopes: _Scopes = _of_graph(_SCOPES_KEY, _Scopes)
            if self._name_or_scope is None:
                if self._reuse:
                    raise ValueError("reuse=True cannot be used without a name_or_scope")
                assert self._default_name is not None
                # When it is entered a second time, it keeps the name it got.
                self._name_or_scope = scopes.unique_name(self._default_name)
            entry = self._entry(scopes, self._name_or_scope, entered, stack.pop_all())
        scopes.counts[entry.scope.name] = scopes.counts.get(entry.scope.name, 0) + 1
        if isinstance(self._name_or_scope, VariableScope):
            entry.counts = dict(scopes.counts)
        scopes.current = entry.scope
        self._entries.append(entry)
        return entry.scope

    def _name_scope(self) -> Any:
        name = self._default_name if self._name_or_scope is None else self._name_or_scope
        if isinstance(name, VariableScope):
            name = name.name.split("/")[-1]
        elif not isinstance(name, str):
            raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
        if self._opens_name_scope and name:
            return name_scope(name)
        current = self._graph.get_name_scope()
        return name_scope(f"{current}/" if current else None)

    def _entry(
        self, scopes: _Scopes, name_or_scope: str | VariableScope, entered: str, stack: ExitStack
    ) -> _Entry:
        outer = scopes.current
        if isinstance(name_or_scope, VariableScope):
            model, name, original = name_or_scope, name_or_scope.name, name_or_scope.original_name_scope
        else:
            model, name = outer, f"{outer.name}/{name_or_scope}" if outer.name else name_or_scope
            original = entered if name_or_scope or not self._opens_name_scope else ""
        own = {key: first(value, getattr(model, key)) for key, value in self._own.items()}
        scope = VariableScope(
            self._reuse or model.reuse,
            name=name,
            custom_getter=_nested(self._custom_getter, model.custom_getter),
            name_scope=original,
            constraint=self._constraint,
            **own,
        )
        return _Entry(stack, scope, outer)

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        entry = self._entries.pop()
        with entry.stack:
            scopes: _Scopes = _of_graph(_SCOPES_KEY, _Scopes)
            if scopes.current is not entry.scope:
                raise RuntimeError("Improper nesting of variable_scope.")
            if entry.counts is not None:
                scopes.counts = entry.counts
            else:
                for name in scopes.counts:
                    if name.startswith(f"{entry.scope.name}/"):
                        scopes.counts[name] = 0
            scopes.current = entry.outer
        return False


def _nested(own: Any, outer: Any) -> Any:
    """The custom getter of a scope inside one that has a custom getter too."""
    if own is None or outer is None:
        return first(own, outer)

    def nested(getter: Any, *arguments: Any, **options: Any) -> Any:
        return own(functools.partial(outer, getter), *arguments, **options)

    return nested


@contextmanager
def variable_op_scope(
    values: Any, name_or_scope: Any, default_name: str | None = None, **options: Any
) -> Iterator[VariableScope]:
    """``variable_scope`` with its arguments in another order (``tf.variable_op_scope``)."""
    with variable_scope(name_or_scope, default_name=default_name, values=values, **options) as scope:
        yield scope


def no_regularizer(_: Any) -> None:
    """A regularizer that adds no loss, in place of the scope's (``tf.no_regularizer``)."""
    return None
