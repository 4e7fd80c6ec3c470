"""The graph at a path: a file's own, or that of the one run of a log that has one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphlog.readers.graphs import LoggedGraph
    from graphlog.readers.log import Log

_MOST_NAMED = 20


def graph_source(path: str, command: str) -> str | LoggedGraph:
    """What ``graph_nodes`` and ``draw_graph`` take for a path that a user gave.

    Args:
        path: a file that holds a graph, or a log: a folder, a pattern or a URL.
        command: how the same is asked of another path, such as ``"graphlog graph {}"``.

    Returns:
        The path of a file or of a SavedModel; of a log the last graph of the run in the folder itself, or of
        the only run that has one.

    Raises:
        FileNotFoundError: there is nothing at the path.
        ValueError: the log has no graph, or several runs have one; the message names them.
    """
    from graphlog.inspect.checks.path import holds_graph

    if holds_graph(path):
        from graphlog.adapters.history_tables import is_history_table

        if is_history_table(Path(path)):
            raise ValueError(f"{path} is a table, not a graph: graphlog convert makes an event file of it.")
        return path
    from graphlog.readers.log import open_log

    log = open_log(path)
    found = dict(_graphs(log))
    if not found:
        raise ValueError(_nothing(path, log))
    if "." in found:
        return found["."]
    if len(found) > 1:
        lines = [f"{command.format(shlex.quote(_place(log, name)))}" for name in [*found][:_MOST_NAMED]]
        more = [f"and {len(found) - _MOST_NAMED:,} more"] if len(found) > _MOST_NAMED else []
        raise ValueError(
            f"{path}: {len(found):,} runs have a graph. Choose one: {', or '.join(lines + more)}"
        )
    (graph,) = found.values()
    return graph


def _graphs(log: Log) -> Iterator[tuple[str, LoggedGraph]]:
    """The graph of each run that has one."""
    for name, run in log.items():
        graph = run.shown_graph()
        if graph is not None:
            yield name, graph


def _place(log: Log, name: str) -> str:
    """The folder of a run."""
    return str(Path(log[name].files[0]).parent)


def _nothing(path: str, log: Log) -> str:
    whole = [item for item in log.damage if item.offset is None]
    unread = [str(item) for item in whole if not item.reason.startswith("no event file")]
    if unread:
        more = f", and {len(unread) - 1:,} more" if len(unread) > 1 else ""
        return f"no graph is in what could be read of {path}. Not read: {unread[0]}{more}"
    if not len(log):
        return f"{path} holds no event file and no SavedModel, and so no graph."
    lacking = f"none of its {len(log):,} runs has a graph" if len(log) > 1 else "no graph is in it"
    return f"{path}: {lacking}. FileWriter(logdir, graph) and SummaryWriter.add_graph write one."
