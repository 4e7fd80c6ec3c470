"""Sparse tensors on their way through queues: kept in a map, while their numbers go through the queue."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import string, types
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.name_scopes import colocate_with

_Triple = tuple[Any, Any, Any]


class _SparseMap:
    """The sparse tensors of one map, by number."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._kept: dict[int, _Triple] = {}
        self._next = 0

    def add(self, triple: _Triple) -> int:
        with self._lock:
            number = self._next
            self._next += 1
            self._kept[number] = triple
            return number

    def take(self, number: int) -> _Triple:
        with self._lock:
            if number not in self._kept:
                raise ValueError(f"Unable to find SparseTensor: {number} in map: {self._name}")
            return self._kept.pop(number)


def _map_of(op: Operation, state: SessionState) -> _SparseMap:
    name = op.attributes["shared_name"].decode() or op.name
    return state.shared(op.attributes["container"].decode(), name, lambda: _SparseMap(name))


def _check(indices: Any, values: Any, shape: Any) -> None:
    if np.ndim(indices) != 2 or np.ndim(values) != 1 or np.ndim(shape) != 1:
        raise ValueError(
            "Input indices should be a matrix, values and shape should be vectors, but received shapes "
            f"{list(np.shape(indices))}, {list(np.shape(values))} and {list(np.shape(shape))}"
        )
    if len(indices) != len(values):
        raise ValueError(
            f"Number of values must match first dimension of indices. Got {len(values)} values, indices "
            f"shape: {list(np.shape(indices))}"
        )


def _add_kernel(op: Operation, state: SessionState) -> Kernel:
    kept = _map_of(op, state)

    def kernel(indices: Any, values: Any, shape: Any) -> Any:
        _check(indices, values, shape)
        return np.int64(kept.add((np.array(indices), np.array(values), np.array(shape))))

    return kernel


def _add_many_kernel(op: Operation, state: SessionState) -> Kernel:
    kept = _map_of(op, state)

    def kernel(indices: Any, values: Any, shape: Any) -> Any:
        _check(indices, values, shape)
        if len(shape) < 2:
            raise ValueError(f"Rank of input SparseTensor should be > 1, but saw rank: {len(shape)}")
        count = int(shape[0])
        order = np.argsort(indices[:, 0], kind="stable")
        ends = np.searchsorted(indices[order, 0], np.arange(count), "right")
        rows = np.split(order, ends)[:count]
        numbers = np.empty(count, np.int64)
        # As in TensorFlow, rows without elements get the last numbers.
        for row in sorted(range(count), key=lambda number: not len(rows[number])):
            chosen = rows[row]
            numbers[row] = kept.add((indices[chosen, 1:], values[chosen], np.array(shape[1:])))
        return numbers

    return kernel


def _take_many_kernel(op: Operation, state: SessionState) -> Kernel:
    kept, dtype = _map_of(op, state), op.attributes["dtype"].numpy_dtype

    def kernel(handles: Any) -> Any:
        if np.ndim(handles) != 1 or not len(handles):
            raise ValueError("sparse_handles should be a vector with at least one element")
        triples = [kept.take(int(handle)) for handle in handles]
        ranks = {len(shape) for _, _, shape in triples}
        if len(ranks) > 1:
            raise ValueError(f"Inconsistent ranks of the SparseTensors that were taken: {sorted(ranks)}")
        rows = np.repeat(np.arange(len(triples)), [len(values) for _, values, _ in triples])
        indices = np.column_stack([rows, np.concatenate([triple[0] for triple in triples])])
        values = np.concatenate([triple[1] for triple in triples]).astype(dtype, copy=False)
        largest = np.max([shape for _, _, shape in triples], axis=0)
        return indices.astype(np.int64), values, np.array([len(triples), *largest], np.int64)

    return kernel


def _input_shapes(op: Operation) -> None:
    for tensor, rank in zip(op.inputs, (2, 1, 1), strict=True):
        shape_rules.with_rank(tensor.static_shape, rank)


def _add_shape(op: Operation) -> list[StaticShape]:
    _input_shapes(op)
    return [()]


def _add_many_shape(op: Operation) -> list[StaticShape]:
    _input_shapes(op)
    return [(None,)]


_SHARED = {"container": string(""), "shared_name": string("")}
_SPARSE = (samples.int64([[0, 1], [2, 0]]), samples.float32([1.5, -2.0]), samples.int64([3, 4]))
_FLAT = (samples.int64([[1]]), samples.float32([1.5]), samples.int64([3]))

# TensorFlow registers no gradients here. What a handle is depends on what was added before.
AddSparseToTensorsMap = define_op(
    "AddSparseToTensorsMap",
    ["sparse_indices: int64", "sparse_values: T", "sparse_shape: int64"],
    ["sparse_handle: int64"],
    attributes={"T": types(), **_SHARED},
    shape=_add_shape,
    make_stateful_kernel=_add_kernel,
    samples=[Sample(_SPARSE)],
    is_stateful=True,
)
AddManySparseToTensorsMap = define_op(
    "AddManySparseToTensorsMap",
    ["sparse_indices: int64", "sparse_values: T", "sparse_shape: int64"],
    ["sparse_handles: int64"],
    attributes={"T": types(), **_SHARED},
    shape=_add_many_shape,
    make_stateful_kernel=_add_many_kernel,
    samples=[Sample(_SPARSE), Sample(_FLAT, raises="should be > 1, but saw rank: 1")],
    is_stateful=True,
)
TakeManySparseFromTensorsMap = define_op(
    "TakeManySparseFromTensorsMap",
    ["sparse_handles: int64"],
    ["sparse_indices: int64", "sparse_values: dtype", "sparse_shape: int64"],
    attributes={"dtype": types(), **_SHARED},
    shape=lambda op: [(None, None), (None,), (None,)],
    make_stateful_kernel=_take_many_kernel,
    samples=[
        Sample(
            (samples.int64([0]),), {"dtype": dtypes.float32}, raises="Unable to find SparseTensor: 0 in map"
        ),
    ],
    is_stateful=True,
)


def _add(definition: OpDefinition, sparse: SparseTensor, shared_name: str) -> Tensor:
    return definition(sparse.indices, sparse.values, sparse.dense_shape, shared_name=shared_name)


def add_sparse(sparse: SparseTensor, shared_name: str = "") -> Tensor:
    """Puts a SparseTensor into a map: its number there, an int64 scalar.

    Args:
        sparse: the SparseTensor.
        shared_name: the map's name; one of its own if empty.
    """
    return _add(AddSparseToTensorsMap, sparse, shared_name)


def add_many_sparse(sparse: SparseTensor, shared_name: str = "") -> Tensor:
    """Puts each row of a SparseTensor into a map: their numbers there, a vector; see ``add_sparse``."""
    return _add(AddManySparseToTensorsMap, sparse, shared_name)


def take_many_sparse(map_op: Operation, handles: Any, rank: int | None) -> SparseTensor:
    """Takes SparseTensors out of a map, and puts one on top of the other.

    Args:
        map_op: the operation that put one into it.
        handles: their numbers, an int64 vector.
        rank: the rank of the result, where it is known.

    Returns:
        A SparseTensor.
    """
    with colocate_with(map_op):
        operation = TakeManySparseFromTensorsMap.operation(
            handles,
            dtype=map_op.attributes["T"],
            container=map_op.attributes["container"],
            shared_name=map_op.attributes["shared_name"] or map_op.name,
        )
    indices, values, shape = operation.outputs
    indices.set_shape([None, rank])
    shape.set_shape([rank])
    return SparseTensor(indices, values, shape)
