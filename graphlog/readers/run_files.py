"""Which runs there are, and of which event files each is made."""

from __future__ import annotations

import contextlib
import fnmatch
import functools
import os

from graphlog.readers.damage import FileDamage
from graphlog.readers.storage import (
    LocalStorage,
    Storage,
    event_files_in,
    fixed_folder,
    has_wildcards,
    is_event_file,
    storage_of,
)

RunFiles = dict[str, list[str]]  # the name of a run, and its files in the order in which they are read

ROOT = "."
_ANY_FOLDERS = "**"  # as a part of a pattern


class RunFinder:
    """Finds the runs at a path, again each time that it is asked to look.

    Args:
        path: as for ``open_log``.

    Attributes:
        storage: where the path is.
        path: the path in the storage.
        runs: the files of each run, as last found. A run that was found stays.
        damage: what could not be looked into.

    Raises:
        FileNotFoundError: there is nothing at the path.
        OSError: it cannot be looked at.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.storage, self.path = storage_of(path)
        self.runs, self.damage = find_runs(self.storage, self.path)

    def look(self) -> None:
        """Looks again."""
        try:
            runs, self.damage = find_runs(self.storage, self.path)
        except OSError as error:
            self.damage = [FileDamage(self.storage.url(self.path), None, None, error.strerror or str(error))]
            return
        for name, files in runs.items():
            self._add(name, files)
        self.runs = dict(sorted(self.runs.items()))

    def look_at(self, name: str) -> None:
        """Looks for new files of one run: only in the folders of its files, where that tells all."""
        if self.runs.get(name) == [self.path]:  # the log is this file
            return
        if not self._is_local_folder:
            self.look()
            return
        for folder in {path.rpartition("/")[0] for path in self.runs.get(name, [])}:
            with contextlib.suppress(OSError):  # what was read of it stays
                self._add(name, sorted(event_files_in(folder)))

    @functools.cached_property
    def _is_local_folder(self) -> bool:
        return isinstance(self.storage, LocalStorage) and not has_wildcards(self.path)

    def _add(self, name: str, files: list[str]) -> None:
        known = self.runs.get(name, [])
        added = [path for path in files if path not in known]
        if added or name not in self.runs:
            self.runs[name] = known + added


def find_runs(storage: Storage, path: str) -> tuple[RunFiles, list[FileDamage]]:
    """The runs at a path: of each folder that has event files one, named as TensorBoard names it.

    Args:
        storage: where the path is.
        path: a folder, an event file, or a pattern of such.

    Returns:
        The event files of each run, sorted by name as TensorBoard reads them; and what could not be looked
        into, with a word where nothing was found.

    Raises:
        FileNotFoundError: there is nothing at the path.
        OSError: it cannot be looked at.
    """
    kind = storage.kind(path)
    if kind == "file":
        return {ROOT: [path]}, []
    if kind == "folder":
        root, (found, damage) = path, storage.event_files(path)
    elif has_wildcards(path):
        root, (found, damage) = fixed_folder(path), _matching_files(storage, path)
    else:
        raise FileNotFoundError(f"There is neither a file nor a folder {storage.url(path)!r}.")
    if not found and not damage:
        damage = [
            FileDamage(
                storage.url(path), None, None, "no event file (one with 'tfevents' in its name) is here"
            )
        ]
    return _by_run(root, found), damage


def _matching_files(storage: Storage, pattern: str) -> tuple[list[str], list[FileDamage]]:
    """The event files that fit a pattern, or are below a folder that does."""
    parts = _plain(pattern).split("/")
    if _ANY_FOLDERS in parts:  # the modules that know it follow links in circles
        files, damage = storage.event_files(fixed_folder(pattern))
        return [path for path in files if _fits(_plain(path).split("/"), parts)], damage
    found: dict[str, None] = {}  # a set that keeps the order: patterns may match a folder and what is in it
    damage = []
    for match in storage.matches(pattern):
        try:
            kind = storage.kind(match)
        except OSError as error:
            damage.append(FileDamage(storage.url(match), None, None, error.strerror or str(error)))
            continue
        if kind == "folder":
            files, more_damage = storage.event_files(match)
            found |= dict.fromkeys(files)
            damage += [item for item in more_damage if item not in damage]
        elif kind == "file" and is_event_file(match):
            found[match] = None
    return list(found), damage


def _fits(path: list[str], pattern: list[str]) -> bool:
    """Whether a path begins with what a pattern says, part by part."""
    if not pattern:
        return True
    if pattern[0] == _ANY_FOLDERS:
        return any(_fits(path[start:], pattern[1:]) for start in range(len(path) + 1))
    return bool(path) and fnmatch.fnmatchcase(path[0], pattern[0]) and _fits(path[1:], pattern[1:])


def _by_run(root: str, paths: list[str]) -> RunFiles:
    runs: RunFiles = {}
    start = _plain(root).rstrip("/") + "/"
    for path in sorted(paths):
        folder = _plain(path).rpartition("/")[0] + "/"
        runs.setdefault(_text(folder.removeprefix(start).strip("/")) or ROOT, []).append(path)
    return dict(sorted(runs.items()))


def _plain(path: str) -> str:
    """A path without ``./`` before it."""
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return "" if path == "." else path


def _text(name: str) -> str:
    """The name of a folder as proper text: bytes that are no UTF-8 as Python's escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
