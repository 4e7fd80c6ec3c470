"""What ``Dataset`` makes of tensors, numbers, files and other datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.shapes import TensorShape, is_compatible
from graphlog.ops.array import arrays, shape_queries
from graphlog.ops.datasets import nests, selecting, source_ops, structures
from graphlog.ops.debugging import logging_ops
from graphlog.ops.inputs import file_contents
from graphlog.ops.math import arithmetic, comparisons
from graphlog.ops.shape_rules import common_shape
from graphlog.ops.strings import string_ops

if TYPE_CHECKING:
    from graphlog.ops.datasets.dataset import Dataset


def dataset_class() -> type[Dataset]:
    """The class ``Dataset``, whose module needs this one."""
    from graphlog.ops.datasets.dataset import Dataset

    return Dataset


def from_tensors(tensors: Any) -> Dataset:
    """See ``Dataset.from_tensors``."""
    element = structures.normalized(tensors)
    spec = structures.spec_of_nest(element)
    variant = source_ops.TensorDataset(
        structures.components(spec, element), output_shapes=structures.flat_shapes(spec)
    )
    return dataset_class()(variant, spec)


def from_tensor_slices(tensors: Any) -> Dataset:
    """See ``Dataset.from_tensor_slices``."""
    element = structures.normalized(tensors)
    batched = structures.spec_of_nest(element)
    spec = nests.map_structure(lambda leaf: leaf.unbatched(), batched)
    components = structures.components(batched, element)
    sizes = [TensorShape((component.static_shape or (None,))[:1]) for component in components]
    for size in sizes[1:]:
        sizes[0].dims[0].assert_is_compatible_with(size.dims[0])  # type: ignore[index]  # all have one
    variant = source_ops.TensorSliceDataset(components, output_shapes=structures.flat_shapes(spec))
    return dataset_class()(variant, spec)


def number_range(*args: Any) -> Dataset:
    """See ``Dataset.range``."""
    numbers: tuple[Any, ...] = args
    if len(args) == 1:
        numbers = (0, *args, 1)
    elif len(args) == 2:
        numbers = (*args, 1)
    elif len(args) != 3:
        raise ValueError(f"Invalid arguments to RangeDataset: {args}")
    tensors = [
        convert_to_tensor(number, dtypes.int64, name)
        for number, name in zip(numbers, ("start", "stop", "step"), strict=True)
    ]
    spec = structures.TensorSpec([], dtypes.int64)
    return dataset_class()(source_ops.RangeDataset(*tensors, **structures.attributes(spec)), spec)


def zipped(datasets: Any) -> Dataset:
    """See ``Dataset.zip``."""
    leaves = nests.flatten(datasets)
    for leaf in leaves:
        if not isinstance(leaf, dataset_class()):
            message = "The argument to `Dataset.zip()` must be a nested structure of `Dataset` objects."
            if isinstance(leaf, list):
                message += " Nested structures do not support Python lists; please use a tuple instead."
            raise TypeError(message)
    spec = nests.pack(datasets, [leaf.element_spec for leaf in leaves])
    variant = source_ops.ZipDataset([leaf._variant_tensor for leaf in leaves], **structures.attributes(spec))
    dataset = dataset_class()(variant, spec, leaves)
    dataset._is_version_2 = False
    return dataset


def concatenated(first: Dataset, second: Dataset) -> Dataset:
    """See ``Dataset.concatenate``."""
    if first.output_types != second.output_types:
        raise TypeError(
            f"Two datasets to concatenate have different types {first.output_types} and {second.output_types}"
        )
    spec = nests.map_structure(_either, first.element_spec, second.element_spec)
    variant = source_ops.ConcatenateDataset(
        first._variant_tensor, second._variant_tensor, **structures.attributes(spec)
    )
    return dataset_class()(variant, spec, [first, second])


def _either(first: Any, second: Any) -> Any:
    if isinstance(first, structures.DatasetSpec):
        return first
    shape = common_shape(first.shape.as_tuple(), second.shape.as_tuple())
    return structures.TensorSpec(shape, first.dtype)


def list_files(file_pattern: Any, shuffle: bool | None, seed: Any) -> Dataset:
    """See ``Dataset.list_files``."""
    graph = get_default_graph()
    with graph.name_scope("list_files"):
        pattern = convert_to_tensor(file_pattern, dtypes.string, "file_pattern")
        files = file_contents.matching_files(pattern)
        is_any = comparisons.greater(shape_queries.shape(files)[0], 0, name="match_not_empty")
        message = arithmetic.add(
            "No files matched pattern: ", string_ops.reduce_join(pattern, separator=", "), name="message"
        )
        check = logging_ops.Assert(is_any, [message], summarize=1, name="assert_not_empty")
        with graph.control_dependencies([check]):
            files = arrays.identity(files)
        dataset = from_tensor_slices(files)
        if shuffle is None or shuffle:
            count = shape_queries.shape(files, out_type=dtypes.int64)[0]
            dataset = selecting.shuffle(dataset, arithmetic.maximum(count, 1), seed, None)
        return dataset


def check_file_names(filenames: Any) -> Dataset:
    """The names of the files of a reader as a dataset.

    Args:
        filenames: a dataset of strings, a name, or a tensor or list of names.

    Raises:
        TypeError: it is a dataset of something else.
    """
    if isinstance(filenames, dataset_class()):
        spec = filenames.element_spec
        if not isinstance(spec, structures.TensorSpec) or spec.dtype is not dtypes.string:
            raise TypeError("`filenames` must be a `tf.data.Dataset` of `tf.string` elements.")
        if not is_compatible(spec.shape.as_tuple(), ()):
            raise TypeError("`filenames` must be a `tf.data.Dataset` of scalar `tf.string` elements.")
        return filenames
    tensor = convert_to_tensor(filenames, dtypes.string)
    return from_tensor_slices(arrays.reshape(tensor, [-1], name="flat_filenames"))
