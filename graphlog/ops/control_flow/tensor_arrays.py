"""TensorArray: a list of tensors that a loop writes and reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, ranges, shape_queries
from graphlog.ops.control_flow import tensor_array_ops as ops
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import colocate_with, control_dependencies, name_scope
from graphlog.ops.static_values import constant_value


class _Known:
    """What arrays of one handle know together: their elements' shape, and where they are placed."""

    def __init__(self, element_shape: StaticShape) -> None:
        self.element_shape = element_shape


class TensorArray:
    """A list of tensors of one dtype, each written once, for use in loops.

    What writes gives a new TensorArray, from which the next operation goes on. Source: ``tf.TensorArray``
    of TensorFlow 1.15.

    Args:
        dtype: the dtype of the elements.
        size: how many there are at first, as an int32 scalar.
        dynamic_size: whether writing past the end makes it longer.
        clear_after_read: whether an element can be read only once.
        tensor_array_name: its name in messages of a run.
        handle: the handle of an array that exists, in place of ``size``.
        flow: its flow.
        infer_shape: whether all elements have one shape.
        element_shape: that shape, as far as it is known.
        colocate_with_first_write_call: whether what writes is placed with what was written first.
        name: the operation's name.

    Attributes:
        dtype: the dtype of the elements.
        handle: the tensor that stands for the array.
        flow: the tensor that leads from one operation on it to the next.
        dynamic_size: whether writing past the end makes it longer.

    Raises:
        ValueError: the arguments exclude each other.
        TypeError: ``handle`` is no tensor.
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Tensor | None = None,
        flow: Tensor | None = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if handle is None and size is None:
            raise ValueError("Size must be provided if handle is not provided")
        if handle is not None:
            if not isinstance(handle, Tensor):
                raise TypeError("Handle must be a Tensor")
            if tensor_array_name:
                raise ValueError("Cannot construct with both handle and tensor_array_name")
            given = {
                "size": size,
                "element_shape": element_shape,
                "dynamic_size": dynamic_size,
                "clear_after_read": clear_after_read,
            }
            for what, value in given.items():
                if value is not None:
                    raise ValueError(f"Cannot provide both a handle and {what} at the same time")
            if flow is None:
                raise ValueError("flow must not be None if handle is not None.")
        self.dtype: DType = as_dtype(dtype).base_dtype
        self.dynamic_size = bool(dynamic_size)
        self._infers_shape = infer_shape
        self._colocates = colocate_with_first_write_call
        self._written_first: list[Tensor] = []
        self._known = _Known(shapes.static_shape(element_shape))
        with name_scope(name, "TensorArray", [handle, size, flow]) as scope:
            if handle is None:
                handle, flow = self._created(size, clear_after_read, tensor_array_name, scope)
        assert flow is not None
        self.handle = handle
        self.flow = flow

    def _created(
        self, size: Any, clear_after_read: bool | None, tensor_array_name: str | None, scope: str
    ) -> tuple[Tensor, Tensor]:
        def create() -> tuple[Tensor, Tensor]:
            handle, flow = ops.TensorArrayV3.operation(
                size,
                dtype=self.dtype,
                element_shape=TensorShape(self._known.element_shape),
                identical_element_shapes=self._infers_shape,
                dynamic_size=self.dynamic_size,
                clear_after_read=True if clear_after_read is None else clear_after_read,
                tensor_array_name=tensor_array_name,
                name=scope,
            ).outputs
            return handle, flow

        if not self._colocates:
            return create()
        graph = get_default_graph()
        with graph.device(None), graph.colocate_with(None, ignore_existing=True):
            return create()

    @property
    def element_shape(self) -> TensorShape:
        """What is known of the shape of the elements."""
        return TensorShape(self._known.element_shape)

    def with_flow(self, flow: Tensor) -> TensorArray:
        """The same array after the operation that gives ``flow``."""
        array = TensorArray(
            self.dtype,
            handle=self.handle,
            flow=flow,
            infer_shape=self._infers_shape,
            colocate_with_first_write_call=self._colocates,
        )
        array.dynamic_size = self.dynamic_size
        array._written_first = self._written_first
        array._known = self._known
        return array

    def identity(self) -> TensorArray:
        """The same array, through an operation of its own."""
        return self.with_flow(arrays.identity(self.flow))

    def grad(self, source: str, flow: Tensor | None = None, name: str | None = None) -> TensorArray:
        """The array of the gradients of the elements, for one call of ``gradients``.

        Args:
            source: the name of that call.
            flow: the flow after which this one has its final size; its own if None.
            name: the operation's name.
        """
        flow = self.flow if flow is None else flow
        with name_scope(name, "TensorArrayGrad", [self.handle]), colocate_with(self.handle):
            handle, _ = ops.TensorArrayGradV3.operation(self.handle, flow, source=source, name=name).outputs
            with control_dependencies([handle]):
                flow = arrays.identity(flow, name="gradient_flow")
            array = TensorArray(
                self.dtype,
                handle=handle,
                flow=flow,
                infer_shape=self._infers_shape,
                colocate_with_first_write_call=False,
            )
            array._known = self._known
            return array

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The element at an index, an int32 scalar."""
        value = ops.TensorArrayReadV3(self.handle, index, self.flow, dtype=self.dtype, name=name)
        value.set_shape(self._known.element_shape)
        return value

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Writes an element.

        Args:
            index: where, as an int32 scalar.
            value: a tensor.
            name: the scope of the operation.

        Returns:
            The array with that element.

        Raises:
            ValueError: the shape is not that of the other elements.
        """
        with name_scope(name, "TensorArrayWrite", [self.handle, index, value]):
            value = convert_to_tensor(value, preferred_dtype=self.dtype, name="value")
            self._check_shape(value.static_shape)
            with self._placed_with(value):
                flow = ops.TensorArrayWriteV3(self.handle, index, value, self.flow, name=name)
            return self.with_flow(flow)

    def stack(self, name: str | None = None) -> Tensor:
        """All elements, put together along a new first axis."""
        with colocate_with(self.handle), name_scope(name, "TensorArrayStack", [self.handle]):
            return self.gather(ranges.range(0, self.size()), name=name)

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements at some indices, put together along a new first axis."""
        element = self._known.element_shape
        value = ops.TensorArrayGatherV3(
            self.handle,
            indices,
            self.flow,
            dtype=self.dtype,
            element_shape=TensorShape(element),
            name=name,
        )
        if element is not None:
            value.set_shape((None, *element))
        return value

    def concat(self, name: str | None = None) -> Tensor:
        """All elements, one after the other along their first axis."""
        element = self._known.element_shape
        rest = None if element is None else element[1:]
        value, _ = ops.TensorArrayConcatV3.operation(
            self.handle, self.flow, dtype=self.dtype, element_shape_except0=TensorShape(rest), name=name
        ).outputs
        if rest is not None:
            value.set_shape((None, *rest))
        return value

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Writes the slices of a tensor along its first axis, from index 0 on."""
        with name_scope(name, "TensorArrayUnstack", [self.handle, value]):
            count = shape_queries.shape(value)[0]
            return self.scatter(ranges.range(0, count), value, name=name)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """Writes the slices of a tensor along its first axis at some indices."""
        with name_scope(name, "TensorArrayScatter", [self.handle, value, indices]):
            value = convert_to_tensor(value, preferred_dtype=self.dtype, name="value")
            self._check_shape(None if value.static_shape is None else value.static_shape[1:])
            with self._placed_with(value):
                flow = ops.TensorArrayScatterV3(self.handle, indices, value, self.flow, name=name)
            return self.with_flow(flow)

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """Writes pieces of a tensor along its first axis, of the lengths given, from index 0 on."""
        with name_scope(name, "TensorArraySplit", [self.handle, value, lengths]):
            value = convert_to_tensor(value, self.dtype, name="value")
            with self._placed_with(value):
                lengths = casts.cast(lengths, dtypes.int64)
                known = constant_value(lengths)
                if value.static_shape is not None and known is not None and _are_equal(known):
                    self._check_shape((int(known[0]), *value.static_shape[1:]))
                flow = ops.TensorArraySplitV3(self.handle, value, lengths, self.flow, name=name)
            return self.with_flow(flow)

    def size(self, name: str | None = None) -> Tensor:
        """How many elements there are, as an int32 scalar."""
        return ops.TensorArraySizeV3(self.handle, self.flow, name=name)

    def close(self, name: str | None = None) -> Operation:
        """An operation that frees the array."""
        return ops.TensorArrayCloseV3.operation(self.handle, name=name)

    def _check_shape(self, shape: StaticShape) -> None:
        if not shapes.is_compatible(shape, self._known.element_shape):
            raise ValueError(
                f"Inconsistent shapes: saw {TensorShape(shape)} but expected {self.element_shape} "
            )
        if self._infers_shape:
            self._known.element_shape = shapes.merge(self._known.element_shape, shape)

    @contextmanager
    def _placed_with(self, value: Tensor) -> Iterator[None]:
        if not self._colocates:
            yield
            return
        if not self._written_first:
            self._written_first.append(value)
        with colocate_with(self._written_first[0]):
            yield


def _are_equal(values: Any) -> bool:
    """Whether there are numbers and all are the same."""
    return values.size > 0 and bool((values == values[0]).all())


def flow_of(value: Any) -> Any:
    """The flow of a TensorArray; anything else as it is."""
    return value.flow if isinstance(value, TensorArray) else value


def with_flow(value: Any, tensor: Tensor) -> Any:
    """The tensor; where ``value`` is a TensorArray, that array with the tensor as its flow."""
    return value.with_flow(tensor) if isinstance(value, TensorArray) else tensor
