"""What of ``tf.data.experimental`` tutorials use: functions of datasets, for ``Dataset.apply``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.core.tensor import Tensor
from graphlog.ops.datasets import batching, iterator_ops, mapping, reducing, selecting, structures
from graphlog.ops.datasets.dataset import Dataset
from graphlog.ops.datasets.definitions import AUTOTUNE
from graphlog.ops.datasets.groups import bucket_by_sequence_length, group_by_window
from graphlog.ops.datasets.options import (
    DistributeOptions,
    MapVectorizationOptions,
    OptimizationOptions,
    ThreadingOptions,
)
from graphlog.ops.datasets.queries import get_structure

__all__ = [
    "AUTOTUNE",
    "DistributeOptions",
    "MapVectorizationOptions",
    "OptimizationOptions",
    "ThreadingOptions",
    "bucket_by_sequence_length",
    "copy_to_device",
    "enumerate_dataset",
    "from_variant",
    "get_single_element",
    "get_structure",
    "group_by_window",
    "ignore_errors",
    "map_and_batch",
    "parallel_interleave",
    "prefetch_to_device",
    "scan",
    "shuffle_and_repeat",
    "take_while",
    "to_variant",
    "unbatch",
    "unique",
]

_Transformation = Callable[[Dataset], Dataset]


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> _Transformation:
    """Shuffles and repeats a dataset, each time in another order; the arguments are those of both."""
    return lambda dataset: selecting.shuffle_and_repeat(dataset, buffer_size, count, seed)


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: int | None = None,
    drop_remainder: Any = False,
    num_parallel_calls: Any = None,
) -> _Transformation:
    """Maps a dataset and batches the results.

    Args:
        map_func: as for ``Dataset.map``.
        batch_size: as for ``Dataset.batch``.
        num_parallel_batches: stands in the graph.
        drop_remainder: as for ``Dataset.batch``.
        num_parallel_calls: stands in the graph; not together with the former.
    """
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            "The `num_parallel_batches` and `num_parallel_calls` arguments are mutually exclusive."
        )
    calls = num_parallel_calls
    if calls is None:
        calls = batch_size * (num_parallel_batches or 1)
    return lambda dataset: batching.map_and_batch(dataset, map_func, batch_size, calls, drop_remainder)


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: Any = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> _Transformation:
    """Interleaves datasets as ``Dataset.interleave`` does; the other arguments stand in the graph."""
    return lambda dataset: mapping.parallel_interleaved(
        *(dataset, map_func, cycle_length, block_length, sloppy),
        *(buffer_output_elements, prefetch_input_elements),
    )


def prefetch_to_device(device: str, buffer_size: Any = None) -> _Transformation:
    """The same elements. graphlog has one device: the graph says ``prefetch`` alone."""
    return lambda dataset: dataset.prefetch(buffer_size)


def copy_to_device(target_device: str, source_device: str = "/cpu:0") -> _Transformation:
    """The same elements. graphlog has one device: the graph says nothing."""
    return lambda dataset: dataset


def unbatch() -> _Transformation:
    """See ``Dataset.unbatch``."""
    return batching.unbatch


def enumerate_dataset(start: int = 0) -> _Transformation:
    """See ``Dataset.enumerate``."""
    return lambda dataset: dataset.enumerate(start)


def ignore_errors() -> _Transformation:
    """Leaves out elements that cannot be made."""
    return selecting.ignore_errors


def unique() -> _Transformation:
    """Leaves out elements that came before; an element is one scalar."""
    return selecting.unique


def take_while(predicate: Callable[..., Any]) -> _Transformation:
    """The elements before the first for which a function, as for ``Dataset.filter``, gives false."""
    return lambda dataset: mapping.taken_while(dataset, predicate)


def scan(initial_state: Any, scan_func: Callable[..., Any]) -> _Transformation:
    """What a function makes of a state and each element: a pair of the next state and an element."""
    return lambda dataset: reducing.scanned(dataset, initial_state, scan_func)


def Counter(start: int = 0, step: int = 1, dtype: Any = None) -> Dataset:  # noqa: N802 - TensorFlow's name
    """A dataset of numbers (int64 if ``dtype`` is None) without end."""
    from graphlog.core import dtypes
    from graphlog.core.conversion import convert_to_tensor

    kind = dtypes.int64 if dtype is None else dtypes.as_dtype(dtype)
    first = convert_to_tensor(start, kind, "start")
    by = convert_to_tensor(step, kind, "step")
    zeros = Dataset.from_tensors(0).repeat(None)
    return zeros.apply(scan(first, lambda state, _: (state + by, state)))


def get_single_element(dataset: Dataset) -> Any:
    """The one element of a dataset, a nest of tensors; running it fails where there are more or none."""
    if not isinstance(dataset, Dataset):
        raise TypeError("`dataset` must be a `tf.data.Dataset` object.")
    operation = iterator_ops.DatasetToSingleElement.operation(
        dataset._variant_tensor, **structures.attributes(dataset.element_spec)
    )
    return structures.from_components(dataset.element_spec, operation.outputs)


def to_variant(dataset: Dataset) -> Tensor:
    """The tensor of a dataset."""
    return dataset._variant_tensor


def from_variant(variant: Tensor, structure: Any) -> Dataset:
    """The dataset of a tensor whose elements are like ``structure``."""
    return Dataset(variant, structure)
