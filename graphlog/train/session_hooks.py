"""Hooks: what is to be done before and after each run of a MonitoredSession."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from graphlog.core.default_graph import get_default_graph
from graphlog.train.global_steps import get_or_create_global_step_read

_log = logging.getLogger("graphlog")


class SessionRunArgs(NamedTuple):
    """What a hook wants to be run too (``tf.train.SessionRunArgs``)."""

    fetches: Any
    feed_dict: Mapping[Any, Any] | None = None
    options: Any = None


class SessionRunValues(NamedTuple):
    """What a run gave for a hook's fetches (``tf.train.SessionRunValues``)."""

    results: Any
    options: Any = None
    run_metadata: Any = None


class SessionRunContext:
    """What a hook knows of a run (``tf.train.SessionRunContext``).

    Args:
        original_args: what the caller runs.
        session: the Session.
    """

    def __init__(self, original_args: SessionRunArgs, session: Any) -> None:
        self.original_args = original_args
        self.session = session
        self.stop_requested = False

    def request_stop(self) -> None:
        """Makes ``should_stop`` of the session true from now on."""
        self.stop_requested = True


class SessionRunHook:
    """What is to be done at points of a session's life; a hook overrides what it needs.

    Source: ``tf.train.SessionRunHook``.
    """

    def begin(self) -> None:
        """Called once, before the graph is finalized: the place to add operations."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Called once the session has its variables; the graph is finalized."""

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Called before each run; what it returns is run too."""
        return None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Called after each run with the values of what ``before_run`` asked for."""

    def end(self, session: Any) -> None:
        """Called at the end, unless an error ended it."""


class SecondOrStepTimer:
    """Whether it is time again, by steps or by seconds (``tf.train.SecondOrStepTimer``).

    Args:
        every_secs: the seconds from one time to the next.
        every_steps: the steps.

    Raises:
        ValueError: not exactly one of the two is given.
    """

    def __init__(self, every_secs: float | None = None, every_steps: int | None = None) -> None:
        if every_secs is None and every_steps is None:
            raise ValueError("Either every_secs or every_steps should be provided.")
        if every_secs is not None and every_steps is not None:
            raise ValueError("Can not provide both every_secs and every_steps.")
        self._seconds = every_secs
        self._steps = every_steps
        self._last: tuple[int, float] | None = None

    def reset(self) -> None:
        """Forgets when it last was time."""
        self._last = None

    def should_trigger_for_step(self, step: int) -> bool:
        """Whether it is time at a step."""
        if self._last is None:
            return True
        if step == self._last[0]:
            return False
        if self._steps is not None:
            return step >= self._last[0] + self._steps
        assert self._seconds is not None
        return time.monotonic() >= self._last[1] + self._seconds

    def update_last_triggered_step(self, step: int) -> tuple[float | None, int | None]:
        """Takes note that it was time at a step; returns the seconds and steps since it last was."""
        now = time.monotonic()
        elapsed = (None, None) if self._last is None else (now - self._last[1], step - self._last[0])
        self._last = (step, now)
        return elapsed

    def last_triggered_step(self) -> int | None:
        """The step at which it last was time."""
        return None if self._last is None else self._last[0]


def global_step_read(hook: str) -> Any:
    """The tensor of the number of steps; RuntimeError, which names a hook, where there is none."""
    step = get_or_create_global_step_read()
    if step is None:
        raise RuntimeError(f"Global step should be created to use {hook}.")
    return step


class StopAtStepHook(SessionRunHook):
    """Stops after so many steps, or at a step.

    Args:
        num_steps: the number of steps from now on.
        last_step: the step.

    Raises:
        ValueError: not exactly one of the two is given.

    Source: ``tf.train.StopAtStepHook``.
    """

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        if num_steps is None and last_step is None:
            raise ValueError("One of num_steps or last_step must be specified.")
        if num_steps is not None and last_step is not None:
            raise ValueError("Only one of num_steps or last_step can be specified.")
        self._num_steps = num_steps
        self._last_step = last_step
        self._step: Any = None

    def begin(self) -> None:
        """See ``SessionRunHook``."""
        self._step = global_step_read("StopAtStepHook")

    def after_create_session(self, session: Any, coord: Any) -> None:
        """See ``SessionRunHook``."""
        if self._last_step is None:
            assert self._num_steps is not None
            self._last_step = int(session.run(self._step)) + self._num_steps

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """See ``SessionRunHook``."""
        assert self._last_step is not None
        if run_context.session.run(self._step) >= self._last_step:
            run_context.request_stop()


class LoggingTensorHook(SessionRunHook):
    """Logs the values of tensors now and then, to the logger ``graphlog`` at level INFO.

    Args:
        tensors: tensors or their names, as a list, or as a dict by what they are called in the log.
        every_n_iter: the number of runs between two messages.
        every_n_secs: the seconds between two.
        at_end: whether there is one at the end.
        formatter: a function from the dict of values to the message.

    Raises:
        ValueError: not exactly one of ``every_n_iter`` and ``every_n_secs`` is given, unless ``at_end``.

    Source: ``tf.train.LoggingTensorHook``.
    """

    def __init__(
        self,
        tensors: Any,
        every_n_iter: int | None = None,
        every_n_secs: float | None = None,
        at_end: bool = False,
        formatter: Callable[[dict[str, Any]], str] | None = None,
    ) -> None:
        only_at_end = at_end and every_n_iter is None and every_n_secs is None
        self._timer = None if only_at_end else _timer(every_n_secs, every_n_iter)
        self._tensors = dict(tensors) if isinstance(tensors, Mapping) else {_name(t): t for t in tensors}
        self._at_end = at_end
        self._formatter = formatter or _listed
        self._runs = 0
        self._is_time = False

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """See ``SessionRunHook``."""
        self._is_time = self._timer is not None and self._timer.should_trigger_for_step(self._runs)
        return SessionRunArgs(self._tensors) if self._is_time else None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """See ``SessionRunHook``."""
        if self._is_time:
            assert self._timer is not None
            _log.info("%s", self._formatter(run_values.results))
            self._timer.update_last_triggered_step(self._runs)
        self._runs += 1

    def end(self, session: Any) -> None:
        """See ``SessionRunHook``."""
        if self._at_end:
            _log.info("%s", self._formatter(session.run(self._tensors)))


def _timer(seconds: float | None, runs: int | None) -> SecondOrStepTimer:
    if (seconds is None) == (runs is None):
        raise ValueError(
            "either at_end and/or exactly one of every_n_iter and every_n_secs must be provided."
        )
    if runs is not None and runs <= 0:
        raise ValueError(f"invalid every_n_iter={runs}.")
    return SecondOrStepTimer(seconds, runs)


def _name(tensor: Any) -> str:
    return tensor if isinstance(tensor, str) else str(get_default_graph().as_graph_element(tensor).name)


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


class NanLossDuringTrainingError(RuntimeError):
    """The loss became NaN."""

    def __str__(self) -> str:
        return "NaN loss during training."


class NanTensorHook(SessionRunHook):
    """Stops when a loss is NaN.

    Args:
        loss_tensor: the loss.
        fail_on_nan_loss: whether that raises NanLossDuringTrainingError.

    Source: ``tf.train.NanTensorHook``.
    """

    def __init__(self, loss_tensor: Any, fail_on_nan_loss: bool = True) -> None:
        self._loss = loss_tensor
        self._fails = fail_on_nan_loss

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """See ``SessionRunHook``."""
        return SessionRunArgs(self._loss)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """See ``SessionRunHook``."""
        if np.isnan(run_values.results).any():
            if self._fails:
                raise NanLossDuringTrainingError
            _log.warning("Model diverged with loss = NaN.")
            run_context.request_stop()
