"""How many good records each reader loses to damage, beside TensorBoard's two readers and tbparse.

    python benchmarks/damage_matrix.py

A file of 1,000 scalars is damaged in one way after another. A record is good if all its bytes are still
there. Who is not installed is left out.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import random
import struct
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from graphlog.events.reading.event_reader import read_event_file
from graphlog.events.records import encode_record, masked_crc32c
from graphlog.events.writing.scalar_records import ScalarTag
from graphlog.proto.event_pb2 import Event

COUNT = 1000
VERSION = encode_record(Event(wall_time=1.0, file_version="brain.Event:2").SerializeToString())
TAG = ScalarTag("train/loss")
RECORDS = [TAG.record(step / 8, step, 1.7e9 + step) for step in range(1, COUNT + 1)]
MIDDLE = len(RECORDS) // 2
GOOD = VERSION + b"".join(RECORDS)
START = len(VERSION) + sum(map(len, RECORDS[:MIDDLE]))  # of the record in the middle


def flipped(place: int) -> bytes:
    """A bit of the record in the middle is another."""
    changed = bytearray(GOOD)
    changed[START + place] ^= 4
    return bytes(changed)


def claim(length: int) -> bytes:
    """A header that fits its checksum."""
    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", masked_crc32c(packed))


NOISE = random.Random(0).randbytes(100)
DAMAGES = {
    "none": GOOD,
    "a bit of a value": flipped(len(RECORDS[MIDDLE]) - 6),
    "a bit of a tag": flipped(40),
    "a bit of a length": flipped(1),
    "a bit of a length's checksum": flipped(9),
    "a bit of a data checksum": flipped(len(RECORDS[MIDDLE]) - 2),
    "the file ends within a record": GOOD[: START + 20],
    "a torn record, and others after it": GOOD[: START + 20] + GOOD[START + len(RECORDS[MIDDLE]) :],
    "100 bytes inserted": GOOD[: START + 20] + NOISE + GOOD[START + 20 :],
    "100 bytes deleted": GOOD[: START + 20] + GOOD[START + 120 :],
    "4,096 bytes zeroed": GOOD[: START + 20] + bytes(4096) + GOOD[START + 20 + 4096 :],
    "two blocks swapped": GOOD[:5000] + GOOD[15000:20000] + GOOD[5000:15000] + GOOD[20000:],
    "a length that claims a petabyte": GOOD[:START] + claim(1 << 50) + GOOD[START:],
    "a first record of noise": NOISE + GOOD[len(VERSION) :],
    "zeros after the end": GOOD + bytes(4096),
}


def good_steps(data: bytes) -> set[int]:
    """The steps of records that are there to the last byte."""
    return {step for step, record in enumerate(RECORDS, 1) if record in data}


Steps = dict[int, float]


def graphlog(folder: Path) -> Steps:
    """The bulk reader."""
    (path,) = folder.iterdir()
    columns = read_event_file(path).scalars.get("train/loss")
    return {} if columns is None else dict(zip(columns.steps.tolist(), columns.values.tolist(), strict=True))


def event_accumulator(folder: Path) -> Steps:
    """The reader of ``--load_fast=false``."""
    module = importlib.import_module("tensorboard.backend.event_processing.event_accumulator")
    accumulator = module.EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    if "train/loss" not in accumulator.Tags()["scalars"]:
        return {}
    return {event.step: event.value for event in accumulator.Scalars("train/loss")}


def tbparse(folder: Path) -> Steps:
    """A DataFrame of all scalars."""
    frame = importlib.import_module("tbparse").SummaryReader(str(folder)).scalars
    if not len(frame):
        return {}
    frame = frame[frame["tag"] == "train/loss"]
    return dict(zip(frame["step"].tolist(), frame["value"].tolist(), strict=True))


def rust_server(folder: Path, *flags: str) -> Steps:
    """The server of ``--load_fast=true``, asked as TensorBoard asks it."""
    ingester_module = importlib.import_module("tensorboard.data.server_ingester")
    ingester = ingester_module.SubprocessServerDataIngester(
        server_binary=ingester_module.get_server_binary(),
        logdir=str(folder),
        reload_interval=0,
        channel_creds_type=importlib.import_module("tensorboard.util.grpc_util").ChannelCredsType.LOCAL,
        samples_per_plugin={"scalars": 0},
        extra_flags=list(flags),
    )
    ingester.start()
    context = importlib.import_module("tensorboard.context").RequestContext()
    read: Steps = {}
    for _ in range(10):  # until it has nothing new
        time.sleep(0.3)
        found = ingester.data_provider.read_scalars(
            context, experiment_id="", plugin_name="scalars", downsample=10 * COUNT
        )
        series = found.get(".", {}).get("train/loss", [])
        if read and len(series) == len(read):
            break
        read = {datum.step: datum.value for datum in series}
    return read


def rust_server_with_checksums(folder: Path) -> Steps:
    """The same, told to verify checksums."""
    return rust_server(folder, "--checksum")


READERS: dict[str, tuple[str, Callable[[Path], Steps]]] = {
    "graphlog": ("graphlog", graphlog),
    "EventAccumulator": ("tensorboard", event_accumulator),
    "tbparse": ("tbparse", tbparse),
    "Rust server": ("tensorboard_data_server", rust_server),
    "Rust server --checksum": ("tensorboard_data_server", rust_server_with_checksums),
}

_SLOW_IMPORTS = ("tensorboard.backend.event_processing.event_accumulator", "tensorflow", "tbparse")


def outcome(read: Steps, data: bytes) -> str:
    """How many good records are lost, and how many values are not what was written."""
    expected = good_steps(data)
    lost = sum(step not in read for step in expected)
    wrong = sum(
        step > COUNT or step < 1 or np.float32(step / 8) != np.float32(value) for step, value in read.items()
    )
    return f"{lost}" + (f", {wrong} wrong" if wrong else "")


def outcome_in_another_process(read: Callable[[Path], Steps], folder: str, data: bytes) -> str:
    """The same, or how the reader ended: one of them takes its process with it."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        try:
            return outcome(pool.submit(read, Path(folder)).result(timeout=120), data)
        except BrokenProcessPool:
            return f"{len(good_steps(data))}, the process crashes"
        except Exception as error:  # a reader's fault is a result
            return f"{len(good_steps(data))}, {type(error).__name__}"


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    readers: dict[str, Any] = {
        name: read for name, (package, read) in READERS.items() if importlib.util.find_spec(package)
    }
    for module in _SLOW_IMPORTS:  # once, not in each process
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    print("| damage | good records | lost by " + " | ".join(readers) + " | told by graphlog |")
    print("|---" * (len(readers) + 3) + "|")
    for damage, data in DAMAGES.items():
        cells = []
        for read in readers.values():
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "events.out.tfevents.1").write_bytes(data)
                cells.append(outcome_in_another_process(read, folder, data))
        told = [
            f"{part.kind} at {part.offset}, {part.length} bytes, {part.lost_records} lost"
            for part in read_event_file(data).damage
        ]
        cells.append("; ".join(told))
        print(f"| {damage} | {len(good_steps(data))} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
