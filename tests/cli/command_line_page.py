"""Writes into docs/command_line.md what the commands print, and what their options are.

    python tests/cli/command_line_page.py

In the page, a block of ``console`` begins with a command, of which the rest is what it prints; between two
comments, ``reference: NAME`` and ``end of reference``, stands what a command is told. All else is kept.
A test holds that the page is what this makes of it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import typer

import graphlog as tf
from graphlog.cli.app import main
from graphlog.cli.commands import commands
from graphlog.proto.event_pb2 import Event

PAGE = Path(__file__).resolve().parents[2] / "docs" / "command_line.md"
BEGAN = 1_760_000_000.0  # seconds since 1970
STEPS = 40
COLUMNS = 96


def write_samples(folder: Path) -> None:
    """The logs and files that the page's commands look into."""
    for name, shrinks, grows in (("healthy", 1.0, 1.0), ("sick", 0.6, 1.6)):
        with tf.SummaryWriter(folder / "logs" / name) as writer:
            for step in range(STEPS):
                now = BEGAN + 60 * step
                gradients = {
                    "hidden/kernel": np.full(4, 0.1 * shrinks**step),
                    "output/kernel": np.full(4, 0.2 * grows**step),
                }
                writer.add_scalar("loss", (4.0 if shrinks == 1 else 2.0) ** (-step / 20), step, now)
                writer.add_gradients(gradients, step, histogram_every=0, walltime=now)
    for name, units in (("small", 16), ("large", 32)):
        with tf.FileWriter(folder / "models" / name) as graph_writer:
            serialized = model(units).as_graph_def(add_shapes=True).SerializeToString()
            graph_writer.add_event(Event(wall_time=BEGAN, graph_def=serialized))
    (whole,) = (folder / "logs" / "healthy").iterdir()
    content = bytearray(whole.read_bytes())
    content[5000] ^= 1
    (folder / "damaged.tfevents.1").write_bytes(content[:-10])
    (folder / "history.csv").write_text("epoch,loss,accuracy,note\n0,1.0,0.5,start\n1,0.7,0.8,\n2,0.5,0.9,\n")


def model(units: int) -> Any:
    """A graph with two layers, their loss and its gradients."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, (None, 8), name="x")
        hidden = tf.layers.dense(x, units, activation=tf.nn.tanh, name="hidden")
        loss = tf.reduce_mean(tf.square(tf.layers.dense(hidden, 1, name="output")), name="loss")
        tf.gradients(loss, tf.trainable_variables())
    return graph


def page(text: str) -> str:
    """The page with what its commands print now."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), _environment():
        write_samples(Path(folder))
        text = re.sub(
            r"^```console\n\$ (.*)\n(?:.*\n)*?```$",
            lambda found: f"```console\n$ {found[1]}\n{printed(found[1])}```",
            text,
            flags=re.MULTILINE,
        )
    return re.sub(
        r"<!-- reference: (\w+) -->\n.*?<!-- end of reference -->",
        lambda found: f"<!-- reference: {found[1]} -->\n{reference(found[1])}<!-- end of reference -->",
        text,
        flags=re.DOTALL,
    )


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(COLUMNS=str(COLUMNS), TZ="UTC", NO_COLOR="1")
    _use_time_zone()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        _use_time_zone()


def _use_time_zone() -> None:
    if hasattr(time, "tzset"):
        time.tzset()


def printed(command: str) -> str:
    """What a command of graphlog prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main(shlex.split(command)[1:])
    return out.getvalue()


def reference(name: str) -> str:
    """What a command does, and its arguments and options as a table."""
    command: Any = typer.main.get_command(commands).commands[name]  # type: ignore[attr-defined]
    options = [item for item in command.params if item.name != "help"]
    rows = [f"| `{_usage(item)}` | {_help(item)} |\n" for item in options]
    return f"\n{command.help}\n\n| | |\n|---|---|\n{''.join(rows)}\n"


def _usage(option: Any) -> str:
    names = ", ".join(name for name in option.opts if name.startswith("-"))
    return " ".join(part for part in (names, option.metavar) if part)


def _help(option: Any) -> str:
    default = option.default
    if default is None or default is False or default in ("", 0):
        return str(option.help)
    return f"{option.help} By default {default}."


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
