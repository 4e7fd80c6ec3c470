"""A run that leaves nothing in its session but what it updates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphlog.runtime.feeds import checked_feed_dict
from graphlog.runtime.prepared_run import PreparedRun
from graphlog.runtime.runner import Runner
from graphlog.runtime.session import Session


def run_once(session: Session, fetches: Any, feed_dict: Mapping[Any, Any] | None = None) -> Any:
    """The same as ``session.run``, for fetches that are never run again: the session does not keep them.

    Args:
        session: the session whose variables are used.
        fetches: what to fetch.
        feed_dict: what to feed.

    Returns:
        The values in the structure of the fetches.
    """
    session._check_open()
    feeds = checked_feed_dict(feed_dict)
    run = PreparedRun(
        session.graph, fetches, feeds, lambda elements, fed: Runner(elements, fed, session._state)
    )
    return run.run(feeds.values())
