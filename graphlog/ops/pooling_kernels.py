"""Pooling with NumPy: kernels that slide windows over all axes at once.

The layout of the axes makes no difference to them. They loop over the elements of a window, of which there
are few.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.ops.windows import Paddings, Windows, inside, padded, padded_shape


def rank_of(op: Operation) -> int:
    """How many axes a pooling slides windows over."""
    return 5 if "3D" in op.type else 4


def pooling_windows(op: Operation) -> tuple[Windows, tuple[int, ...]]:
    """How the windows of a pooling slide over all axes, and their sizes.

    Raises:
        ValueError: an attribute has another length than it should, or a stride is not positive.
    """
    size, strides, rank = op.attributes["ksize"], op.attributes["strides"], rank_of(op)
    for name, values in (("ksize", size), ("stride", strides)):
        if len(values) != rank:
            raise ValueError(
                f"{op.type} requires the {name} attribute to contain {rank} values, but got: {len(values)}"
            )
    for stride in strides:
        if stride <= 0:
            raise ValueError(f"Stride must be > 0, but got {stride}")
    windows = Windows(tuple(strides), (1,) * rank, op.attributes["padding"].decode())
    return windows, tuple(size)


class Pooling:
    """A pooling that is about to run on arrays.

    Args:
        op: the operation.

    Raises:
        ValueError: it pools over the batch, or its windows have no elements.
    """

    def __init__(self, op: Operation) -> None:
        self.windows, self.size = pooling_windows(op)
        if self.size[0] != 1 or self.windows.strides[0] != 1:
            raise ValueError("Pooling is not yet supported on the batch dimension.")
        if min(self.size) < 1:
            raise ValueError(f"Sliding window ksize must be positive, not {list(self.size)}.")

    def check(self, shape: Any) -> None:
        """Raises ValueError where an array of this shape has another rank than the windows."""
        if len(shape) != len(self.size):
            raise ValueError(
                f"tensor_in must be {len(self.size)}-dimensional, but has shape {shapes.bracketed(shape)}"
            )

    def counts(self, shape: Any) -> tuple[int, ...]:
        """The shape of the result for an array of this shape."""
        self.check(shape)
        return self.windows.output_sizes(shape, self.size)

    def paddings(self, shape: Any) -> Paddings:
        """How many elements are put around an array of this shape."""
        return self.windows.paddings(shape, self.size)

    def taps(self, counts: Any) -> Any:
        """For each element of a window, where all windows have theirs (see ``Windows.taps``)."""
        return [slices for _, slices in self.windows.taps(self.size, counts)]

    def check_gradient(self, shape: Any, grad_shape: Any) -> tuple[int, ...]:
        """The shape of the result; ValueError where a gradient has another."""
        counts = self.counts(shape)
        if tuple(grad_shape) != counts:
            raise ValueError(
                f"Expected grad shape to be {shapes.bracketed(counts)}, but got "
                f"{shapes.bracketed(tuple(grad_shape))}"
            )
        return counts


def lowest(dtype: Any) -> Any:
    """The least value of a dtype, which no maximum takes."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def max_kernel(op: Operation) -> Kernel:
    """The kernel of max pooling."""
    pooling = Pooling(op)

    def kernel(value: Any) -> Any:
        counts = pooling.counts(value.shape)
        around = padded(value, pooling.paddings(value.shape), lowest(value.dtype))
        first, *rest = pooling.taps(counts)
        result = around[first].copy()
        for slices in rest:
            np.maximum(result, around[slices], out=result)
        return result

    return kernel


def max_gradient_kernel(op: Operation) -> Kernel:
    """The gradient goes to the first element of a window that is its maximum; in 3-D to all of them."""
    pooling = Pooling(op)
    to_all = rank_of(op) == 5

    def kernel(value: Any, result: Any, grad: Any) -> Any:
        counts = pooling.check_gradient(value.shape, grad.shape)
        pooling.check_gradient(value.shape, result.shape)
        paddings = pooling.paddings(value.shape)
        around = padded(value, paddings, lowest(value.dtype))
        spread = np.zeros(around.shape, grad.dtype)
        searched = np.ones(counts, np.bool_)
        for slices in pooling.taps(counts):
            found = around[slices] == result
            if not to_all:
                found &= searched
                searched ^= found
            spread[slices] += grad * found
        return np.ascontiguousarray(spread[inside(value.shape, paddings)])

    return kernel


def max_second_gradient_kernel(op: Operation) -> Kernel:
    """From each window, the element of ``grad`` that stands where the maximum is."""
    pooling = Pooling(op)

    def kernel(value: Any, result: Any, grad: Any) -> Any:
        counts = pooling.check_gradient(value.shape, result.shape)
        if grad.shape != value.shape:
            raise ValueError(
                f"Expected grad shape to be {shapes.bracketed(value.shape)}, but got "
                f"{shapes.bracketed(grad.shape)}"
            )
        paddings = pooling.paddings(value.shape)
        around, grad_around = padded(value, paddings, lowest(value.dtype)), padded(grad, paddings)
        chosen = np.zeros(counts, grad.dtype)
        searched = np.ones(counts, np.bool_)
        for slices in pooling.taps(counts):
            found = (around[slices] == result) & searched
            searched ^= found
            chosen += grad_around[slices] * found
        return chosen

    return kernel


def _averages(pooling: Pooling, shape: Any, counts: Any, dtype: Any) -> Any:
    """What each window's sum is divided by: the number of its elements that are no padding."""
    result = np.ones((1,) * len(shape), dtype)
    for axis, (before, _) in enumerate(pooling.paddings(shape)):
        starts = np.arange(counts[axis]) * pooling.windows.strides[axis] - before
        ends = np.minimum(starts + pooling.size[axis], shape[axis])
        numbers = (ends - np.maximum(starts, 0)).astype(dtype)
        result = result * numbers.reshape([-1 if other == axis else 1 for other in range(len(shape))])
    return result


def average_kernel(op: Operation) -> Kernel:
    """The kernel of average pooling."""
    pooling = Pooling(op)

    def kernel(value: Any) -> Any:
        counts = pooling.counts(value.shape)
        around = padded(value, pooling.paddings(value.shape))
        first, *rest = pooling.taps(counts)
        total = around[first].copy()
        for slices in rest:
            total += around[slices]
        total /= _averages(pooling, value.shape, counts, value.dtype)
        return total

    return kernel


def average_gradient_kernel(op: Operation) -> Kernel:
    """The gradient of each mean is shared among the elements of its window."""
    pooling = Pooling(op)

    def kernel(sizes: Any, grad: Any) -> Any:
        if sizes.shape != (len(pooling.size),):
            raise ValueError(f"orig_input_shape must be 1-dimensional and {len(pooling.size)} elements")
        shape = tuple(sizes.tolist())
        counts = pooling.check_gradient(shape, grad.shape)
        paddings = pooling.paddings(shape)
        spread = np.zeros(padded_shape(shape, paddings), grad.dtype)
        shared = grad / _averages(pooling, shape, counts, grad.dtype)
        for slices in pooling.taps(counts):
            spread[slices] += shared
        return np.ascontiguousarray(spread[inside(shape, paddings)])

    return kernel
