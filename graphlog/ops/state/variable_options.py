"""What TensorFlow lets one say of a variable that lives on several devices; graphlog only keeps it."""

from __future__ import annotations

import enum
from typing import Any


class VariableSynchronization(enum.Enum):
    """When the copies of a variable are brought together (``tf.VariableSynchronization``)."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(enum.Enum):
    """How the updates of the copies of a variable are combined (``tf.VariableAggregation``)."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3
    ONLY_FIRST_TOWER = 3


def checked_synchronization(value: Any, name: str | None) -> VariableSynchronization:
    """The mode that ``value`` is or numbers; ValueError where there is none, naming the variable."""
    try:
        return VariableSynchronization(value or 0)
    except ValueError:
        raise ValueError(f"Invalid variable synchronization mode: {value} for variable: {name}") from None


def checked_aggregation(value: Any, name: str | None) -> VariableAggregation:
    """The mode that ``value`` is or numbers; ValueError where there is none, naming the variable."""
    try:
        return VariableAggregation(value or 0)
    except ValueError:
        raise ValueError(f"Invalid variable aggregation mode: {value} for variable: {name}") from None
