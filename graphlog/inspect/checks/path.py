"""The checks for whatever is at a path."""

from __future__ import annotations

import os
from dataclasses import replace

from graphlog.adapters.graph_files import SAVED_MODEL_NAMES
from graphlog.events.paths import is_remote, local_path
from graphlog.inspect.checks.file_names import begins_like_an_event_file
from graphlog.inspect.checks.findings import Finding, error
from graphlog.inspect.checks.graph import check_graph
from graphlog.inspect.checks.log import Progress, check_log
from graphlog.readers.storage import is_event_file


def check_path(path: str | os.PathLike[str], progress: Progress | None = None) -> list[Finding]:
    """Checks a file with a graph, an event file, or a log.

    Args:
        path: what ``gl.load_graph`` or ``gl.open_log`` takes.
        progress: see ``check_log``; of a graph it is told which part of the file's bytes is checked.

    Returns:
        What was found. A file that holds no graph and is no event file is a finding too.

    Raises:
        FileNotFoundError: there is nothing at the path.
        OSError: it cannot be read.
    """
    if not holds_graph(path):
        return check_log(path, progress)
    place = os.path.expanduser(local_path(os.fspath(path)))
    size = os.path.getsize(place)

    def told(part: float) -> None:
        if progress is not None:
            progress(place, round(size * part))

    try:
        return [replace(finding, file=place) for finding in check_graph(place, told)]
    except ValueError as problem:
        return [replace(error("damaged-graph", "", str(problem), "Write the graph anew."), file=place)]


def holds_graph(path: str | os.PathLike[str]) -> bool:
    """Whether a path is that of a file with a graph or of a SavedModel, and not of a log.

    Args:
        path: what ``gl.load_graph`` or ``gl.open_log`` takes.
    """
    text = os.fspath(path)
    if is_remote(text):
        return False
    place = os.path.expanduser(local_path(text))
    if os.path.isdir(place):
        return any(os.path.isfile(os.path.join(place, name)) for name in SAVED_MODEL_NAMES)
    is_log = is_event_file(place) or begins_like_an_event_file(place)
    return os.path.isfile(place) and not is_log
