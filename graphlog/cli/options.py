"""Options that several commands have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]

_URL = re.compile(r"([A-Za-z0-9+.-]{2,}):/+(.*)")


def check_local(*paths: Path) -> None:
    """Raises ValueError where a path was given as a URL, of which a Path would make a folder ``s3:``."""
    for path in paths:
        if url := _URL.fullmatch(path.as_posix()):
            raise ValueError(
                f"{url[1]}://{url[2]} is a URL, and only files of this computer are taken: copy it."
            )
