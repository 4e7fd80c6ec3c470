"""``tf.logging``: messages of the program, through Python's own logging."""

from __future__ import annotations

import logging

__all__ = ["DEBUG", "ERROR", "FATAL", "INFO", "WARN", "debug", "error", "fatal", "get_verbosity", "info"]
__all__ += ["log", "set_verbosity", "warn", "warning"]

DEBUG, INFO, WARN, ERROR, FATAL = (
    logging.DEBUG,
    logging.INFO,
    logging.WARNING,
    logging.ERROR,
    logging.CRITICAL,
)

_logger = logging.getLogger("graphlog")

debug, info, warn, warning = _logger.debug, _logger.info, _logger.warning, _logger.warning
error, fatal, log = _logger.error, _logger.critical, _logger.log


def set_verbosity(v: int | str) -> None:
    """Says which messages are let through: those of this level and above."""
    _logger.setLevel(v)


def get_verbosity() -> int:
    """The level from which on messages are let through."""
    return _logger.getEffectiveLevel()
