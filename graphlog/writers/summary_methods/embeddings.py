"""Vectors for the PROJECTOR: files beside the event file, and the configuration that names them."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any, SupportsInt

import numpy as np

from graphlog.encoders.foreign_arrays import to_numpy
from graphlog.encoders.image_layouts import as_bytes
from graphlog.encoders.png import encode_png
from graphlog.writers.side_files import read_file, write_file
from graphlog.writers.summary_methods.base import RunWriter

Array = np.ndarray[Any, Any]

_CONFIGURATION = "projector_config.pbtxt"
# TensorBoard shows no larger sprite.
_LARGEST_SPRITE = 8192


class EmbeddingMethods(RunWriter):
    """What adds vectors for the PROJECTOR."""

    def add_embedding(
        self,
        mat: Any,
        metadata: Sequence[Any] | None = None,
        label_img: Any = None,
        global_step: SupportsInt | None = None,
        tag: str = "default",
        metadata_header: Sequence[str] | None = None,
    ) -> None:
        """Adds vectors, which TensorBoard's PROJECTOR shows as points in space.

        They are written to the folder ``STEP/TAG`` of the run, and named in its ``projector_config.pbtxt``,
        beside what this file names already. A second call with one step and tag takes the place of the first.

        Args:
            mat: ``(points, dimensions)``.
            metadata: a label for each point; with ``metadata_header`` a list of labels for each.
            label_img: ``(points, channels, height, width)``: an image for each point, of uint8 or of
                brightnesses from 0 up to 1; they must be square.
            global_step: the step of the training; 0 by default.
            tag: the name of the vectors.
            metadata_header: the names of the labels that each point has.

        Raises:
            TypeError: these are no arrays of numbers.
            ValueError: a shape does not fit, or the images are too many for TensorBoard.
            OSError: a file cannot be written.
        """
        matrix = to_numpy(mat)
        if matrix.ndim != 2:
            raise ValueError(f"mat has the shape (points, dimensions), not {matrix.shape}")
        step = f"{self._step(global_step) or 0:05d}"
        folder = f"{step}/{_encoded(tag)}"
        files = {"tensors.tsv": _lines("\t".join(map(str, row)) for row in matrix.tolist())}
        if metadata is not None:
            if len(metadata) != len(matrix):
                raise ValueError(f"there are {len(metadata)} labels, but {len(matrix)} points")
            files["metadata.tsv"] = _metadata_lines(metadata, metadata_header)
        images = None
        if label_img is not None:
            images = to_numpy(label_img)
            if images.ndim != 4 or len(images) != len(matrix):
                raise ValueError(
                    f"label_img has the shape ({len(matrix)}, channels, height, width), not {images.shape}"
                )
            files["sprite.png"] = _sprite(images)
        self._get_file_writer()
        if not self._write_to_disk:
            return
        for name, content in files.items():
            write_file(f"{self.log_dir}/{folder}/{name}", content)
        with self._lock:
            self._add_to_configuration(f"{tag}:{step}", folder, set(files), images)

    def _add_to_configuration(self, name: str, folder: str, files: set[str], images: Array | None) -> None:
        from google.protobuf import text_format
        from tensorboard.plugins.projector.projector_config_pb2 import EmbeddingInfo, ProjectorConfig

        info = EmbeddingInfo(tensor_name=name, tensor_path=f"{folder}/tensors.tsv")
        if "metadata.tsv" in files:
            info.metadata_path = f"{folder}/metadata.tsv"
        if images is not None:
            info.sprite.image_path = f"{folder}/sprite.png"
            info.sprite.single_image_dim.extend([images.shape[3], images.shape[2]])
        path = f"{self.log_dir}/{_CONFIGURATION}"
        configuration = ProjectorConfig()
        if (before := read_file(path)) is not None:
            text_format.Parse(before, configuration)
        others = [embedding for embedding in configuration.embeddings if embedding.tensor_name != name]
        del configuration.embeddings[:]
        configuration.embeddings.extend([*others, info])
        write_file(path, text_format.MessageToString(configuration).encode())


def _encoded(tag: str) -> str:
    """A tag as the name of a folder."""
    for character in "%/\\":
        tag = tag.replace(character, f"%{ord(character):02x}")
    return tag


def _lines(lines: Any) -> bytes:
    text = io.StringIO()
    text.writelines(f"{line}\n" for line in lines)
    return text.getvalue().encode()


def _metadata_lines(metadata: Sequence[Any], header: Sequence[str] | None) -> bytes:
    if not header:
        return _lines(_cell(label) for label in metadata)
    if any(len(row) != len(header) for row in metadata):
        raise ValueError(f"each point must have {len(header)} labels, as metadata_header has")
    return _lines("\t".join(_cell(item) for item in row) for row in [header, *metadata])


def _cell(label: Any) -> str:
    # What separates cells and lines cannot be part of a label.
    return str(label).replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _sprite(images: Array) -> bytes:
    """All images as the tiles of one square PNG."""
    number, channels, height, width = images.shape
    if height != width:
        raise ValueError(f"the images of points must be square, not {height} by {width}")
    if channels not in (1, 3, 4):
        raise ValueError(f"the images of points have 1, 3 or 4 channels, not {channels}")
    columns = math.ceil(math.sqrt(number))
    if columns * width > _LARGEST_SPRITE:
        raise ValueError(
            f"{number} images of {width} by {width} pixels are more than TensorBoard shows: together they "
            f"must fit into {_LARGEST_SPRITE} by {_LARGEST_SPRITE} pixels"
        )
    tiles = np.zeros((columns * columns, height, width, channels), np.uint8)
    tiles[:number] = as_bytes(images).transpose(0, 2, 3, 1)
    square = tiles.reshape(columns, columns, height, width, channels).swapaxes(1, 2)
    pixels = square.reshape(columns * height, columns * width, channels)
    return encode_png(np.repeat(pixels, 3, axis=2) if channels == 1 else pixels)
