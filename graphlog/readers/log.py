"""A log: the runs at a path."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from graphlog.core.late_parts import drawings
from graphlog.core.printable import printable
from graphlog.proto.event_pb2 import Event
from graphlog.readers.damage import FileDamage
from graphlog.readers.event_stream import EventStream, looks_of
from graphlog.readers.missing_names import missing
from graphlog.readers.run import RestartRule, Run
from graphlog.readers.run_files import RunFiles, RunFinder
from graphlog.readers.scalar_tables import ScalarTable, scalar_table

if TYPE_CHECKING:
    import pandas
    import pyarrow


def open_log(path: str | os.PathLike[str], *, restarts: RestartRule = "keep", follow: bool = False) -> Log:
    """Opens event files of any writer: TensorFlow 1 and 2, PyTorch, tensorboardX, JAX, graphlog.

    Nothing is read yet but the folders: a run is read when it is first asked for something. Nothing is left
    out, however much it is, and damage is no error: see ``Log.damage``.

    Args:
        path: an event file; a folder, with all below it; or a pattern of such with ``*``, ``?``, ``[…]`` and
            ``**``. Local, or a URL that fsspec knows (``s3://``, ``gs://``, ``memory://`` …).
        restarts: ``"keep"`` for all that was written, or ``"purge"`` to drop, as TensorBoard does, what a
            restarted run has overwritten: before a ``SessionLog.START`` all from its step on, and in files
            from before there were such, of a tag all from a step on that comes again later.
        follow: for runs that are being written: each question to the log or to a run of it takes in first
            what was added since, as ``Log.refresh`` does. What was given out before stays as it is.

    Returns:
        The log: a mapping from the names of the runs to the runs.

    Raises:
        FileNotFoundError: there is nothing at the path. (A folder without event files is no error.)
        ImportError: the path is a URL, and fsspec, or what it needs, is not there.
        OSError: the path cannot be looked at.
        ValueError: ``restarts`` is something else, or the path empty or of an unknown kind.
    """
    if restarts not in ("keep", "purge"):
        raise ValueError(f"restarts must be 'keep' or 'purge', not {restarts!r}")
    return Log(RunFinder(path), restarts, follow)


class Log(Mapping[str, Run]):
    """The runs at a path: a mapping from name to run, in the order of the names. See ``open_log``."""

    def __init__(self, finder: RunFinder, restarts: RestartRule, follow: bool = False) -> None:
        self._finder = finder
        self._follows = follow
        self._restart_rule: RestartRule = restarts
        self._opened: dict[str, Run] = {}

    @property
    def path(self) -> str:
        """Where the runs are."""
        return self._finder.storage.url(self._finder.path)

    @property
    def runs(self) -> list[str]:
        """The names of the runs, as TensorBoard's: the folder below the path, or ``"."`` for that itself."""
        return list(self._found)

    @property
    def _found(self) -> RunFiles:
        """The files of each run, in a log that is followed those that are there now."""
        if self._follows:
            self._finder.look()
        return self._finder.runs

    def __getitem__(self, name: str) -> Run:
        if name not in self._opened:
            if name not in self:
                raise missing(f"log {self.path!r} has no run", name, list(self._finder.runs))
            self._opened.setdefault(name, Run(name, self._finder, self._restart_rule, self._follows))
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, name: object) -> bool:
        return name in self._finder.runs or name in self._found

    def refresh(self) -> bool:
        """Looks for new runs and files, and reads what was added to the runs that were read before.

        Returns:
            Whether there was anything.
        """
        known = len(self._finder.runs)
        self._finder.look()
        grown = [run.read_more() for run in list(self._opened.values())]
        return any(grown) or len(self._finder.runs) > known

    def scalars(self, *tags: str) -> ScalarTable:
        """The scalars of all runs as one long table. It reads all runs.

        Args:
            *tags: which; all if none is given.

        Raises:
            KeyError: no run has scalars of a tag.
        """
        found = [(run.name, curve) for run in self.values() for curve in run.curves(tags or None)]
        known = {curve.tag for _, curve in found}
        for tag in tags:
            if tag not in known:
                there = [other for run in self.values() for other in run.tags().get("scalars", [])]
                raise missing(f"log {self.path!r} has no scalars of the tag", tag, list(dict.fromkeys(there)))
        return scalar_table(found)

    def to_pandas(self) -> pandas.DataFrame:
        """The scalars of all runs as a DataFrame; see ``ScalarTable.to_pandas``."""
        return self.scalars().to_pandas()

    def to_arrow(self) -> pyarrow.Table:
        """The scalars of all runs as an Arrow table; see ``ScalarTable.to_arrow``."""
        return self.scalars().to_arrow()

    def events(
        self, follow: bool = False, poll_seconds: float = 1.0, until: Callable[[], bool] | None = None
    ) -> Iterator[tuple[str, Event]]:
        """All Events of all runs, each with the name of its run. See ``Run.events``."""
        files = EventStream(self._finder.storage)
        for _ in looks_of(self._finder, follow, poll_seconds, until):
            runs = list(self._finder.runs.items())
            yield from files.new_events([(name, path) for name, paths in runs for path in paths])

    @property
    def problems(self) -> list[FileDamage]:
        """The folders that could not be looked into, with a word where no event file was found."""
        if self._follows:
            self._finder.look()
        return list(self._finder.damage)

    @property
    def damage(self) -> list[FileDamage]:
        """``problems``, and what could not be read of the runs. It reads all runs."""
        return self.problems + [item for run in self.values() for item in run.damage]

    def __repr__(self) -> str:
        count = len(self.problems)
        first = f", {count} problem{'s, the first' * (count > 1)}: {self.problems[0]}" if count else ""
        return f"Log({self.path!r}, {len(self)} run{'s' * (len(self) != 1)}{printable(first)})"

    def _repr_html_(self) -> str:
        return drawings().log_page(self)
