"""A drawing as PNG, painted by resvg."""

from __future__ import annotations

# No side of a picture gets longer, in pixels: a large one is made smaller.
_LONGEST_SIDE = 12_000.0


def as_png(svg: str, width: float, height: float, scale: float = 2.0) -> bytes:
    """An SVG as PNG.

    Args:
        svg: the text of the SVG.
        width: its width, in pixels.
        height: its height.
        scale: how many pixels of the PNG make one of the SVG; less where a side would be longer than 12,000.

    Returns:
        The bytes of the PNG.

    Raises:
        ImportError: resvg-py is not installed.
    """
    try:
        import resvg_py
    except ImportError:
        raise ImportError(
            "Drawing as PNG needs resvg-py: pip install 'graphlog[draw]'. SVG needs nothing."
        ) from None
    scale = min(scale, _LONGEST_SIDE / max(width, height, 1.0))
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=max(1, round(width * scale))))
