"""``tf.sysconfig``: where things are installed, and how they were compiled."""

from __future__ import annotations

import os

__all__ = ["CXX11_ABI_FLAG", "MONOLITHIC_BUILD", "get_compile_flags", "get_include", "get_lib"]
__all__ += ["get_link_flags"]

CXX11_ABI_FLAG = 0
MONOLITHIC_BUILD = 0


def get_lib() -> str:
    """The folder of the package."""
    return os.path.dirname(os.path.abspath(__file__))


def get_include() -> str:
    """The folder that would hold TensorFlow's headers; graphlog has none."""
    return os.path.join(get_lib(), "include")


def get_compile_flags() -> list[str]:
    """No flags: there is nothing to compile against."""
    return []


def get_link_flags() -> list[str]:
    """No flags: there is nothing to link with."""
    return []
