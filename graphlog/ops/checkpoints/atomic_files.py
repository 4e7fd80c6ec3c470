"""Writing a file so that whoever reads it sees either the old one or the whole new one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import IO, Any


@contextlib.contextmanager
def replaced(path: str) -> Iterator[IO[Any]]:
    """Opens a file, in binary, that takes the place of ``path`` when the ``with`` block ends well.

    Args:
        path: the file; its folder must exist.

    Yields:
        The open file.

    Raises:
        OSError: it cannot be written; a full disk, for one. ``path`` is as it was then.
    """
    handle, temporary = tempfile.mkstemp(
        prefix=f".{os.path.basename(path)}.", dir=os.path.dirname(path) or "."
    )
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner may read.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
