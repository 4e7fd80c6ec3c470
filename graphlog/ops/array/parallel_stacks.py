"""ParallelConcat: rows put together as they become known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core.attributes import Attribute, integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape, is_fully_defined
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import axes
from graphlog.ops.name_scopes import name_scope


def _shape(op: Operation) -> list[StaticShape]:
    wanted = op.attributes["shape"].as_tuple()
    if not is_fully_defined(wanted):
        raise ValueError("shape attr must be fully defined")
    if not wanted:
        raise ValueError("Shape must be at least rank 1 but is rank 0")
    for tensor in op.inputs:
        shape = tensor.static_shape
        if not is_fully_defined(shape):
            raise ValueError("All input shapes must be fully defined.")
        if shape[:1] != (1,):
            raise ValueError("Size of first dimension must be 1.")
        shape_rules.merged_shape(shape[1:], wanted[1:])
    return [wanted]


def _kernel(op: Operation) -> Kernel:
    return lambda *values: np.concatenate(values)


ParallelConcat = define_op(
    "ParallelConcat",
    ["values: N * T"],
    ["output: T"],
    attributes={"N": integer(minimum=1), "T": types(), "shape": Attribute("shape")},
    shape=_shape,
    make_kernel=_kernel,
    samples=[
        # It needs static shapes, which not all tests give.
        Sample(
            ([samples.float32([[1.0, 2.0]]), samples.float32([[3.0, 4.0]])],),
            {"shape": TensorShape([2, 2])},
            is_runnable=False,
        ),
    ],
)


def parallel_stack(values: Sequence[Any], name: str = "parallel_stack") -> Tensor:
    """Tensors of one known shape put together along a new first axis.

    Args:
        values: the tensors.
        name: the scope of the operations.

    Returns:
        A Tensor with one axis more, which has no gradient.

    Raises:
        ValueError: a shape is not known, or they differ.

    Source: ``tf.parallel_stack``.
    """
    if not values:
        raise ValueError("parallel_stack takes at least one tensor.")
    with name_scope(name):
        first = convert_to_tensor(values[0])
        shape = TensorShape([len(values)]).concatenate(first.shape)
        return ParallelConcat([axes.expand_dims(value, 0) for value in values], shape=shape)
