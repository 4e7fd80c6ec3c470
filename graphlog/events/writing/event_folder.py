"""The folder of event files, and the names of new ones."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import time
from typing import TYPE_CHECKING

from graphlog.events.paths import is_remote, local_path
from graphlog.events.writing.append_only_file import AppendOnlyFile

if TYPE_CHECKING:
    from graphlog.events.writing.event_output import OutputFile

_FILES_A_SECOND = 10  # readers take files in the order of their names, and "10" comes before "9"


class EventFolder:
    """A folder in which event files are created, each under a name that no other has.

    Args:
        path: the folder, or its URL; it is created when the first file is.
        filename_suffix: what the names end with.
    """

    def __init__(self, path: str, filename_suffix: str) -> None:
        self.path = path
        self.filename_suffix = filename_suffix

    def create_file(self) -> OutputFile:
        """Creates a file whose name comes after those that this process created before.

        Raises:
            OSError: it cannot be created.
        """
        if not is_remote(self.path):
            _make_folder(local_path(self.path))
        second = int(time.time())
        while True:
            # The count tells apart what nothing else does: files of one second and process, or of processes
            # in containers of equal host name and process id.
            for count in range(_FILES_A_SECOND):
                name = (
                    f"events.out.tfevents.{second:010d}.{socket.gethostname()}.{os.getpid()}.{count}"
                    f"{self.filename_suffix}"
                )
                with contextlib.suppress(FileExistsError):
                    return self._create(name)
            second += 1

    def _create(self, name: str) -> OutputFile:
        if is_remote(self.path):
            from graphlog.events.writing.remote_file import RemoteFile  # imports what few need

            return RemoteFile(f"{self.path.rstrip('/')}/{name}")
        return AppendOnlyFile(os.path.join(local_path(self.path), name))


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, "Not a folder for event files, but a file", path) from None
