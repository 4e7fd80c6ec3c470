"""SparseConcat, SparseSplit and SparseSlice: sparse tensors put together and taken apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.sparse_tensor import SparseTensor, as_sparse_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, joining
from graphlog.ops.dtype_groups import NUMBERS
from graphlog.ops.math import reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.shape_rules import merged_shape, merged_size, with_rank
from graphlog.ops.sparse import index_rules
from graphlog.ops.sparse.known_values import known_value


def _joined_shape(op: Operation) -> list[StaticShape]:
    count = op.attributes["N"]
    rows: int | None = 0
    rank: int | None = None
    sizes: StaticShape = None
    for indices, values, shape in zip(
        op.inputs[:count], op.inputs[count : 2 * count], op.inputs[2 * count :], strict=True
    ):
        matrix = with_rank(indices.static_shape, 2)
        more = merged_size(matrix[0], with_rank(values.static_shape, 1)[0])
        rows = None if rows is None or more is None else rows + more
        rank = merged_size(rank, matrix[1])
        sizes = merged_shape(sizes, with_rank(shape.static_shape, 1))
    return [(rows, rank), (rows,), sizes]


def _join_kernel(op: Operation) -> Kernel:
    count, axis = op.attributes["N"], op.attributes["concat_dim"]

    def kernel(*inputs: Any) -> tuple[Any, Any, Any]:
        indices, values, sizes = (inputs[start * count : (start + 1) * count] for start in range(3))
        for parts in zip(indices, values, sizes, strict=True):
            index_rules.check_parts(*parts)
        rank = len(sizes[0])
        if not -rank <= axis < rank:
            raise ValueError(f"Concat dimension must be in range [{-rank}, {rank}), got {axis}")
        position = axis % rank
        for number, own in enumerate(sizes[1:], 1):
            if len(own) != rank:
                raise ValueError(
                    f"Ranks of all input tensors must match: expected {rank} but got {len(own)} at position "
                    f"{number}"
                )
            for along, (expected, found) in enumerate(zip(sizes[0].tolist(), own.tolist(), strict=True)):
                if along != position and expected != found:
                    raise ValueError(
                        f"Input shapes must match: expected {expected} for dimension {along} but got {found} "
                        f"at position {number}"
                    )
        lengths = np.array([own[position] for own in sizes])
        total = sizes[0].copy()
        total[position] = lengths.sum()
        rows = np.concatenate(indices)
        rows[:, position] += np.repeat(np.cumsum(lengths) - lengths, [len(part) for part in indices])
        order = np.lexsort(rows.T[::-1])
        return rows[order], np.concatenate(values)[order], total

    return kernel


_INDICES = samples.int64([[0, 2], [1, 0], [1, 2]])
_VALUES = samples.float32([1.5, -2.0, 3.0])
_SIZES = samples.int64([2, 3])
_TEXTS = samples.text(["a", "b", "c"])
SparseConcat = define_op(
    "SparseConcat",
    ["indices: N * int64", "values: N * T", "shapes: N * int64"],
    ["output_indices: int64", "output_values: T", "output_shape: int64"],
    attributes={"concat_dim": integer(), "N": integer(minimum=2), "T": types()},
    shape=_joined_shape,
    make_kernel=_join_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        # TensorFlow lets no derivative through, though there is one.
        Sample(
            ([_INDICES, _INDICES], [_VALUES, _VALUES], [_SIZES, _SIZES]),
            {"concat_dim": 1},
            differentiable=False,
        ),
        Sample(([_INDICES, _INDICES], [_TEXTS, _TEXTS], [_SIZES, samples.int64([4, 3])]), {"concat_dim": -2}),
        Sample(
            ([_INDICES, _INDICES], [_VALUES, _VALUES], [_SIZES, _SIZES]),
            {"concat_dim": 2},
            raises="Concat dimension must be in range [-2, 2), got 2",
        ),
        Sample(
            ([_INDICES, _INDICES], [_VALUES, _VALUES], [_SIZES, samples.int64([4, 3])]),
            {"concat_dim": 1},
            raises="expected 2 for dimension 0 but got 4 at position 1",
        ),
    ],
)


def sparse_concat(
    axis: Any = None,
    sp_inputs: Any = None,
    name: str | None = None,
    expand_nonconcat_dim: bool = False,
    concat_dim: Any = None,
    expand_nonconcat_dims: bool | None = None,
) -> SparseTensor:
    """Sparse tensors one after the other along an axis.

    Args:
        axis: the axis.
        sp_inputs: a list of SparseTensors or SparseTensorValues.
        name: the operation's name.
        expand_nonconcat_dim: whether the other axes may have several sizes, of which the greatest counts.
        concat_dim: the older name of ``axis``.
        expand_nonconcat_dims: another name of ``expand_nonconcat_dim``.

    Returns:
        A SparseTensor; the only input where there is one.

    Raises:
        TypeError: an input is not sparse.

    Source: TensorFlow's ``SparseConcat``.
    """
    axis = renamed_argument("axis", axis, "concat_dim", concat_dim)
    if expand_nonconcat_dims is not None:
        expand_nonconcat_dim = expand_nonconcat_dims
    if not isinstance(sp_inputs, list | tuple):
        raise TypeError("Inputs must be a list or tuple.")
    inputs = [as_sparse_tensor(item) for item in sp_inputs]
    if len(inputs) == 1:
        return inputs[0]
    sizes = [item.dense_shape for item in inputs]
    if expand_nonconcat_dim:
        sizes = _expanded(sizes, axis)
    indices, values, total = SparseConcat.operation(
        [item.indices for item in inputs], [item.values for item in inputs], sizes, concat_dim=axis, name=name
    ).outputs
    known = [known_value(item) for item in sizes]
    if all(item is not None for item in known):
        complete = known[0].copy()
        complete[axis] = sum(item[axis] for item in known)
        total = convert_to_tensor(complete)
    return SparseTensor(indices, values, total)


def _expanded(sizes: list[Tensor], axis: int) -> list[Tensor]:
    """The shapes with the greatest size along all axes but one."""
    rows = joining.concat([arrays.reshape(item, [1, -1]) for item in sizes], 0)
    greatest = reductions.reduce_max(rows, 0)
    found = []
    for item in sizes:
        before = greatest[:axis]
        own = item[-1:] if axis == -1 else item[axis : axis + 1]
        found.append(joining.concat([before, own, [] if axis == -1 else greatest[axis + 1 :]], 0))
    return found


def _split_shape(op: Operation) -> list[StaticShape]:
    count = op.attributes["num_split"]
    sizes = op.inputs[3].static_shape
    return [*[(None, shapes.element_count(sizes))] * count, *[(None,)] * count, *[sizes] * count]


def _split_kernel(op: Operation) -> Kernel:
    count = op.attributes["num_split"]

    def kernel(axis: Any, indices: Any, values: Any, sizes: Any) -> tuple[Any, ...]:
        if np.ndim(axis):
            raise ValueError(f"Input split_dim should be a scalar but received shape {bracketed(axis.shape)}")
        index_rules.check_parts(indices, values, sizes)
        position, rank = int(axis), len(sizes)
        if position < 0:
            raise ValueError(f"num_dim must be in the interval [0, {rank})")
        if position >= rank:
            raise ValueError(f"Input split_dim should be between 0 and rank ({rank}), got {position}")
        length = int(sizes[position])
        if not 1 <= count <= length:
            raise ValueError(
                "Input num_split should be between 1 and the splitting dimension size "
                f"({length}), got {count}"
            )
        # The first parts are longer by one where the length cannot be divided evenly.
        lengths = length // count + (np.arange(count) < length % count)
        starts = np.cumsum(lengths) - lengths
        found = []
        for start, own in zip(starts, lengths, strict=True):
            is_here = (indices[:, position] >= start) & (indices[:, position] < start + own)
            rows, shape = indices[is_here], sizes.copy()
            rows[:, position] -= start
            shape[position] = own
            found.append((rows, values[is_here], shape))
        return tuple([part for column in zip(*found, strict=True) for part in column])

    return kernel


# TensorFlow registers no gradient for it.
SparseSplit = define_op(
    "SparseSplit",
    ["split_dim: int64", "indices: int64", "values: T", "shape: int64"],
    ["output_indices: num_split * int64", "output_values: num_split * T", "output_shape: num_split * int64"],
    attributes={"num_split": integer(minimum=1), "T": types()},
    shape=_split_shape,
    make_kernel=_split_kernel,
    samples=[
        Sample((samples.int64(1), _INDICES, _VALUES, _SIZES), {"num_split": 2}),
        Sample((samples.int64(0), _INDICES, _TEXTS, _SIZES), {"num_split": 1}),
        Sample((samples.int64(1), _INDICES, _VALUES, _SIZES), {"num_split": 4}, raises="size (3), got 4"),
        Sample((samples.int64(2), _INDICES, _VALUES, _SIZES), {"num_split": 1}, raises="rank (2), got 2"),
    ],
)


class KeywordRequired:
    """Stands where an argument without a keyword would stand, if there were one."""

    def __repr__(self) -> str:
        return "KeywordRequired()"


_KEYWORD_REQUIRED = KeywordRequired()


def sparse_split(
    keyword_required: Any = _KEYWORD_REQUIRED,
    sp_input: Any = None,
    num_split: int | None = None,
    axis: Any = None,
    name: str | None = None,
    split_dim: Any = None,
) -> list[SparseTensor]:
    """A sparse tensor in parts of (nearly) equal length along an axis.

    Args:
        keyword_required: nothing: the other arguments are given by name.
        sp_input: a SparseTensor or SparseTensorValue.
        num_split: how many parts there are.
        axis: the axis.
        name: the operation's name.
        split_dim: the older name of ``axis``.

    Returns:
        A list of SparseTensors.

    Raises:
        ValueError: an argument is missing, or was given without its name.
        TypeError: ``sp_input`` is not sparse.

    Source: TensorFlow's ``SparseSplit``.
    """
    if not isinstance(keyword_required, KeywordRequired):
        raise ValueError("Keyword arguments are required for this function.")
    axis = renamed_argument("axis", axis, "split_dim", split_dim)
    for label, value in (("sp_input", sp_input), ("num_split", num_split), ("axis", axis)):
        if value is None:
            raise ValueError(f"{label} is required")
    sparse = as_sparse_tensor(sp_input)
    outputs = SparseSplit.operation(
        axis, sparse.indices, sparse.values, sparse.dense_shape, num_split=num_split, name=name
    ).outputs
    count = len(outputs) // 3
    return [SparseTensor(*outputs[part::count]) for part in range(count)]


def _sliced_shape(op: Operation) -> list[StaticShape]:
    sizes = op.inputs[2].static_shape
    return [(None, shapes.element_count(sizes)), (None,), sizes]


def _sliced(indices: Any, values: Any, sizes: Any, start: Any, size: Any) -> tuple[Any, Any, Any]:
    index_rules.check_parts(indices, values, sizes)
    for label, given in (("start", start), ("size", size)):
        if given.ndim != 1:
            raise ValueError(f"Input {label} should be a vector but received shape {bracketed(given.shape)}")
        if len(given) != len(sizes):
            raise ValueError(
                f"Expected {label} to be a vector of length {len(sizes)} but got length {len(given)}"
            )
    # TensorFlow 1.15 aborts where a slice begins behind the end; it is empty here.
    shape = np.clip(np.minimum(start + size, sizes) - start, 0, None)
    is_inside = ((indices >= start) & (indices < start + shape)).all(axis=1)
    return indices[is_inside] - start, values[is_inside], shape


def _sliced_gradient(op: Operation, *grads: Tensor | None) -> Any:
    indices, values, _, start, _ = op.inputs
    grad = SparseSliceGrad(grads[1], indices, start, op.outputs[0])
    grad.set_shape(values.static_shape)
    return None, grad, None, None, None


def _slice_grad(grad: Any, indices: Any, start: Any, sliced: Any) -> Any:
    if len(grad) != len(sliced):
        raise ValueError(
            "# elements in backprop_val_grad and # rows in output_indices should match (#nnz of sum): got "
            f"{len(grad)} and {len(sliced)}"
        )
    moved = sliced + start
    every = np.concatenate([indices, moved])
    sizes = every.max(axis=0) + 1 if len(every) else np.ones(every.shape[1], np.int64)
    return index_rules.values_at(grad, moved, indices, sizes)


# TensorFlow registers no gradient for it.
SparseSliceGrad = define_op(
    "SparseSliceGrad",
    ["backprop_val_grad: T", "input_indices: int64", "input_start: int64", "output_indices: int64"],
    ["val_grad: T"],
    attributes={"T": types(*NUMBERS)},
    shape=lambda op: [(with_rank(op.inputs[1].static_shape, 2)[0],)],
    kernel=_slice_grad,
    samples=[
        Sample((_VALUES[:2], _INDICES, samples.int64([1, 0]), samples.int64([[0, 0], [0, 2]]))),
        Sample(
            (_VALUES, _INDICES, samples.int64([1, 0]), samples.int64([[0, 0], [0, 2]])),
            raises="got 3 and 2",
        ),
    ],
)
SparseSlice = define_op(
    "SparseSlice",
    ["indices: int64", "values: T", "shape: int64", "start: int64", "size: int64"],
    ["output_indices: int64", "output_values: T", "output_shape: int64"],
    attributes={"T": types()},
    shape=_sliced_shape,
    kernel=_sliced,
    gradient=_sliced_gradient,
    samples=[
        # SparseSliceGrad has no gradient of its own.
        Sample(
            (_INDICES, _VALUES, _SIZES, samples.int64([0, 1]), samples.int64([2, 5])), differentiable=False
        ),
        Sample((_INDICES, _TEXTS, _SIZES, samples.int64([1, 0]), samples.int64([1, 1]))),
        Sample(
            (_INDICES, _VALUES, _SIZES, samples.int64([0]), samples.int64([2, 5])),
            raises="Expected start to be a vector of length 2 but got length 1",
        ),
    ],
)


def sparse_slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """A part of a sparse tensor.

    Args:
        sp_input: a SparseTensor or SparseTensorValue.
        start: where it begins along each axis.
        size: how long it is along each axis, as far as there is so much.
        name: the operation's name.

    Returns:
        A SparseTensor.

    Raises:
        TypeError: ``sp_input`` is not sparse.

    Source: TensorFlow's ``SparseSlice``.
    """
    sparse = as_sparse_tensor(sp_input)
    first = convert_to_tensor(start, dtypes.int64)
    length = convert_to_tensor(size, dtypes.int64)
    with name_scope(name, "SparseSlice", [sparse]) as scope:
        outputs = SparseSlice.operation(
            sparse.indices, sparse.values, sparse.dense_shape, first, length, name=scope
        ).outputs
        return SparseTensor(*outputs)
