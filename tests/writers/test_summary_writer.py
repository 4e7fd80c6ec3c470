from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.graphdef.tensor_values import tensor_array
from graphlog.proto import event_pb2, summary_pb2
from tests.event_files import read_events
from tests.writers.summary_reading import accumulated, event_files, events, runs, values

RANDOM = np.random.default_rng(1)


# Folders and files


def test_the_default_folder_is_named_by_time_host_and_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with gl.SummaryWriter(comment="_lr0.1") as writer:
        folder = Path(writer.get_logdir())
    assert folder.parent == Path("runs")
    assert folder.name.endswith(f"_{socket.gethostname()}_lr0.1")
    time.strptime(f"2024 {folder.name[:14]}", "%Y %b%d_%H-%M-%S")  # a leap year
    assert len(event_files(folder)) == 1


def test_the_folder_may_be_given_in_each_library_s_way(tmp_path: Path) -> None:
    for writer in (
        gl.SummaryWriter(str(tmp_path)),
        gl.SummaryWriter(tmp_path),
        gl.SummaryWriter(logdir=tmp_path),
        gl.SummaryWriter(log_dir=tmp_path),
    ):
        assert writer.get_logdir() == writer.log_dir == writer.logdir == str(tmp_path)
        assert set(writer.all_writers or {}) == {str(tmp_path)}
        writer.close()


def test_a_file_may_have_a_suffix(tmp_path: Path) -> None:
    gl.SummaryWriter(tmp_path, filename_suffix=".mine").close()
    (path,) = event_files(tmp_path)
    assert path.name.endswith(".mine")


def test_a_closed_writer_opens_another_file(tmp_path: Path) -> None:
    writer = gl.SummaryWriter(tmp_path)
    writer.add_scalar("a", 1.0, 0)
    writer.close()
    writer.close()
    writer.flush()
    assert writer.file_writer is None
    writer.add_scalar("a", 2.0, 1)
    writer.close()
    assert len(event_files(tmp_path)) == 2
    assert [value.simple_value for value in values(tmp_path)] == [1.0, 2.0]


def test_nothing_is_written_where_nothing_shall_be(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path / "none", write_to_disk=False) as writer:
        writer.add_scalar("a", 1.0, 0)
        writer.add_scalars("a", {"b": 1.0}, 0)
        writer.add_histogram("h", [1.0])
        writer.add_embedding(np.zeros((2, 2)))
        writer.add_hparams({"a": 1}, {"b": 2})
        writer.flush()
    assert not (tmp_path / "none").exists()


def test_purge_step_is_said_to_tensorboard(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        for step in range(10):
            writer.add_scalar("a", step, step)
    with gl.SummaryWriter(tmp_path, purge_step=5) as writer:
        writer.add_scalar("a", 50.0, 5)
    _, second = event_files(tmp_path)
    assert [event.session_log.status for event in events(second) if event.HasField("session_log")] == [1]
    points = accumulated(tmp_path).Scalars("a")
    assert [(point.step, point.value) for point in points] == [*((step, step) for step in range(5)), (5, 50)]


def test_comet_is_said_to_get_nothing(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="comet_config has no effect") as caught:
        gl.SummaryWriter(tmp_path, comet_config={"disabled": False}).close()
    assert caught[0].filename == __file__
    gl.SummaryWriter(tmp_path, comet_config={"disabled": True}).close()


# Processes and threads


def test_threads_share_a_writer(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path) as writer, ThreadPoolExecutor(8) as pool:

        def add(thread: int) -> None:
            for step in range(50):
                writer.add_scalar(f"s{thread}", step, step)
                writer.add_scalars("both", {f"t{thread}": step}, step)
                writer.add_histogram(f"h{thread}", [step], step)

        for _ in pool.map(add, range(8)):
            pass
    assert len(runs(tmp_path)) == 9
    assert len(values(tmp_path)) == 8 * 50 * 2
    assert len(event_files(tmp_path)) == 1


def test_a_pickled_writer_opens_a_file_of_its_own(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("a", 1.0)
        with pickle.loads(pickle.dumps(writer)) as copy:
            copy.add_scalar("b", 2.0)
        writer.add_scalar("a", 3.0)
    assert sorted(len(values(tmp_path)) for _ in event_files(tmp_path)) == [3, 3]
    assert [value.simple_value for value in values(tmp_path)] == [1.0, 3.0, 2.0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_goes_on(tmp_path: Path) -> None:
    with gl.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("a", 1.0)
        child = multiprocessing.get_context("fork").Process(target=writer.add_text, args=("b", "text"))
        child.start()
        child.join(20)
        assert child.exitcode == 0
    assert {value.tag for value in values(tmp_path)} == {"a", "b/text_summary"}


# Steps and times


def test_step_and_time_are_those_that_are_given(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_scalar("a", 1.0, np.int64(7), 1234.5)
    writer.add_text("b", "text", 8, walltime=2345.5)
    before = time.time()
    writer.add_scalar("a", 1.0)
    writer.flush()
    _, first, second, third = read_events(tmp_path)
    assert (first.step, first.wall_time) == (7, 1234.5)
    assert (second.step, second.wall_time) == (8, 2345.5)
    assert third.step == 0
    assert before <= third.wall_time <= time.time()


def test_a_block_has_a_step_and_a_time(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    with writer.use_metadata(global_step=5, walltime=99.5):
        writer.add_scalar("a", 1.0)
        writer.add_text("b", "text")
        writer.add_scalar("a", 1.0, 6)
    writer.add_scalar("a", 1.0)
    writer.flush()
    found = [(event.step, event.wall_time == 99.5) for event in read_events(tmp_path)][1:]
    assert found == [(5, True), (5, True), (6, True), (0, False)]
    with pytest.raises(ValueError, match="needs a global_step or a walltime"), writer.use_metadata():
        pass


# Scalars


@pytest.mark.parametrize("value", [2, 2.0, True + 1, np.float32(2), np.array([[2]]), [2.0]])
def test_a_scalar_is_any_single_number(tmp_path: Path, writer: gl.SummaryWriter, value: Any) -> None:
    writer.add_scalar("a", value, 3)
    writer.close()
    (point,) = accumulated(tmp_path).Scalars("a")
    assert (point.step, point.value) == (3, 2.0)


@pytest.mark.parametrize("value", ["2", None, np.zeros(2), 1j])
def test_a_scalar_is_nothing_else(writer: gl.SummaryWriter, value: Any) -> None:
    with pytest.raises(ValueError, match="scalar 'a'"):
        writer.add_scalar("a", value)


def test_a_scalar_may_be_a_tensor(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_scalar("single", 0.1, 1, new_style=True)
    writer.add_scalar("double", 0.1, 1, new_style=True, double_precision=True)
    writer.close()
    single, double = (
        tensor_array(summary_pb2.Summary.Value.FromString(value.SerializeToString()).tensor)
        for value in values(tmp_path)
    )
    assert (single.dtype, double.dtype) == (np.float32, np.float64)
    assert (single.item(), double.item()) == (float(np.float32(0.1)), 0.1)
    assert accumulated(tmp_path).Tags()["tensors"] == ["single", "double"]


def test_a_scalar_may_have_a_name_and_a_description(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_scalar("a", 1.0, 1, None, "shown", "*what it is*")  # tensorboardX's order
    writer.add_scalar("b", 1.0, 1, display_name="shown", summary_description="*what it is*")
    writer.close()
    for value in values(tmp_path):
        assert value.metadata.display_name == "shown"
        assert value.metadata.summary_description == "*what it is*"


def test_scalars_are_runs_of_one_chart(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_scalars("loss/all", {"train": 1.0, "test": np.float32(2)}, 3, 10.0)
    writer.add_scalars("loss/all", {"train": 0.5}, 4, 11.0)
    writer.export_scalars_to_json(tmp_path / "scalars.json")
    assert writer.scalar_dict == {}
    writer.close()
    assert runs(tmp_path) == {".", "loss_all_train", "loss_all_test"}
    assert [point.value for point in accumulated(tmp_path / "loss_all_train").Scalars("loss/all")] == [
        1.0,
        0.5,
    ]
    assert json.loads((tmp_path / "scalars.json").read_text()) == {
        f"{tmp_path}/loss/all/train": [[10.0, 3, 1.0], [11.0, 4, 0.5]],
        f"{tmp_path}/loss/all/test": [[10.0, 3, 2.0]],
    }


def test_a_series_is_written_at_once(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_scalar_series("a", range(5), np.arange(5) / 2, wall_times=7.0)
    writer.close()
    points = [(point.wall_time, point.step, point.value) for point in accumulated(tmp_path).Scalars("a")]
    assert points == [(7.0, step, step / 2) for step in range(5)]


# Distributions, tensors, text


def test_a_histogram_leaves_out_what_is_not_finite(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    for bins in ("tensorflow", "auto"):
        writer.add_histogram(bins, [1.0, np.nan, -2.0, np.inf], 1, bins=bins)
    writer.close()
    for value in values(tmp_path):
        assert (value.histo.min, value.histo.max, value.histo.num) == (-2.0, 1.0, 4)
        assert sum(value.histo.bucket) == 2


def test_a_histogram_of_nothing_is_an_error(writer: gl.SummaryWriter) -> None:
    for numbers, message in (([], "no element"), ([np.nan], "no number is finite"), ([1j], "must be real")):
        with pytest.raises(ValueError, match=message):
            writer.add_histogram("a", numbers)
    with pytest.raises(ValueError, match="no number is in a bin"):
        writer.add_histogram("a", [5.0], bins=[0, 1])
    with pytest.raises(ValueError, match="2 bucket_limits, but 1 bucket_counts"):
        writer.add_histogram_raw("a", 0, 1, 1, 1, 1, [1, 2], [1])


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i1", "i8", "u1", "c8", "?"])
def test_a_tensor_stays_what_it_is(tmp_path: Path, writer: gl.SummaryWriter, dtype: str) -> None:
    array = np.arange(6).reshape(2, 3).astype(dtype)
    writer.add_tensor("a", array, 1)
    writer.close()
    (event,) = accumulated(tmp_path).Tensors("a")
    tensor = event_pb2.Event().summary.value.add(tag="a").tensor
    tensor.ParseFromString(event.tensor_proto.SerializeToString())
    np.testing.assert_array_equal(tensor_array(tensor), array)


def test_text_is_a_tensor_of_the_text_plugin(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_text("a", "**text**", 1)
    writer.close()
    accumulator = accumulated(tmp_path)
    assert list(accumulator.PluginTagToContent("text")) == ["a/text_summary"]
    assert accumulator.Tensors("a/text_summary")[0].tensor_proto.string_val == [b"**text**"]
