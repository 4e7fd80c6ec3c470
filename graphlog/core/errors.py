"""TensorFlow's errors of a run, by its status codes (``tf.errors``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphlog.core.operation import Operation


class OpError(Exception):
    """An operation failed while a graph was run.

    Args:
        node_def: the NodeDef of the operation, where there is one.
        op: the Operation, where there is one.
        message: what went wrong.
        error_code: the status code of google.rpc.
    """

    code = 2

    def __init__(
        self, node_def: object, op: Operation | None, message: str, error_code: int | None = None
    ) -> None:
        super().__init__(node_def, op, message)
        self.op = op
        self.node_def = node_def
        self.message = message
        self.error_code = self.code if error_code is None else error_code

    def __str__(self) -> str:
        return self.message


class CancelledError(OpError):
    """The run was cancelled."""

    code = 1


class UnknownError(OpError):
    """An error without a better name."""

    code = 2


class InvalidArgumentError(OpError):
    """An operation was given something it cannot work on."""

    code = 3


class DeadlineExceededError(OpError):
    """The time given to a run was over."""

    code = 4


class NotFoundError(OpError):
    """A file, folder or resource does not exist."""

    code = 5


class AlreadyExistsError(OpError):
    """Something that was to be made exists already."""

    code = 6


class PermissionDeniedError(OpError):
    """The caller may not do this."""

    code = 7


class ResourceExhaustedError(OpError):
    """Memory or disk is used up."""

    code = 8


class FailedPreconditionError(OpError):
    """The system is not in the state that the operation needs, such as a variable without a value."""

    code = 9


class AbortedError(OpError):
    """The operation was given up, for instance for a concurrent change."""

    code = 10


class OutOfRangeError(OpError):
    """An operation went past the end of what it reads."""

    code = 11


class UnimplementedError(OpError):
    """The operation has no implementation for these arguments."""

    code = 12


class InternalError(OpError):
    """Something that should always hold does not."""

    code = 13


class UnavailableError(OpError):
    """A service cannot be reached at present."""

    code = 14


class DataLossError(OpError):
    """Data cannot be recovered or are damaged."""

    code = 15


class UnauthenticatedError(OpError):
    """The caller has not said who they are."""

    code = 16
