"""Errors of a run: which operation failed, on what, and which line of the user's code built it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import errors
from graphlog.core.operation import Operation
from graphlog.core.session_state import VariableCell


def failed(op: Operation, arguments: Sequence[Any], error: Exception) -> errors.OpError:
    """The error of an operation whose kernel raised.

    Args:
        op: the operation.
        arguments: the values of its inputs.
        error: what the kernel raised.

    Returns:
        An OpError, TensorFlow's by type, whose message begins as TensorFlow's does.
    """
    if isinstance(error, errors.OpError):
        if error.op is not None:
            return error
        return type(error)(op.node_def, op, f"{error.message}\n{describe(op, arguments)}")
    kind: type[errors.OpError] = errors.InvalidArgumentError
    message = str(error) or type(error).__name__
    if isinstance(error, MemoryError):
        kind = errors.ResourceExhaustedError
    elif isinstance(error, TypeError) and op.definition and op.definition.is_users:
        message = f"The kernel of '{op.type}' raised TypeError: {message}"
    elif isinstance(error, TypeError):
        kind = errors.UnimplementedError
        message = f"NumPy cannot compute this on these dtypes: {message}"
    elif "could not be broadcast together" in message:
        sizes = [_sizes(value) for value in arguments]
        message = f"Incompatible shapes: {' vs. '.join(sizes)}"
    return kind(op.node_def, op, f"{message}\n{describe(op, arguments)}")


def cause(error: Exception) -> Exception | None:
    """The error that a kernel raised, where its traceback leads to the user's own code or to a defect.

    What graphlog's kernels raise on bad input is said in full by the error that ``failed`` makes of it.
    """
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = frame.tb_frame.f_globals.get("__name__", "") if frame is not None else ""
    is_expected = isinstance(error, ValueError | MemoryError | errors.OpError)
    return None if is_expected and place.partition(".")[0] in ("graphlog", "numpy") else error


def cannot_run(op: Operation) -> errors.OpError:
    """The error of an operation that graphlog has no definition of."""
    if "_too_large_attrs" in op.attributes:
        message = f"The value of '{op.name}' was left out of the event file that this graph is from."
        return errors.FailedPreconditionError(op.node_def, op, f"{message}\n{describe(op, ())}")
    message = (
        f"graphlog cannot run operation '{op.name}': it knows no operation type {op.type!r}. "
        "The graph can be looked at and written all the same."
    )
    return errors.UnimplementedError(op.node_def, op, f"{message}\n{describe(op, ())}")


def describe(op: Operation, arguments: Sequence[Any]) -> str:
    """The operation, its inputs and the lines that built it, one a line.

    Args:
        op: the operation.
        arguments: the values of its inputs, as far as they are known.

    Returns:
        Several lines of text, each indented by a tab.
    """
    inputs = [
        f"input {tensor.name}: {tensor.dtype.name} {_sizes(value)}"
        for tensor, value in zip(op.inputs, arguments, strict=False)
    ]
    return indented([node_text(op), *inputs, *callers(op)])


def node_text(op: Operation) -> str:
    """An operation, and the line that built it."""
    site = f", defined at {op.call_stack[0]}" if op.call_stack else ""
    return f"[[node {op.name} (op: {op.type}{site}) ]]"


def callers(op: Operation) -> list[str]:
    """The lines that led to the one that built an operation."""
    return [f"called from {caller}" for caller in op.call_stack[1:]]


def indented(lines: Sequence[str]) -> str:
    """The lines of what is told of an operation, as they stand below a message."""
    return "\n".join("\t " + line for line in lines)


def _sizes(value: Any) -> str:
    if isinstance(value, VariableCell):
        if value.value is None:
            return "uninitialized"
        value = value.value
    return "[" + ",".join(map(str, np.shape(value))) + "]"
