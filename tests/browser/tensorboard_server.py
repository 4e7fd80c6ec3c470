"""TensorBoard as a user starts it, in a process of its own that ends with the `with` block."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

PATIENCE_SECONDS = 60.0

_T = TypeVar("_T")


class TensorBoardServer:
    """A TensorBoard on a free port of the loopback interface.

    Entering waits until the server answers and lists the graphs of the given runs: the page asks for
    that list only once, so it must not be opened earlier.

    Args:
        logdir: The folder to show.
        runs: The runs whose graphs must be there, such as "backprop"; "." is the folder itself.
        load_fast: Whether the Rust reader reads the files, else the Python one.
        output: The file that takes what the server prints.
    """

    def __init__(self, logdir: Path, runs: list[str], *, load_fast: bool, output: Path) -> None:
        self.runs = runs
        self.output = output
        self.folder = logdir.parent
        self.command = [
            *(sys.executable, "-m", "tensorboard.main", "--logdir", logdir.name),
            *("--host", "127.0.0.1", "--port", "0", f"--load_fast={str(load_fast).lower()}"),
        ]
        self.url = ""

    def __enter__(self) -> Self:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            self.url = self._wait_for("an address", self._printed_address)
            self._wait_for(f"the graphs of {self.runs}", self._lists_all_runs)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def get(self, path: str) -> Any:
        """Return the JSON that the server gives for a path below its address."""
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)

    def _printed_address(self) -> str:
        address = re.search(r"http://127\.0\.0\.1:\d+/", self.output.read_text(errors="replace"))
        return address[0] if address else ""

    def _lists_all_runs(self) -> bool:
        return set(self.runs) <= set(self.get("data/plugin/graphs/info"))

    def _wait_for(self, what: str, condition: Callable[[], _T]) -> _T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (result := condition()):
            printed = self.output.read_text(errors="replace")
            if self.process.poll() is not None:
                raise RuntimeError(f"TensorBoard ended while it was to give {what}:\n{printed}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"TensorBoard did not give {what}:\n{printed}")
            time.sleep(0.1)
        return result

    def _end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
