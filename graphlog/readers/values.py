"""What is read: numbers in columns, and what else stands under a tag at a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from graphlog.encoders.photos import GIF_SIGNATURE, JPEG_SIGNATURE, decode_gif, decode_jpeg
from graphlog.encoders.png_filters import SIGNATURE as PNG_SIGNATURE
from graphlog.encoders.png_reading import decode_png
from graphlog.encoders.wav import decode_wav

Array = np.ndarray[Any, Any]

_LONG_TEXT = 80  # characters


class Scalar(NamedTuple):
    """One point of a curve."""

    step: int
    wall_time: float
    value: float


@dataclass(frozen=True, eq=False, repr=False)
class Scalars:
    """The curve of a tag, as columns.

    A number is a point, ``scalars[-1].value``; a slice, an array of numbers or one of booleans gives a curve
    of some of the points, ``scalars[scalars.step > 100]``.

    Attributes:
        tag: the tag.
        step: int64, shape [n].
        wall_time: float64, shape [n]: seconds since 1970.
        value: float32, or float64 where one was written, shape [n].
    """

    tag: str
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[Any]

    def __len__(self) -> int:
        return len(self.step)

    def __iter__(self) -> Iterator[Scalar]:
        return map(Scalar, self.step.tolist(), self.wall_time.tolist(), self.value.tolist())

    @overload
    def __getitem__(self, index: int) -> Scalar: ...
    @overload
    def __getitem__(self, index: slice | Array) -> Scalars: ...
    def __getitem__(self, index: int | slice | Array) -> Scalar | Scalars:
        step, wall_time, value = self.step[index], self.wall_time[index], self.value[index]
        if np.ndim(step):
            return Scalars(self.tag, step, wall_time, value)
        return Scalar(int(step), float(wall_time), float(value))

    def __repr__(self) -> str:
        if not len(self):
            return f"Scalars({self.tag!r}, empty)"
        first, last = self[0], self[-1]
        return (
            f"Scalars({self.tag!r}, {len(self)} points, steps {first.step} to {last.step}, "
            f"last value {last.value:g})"
        )


@dataclass(frozen=True, eq=False)
class Histogram:
    """A distribution of numbers, counted in buckets.

    Attributes:
        step: the step of the training.
        wall_time: seconds since 1970.
        left: float64, shape [k]: where each bucket starts. Where the file says only where they end, they are
            as TensorBoard shows them: from the least to the largest number, without empty ones at either end.
        right: float64, shape [k]: where each ends.
        count: float64, shape [k]: how many numbers each holds.
        minimum: the least number.
        maximum: the largest number.
        number: how many numbers there are.
        total: their sum; None where the file does not say.
        total_of_squares: the sum of their squares; None where the file does not say.
        bucket_limits: float64: the ends of the buckets as they stand in the file.
        bucket_counts: float64: what they hold, as it stands in the file.
    """

    step: int
    wall_time: float
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    count: NDArray[np.float64]
    minimum: float
    maximum: float
    number: float
    total: float | None
    total_of_squares: float | None
    bucket_limits: NDArray[np.float64]
    bucket_counts: NDArray[np.float64]

    def __repr__(self) -> str:
        return (
            f"Histogram(step={self.step}, {self.number:g} numbers from {self.minimum:g} to {self.maximum:g}, "
            f"{len(self.count)} buckets)"
        )


@dataclass(frozen=True, eq=False)
class Image:
    """An image, as the file that was logged.

    Attributes:
        step: the step of the training.
        wall_time: seconds since 1970.
        index: which one of those that were logged together it is.
        width: pixels, as the event says.
        height: pixels, as the event says.
        encoded: the bytes of a PNG, JPEG or GIF file.
    """

    step: int
    wall_time: float
    index: int
    width: int
    height: int
    encoded: bytes

    @property
    def format(self) -> str:
        """``"png"``, ``"jpeg"``, ``"gif"``, or ``""`` for what is none of them."""
        return image_format(self.encoded)

    def pixels(self) -> Array:
        """The pixels.

        Returns:
            uint8 ``(height, width, channels)``; of an animation ``(frames, height, width, 3)``.

        Raises:
            ImportError: it is no PNG, and Pillow is not there.
            ValueError: it is damaged, or of another format.
        """
        match self.format:
            case "png":
                return decode_png(self.encoded)
            case "jpeg":
                return decode_jpeg(self.encoded)
            case "gif":
                return decode_gif(self.encoded)
        raise ValueError("it is neither a PNG nor a JPEG nor a GIF file")

    def _repr_png_(self) -> bytes | None:
        return self.encoded if self.format == "png" else None

    def _repr_jpeg_(self) -> bytes | None:
        return self.encoded if self.format == "jpeg" else None

    def __repr__(self) -> str:
        return f"Image(step={self.step}, {self.width}×{self.height}, {len(self.encoded)} bytes {self.format})"


@dataclass(frozen=True, eq=False)
class Audio:
    """A piece of sound, as the file that was logged.

    Attributes:
        step: the step of the training.
        wall_time: seconds since 1970.
        index: which one of those that were logged together it is.
        encoded: the bytes of the file.
        content_type: its kind, ``"audio/wav"``.
        label: what was written with it; ``""`` if nothing.
    """

    step: int
    wall_time: float
    index: int
    encoded: bytes
    content_type: str
    label: str

    def frames(self) -> tuple[Array, int]:
        """The sound of a WAV file.

        Returns:
            float32 ``(frames, channels)`` from -1 up to 1, and how many frames are a second.

        Raises:
            ValueError: it is no WAV file of 16-bit samples.
        """
        return decode_wav(self.encoded)

    def __repr__(self) -> str:
        return f"Audio(step={self.step}, {len(self.encoded)} bytes {self.content_type!r})"


@dataclass(frozen=True, eq=False)
class Text:
    """Text.

    Attributes:
        step: the step of the training.
        wall_time: seconds since 1970.
        values: an array of str, of the shape that was logged: () or (1,) for one text, more for a table.
    """

    step: int
    wall_time: float
    values: NDArray[np.object_]

    @property
    def text(self) -> str:
        """All of it; the lines of a list one below the other."""
        return "\n".join(self.values.ravel().tolist())

    def __repr__(self) -> str:
        rest = "…" if len(self.text) > _LONG_TEXT else ""
        return f"Text(step={self.step}, {self.text[:_LONG_TEXT]!r}{rest})"


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor.

    Attributes:
        step: the step of the training.
        wall_time: seconds since 1970.
        value: the array, read-only; strings as bytes.
    """

    step: int
    wall_time: float
    value: Array

    def __repr__(self) -> str:
        return f"Tensor(step={self.step}, {self.value.dtype} {list(self.value.shape)})"


@dataclass(frozen=True, eq=False)
class PRCurve:
    """Precision and recall of a classifier. All arrays are float64, one number for each threshold.

    Attributes:
        step: the step of the training.
        wall_time: seconds since 1970.
        thresholds: from which certainty on something is taken for a hit, from 0 up to 1.
        true_positives: how many were rightly found.
        false_positives: how many were wrongly found.
        true_negatives: how many were rightly left out.
        false_negatives: how many were wrongly left out.
        precision: which part of what was found is right.
        recall: which part of what is right was found.
    """

    step: int
    wall_time: float
    thresholds: NDArray[np.float64]
    true_positives: NDArray[np.float64]
    false_positives: NDArray[np.float64]
    true_negatives: NDArray[np.float64]
    false_negatives: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]

    def __repr__(self) -> str:
        return f"PRCurve(step={self.step}, {len(self.thresholds)} thresholds)"


@dataclass(frozen=True, eq=False)
class HyperParameters(Mapping[str, "bool | float | str"]):
    """The hyperparameters of a run: a mapping from name to value.

    Attributes:
        values_by_name: name and value.
        metrics: the tags of the scalars that judge the run, where the run says so.
        group: the name of the group of runs with the same hyperparameters; ``""`` if there is none.
        status: how the run ended: ``"success"``, ``"failure"``, ``"running"``, or ``"unknown"``.
    """

    values_by_name: Mapping[str, bool | float | str]
    metrics: tuple[str, ...]
    group: str
    status: str

    def __getitem__(self, name: str) -> bool | float | str:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


def image_format(encoded: bytes) -> str:
    """The format of an image's file by how it begins; ``""`` for none that is known."""
    signatures = {"png": PNG_SIGNATURE, "jpeg": JPEG_SIGNATURE, "gif": GIF_SIGNATURE}
    return next((name for name, start in signatures.items() if encoded.startswith(start)), "")
