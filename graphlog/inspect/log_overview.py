"""What a log holds, in numbers: runs, tags, steps, times, files, graphs and damage."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphlog.readers.damage import FileDamage
from graphlog.readers.run import Run


@dataclass(frozen=True)
class TagOverview:
    """The values of one tag of a run.

    Attributes:
        kind: what they are, as in ``Run.tags``.
        tag: the tag.
        points: how many there are.
        first_step: the least step; None where there is none, as for run metadata.
        last_step: the largest step; None likewise.
        first_time: the earliest wall time, in seconds since 1970; None likewise.
        last_time: the latest wall time; None likewise.
        last_value: of scalars the last in the file; else None.
    """

    kind: str
    tag: str
    points: int
    first_step: int | None = None
    last_step: int | None = None
    first_time: float | None = None
    last_time: float | None = None
    last_value: float | None = None


@dataclass(frozen=True)
class GraphOverview:
    """A graph of a run.

    Attributes:
        name: what it is, as in ``LoggedGraph``.
        step: the step.
        nodes: how many nodes it has; None where it is damaged.
        bytes: how large it is as a message; None likewise.
        wall_time: when it was logged, in seconds since 1970.
    """

    name: str
    step: int
    nodes: int | None
    bytes: int | None
    wall_time: float


@dataclass(frozen=True)
class RunOverview:
    """What one run holds.

    Attributes:
        name: the name of the run.
        files: the paths of its event files.
        bytes: how large the files are together; None where they are not on this machine.
        tags: its tags, by kind and in the order of the file.
        graphs: its graphs.
        hyperparameters: how many hyperparameters it has.
        damage: what could not be read.
    """

    name: str
    files: tuple[str, ...]
    bytes: int | None
    tags: tuple[TagOverview, ...]
    graphs: tuple[GraphOverview, ...]
    hyperparameters: int
    damage: tuple[FileDamage, ...]

    def of_kind(self, kind: str) -> tuple[TagOverview, ...]:
        """The tags of a kind."""
        return tuple(item for item in self.tags if item.kind == kind)

    @property
    def steps(self) -> tuple[int, int] | None:
        """The least and the largest step of all tags."""
        firsts = [item.first_step for item in self.tags if item.first_step is not None]
        lasts = [item.last_step for item in self.tags if item.last_step is not None]
        return (min(firsts), max(lasts)) if firsts else None

    @property
    def times(self) -> tuple[float, float] | None:
        """The earliest and the latest wall time of all tags and graphs, in seconds since 1970."""
        graphs = [graph.wall_time for graph in self.graphs]
        firsts = [*(item.first_time for item in self.tags if item.first_time is not None), *graphs]
        lasts = [*(item.last_time for item in self.tags if item.last_time is not None), *graphs]
        return (min(firsts), max(lasts)) if firsts else None


def run_overview(run: Run) -> RunOverview:
    """Reads a run, and says what is in it.

    Args:
        run: the run.
    """
    tags = tuple(_tag_overview(run, kind, tag) for kind, names in run.tags().items() for tag in names)
    graphs, damage = _graphs(run)
    files = tuple(run.files)
    damage = [*run.damage, *damage]
    return RunOverview(run.name, files, _bytes(files), tags, tuple(graphs), len(run.hparams), tuple(damage))


def _tag_overview(run: Run, kind: str, tag: str) -> TagOverview:
    if kind == "run_metadata":
        return TagOverview(kind, tag, 1)
    if kind == "scalars":
        curve = run.scalars(tag)
        value = float(curve.value[-1]) if len(curve) else None
        return _overview(kind, tag, curve.step, curve.wall_time, value)
    series = getattr(run, kind)(tag)
    return _overview(kind, tag, series.step, series.wall_time, None)


def _overview(
    kind: str, tag: str, steps: NDArray[np.int64], times: NDArray[np.float64], value: float | None
) -> TagOverview:
    if not len(steps):
        return TagOverview(kind, tag, 0)
    span = int(steps.min()), int(steps.max()), float(times.min()), float(times.max())
    return TagOverview(kind, tag, len(steps), *span, value)


def _graphs(run: Run) -> tuple[list[GraphOverview], list[FileDamage]]:
    """The graphs, and those that are damaged."""
    graphs: list[GraphOverview] = []
    damage: list[FileDamage] = []
    for graph in run.graphs():
        try:
            graph_def = graph.graph_def()
        except ValueError as error:
            damage.append(FileDamage(run.files[0], None, None, str(error)))
            graphs.append(GraphOverview(graph.name, graph.step, None, None, graph.wall_time))
        else:
            size = len(graph_def.node), graph_def.ByteSize()
            graphs.append(GraphOverview(graph.name, graph.step, *size, graph.wall_time))
    return graphs, damage


def _bytes(files: Sequence[str]) -> int | None:
    try:
        return sum(os.path.getsize(file) for file in files)
    except OSError:
        return None
