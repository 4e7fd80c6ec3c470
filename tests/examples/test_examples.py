"""Every example, run as a user runs it, in an empty folder: what it prints and what it leaves."""

import math
from pathlib import Path

import pytest

import graphlog as tf
from graphlog.inspect.gradients.health import gradient_health
from tests.event_files import read_events, read_graph, read_scalars
from tests.examples.running import EXAMPLES, run

STEPS = range(20)


def node_names(run_folder: Path) -> list[str]:
    return [node.name for node in read_graph(run_folder).node]


def test_backprop_prints_the_blogs_gradients(tmp_path: Path) -> None:
    assert run("backprop.py", tmp_path).splitlines() == [
        "de/da:  3.0",
        "de/db:  2.0",
        "de/dc:  2.3025851",
        "de/dd:  0.5",
    ]


def test_explain_backprop_derives_the_blogs_gradients(tmp_path: Path) -> None:
    printed = run("explain_backprop.py", tmp_path)
    assert "∂e/∂d = ∂e/∂v · ∂v/∂t · ∂t/∂d = 1 · 5 · 0.1 = 0.5" in printed
    (event,) = [event for event in read_events(tmp_path / "logs" / "explain_backprop") if event.summary.value]
    assert event.summary.value[0].tag == "de/text_summary"
    assert "∂e/∂d" in event.summary.value[0].tensor.string_val[0].decode()


def test_backprop_leaves_its_graph_without_closing_its_writer(tmp_path: Path) -> None:
    run("backprop.py", tmp_path)
    written = tmp_path / "logs" / "backprop"
    kinds = [event.WhichOneof("what") for event in read_events(written)]
    assert kinds == ["file_version", "graph_def", "meta_graph_def"]
    names = node_names(written)
    assert names[:8] == ["a", "b", "c", "d", "u", "t", "v", "e"]
    assert {name.split("/")[0] for name in names[8:]} == {
        "gradients",
        "gradients_1",
        "gradients_2",
        "gradients_3",
    }


def test_backprop_differs_from_the_blog_by_its_import_and_its_folder() -> None:
    program = (EXAMPLES / "backprop.py").read_text(encoding="utf-8")
    assert "import graphlog as tf\n" in program
    assert "    writer = tf.summary.FileWriter('./logs/backprop', sess.graph)\n" in program
    assert ".close()" not in program


def test_backprop_gradients_logs_five_curves(tmp_path: Path) -> None:
    printed = run("backprop_gradients.py", tmp_path)
    assert len(printed.splitlines()) == len(STEPS)
    scalars = read_scalars(tmp_path / "logs" / "backprop_gradients")
    d = 10.0
    for step in STEPS:
        assert scalars["descent/de_da"][step] == 3.0
        assert scalars["descent/de_db"][step] == 2.0
        assert scalars["descent/de_dc"][step] == pytest.approx(math.log(d), rel=1e-5)
        assert scalars["descent/de_dd"][step] == pytest.approx(5 / d, rel=1e-5)
        assert scalars["descent/e"][step] == pytest.approx(6 + 5 * math.log(d), rel=1e-5)
        d -= 0.4 * 5 / d
    assert {tag: list(points) for tag, points in scalars.items()} == {
        f"descent/{name}": list(STEPS) for name in ("de_da", "de_db", "de_dc", "de_dd", "e")
    }


def test_backprop_gradients_writes_the_complete_graph(tmp_path: Path) -> None:
    run("backprop_gradients.py", tmp_path)
    names = node_names(tmp_path / "logs" / "backprop_gradients")
    assert "gradients/t_grad/mul" in names
    assert "descent/de_dd" in names


def test_pytorch_and_tensorflow_lists_and_logs_the_same_operations(tmp_path: Path) -> None:
    printed = run("pytorch_and_tensorflow.py", tmp_path)
    names = node_names(tmp_path / "logs" / "pytorch_and_tensorflow" / "tensorflow")
    listed = printed.partition("pytorch:")[0].splitlines()
    assert [line.split()[0] for line in listed] == ["tensorflow:", *names]
    assert "gradients/t_grad/mul" in names


def test_everything_writes_for_each_plugin(tmp_path: Path) -> None:
    run("everything.py", tmp_path)
    written = tmp_path / "logs" / "everything"
    plugins = {
        value.metadata.plugin_data.plugin_name
        for event in read_events(written)
        for value in event.summary.value
    }
    assert {"text", "pr_curves", "custom_scalars", "mesh"} <= plugins
    assert {path.name for path in written.iterdir() if path.is_dir()} >= {"both_train", "rate_0.1", "00029"}
    assert "gradients/output/MatMul_grad/MatMul" in node_names(written)


def test_vanishing_gradients_logs_a_network_that_learns_and_two_that_do_not(tmp_path: Path) -> None:
    printed = run("vanishing_gradients.py", tmp_path)
    log = tf.open_log(tmp_path / "logs" / "vanishing_gradients")
    assert set(log) == {"sigmoid", "relu", "large_weights"}
    last = {name: log[name].scalars("training/loss").value[-1] for name in log}
    assert last["relu"] < 0.01 < 0.5 < last["sigmoid"]
    health = {name: gradient_health(log[name]) for name in log}
    assert {item.verdict for item in health["relu"]} == {"healthy"}
    vanishing = [item for item in health["sigmoid"] if item.verdict == "vanishing"]
    assert {"layer1/kernel", "layer2/kernel", "layer3/kernel"} <= {item.variable for item in vanishing}
    assert {(item.findings[0].from_step, item.findings[0].to_the_end) for item in vanishing} == {(0, True)}
    assert {item.verdict for item in health["sigmoid"]} == {"vanishing", "healthy"}
    exploding = [[finding.verdict for finding in item.findings] for item in health["large_weights"]]
    assert all("exploding" in verdicts for verdicts in exploding)
    named = [tmp_path / word for word in printed.split() if word.startswith("logs/")]
    assert len(named) == 4
    assert all(path.is_dir() for path in named)


def test_every_example_is_tested() -> None:
    tested = {
        "backprop.py",
        "backprop_gradients.py",
        "explain_backprop.py",
        "vanishing_gradients.py",
        "pytorch_and_tensorflow.py",
        "everything.py",
        "torch_models.py",
        "jax_models.py",
        "four_frameworks.py",
        "notebook.ipynb",
    }
    assert {path.name for path in EXAMPLES.iterdir() if path.suffix in {".py", ".ipynb"}} == tested
