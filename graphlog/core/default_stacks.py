"""The default graph and the default session of each thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from graphlog.core.graph import Graph

_Item = TypeVar("_Item")


class DefaultStack(threading.local, Generic[_Item]):
    """The items that ``with`` statements of this thread have made the default, the last one on top."""

    def __init__(self) -> None:
        self.items: list[_Item] = []

    @property
    def top(self) -> _Item | None:
        """The innermost default of this thread, if there is one."""
        return self.items[-1] if self.items else None

    @contextmanager
    def pushed(self, item: _Item) -> Iterator[_Item]:
        """Makes ``item`` the default inside a ``with`` block."""
        self.items.append(item)
        try:
            yield item
        finally:
            if not self.items or self.items[-1] is not item:
                raise AssertionError(
                    f"Nesting violated for default stack of {type(item)} objects: "
                    "leave the blocks in the reverse order of entering them"
                )
            self.items.pop()


graphs: DefaultStack[Graph] = DefaultStack()
sessions: DefaultStack[Any] = DefaultStack()


def get_default_session() -> Any:
    """The innermost Session of this thread's ``with`` blocks, or None."""
    return sessions.top


def default_session(session: Any, graph: Graph, action: str, call: str) -> Any:
    """The session that ``Tensor.eval`` and ``Operation.run`` use.

    Args:
        session: the one the caller gave, or None for the default.
        graph: the graph that it must run.
        action: what it is wanted for, for the error message.
        call: the method that wants it, for the error message.

    Returns:
        The session.

    Raises:
        ValueError: there is none, or it runs another graph.
    """
    if session is None:
        session = sessions.top
        if session is None:
            raise ValueError(
                f"Cannot {action} using `{call}`: No default session is registered. Use "
                f"`with sess.as_default()` or pass an explicit session to `{call[:-1]}session=sess)`"
            )
        if session.graph is not graph:
            raise ValueError(
                f"Cannot use the default session to {action}: the tensor's graph is different from "
                f"the session's graph. Pass an explicit session to `{call[:-1]}session=sess)`."
            )
    elif session.graph is not graph:
        raise ValueError(
            f"Cannot use the given session to {action}: the tensor's graph is different from the "
            "session's graph."
        )
    return session
