"""A Session that initializes or restores its variables, and calls hooks with each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from graphlog.core.errors import OutOfRangeError
from graphlog.core.graph import Graph, get_default_graph
from graphlog.ops.variable_collections import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
)
from graphlog.runtime.session import Session
from graphlog.train.checkpoint_state import latest_checkpoint
from graphlog.train.saver import Saver
from graphlog.train.session_hooks import (
    CheckpointSaverHook,
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

_DEFAULT_SECONDS = 600


class MonitoredSession:
    """A Session of the default graph for training.

    When it is made it lets the hooks add operations, finalizes the graph, and gives the variables their
    values: those of the latest checkpoint in a folder, else their first ones. It is used in a ``with``
    block, which ends quietly on OutOfRangeError and StopIteration.

    Args:
        hooks: what is to be done with each run.
        checkpoint_dir: the folder of the checkpoints; None for none.
        config: handed to the Session.

    Source: ``tf.train.MonitoredSession`` of TensorFlow 1. Of the nodes that TensorFlow adds here, graphlog
    adds the initializers only.
    """

    def __init__(
        self, hooks: Iterable[SessionRunHook] = (), checkpoint_dir: str | None = None, config: Any = None
    ) -> None:
        self._hooks = list(hooks)
        graph = get_default_graph()
        for hook in self._hooks:
            hook.begin()
        initializers = [global_variables_initializer(), local_variables_initializer()]
        saver = Saver(allow_empty=True) if global_variables() else None
        graph.finalize()
        self._session: Session | None = Session(graph=graph, config=config)
        self._should_stop = False
        path = latest_checkpoint(checkpoint_dir) if checkpoint_dir else None
        if path is not None and saver is not None:
            saver.restore(self._session, path)
            initializers = initializers[1:]
        self._session.run(initializers)
        for hook in self._hooks:
            hook.after_create_session(self._session, None)

    @property
    def graph(self) -> Graph | None:
        """The graph; None once it is closed."""
        return None if self._session is None else self._session.graph

    def raw_session(self) -> Session:
        """The Session underneath."""
        return self._open_session()

    def _open_session(self) -> Session:
        if self._session is None:
            raise RuntimeError("Run called even after should_stop requested.")
        return self._session

    def should_stop(self) -> bool:
        """Whether a hook has asked to stop, or it is closed."""
        return self._should_stop or self._session is None

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """Runs ``fetches`` and what the hooks ask for; see ``Session.run``."""
        session = self._open_session()
        context = SessionRunContext(SessionRunArgs(fetches, feed_dict, options), session)
        wanted: dict[Any, Any] = {"caller": fetches}
        feeds = dict(feed_dict or {})
        for index, hook in enumerate(self._hooks):
            asked = hook.before_run(context)
            if asked is None:
                continue
            if asked.fetches is not None:
                wanted[index] = asked.fetches
            for key, value in (asked.feed_dict or {}).items():
                if key in feeds:
                    raise RuntimeError(f"Same tensor is fed by two hooks, or by a hook and the user: {key}")
                feeds[key] = value
        values = session.run(wanted, feeds, options, run_metadata)
        for index, hook in enumerate(self._hooks):
            hook.after_run(context, SessionRunValues(values.get(index), options, run_metadata))
        self._should_stop = self._should_stop or context.stop_requested
        return values["caller"]

    def run_step_fn(self, step_fn: Any) -> Any:
        """What a function of a context with ``session`` and ``request_stop`` returns."""
        return step_fn(_StepContext(self))

    def close(self) -> None:
        """Lets the hooks end, and closes the session."""
        self._close(is_fine=True)

    def _close(self, is_fine: bool) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        try:
            if is_fine:
                for hook in self._hooks:
                    hook.end(session)
        finally:
            session.close()

    def __enter__(self) -> MonitoredSession:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        is_fine = error_type is None or issubclass(error_type, OutOfRangeError | StopIteration)
        self._close(is_fine)
        return is_fine


class _StepContext:
    def __init__(self, session: MonitoredSession) -> None:
        self.session = session.raw_session()

    def request_stop(self) -> None:
        """Ends the ``with`` block of the session."""
        raise StopIteration("step_fn has requested the iterations to stop.")


class SingularMonitoredSession(MonitoredSession):
    """The same as ``MonitoredSession`` here (``tf.train.SingularMonitoredSession``)."""


def MonitoredTrainingSession(  # noqa: N802  TensorFlow's name
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | None = None,
    scaffold: Any = None,
    hooks: Iterable[SessionRunHook] | None = None,
    chief_only_hooks: Iterable[SessionRunHook] | None = None,
    save_checkpoint_secs: float | None = None,
    save_summaries_steps: int | None = None,
    save_summaries_secs: float | None = None,
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: int | None = None,
    summary_dir: str | None = None,
) -> MonitoredSession:
    """A MonitoredSession that saves checkpoints.

    Args:
        master: accepted for TensorFlow's sake, like all that is not listed here.
        is_chief: …
        checkpoint_dir: the folder of the checkpoints, from which it starts; None for none.
        scaffold: …
        hooks: what is to be done with each run.
        chief_only_hooks: more of it.
        save_checkpoint_secs: the seconds between two checkpoints; 600 if nothing is said.
        save_summaries_steps: … No summaries are written: a FileWriter does that.
        save_summaries_secs: …
        config: …
        stop_grace_period_secs: …
        log_step_count_steps: …
        max_wait_secs: …
        save_checkpoint_steps: the steps between two checkpoints.
        summary_dir: …

    Returns:
        The session.

    Source: ``tf.train.MonitoredTrainingSession``.
    """
    every = [*(hooks or ()), *(chief_only_hooks or ())]
    if checkpoint_dir:
        if save_checkpoint_secs is None and save_checkpoint_steps is None:
            save_checkpoint_secs = _DEFAULT_SECONDS
        if save_checkpoint_secs or save_checkpoint_steps:
            every.append(
                CheckpointSaverHook(checkpoint_dir, save_checkpoint_secs or None, save_checkpoint_steps)
            )
    return MonitoredSession(every, checkpoint_dir, config)
