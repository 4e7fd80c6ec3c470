"""Datasets whose elements are gathered by a key: windows of one key, and batches of about one length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Function, type_list
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.op_definition import Kernel, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.ops import constants
from graphlog.ops.datasets import definitions, nests, structures
from graphlog.ops.datasets.dataset import Dataset
from graphlog.ops.datasets.dataset_values import DatasetValue, Element, Iteration
from graphlog.ops.datasets.definitions import DATASET, ELEMENTS, FUNCTION, ONE_FLOAT
from graphlog.ops.datasets.functions import FunctionCaller, TracedFunction, library_function
from graphlog.ops.debugging.asserts import assert_less
from graphlog.ops.math import comparisons, logic, reductions

_FUNCTIONS = ("key_func", "reduce_func", "window_size_func")
_NAME = "tf.data.experimental.group_by_window()"
_KEY = structures.TensorSpec([], dtypes.int64)


def _window_kernel(op: Operation, state: SessionState) -> Kernel:
    callers = [FunctionCaller(library_function(op, name), state) for name in _FUNCTIONS]
    ends = np.cumsum([len(op.attributes[f"T{name}_other_arguments"]) for name in _FUNCTIONS])

    def kernel(source: DatasetValue, *values: Any) -> DatasetValue:
        captured = [values[begin:end] for begin, end in zip((0, *ends[:-1]), ends, strict=True)]

        def elements(iteration: Iteration, own: DatasetValue, source: DatasetValue) -> Iterator[Element]:
            key_of, reduced, size_of = (
                caller.bound(arguments, iteration, own)
                for caller, arguments in zip(callers, captured, strict=True)
            )
            groups: dict[int, list[Element]] = {}
            for element in source.iterate(iteration):
                (key,) = key_of(*element)
                group = groups.setdefault(int(key), [])
                group.append(element)
                size = int(size_of(np.int64(key))[0])
                if size <= 0:
                    raise ValueError(f"Window size must be greater than zero, but got {size}.")
                if len(group) >= size:
                    del groups[int(key)]
                    yield from reduced(np.int64(key), _dataset_of(group))[0].iterate(iteration)
            for key in sorted(groups):
                yield from reduced(np.int64(key), _dataset_of(groups[key]))[0].iterate(iteration)

        return DatasetValue("GroupByWindowDataset", [source], elements)

    return kernel


def _dataset_of(elements: Sequence[Element]) -> DatasetValue:
    return DatasetValue("GroupByWindowDataset", [], lambda *_: iter(elements))


GroupByWindowDataset = define_op(
    "GroupByWindowDataset",
    ["input_dataset: variant", *[f"{name}_other_arguments: T{name}_other_arguments" for name in _FUNCTIONS]],
    ["handle: variant"],
    attributes={
        **dict.fromkeys(_FUNCTIONS, FUNCTION),
        **{f"T{name}_other_arguments": type_list(minimum=0) for name in _FUNCTIONS},
        **ELEMENTS,
    },
    shape=definitions.scalar,
    make_stateful_kernel=_window_kernel,
    samples=[
        definitions.sample(
            *(DATASET, [], [], []), **{name: Function(name) for name in _FUNCTIONS}, **ONE_FLOAT
        )
    ],
)


def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Dataset],
    window_size: Any = None,
    window_size_func: Callable[[Any], Any] | None = None,
) -> Callable[[Dataset], Dataset]:
    """Gathers elements of one key until there are enough, and makes a dataset of them.

    Args:
        key_func: a function of an element that gives its key, an int64 scalar.
        reduce_func: a function of a key and a dataset of some elements with it, that returns a dataset.
        window_size: how many elements are enough.
        window_size_func: a function of a key that says it, in place of ``window_size``.

    Raises:
        ValueError: both or none of ``window_size`` and ``window_size_func`` are given, or a function gives
            something else.
        TypeError: ``reduce_func`` returns no dataset.
    """
    if (window_size is None) == (window_size_func is None):
        raise ValueError("Must pass either window_size or window_size_func.")

    def size_of(key: Any) -> Any:
        if window_size_func is not None:
            return window_size_func(key)
        return convert_to_tensor(window_size, dtypes.int64)

    return lambda dataset: _grouped(dataset, key_func, reduce_func, size_of)


def _grouped(
    dataset: Dataset,
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Dataset],
    size_of: Callable[[Any], Any],
) -> Dataset:
    # The graph calls both by these names, which are TensorFlow's.
    def key_func_wrapper(*args: Any) -> Any:
        return convert_to_tensor(key_func(*args), dtypes.int64)

    def window_size_func_wrapper(key: Any) -> Any:
        return convert_to_tensor(size_of(key), dtypes.int64)

    spec = dataset.element_spec
    key = TracedFunction(key_func_wrapper, _NAME, spec)
    if not _KEY.is_compatible_with(key.output_spec):
        raise ValueError("`key_func` must return a single tf.int64 scalar tensor.")
    reduced = TracedFunction(reduce_func, _NAME, (_KEY, structures.DatasetSpec(spec)))
    if not isinstance(reduced.output_spec, structures.DatasetSpec):
        raise TypeError("`reduce_func` must return a `Dataset` object.")
    size = TracedFunction(window_size_func_wrapper, _NAME, _KEY)
    if not _KEY.is_compatible_with(size.output_spec):
        raise ValueError("`window_size_func` must return a single tf.int64 scalar tensor.")
    functions = dict(zip(_FUNCTIONS, (key, reduced, size), strict=True))
    named: dict[str, Any] = {name: function.attribute for name, function in functions.items()}
    result = reduced.output_spec.element_spec
    variant = GroupByWindowDataset(
        *(dataset._variant_tensor, *[function.captured for function in functions.values()]),
        **named,
        **structures.attributes(result),
    )
    return Dataset(variant, result, [dataset], [function.graph for function in functions.values()])


def bucket_by_sequence_length(
    element_length_func: Callable[..., Any],
    bucket_boundaries: Sequence[int],
    bucket_batch_sizes: Sequence[int],
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: bool = False,
) -> Callable[[Dataset], Dataset]:
    """Makes padded batches of elements of about the same length.

    Args:
        element_length_func: a function of an element that gives its length, an int32 scalar.
        bucket_boundaries: the lengths at which the next bucket begins.
        bucket_batch_sizes: how many elements are in a batch of each bucket, one more than boundaries.
        padded_shapes: as for ``Dataset.padded_batch``; unknown sizes are filled up if None.
        padding_values: as for ``Dataset.padded_batch``.
        pad_to_bucket_boundary: whether unknown sizes are filled up to one less than the next boundary.
        no_padding: whether the elements have one shape already.
        drop_remainder: whether to leave out batches that are smaller.

    Raises:
        ValueError: there are more or fewer batch sizes.
    """
    if len(bucket_batch_sizes) != len(bucket_boundaries) + 1:
        raise ValueError("len(bucket_batch_sizes) must equal len(bucket_boundaries) + 1")
    with get_default_graph().name_scope("bucket_by_seq_length"):
        sizes = constants.constant(list(bucket_batch_sizes), dtypes.int64)

    def bucket_of(*args: Any) -> Any:
        length = element_length_func(*args)
        limits = np.iinfo(np.int32)
        fits = logic.logical_and(
            comparisons.less_equal([limits.min, *bucket_boundaries], length),
            comparisons.less(length, [*bucket_boundaries, limits.max]),
        )
        return reductions.reduce_min(comparisons.where(fits))

    def size_of(bucket: Any) -> Any:
        return sizes[bucket]

    def batching_fn(bucket: Any, dataset: Dataset) -> Dataset:
        size = size_of(bucket)
        if no_padding:
            return dataset.batch(size, drop_remainder=drop_remainder)
        longest: Any = None
        if pad_to_bucket_boundary:
            check = assert_less(
                bucket,
                constants.constant(len(bucket_batch_sizes) - 1, dtypes.int64),
                message="When pad_to_bucket_boundary=True, elements must have length < "
                "max(bucket_boundaries).",
            )
            with get_default_graph().control_dependencies([check]):
                boundary = constants.constant(list(bucket_boundaries), dtypes.int64)[bucket]
                longest = boundary - 1

        def filled(shape: Any) -> list[Any]:
            return [longest if size is None else size for size in structures.as_shape(shape).as_list()]

        shapes = nests.map_structure(filled, padded_shapes or dataset.output_shapes)
        return dataset.padded_batch(size, shapes, padding_values, drop_remainder=drop_remainder)

    return group_by_window(bucket_of, batching_fn, window_size_func=size_of)
