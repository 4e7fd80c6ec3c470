"""Threads that fill queues while a session runs."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Sequence
from typing import Any

from graphlog.core import default_stacks
from graphlog.core.default_graph import get_default_graph
from graphlog.core.errors import OpError, OutOfRangeError
from graphlog.core.graph_keys import GraphKeys
from graphlog.ops.inputs.queues import QueueBase
from graphlog.runtime.session import Session
from graphlog.train.coordinator import Coordinator

__all__ = ["QueueRunner", "add_queue_runner", "start_queue_runners"]

_log = logging.getLogger("graphlog")


class QueueRunner:
    """Knows the operations that fill a queue, and makes a thread for each.

    Args:
        queue: the queue.
        enqueue_ops: the operations.
        close_op: what to run when nothing more comes; closes the queue if None.
        cancel_op: what to run when all should stop; closes the queue and cancels what waits if None.
        queue_closed_exception_types: the errors that say that nothing more comes; OutOfRangeError if
            None.
        queue_runner_def: accepted for TensorFlow's sake; must be None.
        import_scope: likewise.

    Raises:
        ValueError: there is no queue, or no operation.
        TypeError: the types of errors are no tuple of such.

    Source: ``tf.train.QueueRunner``.
    """

    def __init__(
        self,
        queue: QueueBase | None = None,
        enqueue_ops: Sequence[Any] | None = None,
        close_op: Any = None,
        cancel_op: Any = None,
        queue_closed_exception_types: tuple[type[OpError], ...] | None = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if queue_runner_def is not None:
            raise NotImplementedError("graphlog makes no QueueRunner from a QueueRunnerDef.")
        if queue is None or not enqueue_ops:
            raise ValueError("Must provide queue and enqueue_ops.")
        types = queue_closed_exception_types
        if types is not None and not (
            isinstance(types, tuple) and types and all(issubclass(item, OpError) for item in types)
        ):
            raise TypeError(
                f"queue_closed_exception_types, when provided, must be a tuple of tf.error types, but saw: "
                f"{types}"
            )
        self._queue = queue
        self._enqueue_ops = list(enqueue_ops)
        self._close_op = queue.close() if close_op is None else close_op
        self._cancel_op = queue.close(cancel_pending_enqueues=True) if cancel_op is None else cancel_op
        self._closed_types = types or (OutOfRangeError,)
        self._lock = threading.Lock()
        self._running: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._exceptions_raised: list[Exception] = []

    @property
    def queue(self) -> QueueBase:
        """The queue."""
        return self._queue

    @property
    def enqueue_ops(self) -> list[Any]:
        """The operations that fill it."""
        return self._enqueue_ops

    @property
    def close_op(self) -> Any:
        """What runs when nothing more comes."""
        return self._close_op

    @property
    def cancel_op(self) -> Any:
        """What runs when all should stop."""
        return self._cancel_op

    @property
    def queue_closed_exception_types(self) -> tuple[type[OpError], ...]:
        """The errors that say that nothing more comes."""
        return self._closed_types

    @property
    def exceptions_raised(self) -> list[Exception]:
        """What threads without a Coordinator raised."""
        return self._exceptions_raised

    @property
    def name(self) -> str:
        """The queue's name."""
        return self._queue.name

    def _run(self, sess: Session, enqueue_op: Any, coord: Coordinator | None) -> None:
        is_last = False
        try:
            enqueue = sess.make_callable(enqueue_op)
            while not (coord and coord.should_stop()):
                enqueue()
        except self._closed_types:
            is_last = self._ends(sess)
        except Exception as error:
            self._ends(sess)
            if coord is not None:
                coord.request_stop(error)
                return
            _log.error("Exception in QueueRunner: %s", error)
            with self._lock:
                self._exceptions_raised.append(error)
            raise
        else:
            self._ends(sess)
        if is_last:
            _try_to_run(sess, self._close_op)

    def _ends(self, sess: Session) -> bool:
        """Counts a thread that has come to its end; whether it was the last one."""
        with self._lock:
            self._running[sess] -= 1
            return self._running[sess] == 0

    def _close_on_stop(self, sess: Session, coord: Coordinator) -> None:
        coord.wait_for_stop()
        _try_to_run(sess, self._cancel_op)

    def create_threads(
        self, sess: Session, coord: Coordinator | None = None, daemon: bool = False, start: bool = False
    ) -> list[threading.Thread]:
        """Makes a thread for each operation, and one that cancels them when all should stop.

        Args:
            sess: the session in which they run.
            coord: what says when to stop, and hears of errors.
            daemon: whether the program may end while they run.
            start: whether they are started.

        Returns:
            The threads; none where there are some for this session already.
        """
        with self._lock:
            if self._running.get(sess, 0) > 0:
                return []
            self._running[sess] = len(self._enqueue_ops)
            self._exceptions_raised = []
        threads = [
            threading.Thread(
                target=self._run, args=(sess, op, coord), name=f"QueueRunnerThread-{self.name}-{op.name}"
            )
            for op in self._enqueue_ops
        ]
        if coord is not None:
            name = f"QueueRunnerThread-{self.name}-close_on_stop"
            threads.append(threading.Thread(target=self._close_on_stop, args=(sess, coord), name=name))
        for thread in threads:
            if coord is not None:
                coord.register_thread(thread)
            thread.daemon = daemon
            if start:
                thread.start()
        return threads


def _try_to_run(sess: Session, operation: Any) -> None:
    try:
        sess.run(operation)
    except Exception as error:  # The queue or the session may be closed already.
        _log.debug("Ignored exception: %s", error)


def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """Makes ``start_queue_runners`` start this one too (``tf.train.add_queue_runner``)."""
    get_default_graph().add_to_collection(collection, qr)


def start_queue_runners(
    sess: Any = None,
    coord: Coordinator | None = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = GraphKeys.QUEUE_RUNNERS,
) -> list[threading.Thread]:
    """Starts the threads of all queue runners of the graph.

    Args:
        sess: the session; the default one if None.
        coord: what says when to stop, and hears of errors.
        daemon: whether the program may end while they run.
        start: whether they are started, or only made.
        collection: the collection that holds the queue runners.

    Returns:
        The threads. None for a MonitoredSession, which starts them itself.

    Raises:
        ValueError: there is no session.
        TypeError: it is none.

    Source: ``tf.train.start_queue_runners``.
    """
    if sess is None:
        sess = default_stacks.get_default_session()
        if sess is None:
            raise ValueError(
                "Cannot start queue runners: No default session is registered. Use `with sess.as_default()` "
                "or pass an explicit session to tf.start_queue_runners(sess=sess)"
            )
    if not isinstance(sess, Session):
        if type(sess).__name__ in ("MonitoredSession", "SingularMonitoredSession"):
            return []
        raise TypeError(f"sess must be a `tf.Session` object. Given class: {type(sess)}")
    with sess.graph.as_default():
        runners = sess.graph.get_collection(collection)
        if not runners:
            _log.warning(
                "`tf.train.start_queue_runners()` was called when no queue runners were defined. You can "
                "safely remove the call to this deprecated function."
            )
        return [
            thread
            for runner in runners
            for thread in runner.create_threads(sess, coord=coord, daemon=daemon, start=start)
        ]
