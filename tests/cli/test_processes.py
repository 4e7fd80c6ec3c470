"""Commands as processes: in terminals and pipes, interrupted, and with nowhere to print."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf
from graphlog.proto.graph_pb2 import GraphDef
from tests.cli.command_runs import Run, two_models


def in_terminal(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """The exit status of a command, and what it shows in a terminal of its own."""
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    with (
        os.fdopen(leader, "rb", buffering=0) as terminal,
        subprocess.Popen(
            command, stdout=follower, stderr=follower, env={**clean, "TERM": "xterm-256color", **environment}
        ) as process,
    ):
        os.close(follower)
        shown = b""
        # The end of a terminal whose other side is closed is an error on Linux.
        with contextlib.suppress(OSError):
            while part := terminal.read(4096):
                shown += part
    return process.returncode, shown.decode()


def test_a_terminal_gets_the_first_rows_and_a_pipe_all(tmp_path: Path, run: Run) -> None:
    graph = GraphDef()
    for number in range(800):
        graph.node.add(name=f"node_{number}", op="NoOp")
    (tmp_path / "flat.pb").write_bytes(graph.SerializeToString())
    calls: list[list[Any]] = [["graph", tmp_path / "flat.pb"], ["graph", tmp_path / "flat.pb", "--find", "."]]
    for call in calls:
        assert "node_799" in run(*call).out
        status, shown = in_terminal([sys.executable, "-m", "graphlog", *map(str, call)], {})
        assert status == 0
        assert shown.count("NoOp") == 500 - (len(call) == 2)
        assert re.search(r"… and 30[01] more rows", shown)
        assert "800 nodes" in shown or "--find REGEX" in shown


def test_a_terminal_gets_the_first_inputs_of_a_node_that_has_many(tmp_path: Path, run: Run) -> None:
    graph = GraphDef()
    graph.node.add(name="sum", op="AddN", input=[f"none_{number}" for number in range(800)])
    (tmp_path / "graph.pb").write_bytes(graph.SerializeToString())
    call = ["graph", str(tmp_path / "graph.pb"), "--node", "sum"]
    assert "none_799" in run(*call).out
    _, shown = in_terminal([sys.executable, "-m", "graphlog", *call], {})
    assert "none_499" in shown
    assert "none_500" not in shown
    assert "… and 300 more rows" in shown


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_shows_colours_unless_they_are_not_wanted(
    environment: dict[str, str], coloured: bool, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "graphlog", "diff", *map(str, two_models(tmp_path))]
    status, shown = in_terminal(command, environment)
    assert status == 1
    assert ("\x1b[32m" in shown) == coloured


@pytest.mark.parametrize("module", ["numpy", "google.protobuf", "tensorboard", "rich.table"])
def test_help_loads_little(module: str) -> None:
    program = (
        "import sys\nfrom graphlog.cli.app import main\ntry: main(['--help'])\n"
        f"except SystemExit: sys.exit({module!r} in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


@pytest.mark.parametrize("module", ["typer", "graphlog.cli.graph", "numpy"])
def test_ctrl_c_ends_a_command_without_a_traceback_also_while_it_starts(module: str, logdir: Path) -> None:
    program = f"""
import os, signal, sys
from importlib.abc import MetaPathFinder
from graphlog.cli.app import main

# A shell's background job is started with this signal ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

class CtrlC(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, CtrlC())
main(["inspect", {str(logdir)!r}])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_closed_pipe_is_no_error(logdir: Path) -> None:
    # More than a pipe holds, so that what is left finds it closed.
    with tf.SummaryWriter(logdir / "long") as writer:
        writer.add_scalar_series("loss", np.arange(5000), np.zeros(5000))
    program = f"{sys.executable} -m graphlog scalars {logdir} --points | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "0"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(
    "where", [">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>&1"]
)
def test_the_exit_status_is_right_where_nothing_can_be_printed(logdir: Path, where: str) -> None:
    graphlog = f"{sys.executable} -m graphlog"
    program = (
        f"{graphlog} check {logdir}/nothing {where}; echo $?; {graphlog} check {logdir} {where}; echo $?"
    )
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    statuses = [line for line in done.stdout.splitlines() if line in ("0", "1", "2")]
    assert statuses == ["2", "2" if where.startswith(">/dev/full") else "0"]
    assert "Traceback" not in done.stderr
    assert "NoneType" not in done.stderr


def test_view_prints_an_address_that_answers(logdir: Path) -> None:
    import signal
    import urllib.request

    # A shell's background job is started with this signal ignored.
    program = (
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "runpy.run_module('graphlog', run_name='__main__')"
    )
    command = [sys.executable, "-c", program, "view", str(logdir), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            address = line.split(" at ")[1].split(" ")[0]
            with urllib.request.urlopen(f"{address}data/runs", timeout=60) as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGINT)
            try:
                status = process.wait(timeout=60)
            finally:
                process.kill()
        assert status == 0
