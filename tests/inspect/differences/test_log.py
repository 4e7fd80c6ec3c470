"""Two logs, compared run by run."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.inspect.differences.graph import ListedNode
from graphlog.inspect.differences.log import HyperparameterChange, LogDiff, SeriesDiff, diff_logs, diff_runs
from graphlog.inspect.differences.node_changes import ABSENT
from graphlog.proto.event_pb2 import Event
from graphlog.readers.log import Log, open_log


def small_graph(name: str = "y") -> tf.Graph:
    with tf.Graph().as_default() as graph:
        tf.tanh(tf.placeholder(tf.float32, [2], name="x"), name=name)
    return graph


def written(
    folder: Path,
    losses: dict[int, float] | None = None,
    graph: tf.Graph | None = None,
    hparams: dict[str, Any] | None = None,
    histograms: int = 2,
    **scalars: float,
) -> Path:
    """A run."""
    with tf.SummaryWriter(str(folder)) as writer:
        for step, loss in (losses or {0: 3.0, 1: 2.0, 2: 1.0}).items():
            writer.add_scalar("loss", loss, step)
        for tag, value in scalars.items():
            writer.add_scalar(tag, value, 0)
        for step in range(histograms):
            writer.add_histogram("weights", np.arange(5.0), step)
        if hparams is not None:
            writer.add_hparams(hparams, {"loss": 1.0}, global_step=3)
        if graph is not None:
            writer.add_graph(graph)
    return folder


def logs(old: Path, new: Path) -> tuple[Log, Log]:
    return open_log(old), open_log(new)


def test_the_same(tmp_path: Path) -> None:
    for name in ("old", "new"):
        written(tmp_path / name / "a", graph=small_graph(), hparams={"rate": 0.1})
        written(tmp_path / name / "b")
    diff = diff_logs(*logs(tmp_path / "old", tmp_path / "new"))
    assert diff == LogDiff()
    assert diff.is_empty


def test_runs(tmp_path: Path) -> None:
    for name in ("old/a", "old/b", "new/b", "new/c"):
        written(tmp_path / name)
    written(tmp_path / "new/b", {0: 9.0})
    diff = diff_logs(*logs(tmp_path / "old", tmp_path / "new"))
    assert (diff.removed_runs, diff.added_runs, [run.name for run in diff.runs]) == (("a",), ("c",), ["b"])
    assert not diff.is_empty
    assert repr(diff) == "<LogDiff: 1 removed, 1 added, 1 other runs>"


def test_the_only_runs_are_compared_whatever_their_names(tmp_path: Path) -> None:
    written(tmp_path / "old" / "monday")
    written(tmp_path / "new" / "tuesday", {0: 3.0, 1: 2.0, 2: 0.5})
    (run,) = diff_logs(*logs(tmp_path / "old", tmp_path / "new")).runs
    assert (run.old_name, run.name) == ("monday", "tuesday")
    (curve,) = run.curves
    assert curve.differs_in == ("final", "minimum", "area", "values")
    assert (curve.old.final, curve.new.final) == (1.0, 0.5)
    assert (curve.old.minimum_step, curve.new.minimum_step) == (2, 2)
    assert (curve.old_area, curve.new_area) == (4.0, 3.75)
    assert repr(run) == "<RunDiff of 'tuesday': 1 curves>"


def test_everything_of_a_run(tmp_path: Path) -> None:
    old = written(
        tmp_path / "old", graph=small_graph(), hparams={"rate": 0.1, "name": "a", "gone": 1}, before=1.0
    )
    new = written(tmp_path / "new", hparams={"rate": 0.2, "name": "a", "deep": True}, after=1.0, histograms=3)
    diff = diff_runs(open_log(old)["."], open_log(new)["."])
    assert diff.removed_tags == {"scalars": ("before",)}
    assert diff.added_tags == {"scalars": ("after",)}
    assert diff.curves == ()
    assert diff.series == (SeriesDiff("histograms", "weights", 2, 3, 1, 2),)
    assert diff.hyperparameters == (
        HyperparameterChange("deep", ABSENT, True),
        HyperparameterChange("gone", 1.0, ABSENT),
        HyperparameterChange("rate", 0.1, 0.2),
    )
    assert diff.graph.removed == (ListedNode("x", "Placeholder"), ListedNode("y", "Tanh"))
    assert not diff.is_empty


def test_the_last_graph_counts(tmp_path: Path) -> None:
    for name, names in {"old": ["y", "z"], "new": ["other", "z"]}.items():
        with tf.summary.FileWriter(str(tmp_path / name)) as writer:
            for step, node in enumerate(names):
                writer.add_graph(small_graph(node), step)
    assert diff_logs(*logs(tmp_path / "old", tmp_path / "new")).is_empty


def test_a_damaged_graph_is_told(tmp_path: Path) -> None:
    written(tmp_path / "old", graph=small_graph())
    with tf.summary.FileWriter(str(tmp_path / "new")) as writer:
        writer.add_event(Event(graph_def=b"\x0a\xff\xff\xff\xff\x0f"))
    (run,) = diff_logs(*logs(tmp_path / "old", tmp_path / "new")).runs
    assert run.graph.is_empty
    assert len(run.problems) == 1
    assert run.problems[0].startswith("the graph of run '.': ")


@pytest.mark.parametrize(("tolerance", "is_empty"), [(0.0, False), (1e-3, True)])
def test_the_tolerance(tmp_path: Path, tolerance: float, is_empty: bool) -> None:
    written(tmp_path / "old", hparams={"rate": 0.1})
    written(tmp_path / "new", {0: 3.0001, 1: 2.0, 2: 1.0}, hparams={"rate": 0.10001})
    assert diff_logs(*logs(tmp_path / "old", tmp_path / "new"), tolerance).is_empty == is_empty
