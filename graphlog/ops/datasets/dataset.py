"""Datasets: where elements come from, and what is made of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from graphlog.core.default_graph import get_default_graph
from graphlog.core.function_graph import FunctionGraph
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.datasets import (
    batching,
    generators,
    iterator_ops,
    mapping,
    nests,
    reducing,
    selecting,
    sources,
    structures,
)
from graphlog.ops.datasets.definitions import AUTOTUNE
from graphlog.ops.datasets.iterators import Iterator
from graphlog.ops.datasets.options import Options


class Dataset:
    """A sequence of elements, each a nest of tensors, as an operation that makes it when it runs.

    Datasets are made by the static methods, such as ``from_tensor_slices``, and by the others from one
    another; nothing runs before an iterator does. Source: ``tf.data.Dataset`` of TensorFlow 1.15.

    Args:
        variant_tensor: the output of the operation.
        element_spec: what its elements are like.
        inputs: the datasets it is made of.
        functions: the functions that it calls.
        options: its options; those of its inputs if None.
    """

    def __init__(
        self,
        variant_tensor: Tensor,
        element_spec: Any,
        inputs: Iterable[Dataset] = (),
        functions: Iterable[FunctionGraph] = (),
        options: Options | None = None,
    ) -> None:
        self._variant_tensor = variant_tensor
        self._element_spec = element_spec
        self._inputs = tuple(inputs)
        self._functions = tuple(functions)
        self._options = options
        # TensorFlow has two classes of datasets. What a function gets, what is taken apart, and what is made
        # of either is of the second, whose maps say that they preserve the number of elements.
        self._is_version_2: bool = bool(self._inputs) and self._inputs[0]._is_version_2

    # What it is

    @property
    def element_spec(self) -> Any:
        """The nest of what the tensors of an element are like."""
        return self._element_spec

    @property
    def output_types(self) -> Any:
        """The nest of dtypes of an element."""
        return structures.legacy_types(self.element_spec)

    @property
    def output_shapes(self) -> Any:
        """The nest of static shapes of an element."""
        return structures.legacy_shapes(self.element_spec)

    @property
    def output_classes(self) -> Any:
        """The nest of classes of an element."""
        return structures.legacy_classes(self.element_spec)

    def options(self) -> Options:
        """The options of this dataset and of those it is made of."""
        if self._options is not None:
            return self._options
        options = Options()
        for dataset in self._inputs:
            options = options.merge(dataset.options())
        return options

    def with_options(self, options: Options) -> Dataset:
        """The same dataset with options; those that it has already are kept where these say nothing."""
        merged = self.options().merge(options)
        return Dataset(self._variant_tensor, self.element_spec, [self], options=merged)

    def __repr__(self) -> str:
        shapes = str(nests.map_structure(str, self.output_shapes)).replace("'", "")
        types = str(nests.map_structure(repr, self.output_types)).replace("'", "")
        return f"<DatasetV1Adapter shapes: {shapes}, types: {types}>"

    def __iter__(self) -> Any:
        raise RuntimeError(
            "__iter__() is only supported inside of tf.function or when eager execution is enabled. Use "
            "make_one_shot_iterator().get_next() and a Session."
        )

    # Where elements come from

    @staticmethod
    def from_tensors(tensors: Any) -> Dataset:
        """A dataset of one element."""
        return sources.from_tensors(tensors)

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """A dataset whose elements are the rows of some tensors.

        Args:
            tensors: a nest of tensors and arrays that all have the same number of rows.

        Raises:
            ValueError: the numbers of rows differ, or one is a scalar.
        """
        return sources.from_tensor_slices(tensors)

    @staticmethod
    def from_generator(
        generator: Callable[..., Any], output_types: Any, output_shapes: Any = None, args: Any = None
    ) -> Dataset:
        """A dataset of what a Python generator yields.

        Args:
            generator: a function that returns an iterable; it is called for each iteration.
            output_types: the nest of dtypes of an element.
            output_shapes: the nest of static shapes; unknown ones if None.
            args: tensors whose values the generator is called with.

        Raises:
            TypeError: ``generator`` cannot be called.
        """
        return generators.from_generator(generator, output_types, output_shapes, args)

    @staticmethod
    def range(*args: Any) -> Dataset:
        """A dataset of integers (int64), with the arguments of Python's ``range``."""
        return sources.number_range(*args)

    @staticmethod
    def zip(datasets: Any) -> Dataset:
        """A dataset whose elements are nests of those of others; it ends with the shortest.

        Raises:
            TypeError: something is no dataset.
        """
        return sources.zipped(datasets)

    @staticmethod
    def list_files(file_pattern: Any, shuffle: bool | None = None, seed: Any = None) -> Dataset:
        """A dataset of the names of files.

        Args:
            file_pattern: a pattern or several, such as ``"data/*.csv"``.
            shuffle: whether they come in a random order; they do if None.
            seed: the seed of that order.
        """
        return sources.list_files(file_pattern, shuffle, seed)

    def concatenate(self, dataset: Dataset) -> Dataset:
        """The elements of this dataset, and then those of another; TypeError where they differ in kind."""
        return sources.concatenated(self, dataset)

    # Which elements, and in which order

    def repeat(self, count: Any = None) -> Dataset:
        """The elements ``count`` times; without end if it is None or -1."""
        return selecting.repeat(self, count)

    def take(self, count: Any) -> Dataset:
        """The first ``count`` elements; all if it is -1."""
        return selecting.take(self, count)

    def skip(self, count: Any) -> Dataset:
        """All elements but the first ``count``; none if it is -1."""
        return selecting.skip(self, count)

    def shard(self, num_shards: Any, index: Any) -> Dataset:
        """Each ``num_shards``-th element, beginning with that at ``index``."""
        return selecting.shard(self, num_shards, index)

    def shuffle(
        self, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool | None = None
    ) -> Dataset:
        """The elements in a random order, TensorFlow's for the same seeds.

        Args:
            buffer_size: from among how many elements the next is chosen.
            seed: the seed; without it and a graph's seed, each iteration has another order.
            reshuffle_each_iteration: whether each repetition has another order; it has if None.
        """
        return selecting.shuffle(self, buffer_size, seed, reshuffle_each_iteration)

    def cache(self, filename: Any = "") -> Dataset:
        """The elements, kept from the first iteration for its repetitions; in memory, whatever the name."""
        return selecting.cache(self, filename)

    def prefetch(self, buffer_size: Any) -> Dataset:
        """The same elements; graphlog makes each when it is asked for."""
        return selecting.prefetch(self, buffer_size)

    def enumerate(self, start: int = 0) -> Dataset:
        """Pairs of a number, counted from ``start``, and an element."""
        return Dataset.zip((Dataset.range(start, np.iinfo(np.int64).max), self))

    # What a function makes of them

    def map(self, map_func: Callable[..., Any], num_parallel_calls: Any = None) -> Dataset:
        """What a function makes of each element.

        Args:
            map_func: a function of the parts of an element that is a tuple, else of the element, that
                returns a nest of tensors. It builds a graph once, and the graph runs for each element.
            num_parallel_calls: stands in the graph; graphlog calls it once at a time.
        """
        return mapping.mapped(self, map_func, num_parallel_calls)

    def map_with_legacy_function(
        self, map_func: Callable[..., Any], num_parallel_calls: Any = None
    ) -> Dataset:
        """``map`` under the name that TensorFlow 1 has for an older way of it."""
        return mapping.mapped(self, map_func, num_parallel_calls)

    def flat_map(self, map_func: Callable[..., Any]) -> Dataset:
        """The elements of the datasets that a function makes of each element, one after the other."""
        return mapping.flat_mapped(self, map_func)

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = AUTOTUNE,
        block_length: Any = 1,
        num_parallel_calls: Any = None,
    ) -> Dataset:
        """The elements of the datasets that a function makes of each element, of several in turns.

        Args:
            map_func: as for ``map``; it returns a dataset.
            cycle_length: how many datasets take turns; as many as there are processors if -1.
            block_length: how many elements each gives in its turn.
            num_parallel_calls: stands in the graph; graphlog calls it once at a time.
        """
        return mapping.interleaved(self, map_func, cycle_length, block_length, num_parallel_calls)

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """The elements for which a function, as for ``map``, gives true."""
        return mapping.filtered(self, predicate)

    def filter_with_legacy_function(self, predicate: Callable[..., Any]) -> Dataset:
        """``filter`` under the name that TensorFlow 1 has for an older way of it."""
        return mapping.filtered(self, predicate)

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any]) -> Any:
        """What a function makes of a state and each element in turn.

        Args:
            initial_state: a nest of tensors.
            reduce_func: a function of the state and an element that returns the next state.

        Returns:
            The last state, a nest of tensors.
        """
        return reducing.reduced(self, initial_state, reduce_func)

    def apply(self, transformation_func: Callable[[Dataset], Dataset]) -> Dataset:
        """What a function makes of this dataset; TypeError where that is none."""
        dataset = transformation_func(self)
        if not isinstance(dataset, Dataset):
            raise TypeError(f"`transformation_func` must return a Dataset. Got {dataset}.")
        return dataset

    # Batches

    def batch(self, batch_size: Any, drop_remainder: Any = False) -> Dataset:
        """Batches of elements of one shape.

        Args:
            batch_size: how many elements are in a batch.
            drop_remainder: whether to leave out a last batch that is smaller.
        """
        return batching.batch(self, batch_size, drop_remainder)

    def padded_batch(
        self, batch_size: Any, padded_shapes: Any, padding_values: Any = None, drop_remainder: Any = False
    ) -> Dataset:
        """Batches of elements of several shapes, filled up to one.

        Args:
            batch_size: how many elements are in a batch.
            padded_shapes: the nest of shapes of one element in a batch; for a size of None or -1 the
                largest in the batch.
            padding_values: the nest of what to fill up with; zeros and empty strings if None.
            drop_remainder: whether to leave out a last batch that is smaller.
        """
        return batching.padded_batch(self, batch_size, padded_shapes, padding_values, drop_remainder)

    def unbatch(self) -> Dataset:
        """The rows of each element, one after the other."""
        return batching.unbatch(self)

    def window(self, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: Any = False) -> Dataset:
        """Nests of datasets, each of some elements in sequence.

        Args:
            size: how many elements are in a window.
            shift: how many elements further the next window begins; ``size`` if None.
            stride: how many elements further the next element of a window is.
            drop_remainder: whether to leave out windows that are smaller.
        """
        return batching.window(self, size, size if shift is None else shift, stride, drop_remainder)

    # Iterators

    def make_one_shot_iterator(self) -> Iterator:
        """An iterator that begins by itself, once in a session.

        Raises:
            ValueError: the dataset uses a placeholder or a variable.
        """
        copied = {op for dataset in self._all() for op in _dataset_operations(dataset._variant_tensor.op)}
        graph = get_default_graph()
        factory = FunctionGraph(
            "_make_dataset", graph, copied_stateful=copied, description="Factory function for a dataset."
        )
        try:
            with factory.as_default():
                factory.outputs = [factory.capture(self._with_rewrites()._variant_tensor)]
        except ValueError as error:
            if "Cannot capture a stateful node" not in str(error):
                raise
            raise ValueError(
                "Failed to create a one-shot iterator for a dataset. `Dataset.make_one_shot_iterator()` does "
                "not support datasets that capture stateful objects, such as a `Variable` or `LookupTable`. "
                "In these cases, use `Dataset.make_initializable_iterator()`. (Original error: "
                f"{error})"
            ) from None
        attribute = mapping.add_factory(factory, graph)
        attributes = structures.attributes(self.element_spec)
        resource = iterator_ops.OneShotIterator(dataset_factory=attribute, **attributes)
        return Iterator(resource, None, self.output_types, self.output_shapes)

    def make_initializable_iterator(self, shared_name: str | None = None) -> Iterator:
        """An iterator that begins when its ``initializer`` runs, and each time that runs.

        Args:
            shared_name: iterators of one such name share their state.
        """
        dataset = self._with_rewrites()
        attributes = structures.attributes(self.element_spec)
        resource = iterator_ops.IteratorV2(container="", shared_name=shared_name or "", **attributes)
        with get_default_graph().colocate_with(resource):
            initializer = iterator_ops.MakeIterator.operation(dataset._variant_tensor, resource)
        return Iterator(resource, initializer, self.output_types, self.output_shapes)

    def _all(self) -> Sequence[Dataset]:
        """This dataset and all that it is made of."""
        found: dict[Dataset, None] = {}
        waiting = [self]
        while waiting:
            dataset = waiting.pop()
            if dataset not in found:
                found[dataset] = None
                waiting += dataset._inputs
        return list(found)

    def _with_rewrites(self) -> Dataset:
        """The dataset as iterators take it: with the rewrites that its options ask for."""
        options = self.options()
        dataset = self
        rewrites = options.rewrites()
        if rewrites and self._reads_variables():
            warnings.warn(
                "tf.data static optimizations are not compatible with tf.Variable. The following "
                f"optimizations will be disabled: {', '.join(rewrites)}. To enable optimizations, use "
                "resource variables instead by calling `tf.enable_resource_variables()` at the start of the "
                "program.",
                stacklevel=3,
            )
        elif rewrites:
            dataset = selecting.optimized(dataset, rewrites, options.rewrite_settings())
        if options.experimental_optimization.autotune is False:
            return dataset
        return selecting.modelled(dataset, options.experimental_optimization)

    def _reads_variables(self) -> bool:
        captured = [t for dataset in self._all() for f in dataset._functions for t in f.captured]
        waiting, seen = captured, set(captured)
        while waiting:
            tensor = waiting.pop()
            if tensor.dtype.is_reference:
                return True
            for item in tensor.op.inputs:
                if item not in seen:
                    seen.add(item)
                    waiting.append(item)
        return False


def _dataset_operations(op: Operation) -> list[Operation]:
    """An operation that makes a dataset, and those that make the datasets it takes."""
    found = [op]
    for tensor in op.inputs:
        if tensor.dtype.name == "variant":
            found += _dataset_operations(tensor.op)
    return found
