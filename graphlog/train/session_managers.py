"""What makes a Session whose variables have values: SessionManager, and the creators of sessions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.errors import DeadlineExceededError, FailedPreconditionError
from graphlog.core.graph import Graph
from graphlog.core.printable import described
from graphlog.runtime.session import Session
from graphlog.train.checkpoint_state import get_checkpoint_state
from graphlog.train.scaffolds import Scaffold

_log = logging.getLogger("graphlog")


class SessionManager:
    """Makes sessions whose variables are initialized, or restored from a checkpoint.

    Args:
        local_init_op: run in each new session.
        ready_op: a tensor of the names of variables without a value, which must be none in the end.
        ready_for_local_init_op: the same, for what ``local_init_op`` needs.
        graph: the graph; the default one if None.
        recovery_wait_secs: how long to wait before something is tried again.
        local_init_run_options: options for the run of ``local_init_op``.

    Raises:
        ValueError: ``ready_for_local_init_op`` is given without ``local_init_op``.

    Source: ``tf.train.SessionManager``.
    """

    def __init__(
        self,
        local_init_op: Any = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        graph: Graph | None = None,
        recovery_wait_secs: float = 30,
        local_init_run_options: Any = None,
    ) -> None:
        if ready_for_local_init_op is not None and local_init_op is None:
            raise ValueError(
                "If you pass a ready_for_local_init_op you must also pass a local_init_op , "
                f"ready_for_local_init_op [{ready_for_local_init_op}]"
            )
        self._local_init_op = local_init_op
        self._ready_op = ready_op
        self._ready_for_local_init_op = ready_for_local_init_op
        self._graph = graph or get_default_graph()
        self._wait_seconds = recovery_wait_secs
        self._options = local_init_run_options

    def prepare_session(
        self,
        master: str,
        init_op: Any = None,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
        init_feed_dict: Mapping[Any, Any] | None = None,
        init_fn: Callable[[Any], Any] | None = None,
    ) -> Session:
        """A session whose variables are restored, where there is a checkpoint, and otherwise initialized.

        Args:
            master: accepted for TensorFlow's sake.
            init_op: initializes the variables.
            saver: the Saver that restores them.
            checkpoint_dir: the folder whose latest checkpoint is meant.
            checkpoint_filename_with_path: the checkpoint, where it is not that.
            wait_for_checkpoint: whether to wait until the folder has one.
            max_wait_secs: how long.
            config: handed to the Session.
            init_feed_dict: what to feed ``init_op``.
            init_fn: called with the session after that.

        Returns:
            The Session.

        Raises:
            RuntimeError: there is nothing to initialize with, or variables are left without a value.
        """
        session, is_restored = self._restored(
            saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint, max_wait_secs, config
        )
        if not is_restored:
            if init_op is None and init_fn is None and self._local_init_op is None:
                raise RuntimeError(
                    "Model is not initialized and no init_op or init_fn or local_init_op was given"
                )
            if init_op is not None:
                session.run(init_op, feed_dict=init_feed_dict)
            if init_fn is not None:
                init_fn(session)
        name = getattr(init_op, "name", None)
        problem = self._run_local_init_op(session)
        if problem:
            raise RuntimeError(
                f"Init operations did not make model ready for local_init.  Init op: {name}, init fn: "
                f"{init_fn}, error: {problem}"
            )
        problem = _unready(self._ready_op, session)
        if problem:
            raise RuntimeError(
                f"Init operations did not make model ready.  Init op: {name}, init fn: {init_fn}, "
                f"local_init_op: {self._local_init_op}, error: {problem}"
            )
        return session

    def recover_session(
        self,
        master: str,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
    ) -> tuple[Session, bool]:
        """A session, and whether its variables could be restored; see ``prepare_session``."""
        session, is_restored = self._restored(
            saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint, max_wait_secs, config
        )
        problem = self._run_local_init_op(session)
        if not is_restored:
            return session, False
        problem = problem or _unready(self._ready_op, session)
        if problem:
            _log.info("Restoring the model did not make it ready: %s", problem)
        return session, not problem

    def wait_for_session(
        self, master: str, config: Any = None, max_wait_secs: float | None = float("inf")
    ) -> Session:
        """A session once its variables have values; DeadlineExceededError where that takes too long.

        A session of graphlog shares its variables with no other: they only have values if
        ``local_init_op`` gives them all.
        """
        limit = float("inf") if max_wait_secs is None else max_wait_secs
        end = time.monotonic() + limit
        while True:
            session = Session(graph=self._graph, config=config)
            problem = self._run_local_init_op(session) or _unready(self._ready_op, session)
            if not problem:
                return session
            session.close()
            if time.monotonic() + self._wait_seconds > end:
                raise DeadlineExceededError(
                    None, None, f"Session was not ready after waiting {max_wait_secs} secs."
                )
            _log.info("Waiting for model to be ready: %s", problem)
            time.sleep(self._wait_seconds)

    def _restored(
        self, saver: Any, folder: str | None, path: str | None, waits: bool, seconds: float, config: Any
    ) -> tuple[Session, bool]:
        session = Session(graph=self._graph, config=config)
        if folder and path:
            raise ValueError("Can not provide both checkpoint_dir and checkpoint_filename_with_path.")
        if saver is None or not (folder or path):
            return session, False
        if path:
            saver.restore(session, path)
            return session, True
        assert folder is not None
        waited = 0.0
        state = get_checkpoint_state(folder)
        while state is None or not state.model_checkpoint_path:
            if not waits or waited >= seconds:
                return session, False
            _log.info("Waiting for checkpoint to be available.")
            time.sleep(self._wait_seconds)
            waited += self._wait_seconds
            state = get_checkpoint_state(folder)
        saver.restore(session, state.model_checkpoint_path)
        saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
        return session, True

    def _run_local_init_op(self, session: Session) -> str:
        """Runs it; returns what keeps it from running."""
        if self._local_init_op is None:
            return ""
        problem = _unready(self._ready_for_local_init_op, session)
        if not problem:
            _log.info("Running local_init_op.")
            session.run(self._local_init_op, options=self._options)
            _log.info("Done running local_init_op.")
        return problem


def _unready(op: Any, session: Session) -> str:
    """Which variables have no value, in words; empty where all have."""
    if op is None:
        return ""
    try:
        names = session.run(op)
    except FailedPreconditionError as error:
        if "uninitialized" not in str(error):
            raise
        return str(error)
    if names is None or names.dtype.kind == "i" or names.size == 0:
        return ""
    return "Variables not initialized: " + ", ".join(name.decode() for name in names.tolist())


class SessionCreator:
    """What makes the session of a MonitoredSession (``tf.train.SessionCreator``)."""

    def create_session(self) -> Session:
        """The Session."""
        raise NotImplementedError(f"create_session is not implemented for {self}.")


class ChiefSessionCreator(SessionCreator):
    """Makes a session whose variables are restored or initialized.

    Args:
        scaffold: the operations for it; those of a new Scaffold if None.
        master: accepted for TensorFlow's sake.
        config: handed to the Session.
        checkpoint_dir: the folder whose latest checkpoint is restored.
        checkpoint_filename_with_path: the checkpoint, where it is not that.

    Source: ``tf.train.ChiefSessionCreator``.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        if scaffold is not None and not isinstance(scaffold, Scaffold):
            raise TypeError(f"scaffold must be a Scaffold, not {described(scaffold)}.")
        self._scaffold = scaffold or Scaffold()
        self._master = master
        self._config = config
        self._folder = checkpoint_dir
        self._path = checkpoint_filename_with_path

    def create_session(self) -> Session:
        """Finalizes the graph and makes the session."""
        scaffold = self._scaffold.finalize()
        return _manager(scaffold).prepare_session(
            self._master,
            saver=scaffold.saver,
            checkpoint_dir=self._folder,
            checkpoint_filename_with_path=self._path,
            config=self._config,
            init_op=scaffold.init_op,
            init_feed_dict=scaffold.init_feed_dict,
            init_fn=scaffold.init_fn,
        )


class WorkerSessionCreator(SessionCreator):
    """Makes a session once its variables have values, which the chief gives them.

    Args:
        scaffold: the operations for it; those of a new Scaffold if None.
        master: accepted for TensorFlow's sake.
        config: handed to the Session.
        max_wait_secs: how long to wait.

    Source: ``tf.train.WorkerSessionCreator``. See ``SessionManager.wait_for_session``.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        max_wait_secs: float = 30 * 60,
    ) -> None:
        self._scaffold = scaffold or Scaffold()
        self._master = master
        self._config = config
        self._max_wait_secs = max_wait_secs

    def create_session(self) -> Session:
        """Finalizes the graph and makes the session."""
        manager = _manager(self._scaffold.finalize())
        return manager.wait_for_session(self._master, self._config, self._max_wait_secs)


def _manager(scaffold: Scaffold) -> SessionManager:
    return SessionManager(
        local_init_op=scaffold.local_init_op,
        ready_op=scaffold.ready_op,
        ready_for_local_init_op=scaffold.ready_for_local_init_op,
        graph=get_default_graph(),
    )
