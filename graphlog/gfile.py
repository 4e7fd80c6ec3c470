"""``tf.gfile``: files and folders, by TensorFlow 1's names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphlog.files import local_files
from graphlog.files.file_objects import FastGFile, GFile
from graphlog.files.file_objects import GFile as Open
from graphlog.files.local_files import FileStatistics
from graphlog.files.paths import Path

__all__ = [
    "Copy",
    "DeleteRecursively",
    "Exists",
    "FastGFile",
    "GFile",
    "Glob",
    "IsDirectory",
    "ListDirectory",
    "MakeDirs",
    "MkDir",
    "Open",
    "Remove",
    "Rename",
    "Stat",
    "Walk",
]


def Exists(filename: Path) -> bool:  # noqa: N802  TensorFlow's name, as all below
    """Whether there is a file or folder of this path."""
    return local_files.exists(filename)


def IsDirectory(dirname: Path) -> bool:  # noqa: N802
    """Whether there is a folder of this path."""
    return local_files.isdir(dirname)


def Glob(filename: Path | Iterable[Path]) -> list[str]:  # noqa: N802
    """The paths that fit a pattern, or one of several; see ``tf.io.gfile.glob``."""
    return local_files.glob(filename)


def MkDir(dirname: Path) -> None:  # noqa: N802
    """Makes a folder, unless it is there; NotFoundError where that which it is in is not."""
    local_files.mkdir(dirname)


def MakeDirs(dirname: Path) -> None:  # noqa: N802
    """Makes a folder and those that it is in, unless they are there."""
    local_files.makedirs(dirname)


def ListDirectory(dirname: Path) -> list[str]:  # noqa: N802
    """The names in a folder, sorted; NotFoundError where there is none."""
    return local_files.listdir(dirname)


def Remove(filename: Path) -> None:  # noqa: N802
    """Removes a file; NotFoundError where there is none."""
    local_files.remove(filename)


def DeleteRecursively(dirname: Path) -> None:  # noqa: N802
    """Removes a folder and all that is in it; NotFoundError where there is none."""
    local_files.rmtree(dirname)


def Copy(oldpath: Path, newpath: Path, overwrite: bool = False) -> None:  # noqa: N802
    """Copies a file; see ``tf.io.gfile.copy``."""
    local_files.copy(oldpath, newpath, overwrite)


def Rename(oldname: Path, newname: Path, overwrite: bool = False) -> None:  # noqa: N802
    """Gives a file or folder another path; see ``tf.io.gfile.rename``."""
    local_files.rename(oldname, newname, overwrite)


def Stat(filename: Path) -> FileStatistics:  # noqa: N802
    """A file's ``length``, ``mtime_nsec`` and ``is_directory``; NotFoundError where there is none."""
    return local_files.stat(filename)


def Walk(top: Path, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:  # noqa: N802
    """Goes through a folder and those in it; see ``tf.io.gfile.walk``."""
    return local_files.walk(top, in_order)
