"""Watching the operations of a run, for traces, profiles and checks of numbers.

A run that nobody watches pays nothing for it: the kernels of a plan are wrapped only where the plan is made
within ``observed_by``, and such plans are kept for runs that are watched.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Protocol
from weakref import ref

import numpy as np

from graphlog.core.function_graph import FunctionGraph
from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.core.session_state import VariableCell


class Observer(Protocol):
    """Who sees each operation of a run."""

    def call(self, op: Operation, kernel: Callable[..., Any], *arguments: Any) -> Any:
        """Calls the kernel of an operation, and returns what it returns."""


class StandingObserver(NamedTuple):
    """Somebody who watches every run.

    Attributes:
        observer: who.
        session: whose runs; None for those of all sessions.
    """

    observer: Observer
    session: ref[Any] | None

    def watches(self, session: Any) -> bool:
        """Whether this session's runs are watched."""
        return self.session is None or self.session() is session


# Of the whole process, since a program's queues are filled by threads that its author may not know of.
STANDING_OBSERVERS: list[StandingObserver] = []


def standing_observers(session: Any) -> list[Observer]:
    """Those who watch every run of a session."""
    return [item.observer for item in STANDING_OBSERVERS if item.watches(session)]


def forget_session(session: Any) -> None:
    """Watches the runs of a session no longer: it is closed."""
    for item in tuple(STANDING_OBSERVERS):
        if item.session is not None and item.watches(session):
            stop_observing(item)


def stop_observing(item: StandingObserver) -> None:
    """Takes one who watches every run away, where nobody has done so yet."""
    with suppress(ValueError):
        STANDING_OBSERVERS.remove(item)


class _OfThread(threading.local):
    """Those who watch what this thread runs."""

    observers: tuple[Observer, ...] = ()


_of_thread = _OfThread()


@contextmanager
def observed_by(observers: Sequence[Observer]) -> Iterator[None]:
    """A ``with`` block in which these watch what this thread plans and runs; nobody else does."""
    before = _of_thread.observers
    _of_thread.observers = tuple(observers)
    try:
        yield
    finally:
        _of_thread.observers = before


def is_observed(op: Operation) -> bool:
    """Whether somebody watches what this thread plans of an operation.

    Functions of datasets are not watched: what is planned for them is kept, and run by other threads too.
    """
    return bool(_of_thread.observers) and not isinstance(op.graph, FunctionGraph)


def observable(op: Operation, kernel: Kernel) -> Kernel:
    """The kernel of an operation; where somebody watches, one that those are called with who do."""
    if not is_observed(op):
        return kernel

    def observed(*arguments: Any) -> Any:
        call: Callable[..., Any] = kernel
        for observer in _of_thread.observers:
            call = functools.partial(observer.call, op, call)
        return call(*arguments)

    return observed


def outputs_of(op: Operation, result: Any) -> Sequence[Any]:
    """What a kernel has returned, as a sequence with a value for each output of its operation."""
    if len(op.outputs) == 1 and not isinstance(result, tuple | list):
        return (result,)
    return result if isinstance(result, tuple | list) else ()


def array_of(value: Any) -> np.ndarray[Any, Any] | np.generic | None:
    """The array that flows along an edge, be it a variable's; None where it is something else."""
    if isinstance(value, VariableCell):
        value = value.value
    return value if isinstance(value, np.ndarray | np.generic) else None
