"""The operations of lookup tables. The value of a handle is the table itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, integer, string, types
from graphlog.core.dtypes import DType
from graphlog.core.errors import FailedPreconditionError, NotFoundError
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules

WHOLE_LINE, LINE_NUMBER = -2, -1

_HANDLE = dtypes.resource


class Table:
    """Values by key.

    Args:
        name: what it is called in messages.
        value_dtype: the dtype of the values.
        is_mutable: whether it may be changed once it is initialized.
    """

    def __init__(self, name: str, key_dtype: DType, value_dtype: DType, is_mutable: bool) -> None:
        self.name = name
        self.key_dtype = key_dtype.numpy_dtype
        self.value_dtype = value_dtype.numpy_dtype
        self.is_mutable = is_mutable
        self.entries: dict[Any, Any] | None = {} if is_mutable else None

    def initialized(self) -> dict[Any, Any]:
        """The entries; FailedPreconditionError where it was not initialized."""
        if self.entries is None:
            raise FailedPreconditionError(None, None, "Table not initialized.")
        return self.entries

    def fill(self, pairs: dict[Any, Any]) -> None:
        """Initializes it; to do so again is an error unless the entries are the same."""
        if self.entries is not None and not self.is_mutable and self.entries != pairs:
            raise FailedPreconditionError(None, None, "Table already initialized.")
        self.entries = pairs

    def found(self, keys: Any, default: Any) -> Any:
        """The value of each key; the default where there is none."""
        entries = self.initialized()
        # A string alone comes as an array that holds an object.
        default = np.asarray(default)[()]
        shape = np.shape(keys)
        values = [entries.get(key, default) for key in _items(keys)]
        result = np.empty((len(values), *np.shape(default)), self.value_dtype)
        for index, value in enumerate(values):
            result[index] = value
        return result.reshape(shape + np.shape(default))

    def pairs(self) -> tuple[Any, Any]:
        """The keys and the values, in the order in which they came."""
        entries = self.initialized()
        keys = np.empty(len(entries), self.key_dtype)
        keys[:] = list(entries)
        first = next(iter(entries.values()), self.value_dtype.type())
        values = np.empty((len(entries), *np.shape(first)), self.value_dtype)
        for index, value in enumerate(entries.values()):
            values[index] = value
        return keys, values


def _items(keys: Any) -> list[Any]:
    items = np.ravel(keys).tolist()
    return [item.encode() if isinstance(item, str) else item for item in items]


def _pairs(keys: Any, values: Any) -> dict[Any, Any]:
    rows = np.reshape(values, (np.size(keys), *np.shape(values)[np.ndim(keys) :]))
    return dict(zip(_items(keys), _items(rows) if rows.ndim == 1 else list(np.array(rows)), strict=True))


def _table_kernel(is_mutable: bool) -> Callable[[Operation, SessionState], Kernel]:
    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        kinds = op.attributes["key_dtype"], op.attributes["value_dtype"]
        table = state.resource(op, lambda: Table(op.name, *kinds, is_mutable))
        return lambda: table

    return make_kernel


def _define_table(type: str, is_mutable: bool) -> OpDefinition:
    return define_op(
        type,
        [],
        ["table_handle: resource"],
        attributes={
            "container": string(""),
            "shared_name": string(""),
            "use_node_name_sharing": boolean(False),
            "key_dtype": types(),
            "value_dtype": types(),
        },
        shape=shape_rules.scalar,
        make_stateful_kernel=_table_kernel(is_mutable),
        samples=[Sample((), {"key_dtype": dtypes.string, "value_dtype": dtypes.int64}, is_runnable=False)],
        is_stateful=True,
    )


HashTableV2 = _define_table("HashTableV2", is_mutable=False)
MutableHashTableV2 = _define_table("MutableHashTableV2", is_mutable=True)


def _add(pairs: dict[Any, Any], key: Any, value: Any) -> None:
    if pairs.setdefault(key, value) != value:
        raise ValueError(
            f"HashTable has different value for same key. Key {key!r} has {pairs[key]!r} and trying to "
            f"add value {value!r}"
        )


def _initialize(table: Table, keys: Any, values: Any) -> tuple[()]:
    pairs: dict[Any, Any] = {}
    for key, value in zip(_items(keys), _items(values), strict=True):
        _add(pairs, key, value)
    table.fill(pairs)
    return ()


def _insert(table: Table, keys: Any, values: Any) -> tuple[()]:
    table.fill(table.initialized() | _pairs(keys, values))
    return ()


def _import(table: Table, keys: Any, values: Any) -> tuple[()]:
    return _initialize(table, keys, values) if not table.is_mutable else _replace(table, keys, values)


def _replace(table: Table, keys: Any, values: Any) -> tuple[()]:
    table.fill(_pairs(keys, values))
    return ()


def _remove(table: Table, keys: Any) -> tuple[()]:
    removed = set(_items(keys))
    table.fill({key: value for key, value in table.initialized().items() if key not in removed})
    return ()


def _define_filling(type: str, key_type: str, value_type: str, kernel: Kernel) -> OpDefinition:
    return define_op(
        type,
        ["table_handle: resource", f"keys: {key_type}", f"values: {value_type}"],
        [],
        attributes={key_type: types(), value_type: types()},
        shape=lambda op: [],
        kernel=kernel,
        # There is no table outside of a session; so it is with all that follow.
        samples=[
            Sample((_HANDLE, samples.text(["a", "b"]), samples.int64([1, 2])), is_runnable=False),
        ],
        is_stateful=True,
    )


InitializeTableV2 = _define_filling("InitializeTableV2", "Tkey", "Tval", _initialize)
LookupTableImportV2 = _define_filling("LookupTableImportV2", "Tin", "Tout", _import)
LookupTableInsertV2 = _define_filling("LookupTableInsertV2", "Tin", "Tout", _insert)


def _found_shape(op: Operation) -> list[StaticShape]:
    keys, default = op.inputs[1].static_shape, op.inputs[2].static_shape
    return [None if keys is None or default is None else (*keys, *default)]


LookupTableFindV2 = define_op(
    "LookupTableFindV2",
    ["table_handle: resource", "keys: Tin", "default_value: Tout"],
    ["values: Tout"],
    attributes={"Tin": types(), "Tout": types()},
    shape=_found_shape,
    kernel=lambda table, keys, default: table.found(keys, default),
    samples=[Sample((_HANDLE, samples.text(["a", "b"]), samples.int64(-1)), is_runnable=False)],
    is_stateful=True,
)
LookupTableSizeV2 = define_op(
    "LookupTableSizeV2",
    ["table_handle: resource"],
    ["size: int64"],
    shape=shape_rules.scalar,
    kernel=lambda table: np.int64(len(table.initialized())),
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)


def _exported_shapes(op: Operation) -> list[StaticShape]:
    # TensorFlow knows the shape of a value of mutable tables only.
    return [(None,), (None,) if op.inputs[0].op.type == "MutableHashTableV2" else None]


LookupTableExportV2 = define_op(
    "LookupTableExportV2",
    ["table_handle: resource"],
    ["keys: Tkeys", "values: Tvalues"],
    attributes={"Tkeys": types(), "Tvalues": types()},
    shape=_exported_shapes,
    kernel=lambda table: table.pairs(),
    samples=[Sample((_HANDLE,), {"Tkeys": dtypes.string, "Tvalues": dtypes.int64}, is_runnable=False)],
    is_stateful=True,
)
LookupTableRemoveV2 = define_op(
    "LookupTableRemoveV2",
    ["table_handle: resource", "keys: Tin"],
    [],
    attributes={"Tin": types()},
    shape=lambda op: [],
    kernel=_remove,
    samples=[Sample((_HANDLE, samples.text(["a"])), is_runnable=False)],
    is_stateful=True,
)


# Text files


def _file_kernel(op: Operation) -> Kernel:
    columns = op.attributes["key_index"], op.attributes["value_index"]
    limit, delimiter = op.attributes["vocab_size"], op.attributes["delimiter"]

    def initialize(table: Table, filename: Any) -> tuple[()]:
        (path,) = np.ravel(filename).tolist()
        try:
            with open(path, "rb") as file:
                lines = file.read().splitlines()
        except OSError as error:
            name = path.decode() if isinstance(path, bytes) else path
            raise NotFoundError(None, None, f"{name}; {error.strerror}") from None
        if limit > len(lines):
            raise ValueError(f"Invalid vocab_size in {path!r}: expected {limit} but got {len(lines)}")
        pairs: dict[Any, Any] = {}
        for number, line in enumerate(lines[: limit if limit > 0 else None]):
            cells = line.split(delimiter)
            key, value = (
                _cell(number, line, cells, column, dtype)
                for column, dtype in zip(columns, (table.key_dtype, table.value_dtype), strict=True)
            )
            _add(pairs, key, value)
        table.fill(pairs)
        return ()

    return initialize


def _cell(number: int, line: bytes, cells: list[bytes], column: int, dtype: Any) -> Any:
    if column == LINE_NUMBER:
        return number
    if column == WHOLE_LINE:
        text = line
    elif column < len(cells):
        text = cells[column]
    else:
        raise ValueError(f"Invalid number of columns in line {number}: {line!r} has no column {column}")
    if dtype.kind == "O":
        return text
    try:
        return dtype.type(text.decode()).item()
    except (ValueError, UnicodeDecodeError):
        raise ValueError(f"Field {text!r} in line {number} is not a valid {dtype}") from None


InitializeTableFromTextFileV2 = define_op(
    "InitializeTableFromTextFileV2",
    ["table_handle: resource", "filename: string"],
    [],
    attributes={
        "key_index": integer(minimum=-2),
        "value_index": integer(minimum=-2),
        "vocab_size": integer(-1, minimum=-1),
        "delimiter": string("\t"),
    },
    shape=lambda op: [],
    make_kernel=_file_kernel,
    samples=[
        Sample((_HANDLE, samples.text("a file")), {"key_index": -2, "value_index": -1}, is_runnable=False)
    ],
    is_stateful=True,
)
