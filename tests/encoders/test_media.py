"""Images and sound as Summary.Values, and the formats of their files."""

import builtins
import contextlib
import io
import wave
from typing import Any

import numpy as np
import pytest
from PIL import Image

import graphlog as tf
from graphlog.encoders import photos
from graphlog.encoders.audio import audio, sounds
from graphlog.encoders.bmp import decode_bmp
from graphlog.encoders.image import image, images, scaled
from graphlog.encoders.png_reading import decode_png
from graphlog.encoders.wav import decode_wav, encode_wav

RED = np.array([255, 0, 0], np.uint8)


def test_an_image_is_a_png_file() -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    value = image("im", pixels)
    assert (value.tag, value.image.height, value.image.width, value.image.colorspace) == ("im", 2, 4, 3)
    np.testing.assert_array_equal(decode_png(value.image.encoded_image_string), pixels)


def test_the_tags_are_tensorflows() -> None:
    batch = np.zeros((5, 2, 2, 1), np.uint8)
    assert [value.tag for value in images("im", batch)] == ["im/image/0", "im/image/1", "im/image/2"]
    assert [value.tag for value in images("im", batch[:1], 2)] == ["im/image/0"]
    assert [value.tag for value in images("im", batch, 1)] == ["im/image"]
    assert [value.tag for value in sounds("s", np.zeros((2, 9)), 8000)] == ["s/audio/0", "s/audio/1"]


def test_floats_are_scaled() -> None:
    positive = np.array([[[0.0] * 3, [0.5] * 3, [2.0] * 3]], np.float32)
    assert scaled(positive, RED)[0, :, 0].tolist() == [0, 63, 255]
    both = np.array([[[-1.0] * 3, [0.0] * 3, [0.5] * 3]], np.float32)
    assert scaled(both, RED)[0, :, 0].tolist() == [1, 128, 191]
    assert scaled(np.full((1, 2, 3), 1e-7, np.float32), RED).max() == 0


def test_what_is_not_finite_is_red() -> None:
    pixels = np.array([[[1.0, np.nan, 0.0], [np.inf, 0.0, 0.0], [1.0, 0.5, 0.0]]], np.float64)
    assert scaled(pixels, RED).tolist() == [[[255, 0, 0], [255, 0, 0], [255, 127, 0]]]


def test_python_reads_the_sound() -> None:
    frames = np.array([[0.5, -2.0], [2.0, 0.25], [np.nan, -0.5]], np.float32)
    value = audio("s", frames, 44100)
    assert (value.audio.num_channels, value.audio.length_frames, value.audio.sample_rate) == (2, 3, 44100)
    with wave.open(io.BytesIO(value.audio.encoded_audio_string)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 44100, 2)
        samples = np.frombuffer(file.readframes(3), "<i2")
    assert samples.tolist() == [16384, -32768, 32767, 8192, 0, -16384]


def test_sound_there_and_back() -> None:
    frames = np.random.default_rng(0).uniform(-1, 1, (50, 2)).astype(np.float32)
    found, rate = decode_wav(encode_wav(frames, 8000))
    assert rate == 8000
    np.testing.assert_allclose(found, frames, atol=1 / 32768)


def test_damaged_wav_files_are_refused_or_read() -> None:
    contents = encode_wav(np.zeros((50, 2), np.float32), 8000)
    random = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(contents[: random.integers(0, len(contents) + 1)])
        for place in random.integers(0, 60, 3):
            if place < len(damaged):
                damaged[place] = random.integers(0, 256)
        with contextlib.suppress(ValueError):
            decode_wav(bytes(damaged))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_bmp_files_are_read(mode: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 4)).astype(np.uint8)
    picture = Image.fromarray(pixels).convert(mode)
    target = io.BytesIO()
    picture.save(target, "BMP")
    expected = np.array(picture).reshape(5, 7, -1)
    np.testing.assert_array_equal(decode_bmp(target.getvalue()), expected)
    with pytest.raises(ValueError, match="Incomplete bmp content"):
        decode_bmp(target.getvalue()[:-20])


def test_jpeg_files_are_written_and_read() -> None:
    pixels = np.add.outer(np.arange(20) * 5, np.arange(30) * 4)[..., None].repeat(3, 2).astype(np.uint8)
    contents = photos.encode_jpeg(pixels)
    assert photos.jpeg_shape(contents) == (20, 30, 3)
    assert np.abs(photos.decode_jpeg(contents).astype(int) - pixels).max() < 8
    assert photos.decode_jpeg(contents, 1, ratio=2).shape == (10, 15, 1)
    for end in range(len(contents) // 2):
        with pytest.raises(ValueError, match="Invalid JPEG data"):
            photos.decode_jpeg(contents[:end])


def test_gif_files_are_read() -> None:
    frames = [Image.fromarray(np.full((4, 5, 3), shade, np.uint8)) for shade in (10, 200)]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    assert photos.decode_gif(target.getvalue())[:, 0, 0, 0].tolist() == [10, 200]
    with pytest.raises(ValueError, match="Invalid GIF data"):
        photos.decode_gif(target.getvalue()[:20])


def test_without_pillow_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pillow(name: str, *arguments: Any, **options: Any) -> Any:
        if name.partition(".")[0] == "PIL":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_pillow)
    contents = tf.image.encode_jpeg(np.zeros((2, 2, 3), np.uint8))
    message = r"pip install 'graphlog\[images\]'"
    with tf.Session() as session, pytest.raises(tf.errors.UnimplementedError, match=message):
        session.run(contents)
