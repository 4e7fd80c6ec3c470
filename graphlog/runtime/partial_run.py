"""Runs in several steps: what one step has computed, the next one need not compute again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphlog.core.errors import InvalidArgumentError
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.tensor import Tensor
from graphlog.runtime.plan import Plan, needed_operations


class PartialRun:
    """A run that is fed and fetched step by step; each operation runs once.

    Args:
        elements: the tensors and operations that may be fetched.
        feeds: the tensors that may be fed.
        state: the state of the session.
    """

    def __init__(
        self, elements: Sequence[Tensor | Operation], feeds: Sequence[Tensor], state: SessionState
    ) -> None:
        self._fetchable = set(elements)
        self._feedable = set(feeds)
        self._state = state
        self._known: dict[Tensor, Any] = {}
        self._done: set[Operation] = set()

    def run(self, elements: Sequence[Tensor | Operation], feeds: Mapping[Tensor, Any]) -> list[Any]:
        """Goes on as far as ``elements``.

        Args:
            elements: what to fetch in this step; each may be fetched once.
            feeds: an array for each tensor that is fed in this step.

        Returns:
            For each element its value; None for an operation.

        Raises:
            InvalidArgumentError: something was not declared when the run was set up, or was fed or fetched
                before, or still needs a feed.
            OpError: an operation failed.
        """
        for tensor in feeds:
            self._take(self._feedable, tensor, tensor.name, "fed")
        for element in elements:
            self._take(self._fetchable, element, element.name, "fetched")
        self._known.update(feeds)
        new = [op for op in needed_operations(elements, self._known) if op not in self._done]
        outputs = [tensor for op in new for tensor in op.outputs if tensor not in self._known]
        values = Plan([*elements, *outputs], self._known, self._state, self._done).run(self._known)
        self._done.update(new)
        self._known.update(zip(outputs, values[len(elements) :], strict=True))
        return values[: len(elements)]

    @staticmethod
    def _take(allowed: set[Any], element: Tensor | Operation, name: str, verb: str) -> None:
        if element not in allowed:
            op = element.op if isinstance(element, Tensor) else element
            raise InvalidArgumentError(
                op.node_def, op, f"{name} was not declared in partial_run_setup, or was {verb} already."
            )
        allowed.remove(element)
