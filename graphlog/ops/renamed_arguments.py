"""Arguments that TensorFlow has renamed, and still takes by their older names."""

from __future__ import annotations

from typing import Any


def renamed_argument(new_name: str, new_value: Any, old_name: str, old_value: Any) -> Any:
    """The value that was given under either name; None where none was.

    Raises:
        ValueError: values were given under both names.
    """
    if old_value is None:
        return new_value
    if new_value is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'")
    return old_value
