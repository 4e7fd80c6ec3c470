"""``tf.lookup``: tables of values by key."""

from __future__ import annotations

from graphlog.ops.lookup.tables import (
    KeyValueTensorInitializer,
    StaticHashTable,
    TextFileIndex,
    TextFileInitializer,
)
from graphlog.ops.lookup.vocabularies import StaticVocabularyTable

__all__ = ["KeyValueTensorInitializer", "StaticHashTable", "StaticVocabularyTable", "TextFileIndex"]
__all__ += ["TextFileInitializer"]
