"""Reading and writing whole files, and finding them by a pattern."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.files import local_files
from graphlog.files.paths import errors_of
from graphlog.ops import samples, shape_rules
from graphlog.ops.strings.string_kernels import as_text

_SOME_FILE = samples.text(os.devnull)


def _scalar(value: Any, what: str) -> bytes:
    if np.ndim(value):
        raise ValueError(f"Input {what} tensor must be scalar, but had shape: {list(np.shape(value))}")
    text: bytes = np.asarray(value, object).item()
    return text


def _read(filename: Any) -> Any:
    path = as_text(_scalar(filename, "filename"))
    with errors_of(path), open(path, "rb") as file:
        return np.array(file.read(), object)


def _write(filename: Any, contents: Any) -> Any:
    path = as_text(_scalar(filename, "filename"))
    folder = os.path.dirname(path)
    with errors_of(path):
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(path, "wb") as file:
            file.write(_scalar(contents, "contents"))
    return ()


def _matching(pattern: Any) -> Any:
    if np.ndim(pattern) > 1:
        raise ValueError(
            f"Input pattern tensor must be scalar or vector, but had shape: {list(np.shape(pattern))}"
        )
    patterns = [as_text(item) for item in np.asarray(pattern, object).ravel()]
    found = sorted(os.fsencode(path) for path in local_files.glob(patterns))
    result = np.empty(len(found), object)
    result[:] = found
    return result


def _scalars(op: Operation) -> list[StaticShape]:
    for tensor in op.inputs:
        shape_rules.with_rank(tensor.static_shape, 0)
    return [()] if op.type == "ReadFile" else []


def _matching_shape(op: Operation) -> list[StaticShape]:
    shape = op.inputs[0].static_shape
    if shape is not None and len(shape) > 1:
        raise ValueError(f"Shape must be at most rank 1 but is rank {len(shape)}")
    return [(None,)]


ReadFile = define_op(
    "ReadFile",
    ["filename: string"],
    ["contents: string"],
    shape=_scalars,
    kernel=_read,
    samples=[
        Sample((_SOME_FILE,)),
        Sample((samples.text(["a"]),), raises="Input filename tensor must be scalar, but had shape: [1]"),
    ],
)
WriteFile = define_op(
    "WriteFile",
    ["filename: string", "contents: string"],
    [],
    shape=_scalars,
    kernel=_write,
    samples=[Sample((_SOME_FILE, samples.text("text")))],
    is_stateful=True,
)
MatchingFiles = define_op(
    "MatchingFiles",
    ["pattern: string"],
    ["filenames: string"],
    shape=_matching_shape,
    kernel=_matching,
    samples=[
        Sample((_SOME_FILE,)),
        Sample((samples.text([os.devnull, os.devnull]),)),
        Sample((samples.text([["a"]]),), raises="must be scalar or vector, but had shape: [1, 1]"),
    ],
)


def read_file(filename: Any, name: str | None = None) -> Tensor:
    """What a file holds.

    Args:
        filename: the path, a scalar string.
        name: the operation's name.

    Returns:
        A scalar Tensor of bytes. A run raises NotFoundError where there is no such file.

    Source: TensorFlow's ``ReadFile``.
    """
    return ReadFile(filename, name=name)


def write_file(filename: Any, contents: Any, name: str | None = None) -> Operation:
    """Writes a file, and makes its folder where there is none.

    Args:
        filename: the path, a scalar string.
        contents: a scalar string.
        name: the operation's name.

    Returns:
        The Operation that does it.

    Source: TensorFlow's ``WriteFile``.
    """
    return WriteFile.operation(filename, contents, name=name)


def matching_files(pattern: Any, name: str | None = None) -> Tensor:
    """The files whose paths fit a pattern.

    Args:
        pattern: a path with ``*``, ``?`` and ``[a-c]`` in it, or a vector of such.
        name: the operation's name.

    Returns:
        A vector of paths, sorted. A run raises NotFoundError where the folder does not exist.

    Source: TensorFlow's ``MatchingFiles``.
    """
    return MatchingFiles(pattern, name=name)
