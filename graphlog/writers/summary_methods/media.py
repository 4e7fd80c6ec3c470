"""Images, figures, films and sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, SupportsInt

import numpy as np

from graphlog.encoders.drawing import figure_pixels, resized, with_boxes
from graphlog.encoders.films import film
from graphlog.encoders.foreign_arrays import to_numpy
from graphlog.encoders.image_layouts import to_pixels
from graphlog.encoders.png import encode_png
from graphlog.encoders.recordings import recording
from graphlog.encoders.tags import as_tag
from graphlog.proto import summary_pb2
from graphlog.writers.summary_methods.base import RunWriter

# zlib's: more takes much longer, for a few bytes.
_COMPRESSION = 4


class MediaMethods(RunWriter):
    """What adds images, figures, films and sound."""

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """Adds an image.

        Args:
            tag: the name of the series.
            img_tensor: an array of any library, with 1 (gray), 3 (RGB) or 4 (RGB and alpha) channels. uint8
                is taken as it is; other numbers are brightnesses from 0 up to 1, cut off beyond.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.
            dataformats: the order of the axes, as a string of H, W and C (and N, see ``add_images``).

        Raises:
            TypeError: it is no array of numbers.
            ValueError: its shape does not fit, or it has no pixel or other channels.
        """
        self._add([_image(tag, to_pixels(to_numpy(img_tensor), dataformats))], global_step, walltime)

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Adds several images as one, eight of them in a row.

        Args:
            tag: the name of the series.
            img_tensor: an array of images of one size, or a list of them. See ``add_image``.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.
            dataformats: the order of the axes, as a string of N, H, W and C; for a list N may be left out.

        Raises:
            TypeError: it is no array of numbers.
            ValueError: its shape does not fit, or there is no pixel or other channels.
        """
        if isinstance(img_tensor, list | tuple) and "N" not in dataformats.upper():
            dataformats = "N" + dataformats
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: Any,
        box_tensor: Any,
        global_step: SupportsInt | None = None,
        walltime: float | None = None,
        rescale: float | str = 1,
        dataformats: str = "CHW",
        labels: str | Sequence[str] | None = None,
    ) -> None:
        """Adds an image with boxes in it; Pillow draws them.

        Args:
            tag: the name of the series.
            img_tensor: the image; see ``add_image``.
            box_tensor: ``(boxes, 4)``: left, top, right and bottom of each box, in pixels.
            global_step: the step of the training.
            walltime: the wall time, in seconds since 1970; that of the call by default.
            rescale: by how much the image grows, with its boxes. A string, as tensorboardX has it in this
                place, is the dataformats.
            dataformats: the order of the axes, as a string of H, W and C.
            labels: text for each box; without effect if there are more or fewer.

        Raises:
            TypeError: the image or the boxes are no arrays of numbers.
            ValueError: a shape does not fit.
            ImportError: Pillow is not there.
        """
        if isinstance(rescale, str):
            labels = labels if dataformats == "CHW" else dataformats
            dataformats, rescale = rescale, 1
        boxes = to_numpy(box_tensor)
        if isinstance(labels, str):
            labels = [labels]
        if labels is not None and len(labels) != len(boxes):
            labels = None
        pixels = with_boxes(to_pixels(to_numpy(img_tensor), dataformats), boxes, labels)
        height, width = pixels.shape[:2]
        value = _image(tag, resized(pixels, rescale))
        value.image.height, value.image.width = height, width
        self._add([value], global_step, walltime)

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: SupportsInt | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Adds a figure of matplotlib as an image.

        Args:
            tag: the name of the series.
            figure: the figure, or a list of figures of one size.
            global_step: the step of the training.
            close: whether pyplot forgets the figure.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            ImportError: matplotlib is not there.
        """
        if isinstance(figure, list):
            pixels = np.stack([figure_pixels(item, close) for item in figure])
            self.add_image(tag, pixels, global_step, walltime, dataformats="NHWC")
        else:
            self.add_image(tag, figure_pixels(figure, close), global_step, walltime, dataformats="HWC")

    def add_video(
        self,
        tag: str,
        vid_tensor: Any,
        global_step: SupportsInt | None = None,
        fps: float = 4,
        walltime: float | None = None,
        dataformats: str = "NTCHW",
    ) -> None:
        """Adds a film as a GIF, which TensorBoard shows under IMAGES; Pillow encodes it.

        Args:
            tag: the name of the series.
            vid_tensor: an array of any library; several films play beside each other.
            global_step: the step of the training.
            fps: frames per second.
            walltime: the wall time, in seconds since 1970; that of the call by default.
            dataformats: the order of the axes, as a string of N (number of films), T (time), C, H and W.

        Raises:
            TypeError: it is no array of numbers.
            ValueError: its shape does not fit.
            ImportError: Pillow is not there.
        """
        self._add([film(tag, to_numpy(vid_tensor), float(fps), dataformats)], global_step, walltime)

    def add_audio(
        self,
        tag: str,
        snd_tensor: Any,
        global_step: SupportsInt | None = None,
        sample_rate: int = 44100,
        walltime: float | None = None,
    ) -> None:
        """Adds sound.

        Args:
            tag: the name of the series.
            snd_tensor: ``(frames,)``, or ``(frames, 2)`` for stereo: floating point from -1 up to 1, cut off
                beyond, or int16.
            global_step: the step of the training.
            sample_rate: frames per second.
            walltime: the wall time, in seconds since 1970; that of the call by default.

        Raises:
            TypeError: it is no array of numbers.
            ValueError: its shape does not fit.
        """
        self._add([recording(tag, to_numpy(snd_tensor), sample_rate)], global_step, walltime)


def _image(tag: str, pixels: np.ndarray[Any, Any]) -> summary_pb2.Summary.Value:
    height, width, channels = pixels.shape
    return summary_pb2.Summary.Value(
        tag=as_tag(tag),
        image=summary_pb2.Summary.Image(
            height=height,
            width=width,
            colorspace=channels,
            encoded_image_string=encode_png(pixels, _COMPRESSION, is_quick=True),
        ),
    )
