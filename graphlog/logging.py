"""``tf.logging``: messages of the program, through Python's own logging."""

from __future__ import annotations

import itertools
import logging
import sys
from typing import Any, NoReturn

__all__ = ["DEBUG", "ERROR", "FATAL", "INFO", "WARN", "TaskLevelStatusMessage", "debug", "error", "fatal"]
__all__ += ["flush", "get_logger", "get_verbosity", "info", "log", "log_every_n", "log_first_n", "log_if"]
__all__ += ["set_verbosity", "vlog", "warn", "warning"]

DEBUG, INFO, WARN, ERROR, FATAL = (
    logging.DEBUG,
    logging.INFO,
    logging.WARNING,
    logging.ERROR,
    logging.CRITICAL,
)

_logger = logging.getLogger("graphlog")


class _Output(logging.StreamHandler[Any]):
    """Writes to stderr, as it is when a message comes, unless the program has handlers of its own."""

    def emit(self, record: logging.LogRecord) -> None:
        if not logging.getLogger().handlers:
            self.stream = sys.stderr
            super().emit(record)


_output = _Output()
_output.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
_logger.addHandler(_output)

debug, info, warn, warning = _logger.debug, _logger.info, _logger.warning, _logger.warning
error, fatal, log, vlog = _logger.error, _logger.critical, _logger.log, _logger.log
TaskLevelStatusMessage = error

# How often each line of the program has been at ``log_every_n`` or ``log_first_n``.
_counts: dict[tuple[str, int], itertools.count[int]] = {}


def get_logger() -> logging.Logger:
    """The logger that all messages of graphlog pass through (``tf.get_logger``); its name is ``graphlog``."""
    return _logger


def set_verbosity(v: int | str) -> None:
    """Says which messages are let through: those of this level and above."""
    _logger.setLevel(v)


def get_verbosity() -> int:
    """The level from which on messages are let through."""
    return _logger.getEffectiveLevel()


def log_if(level: int, msg: str, condition: Any, *args: Any) -> None:
    """Logs ``msg % args`` where a condition holds."""
    if condition:
        _logger.log(level, msg, *args, stacklevel=2)


def log_every_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Logs ``msg % args`` the first time that its line is reached, and every ``n`` times after that."""
    if _times_before() % n == 0:
        _logger.log(level, msg, *args, stacklevel=2)


def log_first_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Logs ``msg % args`` the first ``n`` times that its line is reached."""
    if _times_before() < n:
        _logger.log(level, msg, *args, stacklevel=2)


def _times_before() -> int:
    frame = sys._getframe(2)
    return next(_counts.setdefault((frame.f_code.co_filename, frame.f_lineno), itertools.count()))


def flush() -> NoReturn:
    """Raises NotImplementedError, as in TensorFlow: nothing is held back."""
    raise NotImplementedError()
