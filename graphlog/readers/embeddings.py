"""Vectors for TensorBoard's PROJECTOR, which stand in files beside the event files.

Source: ``tensorboard/plugins/projector/projector_plugin.py`` for the formats, and for where paths may lead.
"""

from __future__ import annotations

import io
import os
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphlog.core.printable import printable
from graphlog.readers.storage import LocalStorage, Storage

if TYPE_CHECKING:
    from tensorboard.plugins.projector.projector_config_pb2 import EmbeddingInfo

_CONFIGURATION = "projector_config.pbtxt"
_LARGEST_CONFIGURATION = 1 << 20  # bytes
_LARGEST_FILE = 1 << 28
_LONGEST_TEXT = 300  # letters
_ONLY_COLUMN = "label"


@dataclass(frozen=True, eq=False)
class Embedding:
    """Vectors, and what is written at each. The files are read when they are asked for.

    Attributes:
        name: the name of the tensor.
        vectors_path: where the vectors stand, below the run's folder; empty where they are in a checkpoint.
        labels_path: where the labels stand; empty if there are none.
        sprite_path: where the image of all points stands; empty if there is none.
        sprite_size: width and height in pixels of the image of one point; ``(0, 0)`` if not known.
    """

    name: str
    vectors_path: str
    labels_path: str
    sprite_path: str
    sprite_size: tuple[int, int]
    _shape: Sequence[int] = field(repr=False)
    _storage: Storage = field(repr=False)
    _folder: str = field(repr=False)

    def vectors(self) -> NDArray[np.float32]:
        """The vectors.

        Returns:
            float32, shape [points, dimensions].

        Raises:
            LookupError: they are in a checkpoint, and in no file of their own.
            ValueError: the file is damaged or too large, or its path leads out of the run's folder.
            OSError: it cannot be read.
        """
        if not self.vectors_path:
            raise LookupError(
                f"the vectors of {printable(self.name)!r} are in a checkpoint: train.load_checkpoint reads it"
            )
        data = self._read(self.vectors_path)
        if b"\0" in data:  # also what happens to be UTF-8, such as zeros, is no table then
            return self._of_bytes(data)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return self._of_bytes(data)
        if not text.strip():
            return np.empty((0, 0), np.float32)
        try:
            return np.loadtxt(io.StringIO(text), np.float32, comments=None, delimiter="\t", ndmin=2)
        except ValueError as error:
            raise ValueError(
                f"{printable(self.vectors_path)} holds no table of numbers: {_cut(error)}"
            ) from None

    def _of_bytes(self, data: bytes) -> NDArray[np.float32]:
        """The vectors of a file that is no text: numbers of float32 one after the other."""
        shape = tuple(self._shape)
        if len(shape) != 2 or min(shape) < 0 or 4 * shape[0] * shape[1] != len(data):
            raise ValueError(
                f"{printable(self.vectors_path)} has {len(data)} bytes, which is no float32 "
                f"of shape {[*shape]}"
            )
        return np.frombuffer(data, "<f4").astype(np.float32).reshape(shape)

    def labels(self) -> dict[str, list[str]]:
        """What is written at each point: for the name of each column one text a point.

        A file with one column has no name for it, it is ``"label"``; empty where there are no labels.

        Raises:
            ValueError: the file is damaged or too large, or its path leads out of the run's folder.
            OSError: it cannot be read.
        """
        if not self.labels_path:
            return {}
        text = self._read(self.labels_path).decode("utf-8", "backslashreplace")
        rows = [line.rstrip("\r").split("\t") for line in text.removesuffix("\n").split("\n")] if text else []
        width = len(rows[0]) if rows else 0
        for number, row in enumerate(rows):
            if len(row) != width:
                raise ValueError(
                    f"{printable(self.labels_path)}, line {number + 1}: {len(row)} columns, and not {width}"
                )
        header, rows = ([_ONLY_COLUMN], rows) if width <= 1 else (rows[0], rows[1:])
        return {name: [row[index] for row in rows] for index, name in enumerate(header)}

    def sprite(self) -> bytes:
        """The image that has a tile for each point, as the file that was logged; empty if there is none.

        Raises:
            ValueError: it is too large, or its path leads out of the run's folder.
            OSError: it cannot be read.
        """
        return self._read(self.sprite_path) if self.sprite_path else b""

    def _read(self, path: str) -> bytes:
        return _read(self._storage, _path_within(self._storage, self._folder, path), _LARGEST_FILE)


def embeddings_in(storage: Storage, folder: str) -> dict[str, Embedding]:
    """The vectors that the PROJECTOR's configuration in a folder names, by name; none without one.

    Raises:
        ValueError: the configuration is damaged or too large.
        OSError: it cannot be read.
    """
    path = f"{folder}/{_CONFIGURATION}"
    if storage.kind(path) != "file":
        return {}
    from google.protobuf import text_format
    from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

    data = _read(storage, _path_within(storage, folder, _CONFIGURATION), _LARGEST_CONFIGURATION)
    try:
        configuration = text_format.Parse(data, ProjectorConfig())
    except (text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{printable(storage.url(path))}: {_cut(error)}") from None
    return {item.tensor_name: _embedding(storage, folder, item) for item in configuration.embeddings}


def _cut(error: Exception) -> str:
    """What an error says, without the end of what it quotes of a file."""
    text = str(error)
    return printable(text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…")


def _embedding(storage: Storage, folder: str, info: EmbeddingInfo) -> Embedding:
    sizes: Any = [*info.sprite.single_image_dim]
    size = (int(sizes[0]), int(sizes[1])) if len(sizes) == 2 else (0, 0)
    return Embedding(
        info.tensor_name, info.tensor_path, info.metadata_path, info.sprite.image_path, size,
        tuple(info.tensor_shape), storage, folder,
    )  # fmt: skip


def _path_within(storage: Storage, folder: str, path: str) -> str:
    """A path that a stranger's file names, if it does not lead out of the folder."""
    if isinstance(storage, LocalStorage) or storage.url(folder).startswith("file:"):
        root = os.path.realpath(folder)
        try:
            found = os.path.realpath(os.path.join(root, path))
            is_within = os.path.commonpath([root, found]) == root
        except ValueError:  # a zero byte, or another drive
            is_within = False
    else:
        root = posixpath.normpath(folder)
        found = posixpath.normpath(posixpath.join(root, path))
        is_within = found.startswith(root.rstrip("/") + "/")
    if not is_within:
        raise ValueError(f"the path {printable(path)!r} leads out of the folder of the run: it is not read")
    return found


def _read(storage: Storage, path: str, most: int) -> bytes:
    """The bytes of a file of some size at most."""
    if storage.kind(path) != "file":  # also raises for what is no file, such as a pipe
        raise FileNotFoundError(f"There is no file {printable(storage.url(path))!r}.")
    with storage.open(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"{printable(storage.url(path))} has more than {most} bytes: it is not read")
    return data
