"""The filters of PNG: each byte less a prediction from its neighbours, so that it compresses well."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_NONE, _SUB, _UP, _AVERAGE, _PAETH = range(5)


def filtered(rows: Array, pixel_size: int) -> Array:
    """The rows of an image, each by the filter that leaves it smallest, with the filter's number in front.

    Args:
        rows: the bytes of the image, one row for each of its rows.
        pixel_size: the bytes of a pixel.

    Returns:
        An array with one column more.
    """
    left, above = np.zeros_like(rows), np.zeros_like(rows)
    left[:, pixel_size:] = rows[:, :-pixel_size]
    above[1:] = rows[:-1]
    corner = np.zeros_like(rows)
    corner[1:, pixel_size:] = rows[:-1, :-pixel_size]
    best = rows
    least = _size(rows)
    numbers = np.zeros(len(rows), np.uint8)
    for number in (_SUB, _UP, _AVERAGE, _PAETH):
        candidate = rows - _prediction(number, left, above, corner)
        size = _size(candidate)
        is_better = size < least
        best = np.where(is_better[:, None], candidate, best)
        least = np.where(is_better, size, least)
        numbers[is_better] = number
    return np.concatenate([numbers[:, None], best], axis=1)


def differences(rows: Array) -> Array:
    """The rows of an image, each less the row above it, with the filter's number in front."""
    encoded = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
    encoded[:, 0] = _UP
    encoded[:1, 1:] = rows[:1]
    np.subtract(rows[1:], rows[:-1], out=encoded[1:, 1:])
    return encoded


def _size(rows: Array) -> Array:
    """How far the bytes are from 0, the usual guess of how well a row compresses."""
    sizes: Array = np.minimum(rows, 0 - rows).astype(np.int64).sum(axis=1)
    return sizes


def _prediction(number: int, left: Array, above: Array, corner: Array) -> Array:
    if number == _SUB:
        return left
    if number == _UP:
        return above
    if number == _AVERAGE:
        return ((left.astype(np.int16) + above) >> 1).astype(np.uint8)
    return _paeth(left, above, corner)


def _paeth(left: Array, above: Array, corner: Array) -> Array:
    """The neighbour that is nearest to left + above - corner."""
    wide_left, wide_above, wide_corner = (value.astype(np.int16) for value in (left, above, corner))
    by_left = np.abs(wide_above - wide_corner)
    by_above = np.abs(wide_left - wide_corner)
    by_corner = np.abs(wide_left + wide_above - 2 * wide_corner)
    is_left = (by_left <= by_above) & (by_left <= by_corner)
    return np.where(is_left, left, np.where(by_above <= by_corner, above, corner))


def unfiltered(rows: Array, pixel_size: int) -> Array:
    """What ``filtered`` was given, from what it returned or any other choice of filters.

    Raises:
        ValueError: there is no filter of a number in front of a row.
    """
    numbers, values = rows[:, 0], np.array(rows[:, 1:])
    if numbers.size and numbers.max() > _PAETH:
        raise ValueError(f"there is no PNG filter {numbers.max()}")
    if values.size and numbers.max() >= _AVERAGE:
        return _unfiltered_along_diagonals(numbers, values, pixel_size)
    for index, number in enumerate(numbers.tolist()):
        row = values[index]
        if number == _SUB:
            columns = row.reshape(-1, pixel_size)
            np.cumsum(columns, axis=0, dtype=np.uint8, out=columns)
        elif number == _UP and index:
            row += values[index - 1]
    return values


def _unfiltered_along_diagonals(numbers: Array, values: Array, pixel_size: int) -> Array:
    """All filters, without a loop over pixels.

    A pixel follows from its left neighbour and from two of the row above. Where each row is moved to the
    right by one pixel more than the row above, all of these stand in the two columns before.
    """
    height = len(values)
    width = values.shape[1] // pixel_size
    pixels = values.reshape(height, width, pixel_size)
    # One row of zeros above, and one column of them on the left; column ``number`` is one diagonal.
    slanted = np.zeros((width + height + 1, height + 1, pixel_size), np.uint8)
    lines, columns = np.arange(height)[:, None], np.arange(width)
    slanted[lines + columns + 2, lines + 1] = pixels
    filters = numbers[:, None]
    is_sub, is_up = filters == _SUB, filters == _UP
    is_average, is_paeth = filters == _AVERAGE, filters == _PAETH
    for diagonal in range(2, width + height + 1):
        first, last = max(0, diagonal - 1 - width), min(height, diagonal - 1)
        own = slice(first, last)
        left = slanted[diagonal - 1, first + 1 : last + 1]
        above = slanted[diagonal - 1, first:last]
        corner = slanted[diagonal - 2, first:last]
        prediction = np.where(is_sub[own], left, 0)
        prediction = np.where(is_up[own], above, prediction)
        prediction = np.where(is_average[own], _prediction(_AVERAGE, left, above, corner), prediction)
        prediction = np.where(is_paeth[own], _paeth(left, above, corner), prediction)
        slanted[diagonal, first + 1 : last + 1] += prediction.astype(np.uint8)
    return np.ascontiguousarray(slanted[lines + columns + 2, lines + 1]).reshape(values.shape)
