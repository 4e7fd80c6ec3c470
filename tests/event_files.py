"""Event files as TensorBoard's own loader reads them: what graphlog wrote, seen by its reader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
from tensorboard.compat.proto.graph_pb2 import GraphDef


def event_file(run_folder: Path) -> Path:
    """Return the one event file of a run, and fail where there is another or none."""
    (path,) = run_folder.glob("*tfevents*")
    return path


def read_events(run_folder: Path) -> Iterator[Any]:
    """Yield the `Event`s of a run in the order in which they stand in its file."""
    yield from LegacyEventFileLoader(str(event_file(run_folder))).Load()


def read_graph(run_folder: Path) -> Any:
    """Return the `GraphDef` of a run, and fail where there is another or none."""
    (graph,) = (event.graph_def for event in read_events(run_folder) if event.graph_def)
    return GraphDef.FromString(graph)


def read_scalars(run_folder: Path) -> dict[str, dict[int, float]]:
    """Return the scalars of a run: tag, then step, then value."""
    scalars: dict[str, dict[int, float]] = {}
    for event in read_events(run_folder):
        for value in event.summary.value:
            scalars.setdefault(value.tag, {})[event.step] = value.simple_value
    return scalars
