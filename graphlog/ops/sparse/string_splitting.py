"""StringSplit: strings taken apart, as a sparse tensor with a row for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.shape_rules import with_rank


def _split_shape(op: Operation) -> list[StaticShape]:
    with_rank(op.inputs[0].static_shape, 1)
    return [(None, 2), (None,), (2,)]


def _split(label: str, function: Callable[[bytes, bytes], Sequence[bytes]]) -> Kernel:
    def kernel(strings: Any, separator: Any) -> tuple[Any, Any, Any]:
        if np.ndim(strings) != 1:
            raise ValueError(f"input must be a vector, got shape: {bracketed(np.shape(strings))}")
        if np.ndim(separator):
            raise ValueError(f"{label} must be a scalar, got shape: {bracketed(np.shape(separator))}")
        by = separator.item() if isinstance(separator, np.ndarray) else separator
        found = [function(item, by) for item in strings]
        counts = np.array([len(parts) for parts in found], np.int64)
        rows = np.repeat(np.arange(len(found)), counts)
        columns = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        values = np.empty(len(rows), object)
        values[:] = [part for parts in found for part in parts]
        sizes = np.array([len(found), counts.max(initial=0)], np.int64)
        return np.stack([rows, columns], axis=1).astype(np.int64), values, sizes

    return kernel


def _by_characters(skip_empty: bool) -> Callable[[bytes, bytes], Sequence[bytes]]:
    """Splits at each of some bytes; between all bytes where there are none."""

    def function(string: bytes, delimiters: bytes) -> Sequence[bytes]:
        if not delimiters:
            return [string[place : place + 1] for place in range(len(string))]
        pattern = b"[" + b"".join(
            re.escape(delimiters[place : place + 1]) for place in range(len(delimiters))
        )
        # Nothing has no parts, not even an empty one.
        found = re.split(pattern + b"]", string) if string else []
        return [part for part in found if part] if skip_empty else found

    return function


def _by_separator(most: int) -> Callable[[bytes, bytes], Sequence[bytes]]:
    """Splits as Python does, except that the rest after the last split may be empty."""

    def function(string: bytes, separator: bytes) -> Sequence[bytes]:
        if most == 0:
            return [string]
        if separator:
            return string.split(separator, most)
        found = string.split(None, most)
        return [*found, b""] if 0 < most == len(found) else found

    return function


_LINES = samples.text(["hello big  world", "", " a,b c"])
# TensorFlow registers no gradients of them.
StringSplit = define_op(
    "StringSplit",
    ["input: string", "delimiter: string"],
    ["indices: int64", "values: string", "shape: int64"],
    attributes={"skip_empty": boolean(True)},
    shape=_split_shape,
    make_kernel=lambda op: _split("delimiter", _by_characters(op.attributes["skip_empty"])),
    samples=[
        Sample((_LINES, samples.text(" "))),
        Sample((_LINES, samples.text(" ,")), {"skip_empty": False}),
        Sample((_LINES, samples.text(""))),
        Sample((_LINES[:0], samples.text(" "))),
        Sample((_LINES[None], samples.text(" ")), raises="input must be a vector, got shape: [1,3]"),
    ],
)
StringSplitV2 = define_op(
    "StringSplitV2",
    ["input: string", "sep: string"],
    ["indices: int64", "values: string", "shape: int64"],
    attributes={"maxsplit": integer(-1)},
    shape=_split_shape,
    make_kernel=lambda op: _split("sep", _by_separator(op.attributes["maxsplit"])),
    samples=[
        Sample((_LINES, samples.text(""))),
        Sample((_LINES, samples.text("b")), {"maxsplit": 1}),
        Sample((_LINES, samples.text("")), {"maxsplit": 2}),
        Sample((_LINES, samples.text([""])), raises="sep must be a scalar, got shape: [1]"),
    ],
)


def _parts(definition: OpDefinition, source: Tensor, separator: Any, **attributes: Any) -> SparseTensor:
    indices, values, sizes = definition.operation(source, separator, **attributes).outputs
    return SparseTensor(indices, values, sizes)


def _only_sparse(result_type: str) -> None:
    if result_type not in ("SparseTensor", "RaggedTensor"):
        raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")
    if result_type == "RaggedTensor":
        raise NotImplementedError(
            "graphlog splits strings into SparseTensors only: there are no RaggedTensors."
        )


def string_split(
    source: Any,
    sep: Any = None,
    skip_empty: bool = True,
    delimiter: Any = None,
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> SparseTensor:
    """The parts of strings between delimiters.

    Args:
        source: a vector of strings.
        sep: the delimiters, each a byte of this string: a space if None; each byte is a part if empty.
        skip_empty: whether empty parts are left out.
        delimiter: the older name of ``sep``.
        result_type: ``"SparseTensor"``.
        name: the scope's name.

    Returns:
        A SparseTensor with a row for each string.

    Raises:
        ValueError: there is no such ``result_type``.
        NotImplementedError: a RaggedTensor is wanted.

    Source: TensorFlow's ``StringSplit``.
    """
    with name_scope(name, "StringSplit", [source]):
        by = renamed_argument("sep", sep, "delimiter", delimiter)
        separator = convert_to_tensor(" " if by is None else by, dtypes.string)
        strings = convert_to_tensor(source, dtypes.string)
        _only_sparse(result_type)
        return _parts(StringSplit, strings, separator, skip_empty=skip_empty)


def strings_split(
    input: Any = None,
    sep: Any = None,
    maxsplit: int = -1,
    result_type: str = "SparseTensor",
    source: Any = None,
    name: str | None = None,
) -> SparseTensor:
    """The parts of strings between separators, as Python's ``str.split`` finds them.

    Args:
        input: a vector of strings.
        sep: the separator; any run of white space if None or empty.
        maxsplit: how often to split at most; without limit if negative.
        result_type: ``"SparseTensor"``.
        source: the older name of ``input``.
        name: the scope's name.

    Returns:
        A SparseTensor with a row for each string.

    Raises:
        ValueError: there is no such ``result_type``.
        NotImplementedError: a RaggedTensor is wanted, or ``input`` is not known to be a vector.

    Source: TensorFlow's ``StringSplitV2``.
    """
    input = renamed_argument("input", input, "source", source)
    with name_scope(name, "StringSplit", [input]):
        strings = convert_to_tensor(input, dtypes.string, name="input")
        _only_sparse(result_type)
        if strings.shape.rank != 1:
            raise NotImplementedError(
                f"graphlog splits vectors of strings only, not a tensor of shape {strings.shape}."
            )
        separator = convert_to_tensor("" if sep is None else sep, dtypes.string)
        return _parts(StringSplitV2, strings, separator, maxsplit=maxsplit)
