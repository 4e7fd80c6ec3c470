"""What the elements of a dataset are: nests of tensors, and of datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.shapes import TensorShape, static_shape
from graphlog.core.tensor import Tensor
from graphlog.ops.datasets import nests
from graphlog.ops.shape_rules import common_shape

if TYPE_CHECKING:
    from graphlog.ops.datasets.dataset import Dataset


class TensorSpec:
    """What a tensor is like.

    Args:
        shape: its static shape.
        dtype: its dtype.
        name: its name, or None.

    Source: ``tf.TensorSpec``.
    """

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The dtype."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name, or None."""
        return self._name

    @classmethod
    def from_tensor(cls, tensor: Tensor, name: str | None = None) -> TensorSpec:
        """The spec of a tensor."""
        return cls(tensor.shape, tensor.dtype, name or tensor.op.name)

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether the dtype is the same and the shapes may be."""
        return bool(
            self._dtype.is_compatible_with(spec_or_tensor.dtype)
            and self._shape.is_compatible_with(spec_or_tensor.shape)
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TensorSpec)
            and self._shape.as_tuple() == other._shape.as_tuple()
            and self._dtype is other._dtype
            and self._name == other._name
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self._shape.as_tuple(), self._dtype))

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"

    def batched(self, size: int | None) -> TensorSpec:
        """The spec of ``size`` such tensors in one."""
        shape = self._shape.as_tuple()
        return TensorSpec(None if shape is None else (size, *shape), self._dtype)

    def unbatched(self) -> TensorSpec:
        """The spec of one row of such a tensor; ValueError where it is a scalar."""
        shape = self._shape.as_tuple()
        if shape is not None and not shape:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        return TensorSpec(None if shape is None else shape[1:], self._dtype)

    def component(self, value: Any) -> Tensor:
        """The tensor of a value that is like this."""
        return convert_to_tensor(value, self._dtype)

    def from_component(self, tensor: Tensor) -> Any:
        """The value of a tensor, whose static shape is this one at least."""
        tensor.set_shape(self._shape)
        return tensor

    legacy_type = dtype
    legacy_shape = shape

    @property
    def legacy_class(self) -> Any:
        """What ``output_classes`` says."""
        return Tensor


class DatasetSpec:
    """What a dataset is like that is an element of another.

    Args:
        element_spec: what its elements are like.
        dataset_shape: the shape of a tensor of such datasets.

    Source: ``tf.data.DatasetSpec``.
    """

    __slots__ = ("element_spec", "shape")

    dtype = dtypes.variant

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        self.element_spec = element_spec
        self.shape = TensorShape(dataset_shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatasetSpec) and self.element_spec == other.element_spec

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(DatasetSpec)

    def __repr__(self) -> str:
        return f"DatasetSpec({self.element_spec!r}, {self.shape!r})"

    def batched(self, size: int | None) -> DatasetSpec:
        """The spec of ``size`` such datasets in one tensor."""
        return DatasetSpec(self.element_spec, (size, *(self.shape.as_tuple() or ())))

    def unbatched(self) -> DatasetSpec:
        """The spec of one of the datasets in such a tensor; ValueError where there is one only."""
        shape = self.shape.as_tuple()
        if not shape:
            raise ValueError("Unbatching a dataset is only supported for rank >= 1")
        return DatasetSpec(self.element_spec, shape[1:])

    def component(self, value: Any) -> Tensor:
        """The tensor of a dataset."""
        tensor: Tensor = value._variant_tensor
        return tensor

    def from_component(self, tensor: Tensor) -> Dataset:
        """The dataset of a tensor."""
        from graphlog.ops.datasets.dataset import Dataset

        dataset = Dataset(tensor, self.element_spec)
        dataset._is_version_2 = True
        return dataset

    @property
    def legacy_type(self) -> Any:
        """What ``output_types`` says; ``output_shapes`` and ``output_classes`` say the same."""
        return self

    legacy_shape = legacy_class = legacy_type


Spec = TensorSpec | DatasetSpec


def spec_of(value: Any) -> Spec:
    """What a leaf is like: a tensor, a dataset, or what can be made a tensor.

    Raises:
        TypeError: it can be neither.
        ValueError: likewise.
    """
    if hasattr(value, "_variant_tensor"):
        return DatasetSpec(value.element_spec)
    spec = _known_spec(value)
    if spec is None:
        # A constant is built for nothing but this, as in TensorFlow.
        spec = _known_spec(convert_to_tensor(value))
        assert spec is not None
    return spec


def _known_spec(value: Any) -> TensorSpec | None:
    """What a tensor, an array, or a list of such is like; None for anything else."""
    if isinstance(value, Tensor):
        return TensorSpec(value.static_shape, value.dtype.base_dtype)
    if isinstance(value, np.ndarray | np.generic):
        return TensorSpec(value.shape, value.dtype)
    if not (isinstance(value, list) and value):
        return None
    specs = [_known_spec(item) for item in value]
    first = specs[0]
    if first is None:
        return None
    shape = first.shape.as_tuple()
    for spec in specs[1:]:
        if spec is None or spec.dtype is not first.dtype:
            return None
        shape = common_shape(shape, spec.shape.as_tuple())
    return TensorSpec(shape, first.dtype).batched(len(specs))


def spec_of_nest(element: Any) -> Any:
    """The nest of what its leaves are like."""
    return nests.map_structure(spec_of, element)


def normalized(element: Any) -> Any:
    """An element whose leaves are tensors and datasets; the constants that it needs are built."""
    leaves = nests.flatten(element)
    with get_default_graph().name_scope("normalize_element"):
        tensors = [
            leaf if hasattr(leaf, "_variant_tensor") else convert_to_tensor(leaf, name=f"component_{index}")
            for index, leaf in enumerate(leaves)
        ]
    return nests.pack(element, tensors)


def components(spec: Any, element: Any) -> list[Tensor]:
    """The tensors of an element that is like ``spec``."""
    pairs = zip(nests.flatten(spec), nests.flatten_up_to(spec, element), strict=True)
    return [leaf_spec.component(leaf) for leaf_spec, leaf in pairs]


def from_components(spec: Any, tensors: Any) -> Any:
    """The element of some tensors."""
    pairs = zip(nests.flatten(spec), tensors, strict=True)
    return nests.pack(spec, [leaf_spec.from_component(tensor) for leaf_spec, tensor in pairs])


def flat_types(spec: Any) -> list[DType]:
    """The dtypes of the tensors of an element."""
    return [leaf.dtype for leaf in nests.flatten(spec)]


def flat_shapes(spec: Any) -> list[TensorShape]:
    """The static shapes of the tensors of an element."""
    return [leaf.shape for leaf in nests.flatten(spec)]


def attributes(spec: Any) -> dict[str, Any]:
    """The attributes that say of an operation what the elements of its dataset are like."""
    return {"output_types": flat_types(spec), "output_shapes": flat_shapes(spec)}


def legacy_types(spec: Any) -> Any:
    """The nest of dtypes that ``output_types`` gives."""
    return nests.map_structure(lambda leaf: leaf.legacy_type, spec)


def legacy_shapes(spec: Any) -> Any:
    """The nest of shapes that ``output_shapes`` gives."""
    return nests.map_structure(lambda leaf: leaf.legacy_shape, spec)


def legacy_classes(spec: Any) -> Any:
    """The nest of classes that ``output_classes`` gives."""
    return nests.map_structure(lambda leaf: leaf.legacy_class, spec)


def from_legacy(output_types: Any, output_shapes: Any) -> Any:
    """The specs that nests of dtypes and of shapes stand for; a DatasetSpec stands for itself."""

    def leaf(dtype: Any, shape: Any) -> Spec:
        return dtype if isinstance(dtype, DatasetSpec) else TensorSpec(shape, dtype)

    return nests.map_structure(leaf, output_types, output_shapes)


def as_shape(value: Any) -> TensorShape:
    """A shape that a caller gave."""
    return TensorShape(static_shape(value))
