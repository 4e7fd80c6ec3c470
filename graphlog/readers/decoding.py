"""Summary values of every writer, in the old and the new encoding, as what was logged.

Those before TensorFlow 2 have a field for each kind (``simple_value``, ``histo``, ``image``, ``audio``). The
others are tensors, and the metadata of a tag's first value name the plugin, which says what they mean.

Source: ``tensorboard/plugins/*/metadata.py`` for the shapes of the tensors, ``tensorboard/data_compat.py``
for what an old histogram looks like as a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from google.protobuf.message import DecodeError
from numpy.typing import NDArray

from graphlog.core import dtypes
from graphlog.core.dtypes import as_dtype
from graphlog.graphdef.tensor_values import tensor_array
from graphlog.proto.run_metadata_pb2 import RunMetadata
from graphlog.proto.summary_pb2 import HistogramProto, Summary
from graphlog.readers.values import Audio, Histogram, Image, PRCurve, Tensor, Text, image_format

Kind = Literal["scalars", "histograms", "images", "audio", "texts", "tensors", "pr_curves", "run_metadata"]
Value = Summary.Value
Array = np.ndarray[Any, Any]

_KINDS_OF_FIELDS: dict[str, Kind] = {
    "simple_value": "scalars",
    "histo": "histograms",
    "image": "images",
    "audio": "audio",
}
_KINDS_OF_PLUGINS: dict[str, Kind] = {
    "scalars": "scalars",
    "histograms": "histograms",
    "images": "images",
    "audio": "audio",
    "text": "texts",
    "pr_curves": "pr_curves",
    "graph_run_metadata": "run_metadata",
    "graph_run_metadata_graph": "run_metadata",
}

_DTYPES_IN_FLOAT32 = tuple(map(as_dtype, ("float32", "float16", "bfloat16", "bool", "int8", "uint8")))


def kind_of(value: Value, plugin: str) -> Kind | None:
    """What a value is.

    Args:
        value: the value.
        plugin: the plugin that its tag's metadata name; ``""`` if none is known.

    Returns:
        The kind; None for a value without content, and for a histogram of before TensorFlow 0.7.
    """
    field = value.WhichOneof("value")
    if field == "tensor":
        return _KINDS_OF_PLUGINS.get(plugin, "tensors")
    return _KINDS_OF_FIELDS.get(field or "")


def scalar_of(value: Value) -> tuple[float, bool]:
    """The number of a value, and whether it has more digits than float32.

    Raises:
        ValueError: the tensor is not one real number.
    """
    if value.HasField("simple_value"):
        return value.simple_value, False
    array = _numbers(value)
    if array.size != 1:
        raise ValueError(f"a scalar is one number, not one of shape {list(array.shape)}")
    return float(array.reshape(-1)[0]), as_dtype(value.tensor.dtype) not in _DTYPES_IN_FLOAT32


def decoded(kind: Kind, value: Value, step: int, wall_time: float) -> Sequence[Any]:
    """What a value holds: mostly one thing, but of images and sounds as many as were logged together.

    Args:
        kind: what ``kind_of`` said; no scalar.
        value: the value.
        step: of its event.
        wall_time: of its event.

    Raises:
        ValueError: it is damaged.
    """
    return _DECODERS[kind](value, step, wall_time)


def checked(kind: Kind, value: Value) -> tuple[int, str | None]:
    """How many things ``decoded`` finds in a value; the same errors are raised.

    Returns:
        The number; and what is wrong with one that is given out all the same: an image that is none.
    """
    found = decoded(kind, value, 0, 0.0)
    if kind == "images":
        formats = [image_format(item.encoded) for item in found]
        if "" in formats:
            return len(found), f"image {formats.index('')} is neither a PNG nor a JPEG nor a GIF file"
    return len(found), None


def _histograms(value: Value, step: int, wall_time: float) -> list[Histogram]:
    if value.HasField("histo"):
        return [_old_histogram(value.histo, step, wall_time)]
    rows = _numbers(value)
    if rows.ndim != 2 or rows.shape[1] != 3:
        raise ValueError(f"a histogram has the shape [buckets, 3], not {list(rows.shape)}")
    left, right, count = np.ascontiguousarray(rows.T)
    return [
        Histogram(
            step, wall_time, left, right, count,
            minimum=float(left.min(initial=np.inf)), maximum=float(right.max(initial=-np.inf)),
            number=float(count.sum()), total=None, total_of_squares=None,
            bucket_limits=right, bucket_counts=count,
        )
    ]  # fmt: skip


def _old_histogram(proto: HistogramProto, step: int, wall_time: float) -> Histogram:
    limits, counts = np.array(proto.bucket_limit, np.float64), np.array(proto.bucket, np.float64)
    if len(limits) != len(counts):
        raise ValueError(f"a histogram has {len(limits)} limits, but {len(counts)} counts")
    filled = np.flatnonzero(counts > 0)
    first, last = (int(filled[0]), int(filled[-1])) if filled.size else (0, -1)
    inner = limits[first : max(last, first)]
    edges = np.concatenate([[proto.min], inner, [proto.max]]) if filled.size else np.empty(1)
    return Histogram(
        step, wall_time, left=edges[:-1], right=edges[1:], count=counts[first : last + 1],
        minimum=proto.min, maximum=proto.max, number=proto.num, total=proto.sum,
        total_of_squares=proto.sum_squares, bucket_limits=limits, bucket_counts=counts,
    )  # fmt: skip


def _images(value: Value, step: int, wall_time: float) -> list[Image]:
    if value.HasField("image"):
        image = value.image
        return [Image(step, wall_time, 0, image.width, image.height, image.encoded_image_string)]
    strings = _strings(value)
    if strings.ndim != 1 or len(strings) < 2:
        raise ValueError(f"images are a list of width, height and files, not {list(strings.shape)}")
    width, height = _size(strings[0]), _size(strings[1])
    return [Image(step, wall_time, index, width, height, item) for index, item in enumerate(strings[2:])]


def _size(text: bytes) -> int:
    if not text.isdigit() or len(text) > 9:
        raise ValueError(f"an image's size is {text[:20]!r}")
    return int(text)


def _sounds(value: Value, step: int, wall_time: float) -> list[Audio]:
    if value.HasField("audio"):
        sound = value.audio
        return [Audio(step, wall_time, 0, sound.encoded_audio_string, sound.content_type, "")]
    strings = _strings(value)
    if strings.ndim == 1:
        pairs = [(item, b"") for item in strings]
    elif strings.ndim == 2 and strings.shape[1] == 2:
        pairs = strings.tolist()
    else:
        raise ValueError(f"sounds have the shape [number, 2], not {list(strings.shape)}")
    return [
        Audio(step, wall_time, index, data, "audio/wav" if data[:4] == b"RIFF" else "", _text(label))
        for index, (data, label) in enumerate(pairs)
    ]


def _texts(value: Value, step: int, wall_time: float) -> list[Text]:
    strings = _strings(value)
    texts = np.empty(strings.shape, object)
    texts.reshape(-1)[:] = [_text(item) for item in strings.reshape(-1)]
    return [Text(step, wall_time, texts)]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _tensors(value: Value, step: int, wall_time: float) -> list[Tensor]:
    return [Tensor(step, wall_time, tensor_array(value.tensor))]


def _pr_curves(value: Value, step: int, wall_time: float) -> list[PRCurve]:
    rows = _numbers(value)
    if rows.ndim != 2 or rows.shape[0] != 6:
        raise ValueError(f"a precision-recall curve has the shape [6, thresholds], not {list(rows.shape)}")
    return [PRCurve(step, wall_time, np.linspace(0.0, 1.0, rows.shape[1]), *rows)]


def _run_metadata(value: Value, step: int, wall_time: float) -> list[RunMetadata]:
    strings = _strings(value).reshape(-1)
    if len(strings) != 1:
        raise ValueError(f"run metadata are one string, not {list(strings.shape)}")
    return [parsed_run_metadata(strings[0])]


def parsed_run_metadata(data: bytes) -> RunMetadata:
    """The RunMetadata of its bytes; ValueError where they are none."""
    try:
        return RunMetadata.FromString(data)
    except DecodeError as error:
        raise ValueError(f"run metadata that cannot be parsed: {error}") from None


def _numbers(value: Value) -> NDArray[np.float64]:
    array = _of_its_own_size(value, tensor_array(value.tensor))
    if array.dtype == dtypes.bfloat16.numpy_dtype:  # the upper half of a float32
        array = (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"it holds {as_dtype(value.tensor.dtype).name}, not real numbers")
    return array.astype(np.float64)


def _strings(value: Value) -> NDArray[np.object_]:
    array = tensor_array(value.tensor)
    if array.dtype != object:
        raise ValueError(f"it holds {as_dtype(value.tensor.dtype).name}, not strings")
    return _of_its_own_size(value, array)


_MOST_REPEATED = 1 << 16


def _of_its_own_size(value: Value, array: Array) -> Array:
    """The array, unless a few bytes claim to stand for very many elements, of which copies would be made."""
    if array.size > _MOST_REPEATED and array.size > value.tensor.ByteSize():
        raise ValueError(f"a tensor of {value.tensor.ByteSize()} bytes claims {array.size} elements")
    return array


_DECODERS: dict[str, Callable[[Value, int, float], Sequence[Any]]] = {
    "histograms": _histograms,
    "images": _images,
    "audio": _sounds,
    "texts": _texts,
    "tensors": _tensors,
    "pr_curves": _pr_curves,
    "run_metadata": _run_metadata,
}
