"""Runs an example as a user runs it."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run(name: str, folder: Path) -> str:
    """Run an example in a folder and return what it printed; a word on stderr fails the test."""
    finished = subprocess.run(
        [sys.executable, str(EXAMPLES / name)], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout
