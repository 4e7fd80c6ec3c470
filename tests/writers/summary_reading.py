"""What a SummaryWriter has written, as TensorBoard's own readers see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader


def accumulated(folder: Path) -> Any:
    return EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0}).Reload()


def values(folder: Path) -> list[Any]:
    return [value for path in event_files(folder) for event in events(path) for value in event.summary.value]


def event_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*tfevents*"))


def events(path: Path) -> list[Any]:
    return list(LegacyEventFileLoader(str(path)).Load())


def runs(folder: Path) -> set[str]:
    return {str(path.parent.relative_to(folder)) for path in folder.rglob("*tfevents*")}
