"""``tf.app``: the start of a program, and its flags."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from absl import app as _app

from graphlog import flags

__all__ = ["flags", "run"]


def run(main: Callable[[Sequence[str]], Any] | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Parses a program's flags, runs its ``main`` with the arguments that are left, and exits.

    Flags that the program has not defined are left among the arguments. ``--help`` prints what flags there
    are.

    Args:
        main: a function of the list of arguments; the ``main`` of the program if None.
        argv: the arguments, the program's name first; those of this process if None.

    Raises:
        SystemExit: always, with what ``main`` returns.

    Source: ``tf.app.run``, which is absl's.
    """
    function = main or sys.modules["__main__"].__dict__["main"]
    _app.run(function, argv=None if argv is None else list(argv), flags_parser=_parsed)
    raise AssertionError("absl.app.run returned")


def _parsed(arguments: Sequence[str]) -> list[str]:
    left: list[str] = flags.FLAGS(list(arguments), known_only=True)
    return left
