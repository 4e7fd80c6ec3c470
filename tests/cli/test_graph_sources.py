"""Which graph is meant by a path."""

import os
import shlex
from pathlib import Path

import pytest

import graphlog as tf
from graphlog.cli.graph_sources import graph_source
from graphlog.cli.similar_names import similar_names
from graphlog.inspect.graphs.nodes import graph_nodes
from tests.unprivileged import folder_for_all, unprivileged


def write_graph(folder: Path, name: str) -> None:
    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name=name)
    tf.FileWriter(folder, graph).close()


def names(path: object) -> list[str]:
    return graph_nodes(graph_source(str(path), "graphlog graph {}")).names


def test_the_only_run_with_a_graph_is_taken(tmp_path: Path) -> None:
    with tf.SummaryWriter(tmp_path / "logs" / "scalars") as writer:
        writer.add_scalar("loss", 1.0, 0)
    write_graph(tmp_path / "logs" / "deep" / "run", "one")
    assert names(tmp_path / "logs") == ["one"]
    assert names(tmp_path / "lo*") == ["one"]
    (file,) = (tmp_path / "logs" / "deep" / "run").iterdir()
    assert names(file) == ["one"]


def test_of_several_runs_the_error_names_commands_that_work(tmp_path: Path) -> None:
    for name in ("one", "two runs"):
        write_graph(tmp_path / name, name.split()[0])
    with pytest.raises(ValueError, match="2 runs have a graph") as error:
        names(tmp_path)
    commands = str(error.value).partition("Choose one: ")[2].split(", or ")
    paths = [shlex.split(command)[2] for command in commands]
    assert [names(path) for path in paths] == [["one"], ["two"]]


def test_the_graph_of_the_folder_itself_comes_first(tmp_path: Path) -> None:
    write_graph(tmp_path, "root")
    write_graph(tmp_path / "run", "below")
    assert names(tmp_path) == ["root"]


def test_a_log_of_tensorflow_2_has_one() -> None:
    golden = Path(__file__).resolve().parents[1] / "readers" / "golden" / "tensorflow2"
    assert len(names(golden)) == 4


@pytest.mark.skipif(os.name == "nt", reason="permissions are others there")
@pytest.mark.parametrize("name", ["events.out.tfevents.1", "graph.pb", "logs"])
def test_what_may_not_be_read_is_said_not_to_be_read(name: str) -> None:
    with folder_for_all() as folder:
        path = folder / name
        with tf.Graph().as_default() as graph:
            tf.constant(1.0, name="one")
        tf.FileWriter(folder / "logs", graph).close()
        (file,) = (folder / "logs").iterdir()
        content = graph.as_graph_def().SerializeToString() if name == "graph.pb" else file.read_bytes()
        if name != "logs":
            path.write_bytes(content)
        assert names(path) == ["one"]
        path.chmod(0)
        with unprivileged(), pytest.raises((ValueError, PermissionError), match="Permission denied"):
            names(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no event file and no SavedModel"),
        ("loss", "no graph is in it"),
        ("table.csv", "graphlog convert"),
    ],
)
def test_errors_say_what_is_there_and_what_to_do(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path
    if content == "loss":
        with tf.SummaryWriter(tmp_path) as writer:
            writer.add_scalar("loss", 1.0, 0)
    elif content:
        path = tmp_path / content
        path.write_text("step,loss\n0,1\n")
    with pytest.raises(ValueError, match=words):
        names(path)


@pytest.mark.parametrize(
    ("wanted", "like"),
    [
        ("MatMul", "hidden/MatMul"),
        ("matmul", "hidden/MatMul"),
        ("hiden/MatMul", "hidden/MatMul"),
        ("hidd", "hidden"),
        ("zzz", ""),
        ("loss", ""),
    ],
)
def test_names_that_may_have_been_meant_are_told(wanted: str, like: str) -> None:
    text = similar_names(["hidden/MatMul", "loss"], ["", wanted])
    assert text.startswith(f" Did you mean {like}") if like else not text
