"""Iterators over datasets."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import as_dtype
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape, is_compatible
from graphlog.core.tensor import Tensor
from graphlog.ops.datasets import iterator_ops, nests, structures

if TYPE_CHECKING:
    from graphlog.ops.datasets.dataset import Dataset

_COLLECTION = "iterators"


class Iterator:
    """What goes through the elements of a dataset, one with each run of ``get_next``.

    It is made by ``Dataset.make_one_shot_iterator`` and ``Dataset.make_initializable_iterator``, or here
    by ``from_structure`` and ``from_string_handle``. Source: ``tf.data.Iterator`` of TensorFlow 1.

    Args:
        iterator_resource: the tensor that stands for its state in a session.
        initializer: the operation that begins with the first element, or None.
        output_types: the nest of dtypes of an element.
        output_shapes: the nest of static shapes.
        output_classes: accepted for TensorFlow's sake; all are tensors.
    """

    def __init__(
        self,
        iterator_resource: Tensor,
        initializer: Operation | None,
        output_types: Any,
        output_shapes: Any,
        output_classes: Any = None,
    ) -> None:
        self._iterator_resource = iterator_resource
        self._initializer = initializer
        self._element_spec = structures.from_legacy(output_types, output_shapes)
        self._string_handle = iterator_ops.IteratorToStringHandle(iterator_resource)
        get_default_graph().add_to_collection(_COLLECTION, iterator_resource)

    @staticmethod
    def from_structure(
        output_types: Any,
        output_shapes: Any = None,
        shared_name: str | None = None,
        output_classes: Any = None,
    ) -> Iterator:
        """An iterator of no dataset yet; ``make_initializer`` gives it one, and then another.

        Args:
            output_types: the nest of dtypes of an element.
            output_shapes: the nest of static shapes; unknown ones if None.
            shared_name: iterators of one such name share their state.
            output_classes: accepted for TensorFlow's sake.
        """
        types, shapes = _checked(output_types, output_shapes)
        attributes = structures.attributes(structures.from_legacy(types, shapes))
        with _on_cpu():
            resource = iterator_ops.IteratorV2(container="", shared_name=shared_name or "", **attributes)
        return Iterator(resource, None, types, shapes)

    @staticmethod
    def from_string_handle(
        string_handle: Any, output_types: Any, output_shapes: Any = None, output_classes: Any = None
    ) -> Iterator:
        """An iterator that is another one, which a handle names when it runs.

        Args:
            string_handle: a scalar string, such as a placeholder: what ``string_handle()`` of the other
                iterator evaluates to.
            output_types: the nest of dtypes of an element.
            output_shapes: the nest of static shapes; unknown ones if None.
            output_classes: accepted for TensorFlow's sake.
        """
        types, shapes = _checked(output_types, output_shapes)
        attributes = structures.attributes(structures.from_legacy(types, shapes))
        handle = convert_to_tensor(string_handle, dtypes.string)
        with _on_cpu():
            resource = iterator_ops.IteratorFromStringHandleV2(handle, **attributes)
        return Iterator(resource, None, types, shapes)

    @property
    def initializer(self) -> Operation:
        """The operation that begins with the first element; ValueError where there is none."""
        if self._initializer is None:
            raise ValueError("Iterator does not have an initializer.")
        return self._initializer

    def make_initializer(self, dataset: Dataset, name: str | None = None) -> Operation:
        """An operation that begins with the first element of a dataset.

        Args:
            dataset: a dataset whose elements are such as this iterator's.
            name: the operation's name.

        Raises:
            TypeError: the dtypes or shapes differ.
            ValueError: the nests differ.
        """
        with get_default_graph().name_scope(name or "make_initializer") as scope:
            self._check(dataset.element_spec)
        with get_default_graph().colocate_with(self._iterator_resource):
            return iterator_ops.MakeIterator.operation(
                dataset._variant_tensor, self._iterator_resource, name=scope
            )

    def _check(self, spec: Any) -> None:
        types, shapes = structures.legacy_types(spec), structures.legacy_shapes(spec)
        others = nests.flatten_up_to(self._element_spec, spec)
        for own, other in zip(nests.flatten(self._element_spec), others, strict=True):
            if own.dtype is not other.dtype:
                raise TypeError(
                    f"Expected output types {self.output_types!r} but got dataset with output types "
                    f"{types!r}."
                )
            if not is_compatible(own.shape.as_tuple(), other.shape.as_tuple()):
                raise TypeError(
                    f"Expected output shapes compatible with {self.output_shapes!r} but got dataset with "
                    f"output shapes {shapes!r}."
                )

    def get_next(self, name: str | None = None) -> Any:
        """The next element, a nest of tensors; each run takes one further.

        It is called once, and what it returns is run again and again. After the last element a run raises
        OutOfRangeError.
        """
        attributes = structures.attributes(self._element_spec)
        operation = iterator_ops.IteratorGetNext.operation(self._iterator_resource, name=name, **attributes)
        return structures.from_components(self._element_spec, operation.outputs)

    def string_handle(self, name: str | None = None) -> Tensor:
        """A scalar string that names this iterator in the session that evaluates it."""
        if name is None:
            return self._string_handle
        return iterator_ops.IteratorToStringHandle(self._iterator_resource, name=name)

    @property
    def output_types(self) -> Any:
        """The nest of dtypes of an element."""
        return structures.legacy_types(self._element_spec)

    @property
    def output_shapes(self) -> Any:
        """The nest of static shapes of an element."""
        return structures.legacy_shapes(self._element_spec)

    @property
    def output_classes(self) -> Any:
        """The nest of classes of an element."""
        return structures.legacy_classes(self._element_spec)

    @property
    def element_spec(self) -> Any:
        """The nest of what the tensors of an element are like."""
        return self._element_spec


def _checked(output_types: Any, output_shapes: Any) -> tuple[Any, Any]:
    types = nests.map_structure(
        lambda item: item if isinstance(item, structures.DatasetSpec) else as_dtype(item), output_types
    )
    if output_shapes is None:
        return types, nests.map_structure(lambda _: TensorShape(None), types)
    return types, nests.map_structure(lambda _, shape: structures.as_shape(shape), types, output_shapes)


def _on_cpu() -> AbstractContextManager[None]:
    """Places an iterator on the processor where nothing else is asked for."""
    graph = get_default_graph()
    return nullcontext() if graph.asks_for_device else graph.device("/cpu:0")
