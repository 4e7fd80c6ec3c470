"""Where the time and the memory of a run go."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from graphlog.core.default_stacks import get_default_session
from graphlog.core.operation import Operation
from graphlog.runtime.tables import bytes_text, duration_text, share_text, table
from graphlog.runtime.traces import Trace

Order = Literal["time", "memory", "calls"]

# What a session needs to make the code that later runs use.
_WARM_UP = 2
_ROWS = 20


class Cost(NamedTuple):
    """What operations cost in one run.

    Attributes:
        calls: how often they ran, in loops several times each.
        time: how long, in seconds.
        memory: the bytes that were taken for their outputs.
    """

    calls: float = 0.0
    time: float = 0.0
    memory: float = 0.0

    def __add__(self, other: Any) -> Cost:
        return Cost(self.calls + other.calls, self.time + other.time, self.memory + other.memory)


class Profile:
    """What each operation of a run costs; it prints as three tables.

    Attributes:
        operations: the cost of each operation.
        types: the cost of all operations of a type, by the type's name.
        scopes: the cost of all operations in a name scope and the scopes in it, by the scope's name; those
            of the whole graph under ``""``.
        runs: how many runs were watched; times are their medians, calls and memory their means.
        run_time: the seconds that a run takes when nobody watches it: the median of as many runs.
        most_memory: the most bytes that outputs of operations had at one time, run one by one.
    """

    def __init__(self, costs: Mapping[Operation, Cost], runs: int, run_time: float, most_memory: int) -> None:
        self.operations = dict(costs)
        self.types: dict[str, Cost] = {}
        self.scopes: dict[str, Cost] = {"": Cost()}
        for op, cost in costs.items():
            _count(self.types, op.type, cost)
            _count(self.scopes, "", cost)
            for scope in _scopes_of(op):
                _count(self.scopes, scope, cost)
        self.runs = runs
        self.run_time = run_time
        self.most_memory = most_memory

    def by_operation(self, rows: int = _ROWS, order: Order = "time") -> str:
        """A table of the costliest operations, with the line of the user's code that built each.

        Args:
            rows: how many to show at most.
            order: what the costliest cost most of: "time", "memory" or "calls".
        """
        lines = [
            [*self._cells(cost), op.name, op.type, _place(op)]
            for op, cost in self._costliest(self.operations, rows, order)
        ]
        return self._table(lines, ["operation", "type", "defined at"], len(_used(self.operations)))

    def by_type(self, rows: int = _ROWS, order: Order = "time") -> str:
        """A table of the costliest types of operations; see ``by_operation``."""
        lines = [[*self._cells(cost), name] for name, cost in self._costliest(self.types, rows, order)]
        return self._table(lines, ["type"], len(_used(self.types)))

    def by_scope(self, rows: int = _ROWS, order: Order = "time") -> str:
        """A table of the costliest name scopes, each with the scopes in it; see ``by_operation``."""
        shown = dict(self._costliest(self.scopes, rows, order))
        lines = []

        def add(scope: str, depth: int) -> None:
            name = "  " * depth + scope.rpartition("/")[2] + "/" if scope else "(the whole graph)"
            lines.append([*self._cells(shown[scope]), name])
            for inner in shown:
                if inner and inner != scope and inner.rpartition("/")[0] == scope:
                    add(inner, depth + 1)

        if shown:
            add("", 0)
        return self._table(lines, ["scope"], len(_used(self.scopes)))

    def _costliest(self, costs: Mapping[Any, Cost], rows: int, order: Order) -> list[tuple[Any, Cost]]:
        if order not in Cost._fields:
            raise ValueError(f"order must be one of {', '.join(Cost._fields)}, not {order!r}.")
        return sorted(_used(costs).items(), key=lambda item: getattr(item[1], order), reverse=True)[:rows]

    def _cells(self, cost: Cost) -> list[str]:
        total = self.scopes[""].time
        calls = f"{cost.calls:.0f}" if cost.calls == round(cost.calls) else f"{cost.calls:.1f}"
        return [
            share_text(cost.time / total if total else 0.0),
            duration_text(cost.time),
            calls,
            bytes_text(cost.memory),
        ]

    @staticmethod
    def _table(lines: list[list[str]], names: list[str], count: int) -> str:
        text = table(["share", "time", "calls", "memory", *names], lines, right=4)
        hidden = count - len(lines)
        return f"{text}\n{'':>7}  … and {hidden} more" if hidden else text

    def __str__(self) -> str:
        total = self.scopes[""]
        spared = len(self.operations) - len(_used(self.operations))
        head = (
            f"A run takes {duration_text(self.run_time)}, its {len(self.operations) - spared} operations "
            f"{duration_text(total.time)}. One by one, they hold at most {bytes_text(self.most_memory)}. "
        )
        if spared:
            head += f"{spared} more need not run. "
        head += f"Medians of {self.runs} runs:"
        parts = [
            ("By operation", self.by_operation()),
            ("By type", self.by_type()),
            ("By scope", self.by_scope()),
        ]
        return "\n\n".join([head, *[f"{title}\n{text}" for title, text in parts]])

    # What a shell and a notebook show.
    __repr__ = __str__


def profile(
    fetches: Any, feed_dict: Mapping[Any, Any] | None = None, session: Any = None, runs: int = 10
) -> Profile:
    """Measures what each operation of a run costs.

    The fetches are run many times, and what they update is updated as often: ``runs`` times and twice more
    as always, for ``Profile.run_time``; ``runs`` times operation by operation, for calls and memory; and
    ``runs`` times with a look at the clock after each step. A run without loops and branches spares itself
    operations that are computed beforehand, or together with others: those have no calls. Times in loops and
    branches are those of operations one by one.

    Args:
        fetches: what to run; see ``Session.run``.
        feed_dict: what to feed.
        session: the session to run it in; the default session if None.
        runs: how many runs to take the median of.

    Returns:
        The Profile; ``print`` shows it.

    Raises:
        ValueError: there is no session, or no run.
        OpError: an operation failed.
    """
    session = session if session is not None else get_default_session()
    if session is None:
        raise ValueError("profile needs a session: give it one, or call it within `with session:`.")
    if runs < 1:
        raise ValueError(f"runs must be at least 1, not {runs}.")
    session = getattr(session, "raw_session", lambda: session)()
    run_times = [_seconds(lambda: session.run(fetches, feed_dict)) for _ in range(_WARM_UP + runs)]
    observed_runs, feeds = session._observed_runs, feed_dict or {}
    traced: dict[Operation, list[Cost]] = {}
    most_memory = 0
    for _ in range(runs):
        trace = Trace()
        observed_runs.observed(fetches, feeds, [], trace)
        most_memory = max(most_memory, trace.most_memory)
        costs_now: dict[Operation, Cost] = {}
        for record in trace.records:
            seconds = (record.end - record.kernel_start) / 1e9
            _count(costs_now, record.op, Cost(1, seconds, record.allocated))
        for op, cost in costs_now.items():
            traced.setdefault(op, []).append(cost)
    costs = {op: _typical(found, runs) for op, found in traced.items()}
    compiled = observed_runs.step_seconds(fetches, feeds, runs, session._runner)
    if compiled:
        costs = {
            op: cost._replace(time=statistics.median([found.get(op, 0.0) for found in compiled]))
            if op in compiled[0]
            else Cost()
            for op, cost in costs.items()
        }
    return Profile(costs, runs, statistics.median(run_times[_WARM_UP:]), most_memory)


def _typical(found: list[Cost], runs: int) -> Cost:
    """The medians of what an operation cost, over runs in some of which it may not have run."""
    found = found + [Cost()] * (runs - len(found))
    calls, times, sizes = zip(*found, strict=True)
    return Cost(statistics.fmean(calls), statistics.median(times), statistics.fmean(sizes))


def _used(costs: Mapping[Any, Cost]) -> dict[Any, Cost]:
    """Those that have run."""
    return {key: cost for key, cost in costs.items() if cost.calls}


def _seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _count(costs: dict[Any, Cost], key: Any, cost: Cost) -> None:
    costs[key] = costs.get(key, Cost()) + cost


def _scopes_of(op: Operation) -> list[str]:
    parts = op.name.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _place(op: Operation) -> str:
    """The line that built an operation; below the present folder, as seen from there."""
    if not op.call_stack:
        return ""
    site = op.call_stack[0]
    inside = os.path.join(os.getcwd(), "")
    return f"{site.filename.removeprefix(inside)}:{site.line}"
