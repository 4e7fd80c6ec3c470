"""What ``Dataset`` makes of one dataset by putting elements together or taking them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import OpDefinition
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops import static_values
from graphlog.ops.datasets import batch_ops, function_ops, mapping, nests, structures
from graphlog.ops.datasets.functions import TracedFunction

if TYPE_CHECKING:
    from graphlog.ops.datasets.dataset import Dataset


def _made_of(
    dataset: Dataset, spec: Any, definition: OpDefinition, *inputs: Any, **attributes: Any
) -> Dataset:
    from graphlog.ops.datasets.dataset import Dataset

    attributes = attributes or structures.attributes(spec)
    return Dataset(definition(dataset._variant_tensor, *inputs, **attributes), spec, [dataset])


def _size_of_batches(batch_size: Tensor, drop_remainder: Tensor) -> int | None:
    """How many elements are in each batch, where that is known."""
    if not static_values.constant_value(drop_remainder):
        return None
    size = static_values.constant_value(batch_size)
    return None if size is None else int(size)


def _batched(spec: Any, size: int | None) -> Any:
    return nests.map_structure(lambda leaf: leaf.batched(size), spec)


def batch(dataset: Dataset, batch_size: Any, drop_remainder: Any) -> Dataset:
    """See ``Dataset.batch``."""
    size = convert_to_tensor(batch_size, dtypes.int64, "batch_size")
    drops = convert_to_tensor(drop_remainder, dtypes.bool_, "drop_remainder")
    spec = _batched(dataset.element_spec, _size_of_batches(size, drops))
    return _made_of(dataset, spec, batch_ops.BatchDatasetV2, size, drops)


def map_and_batch(
    dataset: Dataset, map_func: Any, batch_size: Any, num_parallel_calls: Any, drop_remainder: Any
) -> Dataset:
    """See ``experimental.map_and_batch``."""
    function = TracedFunction(map_func, "tf.data.experimental.map_and_batch()", dataset.element_spec)
    size = convert_to_tensor(batch_size, dtypes.int64, "batch_size")
    calls = convert_to_tensor(num_parallel_calls, dtypes.int64, "num_parallel_calls")
    drops = convert_to_tensor(drop_remainder, dtypes.bool_, "drop_remainder")
    spec = _batched(function.output_spec, _size_of_batches(size, drops))
    return mapping.made_by(
        *(dataset, function, spec, function_ops.MapAndBatchDataset, size, calls, drops),
        f=function.attribute,
        preserve_cardinality=True,
    )


def padded_batch(
    dataset: Dataset, batch_size: Any, padded_shapes: Any, padding_values: Any, drop_remainder: Any
) -> Dataset:
    """See ``Dataset.padded_batch``."""
    old = dataset.element_spec
    size = convert_to_tensor(batch_size, dtypes.int64, "batch_size")
    if padding_values is None:
        padding_values = nests.map_structure(lambda leaf: _zero(leaf.dtype), old)
    leaves = nests.flatten(old)
    shapes = [
        _padded_shape(shape, leaf.shape)
        for leaf, shape in zip(leaves, nests.flatten_up_to(old, padded_shapes), strict=True)
    ]
    values = [
        _padding_value(value, leaf.dtype)
        for leaf, value in zip(leaves, nests.flatten_up_to(old, padding_values), strict=True)
    ]
    drops = convert_to_tensor(drop_remainder, dtypes.bool_, "drop_remainder")
    count = _size_of_batches(size, drops)
    spec = nests.pack(
        old,
        [
            structures.TensorSpec(_after_batching(count, shape), leaf.dtype)
            for leaf, shape in zip(leaves, shapes, strict=True)
        ],
    )
    return _made_of(
        *(dataset, spec, batch_ops.PaddedBatchDatasetV2, size, shapes, values, drops),
        output_shapes=structures.flat_shapes(spec),
    )


def _zero(dtype: DType) -> Any:
    if dtype is dtypes.string:
        return ""
    if dtype is dtypes.variant:
        raise TypeError("Unable to create padding for field of type 'variant'.")
    return dtype.numpy_dtype.type(0)


def _after_batching(count: int | None, shape: Tensor) -> StaticShape:
    known = static_values.constant_shape(shape)
    return None if known is None else (count, *known)


def _padded_shape(shape: Any, component: TensorShape) -> Tensor:
    try:
        sizes = structures.as_shape(shape).as_list()
        tensor = convert_to_tensor([-1 if size is None else size for size in sizes], dtypes.int64)
        known: StaticShape = tuple(sizes)
    except (TypeError, ValueError):
        tensor = convert_to_tensor(shape, preferred_dtype=dtypes.int64)
        if tensor.static_shape is not None and len(tensor.static_shape) != 1:
            raise ValueError(
                f"Padded shape {shape} must be a 1-D tensor of tf.int64 values, but its shape was "
                f"{tensor.shape}."
            ) from None
        if tensor.dtype is not dtypes.int64:
            raise TypeError(
                f"Padded shape {shape} must be a 1-D tensor of tf.int64 values, but its element type was "
                f"{tensor.dtype.name}."
            ) from None
        known = static_values.constant_shape(tensor)
    if not _holds(known, component.as_tuple()):
        raise ValueError(
            f"The padded shape {TensorShape(known)} is not compatible with the corresponding input "
            f"component shape {component}."
        )
    return tensor


def _holds(padded: StaticShape, component: StaticShape) -> bool:
    if padded is None or component is None:
        return True
    return len(padded) == len(component) and all(
        limit is None or size is None or size <= limit for limit, size in zip(padded, component, strict=True)
    )


def _padding_value(value: Any, dtype: DType) -> Tensor:
    tensor = convert_to_tensor(value, name="padding_value")
    if tensor.static_shape not in (None, ()):
        raise ValueError(f"Padding value should be a scalar, but is not: {tensor}")
    if tensor.dtype is not dtype:
        raise TypeError(f"Padding value tensor ({tensor}) does not match output type: {dtype!r}")
    return tensor


def unbatch(dataset: Dataset) -> Dataset:
    """See ``Dataset.unbatch``."""
    spec = dataset.element_spec

    def normalize(*components: Any) -> Any:
        return tuple(structures.components(spec, components if type(spec) is tuple else components[0]))

    normalized = mapping.mapped(dataset, normalize, None)
    leaves = nests.flatten(spec)
    if any(leaf.shape.as_tuple() == () for leaf in leaves):
        raise ValueError("Cannot unbatch an input with scalar components.")
    known = {leaf.shape.as_tuple()[0] for leaf in leaves if leaf.shape.as_tuple()} - {None}
    if len(known) > 1:
        raise ValueError("Cannot unbatch an input whose components have different batch sizes.")
    unbatched = nests.map_structure(lambda leaf: leaf.unbatched(), spec)
    result = _made_of(normalized, unbatched, batch_ops.UnbatchDataset)
    result._is_version_2 = True
    return result


def window(dataset: Dataset, size: Any, shift: Any, stride: Any, drop_remainder: Any) -> Dataset:
    """See ``Dataset.window``."""
    numbers = [
        convert_to_tensor(value, dtypes.int64, name)
        for value, name in ((size, "size"), (shift, "shift"), (stride, "stride"))
    ]
    drops = convert_to_tensor(drop_remainder, dtypes.bool_, "drop_remainder")
    spec = nests.map_structure(structures.DatasetSpec, dataset.element_spec)
    return _made_of(dataset, spec, batch_ops.WindowDataset, *numbers, drops)
