"""PNG files: what graphlog writes, every kind that it reads, and broken ones."""

import contextlib
import io
import struct
import tracemalloc
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from graphlog.encoders.png import encode_png
from graphlog.encoders.png_filters import filtered, unfiltered
from graphlog.encoders.png_reading import decode_png, png_size

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def pixels(channels: int, dtype: Any = np.uint8, height: int = 13, width: int = 9) -> Any:
    random = np.random.default_rng(channels)
    rough = random.integers(0, np.iinfo(dtype).max + 1, (height, width, channels)).astype(dtype)
    smooth = np.arange(height)[:, None, None] * 7 + np.arange(width)[:, None] * 3 + np.arange(channels)
    return np.where(np.arange(height)[:, None, None] < height // 2, rough, smooth.astype(dtype))


def pillows(image: Any, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", **options)
    return target.getvalue()


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pillow_reads_what_is_written(channels: int) -> None:
    image = pixels(channels)
    with Image.open(io.BytesIO(encode_png(image))) as found:
        assert found.mode == MODES[channels]
        np.testing.assert_array_equal(np.array(found).reshape(image.shape), image)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", [-1, 0, 9])
def test_what_is_written_is_read_again(channels: int, dtype: Any, compression: int) -> None:
    image = pixels(channels, dtype)
    contents = encode_png(image, compression)
    np.testing.assert_array_equal(decode_png(contents, dtype=dtype), image)
    assert png_size(contents) == image.shape[:2]


@pytest.mark.parametrize(
    ("mode", "channels"), [("1", 1), ("P", 3), ("L", 1), ("LA", 2), ("RGB", 3), ("RGBA", 4)]
)
def test_what_pillow_writes_is_read(mode: str, channels: int) -> None:
    image = Image.fromarray(pixels(3, height=40, width=33)).convert(mode)
    expected = np.array(image.convert("RGB" if mode == "P" else "L" if mode == "1" else mode))
    found = decode_png(pillows(image))
    np.testing.assert_array_equal(found, expected.reshape(40, 33, channels))


def test_all_filters_can_be_undone() -> None:
    random = np.random.default_rng(1)
    rows = random.integers(0, 256, (20, 12)).astype(np.uint8)
    for pixel_size in (1, 2, 3, 4, 6):
        np.testing.assert_array_equal(unfiltered(filtered(rows, pixel_size), pixel_size), rows)


def test_a_large_image_takes_no_loop_over_pixels() -> None:
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    np.testing.assert_array_equal(decode_png(encode_png(image)), image)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((2, 3), np.uint8),
        np.zeros((2, 3, 5), np.uint8),
        np.zeros((0, 3, 1), np.uint8),
        np.zeros((2, 3, 1)),
    ],
)
def test_other_arrays_are_no_image(image: Any) -> None:
    with pytest.raises(ValueError, match="an image for PNG has"):
        encode_png(image)


def with_header(contents: bytes, width: int, height: int) -> bytes:
    header = struct.pack(">II", width, height) + contents[24:29]
    return contents[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + contents[33:]


def test_a_file_that_claims_to_be_huge_takes_no_memory() -> None:
    small = encode_png(pixels(4))
    tracemalloc.start()
    for width, height in ((20000, 20000), (1 << 26, 7), (1 << 30, 1 << 30)):
        with pytest.raises(ValueError, match="PNG"):
            decode_png(with_header(small, width, height))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_more_data_than_the_image_needs_are_not_unpacked() -> None:
    bomb = zlib.compress(bytes(1 << 26))
    chunk = struct.pack(">I", len(bomb)) + b"IDAT" + bomb + struct.pack(">I", zlib.crc32(b"IDAT" + bomb))
    image = encode_png(np.zeros((2, 2, 1), np.uint8))
    contents = image[:33] + chunk + image[-12:]
    tracemalloc.start()
    assert decode_png(contents).shape == (2, 2, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 21


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_read(data: st.DataObject) -> None:
    contents = bytearray(encode_png(pixels(data.draw(st.integers(1, 4)))))
    for _ in range(data.draw(st.integers(1, 4))):
        contents[data.draw(st.integers(0, len(contents) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        decode_png(bytes(contents[: data.draw(st.integers(0, len(contents)))]))
