"""Every command: what it prints, with which status it ends, and that nothing from a file steers a screen."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import graphlog as tf
from graphlog.cli.gradient_advice import ADVICE
from graphlog.inspect.gradients.health import VERDICTS
from graphlog.proto.event_pb2 import Event
from graphlog.proto.graph_pb2 import GraphDef
from tests.cli.command_runs import STEPS, Run, blog_graph, two_models

HOSTILE = "\x1b[31mred\x1b]0;title\x07[bold]m[/bold]\u202e<b>\r\n|x"


@pytest.fixture(name="hostile")
def _hostile(tmp_path: Path) -> Path:
    """A log, graphs and a table, all names of which hold what steers a terminal."""
    folder = tmp_path / "hostile"
    with tf.SummaryWriter(folder / "run\x1b[31m[bold]\u202e") as writer:
        writer.add_scalar(HOSTILE, 1.0, 0)
        writer.add_text(HOSTILE, HOSTILE, 0)
        writer.add_gradients({HOSTILE: np.array([np.nan, 1.0])}, 0)
    graph = GraphDef()
    graph.node.add(name=HOSTILE, op=f"Op{HOSTILE}", input=[f"{HOSTILE}missing"])
    graph.node.add(name=f"scope/{HOSTILE}", op="NoOp", input=[f"^{HOSTILE}"])
    (folder / "graph.pb").write_bytes(graph.SerializeToString())
    graph.node[1].op = f"Other{HOSTILE}"
    (folder / "other.pb").write_bytes(graph.SerializeToString())
    for number, kernel in enumerate(("first", "second")):
        graph.node[1].attr["_output_shapes"].list.shape.add().dim.add(size=number)
        with tf.FileWriter(folder / "graphs" / f"{kernel}\x1b[31m[bold]\u202e") as graph_writer:
            graph_writer.add_event(Event(graph_def=graph.SerializeToString()))
            graph_writer.add_scalar(HOSTILE, float(number), 0)
    table = {"step": 0, HOSTILE: 1.0, f"text{HOSTILE}": HOSTILE}
    (folder / "table.jsonl").write_text(json.dumps(table))
    return folder


HOSTILE_CALLS = [
    "inspect {folder}",
    "inspect {folder} --tags",
    "inspect {folder}/nowhere{name}",
    "scalars {folder}",
    "scalars {folder} --points",
    "scalars {folder} --plot",
    "scalars {folder} --csv -",
    "gradients {folder}",
    "graph {folder}/graph.pb",
    "graph {folder}/graph.pb --node {name}",
    "graph {folder}/graph.pb --node {name} --up 1 --down 1",
    "graph {folder}/graph.pb --node {name}absent",
    "graph {folder}/graph.pb --find red",
    "graph {folder}/graph.pb --find ({name}",
    "graph {folder}/graph.pb --path {name} scope/{name}",
    "graph {folder}/graph.pb --gradient-of {name}",
    "graph {folder}/graph.pb --scope {name}absent",
    "graph {folder}/graph.pb --type {name}",
    "graph {folder}",
    "graph {folder}/graphs",
    "export {folder} -o {folder}/graph.svg",
    "convert {folder}/graphs {folder}/written",
    "diff {folder}/graphs/first* {folder}/graphs/second*",
    "diff {folder}/graphs/first* {folder}/graphs/second* --most 1",
    "diff {folder}/graph.pb {folder}/graphs/second* --graph",
    "scalars {folder} --tag {name}absent",
    "scalars {folder} --run {name}absent",
    "check {folder} --notes",
    "check {folder} --notes --most 1",
    "check {folder}/graph.pb --notes",
    "diff {folder}/graph.pb {folder}/other.pb",
    "diff {folder} {folder}/absent{name}",
    "repair {folder}/graph.pb -o {folder}/out{name}",
    "export {folder}/graph.pb -o {folder}/out{name}.dot",
    "export {folder}/graph.pb -o {folder}/out{name}.unknown",
    "convert {folder}/graph.pb {folder}/written{name}",
    "convert {folder}/table.jsonl {folder}/written{name}",
    "view {folder}/absent{name}",
    "{name}",
    "inspect --{name}",
]


@pytest.mark.parametrize("call", HOSTILE_CALLS)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_nothing_of_a_hostile_name_reaches_the_screen_raw(
    call: str, options: list[str], hostile: Path, run: Run
) -> None:
    arguments = [part.format(folder=hostile, name=HOSTILE) for part in call.split(" ")]
    result = run(*arguments, *options)
    for text in (result.out, result.err):
        assert all(letter.isprintable() or letter == "\n" for letter in text), repr(text)
    if "{name}" in call and result.status == 2:
        assert "\\x1b[31mred" in result.err
        assert "[bold]m[" in result.err
    assert len(result.err.splitlines()) <= 1
    assert bool(result.err) == (result.status == 2 or "graphlog: not read: " in result.err)
    if options and result.out and "--csv" not in call:
        json.loads(result.out)


def test_markup_in_names_is_text(hostile: Path, run: Run) -> None:
    assert "[bold]m[/bold]" in run("scalars", hostile, columns=300).out


CALLS = {
    "inspect {logs}": 0,
    "inspect {logs}/one --tags": 0,
    "scalars {logs}": 0,
    "scalars {logs} --points": 0,
    "scalars {logs} --plot --tag loss": 0,
    "gradients {logs}/one": 0,
    "gradients {logs}": 1,
    "graph {logs}/one": 0,
    "graph {logs}/one --depth 3": 0,
    "graph {logs}/one --node e": 0,
    "graph {logs}/one --find ^nothing$": 1,
    "graph {logs}/one --type Log": 0,
    "graph {logs}/one --path a e": 0,
    "graph {logs}/one --path e a": 1,
    "graph {logs}/one --gradient-of t": 0,
    "graph {logs}/one --gradient-of a": 1,
    "graph {logs}/one --node absent": 2,
    "graph {logs}/two": 2,
    "check {logs}/one": 0,
    "diff {logs}/one {logs}/one": 0,
    "diff {logs}/one {logs}/two": 1,
    "diff {logs}/one {logs}/two --graph": 2,
    "diff {logs}/.. {logs}/..": 0,
    "graph {logs}": 0,
    "export {logs}/one -o {logs}/graph.svg": 0,
    "export {logs}/one -o {logs}/graph.pbtxt": 0,
    "export {logs} -o {logs}/scalars.csv": 0,
    "export {logs} -o {logs}/scalars.txt": 2,
    "export {logs} -o {logs}": 2,
    "convert {logs}/one {logs}/new": 0,
    "inspect {logs}/absent": 2,
    "check {logs}/absent": 2,
    "scalars {logs}/absent": 2,
    "view {logs}/absent": 2,
    "convert {logs}/absent {logs}/new": 2,
    "repair {logs}/absent -o {logs}/new": 2,
    "diff {logs}/absent {logs}/one": 2,
    "unknown": 2,
    "inspect": 2,
    "inspect --unknown": 2,
}


@pytest.mark.parametrize(("call", "status"), CALLS.items(), ids=CALLS)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_exit_statuses(call: str, status: int, options: list[str], logdir: Path, run: Run) -> None:
    result = run(*call.format(logs=logdir).split(" "), *options)
    assert result.status == status, result
    assert bool(result.err) == (status == 2)
    assert len(result.err.splitlines()) == (status == 2)
    if status < 2:
        assert result.out.endswith("\n")
        if options:
            json.loads(result.out)


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize(
    "call", [call for call, status in CALLS.items() if status < 2 and "export" not in call]
)
def test_nothing_is_cut_and_tables_fit(call: str, columns: int, logdir: Path, run: Run) -> None:
    if call.startswith("convert"):
        return
    result = run(*call.format(logs=logdir).split(" "), columns=columns)
    wide = run(*call.format(logs=logdir).split(" "), columns=1000)
    assert sorted(_letters(result.out)) == sorted(_letters(wide.out))


def _letters(text: str) -> str:
    """What a text says, however it is laid out: curves are drawn as wide as there is room for, if at all."""
    text = re.sub(r" (curve|norms)$", "", text, flags=re.MULTILINE)
    return "".join(letter for letter in text if not letter.isspace() and letter not in "▁▂▃▄▅▆▇█")


def test_inspect_lists_runs_tags_steps_and_graphs(logdir: Path, run: Run) -> None:
    data = json.loads(run("inspect", logdir, "--json").out)
    one, two = data["runs"]
    assert (one["name"], two["name"]) == ("one", "two")
    loss = next(item for item in one["tags"] if item["tag"] == "loss")
    assert (loss["points"], loss["first_step"], loss["last_step"]) == (len(STEPS), 0, STEPS[-1])
    assert loss["last_value"] == pytest.approx(1 / len(STEPS))
    assert {graph["name"] for graph in one["graphs"]} == {"graph_def", "meta_graph_def"}
    assert next(item for item in two["tags"] if item["tag"] == "loss")["last_value"] == "NaN"


def test_inspect_tells_health_time_and_size_of_a_run_with_a_graph_alone(tmp_path: Path, run: Run) -> None:
    with tf.FileWriter(tmp_path) as writer:
        graph_def = blog_graph().as_graph_def(add_shapes=True)
        writer.add_event(Event(wall_time=1.0e9, graph_def=graph_def.SerializeToString()))
    out = run("inspect", tmp_path).out
    assert "1 file of" in out
    assert ", fine" in out
    assert re.search(r"written  2001-09-0[89] ", out)
    assert f"graph_def at step 0: {len(graph_def.node)} nodes, " in out


def test_every_verdict_on_gradients_is_explained(logdir: Path, run: Run) -> None:
    assert {*ADVICE} == {*VERDICTS} - {"healthy"}
    out = " ".join(run("gradients", logdir).out.split())
    assert f"What it means: {ADVICE['nan'].meaning}" in out
    assert f"What to try: {ADVICE['nan'].remedy}" in out
    assert "Where: w of two, from step 0 on" in out
    assert "What it means" not in run("gradients", logdir / "one").out


def test_gradients_that_went_wrong_together_are_told_together(tmp_path: Path, run: Run) -> None:
    with tf.SummaryWriter(tmp_path) as writer:
        for step in range(8):
            small, large = np.full(2, 1e-6), np.full(2, 1e9 if step > 4 else 1.0)
            gradients = {"a/w": small, "b/w": small, "c/w": large, "d/w": large if step < 7 else [np.nan]}
            writer.add_gradients(gradients, step)
    lines = run("gradients", tmp_path).out.splitlines()
    assert [line for line in lines if "Where" in line] == [
        "  Where: d/w, from step 7 on",
        "  Where: c/w and d/w, from step 5 on",
        "  Where: a/w and b/w, from step 0 on",
    ]
    assert [line.split()[-1] for line in lines[1:5]] == ["▁▁▁▁▁▁▁▁", "▁▁▁▁▁▁▁▁", "▄▄▄▄▄███", "▄▄▄▄▄██"]
    assert [line.split()[-2] for line in lines[1:5]] == ["1.41e-06", "1.41e-06", "1.41e+09", "NaN"]


def test_diff_tells_renames_shapes_and_counts_what_was_added(tmp_path: Path, run: Run) -> None:
    out = run("diff", *two_models(tmp_path), "--most", 5, columns=300).out
    assert "> net/ is now model/" in out
    assert re.search(r"\+ \d+ nodes in model/layer1/ \(.*\); and 2 alike\n", out)
    assert "nodes: output 0 has the shape [?, 8], was [?, 4]: " in out
    assert (
        "~ done (NoOp): waits also for model/layer3/BiasAdd"
        in run("diff", *two_models(tmp_path / "again"), "--most", 500, columns=300).out
    )


def test_long_lines_go_on_further_in(tmp_path: Path, run: Run) -> None:
    lines = run("diff", *two_models(tmp_path), columns=60).out.splitlines()
    assert max(map(len, lines)) <= 60
    assert any(line.startswith("        ") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("repair s3://bucket/events -o mended", "s3://bucket/events is a URL"),
        ("convert history.csv s3://bucket/logs", "s3://bucket/logs is a URL"),
        ("repair . -o mended", ". is a folder: name a file of it"),
        ("inspct .", "No such command 'inspct'. Did you mean 'inspect'? See graphlog --help."),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, arguments: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run(*arguments.split())
    assert answer.status == 2
    assert answer.err.startswith(f"graphlog: {said}")


def test_diff_shows_final_least_most_and_area_of_curves(tmp_path: Path, run: Run) -> None:
    for name, values in (("old", [4.0, 2.0, 3.0]), ("new", [4.0, 1.0, 2.0])):
        with tf.SummaryWriter(tmp_path / name) as writer:
            writer.add_scalar_series("loss", np.arange(3), np.array(values))
            writer.add_scalar_series("same", np.arange(3), np.ones(3))
    lines = run("diff", tmp_path / "old", tmp_path / "new", columns=300).out.splitlines()
    (row,) = [line for line in lines if "~" in line and "loss" in line]
    # Columns that are the same for all, such as "points" and "most", are left out.
    assert re.split(r" {2,}", row) == ["~ loss", "3 → 2", "2 → 1", "5.5 → 4", "1 at step 1"]
    assert lines[0] == f"run {tmp_path / 'old'} and {tmp_path / 'new'}"
    assert not any("same" in line for line in lines)


def test_check_tells_what_to_do_once_for_each_kind(tmp_path: Path, run: Run) -> None:
    with tf.SummaryWriter(tmp_path) as writer:
        for tag in ("one", "two", "three"):
            for step in (5, 1):
                writer.add_scalar(tag, 1.0, step)
    out = run("check", tmp_path, "--most", 2).out
    assert "warning: step-backwards, 3 times" in out
    assert "… and 1 more; --most shows more" in out
    assert out.count("What to do:") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--up", "1"], "--node NAME says from which"),
        (["--node", "weights"], "Did you mean layer/weights"),
        (["--gradient-of", "a"], "--gradient-of u"),
        (["--find", "^nothing$"], "No node has a name with"),
        (["--path", "e", "a"], "No path leads from 'e' to 'a'."),
    ],
)
def test_graph_says_why_there_is_nothing_to_show(
    arguments: list[str], words: str, logdir: Path, run: Run
) -> None:
    result = run("graph", logdir / "one", *arguments)
    assert words.replace("--gradient-of u", "--gradient-of ") in result.out + result.err


def test_names_without_end_are_cut_and_told_with_their_length(tmp_path: Path, run: Run) -> None:
    name = "a" * 1_000_000 + "z"
    with tf.SummaryWriter(tmp_path) as writer:
        writer.add_scalar(name, 0.5, 1)
    for command in ("inspect", "scalars"):
        for columns in (80, 2000):
            out = run(command, tmp_path, columns=columns).out
            assert len(out) < 3000
            assert "1,000,001" in out
    assert json.loads(run("scalars", tmp_path, "--json").out)[0]["tag"] == name


def test_damage_is_found_told_and_mended(logdir: Path, tmp_path: Path, run: Run) -> None:
    (file,) = (logdir / "two").iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    assert run("inspect", logdir).status == 1
    assert run("check", file).status == 1
    mended = tmp_path / "mended.tfevents.1"
    result = run("repair", file, "-o", mended)
    assert (result.status, "Lost about 1 record (" in result.out) == (1, True)
    assert run("repair", file, "-o", mended).status == 2
    assert run("check", mended).status == 0
    again = run("repair", mended, "-o", tmp_path / "again", "--json")
    assert (again.status, json.loads(again.out)["lost_bytes"]) == (0, 0)


def test_scalars_are_chosen_by_patterns_and_written(logdir: Path, tmp_path: Path, run: Run) -> None:
    out = run("scalars", logdir, "--run", "o*", "--tag", "l?ss", "--csv", "-").out.splitlines()
    assert out[0] == "run,tag,step,wall_time,value"
    assert [line.split(",")[:3] for line in out[1:]] == [["one", "loss", str(step)] for step in STEPS]
    assert run("scalars", logdir, "--parquet", tmp_path / "t.parquet").status == 0
    assert run("convert", tmp_path / "t.parquet", tmp_path / "back").status == 0
    log, back = tf.open_log(logdir), tf.open_log(tmp_path / "back")
    assert back.runs == log.runs
    np.testing.assert_array_equal(back["one"].scalars("loss").value, log["one"].scalars("loss").value)
    np.testing.assert_array_equal(back["two"].scalars("loss").value, [np.nan])
    np.testing.assert_allclose(back["one"].scalars("loss").wall_time, log["one"].scalars("loss").wall_time)


def test_a_graph_is_exported_and_converted_back(logdir: Path, tmp_path: Path, run: Run) -> None:
    assert run("export", logdir / "one", "-o", tmp_path / "g.pb").status == 0
    assert run("convert", tmp_path / "g.pb", tmp_path / "back").status == 0
    assert run("diff", tmp_path / "g.pb", tmp_path / "back", "--graph").status == 0
    assert run("export", logdir / "one", "-o", tmp_path / "g.pb").status == 2  # it is there


def test_the_graph_of_the_blog_at_80_columns(logdir: Path, run: Run) -> None:
    lines = [line.rstrip() for line in run("graph", logdir / "one", columns=80).out.splitlines()]
    assert lines[0] == "scope         type         nodes  parameters  in memory  in file  outputs"
    assert next(line for line in lines if line.startswith("  a ")).startswith(
        "  a           Placeholder      1           -          -     74 B  [1]"
    )


def test_help_names_every_command(run: Run) -> None:
    text = run("--help").out
    for name in (
        "inspect",
        "graph",
        "scalars",
        "gradients",
        "diff",
        "check",
        "repair",
        "export",
        "convert",
        "view",
    ):
        assert f"  {name} " in text
        assert run(name, "--help").status == 0
    assert run().out == text
    assert run("--version").out == f"graphlog {tf.__version__}\n"


@pytest.mark.parametrize("command", ["scalars LOG", "diff LOG LOG", "export LOG -o OUT.csv", "gradients LOG"])
def test_what_could_not_be_read_is_told(run: Run, logdir: Path, tmp_path: Path, command: str) -> None:
    with tf.SummaryWriter(logdir / "cut") as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_scalar("loss", 1.0, 1)
    (path,) = (logdir / "cut").glob("*tfevents*")
    path.write_bytes(path.read_bytes()[:-3])
    names = {"LOG": logdir, "OUT.csv": tmp_path / "out.csv"}
    found = run(*[names.get(word, word) for word in command.split()])
    assert found.status == 1
    assert found.err.startswith("graphlog: not read: ")
    assert found.err.count(path.name) == 1
