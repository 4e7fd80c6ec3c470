"""Paths as TensorFlow takes them, and the errors that the operating system has about them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from graphlog.core import errors

Path = str | bytes | os.PathLike[str]

_KINDS: dict[int, type[errors.OpError]] = {
    errno.ENOENT: errors.NotFoundError,
    errno.EEXIST: errors.AlreadyExistsError,
    errno.EISDIR: errors.FailedPreconditionError,
    errno.ENOTDIR: errors.FailedPreconditionError,
    errno.ENOTEMPTY: errors.FailedPreconditionError,
    errno.EACCES: errors.PermissionDeniedError,
    errno.EPERM: errors.PermissionDeniedError,
    errno.EROFS: errors.PermissionDeniedError,
    errno.EINVAL: errors.InvalidArgumentError,
    errno.ENAMETOOLONG: errors.InvalidArgumentError,
    errno.ENOSPC: errors.ResourceExhaustedError,
    errno.EMFILE: errors.ResourceExhaustedError,
    errno.ENFILE: errors.ResourceExhaustedError,
}


def as_path(path: Path) -> str:
    """A path as text, without the scheme of local files."""
    return os.fsdecode(path).removeprefix("file://")


@contextmanager
def errors_of(path: str) -> Iterator[None]:
    """Raises TensorFlow's error where the operating system refuses something about a path.

    Raises:
        OpError: NotFoundError and the like, with TensorFlow's words.
    """
    try:
        yield
    except OSError as error:
        kind = _KINDS.get(error.errno or 0, errors.UnknownError)
        raise kind(None, None, f"{path}; {error.strerror or error}") from error
    except ValueError as error:  # a path with a zero in it
        raise errors.InvalidArgumentError(None, None, f"{path!r}; {error}") from error
