"""How many of 101 records are on disk, whole, however the program ends: graphlog beside others.

    python benchmarks/crash_matrix.py [WRITERS]

Each cell is a program of its own that writes 100 scalars (and the version, before them) and then ends in that
way, without closing the writer. Who is not installed is left out.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from graphlog.events.records import CorruptRecordError, RecordReader

PATIENCE_SECONDS = 30
# What makes a writer, and what adds a scalar.
WRITERS = {
    "graphlog": ("from graphlog import SummaryWriter", "writer.add_scalar('loss', step / 2, step)"),
    "graphlog FileWriter": (
        "from graphlog.summary import FileWriter as SummaryWriter",
        "writer.add_scalar('loss', step / 2, step)",
    ),
    "tensorboardX": ("from tensorboardX import SummaryWriter", "writer.add_scalar('loss', step / 2, step)"),
    "torch": (  # as most have it: without TensorFlow, which TensorBoard takes such a module for
        "import sys, types; sys.modules['tensorboard.compat.notf'] = types.ModuleType('notf')\n"
        "from torch.utils.tensorboard import SummaryWriter",
        "writer.add_scalar('loss', step / 2, step)",
    ),
    "TF1 FileWriter": (
        "import tensorflow.compat.v1 as tf\ntf.disable_eager_execution()\n"
        "SummaryWriter = tf.summary.FileWriter\nSummary = tf.Summary",
        "writer.add_summary(Summary(value=[Summary.Value(tag='loss', simple_value=step / 2)]), step)",
    ),
}
ENDINGS = {
    "normal exit": "",
    "sys.exit": "sys.exit(3)",
    "uncaught exception": "raise RuntimeError",
    "SIGINT": "os.kill(os.getpid(), signal.SIGINT); time.sleep(60)",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)",
    "SIGTERM, 1 s later": "time.sleep(1); os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)",
    "os._exit": "os._exit(4)",
    "os._exit, 1 s later": "time.sleep(1); os._exit(4)",
    "kill -9": "os.kill(os.getpid(), signal.SIGKILL)",
    "kill -9, 1 s later": "time.sleep(1); os.kill(os.getpid(), signal.SIGKILL)",
    "fork: parent and child add 100 more each": (
        "child = os.fork()\nadd()\n"
        "if child == 0:\n    writer.flush(); os._exit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0"
    ),
}
PROGRAM = """
import os, signal, sys, time
{make}
writer = SummaryWriter(sys.argv[1])
def add():
    for step in range(100):
        {add}
add()
{ending}
"""


def is_installed(writer: str) -> bool:
    """Whether the library of a writer can be imported."""
    package = {"TF1 FileWriter": "tensorflow"}.get(writer, writer.split()[0])
    return importlib.util.find_spec(package) is not None


def records_in(folder: str) -> tuple[int, str]:
    """How many whole records the event files of a folder have, and what is wrong with them."""
    count, trouble = 0, ""
    for path in Path(folder).rglob("*tfevents*"):
        with path.open("rb") as file:
            reader = RecordReader(file)
            try:
                for _ in reader:
                    count += 1
            except CorruptRecordError:
                trouble = " corrupt"
        if reader.torn_tail_offset is not None:
            trouble = trouble or " torn"
    return count, trouble


def cell(writer: str, ending: str) -> str:
    """What is left of one program's records."""
    make, add = WRITERS[writer]
    program = PROGRAM.format(make=make, add=add, ending=ENDINGS[ending])
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
        # A group of its own, so that what hangs can be ended with its children.
        process = subprocess.Popen(
            [sys.executable, "-c", program, folder],
            env=environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        hangs = ""
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            hangs = " hangs"
        count, trouble = records_in(folder)
    return f"{count}{trouble}{hangs}"


def main() -> None:
    """Print the table."""
    writers = [writer for writer in sys.argv[1:] or WRITERS if is_installed(writer)]
    print("| records on disk of 101 | " + " | ".join(writers) + " |")
    print("|---" * (len(writers) + 1) + "|")
    for ending in ENDINGS:
        of = ", 300 and a version for each file" if ending.startswith("fork") else ""
        row = [cell(writer, ending) for writer in writers]
        print(f"| {ending}{of} | " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
