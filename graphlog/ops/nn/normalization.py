"""Local response normalization, and vectors brought to length 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, integer, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.math import arithmetic, elementwise, reductions, roots
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.renamed_arguments import renamed_argument


def _image_shape(op: Operation) -> list[StaticShape]:
    return [shape_rules.with_rank(op.inputs[0].static_shape, 4)]


def _gradient_shape(op: Operation) -> list[StaticShape]:
    grad, image, result = (tensor.static_shape for tensor in op.inputs)
    return [shape_rules.with_rank(shapes.merge(shapes.merge(grad, image), result), 4)]


class _Response:
    """The sum of the squares of neighbouring channels, as the attributes want it."""

    def __init__(self, op: Operation) -> None:
        self.radius = op.attributes["depth_radius"]
        self.bias, self.alpha, self.beta = (
            np.float32(op.attributes[name]) for name in ("bias", "alpha", "beta")
        )

    def neighbours(self, channels: int, dtype: Any) -> Any:
        """A matrix of ones where two channels are neighbours: a product with it sums over neighbours."""
        numbers = np.arange(channels)
        return (np.abs(numbers[:, None] - numbers) <= self.radius).astype(dtype)

    def norm(self, image: Any) -> Any:
        if image.ndim != 4:
            raise ValueError("in must be 4-dimensional")
        sums = np.square(image) @ self.neighbours(image.shape[-1], image.dtype)
        return (self.bias + self.alpha * sums).astype(image.dtype, copy=False)

    def factor(self, norm: Any) -> Any:
        """The power of the norm; a root or a quotient where that does, which is much faster."""
        if self.beta == 0.5:
            return 1 / np.sqrt(norm)
        return 1 / norm if self.beta == 1 else norm ** (-self.beta).astype(norm.dtype)


def _kernel(op: Operation) -> Kernel:
    response = _Response(op)
    return lambda image: image * response.factor(response.norm(image))


def _gradient_kernel(op: Operation) -> Kernel:
    response = _Response(op)

    def kernel(grad: Any, image: Any, result: Any) -> Any:
        norm = response.norm(image)
        if not grad.shape == image.shape == result.shape:
            raise ValueError("input_grads, input_image, and out_image should have the same shape")
        direct = grad * response.factor(norm)
        sums = (grad * result / norm) @ response.neighbours(image.shape[-1], image.dtype)
        scale = (2 * response.alpha * response.beta).astype(image.dtype)
        return direct - scale * image * sums

    return kernel


def _gradient(op: Operation, grad: Tensor) -> Tensor:
    attributes = {name: op.attributes[name] for name in ("depth_radius", "bias", "alpha", "beta")}
    return LRNGrad(grad, op.inputs[0], op.outputs[0], **attributes)


_ATTRIBUTES = {
    "depth_radius": integer(5),
    "bias": Attribute("float", 1.0),
    "alpha": Attribute("float", 1.0),
    "beta": Attribute("float", 0.5),
    "T": types(dtypes.float16, dtypes.bfloat16, dtypes.float32, default=dtypes.float32),
}
_IMAGE = samples.float32(np.sin(np.arange(10) * 1.7)).reshape(1, 1, 2, 5)
_NARROW = {"depth_radius": 1, "bias": 2.0, "alpha": 0.5, "beta": 0.75}

# TensorFlow knows no double precision here, which numerical derivatives need; tests/parity compares the
# gradient with TensorFlow's.
LRN = define_op(
    "LRN",
    ["input: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=_image_shape,
    make_kernel=_kernel,
    gradient=_gradient,
    samples=[
        Sample((_IMAGE,), differentiable=False),
        Sample((_IMAGE,), _NARROW, differentiable=False),
        Sample((_IMAGE[0],), raises="in must be 4-dimensional"),
    ],
)
LRNGrad = define_op(
    "LRNGrad",
    ["input_grads: T", "input_image: T", "output_image: T"],
    ["output: T"],
    attributes=_ATTRIBUTES,
    shape=_gradient_shape,
    make_kernel=_gradient_kernel,
    samples=[
        Sample((_IMAGE[..., ::-1].copy(), _IMAGE, _IMAGE), _NARROW),
        Sample((_IMAGE[..., :2].copy(), _IMAGE, _IMAGE), _NARROW, raises="should have the same shape"),
    ],
)


def local_response_normalization(
    input: Any,
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """Images divided by a power of the sum of squares of neighbouring channels.

    Args:
        input: images ``(batch, height, width, channels)``.
        depth_radius: how many channels on either side are neighbours.
        bias: is added to the sum.
        alpha: the factor of the sum.
        beta: the power.
        name: the operation's name.

    Returns:
        A Tensor: ``input / (bias + alpha * sum of squares) ** beta``.

    Source: TensorFlow's ``LRN``; section 3.3 of "ImageNet Classification with Deep Convolutional Neural
    Networks" (Krizhevsky, Sutskever, Hinton; 2012).
    """
    return LRN(input, depth_radius=depth_radius, bias=bias, alpha=alpha, beta=beta, name=name)


def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None
) -> Tensor:
    """A tensor divided by its Euclidean norm along axes.

    Args:
        x: a tensor of floating-point numbers.
        axis: an axis or several; all if None.
        epsilon: the least square of a norm that is divided by.
        name: the operation's name.
        dim: the older name of ``axis``.

    Returns:
        A Tensor of the same shape and dtype.

    Source: ``tf.nn.l2_normalize``.
    """
    axis = renamed_argument("axis", axis, "dim", dim)
    with name_scope(name, "l2_normalize", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        square_sum = reductions.reduce_sum(elementwise.square(x), axis, keepdims=True)
        inverse = roots.rsqrt(arithmetic.maximum(square_sum, epsilon))
        return arithmetic.multiply(x, inverse, name=scope)
