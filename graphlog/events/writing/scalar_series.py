"""What users give as steps, values and wall times, checked and brought to the types of Events."""

from __future__ import annotations

import math
from typing import Any, NamedTuple, SupportsFloat, SupportsInt

import numpy as np
from numpy.typing import ArrayLike, NDArray

_STEP_BOUND = 1 << 63


class Series(NamedTuple):
    """Points of a curve.

    Attributes:
        steps: int64, shape [n].
        values: float32, shape [n].
        wall_times: float64, shape [n], or one for all.
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float32]
    wall_times: NDArray[np.float64] | float

    @classmethod
    def of(cls, steps: ArrayLike, values: ArrayLike, wall_times: ArrayLike) -> Series:
        """Points given as anything that NumPy makes arrays of.

        Raises:
            ValueError: the shapes differ or are not [n], a step is no integer of 64 bits, a value no real
                number, or a wall time not finite.
        """
        own_values = np.asarray(values)
        if own_values.dtype.kind not in "biuf":
            try:
                own_values = own_values.astype(np.float64)  # bfloat16, say, is of no kind of NumPy's
            except (TypeError, ValueError) as error:
                raise ValueError(f"values must be numbers, not {own_values.dtype}") from error
        series = cls(_as_steps(steps), to_float32(own_values), _as_wall_times(wall_times))
        times_shape = np.shape(series.wall_times) or series.steps.shape
        if series.steps.ndim != 1 or not series.steps.shape == series.values.shape == times_shape:
            raise ValueError(
                "steps, values and wall_times must be equally long, and of one dimension; their shapes are "
                f"{series.steps.shape}, {series.values.shape} and {np.shape(series.wall_times)}"
            )
        return series

    def part(self, start: int, end: int) -> Series:
        """Some of the points."""
        times = self.wall_times
        return Series(
            self.steps[start:end],
            self.values[start:end],
            times if isinstance(times, float) else times[start:end],
        )


def to_float32(values: NDArray[Any]) -> NDArray[np.float32]:
    """Values as float32; those beyond its range become infinite, silently, as protobuf makes them."""
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(np.float32, copy=False)


def as_step(step: SupportsInt | None) -> int:
    """A step as an int; None is 0.

    Raises:
        TypeError, ValueError, OverflowError: it is no number, or beyond 64 bits.
    """
    try:
        number = 0 if step is None else int(step)
    except (TypeError, ValueError, OverflowError) as error:
        raise type(error)(f"a step must be an integer, not {step!r}") from None
    if not -_STEP_BOUND <= number < _STEP_BOUND:
        raise ValueError(f"a step must be an integer of 64 bits, not {number}")
    return number


def as_wall_time(wall_time: SupportsFloat) -> float:
    """A wall time as a float.

    Raises:
        TypeError, ValueError: it is no number.
        ValueError: it is not finite: that would make TensorBoard give up the file.
    """
    try:
        number = float(wall_time)
    except (TypeError, ValueError) as error:
        raise type(error)(f"a wall_time must be in seconds since 1970, not {wall_time!r}") from None
    if not math.isfinite(number):
        raise ValueError(f"the wall_time of an event must be finite, not {number}")
    return number


def _as_steps(steps: ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(steps)
    if given.dtype.kind not in "biu" and given.size:
        as_floats = given.astype(np.float64) if given.dtype.kind == "f" else None
        if as_floats is None or not (np.trunc(as_floats) == as_floats).all():
            raise ValueError(f"steps must be integers, not {given.dtype} such as {given.flat[0]!r}")
        if not (np.abs(as_floats) < _STEP_BOUND).all():
            raise ValueError(f"a step must be an integer of 64 bits, not {np.abs(as_floats).max()}")
    elif given.dtype == np.uint64 and given.size and int(given.max()) >= _STEP_BOUND:
        raise ValueError(f"a step must be an integer of 64 bits, not {given.max()}")
    return given.astype(np.int64, copy=False)


def _as_wall_times(wall_times: ArrayLike) -> NDArray[np.float64] | float:
    times = np.asarray(wall_times, np.float64)
    if times.ndim == 0:
        return as_wall_time(times)
    if not np.isfinite(times).all():
        raise ValueError(f"the wall_time of an event must be finite, not {times[~np.isfinite(times)][0]}")
    return times
