"""The console that commands print to; apart from ``output``, since rich is imported late."""

from __future__ import annotations

from typing import NoReturn, TextIO

from rich.console import Console


class PlainConsole(Console):
    """Takes no markup, colours nothing by itself, and leaves a closed pipe to the caller.

    Args:
        stream: where it prints.
        width: how wide that is, in characters; None to look.
    """

    def __init__(self, stream: TextIO, width: int | None) -> None:
        super().__init__(file=stream, markup=False, highlight=False, emoji=False, width=width)

    def on_broken_pipe(self) -> NoReturn:
        """Raises BrokenPipeError, where rich would end the process with exit status 1."""
        raise BrokenPipeError
