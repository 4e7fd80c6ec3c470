"""What of a log could not be read, told beside the answer of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlog.cli.output import FINE, FOUND, print_to_stderr, shown

if TYPE_CHECKING:
    from graphlog.readers.log import Log

_MOST_NAMED = 20


def tell_unread(*logs: Log) -> int:
    """Prints on stderr what could not be read.

    Args:
        *logs: the logs that were read.

    Returns:
        The exit status: that something was found where something was not read.
    """
    damage = list(dict.fromkeys(shown(item) for log in logs for item in log.damage))
    for text in damage[:_MOST_NAMED]:
        print_to_stderr(f"graphlog: not read: {text}")
    if len(damage) > _MOST_NAMED:
        more = f"{len(damage) - _MOST_NAMED:,} places more"
        print_to_stderr(f"graphlog: not read: {more}; graphlog inspect --json has all")
    return FOUND if damage else FINE
