"""Lines of CSV as tensors, one for each column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, string, type_list
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, element_count
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.strings.string_conversions import parsed_number
from graphlog.ops.strings.string_kernels import as_text

_NAMES = {"float32": "float", "float64": "double"}
_QUOTE, _LINE_ENDS = b'"', b"\r\n"


def _fields(record: bytes, delimiter: bytes, has_quotes: bool) -> list[bytes]:
    """The fields of a line (RFC 4180, without line ends in front or between fields).

    Raises:
        ValueError: its quotes are not in order.
    """
    if not record:
        return []
    if not (has_quotes and _QUOTE in record) and b"\n" not in record and b"\r" not in record:
        return record.split(delimiter)
    fields, at = [], 0
    while at < len(record):
        sign = record[at : at + 1]
        if sign in _LINE_ENDS:
            at += 1
        elif has_quotes and sign == _QUOTE:
            field, at = _quoted_field(record, at + 1, delimiter)
            fields.append(field)
        else:
            end = record.find(delimiter, at)
            field = record[at : len(record) if end < 0 else end]
            if (has_quotes and _QUOTE in field) or b"\n" in field or b"\r" in field:
                raise ValueError("Unquoted fields cannot have quotes/CRLFs inside")
            fields.append(field)
            at += len(field) + 1
    if record.endswith(delimiter):
        fields.append(b"")
    return fields


def _quoted_field(record: bytes, start: int, delimiter: bytes) -> tuple[bytes, int]:
    """A field whose first quote stands in front of ``start``, and where the next field starts."""
    pieces, at = [], start
    while True:
        quote = record.find(_QUOTE, at)
        if quote < 0:
            raise ValueError("Quoted field has to end with quote followed by delim or end")
        pieces.append(record[at:quote])
        behind = record[quote + 1 : quote + 2]
        if behind in (b"", delimiter):
            return b"".join(pieces), quote + 2
        if behind != _QUOTE:
            raise ValueError("Quote inside a string has to be escaped by another quote")
        pieces.append(_QUOTE)
        at = quote + 2


def _decode_kernel(op: Operation) -> Kernel:
    attributes = op.attributes
    delimiter, has_quotes = attributes["field_delim"], attributes["use_quote_delim"]
    absent, chosen = attributes["na_value"], attributes["select_cols"]
    column_dtypes = attributes["OUT_TYPE"]

    def kernel(records: Any, *defaults: Any) -> Any:
        for index, default in enumerate(defaults):
            if np.size(default) > 1:
                raise ValueError(
                    f"There should only be 1 default per field but field {index} has {np.size(default)}"
                )
        records = np.asarray(records, object)
        rows = []
        for number, record in enumerate(records.ravel().tolist()):
            fields = _fields(record, delimiter, has_quotes)
            if chosen:
                fields = [fields[column] for column in chosen if column < len(fields)]
            if len(fields) != len(column_dtypes):
                raise ValueError(
                    f"Expect {len(column_dtypes)} fields but have {len(fields)} in record {number}"
                )
            rows.append(fields)
        columns = zip(*rows, strict=True) if rows else [()] * len(column_dtypes)
        return tuple(
            [
                _column(index, column, dtype, np.ravel(default), absent).reshape(records.shape)
                for index, (column, dtype, default) in enumerate(
                    zip(columns, column_dtypes, defaults, strict=True)
                )
            ]
        )

    return kernel


def _column(
    index: int, fields: Sequence[bytes], dtype: dtypes.DType, default: Any, absent: bytes
) -> np.ndarray[Any, Any]:
    result = np.empty(len(fields), dtype.numpy_dtype)
    for number, field in enumerate(fields):
        if not field or field == absent:
            if not default.size:
                raise ValueError(f"Field {index} is required but missing in record {number}!")
            result[number] = default[0]
        elif dtype is dtypes.string:
            result[number] = field
        else:
            result[number] = _number(index, number, field, dtype)
    return result


def _number(index: int, record: int, field: bytes, dtype: dtypes.DType) -> Any:
    try:
        return parsed_number(field, dtype.numpy_dtype)
    except ValueError:
        name = _NAMES.get(dtype.name, dtype.name)
        raise ValueError(
            f"Field {index} in record {record} is not a valid {name}: {as_text(field)}"
        ) from None


def _decoded_shapes(op: Operation) -> list[StaticShape]:
    for tensor in op.inputs[1:]:
        shape = tensor.static_shape
        if shape is not None and len(shape) > 1:
            raise ValueError(f"Shape must be at most rank 1 but is rank {len(shape)}")
        if (element_count(shape) or 0) > 1:
            raise ValueError("Shape of a default must be a length-0 or length-1 vector, or a scalar.")
    return [op.inputs[0].static_shape] * len(op.attributes["OUT_TYPE"])


_DEFAULTS = [samples.float32([1.5]), samples.text("none"), samples.int32([7])]
_NUMBER = [samples.float32([])]

DecodeCSV = define_op(
    "DecodeCSV",
    ["records: string", "record_defaults: OUT_TYPE"],
    ["output: OUT_TYPE"],
    attributes={
        "OUT_TYPE": type_list(dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string),
        "field_delim": string(","),
        "use_quote_delim": boolean(True),
        "na_value": string(""),
        "select_cols": Attribute("list(int)", []),
    },
    shape=_decoded_shapes,
    make_kernel=_decode_kernel,
    samples=[
        Sample((samples.text(["0.5,a,3", ',"b ""c"", d",', '"2",x,NA']), _DEFAULTS), {"na_value": "NA"}),
        Sample((samples.text("9|8|x|7"), _DEFAULTS), {"field_delim": "|", "select_cols": [0, 2, 3]}),
        Sample((samples.text(["1,2"]), _NUMBER), raises="Expect 1 fields but have 2 in record 0"),
        Sample((samples.text(["1", "a"]), _NUMBER), raises="Field 0 in record 1 is not a valid float: a"),
        Sample((samples.text('""'), _NUMBER), raises="Field 0 is required but missing in record 0!"),
        Sample((samples.text('1"'), _NUMBER), raises="Unquoted fields cannot have quotes/CRLFs inside"),
        Sample((samples.text('"1'), _NUMBER), raises="Quoted field has to end with quote"),
        Sample((samples.text('"1"2"'), _NUMBER), raises="has to be escaped by another quote"),
    ],
)


def decode_csv(
    records: Any,
    record_defaults: Sequence[Any],
    field_delim: str = ",",
    use_quote_delim: bool = True,
    name: str | None = None,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
) -> list[Tensor]:
    """The columns of CSV records.

    Args:
        records: a tensor of strings, each a line.
        record_defaults: for each column one value, which says its dtype and stands where a field is
            empty; a vector without elements for a column that must not be empty.
        field_delim: the character between two fields.
        use_quote_delim: whether a field may stand in double quotes.
        name: the operation's name.
        na_value: what, besides nothing, says that a field is empty.
        select_cols: the numbers of the columns that are wanted, in ascending order; all if None.

    Returns:
        A Tensor of the shape of ``records`` for each column.

    Raises:
        ValueError: ``select_cols`` do not ascend, are negative, or are not as many as the defaults.

    Source: TensorFlow's ``DecodeCSV``.
    """
    if select_cols is not None:
        if any(first >= second for first, second in pairwise(select_cols)):
            raise ValueError("select_cols is not strictly increasing.")
        if select_cols[0] < 0:
            raise ValueError("select_cols contains negative values.")
        if len(select_cols) != len(record_defaults):
            raise ValueError("Length of select_cols and record_defaults do not match.")
    operation = DecodeCSV.operation(
        records,
        record_defaults,
        field_delim=field_delim,
        use_quote_delim=use_quote_delim,
        na_value=na_value,
        select_cols=[] if select_cols is None else select_cols,
        name=name,
    )
    return list(operation.outputs)
