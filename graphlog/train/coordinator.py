"""Coordinator: makes several threads stop together, and hands on what one of them raised."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from graphlog.core.errors import OutOfRangeError

_log = logging.getLogger("graphlog")

_Raised = BaseException | tuple[type[BaseException], BaseException, TracebackType | None]


class Coordinator:
    """What threads ask whether to stop, and tell that all should.

    Args:
        clean_stop_exception_types: errors that end everything without being errors; OutOfRangeError if
            None, the end of an input.

    Source: ``tf.train.Coordinator``.
    """

    def __init__(self, clean_stop_exception_types: Iterable[type[BaseException]] | None = None) -> None:
        types = (OutOfRangeError,) if clean_stop_exception_types is None else clean_stop_exception_types
        self._clean_types = tuple(types)
        self._lock = threading.Lock()
        self._stop_event = threading.Event()
        self._error: BaseException | None = None
        self._is_joined = False
        self._threads: set[threading.Thread] = set()

    def request_stop(self, ex: _Raised | None = None) -> None:
        """Asks all threads to stop.

        Args:
            ex: the error that is the reason, or what ``sys.exc_info()`` gave; ``join`` raises it.

        Raises:
            BaseException: ``ex``, where the threads were joined already.
        """
        error = ex[1] if isinstance(ex, tuple) else ex
        with self._lock:
            if isinstance(error, self._clean_types):
                error = None
            if self._is_joined and error is not None:
                raise error
            if not self._stop_event.is_set():
                if error is not None and self._error is None:
                    _log.info("Error reported to Coordinator: %s, %s", type(error), error)
                    self._error = error
                self._stop_event.set()

    def clear_stop(self) -> None:
        """Forgets that all should stop, and why."""
        with self._lock:
            self._is_joined = False
            self._error = None
            self._stop_event.clear()

    def should_stop(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._stop_event.is_set()

    @contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """A ``with`` block whose error asks all to stop, and is raised by ``join``."""
        try:
            yield
        except BaseException as error:
            self.request_stop(error)

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits, at most ``timeout`` seconds, until somebody asks to stop; whether that came about."""
        return self._stop_event.wait(timeout)

    def register_thread(self, thread: threading.Thread) -> None:
        """Makes ``join`` wait for a thread."""
        with self._lock:
            self._threads.add(thread)

    def join(
        self,
        threads: Iterable[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Waits until somebody asks to stop, and then until the threads have stopped.

        Args:
            threads: threads to wait for, besides those that are registered.
            stop_grace_period_secs: for how long to wait once that was asked.
            ignore_live_threads: whether it is fine that some still run then.

        Raises:
            RuntimeError: threads still run.
            BaseException: what a thread gave as the reason to stop.
        """
        with self._lock:
            waited_for = list(self._threads.union(threads or ()))
        while any(thread.is_alive() for thread in waited_for) and not self.wait_for_stop(0.05):
            pass
        end = time.monotonic() + stop_grace_period_secs
        for thread in waited_for:
            # One that was never started cannot be joined.
            if thread.is_alive():
                thread.join(max(end - time.monotonic(), 0.0))
        stragglers = [thread.name for thread in waited_for if thread.is_alive()]
        with self._lock:
            self._is_joined = True
            self._threads = set()
            if self._error is not None:
                raise self._error
            if not stragglers:
                return
            message = f"Coordinator stopped with threads still running: {' '.join(stragglers)}"
            if not ignore_live_threads:
                raise RuntimeError(message)
            _log.info(message)

    @property
    def joined(self) -> bool:
        """Whether ``join`` came to its end."""
        return self._is_joined

    def raise_requested_exception(self) -> None:
        """Raises what a thread gave as the reason to stop, if any did."""
        with self._lock:
            if self._error is not None:
                raise self._error


class LooperThread(threading.Thread):
    """A thread that calls a function again and again until its Coordinator says to stop.

    Args:
        coord: the Coordinator.
        timer_interval_secs: the seconds from call to call; None for no pause.
        target: the function; a subclass may override ``run_loop`` instead.
        args: its arguments.
        kwargs: its keyword arguments.

    Raises:
        ValueError: ``coord`` is no Coordinator, or there are arguments and no function.

    Source: ``tf.train.LooperThread``.
    """

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Any = None,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(coord, Coordinator):
            raise ValueError(f"'coord' argument must be a Coordinator: {coord}")
        super().__init__(daemon=True)
        if target is None and (args or kwargs):
            raise ValueError("'args' and 'kwargs' argument require that you also pass 'target'")
        self._coord = coord
        self._interval = timer_interval_secs
        self._function = target
        self._arguments = tuple(args or ())
        self._keywords = dict(kwargs or {})
        coord.register_thread(self)

    @staticmethod
    def loop(
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Any,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> LooperThread:
        """Makes a LooperThread and starts it."""
        looper = LooperThread(coord, timer_interval_secs, target, args, kwargs)
        looper.start()
        return looper

    def run(self) -> None:
        """Calls the function until it is time to stop; what it raises stops all."""
        with self._coord.stop_on_exception():
            self.start_loop()
            next_time = time.monotonic()
            while not self._is_over(next_time):
                next_time += self._interval or 0.0
                self.run_loop()
            self.stop_loop()

    def _is_over(self, next_time: float) -> bool:
        if self._interval is None:
            return self._coord.should_stop()
        return self._coord.wait_for_stop(next_time - time.monotonic())

    def start_loop(self) -> None:
        """Called before the first call."""

    def stop_loop(self) -> None:
        """Called after the last call."""

    def run_loop(self) -> None:
        """One call."""
        if self._function is not None:
            self._function(*self._arguments, **self._keywords)
