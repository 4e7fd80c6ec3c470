"""Which process this is, asked without a call to the system."""

from __future__ import annotations

import os

_forks = 0


def fork_count() -> int:
    """How many forks lie between the process that was started and this one.

    Of a process and those it descends from, each has another number; it costs less than ``os.getpid``.
    """
    return _forks


def _count_fork() -> None:
    global _forks
    _forks += 1


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_count_fork)
