"""What ``Dataset`` makes of one dataset without a function: which elements, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import OpDefinition
from graphlog.core.tensor import Tensor
from graphlog.ops.datasets import seeds, selection_ops, shuffle_ops, structures
from graphlog.ops.datasets.options import OptimizationOptions

if TYPE_CHECKING:
    from graphlog.ops.datasets.dataset import Dataset


def _alike(dataset: Dataset, definition: OpDefinition, *inputs: Any, **attributes: Any) -> Dataset:
    """A dataset of elements such as those of another."""
    from graphlog.ops.datasets.dataset import Dataset

    attributes |= structures.attributes(dataset.element_spec)
    variant = definition(dataset._variant_tensor, *inputs, **attributes)
    return Dataset(variant, dataset.element_spec, [dataset])


def _number(value: Any, name: str) -> Tensor:
    return convert_to_tensor(value, dtypes.int64, name)


def repeat(dataset: Dataset, count: Any) -> Dataset:
    """See ``Dataset.repeat``."""
    return _alike(dataset, selection_ops.RepeatDataset, _number(-1 if count is None else count, "count"))


def take(dataset: Dataset, count: Any) -> Dataset:
    """See ``Dataset.take``."""
    return _alike(dataset, selection_ops.TakeDataset, _number(count, "count"))


def skip(dataset: Dataset, count: Any) -> Dataset:
    """See ``Dataset.skip``."""
    return _alike(dataset, selection_ops.SkipDataset, _number(count, "count"))


def shard(dataset: Dataset, num_shards: Any, index: Any) -> Dataset:
    """See ``Dataset.shard``."""
    numbers = _number(num_shards, "num_shards"), _number(index, "index")
    return _alike(dataset, selection_ops.ShardDataset, *numbers)


def shuffle(dataset: Dataset, buffer_size: Any, seed: Any, reshuffle_each_iteration: bool | None) -> Dataset:
    """See ``Dataset.shuffle``."""
    size = _number(buffer_size, "buffer_size")
    reshuffles = reshuffle_each_iteration is None or reshuffle_each_iteration
    return _alike(
        *(dataset, shuffle_ops.ShuffleDataset, size, *seeds.seed_tensors(seed)),
        reshuffle_each_iteration=reshuffles,
    )


def shuffle_and_repeat(dataset: Dataset, buffer_size: Any, count: Any, seed: Any) -> Dataset:
    """See ``experimental.shuffle_and_repeat``."""
    size = _number(buffer_size, "buffer_size")
    times = _number(-1 if count is None else count, "count")
    return _alike(dataset, shuffle_ops.ShuffleAndRepeatDataset, size, *seeds.seed_tensors(seed), times)


def cache(dataset: Dataset, filename: Any) -> Dataset:
    """See ``Dataset.cache``."""
    name = convert_to_tensor(filename, dtypes.string, "filename")
    return _alike(dataset, selection_ops.CacheDataset, name)


def prefetch(dataset: Dataset, buffer_size: Any) -> Dataset:
    """See ``Dataset.prefetch``."""
    size = _number(-1 if buffer_size is None else buffer_size, "buffer_size")
    return _alike(dataset, selection_ops.PrefetchDataset, size)


def ignore_errors(dataset: Dataset) -> Dataset:
    """See ``experimental.ignore_errors``."""
    return _alike(dataset, selection_ops.IgnoreErrorsDataset)


def unique(dataset: Dataset) -> Dataset:
    """See ``experimental.unique``."""
    return _alike(dataset, selection_ops.UniqueDataset)


def optimized(dataset: Dataset, rewrites: Sequence[str], settings: Sequence[str]) -> Dataset:
    """A dataset with rewrites that an iterator asks for."""
    names = convert_to_tensor(list(rewrites), dtypes.string, "optimizations")
    return _alike(dataset, selection_ops.OptimizeDataset, names, optimization_configs=list(settings))


def modelled(dataset: Dataset, options: OptimizationOptions) -> Dataset:
    """A dataset whose performance TensorFlow would look after."""
    algorithm, budget = options.autotune_algorithm or 0, options.autotune_cpu_budget or 0
    return _alike(dataset, selection_ops.ModelDataset, algorithm=algorithm, cpu_budget=budget)
