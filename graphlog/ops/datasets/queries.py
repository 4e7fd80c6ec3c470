"""The functions of ``tf.data`` that stand beside methods of datasets and iterators."""

from __future__ import annotations

from typing import Any

from graphlog.ops.datasets import structures
from graphlog.ops.datasets.dataset import Dataset
from graphlog.ops.datasets.iterators import Iterator


def get_structure(dataset_or_iterator: Any) -> Any:
    """The nest of what the tensors of an element are like; TypeError for what has no elements."""
    if not isinstance(dataset_or_iterator, Dataset | Iterator):
        raise TypeError(
            "`dataset_or_iterator` must be a Dataset or Iterator object, but got "
            f"{type(dataset_or_iterator)}."
        )
    return dataset_or_iterator.element_spec


def get_output_types(dataset_or_iterator: Any) -> Any:
    """The nest of dtypes of an element."""
    return structures.legacy_types(get_structure(dataset_or_iterator))


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The nest of static shapes of an element."""
    return structures.legacy_shapes(get_structure(dataset_or_iterator))


def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The nest of classes of an element."""
    return structures.legacy_classes(get_structure(dataset_or_iterator))


def make_one_shot_iterator(dataset: Dataset) -> Iterator:
    """See ``Dataset.make_one_shot_iterator``."""
    return dataset.make_one_shot_iterator()


def make_initializable_iterator(dataset: Dataset, shared_name: str | None = None) -> Iterator:
    """See ``Dataset.make_initializable_iterator``."""
    return dataset.make_initializable_iterator(shared_name)
