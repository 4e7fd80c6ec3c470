"""A graph that grows after it was written: warned of once, at the line that wrote it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import graphlog as gl
from graphlog.writers import FileWriter

REPOSITORY = Path(__file__).resolve().parents[2]


def grow(graph: gl.Graph, *names: str) -> None:
    with graph.as_default():
        for name in names:
            gl.no_op(name=name)


@pytest.fixture
def graph() -> gl.Graph:
    graph = gl.Graph()
    grow(graph, "a", "b")
    return graph


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["c"], "1 operation is missing from the event file: 'c'"),
        (["c", "d"], "2 operations are missing from the event file, the first of them 'c' and 'd'"),
        (["c", "d", "e"], "3 operations are missing from the event file, the first of them 'c' and 'd'"),
    ],
)
def test_close_says_what_is_missing_and_what_to_do(
    tmp_path: Path, graph: gl.Graph, names: list[str], what: str
) -> None:
    writer = FileWriter(tmp_path, graph)
    grow(graph, *names)
    with pytest.warns(UserWarning, match=f"has grown since it was written here: {what}.*add_graph") as caught:
        writer.close()
    assert [warning.filename for warning in caught] == [__file__]


def test_initializers_alone_are_no_growth(tmp_path: Path, graph: gl.Graph) -> None:
    writer = FileWriter(tmp_path, graph)
    grow(graph, "init", "init_all_tables")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        writer.close()


def test_initializers_again_and_again_are_growth(tmp_path: Path, graph: gl.Graph) -> None:
    writer = FileWriter(tmp_path, graph)
    grow(graph, "init", "init", "init")
    with pytest.warns(UserWarning, match="3 operations are missing"):
        writer.close()


def test_a_cell_that_is_run_again_is_told_of_reset_default_graph(tmp_path: Path, graph: gl.Graph) -> None:
    writer = FileWriter(tmp_path, graph)
    grow(graph, "a", "b")
    with pytest.warns(UserWarning, match="'a_1' and 'b_1'.*tf.reset_default_graph()"):
        writer.close()


def test_it_is_said_once(tmp_path: Path, graph: gl.Graph) -> None:
    writer = FileWriter(tmp_path, graph)
    grow(graph, "c")
    with pytest.warns(UserWarning, match="'c'"):
        writer.close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        writer.close()
        writer.reopen()
        writer.close()
        del writer
        gc.collect()


def test_a_writer_that_goes_unclosed_warns_too(tmp_path: Path, graph: gl.Graph) -> None:
    writer = FileWriter(tmp_path)
    writer.add_graph(graph)
    grow(graph, "c")
    with pytest.warns(UserWarning, match="'c'"):
        del writer


def test_a_graph_that_was_written_again_is_complete(tmp_path: Path, graph: gl.Graph) -> None:
    writer = FileWriter(tmp_path, graph)
    grow(graph, "c")
    writer.add_graph(graph)
    writer.close()  # an unexpected warning is an error in these tests
    writer = FileWriter(tmp_path, graph)
    grow(graph, "d")
    writer.add_graph(graph)
    grow(graph, "e")
    with pytest.warns(UserWarning, match="1 operation is missing from the event file: 'e'"):
        writer.close()


def test_only_the_graph_that_is_shown_counts(tmp_path: Path, graph: gl.Graph) -> None:
    writer = FileWriter(tmp_path, graph)
    grow(graph, "c")
    writer.add_graph(gl.Graph().as_graph_def())
    writer.close()


def test_a_graph_that_a_closed_writer_dropped_counts_not(tmp_path: Path, graph: gl.Graph) -> None:
    writer = FileWriter(tmp_path)
    writer.close()
    with pytest.warns(UserWarning, match="closed FileWriter"):
        writer.add_graph(graph)
    grow(graph, "c")
    writer.close()


PROGRAM = """
import os, sys
import graphlog as gl
from graphlog.writers import FileWriter
graph = gl.get_default_graph()
gl.no_op(name="a")
writer = FileWriter(sys.argv[1], graph)
gl.no_op(name="b")
"""


@pytest.mark.parametrize(
    ("ending", "status"),
    [("", 0), ("writer.close()", 0), ("sys.exit(3)", 3), ("raise RuntimeError('failed')", 1)],
)
def test_at_the_end_of_a_program(tmp_path: Path, ending: str, status: int) -> None:
    finished = run(PROGRAM + ending, tmp_path)
    assert finished.returncode == status
    assert finished.stderr.count("UserWarning") == 1
    assert ":7: UserWarning: The graph has grown" in finished.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_forked_child_leaves_the_warning_to_its_parent(tmp_path: Path) -> None:
    finished = run(PROGRAM + "os.fork() or sys.exit()\nos.wait()", tmp_path)
    assert finished.returncode == 0
    assert finished.stderr.count("UserWarning") == 1


def run(program: str, logdir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, str(logdir)],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
