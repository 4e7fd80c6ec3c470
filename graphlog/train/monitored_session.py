"""A Session that initializes or restores its variables, and calls hooks with each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from graphlog.core.errors import OutOfRangeError
from graphlog.core.graph import Graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.printable import described
from graphlog.proto.run_metadata_pb2 import RunMetadata
from graphlog.runtime.session import Session
from graphlog.train.checkpoint_hooks import CheckpointSaverHook
from graphlog.train.coordinator import Coordinator
from graphlog.train.queue_runners import start_queue_runners
from graphlog.train.scaffolds import Scaffold
from graphlog.train.session_hooks import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from graphlog.train.session_managers import ChiefSessionCreator, SessionCreator, WorkerSessionCreator
from graphlog.train.summary_hooks import StepCounterHook, SummarySaverHook

# An argument that was not given.
USE_DEFAULT: Any = object()
_DEFAULT_SECONDS = 600
_DEFAULT_STEPS = 100


class MonitoredSession:
    """A Session of the default graph for training.

    When it is made it lets the hooks add operations, finalizes the graph, gives the variables their
    values, and starts the queue runners. It is used in a ``with`` block, which ends quietly on
    OutOfRangeError and StopIteration.

    Args:
        session_creator: what makes the session; a ChiefSessionCreator if None.
        hooks: what is to be done with each run.
        stop_grace_period_secs: how long threads may take to stop in the end.

    Source: ``tf.train.MonitoredSession`` of TensorFlow 1.
    """

    Scaffold = Scaffold

    def __init__(
        self,
        session_creator: SessionCreator | None = None,
        hooks: Iterable[SessionRunHook] | None = None,
        stop_grace_period_secs: float = 120,
    ) -> None:
        self._hooks = list(hooks or ())
        for hook in self._hooks:
            if not hasattr(hook, "begin"):
                raise TypeError(f"hooks must be SessionRunHooks, not {described(hook)}.")
            hook.begin()
        if session_creator is not None and not hasattr(session_creator, "create_session"):
            raise TypeError(f"session_creator must be a SessionCreator, not {described(session_creator)}.")
        self._coordinator = Coordinator()
        self._grace_seconds = stop_grace_period_secs
        self._session: Session | None = (session_creator or ChiefSessionCreator()).create_session()
        self._should_stop = False
        with self._session.graph.as_default():
            if self._session.graph.get_collection(GraphKeys.QUEUE_RUNNERS):
                start_queue_runners(sess=self._session, coord=self._coordinator)
            for hook in self._hooks:
                hook.after_create_session(self._session, self._coordinator)

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
        return self._should_stop or self._session is None or self._coordinator.should_stop()

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
            options = options or asked.options
        if options is not None and run_metadata is None:
            run_metadata = RunMetadata()
        try:
            values = session.run(wanted, feeds, options, run_metadata)
        except Exception:
            # Where a thread that fills a queue has failed, that is what one wants to know.
            self._coordinator.raise_requested_exception()
            raise
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
            self._coordinator.request_stop()
            session.close()
            self._coordinator.join(stop_grace_period_secs=self._grace_seconds, ignore_live_threads=True)

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
    """A MonitoredSession that makes its session itself.

    Args:
        hooks: as for ``MonitoredSession``.
        scaffold: the operations for it.
        master: accepted for TensorFlow's sake.
        config: handed to the Session.
        checkpoint_dir: the folder whose latest checkpoint is restored.
        stop_grace_period_secs: as for ``MonitoredSession``.
        checkpoint_filename_with_path: the checkpoint, where it is not that.

    Source: ``tf.train.SingularMonitoredSession``.
    """

    def __init__(
        self,
        hooks: Iterable[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        creator = ChiefSessionCreator(scaffold, master, config, checkpoint_dir, checkpoint_filename_with_path)
        super().__init__(creator, hooks, stop_grace_period_secs)


def MonitoredTrainingSession(  # noqa: N802  TensorFlow's name
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | None = None,
    scaffold: Scaffold | None = None,
    hooks: Iterable[SessionRunHook] | None = None,
    chief_only_hooks: Iterable[SessionRunHook] | None = None,
    save_checkpoint_secs: float | None = USE_DEFAULT,
    save_summaries_steps: int | None = USE_DEFAULT,
    save_summaries_secs: float | None = USE_DEFAULT,
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: int | None = USE_DEFAULT,
    summary_dir: str | None = None,
) -> MonitoredSession:
    """A MonitoredSession that saves checkpoints and writes summaries.

    Args:
        master: accepted for TensorFlow's sake.
        is_chief: whether it does so; otherwise it waits for variables, as ``WorkerSessionCreator`` says.
        checkpoint_dir: the folder of the checkpoints, from which it starts; None for none.
        scaffold: the operations that begin and accompany the training.
        hooks: what is to be done with each run.
        chief_only_hooks: more of it, for the chief.
        save_checkpoint_secs: the seconds between two checkpoints; 600 if nothing is said.
        save_summaries_steps: the steps between two summaries; 100 if nothing is said.
        save_summaries_secs: the seconds.
        config: handed to the Session.
        stop_grace_period_secs: how long threads may take to stop in the end.
        log_step_count_steps: the steps after which it logs how many there are in a second; None for never.
        max_wait_secs: how long a worker waits.
        save_checkpoint_steps: the steps between two checkpoints.
        summary_dir: the folder of the summaries; ``checkpoint_dir`` if None.

    Returns:
        The session.

    Source: ``tf.train.MonitoredTrainingSession``.
    """
    scaffold = scaffold or Scaffold()
    if not is_chief:
        creator: SessionCreator = WorkerSessionCreator(scaffold, master, config, max_wait_secs)
        return MonitoredSession(creator, hooks, stop_grace_period_secs)
    summary_steps, summary_seconds = _chosen(
        save_summaries_steps, save_summaries_secs, (_DEFAULT_STEPS, None)
    )
    checkpoint_steps, checkpoint_seconds = _chosen(
        save_checkpoint_steps, save_checkpoint_secs, (None, _DEFAULT_SECONDS)
    )
    every = list(chief_only_hooks or ())
    folder = summary_dir or checkpoint_dir
    if folder and log_step_count_steps and log_step_count_steps > 0:
        every.append(StepCounterHook(log_step_count_steps, output_dir=folder))
    if folder and (summary_steps or summary_seconds):
        every.append(SummarySaverHook(summary_steps, summary_seconds, folder, scaffold=scaffold))
    if checkpoint_dir and (checkpoint_steps or checkpoint_seconds):
        every.append(
            CheckpointSaverHook(checkpoint_dir, checkpoint_seconds, checkpoint_steps, scaffold=scaffold)
        )
    every.extend(hooks or ())
    creator = ChiefSessionCreator(scaffold, master, config, checkpoint_dir)
    return MonitoredSession(creator, every, stop_grace_period_secs)


def _chosen(steps: Any, seconds: Any, default: tuple[Any, Any]) -> tuple[Any, Any]:
    """The steps and seconds between two times, where those of them that were not given do not count."""
    if steps is USE_DEFAULT and seconds is USE_DEFAULT:
        return default

    def given(value: Any) -> Any:
        return None if value is USE_DEFAULT or not value or value < 0 else value

    return given(steps), given(seconds)
