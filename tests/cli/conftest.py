"""A command that is run in this process, and a log that it looks into."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import graphlog as tf
from graphlog.cli.app import main
from tests.cli.command_runs import STEPS, Result, Run, blog_graph


@pytest.fixture(name="run")
def _run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: object, columns: int = 120) -> Result:
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as end:
            main([*map(str, arguments)])
        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Result(end.value.code, captured.out, captured.err)

    return run


@pytest.fixture(autouse=True)
def _fresh_graph() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


@pytest.fixture(name="logdir")
def _logdir(tmp_path: Path) -> Path:
    """A run with a graph, scalars and gradients, and one with scalars alone."""
    with tf.SummaryWriter(tmp_path / "logs" / "one") as writer:
        for step in STEPS:
            writer.add_scalar("loss", 1 / (step + 1), step)
            writer.add_gradients({"w": np.ones(4) / (step + 1)}, step)
    with tf.FileWriter(tmp_path / "logs" / "one", blog_graph()):
        pass
    with tf.SummaryWriter(tmp_path / "logs" / "two") as writer:
        writer.add_scalar("loss", float("nan"), 3)
        writer.add_gradients({"w": np.array([np.nan, 1.0])}, 0)
    return tmp_path / "logs"
