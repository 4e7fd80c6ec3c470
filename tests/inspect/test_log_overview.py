"""The numbers of a log."""

from pathlib import Path

import pytest

import graphlog as tf
from graphlog.inspect.log_overview import run_overview


def test_a_run_in_numbers(tmp_path: Path) -> None:
    with tf.SummaryWriter(tmp_path) as writer:
        for step in (3, 7, 5):
            writer.add_scalar("loss", step / 2, step, walltime=1000.0 + step)
        writer.add_text("note", "x", 9, walltime=2000.0)
        writer.add_hparams({"rate": 0.1}, {"accuracy": 0.5}, run_name=".")
    with tf.Graph().as_default() as graph, tf.FileWriter(tmp_path) as graph_writer:
        tf.constant(1.0)
        graph_writer.add_graph(graph, 4)
    overview = run_overview(tf.open_log(tmp_path)["."])
    loss = next(item for item in overview.tags if item.tag == "loss")
    assert (loss.kind, loss.points, loss.first_step, loss.last_step) == ("scalars", 3, 3, 7)
    assert (loss.first_time, loss.last_time, loss.last_value) == (1003.0, 1007.0, 2.5)
    assert [item.tag for item in overview.of_kind("texts")] == ["note/text_summary"]
    assert overview.steps is not None
    assert overview.steps[1] == 9
    assert overview.times is not None
    assert overview.times[0] == 1003.0
    assert overview.hyperparameters == 1
    assert overview.bytes == sum(file.stat().st_size for file in tmp_path.iterdir())
    assert [(item.name, item.step, item.nodes) for item in overview.graphs] == [("graph_def", 4, 1)]
    assert overview.damage == ()


def test_damage_is_part_of_it(tmp_path: Path) -> None:
    with tf.FileWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 1)
        writer.add_scalar("loss", 2.0, 2)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    overview = run_overview(tf.open_log(tmp_path)["."])
    assert len(overview.damage) == 1
    assert overview.tags[0].last_value == pytest.approx(1.0)


def test_an_empty_run_has_no_steps_and_no_times(tmp_path: Path) -> None:
    with tf.FileWriter(tmp_path):
        pass
    overview = run_overview(tf.open_log(tmp_path)["."])
    assert (overview.tags, overview.steps, overview.times) == ((), None, None)
