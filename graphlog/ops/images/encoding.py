"""The operations that read and write image files: PNG, BMP, JPEG and GIF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, integer, string, types
from graphlog.core.errors import UnimplementedError
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.encoders import photos
from graphlog.encoders.bmp import decode_bmp as read_bmp
from graphlog.encoders.png import encode_png as write_png
from graphlog.encoders.png_reading import decode_png as read_png
from graphlog.ops import samples, shape_rules
from graphlog.ops.debugging.summaries import scalar_bytes
from graphlog.ops.static_values import constant_value

Array = np.ndarray[Any, Any]


def _contents(value: Any) -> bytes:
    if np.ndim(value):
        raise ValueError(f"contents must be scalar, got shape {bracketed(np.shape(value))}")
    return scalar_bytes(value)


def _with_pillow(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except ImportError as error:
        raise UnimplementedError(None, None, str(error)) from None


def _frames(
    contents: bytes, channels: int, dtype: Any, ratio: int = 1, accept_truncated: bool = False
) -> Array:
    """The images in a file of any format, as a batch: TensorFlow's operations read each other's files."""
    if contents.startswith(b"\x89PNG"):
        return read_png(contents, channels, dtype)[None]
    if contents.startswith(photos.JPEG_SIGNATURE):
        found: Array = _with_pillow(photos.decode_jpeg, contents, channels, ratio, accept_truncated)
        found = found[None]
    elif contents.startswith(photos.GIF_SIGNATURE):
        if channels not in (0, 3):
            raise ValueError(f"channels must be 0 or 3 for GIF, got {channels}")
        found = _with_pillow(photos.decode_gif, contents)
    else:
        shown = contents[:16].decode("latin-1")
        start = f"unknown format starting with '{shown}'" if contents else "empty file"
        raise ValueError(f"Expected image (JPEG, PNG, or GIF), got {start}")
    # Numbers of 16 bits that are made of those of 8 have these twice.
    return found.astype(np.uint16) * np.uint16(257) if dtype == np.uint16 else found


def _single_image(frames: Array) -> Array:
    if len(frames) != 1:
        raise ValueError(
            f"Got {len(frames)} frames, but animated gifs can only be decoded by tf.image.decode_gif or "
            "tf.image.decode_image"
        )
    first: Array = frames[0]
    return first


def _decode_kernel(op: Operation) -> Kernel:
    options = op.attributes
    channels, ratio = options.get("channels", 0), options.get("ratio", 1)
    dtype = options["dtype"].numpy_dtype if "dtype" in options else np.dtype(np.uint8)
    accept = options.get("try_recover_truncated", False)

    is_jpeg = op.type.endswith("Jpeg")
    allowed, shown = ((0, 1, 3), "0, 1, or 3 for JPEG") if is_jpeg else ((0, 1, 3, 4), "0, 1, 3, or 4")

    def kernel(contents: Any) -> Any:
        if channels not in allowed:
            raise ValueError(f"channels must be {shown}, got {channels}")
        if ratio not in (1, 2, 4, 8):
            raise ValueError(f"ratio must be 1, 2, 4, or 8, got {ratio}")
        frames = _frames(_contents(contents), channels, dtype, ratio, accept)
        return frames if op.type == "DecodeGif" else _single_image(frames)

    def cropping_kernel(contents: Any, window: Any) -> Any:
        if np.shape(window) != (4,):
            raise ValueError(f"crop_window must have 4 elements, got shape {bracketed(np.shape(window))}")
        image = kernel(contents)
        top, left, height, width = window.tolist()
        is_inside = (
            0 <= top and 0 <= left and top + height <= image.shape[0] and left + width <= image.shape[1]
        )
        if not is_inside or height <= 0 or width <= 0:
            raise ValueError(
                f"Invalid JPEG data or crop window, data size {len(_contents(contents))}: the window "
                f"{window} of an image of shape {bracketed(image.shape)}"
            )
        return np.ascontiguousarray(image[top : top + height, left : left + width])

    return cropping_kernel if op.type == "DecodeAndCropJpeg" else kernel


def _decode_bmp_kernel(op: Operation) -> Kernel:
    channels = op.attributes["channels"]
    return lambda contents: read_bmp(_contents(contents), channels)


def _decoded_shape(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[0].static_shape, 0)
    channels = op.attributes["channels"]
    if channels < 0:
        raise ValueError(f"channels must be non-negative, got {channels}")
    height = width = None
    if op.type == "DecodeAndCropJpeg":
        shape_rules.with_rank(op.inputs[1].static_shape, 1)
        window = constant_value(op.inputs[1])
        if window is not None:
            height, width = (int(size) for size in window[2:4])
    return [(height, width, channels or None)]


def _decoded_frames_shape(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[0].static_shape, 0)
    return [(None, None, None, 3)]


def _encoded_shape(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[0].static_shape, 3)
    return [()]


def _encode_png_kernel(op: Operation) -> Kernel:
    compression = op.attributes["compression"]

    def kernel(image: Any) -> bytes:
        if image.ndim != 3:
            raise ValueError(f"image must be 3-dimensional{bracketed(image.shape)}")
        if not 1 <= image.shape[2] <= 4:
            raise ValueError(f"image must have 1, 2, 3, or 4 channels, got {image.shape[2]}")
        return write_png(image, compression)

    return kernel


def _encode_jpeg_kernel(op: Operation) -> Kernel:
    options = op.attributes
    channels = {b"grayscale": 1, b"rgb": 3}.get(options.get("format", b""), 0)
    settings: tuple[Any, ...] = ()
    if op.type == "EncodeJpeg":
        density = options["density_unit"].decode(), options["x_density"], options["y_density"]
        settings = (
            options["progressive"],
            options["optimize_size"],
            options["chroma_downsampling"],
            density,
            options["xmp_metadata"],
        )

    fixed = options.get("quality")

    def kernel(image: Any, quality: Any = fixed) -> bytes:
        if image.ndim != 3:
            raise ValueError(f"image must be 3-dimensional{bracketed(image.shape)}")
        if np.ndim(quality) or not 0 <= quality <= 100:
            raise ValueError(f"quality must be in [0,100], got {quality}")
        found = image.shape[2]
        if found not in ((channels,) if channels else (1, 3)):
            raise ValueError(f"image must have {channels or '1 or 3'} channels, got {bracketed(image.shape)}")
        if not image.size:
            raise ValueError(f"image must be non-empty, got shape {bracketed(image.shape)}")
        encoded: bytes = _with_pillow(photos.encode_jpeg, image, int(quality), *settings)
        return encoded

    return kernel


def _jpeg_shape_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["output_type"].numpy_dtype
    return lambda contents: np.array(photos.jpeg_shape(_contents(contents)), dtype)


def _jpeg_shape_shape(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[0].static_shape, 0)
    return [(3,)]


_PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 4, 3) * np.uint8(10)
_PNG = write_png(_PIXELS)
_BMP = b"BM" + bytes([0] * 8 + [54, 0, 0, 0] + [40, 0, 0, 0] + [2, 0, 0, 0] + [1, 0, 0, 0] + [1, 0, 24, 0])
_BMP += bytes(24) + bytes([1, 2, 3, 4, 5, 6, 0, 0])
# The smallest header that a JPEG file can have, with no pixels.
_JPEG_HEADER = b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x02\x00\x04\x03" + bytes(9)
_JPEG_OPTIONS = {
    "channels": integer(0),
    "ratio": integer(1),
    "fancy_upscaling": boolean(True),
    "try_recover_truncated": boolean(False),
    "acceptable_fraction": Attribute("float", 1.0),
    "dct_method": string(""),
}

EncodePng = define_op(
    "EncodePng",
    ["image: T"],
    ["contents: string"],
    attributes={"compression": integer(-1), "T": types(dtypes.uint8, dtypes.uint16, default=dtypes.uint8)},
    shape=_encoded_shape,
    make_kernel=_encode_png_kernel,
    samples=[
        Sample((_PIXELS,)),
        Sample((_PIXELS[..., :2].astype(np.uint16) * np.uint16(500),), {"compression": 9}),
        Sample((_PIXELS[0],), raises="image must be 3-dimensional[4,3]"),
    ],
)
DecodePng = define_op(
    "DecodePng",
    ["contents: string"],
    ["image: dtype"],
    attributes={
        "channels": integer(0),
        "dtype": types(dtypes.uint8, dtypes.uint16, default=dtypes.uint8),
    },
    shape=_decoded_shape,
    make_kernel=_decode_kernel,
    samples=[
        Sample((_PNG,)),
        Sample((_PNG,), {"channels": 1, "dtype": dtypes.uint16}),
        Sample((_PNG[:-20],), raises="Invalid PNG data"),
        Sample(
            (b"hello",), raises="Expected image (JPEG, PNG, or GIF), got unknown format starting with 'hel"
        ),
    ],
)
DecodeBmp = define_op(
    "DecodeBmp",
    ["contents: string"],
    ["image: uint8"],
    attributes={"channels": integer(0)},
    shape=_decoded_shape,
    make_kernel=_decode_bmp_kernel,
    samples=[
        Sample((_BMP,)),
        Sample((_BMP[:40],), raises="Incomplete bmp content"),
        Sample((_BMP,), {"channels": 4}, raises="channels attribute 4 does not match bits per pixel from"),
    ],
)
DecodeGif = define_op(
    "DecodeGif",
    ["contents: string"],
    ["image: uint8"],
    shape=_decoded_frames_shape,
    make_kernel=_decode_kernel,
    samples=[Sample((_PNG,)), Sample((b"",), raises="Expected image (JPEG, PNG, or GIF), got empty file")],
)
DecodeJpeg = define_op(
    "DecodeJpeg",
    ["contents: string"],
    ["image: uint8"],
    attributes=_JPEG_OPTIONS,
    shape=_decoded_shape,
    make_kernel=_decode_kernel,
    samples=[Sample((_PNG,), {"channels": 3}), Sample((_PNG,), {"ratio": 3}, raises="ratio must be 1, 2, 4")],
)
DecodeAndCropJpeg = define_op(
    "DecodeAndCropJpeg",
    ["contents: string", "crop_window: int32"],
    ["image: uint8"],
    attributes=_JPEG_OPTIONS,
    shape=_decoded_shape,
    make_kernel=_decode_kernel,
    samples=[
        Sample((_PNG, samples.int32([0, 1, 2, 2]))),
        Sample((_PNG, samples.int32([0, 1, 3, 2])), raises="Invalid JPEG data or crop window"),
    ],
)
EncodeJpeg = define_op(
    "EncodeJpeg",
    ["image: uint8"],
    ["contents: string"],
    attributes={
        "format": string("", ("", "grayscale", "rgb")),
        "quality": integer(95),
        "progressive": boolean(False),
        "optimize_size": boolean(False),
        "chroma_downsampling": boolean(True),
        "density_unit": string("in", ("in", "cm")),
        "x_density": integer(300),
        "y_density": integer(300),
        "xmp_metadata": string(""),
    },
    shape=_encoded_shape,
    make_kernel=_encode_jpeg_kernel,
    samples=[
        Sample((_PIXELS,)),
        Sample((_PIXELS,), {"format": "grayscale"}, raises="image must have 1 channels, got [2,4,3]"),
    ],
)
EncodeJpegVariableQuality = define_op(
    "EncodeJpegVariableQuality",
    ["images: uint8", "quality: int32"],
    ["contents: string"],
    shape=_encoded_shape,
    make_kernel=_encode_jpeg_kernel,
    samples=[
        Sample((_PIXELS, samples.int32(50))),
        Sample((_PIXELS, samples.int32(101)), raises="quality must be in [0,100], got 101"),
    ],
)
ExtractJpegShape = define_op(
    "ExtractJpegShape",
    ["contents: string"],
    ["image_shape: output_type"],
    attributes={"output_type": types(dtypes.int32, dtypes.int64, default=dtypes.int32)},
    shape=_jpeg_shape_shape,
    make_kernel=_jpeg_shape_kernel,
    samples=[
        Sample((_JPEG_HEADER,)),
        Sample((_PNG,), raises="Invalid JPEG data, size"),
    ],
)
