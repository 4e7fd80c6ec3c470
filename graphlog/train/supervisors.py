"""Supervisor: a session that is restored, saved now and then, and whose threads are stopped."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph import Graph
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.printable import described
from graphlog.graphdef.meta_graph import create_meta_graph_def
from graphlog.ops.control_flow import grouping
from graphlog.ops.debugging import summaries
from graphlog.ops.state.variable_collections import (
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
    tables_initializer,
)
from graphlog.proto.event_pb2 import SessionLog
from graphlog.runtime.session import Session
from graphlog.train.coordinator import Coordinator, LooperThread
from graphlog.train.global_steps import get_global_step
from graphlog.train.queue_runners import start_queue_runners
from graphlog.train.saver import Saver
from graphlog.train.session_managers import SessionManager
from graphlog.writers.file_writer import FileWriter
from graphlog.writers.file_writer_cache import add_value

_log = logging.getLogger("graphlog")


class Supervisor:
    """Prepares a session, saves checkpoints and writes summaries from threads of its own.

    Args:
        graph: the graph; the default one if None.
        ready_op: a tensor of the names of variables without a value; made if nothing is said, as is all
            that follows but ``init_feed_dict``. None for none.
        ready_for_local_init_op: the same, of what ``local_init_op`` needs.
        is_chief: whether it initializes, saves and writes.
        init_op: initializes the variables.
        init_feed_dict: what to feed it.
        local_init_op: initializes local variables and tables.
        logdir: the folder of checkpoints and event files; None for none.
        summary_op: gives the summaries.
        saver: the Saver.
        global_step: the variable that counts steps.
        save_summaries_secs: the seconds between two summaries; 0 for none.
        save_model_secs: the seconds between two checkpoints; 0 for none.
        recovery_wait_secs: how long to wait before something is tried again.
        stop_grace_secs: how long threads may take to stop.
        checkpoint_basename: the beginning of the names of checkpoints.
        session_manager: the SessionManager.
        summary_writer: the FileWriter; None for none.
        init_fn: called with the session after ``init_op``.
        local_init_run_options: options for the run of ``local_init_op``.

    Source: ``tf.train.Supervisor``.
    """

    USE_DEFAULT: Any = object()

    def __init__(
        self,
        graph: Graph | None = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Mapping[Any, Any] | None = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: str | None = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: float = 120,
        save_model_secs: float = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: float = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: SessionManager | None = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable[[Any], Any] | None = None,
        local_init_run_options: Any = None,
    ) -> None:
        self.graph = graph or get_default_graph()
        with self.graph.as_default():
            self.ready_op = self._element(ready_op, GraphKeys.READY_OP, report_uninitialized_variables)
            self.ready_for_local_init_op = self._element(
                ready_for_local_init_op, GraphKeys.READY_FOR_LOCAL_INIT_OP, lambda: None
            )
            self.init_op = self._element(init_op, GraphKeys.INIT_OP, global_variables_initializer)
            self.local_init_op = self._element(local_init_op, GraphKeys.LOCAL_INIT_OP, _local_initializer)
            self.saver = self._element(saver, GraphKeys.SAVERS, _saver)
            self.summary_op = self._element(summary_op, GraphKeys.SUMMARY_OP, summaries.merge_all)
            self.global_step = get_global_step() if global_step is self.USE_DEFAULT else global_step
        self.init_feed_dict = init_feed_dict
        self.is_chief = is_chief
        self.coord = Coordinator()
        self.save_summaries_secs = save_summaries_secs
        self.save_model_secs = save_model_secs
        self.save_path = os.path.join(logdir, checkpoint_basename) if logdir and is_chief else None
        self._logdir = logdir if is_chief else None
        self._stop_grace_secs = stop_grace_secs
        self._init_fn = init_fn
        self._has_written_graph = False
        if summary_writer is self.USE_DEFAULT:
            summary_writer = FileWriter(self._logdir) if self._logdir else None
        self.summary_writer = summary_writer
        self.session_manager = session_manager or SessionManager(
            local_init_op=self.local_init_op,
            ready_op=self.ready_op,
            ready_for_local_init_op=self.ready_for_local_init_op,
            graph=self.graph,
            recovery_wait_secs=recovery_wait_secs,
            local_init_run_options=local_init_run_options,
        )
        self.graph.finalize()

    def _element(self, given: Any, key: str, make: Callable[[], Any]) -> Any:
        """What was given; or else the first element of a collection, or what is made and added to it."""
        if given is not self.USE_DEFAULT:
            return given
        found = self.graph.get_collection(key)
        if found:
            return found[0]
        made = make()
        if made is not None:
            self.graph.add_to_collection(key, made)
        return made

    @property
    def session_manager_graph(self) -> Graph:
        """The graph of its sessions."""
        return self.graph

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: Any = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        start_standard_services: bool = True,
    ) -> Session:
        """A session whose variables have values, with the queue runners and services started.

        Args:
            master: accepted for TensorFlow's sake.
            config: handed to the Session.
            wait_for_checkpoint: whether to wait until there is a checkpoint.
            max_wait_secs: how long.
            start_standard_services: whether summaries and checkpoints are written from threads.

        Returns:
            The Session.
        """
        self.coord.clear_stop()
        if not self.is_chief:
            session = self.session_manager.wait_for_session(master, config, max_wait_secs)
        else:
            session = self.session_manager.prepare_session(
                master,
                init_op=self.init_op,
                saver=self.saver,
                checkpoint_dir=self._logdir,
                wait_for_checkpoint=wait_for_checkpoint,
                max_wait_secs=max_wait_secs,
                config=config,
                init_feed_dict=self.init_feed_dict,
                init_fn=self._init_fn,
            )
            self._write_graph()
            if start_standard_services:
                self.start_standard_services(session)
        self.start_queue_runners(session)
        return session

    def _write_graph(self) -> None:
        if self.summary_writer is None or self._has_written_graph:
            return
        self._has_written_graph = True
        self.summary_writer.add_graph(self.graph)
        saver_def = self.saver.saver_def if self.saver else None
        graph_def = self.graph.as_graph_def(add_shapes=True)
        self.summary_writer.add_meta_graph(create_meta_graph_def(graph_def, saver_def=saver_def))

    def start_standard_services(self, sess: Session) -> list[LooperThread]:
        """Starts the threads that write summaries and checkpoints; returns them."""
        if not self.is_chief:
            raise RuntimeError("Only chief supervisor can start standard services.")
        if not self._logdir:
            _log.warning("Standard services need a 'logdir' passed to the SessionManager")
            return []
        if self.summary_writer is not None:
            self.summary_writer.add_session_log(SessionLog(status=SessionLog.START), self._steps(sess))
        threads = []
        if self.save_summaries_secs and self.summary_writer is not None:
            if self.summary_op is not None:
                threads.append(self.loop(self.save_summaries_secs, self._write_summary, (sess,)))
            if self.global_step is not None:
                counter = _StepCounter(self, sess)
                threads.append(self.loop(self.save_summaries_secs, counter.write))
        if self.save_model_secs and self.saver is not None:
            threads.append(self.loop(self.save_model_secs, self._save, (sess,)))
        return threads

    def _steps(self, sess: Session) -> int | None:
        return None if self.global_step is None else int(sess.run(self.global_step))

    def _write_summary(self, sess: Session) -> None:
        self.summary_writer.add_summary(sess.run(self.summary_op), self._steps(sess))

    def _save(self, sess: Session) -> None:
        self.saver.save(sess, self.save_path, global_step=self.global_step)
        if self.summary_writer is not None and self.global_step is not None:
            log = SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path=self.save_path or "")
            self.summary_writer.add_session_log(log, self._steps(sess))

    def start_queue_runners(self, sess: Session, queue_runners: Sequence[Any] | None = None) -> list[Any]:
        """Starts the threads of queue runners, those of the graph if None; returns the threads."""
        if queue_runners is None:
            if not self.graph.get_collection(GraphKeys.QUEUE_RUNNERS):
                return []
            return list(start_queue_runners(sess=sess, coord=self.coord))
        threads: list[Any] = []
        for runner in queue_runners:
            threads += runner.create_threads(sess, coord=self.coord, daemon=True, start=True)
        return threads

    StartQueueRunners = start_queue_runners
    StartStandardServices = start_standard_services
    PrepareSession = prepare_or_wait_for_session

    def loop(
        self, timer_interval_secs: float | None, target: Any, args: Any = None, kwargs: Any = None
    ) -> Any:
        """A thread that calls a function again and again until it is time to stop, and is started."""
        looper = LooperThread(self.coord, timer_interval_secs, target=target, args=args, kwargs=kwargs)
        looper.start()
        return looper

    Loop = loop

    def should_stop(self) -> bool:
        """Whether it is time to stop."""
        return self.coord.should_stop()

    def request_stop(self, ex: Any = None) -> None:
        """Says that it is time to stop."""
        self.coord.request_stop(ex=ex)

    def stop_on_exception(self) -> Any:
        """A ``with`` block in which an error makes it time to stop."""
        return self.coord.stop_on_exception()

    def wait_for_stop(self) -> None:
        """Waits until it is time to stop."""
        self.coord.wait_for_stop()

    def summary_computed(self, sess: Session, summary: Any, global_step: Any = None) -> None:
        """Writes a summary that the program has computed.

        Raises:
            RuntimeError: there is no writer.
        """
        if self.summary_writer is None:
            raise RuntimeError("Writing a summary requires a summary writer.")
        step = self._steps(sess) if global_step is None else global_step
        self.summary_writer.add_summary(summary, step)

    SummaryComputed, ShouldStop, RequestStop = summary_computed, should_stop, request_stop

    def stop(
        self, threads: Any = None, close_summary_writer: bool = True, ignore_live_threads: bool = False
    ) -> None:
        """Stops the threads, and closes the writer."""
        self.coord.request_stop()
        try:
            self.coord.join(
                threads,
                stop_grace_period_secs=self._stop_grace_secs,
                ignore_live_threads=ignore_live_threads,
            )
        finally:
            if close_summary_writer and self.summary_writer is not None:
                self.summary_writer.add_session_log(SessionLog(status=SessionLog.STOP))
                self.summary_writer.close()
                self._has_written_graph = False

    Stop = stop

    @contextmanager
    def managed_session(
        self,
        master: str = "",
        config: Any = None,
        start_standard_services: bool = True,
        close_summary_writer: bool = True,
    ) -> Iterator[Session]:
        """A session in a ``with`` block, at whose end the threads are stopped and a checkpoint is saved.

        OutOfRangeError ends the block quietly. The arguments are those of ``prepare_or_wait_for_session``
        and ``stop``.
        """
        try:
            session = self.prepare_or_wait_for_session(
                master, config, start_standard_services=start_standard_services
            )
            with session.as_default():
                yield session
            # What the threads save must not come after the last checkpoint.
            self.coord.request_stop()
            self.coord.join(stop_grace_period_secs=self._stop_grace_secs, ignore_live_threads=True)
            if start_standard_services and self.save_path and self.save_model_secs and self.saver is not None:
                self._save(session)
        except Exception as error:
            self.request_stop(error)
        finally:
            try:
                # The first error of a thread, or of the block, is raised here.
                self.stop(close_summary_writer=close_summary_writer, ignore_live_threads=True)
            finally:
                if "session" in locals():
                    session.close()


class _StepCounter:
    """Writes how many steps there are in a second."""

    def __init__(self, supervisor: Supervisor, sess: Session) -> None:
        self._supervisor = supervisor
        self._sess = sess
        self._tag = f"{supervisor.global_step.op.name}/sec"
        self._last = (time.monotonic(), supervisor._steps(sess) or 0)

    def write(self) -> None:
        """Writes it, of the time since it was written last."""
        now, steps = time.monotonic(), self._supervisor._steps(self._sess) or 0
        seconds, more = now - self._last[0], steps - self._last[1]
        self._last = (now, steps)
        rate = more / seconds if seconds > 0 else float("inf")
        add_value(self._supervisor.summary_writer, self._tag, rate, steps)
        _log.info("%s: %g", self._tag, rate)


def _local_initializer() -> Any:
    return grouping.group(local_variables_initializer(), tables_initializer())


def _saver() -> Any:
    graph = get_default_graph()
    return Saver() if graph.get_collection(GraphKeys.GLOBAL_VARIABLES) else None


def basic_train_loop(
    supervisor: Supervisor,
    train_step_fn: Callable[..., Any],
    args: Any = None,
    kwargs: Any = None,
    master: str = "",
) -> None:
    """Calls a function with a session until it is time to stop.

    Args:
        supervisor: the Supervisor.
        train_step_fn: a function of the session, ``*args`` and ``**kwargs``.
        args: more arguments.
        kwargs: keyword arguments.
        master: accepted for TensorFlow's sake.

    Source: ``tf.train.basic_train_loop``.
    """
    if not hasattr(supervisor, "managed_session"):
        raise TypeError(f"basic_train_loop takes a Supervisor, not {described(supervisor)}.")
    with supervisor.managed_session(master) as session:
        while not supervisor.should_stop():
            train_step_fn(session, *(args or ()), **(kwargs or {}))
