"""Numbers, sizes and times as texts for people."""

from __future__ import annotations

from datetime import datetime

_UNITS = ("KB", "MB", "GB", "TB")


def number_text(value: float | None) -> str:
    """A number with six digits; a dash where there is none."""
    return "-" if value is None else f"{value:.6g}"


def count_text(value: int | None) -> str:
    """A number of things, with commas; a dash where it is not known."""
    return "-" if value is None else f"{value:,}"


def plural(count: int, thing: str) -> str:
    """A number of things, such as ``"1 tag"`` and ``"1,200 tags"``."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def bytes_text(size: int | None) -> str:
    """A number of bytes in the unit that fits it; a dash where it is not known."""
    if size is None:
        return "-"
    if size < 1000:
        return f"{size} B"
    scaled, unit = size / 1000, 0
    while scaled >= 999.5 and unit < len(_UNITS) - 1:
        scaled, unit = scaled / 1000, unit + 1
    return f"{scaled:.3g} {_UNITS[unit]}" if scaled < 999.5 else f"{scaled:.0f} {_UNITS[unit]}"


def time_text(seconds: float) -> str:
    """A time in seconds since 1970 as a date and a time of day here."""
    try:
        return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return f"{seconds:g} s"


def duration_text(seconds: float) -> str:
    """How long something took, in the two largest units."""
    if not seconds < 1e12:
        return f"{seconds:g} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"
