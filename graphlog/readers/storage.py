"""Where event files are kept: local folders, and everything that fsspec knows."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import re
import stat
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple, Protocol, cast

from graphlog.events.paths import is_remote, local_path
from graphlog.readers.damage import FileDamage

PathKind = Literal["file", "folder"]

EVENT_FILE_MARK = "tfevents"  # what TensorBoard looks for in a name
_WILDCARDS = re.compile(r"[*?[]")
# By different symbolic links one comes to a folder by different names, each a run as in TensorBoard; folders
# full of links to each other have more names than anyone could read.
_MOST_VISITS = 16


class Storage(Protocol):
    """A place with files."""

    def kind(self, path: str) -> PathKind | None:
        """What is at a path; None if nothing is."""

    def event_files(self, folder: str) -> tuple[list[str], list[FileDamage]]:
        """The event files in a folder and below, and what could not be looked into."""

    def matches(self, pattern: str) -> list[str]:
        """The paths that fit a pattern with ``*``, ``?`` and ``[…]``, sorted."""

    def open(self, path: str) -> BinaryIO:
        """Opens a file to read it."""

    def url(self, path: str) -> str:
        """A path as users write it."""


def storage_of(path: str | os.PathLike[str]) -> tuple[Storage, str]:
    """The storage of a path or URL, and the path in that storage.

    Raises:
        ImportError: fsspec, or what it needs for that kind of URL, is not installed.
        OSError: the storage cannot be reached.
        ValueError: the path is empty, or a URL of no kind that is known.
    """
    text = os.fsdecode(path)
    if not text:
        raise ValueError("the path is empty")
    if is_remote(text):
        return _remote_storage(text)
    return LocalStorage(), Path(os.path.expanduser(local_path(text))).as_posix()


def has_wildcards(path: str) -> bool:
    """Whether a path may be a pattern."""
    return bool(_WILDCARDS.search(path))


def fixed_folder(pattern: str) -> str:
    """The longest folder that a pattern names without a wildcard."""
    before = pattern[: cast("re.Match[str]", _WILDCARDS.search(pattern)).start()]
    return before.rpartition("/")[0] or ("/" if before.startswith("/") else ".")


def is_event_file(path: str) -> bool:
    """Whether a path has the name of an event file."""
    return EVENT_FILE_MARK in path.rpartition("/")[2]


class LocalStorage:
    """The files of this machine. Its paths have ``/`` on every system."""

    def kind(self, path: str) -> PathKind | None:
        """What is at a path; None if nothing is. A PermissionError is raised, not taken for nothing."""
        try:
            mode = os.stat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            raise _no_file(path)
        return "folder" if stat.S_ISDIR(mode) else "file"

    def event_files(self, folder: str) -> tuple[list[str], list[FileDamage]]:
        """The event files in a folder and below, symbolic links followed; and what could not be read."""
        found: list[str] = []
        damage: list[FileDamage] = []
        visits: dict[_Identity, int] = {}
        # First all without links: what is there by its own name is never left out for its other names.
        waiting, behind_links = deque([_Folder(Path(folder).as_posix(), ())]), deque[_Folder]()
        while waiting or behind_links:
            queue = waiting or behind_links
            path, above = queue.popleft()
            try:
                status = os.stat(path)
                identity = (status.st_dev, status.st_ino)
                if identity in above:
                    raise OSError(errno.ELOOP, "a symbolic link to a folder that it is in; not followed")
                visits[identity] = visits.get(identity, 0) + 1
                if visits[identity] == _MOST_VISITS + 1:
                    raise OSError(errno.ELOOP, f"symbolic links lead here by more than {_MOST_VISITS} names")
                if visits[identity] > _MOST_VISITS:
                    continue
                listing = _listed(path, damage)
            except OSError as error:
                damage.append(FileDamage(path, None, None, _reason(error)))
                continue
            found += listing.files
            queue.extend(_Folder(item, (*above, identity)) for item in listing.folders)
            behind_links.extend(_Folder(item, (*above, identity)) for item in listing.links)
        return found, damage

    def matches(self, pattern: str) -> list[str]:
        """The paths that fit a pattern, sorted."""
        return sorted(Path(item).as_posix() for item in glob.iglob(pattern))

    def open(self, path: str) -> BinaryIO:
        """Opens a file to read it; an OSError is raised for what is none, as in ``kind``."""
        file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115  # whoever asked closes it
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        file.close()
        raise _no_file(path)

    def url(self, path: str) -> str:
        """A path as users write it: as it is."""
        return path


def _open_at_once(path: str, flags: int) -> int:
    """Opens what is at a path without waiting, as for whoever writes into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _no_file(path: str) -> OSError:
    """The error for pipes and devices: reading one might never end."""
    return OSError(errno.EINVAL, "neither a file nor a folder", path)


_Identity = tuple[int, int]


class _Folder(NamedTuple):
    """A folder to look into, and the identities of those that it is in."""

    path: str
    above: tuple[_Identity, ...]


class _Listing(NamedTuple):
    """The event files in a folder, the folders in it, and the links to folders."""

    files: list[str]
    folders: list[str]
    links: list[str]


def event_files_in(folder: str) -> list[str]:
    """The event files that are in a folder of this machine itself.

    Raises:
        OSError: it cannot be looked into.
    """
    return _listed(folder, []).files


def _listed(folder: str, damage: list[FileDamage]) -> _Listing:
    listing = _Listing([], [], [])
    with os.scandir(folder) as items:
        for item in items:
            path = folder.rstrip("/") + "/" + item.name
            try:
                if item.is_dir():
                    (listing.links if item.is_symlink() else listing.folders).append(path)
                elif EVENT_FILE_MARK in item.name:
                    if item.is_symlink() and not os.path.exists(path):
                        raise OSError(errno.ENOENT, "a symbolic link that leads nowhere")
                    if not item.is_file():
                        raise OSError(errno.EINVAL, "neither a file nor a folder")
                    listing.files.append(path)
            except OSError as error:
                damage.append(FileDamage(path, None, None, _reason(error)))
    return listing


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


class RemoteStorage:
    """What fsspec knows: object stores, other machines, archives.

    Args:
        system: a file system of fsspec's.
    """

    def __init__(self, system: Any) -> None:
        self._system = system

    def kind(self, path: str) -> PathKind | None:
        """What is at a path; None if nothing is."""
        self._system.invalidate_cache()
        try:
            with _as_os_error(self.url(path)):
                found = self._system.info(path)["type"]
        except FileNotFoundError:
            return None
        return "folder" if found == "directory" else "file"

    def event_files(self, folder: str) -> tuple[list[str], list[FileDamage]]:
        """The event files in a folder and below."""
        self._system.invalidate_cache()
        try:
            with _as_os_error():
                return [path for path in self._system.find(folder) if is_event_file(path)], []
        except OSError as error:
            return [], [FileDamage(self.url(folder), None, None, _reason(error))]

    def matches(self, pattern: str) -> list[str]:
        """The paths that fit a pattern, sorted."""
        self._system.invalidate_cache()
        with _as_os_error(self.url(pattern)):
            return sorted(self._system.glob(pattern))

    def open(self, path: str) -> BinaryIO:
        """Opens a file to read it."""
        with _as_os_error(self.url(path)):
            return cast("BinaryIO", self._system.open(path, "rb"))

    def url(self, path: str) -> str:
        """A path as users write it: with its protocol."""
        return str(self._system.unstrip_protocol(path))


def _remote_storage(url: str) -> tuple[Storage, str]:
    try:
        import fsspec
    except ImportError as error:
        raise ImportError(f"reading {url} needs fsspec: pip install 'graphlog[remote]'") from error
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise type(error)(f"{url}: {error}") from error
    return RemoteStorage(system), path


@contextlib.contextmanager
def _as_os_error(url: str = "") -> Iterator[None]:
    """Not all file systems raise an OSError when something goes wrong; it names the URL, if one is given."""
    try:
        yield
    except (OSError, ImportError):
        raise
    except Exception as error:
        raise OSError(f"{f'{url}: ' if url else ''}{type(error).__name__}: {error}") from error
