"""Functions that read and write image files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import as_dtype
from graphlog.core.tensor import Tensor
from graphlog.ops.array import gathering
from graphlog.ops.control_flow import conditionals
from graphlog.ops.debugging import logging_ops
from graphlog.ops.images.checks import is_tensor
from graphlog.ops.images.dtype_conversion import convert_image_dtype
from graphlog.ops.images.encoding import (
    DecodeAndCropJpeg,
    DecodeBmp,
    DecodeGif,
    DecodeJpeg,
    DecodePng,
    EncodeJpeg,
    EncodeJpegVariableQuality,
    EncodePng,
    ExtractJpegShape,
)
from graphlog.ops.math import comparisons, logic
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.random import random_functions
from graphlog.ops.strings import string_ops


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Tensor:
    """An image as a PNG file.

    Args:
        image: ``(height, width, channels)`` of uint8 or uint16: gray, gray and alpha, RGB, or RGB and alpha.
        compression: how hard to try, from 0 to 9; -1 for the default.
        name: the operation's name.

    Returns:
        A string scalar: the bytes of the file.

    Source: TensorFlow's ``EncodePng``.
    """
    return EncodePng(image, compression=compression, name=name)


def decode_png(
    contents: Any, channels: int | None = 0, dtype: Any = dtypes.uint8, name: str | None = None
) -> Tensor:
    """The image in a PNG file; a JPEG or GIF file is read, too.

    Args:
        contents: the bytes of the file, a string scalar.
        channels: 1 for gray, 3 for RGB, 4 with alpha; 0 for those of the file.
        dtype: uint8 or uint16.
        name: the operation's name.

    Returns:
        A Tensor ``(height, width, channels)``.

    Source: TensorFlow's ``DecodePng``.
    """
    return DecodePng(contents, channels=channels, dtype=dtype, name=name)


def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> Tensor:
    """The image in an uncompressed BMP file.

    Args:
        contents: the bytes of the file, a string scalar.
        channels: 1, 3 or 4, as the file has them; 0 for any.
        name: the operation's name.

    Returns:
        A Tensor of uint8 ``(height, width, channels)``.

    Source: TensorFlow's ``DecodeBmp``.
    """
    return DecodeBmp(contents, channels=channels, name=name)


def decode_gif(contents: Any, name: str | None = None) -> Tensor:
    """The frames of a GIF file; Pillow must be installed to run it.

    Args:
        contents: the bytes of the file, a string scalar. PNG and JPEG files are read, too.
        name: the operation's name.

    Returns:
        A Tensor of uint8 ``(frames, height, width, 3)``.

    Source: TensorFlow's ``DecodeGif``.
    """
    return DecodeGif(contents, name=name)


def decode_jpeg(
    contents: Any,
    channels: int | None = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """The image in a JPEG file; Pillow must be installed to run it.

    Args:
        contents: the bytes of the file, a string scalar. PNG files are read, too.
        channels: 1 for gray, 3 for RGB; 0 for those of the file.
        ratio: how much smaller the image is to be: 1, 2, 4 or 8.
        fancy_upscaling: taken for the graph's sake; colors are always interpolated.
        try_recover_truncated: whether a file may end before its image does.
        acceptable_fraction: taken for the graph's sake.
        dct_method: taken for the graph's sake. Always used is ``"INTEGER_ACCURATE"``; TensorFlow's default is
            another, whose pixels differ by up to 4.
        name: the operation's name.

    Returns:
        A Tensor of uint8 ``(height, width, channels)``.

    Source: TensorFlow's ``DecodeJpeg``.
    """
    options = _jpeg_options(
        channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method
    )
    return DecodeJpeg(contents, name=name, **options)


def _jpeg_options(
    channels: int | None, ratio: int, fancy: bool, recover: bool, fraction: float, method: str
) -> dict[str, Any]:
    return {
        "channels": channels,
        "ratio": ratio,
        "fancy_upscaling": fancy,
        "try_recover_truncated": recover,
        "acceptable_fraction": fraction,
        "dct_method": method,
    }


def decode_and_crop_jpeg(
    contents: Any,
    crop_window: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A rectangle of the image in a JPEG file.

    Args:
        contents: see ``decode_jpeg``, as for what follows ``crop_window``.
        crop_window: the first row, the first column, the height and the width, an int32 vector.
        channels: see there.
        ratio: see there.
        fancy_upscaling: see there.
        try_recover_truncated: see there.
        acceptable_fraction: see there.
        dct_method: see there.
        name: the operation's name.

    Returns:
        A Tensor of uint8 ``(height, width, channels)``.

    Source: TensorFlow's ``DecodeAndCropJpeg``.
    """
    options = _jpeg_options(
        channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method
    )
    return DecodeAndCropJpeg(contents, crop_window, name=name, **options)


def encode_jpeg(
    image: Any,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str | bytes = "",
    name: str | None = None,
) -> Tensor:
    """An image as a JPEG file; Pillow must be installed to run it.

    Args:
        image: ``(height, width, channels)`` of uint8, with 1 or 3 channels.
        format: ``"grayscale"`` or ``"rgb"``, which the image must be then.
        quality: from 0 up to 100.
        progressive: whether the file shows a rough image first.
        optimize_size: whether the file is made smaller, which takes time.
        chroma_downsampling: whether colors are kept at half the resolution.
        density_unit: ``"in"`` or ``"cm"``.
        x_density: pixels in one of it, horizontally.
        y_density: vertically.
        xmp_metadata: what the file says of itself as XMP.
        name: the operation's name.

    Returns:
        A string scalar: the bytes of the file.

    Source: TensorFlow's ``EncodeJpeg``.
    """
    return EncodeJpeg(
        image,
        format=format,
        quality=quality,
        progressive=progressive,
        optimize_size=optimize_size,
        chroma_downsampling=chroma_downsampling,
        density_unit=density_unit,
        x_density=x_density,
        y_density=y_density,
        xmp_metadata=xmp_metadata,
        name=name,
    )


def extract_jpeg_shape(contents: Any, output_type: Any = dtypes.int32, name: str | None = None) -> Tensor:
    """The height, the width and the number of channels of a JPEG file, which is not decoded for it.

    Args:
        contents: the bytes of the file, a string scalar.
        output_type: int32 or int64.
        name: the operation's name.

    Returns:
        A vector of three numbers.

    Source: TensorFlow's ``ExtractJpegShape``.
    """
    return ExtractJpegShape(contents, output_type=output_type, name=name)


def adjust_jpeg_quality(image: Any, jpeg_quality: Any, name: str | None = None) -> Tensor:
    """An image as it looks after JPEG; Pillow must be installed to run it.

    Args:
        image: ``(height, width, channels)`` with 1 or 3 channels.
        jpeg_quality: from 0 up to 100, a number or an int32 scalar.
        name: the scope of the operations.

    Returns:
        A Tensor of the same dtype and shape.

    Source: ``tf.image.adjust_jpeg_quality``.
    """
    with name_scope(name, "adjust_jpeg_quality", [image]):
        tensor = convert_to_tensor(image, name="image")
        pixels = convert_image_dtype(tensor, dtypes.uint8)
        if not is_tensor(jpeg_quality):
            jpeg_quality = convert_to_tensor(jpeg_quality, dtypes.int32)
        decoded = decode_jpeg(EncodeJpegVariableQuality(pixels, jpeg_quality))
        return convert_image_dtype(decoded, tensor.dtype)


def random_jpeg_quality(
    image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: int | None = None
) -> Tensor:
    """``adjust_jpeg_quality`` by a random quality.

    Args:
        image: ``(height, width, channels)`` with 1 or 3 channels.
        min_jpeg_quality: the least quality.
        max_jpeg_quality: the upper end, at most 100.
        seed: see ``tf.set_random_seed``.

    Returns:
        A Tensor of the same dtype and shape.

    Raises:
        ValueError: there are no such qualities.

    Source: ``tf.image.random_jpeg_quality``.
    """
    if not (0 <= min_jpeg_quality <= 100 and 0 <= max_jpeg_quality <= 100):
        raise ValueError("jpeg encoding range must be between 0 and 100.")
    if min_jpeg_quality >= max_jpeg_quality:
        raise ValueError("`min_jpeg_quality` must be less than `max_jpeg_quality`.")
    quality = random_functions.random_uniform(
        [], min_jpeg_quality, max_jpeg_quality, seed=seed, dtype=dtypes.int32
    )
    return adjust_jpeg_quality(image, quality)


def is_jpeg(contents: Any, name: str | None = None) -> Tensor:
    """Whether the bytes of a file begin as those of a JPEG file do.

    Args:
        contents: the bytes, a string tensor.
        name: the operation's name.

    Returns:
        A Tensor of bool.

    Source: ``tf.image.is_jpeg``.
    """
    with name_scope(name, "is_jpeg"):
        return comparisons.equal(string_ops.substr(contents, 0, 3), b"\xff\xd8\xff", name=name)


def _is_png(contents: Any) -> Tensor:
    with name_scope(None, "is_png"):
        return comparisons.equal(string_ops.substr(contents, 0, 3), b"\x89PN")


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = dtypes.uint8,
    name: str | None = None,
    expand_animations: bool = True,
) -> Any:
    """The image in a BMP, GIF, JPEG or PNG file; for GIF and JPEG, Pillow must be installed to run it.

    Args:
        contents: the bytes of the file, a string scalar.
        channels: 1 for gray, 3 for RGB, 4 with alpha; 0 or None for those of the file.
        dtype: the dtype of the result.
        name: the scope of the operations.
        expand_animations: whether a GIF gives all frames, with a dimension more; else the first.

    Returns:
        A Tensor ``(height, width, channels)``, or ``(frames, height, width, 3)`` of a GIF; of unknown shape.

    Raises:
        ValueError: there is no such number of channels.

    Source: ``tf.image.decode_image``.
    """
    with name_scope(name, "decode_image"):
        if channels not in (None, 0, 1, 3, 4):
            raise ValueError("channels must be in (None, 0, 1, 3, 4)")
        wanted = as_dtype(dtype)
        count = 0 if channels is None else channels
        start = string_ops.substr(contents, 0, 3)

        def other_than(number: int, check_name: str) -> Tensor:
            return comparisons.not_equal(count, number, name=check_name)

        def after_check(is_good: Tensor, message: str, read: Callable[[], Tensor]) -> Tensor:
            with control_dependencies([logging_ops.Assert(is_good, [message])]):
                return read()

        def bmp() -> Tensor:
            is_bmp = comparisons.equal(string_ops.substr(contents, 0, 2), "BM", name="is_bmp")
            known = logging_ops.Assert(is_bmp, ["Unable to decode bytes as JPEG, PNG, GIF, or BMP"])
            is_good = other_than(1, "check_channels")
            message = "Channels must be in (None, 0, 3) when decoding BMP images"
            with control_dependencies([known, logging_ops.Assert(is_good, [message])]):
                return convert_image_dtype(decode_bmp(contents), wanted)

        def gif() -> Tensor:
            is_good = logic.logical_and(
                other_than(1, "check_gif_channels"), other_than(4, "check_gif_channels")
            )

            def read() -> Tensor:
                result = convert_image_dtype(decode_gif(contents), wanted)
                return result if expand_animations else gathering.gather(result, 0)

            return after_check(is_good, "Channels must be in (None, 0, 3) when decoding GIF images", read)

        def png() -> Tensor:
            depth = dtypes.uint8 if wanted == dtypes.uint8 else dtypes.uint16
            return convert_image_dtype(decode_png(contents, channels, dtype=depth), wanted)

        def jpeg() -> Tensor:
            return after_check(
                other_than(4, "check_jpeg_channels"),
                "Channels must be in (None, 0, 1, 3) when decoding JPEG images",
                lambda: convert_image_dtype(decode_jpeg(contents, channels), wanted),
            )

        def gif_or_bmp() -> Any:
            is_gif = comparisons.equal(start, b"GIF", name="is_gif")
            return conditionals.cond(is_gif, gif, bmp, name="cond_gif")

        def png_or_other() -> Any:
            return conditionals.cond(_is_png(contents), png, gif_or_bmp, name="cond_png")

        return conditionals.cond(is_jpeg(contents), jpeg, png_or_other, name="cond_jpeg")
