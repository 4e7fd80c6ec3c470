"""Scalars of many runs as one table, in NumPy, pandas and Arrow; and the tables that notebooks show."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import graphlog as gl
from tests.readers.event_records import VERSION, summary, value, write_events


@pytest.fixture
def log(tmp_path: Path) -> gl.Log:
    for number, name in enumerate(["b", "a", "c"]):
        with gl.FileWriter(tmp_path / name) as writer:
            writer.add_scalar_series("loss", [1, 2], [number, number + 0.5], [10.0, 20.0])
            if name != "c":
                writer.add_scalar("accuracy", 0.25, 3, wall_time=30.0)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "x.tfevents.0").touch()
    return gl.open_log(tmp_path)


ROWS = [
    ("a", "loss", 1, 10.0, 1.0),
    ("a", "loss", 2, 20.0, 1.5),
    ("a", "accuracy", 3, 30.0, 0.25),
    ("b", "loss", 1, 10.0, 0.0),
    ("b", "loss", 2, 20.0, 0.5),
    ("b", "accuracy", 3, 30.0, 0.25),
    ("c", "loss", 1, 10.0, 2.0),
    ("c", "loss", 2, 20.0, 2.5),
]


def test_one_long_table(log: gl.Log) -> None:
    table = log.scalars()
    assert len(table) == 8
    assert list(zip(table.run, table.tag, table.step, table.wall_time, table.value, strict=True)) == ROWS
    assert table.value.dtype == np.float32
    assert table.runs == ["a", "b", "c"]
    assert "8 rows, 2 tags of 3 runs" in repr(table)
    assert len(log.scalars("accuracy")) == 2
    assert len(log["c"].table()) == 2


def test_pandas(log: gl.Log) -> None:
    pandas = pytest.importorskip("pandas")
    frame = log.to_pandas()
    assert list(frame.columns) == ["run", "tag", "step", "wall_time", "value"]
    assert [str(dtype) for dtype in frame.dtypes] == ["category", "category", "int64", "float64", "float32"]
    assert list(frame.itertuples(index=False, name=None)) == ROWS
    means = frame.groupby("run", observed=True)["value"].mean()
    assert means["c"] == 2.25
    assert len(log["empty"].to_pandas()) == 0
    assert isinstance(log["a"].to_pandas(), pandas.DataFrame)
    assert log["a"].to_pandas()["run"].unique().tolist() == ["a"]


def test_arrow(log: gl.Log) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    table = log.to_arrow()
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS
    text = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    assert table.schema.field("run").type == text
    assert table.schema.field("tag").type == text
    assert table.schema.field("value").type == pyarrow.float32()
    assert log["empty"].to_arrow().num_rows == 0


@pytest.mark.parametrize(("library", "method"), [("pandas", "to_pandas"), ("pyarrow", "to_arrow")])
def test_a_missing_library_is_told_with_what_to_do(
    log: gl.Log, library: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    for thing in (log, log["a"]):
        with pytest.raises(ImportError, match=rf"pip install 'graphlog\[{library}\]'"):
            getattr(thing, method)()


def test_a_table_has_double_precision_where_some_was_written(tmp_path: Path) -> None:
    from graphlog.graphdef.tensor_values import tensor_proto

    double = value("x", "scalars", tensor=tensor_proto(np.array(0.1)))
    write_events(tmp_path / "x.tfevents.0", [VERSION, summary(0, double, value("y", simple_value=0.5))])
    assert gl.open_log(tmp_path).scalars().value.tolist() == [0.1, 0.5]


def test_notebooks_show_small_tables(log: gl.Log) -> None:
    page = log._repr_html_()
    assert page.count("<tr>") == 5
    page = log["a"]._repr_html_()
    assert "<td" in page
    assert "accuracy" in page
    assert "1 to 2" in page
    golden = gl.open_log(Path(__file__).parent / "golden")
    for name, run in golden.items():
        page = run._repr_html_()
        assert "weights" in page, name
        assert len(page) < 30_000  # the drawing of the graph, too
        assert run.histograms("weights")._repr_html_()
    assert "lr = 0.125" in golden["torch"]._repr_html_()
    assert "1 graphs" in golden["torch"]._repr_html_()


def test_many_runs_and_tags_make_no_endless_page(tmp_path: Path) -> None:
    with gl.FileWriter(tmp_path / "0") as writer:
        for number in range(300):
            writer.add_scalar(f"tag{number}", 0.0)
    for number in range(1, 80):
        write_events(tmp_path / str(number) / "x.tfevents.0", [VERSION])
    log = gl.open_log(tmp_path)
    assert log._repr_html_().count("<tr>") == 51
    assert "80 runs in all" in log._repr_html_()
    assert log["0"]._repr_html_().count("<tr>") == 51
    assert "300 tags in all" in log["0"]._repr_html_()
