"""Where logs are: files, folders, trees, patterns, URLs; and folders that are strange, or not to be read."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphlog as gl

fsspec: Any = pytest.importorskip("fsspec")

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def write_run(folder: Path | str, values: dict[str, float], suffix: str = "") -> str:
    """Write an event file with one scalar for each tag at step 0, and return its path."""
    with gl.FileWriter(folder, filename_suffix=suffix) as writer:
        for tag, value in values.items():
            writer.add_scalar(tag, value)
    return writer.event_writer.path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write_run(tmp_path / "logs", {"loss": 0.0})
    write_run(tmp_path / "logs" / "a", {"loss": 1.0})
    write_run(tmp_path / "logs" / "a" / "deep" / "er", {"loss": 2.0})
    write_run(tmp_path / "logs" / "b", {"loss": 3.0})
    (tmp_path / "logs" / "empty").mkdir()
    (tmp_path / "logs" / "b" / "notes.txt").write_text("no events")
    return tmp_path / "logs"


def losses(log: gl.Log) -> dict[str, float]:
    return {name: float(run.scalars("loss").value[-1]) for name, run in log.items()}


TREE = {".": 0.0, "a": 1.0, "a/deep/er": 2.0, "b": 3.0}


def test_a_tree_has_the_runs_of_tensorboard(tree: Path) -> None:
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

    log = gl.open_log(tree)
    assert losses(log) == TREE
    assert log.runs == list(log) == list(TREE)
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(tree))
    assert set(multiplexer.Runs()) == set(log.runs)
    assert len(log) == 4
    assert "a" in log
    assert "c" not in log
    assert log["a"] is log["a"]
    assert log.problems == log.damage == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("logs", TREE),
        ("./logs/", TREE),
        ("logs/a", {".": 1.0, "deep/er": 2.0}),
        (".", {"logs": 0.0, "logs/a": 1.0, "logs/a/deep/er": 2.0, "logs/b": 3.0}),
        ("logs/*", {".": 0.0, "a": 1.0, "a/deep/er": 2.0, "b": 3.0}),
        ("logs/[ab]", {"a": 1.0, "a/deep/er": 2.0, "b": 3.0}),
        ("logs/a/*", {".": 1.0, "deep/er": 2.0}),
        ("logs/*/*tfevents*", {"a": 1.0, "b": 3.0}),
        ("logs/**/e?", {"a/deep/er": 2.0}),
        ("l*", {"logs": 0.0, "logs/a": 1.0, "logs/a/deep/er": 2.0, "logs/b": 3.0}),
    ],
)
def test_paths_and_patterns(
    tree: Path, path: str, expected: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree.parent)
    assert losses(gl.open_log(path)) == expected
    absolute = f"{tree.parent.as_posix()}/{path}"
    assert losses(gl.open_log(absolute)) == expected
    if "?" not in path:  # which begins something else in a URL
        assert losses(gl.open_log(f"file://{absolute}")) == expected


def test_a_file_is_a_run_whatever_its_name(tmp_path: Path) -> None:
    path = Path(write_run(tmp_path, {"loss": 4.0}))
    assert losses(gl.open_log(path)) == {".": 4.0}
    renamed = path.rename(tmp_path / "other name")
    assert losses(gl.open_log(renamed)) == {".": 4.0}
    assert losses(gl.open_log(os.fspath(renamed))) == {".": 4.0}


def test_a_folder_with_wildcards_in_its_name_is_a_folder(tmp_path: Path) -> None:
    write_run(tmp_path / "lr=[1e-3]*", {"loss": 4.0})
    assert losses(gl.open_log(tmp_path / "lr=[1e-3]*")) == {".": 4.0}


def test_files_of_a_run_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for number, name in enumerate(["c", "a", "b"]):
        path = write_run(tmp_path / "run", {"loss": number})
        Path(path).rename(tmp_path / "run" / f"events.out.tfevents.{name}")
    run = gl.open_log(tmp_path)["run"]
    assert run.scalars("loss").value.tolist() == [1, 2, 0]
    assert [path[-1] for path in run.files] == ["a", "b", "c"]


@pytest.fixture
def memory(tmp_path: Path) -> str:
    return f"memory://{tmp_path.name}/logs"


@pytest.fixture(params=["memory", "s3"])
def remote(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


def test_remote_folders(remote: str) -> None:
    first = write_run(remote, {"loss": 0.0})
    write_run(f"{remote}/a/b", {"loss": 1.0})
    log = gl.open_log(remote)
    assert losses(log) == {".": 0.0, "a/b": 1.0}
    assert losses(gl.open_log(first)) == {".": 0.0}
    assert losses(gl.open_log(f"{remote}/*/b")) == {"a/b": 1.0}
    write_run(f"{remote}/a/b", {"loss": 2.0}, ".later")
    write_run(f"{remote}/new", {"loss": 3.0})
    assert log.refresh()
    assert losses(log) == {".": 0.0, "a/b": 2.0, "new": 3.0}
    assert log["a/b"].scalars("loss").value.tolist() == [1, 2]
    assert all(losses(gl.open_log(path)) for run in log.values() for path in run.files)
    assert log[new := "new"].files[0].startswith(f"{remote.partition('://')[0]}://")
    assert new in log[new].files[0]
    assert log.damage == []


def test_a_remote_place_without_anything_is_told(remote: str) -> None:
    write_run(remote, {"loss": 0.0})
    with pytest.raises(FileNotFoundError, match="nothing-here"):
        gl.open_log(f"{remote}/nothing-here")


@pytest.mark.parametrize("path", ["missing", "missing/run", "logs/a/missing"])
def test_nothing_at_the_path_is_an_error(tree: Path, path: str) -> None:
    with pytest.raises(FileNotFoundError, match=re.escape(path)):
        gl.open_log(tree.parent / path)


@pytest.mark.parametrize("path", ["logs/empty", "logs/nothing*", "logs/b/notes*"])
def test_a_place_without_events_is_told(tree: Path, path: str) -> None:
    log = gl.open_log(tree.parent / path)
    assert log.runs == []
    (problem,) = log.problems
    assert "no event file" in str(problem)
    assert log.damage == [problem]
    assert "no event file" in repr(log)
    assert len(log.scalars()) == 0


def test_an_empty_file_is_an_empty_run(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.0").touch()
    run = gl.open_log(tmp_path)["."]
    assert run.tags() == {}
    assert run.damage == []
    assert list(run.events()) == []


def test_a_run_or_tag_that_is_not_there_is_told_with_what_is(tree: Path) -> None:
    log = gl.open_log(tree)
    with pytest.raises(KeyError, match=r"no run 'a/deep'; there is 'a/deep/er'"):
        log["a/deep"]
    with pytest.raises(KeyError, match=r"run 'a' has no scalars of the tag 'los'; there is 'loss'"):
        log["a"].scalars("los")
    with pytest.raises(KeyError, match="none at all"):
        log["a"].images("loss")
    with pytest.raises(KeyError, match=r"no scalars of the tag 'x'"):
        log.scalars("x")
    write_run(tree / "many", {f"tag{number}": 0.0 for number in range(100)})
    with pytest.raises(KeyError, match="and 80 more"):
        gl.open_log(tree)["many"].scalars("x")


def test_an_unknown_rule_for_restarts_is_an_error(tree: Path) -> None:
    with pytest.raises(ValueError, match="purge"):
        gl.open_log(tree, restarts="drop")  # type: ignore[arg-type]


def test_a_logdir_is_opened_without_reading_its_runs(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphlog.readers.storage import LocalStorage

    opened: list[str] = []
    open_file = LocalStorage.open

    def counting(self: LocalStorage, path: str) -> Any:
        opened.append(path)
        return open_file(self, path)

    monkeypatch.setattr(LocalStorage, "open", counting)
    log = gl.open_log(tree)
    assert "4 runs" in repr(log)
    assert "not read yet" in repr(log["a"])
    assert opened == []
    log["a"].scalars("loss")
    assert opened == log["a"].files


class TestLinks:
    """Symbolic links, which lead round in circles or nowhere."""

    def test_a_link_to_a_run_is_a_run_as_in_tensorboard(self, tree: Path) -> None:
        (tree / "latest").symlink_to("b")
        assert losses(gl.open_log(tree)) == TREE | {"latest": 3.0}

    @pytest.mark.parametrize("target", [".", "..", "../..", "../a"])
    def test_a_loop_is_told_and_not_followed(self, tree: Path, target: str) -> None:
        (tree / "a" / "loop").symlink_to(target)
        log = gl.open_log(tree)
        assert {name: loss for name, loss in losses(log).items() if "loop" not in name} == TREE
        assert any("a symbolic link to a folder that it is in" in item.reason for item in log.problems)

    def test_a_link_to_itself_is_told(self, tree: Path) -> None:
        (tree / "self").symlink_to("self")
        (tree / "x.tfevents.self").symlink_to("x.tfevents.self")
        (tree / "x.tfevents.nowhere").symlink_to("nothing")
        log = gl.open_log(tree)
        assert losses(log) == TREE
        assert {Path(item.file).name for item in log.problems} >= {"x.tfevents.self", "x.tfevents.nowhere"}
        with pytest.raises(OSError, match="self"):
            gl.open_log(tree / "self")

    def test_folders_full_of_links_to_each_other_come_to_an_end(self, tmp_path: Path) -> None:
        folders = [tmp_path / str(number) for number in range(12)]
        for folder in folders:
            write_run(folder, {"loss": 1.0})
            for other in folders:
                if other != folder:
                    (folder / f"to {other.name}").symlink_to(other)
        log = gl.open_log(tmp_path)
        assert {str(number) for number in range(12)} <= set(log.runs)
        assert len(log) <= 12 * 16
        assert any("by more than 16 names" in item.reason for item in log.problems)


def test_a_pipe_is_not_waited_for(tree: Path) -> None:
    os.mkfifo(tree / "pipe.tfevents")
    log = gl.open_log(tree)
    assert losses(log) == TREE
    assert [Path(item.file).name for item in log.problems] == ["pipe.tfevents"]
    with pytest.raises(OSError, match="neither a file nor a folder"):
        gl.open_log(tree / "pipe.tfevents")


@contextlib.contextmanager
def somebody_without_rights() -> Iterator[None]:
    """To root nothing is forbidden; so while this lasts, it is somebody else."""
    if not IS_ROOT:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_what_may_not_be_read_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is closed to others
        tree = Path(folder)
        tree.chmod(0o755)
        for number, name in enumerate(["a", "b", "c"]):
            write_run(tree / name / "deep", {"loss": number})
        assert losses(gl.open_log(tree)) == {"a/deep": 0, "b/deep": 1, "c/deep": 2}
        forbidden_file = Path(gl.open_log(tree)["b/deep"].files[0])
        forbidden_file.chmod(0)
        (tree / "a").chmod(0)
        with somebody_without_rights():
            log = gl.open_log(tree)
            assert log.runs == ["b/deep", "c/deep"]
            assert log["b/deep"].tags() == {}
            assert log["c/deep"].scalars("loss").value.tolist() == [2]
            assert [(Path(item.file).name, item.reason) for item in log.damage] == [
                ("a", "Permission denied"),
                (forbidden_file.name, "Permission denied"),
            ]
            with pytest.raises(PermissionError):
                gl.open_log(tree / "a" / "deep")
        (tree / "a").chmod(0o700)
        forbidden_file.chmod(0o600)
        log.refresh()
        assert losses(log) == {"a/deep": 0, "b/deep": 1, "c/deep": 2}
        assert log.damage == []


def test_folders_that_vanish_leave_what_was_read(tree: Path) -> None:
    log = gl.open_log(tree)
    assert losses(log) == TREE
    Path(log["a"].files[0]).unlink()
    log.refresh()
    assert losses(log) == TREE
    assert any("No such file" in item.reason for item in log["a"].damage)
    tree.rename(tree.with_name("moved"))
    log.refresh()
    assert losses(log) == TREE
    assert log.problems


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such names")
@pytest.mark.parametrize(
    "name",
    [
        b"\x1b[31mred",
        b"<script>alert(1)</script>",
        b"not utf-8 \xff\xfe",
        b"new\nline",
        "bidi \u202e x".encode(),
    ],
)
def test_strange_names_reach_no_screen_raw(tmp_path: Path, name: bytes) -> None:
    folder = os.fsdecode(name).replace("/", "|")
    write_run(tmp_path / folder, {"<b>\x1b[2Jtag\u202e": 1.0})
    log = gl.open_log(tmp_path)
    (run_name,) = log.runs
    run = log[run_name]
    assert run.scalars("<b>\x1b[2Jtag\u202e").value.tolist() == [1.0]
    run_name.encode()  # a proper text
    (Path(run.files[0]).parent / "x.tfevents.nothing").symlink_to("nothing")
    problems = gl.open_log(tmp_path).problems
    for text in (repr(log), repr(run), repr(run.scalars(run.tags()["scalars"][0])), *map(str, problems)):
        assert text.isprintable(), ascii(text)
    for page in (log._repr_html_(), run._repr_html_(), gl.open_log(tmp_path)._repr_html_()):
        assert page.isprintable(), ascii(page)
        assert "<script" not in page
        assert "<b>" not in page
    with pytest.raises(KeyError) as caught:
        run.scalars("x")
    assert str(caught.value).isprintable()
