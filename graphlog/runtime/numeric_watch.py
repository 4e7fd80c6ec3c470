"""Finding the operation that makes the first NaN or infinity."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any
from weakref import ref

import numpy as np

from graphlog.core import dtypes
from graphlog.core.errors import InvalidArgumentError
from graphlog.core.operation import Operation
from graphlog.core.session_state import VariableCell
from graphlog.core.tensor import Tensor
from graphlog.runtime.failures import callers, indented, node_text
from graphlog.runtime.observation import (
    STANDING_OBSERVERS,
    StandingObserver,
    array_of,
    outputs_of,
    stop_observing,
)

_FLOATS = "fc"
_KEPT_ELSEWHERE = (dtypes.resource, dtypes.string, dtypes.variant)
_OF_GRADIENT = re.compile(r"(.*)_grad(_\d+)?")
_lock = threading.Lock()


class NumericsError(InvalidArgumentError):
    """An operation computed a NaN or an infinity from inputs that were none.

    Attributes:
        op: the operation.
        forward_op: the operation whose gradient it is a part of; None where it is of no gradient.
    """

    forward_op: Operation | None = None


class debug_numerics:  # noqa: N801 (a context manager is called like a function)
    """Stops a run at the first NaN or infinity that an operation computes from finite inputs.

    Use it in a ``with`` block around runs, or give it to a ``MonitoredSession`` as one of its hooks. Runs
    are interpreted operation by operation then, forwards and backwards, in loops and branches. What is fed,
    constant, or read from a file, queue or dataset is not looked at, nor what becomes of a NaN in it.

    A variable that the operation has updated gets its former value back.

    Args:
        session: the session to watch; None for all, of all threads.
        infinities: whether infinities count; NaNs always do.

    Raises:
        NumericsError: an InvalidArgumentError of the run; it says which operation, what it was given and
            what it gave, which line built it, and for a gradient of which operation.
    """

    def __init__(self, session: Any = None, infinities: bool = True) -> None:
        self._session = session
        self._infinities = infinities
        self._standing: list[StandingObserver] = []

    def call(self, op: Operation, kernel: Callable[..., Any], *arguments: Any) -> Any:
        """Runs an operation and looks at what it gives."""
        cells = [value for value in arguments if isinstance(value, VariableCell)]
        before = [cell.value for cell in cells]
        result = kernel(*arguments)
        outputs = [*outputs_of(op, result), *cells]
        if all(_is_finite(value) for value in outputs):
            return result
        former = {id(cell): value for cell, value in zip(cells, before, strict=True)}
        given = [former.get(id(value), value) for value in arguments]
        origin = self._origin(op, given, outputs)
        if origin is None:
            return result
        error = _error(op, given, outputs, origin)
        for cell, value in zip(cells, before, strict=True):
            cell.value = value
        raise error

    def _origin(self, op: Operation, given: Sequence[Any], outputs: Sequence[Any]) -> str | None:
        """What kind of inputs something bad was made of; None where the operation is not to blame."""
        if not _computes(op, given):
            return None
        if any(map(_has_nan, outputs)) and not any(map(_has_nan, given)):
            return "finite inputs" if all(map(_is_finite, given)) else "inputs without NaN"
        return "finite inputs" if self._infinities and all(map(_is_finite, given)) else None

    def _watch(self, session: Any) -> None:
        with _lock:
            # A MonitoredSession has the session inside.
            raw_session = getattr(session, "raw_session", lambda: session)()
            item = StandingObserver(self, None if session is None else ref(raw_session, self._forget))
            STANDING_OBSERVERS.append(item)
            self._standing.append(item)

    def _stop(self) -> None:
        with _lock:
            if self._standing:
                stop_observing(self._standing.pop())

    def _forget(self, session: Any) -> None:
        """Stops watching a session that nobody has closed and that is gone."""
        for item in self._standing:
            if item.session is session:
                stop_observing(item)
        self._standing = [item for item in self._standing if item.session is not session]

    def __enter__(self) -> debug_numerics:
        self._watch(self._session)
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    # What a MonitoredSession asks of a hook.

    def begin(self) -> None:
        """Called before the session is made."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Begins to watch a session."""
        self._watch(session)

    def before_run(self, run_context: Any) -> None:
        """Called before each run."""

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """Called after each run."""

    def end(self, session: Any) -> None:
        """Stops watching the session."""
        self._stop()


def _is_finite(value: Any) -> bool:
    array = array_of(value)
    return array is None or array.dtype.kind not in _FLOATS or bool(np.isfinite(array).all())


def _has_nan(value: Any) -> bool:
    array = array_of(value)
    return array is not None and array.dtype.kind in _FLOATS and bool(np.isnan(array).any())


def _computes(op: Operation, given: Sequence[Any]) -> bool:
    """Whether an operation computes with numbers, and does not bring in what somebody has kept."""
    is_of_numbers = False
    for tensor, value in zip(op.inputs, given, strict=False):
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind != "O":
            is_of_numbers = True
        elif tensor.dtype.base_dtype in _KEPT_ELSEWHERE:
            return False
    return is_of_numbers


def _error(op: Operation, given: Sequence[Any], outputs: Sequence[Any], origin: str) -> NumericsError:
    has_nan = any(map(_has_nan, outputs))
    lines = [node_text(op)]
    results: Sequence[Tensor] = op.outputs or op.inputs
    lines += [f"output {_described(*pair)}" for pair in zip(results, outputs, strict=False)]
    lines += [f"input {_described(*pair)}" for pair in zip(op.inputs, given, strict=False)]
    lines += callers(op)
    forward = forward_operation(op)
    if forward is not None:
        lines += [f"part of the gradient of {node_text(forward)}", *callers(forward)]
    what = "NaN" if has_nan else "infinity"
    error = NumericsError(op.node_def, op, f"'{op.name}' computed {what} from {origin}.\n{indented(lines)}")
    error.forward_op = forward
    return error


def _described(tensor: Tensor, value: Any) -> str:
    """A tensor's name, dtype, shape, how many of its values are not finite, and where the others lie."""
    array = array_of(value)
    text = f"{tensor.name}: {tensor.dtype.base_dtype.name}"
    if array is None:
        return text
    text += " [" + ",".join(map(str, array.shape)) + "]"
    if array.dtype.kind == "O" or not array.size:
        return text
    counts = []
    finite = np.asarray(array).ravel()
    if array.dtype.kind in _FLOATS:
        kinds = (
            ("NaN", np.isnan(array)),
            ("inf", np.isposinf(array.real)),
            ("-inf", np.isneginf(array.real)),
        )
        counts = [f"{np.count_nonzero(test)} {name}" for name, test in kinds if test.any()]
        finite = finite[np.isfinite(finite)]
    if finite.size and array.dtype.kind != "c":
        counts.append(f"min {finite.min()!s}, max {finite.max()!s}" if finite.size > 1 else f"{finite[0]!s}")
    elif finite.size:
        counts.append(f"largest absolute value {np.abs(finite).max()!s}")
    return f"{text}, {', '.join(counts)}" if counts else text


def forward_operation(op: Operation) -> Operation | None:
    """The operation that an operation of a gradient belongs to; None where it is of no gradient.

    What belongs to the gradient of ``a/b`` is named ``gradients/a/b_grad/...``. Where several gradients of
    one tensor are added up, it is the operation whose gradient came first.
    """
    names = [op.name, *_colocated(op)]
    for name in names:
        parts = name.split("/")
        for end in range(len(parts) - 1, 0, -1):
            match = _OF_GRADIENT.fullmatch(parts[end])
            if match is None:
                continue
            for begin in range(1, end + 1):
                found = _find(op, "/".join([*parts[begin:end], match[1]]))
                if found is not None:
                    return found
    return None


def _colocated(op: Operation) -> list[str]:
    if op.type != "AddN":
        return []
    places: Sequence[bytes] = op.attributes.get("_class", ())
    return [place.decode().removeprefix("loc:@") for place in places]


def _find(op: Operation, name: str) -> Operation | None:
    try:
        return op.graph.get_operation_by_name(name)
    except (KeyError, ValueError):
        return None
