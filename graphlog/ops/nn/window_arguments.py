"""The arguments of convolutions and poolings, in the many forms in which TensorFlow takes them."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any


def sequence(value: Any, count: int, channel_axis: int, name: str) -> list[int]:
    """A number for each axis, from one for all axes or one for each over which windows slide.

    Args:
        value: a number, or 1, ``count`` or ``count + 2`` of them; 1 if None.
        count: over how many axes windows slide.
        channel_axis: which axis the channels are.
        name: what the argument is called, for the error message.

    Returns:
        ``count + 2`` numbers, which are 1 for batch and channels unless they were given.

    Raises:
        ValueError: there are as many numbers as fit nothing.
    """
    if value is None:
        value = [1]
    elif not isinstance(value, Sized):
        value = [value]
    if len(value) == count + 2:
        return list(value)
    if len(value) == 1:
        numbers = [value[0]] * count
    elif len(value) == count:
        numbers = list(value)
    else:
        raise ValueError(f"{name} should be of length 1, {count} or {count + 2} but was {len(value)}")
    return [1, 1, *numbers] if channel_axis == 1 else [1, *numbers, 1]


def channel_axis(data_format: str | None, count: int) -> int:
    """Which axis the channels are, where windows slide over ``count`` axes."""
    return 1 if isinstance(data_format, str) and data_format.startswith("NC") else count + 1


def explicit_paddings(padding: Any) -> tuple[Any, list[int]]:
    """The attributes for a padding, which may be a list of pairs.

    Raises:
        ValueError: it is a list, but not of four pairs, or the word EXPLICIT.
    """
    if isinstance(padding, str) and padding == "EXPLICIT":
        raise ValueError(
            '"EXPLICIT" is not a valid value for the padding parameter. To use explicit padding, the padding '
            "parameter must be a list."
        )
    if not isinstance(padding, list | tuple):
        return padding, []
    for index, pair in enumerate(padding):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            found = f"has size {len(pair)}" if isinstance(pair, list | tuple) else "is not a list/tuple"
            raise ValueError(
                "When padding is a list, each element of padding must be a list/tuple of size 2. Element "
                f"with index {index} of padding {found}"
            )
    if len(padding) != 4:
        raise ValueError(f"When padding is a list, it must be of size 4. Got padding of size: {len(padding)}")
    return "EXPLICIT", [number for pair in padding for number in pair]
