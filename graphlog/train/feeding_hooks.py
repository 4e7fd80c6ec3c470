"""Hooks that feed, wait, and run something at the end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from graphlog.core.errors import OutOfRangeError
from graphlog.train.session_hooks import SessionRunArgs, SessionRunContext, SessionRunHook, global_step_read

_log = logging.getLogger("graphlog")


class FeedFnHook(SessionRunHook):
    """Feeds each run what a function gives.

    Args:
        feed_fn: a function without arguments that returns a dict, as for ``Session.run``.

    Source: ``tf.train.FeedFnHook``.
    """

    def __init__(self, feed_fn: Callable[[], Mapping[Any, Any]]) -> None:
        self.feed_fn = feed_fn

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """See ``SessionRunHook``."""
        return SessionRunArgs(fetches=None, feed_dict=self.feed_fn())


class FinalOpsHook(SessionRunHook):
    """Runs something at the end.

    Args:
        final_ops: what to run, as for ``Session.run``.
        final_ops_feed_dict: what to feed.

    Source: ``tf.train.FinalOpsHook``.
    """

    def __init__(self, final_ops: Any, final_ops_feed_dict: Mapping[Any, Any] | None = None) -> None:
        self._final_ops = final_ops
        self._feeds = final_ops_feed_dict
        self._values: Any = None

    @property
    def final_ops_values(self) -> Any:
        """What that gave; None before the end."""
        return self._values

    def end(self, session: Any) -> None:
        """See ``SessionRunHook``."""
        if self._final_ops is None:
            return
        try:
            self._values = session.run(self._final_ops, feed_dict=self._feeds)
        except (OutOfRangeError, StopIteration):
            _log.warning(
                "FinalOpsHook: what it runs depends on an input that has come to its end; it should not."
            )
            raise


class GlobalStepWaiterHook(SessionRunHook):
    """Lets the first run wait until there were so many steps, which other threads make.

    Args:
        wait_until_step: the number of steps.

    Source: ``tf.train.GlobalStepWaiterHook``.
    """

    def __init__(self, wait_until_step: int) -> None:
        self._wait_until_step = wait_until_step
        self._has_started = wait_until_step <= 0
        self._step: Any = None

    def begin(self) -> None:
        """See ``SessionRunHook``."""
        self._has_started = self._wait_until_step <= 0
        self._step = global_step_read("_GlobalStepWaiterHook")

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """See ``SessionRunHook``."""
        if not self._has_started:
            _log.info("Waiting for global step %d before starting training.", self._wait_until_step)
        while not self._has_started:
            self._has_started = run_context.session.run(self._step) >= self._wait_until_step
            if not self._has_started:
                time.sleep(0.5)
        return None
