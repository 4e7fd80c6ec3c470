"""Lookup tables: values by key, initialized once by ``tf.tables_initializer``."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.lookup import table_ops
from graphlog.ops.name_scopes import colocate_with, name_scope
from graphlog.ops.state.initial_values import init_scope


class LookupTable:
    """A table: what all kinds have in common.

    Args:
        key_dtype: the dtype of the keys.
        value_dtype: the dtype of the values.
    """

    resource_handle: Any
    _name: str

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype = as_dtype(key_dtype)
        self._value_dtype = as_dtype(value_dtype)

    @property
    def key_dtype(self) -> DType:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The dtype of the values."""
        return self._value_dtype

    @property
    def name(self) -> str:
        """The name of its operation, without scopes."""
        return self._name

    def _checked(self, keys: Any) -> Any:
        if keys.dtype.base_dtype is not self._key_dtype.base_dtype:
            raise TypeError(f"Signature mismatch. Keys must be dtype {self._key_dtype}, got {keys.dtype}.")
        return keys.values if isinstance(keys, SparseTensor) else keys


def _as_keys(keys: Any, values: Tensor) -> Any:
    """Values in the form of the keys: sparse where these are."""
    return SparseTensor(keys.indices, values, keys.dense_shape) if isinstance(keys, SparseTensor) else values


class StaticHashTable(LookupTable):
    """A table that does not change once it is initialized.

    Args:
        initializer: what fills it, such as a KeyValueTensorInitializer.
        default_value: the value of keys that it does not have.
        name: the name of its operation.

    Source: ``tf.lookup.StaticHashTable`` of TensorFlow 1.15, whose ``shared_name`` is a random one.
    """

    def __init__(self, initializer: Any, default_value: Any, name: str | None = None) -> None:
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        self._default_value = convert_to_tensor(default_value, self._value_dtype)
        self._default_value.shape.merge_with(TensorShape([]))
        with init_scope():
            graph = get_default_graph()
            # Named after the number of operations before it, which no other table of the graph has.
            shared_name = initializer.shared_name or f"hash_table_{graph.version}"
            self.resource_handle = table_ops.HashTableV2(
                shared_name=shared_name,
                key_dtype=self._key_dtype,
                value_dtype=self._value_dtype,
                name=name or "hash_table",
            )
            self._name = self.resource_handle.op.name.split("/")[-1]
        if get_default_graph().control_flow_context is not None:
            with init_scope():
                self._initializer: Operation = initializer.initialize(self)
        else:
            self._initializer = initializer.initialize(self)

    @property
    def default_value(self) -> Tensor:
        """The value of keys that it does not have."""
        return self._default_value

    @property
    def initializer(self) -> Operation:
        """The operation that fills it."""
        return self._initializer

    @property
    def init(self) -> Operation:
        """The operation that fills it; the older name of ``initializer``."""
        return self._initializer

    def size(self, name: str | None = None) -> Tensor:
        """How many entries there are, an int64 scalar."""
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]):
            return table_ops.LookupTableSizeV2(self.resource_handle)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys.

        Args:
            keys: a tensor or a SparseTensor of the dtype of the keys.
            name: the scope of the operation.

        Returns:
            A Tensor, or SparseTensor, of the same shape.

        Raises:
            TypeError: the keys are of another dtype.
        """
        tensor = self._checked(keys)
        with name_scope(name, f"{self.name}_Lookup", [self.resource_handle, tensor, self._default_value]):
            values = table_ops.LookupTableFindV2(self.resource_handle, tensor, self._default_value)
        values.set_shape(tensor.shape)
        return _as_keys(keys, values)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and their values."""
        with name_scope(name, f"{self.name}_Export", [self.resource_handle]):
            keys, values = table_ops.LookupTableExportV2.operation(
                self.resource_handle, Tkeys=self._key_dtype, Tvalues=self._value_dtype
            ).outputs
        values.set_shape(keys.shape.concatenate(self._default_value.shape))
        return keys, values


class MutableHashTable(LookupTable):
    """A table that a graph changes.

    Args:
        key_dtype: the dtype of the keys.
        value_dtype: the dtype of the values.
        default_value: the value of keys that it does not have; a scalar or an array.
        name: the name of its operation.
        checkpoint: whether its entries could be exported for a checkpoint; Savers do not save them.

    Source: ``tf.contrib.lookup.MutableHashTable``.
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
    ) -> None:
        super().__init__(key_dtype, value_dtype)
        self._default_value = convert_to_tensor(default_value, self._value_dtype)
        if self._default_value.static_shape != ():
            raise NotImplementedError("graphlog's MutableHashTable has scalar values only.")
        self.resource_handle = table_ops.MutableHashTableV2(
            # With a checkpoint, or with values that are no scalars, TensorFlow shares by the node's name.
            use_node_name_sharing=checkpoint,
            key_dtype=self._key_dtype,
            value_dtype=self._value_dtype,
            name=name,
        )
        self._name = self.resource_handle.op.name.split("/")[-1]
        if checkpoint:
            self.export()

    def size(self, name: str | None = None) -> Tensor:
        """How many entries there are, an int64 scalar."""
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]), self._here():
            return table_ops.LookupTableSizeV2(self.resource_handle)

    def _here(self) -> Any:
        return colocate_with(self.resource_handle.op)

    def lookup(self, keys: Any, name: str | None = None) -> Tensor:
        """The values of keys, a Tensor of their shape."""
        with name_scope(
            name, f"{self.name}_lookup_table_find", [self.resource_handle, keys, self._default_value]
        ):
            keys = convert_to_tensor(keys, self._key_dtype, name="keys")
            with self._here():
                return table_ops.LookupTableFindV2(self.resource_handle, keys, self._default_value)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> Operation:
        """An operation that sets the values of keys."""
        with name_scope(name, f"{self.name}_lookup_table_insert", [self.resource_handle, keys, values]):
            keys = convert_to_tensor(keys, self._key_dtype, name="keys")
            values = convert_to_tensor(values, self._value_dtype, name="values")
            with self._here():
                return table_ops.LookupTableInsertV2.operation(self.resource_handle, keys, values)

    def remove(self, keys: Any, name: str | None = None) -> Operation:
        """An operation that removes keys; those that are not there are ignored."""
        if keys.dtype.base_dtype is not self._key_dtype:
            raise TypeError(f"Signature mismatch. Keys must be dtype {self._key_dtype}, got {keys.dtype}.")
        with name_scope(name, f"{self.name}_lookup_table_remove", [self.resource_handle, keys]):
            return table_ops.LookupTableRemoveV2.operation(self.resource_handle, keys)

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and their values."""
        scope = f"{self.name}_lookup_table_export_values"
        with name_scope(name, scope, [self.resource_handle]), self._here():
            keys, values = table_ops.LookupTableExportV2.operation(
                self.resource_handle, Tkeys=self._key_dtype, Tvalues=self._value_dtype
            ).outputs
        return keys, values


class TableInitializer:
    """What fills a table: the dtypes of its keys and values."""

    # Tables that are filled by initializers of the same name are one.
    shared_name = ""

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self.key_dtype = as_dtype(key_dtype)
        self.value_dtype = as_dtype(value_dtype)

    def _check(self, table: LookupTable) -> None:
        if self.key_dtype.base_dtype is not table.key_dtype.base_dtype:
            raise TypeError(f"Invalid key dtype, expected {table.key_dtype} but got {self.key_dtype}.")
        if self.value_dtype.base_dtype is not table.value_dtype.base_dtype:
            raise TypeError(f"Invalid value dtype, expected {table.value_dtype} but got {self.value_dtype}.")


class KeyValueTensorInitializer(TableInitializer):
    """Fills a table from a tensor of keys and one of values (``tf.lookup.KeyValueTensorInitializer``)."""

    def __init__(
        self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: str | None = None
    ) -> None:
        if get_default_graph().control_flow_context is not None:
            with init_scope():
                self._convert(keys, values, key_dtype, value_dtype)
        else:
            self._convert(keys, values, key_dtype, value_dtype)
        self._name = name if name is not None else "key_value_init"
        super().__init__(self._keys.dtype, self._values.dtype)

    def _convert(self, keys: Any, values: Any, key_dtype: Any, value_dtype: Any) -> None:
        self._keys = convert_to_tensor(keys, key_dtype, name="keys")
        self._values = convert_to_tensor(values, value_dtype, name="values")

    def initialize(self, table: LookupTable) -> Operation:
        """The operation that fills a table, which is added to the collection of such operations."""
        self._check(table)
        with name_scope(self._name, values=[table.resource_handle, self._keys, self._values]):
            operation = table_ops.LookupTableImportV2.operation(
                table.resource_handle, self._keys, self._values
            )
        get_default_graph().add_to_collection(GraphKeys.TABLE_INITIALIZERS, operation)
        return operation


class TextFileIndex:
    """What in a line of a text file is a key or a value, where it is no column."""

    WHOLE_LINE = table_ops.WHOLE_LINE
    LINE_NUMBER = table_ops.LINE_NUMBER


class TextFileInitializer(TableInitializer):
    """Fills a table from the lines of a text file.

    Args:
        filename: the file.
        key_dtype: the dtype of the keys.
        key_index: the column that holds the key, or one of ``TextFileIndex``.
        value_dtype: the dtype of the values.
        value_index: the column that holds the value, likewise.
        vocab_size: how many lines to take; all if None.
        delimiter: what separates columns.
        name: the scope of the operation.

    Raises:
        ValueError: the columns and dtypes do not fit.

    Source: ``tf.lookup.TextFileInitializer``.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
    ) -> None:
        super().__init__(key_dtype, value_dtype)
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError(f"Filename required for {name}.")
        _check_column("key", "Keys", key_index, self.key_dtype)
        _check_column("value", "Values", value_index, self.value_dtype)
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"Invalid vocab_size {vocab_size}.")
        self._columns = (key_index, value_index)
        self._vocab_size = vocab_size
        self._delimiter = delimiter
        self._name = name
        size = f"_{vocab_size}" if vocab_size else ""
        self.shared_name = f"hash_table_{filename}{size}_{key_index}_{value_index}"
        with init_scope(), get_default_graph().device("CPU"):
            self._filename = convert_to_tensor(filename, dtypes.string, name="asset_path")

    def initialize(self, table: LookupTable) -> Operation:
        """The operation that fills a table, which is added to the collection of such operations."""
        self._check(table)
        key_index, value_index = self._columns
        graph = get_default_graph()
        with name_scope(self._name, "text_file_init", [table.resource_handle]):
            operation = table_ops.InitializeTableFromTextFileV2.operation(
                table.resource_handle,
                self._filename,
                key_index=key_index,
                value_index=value_index,
                vocab_size=-1 if self._vocab_size is None else self._vocab_size,
                delimiter=self._delimiter,
            )
        graph.add_to_collection(GraphKeys.TABLE_INITIALIZERS, operation)
        if self._filename.op.type == "Const":
            graph.add_to_collection(GraphKeys.ASSET_FILEPATHS, self._filename)
        return operation


def _check_column(what: str, plural: str, index: int, dtype: DType) -> None:
    if index < TextFileIndex.WHOLE_LINE:
        raise ValueError(f"Invalid {what} index {index}.")
    if index == TextFileIndex.LINE_NUMBER and dtype is not dtypes.int64:
        raise ValueError(f"Signature mismatch. {plural} must be dtype {dtypes.int64}, got {dtype}.")
    if index != TextFileIndex.WHOLE_LINE or dtype is dtypes.string:
        return
    if what == "value":
        raise ValueError(f"Signature mismatch. Values must be dtype {dtypes.string}, got {dtype}.")
    if not dtype.is_integer:
        raise ValueError(f"Signature mismatch. Keys must be integer or string, got {dtype}.")
