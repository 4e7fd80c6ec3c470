"""Makes the pictures of a terminal that the documentation shows: what commands print, in their colours.

    python tests/docs/terminal_pictures.py

The commands look into what examples/vanishing_gradients.py logs, and into a damaged copy of one of its files.
A test holds that they still say what is on the pictures; numbers may differ from machine to machine.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from graphlog.cli.app import main

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
EXAMPLE = ROOT / "examples" / "vanishing_gradients.py"
COLUMNS = 100

# By the name of the picture; the commands run in the order in which they stand here.
COMMANDS = {
    "inspect": "graphlog inspect logs/vanishing_gradients",
    "graph": "graphlog graph logs/vanishing_gradients/sigmoid",
    "scalars": "graphlog scalars logs/vanishing_gradients --run relu --tag training/loss --plot",
    "gradients": "graphlog gradients logs/vanishing_gradients/sigmoid",
    "exploding": "graphlog gradients logs/vanishing_gradients/large_weights",
    "diff": "graphlog diff logs/vanishing_gradients/sigmoid logs/vanishing_gradients/relu --most 4",
    "check": "graphlog check damaged.tfevents.1",
    "repair": "graphlog repair damaged.tfevents.1 -o mended.tfevents.1",
}


def pictures() -> Iterator[tuple[str, str]]:
    """Yields the name of each picture, and the picture as SVG."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), _colours():
        subprocess.run([sys.executable, str(EXAMPLE)], check=True, capture_output=True)
        (whole,) = Path("logs/vanishing_gradients/relu").iterdir()
        content = bytearray(whole.read_bytes())
        content[len(content) // 2] ^= 1
        Path("damaged.tfevents.1").write_bytes(content[:-10])
        for name, command in COMMANDS.items():
            yield name, picture(command)


def picture(command: str) -> str:
    """A terminal in which a command has been given, as SVG; nothing in it is loaded from outside."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main(shlex.split(command)[1:])
    out.seek(0)
    screen = Console(record=True, width=COLUMNS, file=io.StringIO(), highlight=False)
    screen.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
    screen.print(Text.from_ansi(out.read()))
    svg = screen.export_svg(title="", theme=MONOKAI, unique_id="terminal")
    # Neither fonts from elsewhere nor who made it; the letters have their places anyway.
    svg = re.sub(r"@font-face \{.*?\}|<!--.*?-->", "", svg, flags=re.DOTALL)
    return re.sub(r"\s*\n", "\n", svg)


def words(svg: str) -> set[str]:
    """The words in a picture."""
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", svg)
    return set(re.findall(r"[A-Za-z_]{3,}", " ".join(map(unescape, texts))))


@contextlib.contextmanager
def _colours() -> Iterator[None]:
    before = dict(os.environ)
    os.environ.pop("NO_COLOR", None)
    os.environ.update(COLUMNS=str(COLUMNS), FORCE_COLOR="1", TERM="xterm-256color", COLORTERM="truecolor")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    for name, svg in pictures():
        (IMAGES / f"terminal_{name}.svg").write_text(svg, encoding="utf-8")
