"""What one does with files and folders (``tf.io.gfile``), with TensorFlow's errors."""

from __future__ import annotations

import fnmatch
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from graphlog.core.errors import AlreadyExistsError, FailedPreconditionError, NotFoundError, OpError
from graphlog.files.paths import Path, as_path, errors_of


class FileStatistics(NamedTuple):
    """What ``stat`` knows of a file: bytes, when it was changed (nanoseconds), whether it is a folder."""

    length: int
    mtime_nsec: int
    is_directory: bool


def exists(path: Path) -> bool:
    """Whether there is a file or folder of this path."""
    return os.path.exists(as_path(path))


def isdir(path: Path) -> bool:
    """Whether there is a folder of this path."""
    return os.path.isdir(as_path(path))


def glob(pattern: Path | Iterable[Path]) -> list[str]:
    """The paths that fit a pattern, sorted.

    Args:
        pattern: a path in which ``*`` stands for anything but a slash, ``?`` for one character, and
            ``[a-c]`` for one of several; or a list of such.

    Returns:
        The paths; one without a folder begins with ``./``, as TensorFlow gives it.

    Raises:
        NotFoundError: the folder in front of the first of those does not exist.
    """
    if not isinstance(pattern, str | bytes | os.PathLike):
        return [path for item in pattern for path in glob(item)]
    text = as_path(pattern)
    folder = text[: min((text.find(sign) for sign in "*?[\\" if sign in text), default=len(text))]
    folder = os.path.dirname(folder)
    rest = text[len(folder) :].strip("/").split("/")
    found = [folder or "."]
    with errors_of(folder or "."):
        os.scandir(folder or ".").close()
    for part in rest:
        found = [
            f"{parent.rstrip('/')}/{name}"
            for parent in found
            if os.path.isdir(parent)
            for name in sorted(_entries(parent))
            if fnmatch.fnmatchcase(name, part)
        ]
    return sorted(found)


def _entries(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def mkdir(path: Path) -> None:
    """Makes a folder, unless it is there.

    Raises:
        NotFoundError: the folder that it would be in does not exist.
    """
    path = as_path(path)
    with errors_of(path):
        if not os.path.exists(path):
            os.mkdir(path)


def makedirs(path: Path) -> None:
    """Makes a folder and those that it is in, unless they are there.

    Raises:
        FailedPreconditionError: one of those is a file.
    """
    path = as_path(path)
    with errors_of(path):
        if not os.path.exists(path):
            os.makedirs(path, exist_ok=True)


def listdir(path: Path) -> list[str]:
    """The names in a folder, sorted.

    Raises:
        NotFoundError: there is no such folder.
    """
    text = as_path(path)
    if not os.path.isdir(text):
        raise NotFoundError(None, None, f"Could not find directory {text}")
    with errors_of(text):
        return sorted(os.listdir(text))


def remove(path: Path) -> None:
    """Removes a file.

    Raises:
        NotFoundError: there is none.
        FailedPreconditionError: it is a folder.
    """
    path = as_path(path)
    with errors_of(path):
        if os.path.isdir(path) and not os.path.islink(path):
            raise FailedPreconditionError(None, None, f"{path}; Is a directory")
        os.remove(path)


def rmtree(path: Path) -> None:
    """Removes a folder and all that is in it.

    Raises:
        NotFoundError: there is none.
        FailedPreconditionError: it is a file.
    """
    path = as_path(path)
    if not os.path.lexists(path):
        raise NotFoundError(None, None, f"{path} not found")
    with errors_of(path):
        if not os.path.isdir(path):
            raise FailedPreconditionError(None, None, f"{path}; Not a directory")
        shutil.rmtree(path)


def copy(src: Path, dst: Path, overwrite: bool = False) -> None:
    """Copies a file.

    Args:
        src: the path of the file.
        dst: that of the copy.
        overwrite: whether a file of that path may be overwritten.

    Raises:
        NotFoundError: there is no such file.
        AlreadyExistsError: there is one of the new path already.
    """
    source, target = as_path(src), as_path(dst)
    _check_absent(target, overwrite)
    with errors_of(source), open(source, "rb") as reader, errors_of(target), open(target, "wb") as writer:
        shutil.copyfileobj(reader, writer)


def rename(src: Path, dst: Path, overwrite: bool = False) -> None:
    """Gives a file or folder another path; the arguments and errors are those of ``copy``."""
    source, target = as_path(src), as_path(dst)
    _check_absent(target, overwrite)
    with errors_of(source):
        os.replace(source, target)


def _check_absent(path: str, overwrite: bool) -> None:
    if not overwrite and os.path.exists(path):
        raise AlreadyExistsError(None, None, "file already exists")


def stat(path: Path) -> FileStatistics:
    """What is known of a file or folder.

    Raises:
        NotFoundError: there is none.
    """
    path = as_path(path)
    with errors_of(path):
        found = os.stat(path)
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(path))


def walk(
    top: Path, topdown: bool = True, onerror: Callable[[OpError], Any] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Goes through a folder and those in it.

    Args:
        top: the folder.
        topdown: whether a folder comes before those in it.
        onerror: called with the error where there is no such folder.

    Returns:
        An iterator over (path of a folder, names of the folders in it, names of the files in it).
    """
    text = as_path(top)
    try:
        names = listdir(text)
    except NotFoundError as error:
        if onerror is not None:
            onerror(error)
        return
    folders = [name for name in names if os.path.isdir(os.path.join(text, name))]
    here = text, folders, [name for name in names if name not in folders]
    if topdown:
        yield here
    for name in folders:
        yield from walk(os.path.join(text, name), topdown, onerror)
    if not topdown:
        yield here
