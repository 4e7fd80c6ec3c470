"""Tables from words to numbers and back."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.operation import Operation
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import ranges, selection, shape_queries
from graphlog.ops.control_flow import grouping
from graphlog.ops.inputs import hash_buckets
from graphlog.ops.lookup.tables import (
    KeyValueTensorInitializer,
    LookupTable,
    StaticHashTable,
    TextFileIndex,
    TextFileInitializer,
)
from graphlog.ops.math import arithmetic, casts, comparisons
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.strings.string_conversions import as_string


class HasherSpec(NamedTuple):
    """How words that a vocabulary lacks are hashed: ``fasthash``, ``legacy`` or ``stronghash`` with a key."""

    hasher: str
    key: Any = None


FastHashSpec = HasherSpec("fasthash")


def StrongHashSpec(key: Any) -> HasherSpec:  # noqa: N802  TensorFlow's name
    """The hash that is keyed by two numbers; ValueError where there are not two."""
    if len(key) != 2:
        raise ValueError(f"key must have size 2, got {len(key)}.")
    return HasherSpec("stronghash", key)


def _hash_function(spec: HasherSpec) -> Callable[..., Tensor]:
    if spec.hasher == "fasthash":
        return hash_buckets.string_to_hash_bucket_fast
    if spec.hasher == "legacy":
        return hash_buckets.string_to_hash_bucket
    if spec.hasher == "stronghash":
        return functools.partial(hash_buckets.string_to_hash_bucket_strong, key=spec.key)
    raise ValueError(f"Unknown hasher {spec.hasher}")


class IdTableWithHashBuckets(LookupTable):
    """A table from words to numbers, with some numbers more for the words that it does not have.

    Args:
        table: the table; None for none, so that all words are hashed.
        num_oov_buckets: how many numbers more.
        hasher_spec: how words are hashed to them.
        name: the name that scopes are called after.
        key_dtype: the dtype of the words; those of ``table`` if None.

    Raises:
        TypeError: the dtypes do not fit.
        ValueError: there is neither a table nor a bucket.

    Source: ``tf.contrib.lookup.IdTableWithHashBuckets``.
    """

    def __init__(
        self,
        table: StaticHashTable | None,
        num_oov_buckets: int,
        hasher_spec: HasherSpec = FastHashSpec,
        name: str | None = None,
        key_dtype: Any = None,
    ) -> None:
        if table is None and num_oov_buckets <= 0:
            raise ValueError("oov_buckets must be > 0 if no table is supplied.")
        own = dtypes.string if table is None else table.key_dtype
        wanted = own if key_dtype is None else key_dtype
        if own not in (dtypes.int64, dtypes.string):
            raise TypeError(
                f"Invalid key dtype, expected one of {(dtypes.int64, dtypes.string)}, but got {wanted}."
            )
        if table is not None and own.is_integer != wanted.is_integer:
            kind = "integer" if wanted.is_integer else "non-integer"
            raise TypeError(f"Invalid key dtype, expected {kind} but got {own}.")
        if table is not None and table.value_dtype is not dtypes.int64:
            raise TypeError(f"Invalid value dtype, expected {dtypes.int64} but got {table.value_dtype}.")
        if not wanted.is_integer and wanted is not dtypes.string:
            raise TypeError(f"Invalid key_dtype, expected integer or string, got {wanted}.")
        super().__init__(wanted, dtypes.int64)
        self._table = table
        self._buckets = num_oov_buckets
        self._hasher_spec = hasher_spec
        known = "hash_bucket" if table is None else table.name
        self._name = ((name or "").rstrip("/") or known).split("/")[-1]

    @property
    def resource_handle(self) -> Tensor | None:
        """The handle of the table; None where there is none."""
        return None if self._table is None else self._table.resource_handle

    @property
    def initializer(self) -> Operation:
        """The operation that fills the table."""
        if self._table is not None:
            return self._table.initializer
        with name_scope(None, "init"):
            return grouping.no_op()

    init = initializer

    def size(self, name: str | None = None) -> Tensor:
        """How many numbers there are, an int64 scalar."""
        with name_scope(name, f"{self.name}_Size"):
            known = convert_to_tensor(0, dtypes.int64) if self._table is None else self._table.size()
            return known + self._buckets

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The numbers of words; see ``StaticHashTable.lookup``."""
        values = self._checked(keys)
        if self._table is not None and self._table.key_dtype is dtypes.int64:
            values = casts.cast(values, dtypes.int64)
        if self._buckets == 0:
            assert self._table is not None
            ids = self._table.lookup(values, name=name)
        else:
            with name_scope(name, f"{self.name}_Lookup"):
                ids = self._hashed(values)
        return SparseTensor(keys.indices, ids, keys.dense_shape) if isinstance(keys, SparseTensor) else ids

    def _hashed(self, values: Tensor) -> Tensor:
        words = values if values.dtype.base_dtype is dtypes.string else as_string(values)
        buckets = _hash_function(self._hasher_spec)(words, num_buckets=self._buckets, name="hash_bucket")
        if self._table is None:
            return buckets
        ids = self._table.lookup(values)
        buckets = arithmetic.add(buckets, self._table.size())
        return selection.where_v2(comparisons.not_equal(ids, self._table.default_value), ids, buckets)


class StaticVocabularyTable(IdTableWithHashBuckets):
    """A table from words to numbers, with some numbers more for the words that it does not have.

    Args:
        initializer: what fills it; None so that all words are hashed.
        num_oov_buckets: how many numbers more.
        lookup_key_dtype: the dtype of the words; that of the initializer's keys if None.
        name: the name that scopes are called after.

    Source: ``tf.lookup.StaticVocabularyTable``.
    """

    def __init__(
        self, initializer: Any, num_oov_buckets: int, lookup_key_dtype: Any = None, name: str | None = None
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError("oov_buckets must be > 0.")
        table = None if initializer is None else StaticHashTable(initializer, default_value=-1)
        super().__init__(table, num_oov_buckets, FastHashSpec, name, lookup_key_dtype)


def _check_buckets(num_oov_buckets: int) -> None:
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")


def _check_file(vocabulary_file: Any, vocab_size: int | None) -> None:
    if vocabulary_file is None or (isinstance(vocabulary_file, str) and not vocabulary_file):
        raise ValueError("vocabulary_file must be specified and must not be empty.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(
            f"vocab_size must be greater than 0, got {vocab_size}. vocabulary_file: {vocabulary_file}"
        )


def index_table_from_tensor(
    vocabulary_list: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: Any = dtypes.string,
    name: str | None = None,
) -> Any:
    """A table from words to their places in a list.

    Args:
        vocabulary_list: the words, a vector of strings or integers.
        num_oov_buckets: how many numbers more there are for other words, which are hashed to them.
        default_value: the number of other words, where there are no numbers more.
        hasher_spec: how words are hashed.
        dtype: the dtype of the words.
        name: the scope of the operations.

    Returns:
        A StaticHashTable or IdTableWithHashBuckets.

    Raises:
        ValueError: there is no list, or it is of another dtype.
        TypeError: the dtype is neither strings nor integers.

    Source: ``tf.contrib.lookup.index_table_from_tensor``.
    """
    if vocabulary_list is None:
        raise ValueError("vocabulary_list must be specified.")
    _check_buckets(num_oov_buckets)
    if not dtype.is_integer and dtype.base_dtype is not dtypes.string:
        raise TypeError("Only integer and string keys are supported.")
    with name_scope(name, "string_to_index"):
        keys = convert_to_tensor(vocabulary_list)
        if keys.dtype.is_integer != dtype.is_integer:
            kind = "integer" if dtype.is_integer else "non-integer"
            raise ValueError(f"Expected {kind}, got {keys.dtype}.")
        if not dtype.is_integer and keys.dtype.base_dtype is not dtype:
            raise ValueError(f"Expected {dtype}, got {keys.dtype}.")
        values = casts.cast(ranges.range(shape_queries.size(keys)), dtypes.int64)
        with name_scope(None, "hash_table"):
            words = casts.cast(keys, dtypes.int64) if keys.dtype.is_integer else keys
            initializer = KeyValueTensorInitializer(
                words, values, words.dtype.base_dtype, dtypes.int64, name="table_init"
            )
            table = StaticHashTable(initializer, default_value)
        if num_oov_buckets:
            return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=dtype)
        return table


def index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
    key_column_index: int = TextFileIndex.WHOLE_LINE,
    value_column_index: int = TextFileIndex.LINE_NUMBER,
    delimiter: str = "\t",
) -> Any:
    """A table from words to numbers, from the lines of a text file.

    Args:
        vocabulary_file: the file, a line for each word.
        num_oov_buckets: as for ``index_table_from_tensor``.
        vocab_size: how many lines to take; all if None.
        default_value: as for ``index_table_from_tensor``.
        hasher_spec: as for ``index_table_from_tensor``.
        key_dtype: the dtype of the words.
        name: the scope of the operations.
        key_column_index: the column that holds the word, or one of ``TextFileIndex``.
        value_column_index: the column that holds the number, likewise.
        delimiter: what separates columns.

    Returns:
        A StaticHashTable or IdTableWithHashBuckets.

    Raises:
        ValueError: there is no file, or a number is too small.
        TypeError: the dtype is neither strings nor integers.

    Source: ``tf.contrib.lookup.index_table_from_file``.
    """
    _check_buckets(num_oov_buckets)
    _check_file(vocabulary_file, vocab_size)
    if not key_dtype.is_integer and key_dtype.base_dtype is not dtypes.string:
        raise TypeError("Only integer and string keys are supported.")
    with name_scope(name, "string_to_index"):
        with name_scope(None, "hash_table"):
            initializer = TextFileInitializer(
                vocabulary_file,
                dtypes.int64 if key_dtype.is_integer else key_dtype,
                key_column_index,
                dtypes.int64,
                value_column_index,
                vocab_size,
                delimiter,
                name="table_init",
            )
            table = StaticHashTable(initializer, default_value)
        if num_oov_buckets:
            return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=key_dtype)
        return table


def index_to_string_table_from_tensor(
    vocabulary_list: Any, default_value: str = "UNK", name: str | None = None
) -> StaticHashTable:
    """A table from places in a list of words to the words.

    Args:
        vocabulary_list: the words, a vector of strings.
        default_value: the word of other numbers.
        name: the scope of the operations.

    Returns:
        The StaticHashTable.

    Source: ``tf.contrib.lookup.index_to_string_table_from_tensor``.
    """
    if vocabulary_list is None:
        raise ValueError("vocabulary_list must be specified.")
    with name_scope(name, "index_to_string"):
        words = convert_to_tensor(vocabulary_list, dtypes.string)
        keys = casts.cast(ranges.range(shape_queries.size(words)), dtypes.int64)
        initializer = KeyValueTensorInitializer(keys, words, dtypes.int64, dtypes.string, name="table_init")
        return StaticHashTable(initializer, default_value)


def index_to_string_table_from_file(
    vocabulary_file: Any,
    vocab_size: int | None = None,
    default_value: str = "UNK",
    name: str | None = None,
    key_column_index: int = TextFileIndex.LINE_NUMBER,
    value_column_index: int = TextFileIndex.WHOLE_LINE,
    delimiter: str = "\t",
) -> StaticHashTable:
    """A table from numbers to words, from the lines of a text file; see ``index_table_from_file``.

    Source: ``tf.contrib.lookup.index_to_string_table_from_file``.
    """
    _check_file(vocabulary_file, vocab_size)
    with name_scope(name, "index_to_string"):
        initializer = TextFileInitializer(
            vocabulary_file,
            dtypes.int64,
            key_column_index,
            dtypes.string,
            value_column_index,
            vocab_size,
            delimiter,
            name="table_init",
        )
        return StaticHashTable(initializer, default_value)
