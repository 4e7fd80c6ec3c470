"""``tf.app``: the start of a program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

__all__ = ["run"]


def run(main: Callable[[Sequence[str]], Any] | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Runs a program's ``main`` with its arguments, and exits with what it returns.

    Args:
        main: a function of the list of arguments; the ``main`` of the program if None.
        argv: the arguments, the program's name first; those of this process if None.
    """
    function = main or sys.modules["__main__"].__dict__["main"]
    sys.exit(function(list(sys.argv if argv is None else argv)))
