"""How fast scalars are read, beside TensorBoard's two readers and tbparse.

    python benchmarks/event_reading.py [ROUNDS] [RECORDS]

Each measurement runs in a fresh interpreter, and the readers take turns. Who is not installed is left out.
A cell is the time on the clock and the processor time, which other programs disturb less. All keep every
scalar. graphlog and TensorBoard's server (run with ``--checksum``) verify both checksums of
every record, EventAccumulator and tbparse as well; only graphlog has the values in arrays at the end, and
tbparse in a DataFrame.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from graphlog.events.records import encode_record, read_records
from graphlog.events.writing.scalar_records import ScalarTag, encode_scalars
from graphlog.proto.event_pb2 import Event

ROUNDS = 3
RECORDS = 2_000_000
MOST_COPIES = 500_000  # of an Event that another library wrote; to make them takes longer than to read them
READERS = {
    "graphlog": "graphlog",
    "Rust server": "tensorboard_data_server",
    "EventAccumulator": "tensorboard",
    "tbparse": "tbparse",
}
FILES = {
    "one tag": "1/8 of the Rust server, 1/60 of EventAccumulator, 1/70 of tbparse",
    "20 tags interleaved": "1/5 of the Rust server",
    "as torch writes": "1/5 of the Rust server",
    "as torch writes (new style)": "1/5 of the Rust server",
    "as tensorboardX writes": "1/5 of the Rust server",
    "as TensorFlow 2 writes": "1/5 of the Rust server",
}
VECTORIZED = ("one tag", "20 tags interleaved")  # how these files are made


# Making files


def series(count: int) -> tuple[Any, Any, Any]:
    """Steps, values and wall times."""
    steps = np.arange(count)
    return steps, np.random.default_rng(0).random(count, np.float32), 1.7e9 + steps / 64


def one_tag(path: Path, count: int) -> None:
    """A curve."""
    path.write_bytes(bytes(encode_scalars(ScalarTag("train/loss"), *series(count))))


def interleaved(path: Path, count: int) -> None:
    """At each step a value for each of 20 tags, whose names are not equally long."""
    tags = [ScalarTag(f"{'train' if number % 2 else 'validation'}/metric_{number}") for number in range(20)]
    steps, values, wall_times = series(count)
    all_tags = (tags * (count // 20 + 1))[:count]
    path.write_bytes(bytes(encode_scalars(all_tags, steps // 20, values, wall_times)))


def write_one_scalar(library: str, folder: str) -> None:
    """Let a library write a scalar in its own way."""
    if library == "TensorFlow 2":
        tf: Any = importlib.import_module("tensorflow")
        writer = tf.summary.create_file_writer(folder)
        with writer.as_default():
            tf.summary.scalar("train/loss", 0.5, step=7)
    else:
        module = "torch.utils.tensorboard" if library.startswith("torch") else library
        writer = importlib.import_module(module).SummaryWriter(folder)
        options = {"new_style": True} if "new style" in library else {}
        writer.add_scalar("train/loss", 0.5, 7, **options)
    writer.close()


def as_written_by(library: str, path: Path, count: int) -> None:
    """The Event that a library writes, again and again with other numbers."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, __file__, "--write", library, folder], env=environment(), check=True)
        (written,) = Path(folder).glob("*tfevents*")
        with written.open("rb") as file:
            event: Any = Event.FromString(list(read_records(file))[-1])
    (value,) = event.summary.value
    with path.open("wb") as file:
        for step, number, wall_time in zip(*(column.tolist() for column in series(count)), strict=True):
            event.step, event.wall_time = step, wall_time
            if value.HasField("simple_value"):
                value.simple_value = number
            elif value.tensor.float_val:
                value.tensor.float_val[0] = number
            else:
                value.tensor.tensor_content = np.float32(number).tobytes()
            file.write(encode_record(event.SerializeToString()))


def make_file(name: str, path: Path, count: int) -> bool:
    """Write one of the files; False where the library that writes so is not installed."""
    if name == "one tag":
        one_tag(path, count)
    elif name == "20 tags interleaved":
        interleaved(path, count)
    else:
        library = name.removeprefix("as ").replace(" writes", "")
        package = {"TensorFlow 2": "tensorflow", "torch (new style)": "torch"}.get(library, library)
        if not importlib.util.find_spec(package):
            return False
        as_written_by(library, path, min(count, MOST_COPIES))
    return True


# Reading them


class Taken(NamedTuple):
    """What reading takes: seconds on the clock and of the processor, and by how many bytes memory grows."""

    clock: float
    processor: float
    memory: int


def timed(read: Callable[[], Any]) -> tuple[float, float, Any]:
    """Clock, processor time, and what was read."""
    clock, processor = time.perf_counter(), time.process_time()
    found = read()
    return time.perf_counter() - clock, time.process_time() - processor, found


def graphlog(path: str) -> Any:
    """The bulk reader."""
    from graphlog.events.reading.event_reader import read_event_file

    return timed(lambda: read_event_file(path))


def event_accumulator(path: str) -> Any:
    """The reader of ``--load_fast=false``."""
    module = importlib.import_module("tensorboard.backend.event_processing.event_accumulator")
    accumulator = module.EventAccumulator(path, size_guidance={"scalars": 0, "tensors": 0})
    return timed(accumulator.Reload)


def tbparse(path: str) -> Any:
    """All scalars as a DataFrame."""
    module = importlib.import_module("tbparse")

    def read() -> Any:
        reader = module.SummaryReader(path)
        return reader.scalars if len(reader.scalars) else reader.tensors

    return timed(read)


def rust_server(path: str) -> Taken:
    """Its load cycle, as it logs it; processor time and memory are those of the process, as Linux tells."""
    binary = Path(importlib.import_module("tensorboard_data_server").server_binary())
    options = [
        "--port",
        "0",
        "--checksum",
        "--reload",
        "once",
        "--samples-per-plugin",
        "scalars=all,tensors=all",
    ]
    with subprocess.Popen(
        [binary, "--logdir", str(Path(path).parent), "-v", *options], stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        for line in server.stderr:
            if finished := re.search(r"Finished load cycle \(([\d.]+)(m?s)\)", line):
                break
        process = Path(f"/proc/{server.pid}")
        ticks = process.joinpath("stat").read_text().rpartition(")")[2].split()[11:13]
        peak = re.search(r"VmHWM:\s+(\d+) kB", process.joinpath("status").read_text())
        server.terminate()
    assert peak is not None
    assert finished is not None
    clock = float(finished[1]) * (1 if finished[2] == "s" else 1e-3)
    return Taken(clock, sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), int(peak[1]) * 1024)


IN_PYTHON: dict[str, Callable[[str], Any]] = {
    "graphlog": graphlog,
    "EventAccumulator": event_accumulator,
    "tbparse": tbparse,
}


def measure(reader: str, path: str) -> Taken:
    """Measure in this process."""
    before = peak_memory()
    clock, processor, kept = IN_PYTHON[reader](path)
    del kept
    return Taken(clock, processor, peak_memory() - before)


def peak_memory() -> int:
    """Bytes; ``ru_maxrss`` would start with what the parent had."""
    status = Path("/proc/self/status")
    if status.exists() and (peak := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(peak[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def in_fresh_interpreter(reader: str, path: Path) -> Taken:
    """Measure in a process of its own."""
    if reader == "Rust server":
        return rust_server(str(path))
    finished = subprocess.run(
        [sys.executable, __file__, "--measure", reader, str(path)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return Taken(*json.loads(finished.stdout.splitlines()[-1]))


def environment() -> dict[str, str]:
    """For quiet children."""
    return os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}


def main(rounds: int, count: int) -> None:
    """Print a table of medians, with graphlog's share of what each rival takes."""
    readers = [name for name, package in READERS.items() if importlib.util.find_spec(package)]
    print(
        f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; {count:,} records, medians of {rounds} rounds\n"
    )
    print("| µs an event | " + " | ".join(readers) + " | aim |")
    print("|---" * (len(readers) + 2) + "|")
    memory: dict[str, str] = {}
    for name, aim in FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "events.out.tfevents.1"
            if not make_file(name, path, count):
                continue
            size = path.stat().st_size
            records = count if name in VECTORIZED else min(count, MOST_COPIES)
            found: dict[str, list[Taken]] = {reader: [] for reader in readers}
            for reader in turns(readers, rounds, name):
                found[reader].append(in_fresh_interpreter(reader, path))
        medians = {
            key: Taken(*map(statistics.median, zip(*value, strict=True)))
            for key, value in found.items()
            if value
        }
        cells = [cell(medians.get(reader), medians["graphlog"], records) for reader in readers]
        print(f"| {name} | " + " | ".join(cells) + f" | {aim} |", flush=True)
        if name == "one tag":
            memory = {key: f"{value.memory / 1e6:,.0f}" for key, value in medians.items()}
            memory["file"] = f"{size / 1e6:,.0f}"
    print("\nMemory for one tag, MB: " + ", ".join(f"{key} {value}" for key, value in memory.items()))


def cell(taken: Taken | None, by_graphlog: Taken, records: int) -> str:
    """Clock and processor time an event, and graphlog's shares of them."""
    if taken is None:
        return ""
    times = f"{1e6 * taken.clock / records:,.2f}, {1e6 * taken.processor / records:,.2f}"
    if taken is by_graphlog:
        return times
    clock, processor = taken.clock / by_graphlog.clock, taken.processor / by_graphlog.processor
    return f"{times} (1/{clock:.1f}, 1/{processor:.1f})"


def turns(readers: list[str], rounds: int, name: str) -> Iterator[str]:
    """Who reads next: the slow ones read one file only, and once."""
    for number in range(rounds):
        for reader in readers:
            is_slow = reader in ("EventAccumulator", "tbparse")
            if not is_slow or (name == "one tag" and number < 1):
                yield reader


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], sys.argv[3])))
    elif sys.argv[1:2] == ["--write"]:
        write_one_scalar(sys.argv[2], sys.argv[3])
    else:
        rounds, count = [*map(int, sys.argv[1:]), *(ROUNDS, RECORDS)[len(sys.argv) - 1 :]]
        main(rounds, count)
