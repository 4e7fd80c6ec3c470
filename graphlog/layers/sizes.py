"""The sizes and formats that convolutions and pooling are told."""

from __future__ import annotations

from typing import Any

_FORMATS = {3: ("NWC", "NCW"), 4: ("NHWC", "NCHW"), 5: ("NDHWC", "NCDHW")}


def size_tuple(value: Any, count: int, name: str) -> tuple[int, ...]:
    """So many integers, of one or several; ValueError, naming the argument, where that is not given."""
    if isinstance(value, int):
        return (value,) * count
    message = f"The `{name}` argument must be a tuple of {count} integers. Received: {value}"
    try:
        sizes = tuple(value)
    except TypeError:
        raise ValueError(message) from None
    if len(sizes) != count:
        raise ValueError(message)
    for size in sizes:
        try:
            int(size)
        except (TypeError, ValueError):
            raise ValueError(f"{message} including element {size} of type {type(size)}") from None
    return sizes


def checked_format(value: str | None) -> str:
    """``"channels_last"`` (if None) or ``"channels_first"``; ValueError for anything else."""
    chosen = "channels_last" if value is None else str(value).lower()
    if chosen not in ("channels_first", "channels_last"):
        raise ValueError(
            f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {value}'
        )
    return chosen


def checked_padding(value: str) -> str:
    """``"valid"``, ``"same"`` or ``"causal"``; ValueError for anything else."""
    padding = str(value).lower()
    if padding not in ("valid", "same", "causal"):
        raise ValueError(
            'The `padding` argument must be a list/tuple or one of "valid", "same" (or "causal", only for '
            f"`Conv1D). Received: {padding}"
        )
    return padding


def short_format(data_format: str, rank: int) -> str:
    """The format as operations call it, such as ``"NHWC"`` for a tensor of rank 4."""
    return _FORMATS[rank][data_format == "channels_first"]


def length_after(length: int | None, window: int, padding: str, stride: int, dilation: int = 1) -> int | None:
    """The number of windows along an axis; None where its length is not known."""
    if length is None:
        return None
    if padding == "valid":
        length -= (window - 1) * dilation
    return (length + stride - 1) // stride


def length_before(length: Any, window: int, padding: str, stride: int) -> Any:
    """The length of an axis that has so many windows, as a transposed convolution takes it.

    Args:
        length: the number of windows: an int, a scalar tensor, or None.
        window: the size of a window.
        padding: ``"same"`` or ``"valid"``.
        stride: the step of the window.

    Returns:
        The length, in the form of ``length``.
    """
    if length is None:
        return None
    return length * stride + max(window - stride, 0) if padding == "valid" else length * stride
