"""Operations on strings: joining, cutting, measuring, replacing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer, string, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import ranges, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.shape_rules import merged_shape
from graphlog.ops.strings.string_kernels import as_bytes, as_text, compiled, mapped, replaced

_WORDS = samples.text([["hello", "Wörld"], ["", " a b "]])
_UNITS = ("BYTE", "UTF8_CHAR")
_UNIT = string("BYTE", allowed=_UNITS)


def _joined_shape(op: Operation) -> list[StaticShape]:
    """The shape of those inputs that are no scalars, since scalars are repeated."""
    shape: StaticShape = ()
    for tensor in op.inputs:
        if tensor.static_shape is None:
            return [None]
        if tensor.static_shape:
            shape = tensor.static_shape if not shape else merged_shape(shape, tensor.static_shape)
    return [shape]


def _join_kernel(op: Operation) -> Kernel:
    separator = op.attributes["separator"]

    def kernel(*values: Any) -> Any:
        found = {np.shape(value) for value in values if np.ndim(value)}
        if len(found) > 1:
            listed = " != ".join(bracketed(np.shape(value)) for value in values if np.ndim(value))
            raise ValueError(f"Input shapes do not match: {listed}")
        return mapped(lambda *items: separator.join(items), *values)

    return kernel


# Where a gradient is left out below, TensorFlow registers none either.
StringJoin = define_op(
    "StringJoin",
    ["inputs: N * string"],
    ["output: string"],
    attributes={"N": integer(minimum=1), "separator": string("")},
    shape=_joined_shape,
    make_kernel=_join_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample(([samples.text("a"), samples.text(["b", "c"])],), {"separator": "-"}),
        Sample(([samples.text("a"), samples.text("b")],)),
        Sample(
            ([samples.text(["a"]), samples.text(["b", "c"])],), raises="Input shapes do not match: [1] !="
        ),
    ],
)


def _reduce_join_kernel(op: Operation) -> Kernel:
    separator, keep = op.attributes["separator"], op.attributes["keep_dims"]

    def kernel(values: Any, axes: Any) -> Any:
        values = np.asarray(values, object)
        rank, wanted = values.ndim, np.ravel(axes).tolist()
        for axis in wanted:
            if not -rank <= axis < rank:
                raise ValueError(f"Invalid reduction dimension {axis} for input with {rank} dimension(s)")
        order = [axis % rank for axis in wanted]
        if len(set(order)) != len(order):
            raise ValueError(f"Duplicate reduction dimension {order}")
        kept = [axis for axis in range(rank) if axis not in order]
        outer = [values.shape[axis] for axis in kept]
        joined = np.empty(outer, object)
        # The first axis that is given is run through first.
        count = int(np.prod([values.shape[axis] for axis in order], dtype=np.int64))
        flat_rows = values.transpose([*kept, *reversed(order)]).reshape(joined.size, count).tolist()
        joined.reshape(-1)[:] = [separator.join(row) for row in flat_rows]
        return np.expand_dims(joined, sorted(order)) if keep else joined

    return kernel


ReduceJoin = define_op(
    "ReduceJoin",
    ["inputs: string", "reduction_indices: int32"],
    ["output: string"],
    attributes={"keep_dims": boolean(False), "separator": string("")},
    shape=reductions.reduced_static_shape,
    make_kernel=_reduce_join_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((_WORDS, samples.int32([1, 0])), {"separator": "+"}),
        Sample((_WORDS, samples.int32(-1)), {"keep_dims": True}),
        Sample(
            (_WORDS, samples.int32([])),
        ),
        Sample((_WORDS, samples.int32(2)), raises="Invalid reduction dimension 2 for input with 2"),
    ],
)


def _substring_kernel(op: Operation) -> Kernel:
    in_characters = op.attributes["unit"] == b"UTF8_CHAR"

    def one(index: int, value: bytes, position: int, length: int) -> Any:
        units: Any = as_text(value) if in_characters else value
        begin = position + len(units) if position < 0 else position
        if not 0 <= begin <= len(units):
            raise ValueError(f"pos {position} out of range for string b'{as_text(value)}' at index {index}")
        part = units[begin : begin + max(length, 0)]
        return as_bytes(part) if in_characters else part

    def kernel(values: Any, positions: Any, lengths: Any) -> Any:
        values, positions, lengths = np.broadcast_arrays(np.asarray(values), positions, lengths)
        return mapped(one, np.arange(values.size).reshape(values.shape), values, positions, lengths)

    return kernel


def _substring_shape(op: Operation) -> list[StaticShape]:
    values, positions, lengths = (tensor.static_shape for tensor in op.inputs)
    return [shape_rules.broadcast_shape(values, merged_shape(positions, lengths))]


Substr = define_op(
    "Substr",
    ["input: string", "pos: T", "len: T"],
    ["output: string"],
    attributes={"T": types(*INDICES), "unit": _UNIT},
    shape=_substring_shape,
    make_kernel=_substring_kernel,
    samples=[
        Sample((samples.text(["hello", "wörld"]), samples.int32([1, -2]), samples.int32([3, 9]))),
        Sample((samples.text("wörld"), samples.int64(1), samples.int64(2)), {"unit": "UTF8_CHAR"}),
        Sample(
            (samples.text("h"), samples.int32(2), samples.int32(1)), raises="pos 2 out of range for string"
        ),
    ],
)


def _length_kernel(op: Operation) -> Kernel:
    in_characters = op.attributes["unit"] == b"UTF8_CHAR"
    count: Any = (lambda value: len(as_text(value))) if in_characters else len
    return lambda values: mapped(count, values, dtype=np.int32)


StringLength = define_op(
    "StringLength",
    ["input: string"],
    ["output: int32"],
    attributes={"unit": _UNIT},
    shape=shape_rules.unchanged,
    make_kernel=_length_kernel,
    samples=[Sample((_WORDS,)), Sample((_WORDS,), {"unit": "UTF8_CHAR"})],
)


def _case_kernel(method: str) -> Any:
    def make_kernel(op: Operation) -> Kernel:
        encoding = op.attributes["encoding"].decode()

        def one(value: bytes) -> bytes:
            if encoding == "utf-8":
                return as_bytes(getattr(as_text(value), method)())
            if encoding:
                raise ValueError(f"only utf-8 or '' (no encoding) is supported, received {encoding}")
            changed: bytes = getattr(value, method)()
            return changed

        return lambda values: mapped(one, values)

    return make_kernel


def _define_case(type: str, method: str) -> OpDefinition:
    return define_op(
        type,
        ["input: string"],
        ["output: string"],
        attributes={"encoding": string("")},
        shape=shape_rules.unchanged,
        make_kernel=_case_kernel(method),
        samples=[Sample((_WORDS,)), Sample((_WORDS,), {"encoding": "utf-8"})],
    )


StringLower = _define_case("StringLower", "lower")
StringUpper = _define_case("StringUpper", "upper")
StringStrip = define_op(
    "StringStrip",
    ["input: string"],
    ["output: string"],
    shape=shape_rules.unchanged,
    kernel=lambda values: mapped(bytes.strip, values),
    samples=[Sample((_WORDS,))],
)


def _replace_kernel(op: Operation) -> Kernel:
    replace_all = op.attributes["replace_global"]

    def kernel(values: Any, pattern: Any, rewrite: Any) -> Any:
        expression, text = compiled(_scalar(pattern, "Pattern")), _scalar(rewrite, "Rewrite")
        return mapped(lambda value: replaced(value, expression, text, replace_all), values)

    return kernel


def _scalar(value: Any, what: str) -> bytes:
    if np.ndim(value):
        raise ValueError(f"{what} must be scalar, but received {bracketed(np.shape(value))}")
    element: bytes = np.asarray(value, object).item()
    return element


def _static_replace_kernel(op: Operation) -> Kernel:
    attributes = op.attributes
    rewrite, replace_all = attributes["rewrite"], attributes["replace_global"]

    def kernel(values: Any) -> Any:
        expression = compiled(attributes["pattern"])
        return mapped(lambda value: replaced(value, expression, rewrite, replace_all), values)

    return kernel


def _matches(values: Any, pattern: bytes) -> Any:
    expression = compiled(pattern)
    return mapped(lambda value: expression.fullmatch(as_text(value)) is not None, values, dtype=np.bool_)


RegexReplace = define_op(
    "RegexReplace",
    ["input: string", "pattern: string", "rewrite: string"],
    ["output: string"],
    attributes={"replace_global": boolean(True)},
    shape=shape_rules.unchanged,
    make_kernel=_replace_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        Sample((samples.text(["aabb", "b"]), samples.text("a+(b)"), samples.text("<\\1\\0>"))),
        Sample((_WORDS, samples.text("o"), samples.text("0")), {"replace_global": False}),
        Sample((_WORDS, samples.text("("), samples.text("")), raises="Invalid pattern: (, error: "),
    ],
)
StaticRegexReplace = define_op(
    "StaticRegexReplace",
    ["input: string"],
    ["output: string"],
    attributes={"pattern": string(), "rewrite": string(), "replace_global": boolean(True)},
    shape=shape_rules.unchanged,
    make_kernel=_static_replace_kernel,
    samples=[Sample((_WORDS,), {"pattern": "l*", "rewrite": "-"})],
)
RegexFullMatch = define_op(
    "RegexFullMatch",
    ["input: string", "pattern: string"],
    ["output: bool"],
    shape=shape_rules.unchanged,
    kernel=lambda values, pattern: _matches(values, _scalar(pattern, "Pattern")),
    samples=[Sample((_WORDS, samples.text("[a-z]*")))],
)
StaticRegexFullMatch = define_op(
    "StaticRegexFullMatch",
    ["input: string"],
    ["output: bool"],
    attributes={"pattern": string()},
    shape=shape_rules.unchanged,
    make_kernel=lambda op: lambda values: _matches(values, op.attributes["pattern"]),
    samples=[Sample((_WORDS,), {"pattern": "[a-z]*"})],
)


def string_join(inputs: Sequence[Any], separator: str = "", name: str | None = None) -> Tensor:
    """Strings of several tensors joined, element by element; scalars are repeated (``StringJoin``)."""
    return StringJoin(list(inputs), separator=separator, name=name)


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
    reduction_indices: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """A tensor's strings joined along axes.

    Args:
        inputs: a tensor of strings.
        axis: the axes, in the order in which they are run through; all, from the last to the first, if
            None.
        keep_dims: the older name of ``keepdims``.
        separator: what to put in between.
        name: the operation's name.
        reduction_indices: the older name of ``axis``.
        keepdims: whether reduced axes stay, with size 1.

    Returns:
        A Tensor of strings.

    Source: TensorFlow's ``ReduceJoin``.
    """
    keep = bool(renamed_argument("keepdims", keepdims, "keep_dims", keep_dims))
    axis = renamed_argument("axis", axis, "reduction_indices", reduction_indices)
    with name_scope(None, "ReduceJoin", [inputs, axis]):
        tensor = convert_to_tensor(inputs)
        if axis is None and tensor.static_shape is not None:
            axis = constant(np.arange(len(tensor.static_shape))[::-1], dtypes.int32)
        elif axis is None:
            axis = ranges.range(shape_queries.rank(tensor) - 1, -1, -1)
        return ReduceJoin(tensor, axis, keep_dims=keep, separator=separator, name=name)


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """Parts of strings.

    Args:
        input: a tensor of strings.
        pos: where each part begins, counted from the end where negative.
        len: how long it is at most.
        name: the operation's name.
        unit: what is counted: ``"BYTE"`` or ``"UTF8_CHAR"``.

    Returns:
        A Tensor of strings.

    Source: TensorFlow's ``Substr``.
    """
    return Substr(input, pos, len, unit=unit, name=name)


def string_length(input: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """The lengths of strings, in bytes or, with unit ``"UTF8_CHAR"``, in characters (``StringLength``)."""
    return StringLength(input, unit=unit, name=name)


def string_lower(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Strings in lower case: ASCII's, or all with encoding ``"utf-8"`` (``StringLower``)."""
    return StringLower(input, encoding=encoding, name=name)


def string_upper(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Strings in upper case: ASCII's, or all with encoding ``"utf-8"`` (``StringUpper``)."""
    return StringUpper(input, encoding=encoding, name=name)


def string_strip(input: Any, name: str | None = None) -> Tensor:
    """Strings without white space at their ends (TensorFlow's ``StringStrip``)."""
    return StringStrip(input, name=name)


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Tensor:
    r"""Strings in which what a pattern matches is rewritten.

    Args:
        input: a tensor of strings.
        pattern: a regular expression. TensorFlow's engine is RE2, here it is Python's ``re``: what RE2
            leaves out works, and ``\C`` and ``\pN`` do not.
        rewrite: what to put there; ``\1`` stands for the first group, ``\0`` for all that matched.
        replace_global: whether every match is rewritten, or only the first.
        name: the operation's name.

    Returns:
        A Tensor of strings.

    Source: TensorFlow's ``StaticRegexReplace``; ``RegexReplace`` where pattern or rewrite is a tensor.
    """
    if isinstance(pattern, str | bytes) and isinstance(rewrite, str | bytes):
        return StaticRegexReplace(
            input, pattern=pattern, rewrite=rewrite, replace_global=replace_global, name=name
        )
    return RegexReplace(input, pattern, rewrite, replace_global=replace_global, name=name)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Whether a pattern matches the whole of each string; see ``regex_replace`` (``RegexFullMatch``)."""
    if isinstance(pattern, str | bytes):
        return StaticRegexFullMatch(input, pattern=pattern, name=name)
    return RegexFullMatch(input, pattern, name=name)
