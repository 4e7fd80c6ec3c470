"""Lookup tables: vocabularies from lists, hashed words, and what cannot be looked up."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf


@pytest.fixture
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_words_to_numbers_and_back(session: Any) -> None:
    lookup = tf.contrib.lookup
    numbers = lookup.index_table_from_tensor(["a", "b"], default_value=-2)
    words = lookup.index_to_string_table_from_tensor(["a", "b"], default_value="?")
    found = numbers.lookup(tf.constant([["b", "z"]]))
    assert (found.shape, found.dtype) == ([1, 2], tf.int64)
    with pytest.raises(tf.errors.FailedPreconditionError, match="Table not initialized"):
        session.run(found)
    session.run(tf.tables_initializer())
    session.run(tf.tables_initializer())
    np.testing.assert_array_equal(session.run(found), [[1, -2]])
    assert session.run(words.lookup(tf.constant([1, 5], tf.int64))).tolist() == [b"b", b"?"]
    assert session.run(numbers.size()) == 2


def test_other_words_are_hashed(session: Any) -> None:
    table = tf.contrib.lookup.index_table_from_tensor(["a", "b"], num_oov_buckets=3)
    other = tf.lookup.StaticVocabularyTable(
        tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([0], tf.int64)), 4
    )
    session.run(tf.tables_initializer())
    found, size = session.run([table.lookup(tf.constant(["b", "x", "y"])), table.size()])
    assert found[0] == 1
    assert set(found[1:]) <= {2, 3, 4}
    assert size == 5
    assert 1 <= session.run(other.lookup(tf.constant("unknown"))) <= 4


def test_values_of_other_kinds(session: Any) -> None:
    initializer = tf.lookup.KeyValueTensorInitializer([1, 2], [0.5, 1.5], tf.int64, tf.float32)
    table = tf.lookup.StaticHashTable(initializer, 0.0)
    session.run(table.initializer)
    np.testing.assert_array_equal(session.run(table.lookup(tf.constant([2, 9], tf.int64))), [1.5, 0.0])
    keys, values = session.run(table.export())
    assert (keys.tolist(), values.tolist()) == ([1, 2], [0.5, 1.5])


def test_columns_of_a_file(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("7,seven\n8,eight\n")
    initializer = tf.lookup.TextFileInitializer(str(path), tf.int64, 0, tf.string, 1, delimiter=",")
    table = tf.lookup.StaticHashTable(initializer, "none")
    session.run(table.initializer)
    assert session.run(table.lookup(tf.constant([8, 1], tf.int64))).tolist() == [b"eight", b"none"]
    assert tf.get_collection("asset_filepaths")


def test_what_cannot_be(session: Any, tmp_path: Path) -> None:
    table = tf.contrib.lookup.index_table_from_tensor(["a"])
    with pytest.raises(TypeError, match="Signature mismatch"):
        table.lookup(tf.constant([1]))
    twice = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "a"], [1, 2]), 0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="different value for same key"):
        session.run(twice.initializer)
    missing = tf.contrib.lookup.index_table_from_file(str(tmp_path / "none"))
    with pytest.raises(tf.errors.NotFoundError):
        session.run(missing.initializer)
    with pytest.raises(ValueError, match="Invalid key index"):
        tf.lookup.TextFileInitializer("f", tf.string, -3, tf.int64, -1)
