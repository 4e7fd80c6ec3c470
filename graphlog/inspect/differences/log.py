"""What is different between two logs: runs, tags, curves, hyperparameters and graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphlog.inspect.differences.curve import TOLERANCE, CurveDiff, diff_curves, is_close
from graphlog.inspect.differences.graph import GraphDiff, diff_graphs
from graphlog.inspect.differences.node_changes import ABSENT
from graphlog.inspect.graphs.nodes import graph_nodes
from graphlog.readers.log import Log
from graphlog.readers.run import Run

Tags = Mapping[str, tuple[str, ...]]

# The kinds of values that are compared by their number and steps alone.
_OTHER_KINDS = ("histograms", "images", "audio", "texts", "tensors", "pr_curves")


@dataclass(frozen=True)
class SeriesDiff:
    """Values of one tag that are no scalars, and not as many or not at the same last step.

    Attributes:
        kind: what they are, as in ``Run.tags``.
        tag: the tag.
        old_points: how many the old run has.
        new_points: how many the new run has.
        old_last_step: the last step of the old run's, or None where there is none.
        new_last_step: the same of the new run's.
    """

    kind: str
    tag: str
    old_points: int
    new_points: int
    old_last_step: int | None
    new_last_step: int | None


@dataclass(frozen=True)
class HyperparameterChange:
    """A hyperparameter that is not the same.

    Attributes:
        name: its name.
        old: its value in the old run; ABSENT if it has none.
        new: its value in the new run; ABSENT if it has none.
    """

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class RunDiff:
    """What is different between two runs.

    Attributes:
        old_name: the name of the old run.
        name: the name of the new run.
        removed_tags: by kind, the tags that only the old run has, sorted.
        added_tags: by kind, the tags that only the new run has, sorted.
        curves: the scalars of both that are not the same, in the order of the new run.
        series: other values of both that are not the same.
        hyperparameters: those that are not the same, sorted by name.
        graph: what is different between the graphs; a run without one has an empty one.
        problems: what could not be compared, and why.
    """

    old_name: str
    name: str
    removed_tags: Tags = field(default_factory=dict)
    added_tags: Tags = field(default_factory=dict)
    curves: tuple[CurveDiff, ...] = ()
    series: tuple[SeriesDiff, ...] = ()
    hyperparameters: tuple[HyperparameterChange, ...] = ()
    graph: GraphDiff = field(default_factory=GraphDiff)
    problems: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the runs are the same, as far as they could be compared."""
        found = (self.removed_tags, self.added_tags, self.curves, self.series, self.hyperparameters)
        return not any(found) and self.graph.is_empty

    def __repr__(self) -> str:
        counts = {
            "tags removed": sum(map(len, self.removed_tags.values())),
            "tags added": sum(map(len, self.added_tags.values())),
            "curves": len(self.curves),
            "other series": len(self.series),
            "hyperparameters": len(self.hyperparameters),
        }
        parts = [f"{count} {name}" for name, count in counts.items() if count]
        parts += [] if self.graph.is_empty else ["the graph"]
        return f"<RunDiff of {self.name!r}: {', '.join(parts) or 'no difference'}>"


@dataclass(frozen=True)
class LogDiff:
    """What is different between two logs.

    Attributes:
        removed_runs: the names of the runs that only the old log has, sorted.
        added_runs: the names of the runs that only the new log has, sorted.
        runs: the runs of both in which something is different, or could not be compared.
    """

    removed_runs: tuple[str, ...] = ()
    added_runs: tuple[str, ...] = ()
    runs: tuple[RunDiff, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the logs are the same, as far as they could be compared."""
        return not (self.removed_runs or self.added_runs) and all(run.is_empty for run in self.runs)

    def __repr__(self) -> str:
        counts = f"{len(self.removed_runs)} removed, {len(self.added_runs)} added"
        return f"<LogDiff: {counts}, {len(self.runs)} other runs>"


def diff_logs(old: Log, new: Log, tolerance: float = TOLERANCE) -> LogDiff:
    """Compares two logs run by run.

    Runs of the same name are compared; where each log has only one run, these two are.

    Args:
        old: one log.
        new: the other.
        tolerance: see ``diff_curves``.

    Returns:
        The differences.
    """
    old_names, new_names = sorted(old), sorted(new)
    if len(old_names) == len(new_names) == 1:
        pairs = [(old_names[0], new_names[0])]
        removed, added = [], []
    else:
        pairs = [(name, name) for name in new_names if name in old]
        removed = [name for name in old_names if name not in new]
        added = [name for name in new_names if name not in old]
    runs = [diff_runs(old[before], new[after], tolerance) for before, after in pairs]
    return LogDiff(
        tuple(removed), tuple(added), tuple(run for run in runs if run.problems or not run.is_empty)
    )


def diff_runs(old: Run, new: Run, tolerance: float = TOLERANCE) -> RunDiff:
    """Compares two runs.

    Args:
        old: one run.
        new: the other.
        tolerance: see ``diff_curves``; that of hyperparameters, too.

    Returns:
        The differences. A graph that cannot be read is told in ``problems``, and is no error.
    """
    old_tags, new_tags = old.tags(), new.tags()
    graph, problems = _diff_graphs(old, new)
    return RunDiff(
        old.name,
        new.name,
        _only_in(old_tags, new_tags),
        _only_in(new_tags, old_tags),
        tuple(_curves(old, new, tolerance)),
        tuple(_series(old, new)),
        tuple(_hyperparameters(old.hparams, new.hparams, tolerance)),
        graph,
        tuple(problems),
    )


def _only_in(tags: Mapping[str, list[str]], others: Mapping[str, list[str]]) -> Tags:
    found = {kind: tuple(sorted(set(tags[kind]) - set(others.get(kind, ())))) for kind in tags}
    return {kind: only for kind, only in found.items() if only}


def _shared(old: Run, new: Run, kind: str) -> list[str]:
    known = set(old.tags().get(kind, ()))
    return [tag for tag in new.tags().get(kind, ()) if tag in known]


def _curves(old: Run, new: Run, tolerance: float) -> Iterator[CurveDiff]:
    for tag in _shared(old, new, "scalars"):
        before, after = old.scalars(tag), new.scalars(tag)
        diff = diff_curves(tag, (before.step, before.value), (after.step, after.value), tolerance)
        if not diff.is_empty:
            yield diff


def _series(old: Run, new: Run) -> Iterator[SeriesDiff]:
    for kind in _OTHER_KINDS:
        for tag in _shared(old, new, kind):
            before, after = getattr(old, kind)(tag).step, getattr(new, kind)(tag).step
            last_steps = [int(steps.max()) if steps.size else None for steps in (before, after)]
            if len(before) != len(after) or last_steps[0] != last_steps[1]:
                yield SeriesDiff(kind, tag, len(before), len(after), *last_steps)


def _hyperparameters(
    old: Mapping[str, Any], new: Mapping[str, Any], tolerance: float
) -> Iterator[HyperparameterChange]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, ABSENT), new.get(name, ABSENT)
        if isinstance(before, float) and isinstance(after, float):
            is_same = is_close(before, after, tolerance)
        else:
            is_same = type(before) is type(after) and before == after
        if not is_same:
            yield HyperparameterChange(name, before, after)


def _diff_graphs(old: Run, new: Run) -> tuple[GraphDiff, list[str]]:
    graphs, problems = [], []
    for run in (old, new):
        try:
            graph = run.shown_graph()
            graphs.append(graph_nodes(b"" if graph is None else graph))
        except (ValueError, OSError) as error:
            problems.append(f"the graph of run {run.name!r}: {error}")
    if problems:
        return GraphDiff(), problems
    try:
        return diff_graphs(*graphs), []
    except ValueError as error:
        return GraphDiff(), [f"the graphs of run {new.name!r}: {error}"]
