"""Runs with RunOptions and RunMetadata, and runs that somebody watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.printable import described
from graphlog.core.session_state import SessionState
from graphlog.core.tensor import Tensor
from graphlog.runtime.feeds import feed_tensors
from graphlog.runtime.fetches import Fetches
from graphlog.runtime.observation import Observer, observed_by
from graphlog.runtime.plan import Plan
from graphlog.runtime.prepared_run import PreparedRun
from graphlog.runtime.run_metadata import add_partition_graph, add_step_stats
from graphlog.runtime.runner import Runner
from graphlog.runtime.step_times import TimedRunner
from graphlog.runtime.traces import Trace

FindRunner = Callable[[Sequence[Tensor | Operation], Sequence[Tensor]], Runner]


class _ObservedRunner:
    """Computes some elements of a graph, operation by operation, for those who watch."""

    latest = None

    def __init__(
        self, elements: Sequence[Tensor | Operation], feeds: Sequence[Tensor], state: SessionState
    ) -> None:
        self._feeds = feeds
        self._plan = Plan(elements, feeds, state)

    def run(self, values: Sequence[Any]) -> list[Any]:
        """For each element its value, from an array for each fed tensor."""
        return self._plan.run(dict(zip(self._feeds, values, strict=True)))


class ObservedRuns:
    """What a session needs for runs with options, beside what it has for those without.

    Args:
        graph: its graph.
        state: its state.
    """

    def __init__(self, graph: Graph, state: SessionState) -> None:
        self._graph = graph
        self._state = state
        self._runners: dict[Any, _ObservedRunner] = {}

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any],
        options: Any,
        run_metadata: Any,
        observers: Sequence[Observer],
        find_runner: FindRunner,
    ) -> Any:
        """Runs ``fetches`` as ``Session.run`` does, and fills in what the options ask for.

        Args:
            fetches: what to fetch.
            feed_dict: the values by tensor or name of a tensor.
            options: RunOptions, or None.
            run_metadata: a RunMetadata to fill in, or None.
            observers: who watches.
            find_runner: the session's Runner of some elements and fed tensors, for a run that nobody watches.

        Returns:
            The values in the structure of ``fetches``.

        Raises:
            TypeError: the options or the metadata are none.
            OpError: an operation failed.
        """
        _check(options, "SerializeToString", "options", "RunOptions")
        _check(run_metadata, "ParseFromString", "run_metadata", "RunMetadata")
        is_traced = run_metadata is not None and getattr(options, "trace_level", 0) > 0
        trace = Trace() if is_traced else None
        if trace is None and not observers:
            values = PreparedRun(self._graph, fetches, feed_dict, find_runner).run(feed_dict.values())
        else:
            values = self.observed(fetches, feed_dict, observers, trace)
        if run_metadata is not None:
            run_metadata.Clear()
            if trace is not None:
                add_step_stats(trace, run_metadata)
            if getattr(options, "output_partition_graphs", False):
                elements = Fetches(self._graph, fetches).elements
                feeds = [tensor for key in feed_dict for tensor in feed_tensors(self._graph, key)]
                add_partition_graph(elements, feeds, run_metadata)
        return values

    def observed(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any],
        observers: Sequence[Observer],
        trace: Trace | None = None,
    ) -> Any:
        """Runs ``fetches`` operation by operation.

        Args:
            fetches: what to fetch.
            feed_dict: the values by tensor or name of a tensor.
            observers: who watches.
            trace: what records it, if it is to be recorded.

        Returns:
            The values in the structure of ``fetches``.
        """
        # What the observers do is not part of an operation's time.
        everybody = observers if trace is None else [trace, *observers]
        with observed_by(everybody):
            prepared = PreparedRun(self._graph, fetches, feed_dict, self._runner)
            with trace.timed() if trace is not None else nullcontext():
                return prepared.run(feed_dict.values())

    def step_seconds(
        self, fetches: Any, feed_dict: Mapping[Any, Any], runs: int, find_runner: FindRunner
    ) -> list[dict[Operation, float]]:
        """Runs ``fetches`` several times as a run without options does, and takes the time of each step.

        Args:
            fetches: what to fetch; it has been run twice at least.
            feed_dict: the values by tensor or name of a tensor.
            runs: how often.
            find_runner: the session's Runner of some elements and fed tensors.

        Returns:
            For each run the seconds of the operations that took some; nothing, after one run, where there
            is no compiled program, as with loops and branches.
        """
        timers: list[TimedRunner] = []

        def find_timed(elements: Sequence[Tensor | Operation], feeds: Sequence[Tensor]) -> Any:
            timers.append(TimedRunner(find_runner(elements, feeds)))
            return timers[0]

        prepared = PreparedRun(self._graph, fetches, feed_dict, find_timed)
        for _ in range(runs):
            prepared.run(feed_dict.values())
            if not timers[0].is_compiled:
                break
        return timers[0].seconds

    def _runner(self, elements: Sequence[Tensor | Operation], feeds: Sequence[Tensor]) -> Any:
        key = tuple(elements), tuple(feeds)
        runner = self._runners.get(key)
        if runner is None:
            runner = self._runners[key] = _ObservedRunner(elements, feeds, self._state)
        return runner


def _check(value: Any, method: str, name: str, kind: str) -> None:
    if value is not None and not hasattr(value, method):
        raise TypeError(f"{name} must be a tf.{kind} message or None, not {described(value)}.")
