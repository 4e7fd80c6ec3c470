"""Names of devices, such as ``/job:localhost/replica:0/task:0/device:CPU:0``."""

from __future__ import annotations

import re

_PARTS = ("job", "replica", "task", "device")
_SHORT_DEVICE = re.compile(r"(?i:(cpu|gpu))(:(\d+|\*))?")


def parse_device(name: str) -> dict[str, str]:
    """The parts of a device's name.

    Args:
        name: parts such as ``/job:worker``, ``/task:1``, ``/device:GPU:0`` or the older ``/gpu:0``.

    Returns:
        The value of each part that is given; that of ``device`` is such as ``"GPU:0"``.

    Raises:
        ValueError: a part is not known.
    """
    parts: dict[str, str] = {}
    for text in filter(None, name.split("/")):
        key, _, value = text.partition(":")
        if key in _PARTS and value:
            parts[key] = value.upper() if key == "device" and value.lower()[:4] in ("cpu:", "gpu:") else value
        elif _SHORT_DEVICE.fullmatch(text):
            parts["device"] = text.upper() if value else f"{text.upper()}:*"
        else:
            raise ValueError(f"Unknown attribute: {key!r} in {name!r}")
    return parts


def merge_devices(outer: str | None, inner: str | None) -> str:
    """The device that ``inner`` names, with the parts it leaves open taken from ``outer``."""
    parts = parse_device(outer or "") | parse_device(inner or "")
    return "".join(f"/{key}:{parts[key]}" for key in _PARTS if key in parts)
