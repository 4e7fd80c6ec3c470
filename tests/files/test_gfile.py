"""tf.gfile: local files with the results and errors of TensorFlow 1.15.5 (but for the order of names)."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import graphlog as tf


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(b"hello\nworld\r\nlast")
    (tmp_path / "b.bin").write_bytes(b"\xff")
    (tmp_path / "x" / "y").mkdir(parents=True)
    (tmp_path / "x" / "z.txt").touch()
    return tmp_path


ERRORS: list[tuple[Callable[[], Any], type[tf.errors.OpError], str]] = [
    (lambda: tf.gfile.GFile("nope").read(), tf.errors.NotFoundError, "nope; No such file or directory"),
    (lambda: tf.gfile.GFile("nope").size(), tf.errors.NotFoundError, "nope; No such file or directory"),
    (lambda: tf.gfile.GFile("a", "x"), tf.errors.InvalidArgumentError, "mode is not 'r' or 'w' or 'a'"),
    (lambda: tf.gfile.GFile("a", "w").read(), tf.errors.PermissionDeniedError, "isn't open for reading"),
    (lambda: tf.gfile.GFile("a").write("x"), tf.errors.PermissionDeniedError, "isn't open for writing"),
    (lambda: tf.gfile.GFile("no/a", "w").write("x"), tf.errors.NotFoundError, "no/a; No such file"),
    (lambda: tf.gfile.GFile("a.txt").seek(-1), tf.errors.InvalidArgumentError, "negative position: -1"),
    (lambda: tf.gfile.GFile("a.txt").seek(99), tf.errors.OutOfRangeError, "reached end of file"),
    (
        lambda: tf.gfile.GFile("a.txt").seek(1, 9),
        tf.errors.InvalidArgumentError,
        "Invalid whence argument: 9",
    ),
    (lambda: tf.gfile.Remove("nope"), tf.errors.NotFoundError, "nope; No such file or directory"),
    (lambda: tf.gfile.Remove("x"), tf.errors.FailedPreconditionError, "x; Is a directory"),
    (lambda: tf.gfile.MkDir("p/q"), tf.errors.NotFoundError, "p/q; No such file or directory"),
    (lambda: tf.gfile.MakeDirs("a.txt/b"), tf.errors.FailedPreconditionError, "a.txt/b; Not a directory"),
    (lambda: tf.gfile.ListDirectory("nope"), tf.errors.NotFoundError, "Could not find directory nope"),
    (lambda: tf.gfile.ListDirectory("a.txt"), tf.errors.NotFoundError, "Could not find directory a.txt"),
    (lambda: tf.gfile.Glob("nope/*"), tf.errors.NotFoundError, "nope; No such file or directory"),
    (lambda: tf.gfile.Copy("a.txt", "b.bin"), tf.errors.AlreadyExistsError, "file already exists"),
    (lambda: tf.gfile.Copy("nope", "c"), tf.errors.NotFoundError, "nope; No such file or directory"),
    (lambda: tf.gfile.Copy("a.txt", "x", True), tf.errors.FailedPreconditionError, "x; Is a directory"),
    (lambda: tf.gfile.Rename("a.txt", "b.bin"), tf.errors.AlreadyExistsError, "file already exists"),
    (lambda: tf.gfile.Rename("nope", "c"), tf.errors.NotFoundError, "nope; No such file or directory"),
    (lambda: tf.gfile.Stat("nope"), tf.errors.NotFoundError, "nope; No such file or directory"),
    (lambda: tf.gfile.DeleteRecursively("nope"), tf.errors.NotFoundError, "nope not found"),
    (lambda: tf.gfile.DeleteRecursively("a.txt"), tf.errors.FailedPreconditionError, "Not a directory"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_are_tensorflows(call: Callable[[], Any], kind: type[tf.errors.OpError], message: str) -> None:
    with pytest.raises(kind) as raised:
        call()
    assert message in raised.value.message


RESULTS: list[tuple[Callable[[], Any], Any]] = [
    (lambda: tf.gfile.GFile("a.txt").read(), "hello\nworld\r\nlast"),
    (lambda: tf.gfile.GFile("a.txt", "rb").read(3), b"hel"),
    (lambda: list(tf.gfile.FastGFile("a.txt")), ["hello\n", "world\n", "last"]),
    (lambda: tf.gfile.GFile("a.txt", "rb").readlines(), [b"hello\n", b"world\n", b"last"]),
    (lambda: tf.gfile.GFile("a.txt").size(), 17),
    (lambda: [tf.gfile.Exists(name) for name in ("a.txt", "x", "nope", "")], [True, True, False, False]),
    (lambda: [tf.gfile.IsDirectory(name) for name in ("a.txt", "x", "nope")], [False, True, False]),
    (lambda: tf.gfile.Glob("*"), ["./a.txt", "./b.bin", "./x"]),
    (lambda: tf.gfile.Glob(["[ab].*", "x/?", "nope*"]), ["./a.txt", "./b.bin", "x/y"]),
    (lambda: tf.gfile.Glob("*/z.txt"), ["./x/z.txt"]),
    (lambda: tf.gfile.Glob("a.txt"), ["./a.txt"]),
    (lambda: tf.gfile.ListDirectory("x"), ["y", "z.txt"]),
    (lambda: list(tf.gfile.Walk("x")), [("x", ["y"], ["z.txt"]), ("x/y", [], [])]),
    (lambda: list(tf.gfile.Walk("x", in_order=False)), [("x/y", [], []), ("x", ["y"], ["z.txt"])]),
    (lambda: list(tf.gfile.Walk("nope")), []),
    (lambda: (tf.gfile.Stat("a.txt").length, tf.gfile.Stat("x").is_directory), (17, True)),
]


@pytest.mark.parametrize(("call", "result"), RESULTS)
def test_results_are_tensorflows(call: Callable[[], Any], result: Any) -> None:
    assert call() == result


def test_a_file_is_made_by_its_first_write() -> None:
    with tf.gfile.GFile("new", "w"):
        assert not tf.gfile.Exists("new")
    with tf.gfile.GFile("new", "w") as file:
        file.write("text\n")
        file.write(b"bytes")
        file.flush()
        assert file.tell() == 10
    with tf.gfile.Open("new", "a+") as file:
        file.write("!")
        file.flush()
        assert file.read() == "text\nbytes!"


def test_reading_here_and_there() -> None:
    with tf.gfile.GFile("a.txt") as file:
        assert (file.read(3), file.tell(), file.readline()) == ("hel", 3, "lo\n")
        file.seek(2)
        assert file.read(2) == "ll"
        file.seek(-2, 2)
        assert (file.read(), file.read()) == ("st", "")


def test_making_copying_renaming_removing(folder: Path) -> None:
    tf.gfile.MakeDirs("p/q")
    tf.gfile.MakeDirs("p/q")
    tf.gfile.MkDir("p")
    tf.gfile.Copy("a.txt", "p/q/copy")
    tf.gfile.Copy("a.txt", "b.bin", overwrite=True)
    tf.gfile.Rename("p/q/copy", "p/renamed")
    tf.gfile.Rename("b.bin", "p/renamed", overwrite=True)
    tf.gfile.Remove("a.txt")
    assert tf.io.gfile.listdir("p") == ["q", "renamed"]
    tf.io.gfile.rmtree("p")
    assert sorted(os.listdir(folder)) == ["x"]


def test_paths_of_other_kinds(folder: Path) -> None:
    assert tf.gfile.Exists(folder / "a.txt")
    assert tf.gfile.Exists(b"a.txt")
    assert tf.gfile.Exists(f"file://{folder}/a.txt")
