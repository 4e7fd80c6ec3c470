"""Tables as trackers export them, read as curves."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from graphlog.adapters.history_tables import HistoryTable, is_history_table, read_history_table

WEIGHTS_AND_BIASES = """\
"Step","brisk-1 - loss","brisk-1 - loss__MIN","note"
"0","1.5","","first"
"1","","1","second"
"2","NaN","0.5","third"
"""
TENSORBOARD = "Wall time,Step,Value\n1700000000.5,0,2.5\n1700000001.5,10,-inf\n"
LONG = "run,tag,step,value,wall_time\na,loss,0,1,\nb,loss,0,2,1700000000\na,loss,5,3,1700000009\na,,6,3,\n"
HISTORY = [{"_step": 0, "_timestamp": 1.7e12, "loss": 1, "text": "x"}, {"_step": 2, "acc": 0.5, "loss": None}]


def read(folder: Path, name: str, content: str) -> HistoryTable:
    (folder / name).write_text(content, encoding="utf-8")
    return read_history_table(folder / name)


def points(table: HistoryTable) -> dict[tuple[str, str], list[tuple[int, float]]]:
    return {
        (curve.run, curve.tag): list(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))
        for curve in table.curves
    }


def test_a_wide_table_has_a_tag_for_each_column_of_numbers(tmp_path: Path) -> None:
    table = read(tmp_path, "export.csv", WEIGHTS_AND_BIASES)
    assert table.step_column == "Step"
    assert table.left_out == ("note",)
    found = points(table)
    assert found["", "brisk-1 - loss__MIN"] == [(1, 1.0), (2, 0.5)]
    assert found["", "brisk-1 - loss"][0] == (0, 1.5)
    assert np.isnan(found["", "brisk-1 - loss"][1][1])
    assert table.curves[0].wall_times is None


def test_the_tag_of_tensorboards_export_stands_in_the_name_of_the_file(tmp_path: Path) -> None:
    table = read(tmp_path, "run-train-tag-loss.csv", TENSORBOARD)
    assert points(table) == {("", "loss"): [(0, 2.5), (10, -np.inf)]}
    assert table.curves[0].wall_times is not None
    assert table.curves[0].wall_times.tolist() == [1700000000.5, 1700000001.5]


def test_a_long_table_has_a_number_in_each_row(tmp_path: Path) -> None:
    table = read(tmp_path, "long.csv", LONG)
    assert points(table) == {("a", "loss"): [(0, 1.0), (5, 3.0)], ("b", "loss"): [(0, 2.0)]}
    first, second = table.curves
    assert first.wall_times is not None
    assert second.wall_times is not None
    assert first.wall_times.tolist() == [1700000000, 1700000009]  # a missing one is that before, or the first
    assert second.wall_times.tolist() == [1700000000]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("h.jsonl", "\n".join(map(json.dumps, HISTORY))),
        ("h.ndjson", "\n".join(map(json.dumps, HISTORY)) + "\n\n"),
        ("h.json", json.dumps(HISTORY)),
    ],
)
def test_json_records_may_lack_names(name: str, content: str, tmp_path: Path) -> None:
    table = read(tmp_path, name, content)
    assert points(table) == {("", "loss"): [(0, 1.0)], ("", "acc"): [(2, 0.5)]}
    assert table.left_out == ("text",)
    assert table.curves[0].wall_times is not None
    assert table.curves[0].wall_times.tolist() == [1.7e9]  # milliseconds


def test_parquet(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "epoch": [0.0, 1.0],
        "loss": [1.5, None],
        "big": [2**40, 1],
        "on": [True, False],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "h.parquet")
    table = read_history_table(tmp_path / "h.parquet")
    assert points(table) == {("", "loss"): [(0, 1.5)], ("", "big"): [(0, 2.0**40), (1, 1.0)]}
    assert table.left_out == ("on",)


def test_rows_are_counted_where_there_are_no_steps(tmp_path: Path) -> None:
    table = read(tmp_path, "h.tsv", "loss\tacc\n1\t2\n3\t4\n")
    assert points(table) == {("", "loss"): [(0, 1.0), (1, 3.0)], ("", "acc"): [(0, 2.0), (1, 4.0)]}
    assert table.step_column == ""


def test_rows_without_step_are_counted(tmp_path: Path) -> None:
    table = read(tmp_path, "h.csv", "step,loss\n0,1\n,2\n9223372036854775807,3\n")
    assert points(table) == {("", "loss"): [(0, 1.0), (2**63 - 1, 3.0)]}
    assert table.rows_without_step == 1


def test_dates_are_times(tmp_path: Path) -> None:
    table = read(tmp_path, "h.csv", "step,timestamp,loss\n0,2026-01-01T00:00:00+00:00,1\n")
    assert table.curves[0].wall_times is not None
    assert table.curves[0].wall_times.tolist() == [1767225600.0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("h.csv", "", "is empty"),
        ("h.csv", "step,note\n0,a\n", "no column of numbers"),
        ("h.csv", "step,a\n0,1,2\n", "row 2 has 3 cells"),
        ("h.csv", "a,a\n1,2\n", "two columns 'a'"),
        ("h.csv", "step,a\n0.5,1\n", "whole number of 64 bits"),
        ("h.csv", f"step,a\n{2**63},1\n", "whole number of 64 bits"),
        ("h.csv", "step,a\nnan,1\n", "whole number of 64 bits"),
        ("h.csv", "tag,value\na,x\n", "no number"),
        ("h.csv", "step,timestamp,a\n0,then,1\n", "neither seconds since 1970 nor a date"),
        ("h.jsonl", "{", "is no JSON"),
        ("h.jsonl", "[" * 100_000, "is no JSON"),
        ("h.json", "[1]", "record 1 is no JSON object"),
        ("h.parquet", "PAR1", "is no Parquet file"),
    ],
)
def test_what_is_no_such_table_is_told(name: str, content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        read(tmp_path, name, content)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="no text in UTF-8"):
        read_history_table(tmp_path / "h.csv")


@pytest.mark.parametrize(("name", "expected"), [("a.CSV", True), ("b.parquet", True), ("c.pb", False)])
def test_tables_are_known_by_their_endings(name: str, expected: bool) -> None:
    assert is_history_table(name) is expected


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such files")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "table.csv")
    with pytest.raises(OSError, match="neither a file nor a folder"):
        read_history_table(tmp_path / "table.csv")
