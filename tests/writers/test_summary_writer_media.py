from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import graphlog as gl
from tests.writers.summary_reading import accumulated, values

RANDOM = np.random.default_rng(1)


def picture(value: Any) -> Any:
    return Image.open(io.BytesIO(value.image.encoded_image_string))


def test_images_of_all_formats_are_the_same(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    image = RANDOM.integers(0, 256, (4, 5, 3), dtype=np.uint8)
    for axes in ("HWC", "CHW", "WCH", "chw"):
        writer.add_image(
            axes, image.transpose(["HWC".index(axis) for axis in axes.upper()]), dataformats=axes
        )
    writer.add_images("list", [image], dataformats="HWC")
    writer.add_images("NHWC", image[None], dataformats="NHWC")
    writer.add_image("alpha", np.dstack([image, image[..., 0]]), dataformats="HWC")
    writer.close()
    for value in values(tmp_path):
        assert (value.image.height, value.image.width) == (4, 5)
        np.testing.assert_array_equal(np.asarray(picture(value))[..., :3], image)


def test_brightness_is_cut_off(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_image("a", np.array([[-1.0, 0.5, 2.0, np.nan, np.inf]]), dataformats="HW")
    writer.add_image("b", np.array([[True, False]]), dataformats="HW")
    writer.close()
    first, second = values(tmp_path)
    assert np.asarray(picture(first))[0, :, 0].tolist() == [0, 127, 255, 0, 255]
    assert np.asarray(picture(second))[0, :, 0].tolist() == [255, 0]


@pytest.mark.parametrize(
    ("shape", "axes", "message"),
    [
        ((3, 4), "CHW", "shape"),
        ((2, 4, 4), "CHW", "1, 3 or 4 channels"),
        ((3, 4, 4), "CHX", "dataformats is 'CHX'"),
        ((3, 0, 4), "CHW", "at least one pixel"),
        ((0, 3, 4, 4), "NCHW", "at least one pixel"),
    ],
)
def test_what_is_no_image_is_an_error(
    writer: gl.SummaryWriter, shape: tuple[int, ...], axes: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        writer.add_image("a", np.zeros(shape), dataformats=axes)


def test_boxes_in_each_library_s_order(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    image, boxes = np.zeros((20, 30, 3), np.uint8), np.array([[2, 3, 20, 15]])
    writer.add_image_with_boxes("torch", image, boxes, 1, None, 2, "HWC", ["x"])
    arguments: Any = ("HWC", ["x"])
    writer.add_image_with_boxes("tensorboardX", image, boxes, 1, None, *arguments)
    writer.add_image_with_boxes("plain", image.transpose(2, 0, 1), boxes, labels=["too", "many"])
    writer.close()
    sizes = [picture(value).size for value in values(tmp_path)]
    assert sizes == [(60, 40), (30, 20), (30, 20)]
    assert np.asarray(picture(values(tmp_path)[2]))[3, 10].tolist() == [255, 0, 0]


def test_a_film_is_a_gif(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    film = RANDOM.integers(0, 256, (3, 5, 3, 8, 6), dtype=np.uint8)
    writer.add_video("a", film, 1, fps=5)
    writer.add_video("b", film.transpose(1, 0, 3, 4, 2)[..., :1] / 255, 1, dataformats="TNHWC")
    writer.close()
    for value in values(tmp_path):
        assert (value.image.height, value.image.width) == (8, 24)  # a row of four, of which one is black
        image = picture(value)
        assert (image.format, image.n_frames, image.size) == ("GIF", 5, (24, 8))
    assert picture(values(tmp_path)[0]).info["duration"] == 200
    with pytest.raises(ValueError, match="fps must be positive"):
        writer.add_video("a", film, 1, fps=0)


@pytest.mark.parametrize("shape", [(100,), (1, 100), (100, 2), (2, 100), (100, 1)])
def test_sound_is_a_wav_file(tmp_path: Path, writer: gl.SummaryWriter, shape: tuple[int, ...]) -> None:
    sound = np.linspace(-1.5, 1, 200)[: int(np.prod(shape))].reshape(shape)
    writer.add_audio("a", sound, 1, sample_rate=8000)
    writer.close()
    (event,) = accumulated(tmp_path).Audio("a")
    assert (event.length_frames, event.sample_rate, event.content_type) == (100, 8000, "audio/wav")
    samples = np.frombuffer(event.encoded_audio_string[44:], "<i2")
    assert samples.size == sound.size
    assert samples[0] == -32767


def test_sound_of_whole_numbers_is_taken_as_it_is(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    writer.add_audio("a", np.array([1, -32768, 5], np.int16))
    writer.close()
    (value,) = values(tmp_path)
    assert np.frombuffer(value.audio.encoded_audio_string[44:], "<i2").tolist() == [1, -32768, 5]
    with pytest.raises(ValueError, match="sound has the shape"):
        writer.add_audio("a", np.zeros((3, 3)))


def test_a_figure_is_an_image(tmp_path: Path, writer: gl.SummaryWriter) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure = pyplot.figure(figsize=(2, 1), dpi=50)
    writer.add_figure("a", figure, 1, close=False)
    writer.add_figure("b", [figure, figure], 1)
    writer.close()
    assert [picture(value).size for value in values(tmp_path)] == [(100, 50), (200, 50)]
    assert not pyplot.get_fignums()


def test_what_is_missing_is_named(
    tmp_path: Path, writer: gl.SummaryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        writer.add_figure("a", object())
    with pytest.raises(ImportError, match=r"pip install 'graphlog\[images\]'"):
        writer.add_video("a", np.zeros((1, 2, 3, 4, 4)))
    with pytest.raises(ImportError, match=r"pip install 'graphlog\[images\]'"):
        writer.add_image_with_boxes("a", np.zeros((3, 4, 4)), np.zeros((1, 4)))
    writer.add_image("a", np.zeros((3, 4, 4)))  # needs neither
