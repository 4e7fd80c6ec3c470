"""TensorFlow's errors (``tf.errors``)."""

import warnings
from types import TracebackType
from typing import Any, Literal

from graphlog.core.errors import (
    AbortedError,
    AlreadyExistsError,
    CancelledError,
    DataLossError,
    DeadlineExceededError,
    FailedPreconditionError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
    OutOfRangeError,
    PermissionDeniedError,
    ResourceExhaustedError,
    UnauthenticatedError,
    UnavailableError,
    UnimplementedError,
    UnknownError,
)
from graphlog.core.tensor import OperatorNotAllowedInGraphError

__all__ = [
    "ABORTED",
    "ALREADY_EXISTS",
    "CANCELLED",
    "DATA_LOSS",
    "DEADLINE_EXCEEDED",
    "FAILED_PRECONDITION",
    "INTERNAL",
    "INVALID_ARGUMENT",
    "NOT_FOUND",
    "OK",
    "OUT_OF_RANGE",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "UNAUTHENTICATED",
    "UNAVAILABLE",
    "UNIMPLEMENTED",
    "UNKNOWN",
    "AbortedError",
    "AlreadyExistsError",
    "CancelledError",
    "DataLossError",
    "DeadlineExceededError",
    "FailedPreconditionError",
    "InternalError",
    "InvalidArgumentError",
    "NotFoundError",
    "OpError",
    "OperatorNotAllowedInGraphError",
    "OutOfRangeError",
    "PermissionDeniedError",
    "ResourceExhaustedError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnimplementedError",
    "UnknownError",
    "error_code_from_exception_type",
    "exception_type_from_error_code",
    "raise_exception_on_not_ok_status",
]


def __dir__() -> list[str]:
    return sorted(__all__)


OK = 0
CANCELLED = CancelledError.code
UNKNOWN = UnknownError.code
INVALID_ARGUMENT = InvalidArgumentError.code
DEADLINE_EXCEEDED = DeadlineExceededError.code
NOT_FOUND = NotFoundError.code
ALREADY_EXISTS = AlreadyExistsError.code
PERMISSION_DENIED = PermissionDeniedError.code
RESOURCE_EXHAUSTED = ResourceExhaustedError.code
FAILED_PRECONDITION = FailedPreconditionError.code
ABORTED = AbortedError.code
OUT_OF_RANGE = OutOfRangeError.code
UNIMPLEMENTED = UnimplementedError.code
INTERNAL = InternalError.code
UNAVAILABLE = UnavailableError.code
DATA_LOSS = DataLossError.code
UNAUTHENTICATED = UnauthenticatedError.code

_TYPES: dict[int, type[OpError]] = {
    error.code: error
    for error in (
        *(CancelledError, UnknownError, InvalidArgumentError, DeadlineExceededError, NotFoundError),
        *(AlreadyExistsError, PermissionDeniedError, ResourceExhaustedError, FailedPreconditionError),
        *(AbortedError, OutOfRangeError, UnimplementedError, InternalError, UnavailableError),
        *(DataLossError, UnauthenticatedError),
    )
}


def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The error of a status code; KeyError where there is none."""
    return _TYPES[error_code]


def error_code_from_exception_type(cls: type[BaseException]) -> Any:
    """The status code of a type of errors; an UnknownError and a warning for another type."""
    for code, error in _TYPES.items():
        if error is cls:
            return code
    warnings.warn("Unknown class exception", stacklevel=2)
    return UnknownError(None, None, "Unknown class exception", None)


class raise_exception_on_not_ok_status:  # noqa: N801  TensorFlow's name
    """A ``with`` block that does nothing: no status of TensorFlow's C library is there to be checked."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        return False
