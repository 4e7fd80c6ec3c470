"""How fast a log of many runs is inspected, beside tbparse.

    python benchmarks/log_inspection.py [ROUNDS] [RUNS]

Each run has a file with 1,000 scalars: of one tag, or 100 of each of 10 tags. Measured are whole processes,
taking turns: ``graphlog inspect`` and a program that reads the same folder with tbparse into one DataFrame. A
cell is the time on the clock and that of the processor.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from graphlog.events.writing.scalar_records import ScalarTag, encode_scalars

ROUNDS = 3
RUNS = 1000
POINTS = 1000
AIM = "1/5"
WITH_TBPARSE = """
import sys, tbparse
print(len(tbparse.SummaryReader(sys.argv[1], extra_columns={"dir_name"}).scalars))
"""
COMMANDS = {"graphlog": ["-m", "graphlog", "inspect"], "tbparse": ["-c", WITH_TBPARSE]}


class Taken(NamedTuple):
    """Seconds on the clock and of the processor."""

    clock: float
    processor: float


def make_log(folder: Path, runs: int, tag_count: int) -> None:
    """A folder for each run, with one file."""
    random = np.random.default_rng(0)
    tags = [ScalarTag(f"train/metric_{number}") for number in range(tag_count)] * (POINTS // tag_count)
    for number in range(runs):
        steps = np.arange(POINTS) // tag_count
        values, wall_times = random.random(POINTS, np.float32), 1.7e9 + number + np.arange(POINTS) / 64
        file = folder / f"run_{number:04d}" / f"events.out.tfevents.{1_700_000_000 + number}.host.1.0"
        file.parent.mkdir()
        file.write_bytes(bytes(encode_scalars(tags, steps, values, wall_times)))


def taken_by(reader: str, folder: str) -> Taken:
    """Runs a process and measures it, its start included."""
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, *COMMANDS[reader], folder],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    clock, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main(rounds: int, runs: int) -> None:
    """Print a table of medians, with graphlog's share of what tbparse takes."""
    print(
        f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; {runs:,} runs, medians of {rounds} rounds\n"
    )
    print("| 1,000 scalars a run, s | graphlog | tbparse | aim |")
    print("|---|---|---|---|")
    for tag_count in (1, 10):
        with tempfile.TemporaryDirectory() as folder:
            make_log(Path(folder), runs, tag_count)
            found: dict[str, list[Taken]] = {reader: [] for reader in COMMANDS}
            for _ in range(rounds):
                for reader, times in found.items():
                    times.append(taken_by(reader, folder))
        ours, theirs = (
            Taken(*map(statistics.median, zip(*found[reader], strict=True))) for reader in COMMANDS
        )
        name = "one tag" if tag_count == 1 else f"{tag_count} tags"
        clock, processor = theirs.clock / ours.clock, theirs.processor / ours.processor
        print(
            f"| {name} | {ours.clock:.2f}, {ours.processor:.2f} "
            f"| {theirs.clock:.1f}, {theirs.processor:.1f} (1/{clock:.1f}, 1/{processor:.1f}) | {AIM} |",
            flush=True,
        )


if __name__ == "__main__":
    rounds, runs = [*map(int, sys.argv[1:]), *(ROUNDS, RUNS)[len(sys.argv) - 1 :]]
    main(rounds, runs)
