"""The values of variables in a file: an npz archive with an array for each.

TensorFlow has a format of its own for this, of several files with the prefix ``path``. graphlog writes one
file, ``path.npz``, which ``numpy.load`` opens.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from typing import Any

from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.errors import NotFoundError
from graphlog.ops.checkpoints.array_files import SUFFIX, arrays_exist, read_arrays
from graphlog.train.checkpoint_state import latest_checkpoint


def checkpoint_exists(checkpoint_prefix: str) -> bool:
    """Whether there is a checkpoint of that prefix (``tf.train.checkpoint_exists``)."""
    return arrays_exist(checkpoint_prefix)


def remove_checkpoint(
    checkpoint_prefix: str, checkpoint_format_version: Any = 2, meta_graph_suffix: str = "meta"
) -> None:
    """Removes the checkpoint of that prefix and its graph, if they exist (``tf.train.remove_checkpoint``)."""
    for suffix in (SUFFIX, f".{meta_graph_suffix}"):
        for path in glob.glob(glob.escape(checkpoint_prefix) + suffix):
            os.unlink(path)


def get_checkpoint_mtimes(checkpoint_prefixes: Sequence[str]) -> list[float]:
    """When the checkpoints of these prefixes were written, in seconds since 1970; missing ones are left out.

    Source: ``tf.train.get_checkpoint_mtimes``.
    """
    paths = [prefix + SUFFIX for prefix in checkpoint_prefixes]
    return [os.path.getmtime(path) for path in paths if os.path.isfile(path)]


class CheckpointReader:
    """The names and values in a checkpoint (``tf.train.NewCheckpointReader`` gives one).

    Args:
        filepattern: the checkpoint's prefix.

    Raises:
        NotFoundError: there is no such checkpoint.
        DataLossError: the file is damaged, or is none.
    """

    def __init__(self, filepattern: str) -> None:
        self._prefix = filepattern
        if not checkpoint_exists(filepattern):
            raise NotFoundError(
                None,
                None,
                "Unsuccessful CheckpointReader constructor: Failed to find any matching files for "
                f"{filepattern}",
            )
        self._values = read_arrays(filepattern)

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether it has a value of that name."""
        return tensor_str in self._values

    def get_tensor(self, tensor_str: str) -> Any:
        """The value of that name, an array; NotFoundError where there is none."""
        if tensor_str not in self._values:
            raise NotFoundError(None, None, f"Key {tensor_str} not found in checkpoint {self._prefix}")
        return self._values[tensor_str]

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shapes by name."""
        return {name: list(value.shape) for name, value in self._values.items()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The dtypes by name."""
        return {name: as_dtype(value.dtype) for name, value in self._values.items()}


def load_checkpoint(ckpt_dir_or_file: str) -> CheckpointReader:
    """A reader of a checkpoint.

    Args:
        ckpt_dir_or_file: its prefix, or the folder whose latest checkpoint is meant.

    Raises:
        ValueError: the folder has no checkpoint.
        NotFoundError: there is no such checkpoint.

    Source: ``tf.train.load_checkpoint``.
    """
    prefix: str | None = os.fspath(ckpt_dir_or_file)
    if os.path.isdir(ckpt_dir_or_file):
        prefix = latest_checkpoint(ckpt_dir_or_file)
        if prefix is None:
            raise ValueError(
                f"Couldn't find 'checkpoint' file or checkpoints in given directory {ckpt_dir_or_file}"
            )
    assert prefix is not None
    return CheckpointReader(prefix)


def load_variable(ckpt_dir_or_file: str, name: str) -> Any:
    """The value of one variable in a checkpoint, an array; see ``load_checkpoint``.

    A final ``:0`` of the name is ignored. Source: ``tf.train.load_variable``.
    """
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


def list_variables(ckpt_dir_or_file: str) -> list[tuple[str, list[int]]]:
    """The names and shapes of the variables in a checkpoint, sorted; see ``load_checkpoint``.

    Source: ``tf.train.list_variables``.
    """
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())
