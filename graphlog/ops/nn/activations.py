"""The activation functions of neural networks, and the operations their gradients need."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import filling, joining, shape_queries
from graphlog.ops.dtype_groups import FLOATS_AND_COMPLEX, FLOATS_HALF_FIRST, REALS
from graphlog.ops.math import casts, comparisons, elementwise
from graphlog.ops.math.broadcasting import shapes_known_and_equal
from graphlog.ops.math.elementwise import conj, exp
from graphlog.ops.math.elementwise_definitions import (
    COMPLEX,
    INTEGERS,
    SIGNED,
    define_gradient_from_output,
    define_unary,
)
from graphlog.ops.name_scopes import control_dependencies, name_scope

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


def _define(
    type: str,
    kernel: Kernel,
    gradient: GradientRule,
    allowed: tuple[DType, ...] = FLOATS_HALF_FIRST,
    samples: Sequence[Sample] = SIGNED,
    specialize: Callable[[Operation], Kernel | None] | None = None,
    may_overwrite_inputs: bool = False,
) -> OpDefinition:
    """Defines an activation function."""
    return define_op(
        type,
        ["features: T"],
        ["activations: T"],
        attributes={"T": types(*allowed)},
        shape=shape_rules.unchanged,
        kernel=kernel,
        specialize=specialize,
        may_overwrite_inputs=may_overwrite_inputs,
        gradient=gradient,
        samples=samples,
    )


def _define_gradient(
    type: str,
    kernel: Kernel,
    gradient: GradientRule | None,
    allowed: tuple[DType, ...] = FLOATS_HALF_FIRST,
    second: str = "features",
    differentiable: bool = True,
    specialize: Callable[[Operation], Kernel] | None = None,
) -> OpDefinition:
    """Defines the gradient of an activation function, from the output's gradient and another tensor.

    Where both are known to have one shape, ``specialize`` makes the kernel; without it, it is ``kernel``.
    """
    return define_op(
        type,
        ["gradients: T", f"{second}: T"],
        ["backprops: T"],
        attributes={"T": types(*allowed)},
        shape=shape_rules.merged,
        kernel=_of_one_shape(kernel),
        specialize=lambda op: (
            (specialize(op) if specialize else kernel) if shapes_known_and_equal(*op.inputs) else None
        ),
        may_overwrite_inputs=True,
        gradient=gradient,
        samples=_gradient_samples(differentiable),
    )


def _gradient_samples(differentiable: bool = True) -> list[Sample]:
    gradients = samples.float32([[1.0, 2.0], [-3.0, 0.5]])
    return [
        Sample((gradients, samples.float32([[-0.75, 0.25], [2.0, -0.5]])), differentiable=differentiable),
        Sample((samples.float64([0.5, 3.0]), samples.float64([0.1, -0.3])), differentiable=differentiable),
        Sample((gradients, gradients[:1]), raises="must have the same size and shape"),
    ]


def _of_one_shape(kernel: Kernel) -> Kernel:
    """A kernel that refuses inputs of different shapes."""

    def checked(first: Any, second: Any) -> Any:
        if first.shape != second.shape:
            raise ValueError(
                "Inputs to the operation must have the same size and shape.  Input 0: "
                f"{shapes.bracketed(first.shape)} != input 1: {shapes.bracketed(second.shape)}"
            )
        return kernel(first, second)

    return checked


def _sigmoid_gradient(op: Operation, grad: Tensor) -> Tensor:
    with control_dependencies([grad]):
        return SigmoidGrad(conj(op.outputs[0]), grad)


def _sigmoid_grad_gradient(op: Operation, grad: Tensor) -> Any:
    with control_dependencies([grad]):
        y, dy = map(conj, op.inputs)
        product = grad * dy
        return product - 2.0 * product * y, SigmoidGrad(y, grad)


def _softplus_grad_gradient(op: Operation, grad: Tensor) -> Any:
    dy, x = op.inputs
    with control_dependencies([grad]):
        by_gradients = SoftplusGrad(grad, x)
        return by_gradients, grad * dy / (exp(-x) + 2.0 + exp(x))


def _zeros_like_shape(x: Tensor) -> Tensor:
    return filling.zeros(shape_queries.shape(x), dtype=x.dtype)


def _elu_grad_gradient(op: Operation, grad: Tensor) -> Any:
    dy, y = op.inputs
    by_gradients = EluGrad(grad, y)
    return by_gradients, comparisons.where(y < 0, grad * dy, filling.zeros_like(y))


def _selu_grad_gradient(op: Operation, grad: Tensor) -> Any:
    dy, y = op.inputs
    by_gradients = SeluGrad(grad, y)
    return by_gradients, comparisons.where(y < 0.0, grad * dy, filling.zeros_like(y))


def _relu_grad_gradient(op: Operation, grad: Tensor) -> Any:
    x = op.inputs[1]
    return ReluGrad(grad, x), _zeros_like_shape(x)


def _relu6_grad_gradient(op: Operation, grad: Tensor) -> Any:
    x = op.inputs[1]
    return Relu6Grad(grad, x), _zeros_like_shape(x)


def _leaky_relu_grad_gradient(op: Operation, grad: Tensor) -> Any:
    x = op.inputs[1]
    return LeakyReluGrad(grad, x, alpha=op.attributes["alpha"]), _zeros_like_shape(x)


def _sigmoid(x: Any) -> Any:
    if x.dtype.kind == "c":
        return np.reciprocal(1 + np.exp(-x))
    # The exponential of what is negative does not overflow.
    decay = np.exp(-np.abs(x))
    return np.where(x < 0, decay, x.dtype.type(1)) / (1 + decay)


def _softplus(x: Any) -> Any:
    return np.maximum(x, x.dtype.type(0)) + np.log1p(np.exp(-np.abs(x)))


def _softsign_grad(gradients: Any, features: Any) -> Any:
    return gradients / np.square(1 + np.abs(features))


def _elu(x: Any) -> Any:
    return np.where(x < 0, np.expm1(np.minimum(x, 0)), x)


def _elu_grad(gradients: Any, outputs: Any) -> Any:
    return np.where(outputs < 0, gradients * (outputs + 1), gradients)


def _selu(x: Any) -> Any:
    scale, slope = x.dtype.type(_SELU_SCALE), x.dtype.type(_SELU_SCALE * _SELU_ALPHA)
    return np.where(x < 0, slope * np.expm1(np.minimum(x, 0)), scale * x)


def _selu_grad(gradients: Any, outputs: Any) -> Any:
    scale, slope = outputs.dtype.type(_SELU_SCALE), outputs.dtype.type(_SELU_SCALE * _SELU_ALPHA)
    return np.where(outputs < 0, gradients * (outputs + slope), gradients * scale)


def _relu(x: Any, out: Any = None) -> Any:
    return np.maximum(x, x.dtype.type(0), out=out)


def _relu_of_dtype(op: Operation) -> Kernel | None:
    zero, maximum = np.zeros((), op.attributes["T"].numpy_dtype), np.maximum
    return lambda x, out=None: maximum(x, zero, out=out)


def _relu_grad(gradients: Any, features: Any, out: Any = None) -> Any:
    # A product, as in TensorFlow: where nothing passes, infinity gives NaN.
    return np.multiply(gradients, np.greater(features, features.dtype.type(0)), out)


def _relu_grad_of_dtype(op: Operation) -> Kernel:
    zero, greater, multiply = np.zeros((), op.attributes["T"].numpy_dtype), np.greater, np.multiply
    return lambda gradients, features, out=None: multiply(gradients, greater(features, zero), out)


def _relu6(x: Any) -> Any:
    # NaN gives 0, as in TensorFlow.
    return np.fmin(np.fmax(x, x.dtype.type(0)), x.dtype.type(6))


def _relu6_grad(gradients: Any, features: Any) -> Any:
    return gradients * ((features > 0) & (features < 6))


def _leaky_relu(op: Operation) -> Kernel:
    alpha = np.float32(op.attributes["alpha"])  # As a graph stores it.
    return lambda x: np.where(x > 0, x, x * x.dtype.type(alpha))


def _leaky_relu_grad(op: Operation) -> Kernel:
    alpha = np.float32(op.attributes["alpha"])  # As a graph stores it.
    return _of_one_shape(
        lambda gradients, features: np.where(features > 0, gradients, gradients * gradients.dtype.type(alpha))
    )


Sigmoid = define_unary("Sigmoid", _sigmoid, FLOATS_AND_COMPLEX, _sigmoid_gradient, SIGNED + COMPLEX)
SigmoidGrad = define_gradient_from_output(
    "SigmoidGrad", lambda y, dy: dy * y * (1 - y), _sigmoid_grad_gradient
)
Softplus = _define("Softplus", _softplus, lambda op, grad: grad * sigmoid(op.inputs[0]))
SoftplusGrad = _define_gradient(
    "SoftplusGrad", lambda gradients, features: gradients * _sigmoid(features), _softplus_grad_gradient
)
# TensorFlow defines no second derivative; tests/ops/test_first_derivatives.py checks the first.
Softsign = _define(
    "Softsign",
    lambda x: x / (1 + np.abs(x)),
    lambda op, grad: SoftsignGrad(grad, op.inputs[0]),
    samples=[dataclasses.replace(item, differentiable=False) for item in SIGNED],
)
SoftsignGrad: OpDefinition = _define_gradient("SoftsignGrad", _softsign_grad, None)
Elu = _define("Elu", _elu, lambda op, grad: EluGrad(grad, op.outputs[0]))
EluGrad: OpDefinition = _define_gradient("EluGrad", _elu_grad, _elu_grad_gradient, second="outputs")
Selu = _define("Selu", _selu, lambda op, grad: SeluGrad(grad, op.outputs[0]))
SeluGrad: OpDefinition = _define_gradient("SeluGrad", _selu_grad, _selu_grad_gradient, second="outputs")
Relu = _define(
    "Relu",
    _relu,
    lambda op, grad: ReluGrad(grad, op.outputs[0]),
    (*REALS, dtypes.qint8),
    SIGNED + INTEGERS,
    specialize=_relu_of_dtype,
    may_overwrite_inputs=True,
)
ReluGrad: OpDefinition = _define_gradient(
    "ReluGrad", _relu_grad, _relu_grad_gradient, REALS, specialize=_relu_grad_of_dtype
)
Relu6 = _define(
    "Relu6",
    _relu6,
    lambda op, grad: Relu6Grad(grad, op.outputs[0]),
    REALS,
    (*SIGNED, *INTEGERS, Sample((samples.float32([5.5, 7.0]),))),
)
Relu6Grad: OpDefinition = _define_gradient("Relu6Grad", _relu6_grad, _relu6_grad_gradient, REALS)
_LEAKY = {
    "alpha": Attribute("float", 0.20000000298023224),
    "T": types(*FLOATS_HALF_FIRST, default=dtypes.float32),
}
LeakyRelu = define_op(
    "LeakyRelu",
    ["features: T"],
    ["activations: T"],
    attributes=_LEAKY,
    shape=shape_rules.unchanged,
    make_kernel=_leaky_relu,
    gradient=lambda op, grad: LeakyReluGrad(grad, op.inputs[0], alpha=op.attributes["alpha"]),
    samples=[*SIGNED, Sample((samples.float32([-1.5, 2.0]),), {"alpha": 0.5})],
)
LeakyReluGrad: OpDefinition = define_op(
    "LeakyReluGrad",
    ["gradients: T", "features: T"],
    ["backprops: T"],
    attributes=_LEAKY,
    shape=shape_rules.merged,
    make_kernel=_leaky_relu_grad,
    gradient=_leaky_relu_grad_gradient,
    samples=_gradient_samples(),
)


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """``1 / (1 + exp(-x))`` (TensorFlow's ``Sigmoid``).

    Args:
        x: a tensor of floats or complex numbers.
        name: the operation's name.

    Returns:
        A Tensor of the same shape and dtype. The same holds for the other functions here.
    """
    return Sigmoid(x, name=name)


def log_sigmoid(x: Any, name: str | None = None) -> Tensor:
    """``log(sigmoid(x))``, exact where that is large (``tf.math.log_sigmoid``)."""
    with name_scope(name, "LogSigmoid", [x]) as scope:
        return elementwise.negative(softplus(-convert_to_tensor(x, name="x")), name=scope)


def softplus(features: Any, name: str | None = None) -> Tensor:
    """``log(exp(x) + 1)``, a smooth ``relu`` (TensorFlow's ``Softplus``)."""
    return Softplus(features, name=name)


def softsign(features: Any, name: str | None = None) -> Tensor:
    """``x / (1 + abs(x))`` (TensorFlow's ``Softsign``)."""
    return Softsign(features, name=name)


def elu(features: Any, name: str | None = None) -> Tensor:
    """``exp(x) - 1`` below 0, and ``x`` above (TensorFlow's ``Elu``)."""
    return Elu(features, name=name)


def selu(features: Any, name: str | None = None) -> Tensor:
    """``elu``, scaled so that networks keep mean 0 and variance 1 (TensorFlow's ``Selu``)."""
    return Selu(features, name=name)


def relu(features: Any, name: str | None = None) -> Tensor:
    """``max(x, 0)`` (TensorFlow's ``Relu``)."""
    return Relu(features, name=name)


def relu6(features: Any, name: str | None = None) -> Tensor:
    """``min(max(x, 0), 6)`` (TensorFlow's ``Relu6``)."""
    return Relu6(features, name=name)


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """``x`` above 0, and ``alpha * x`` below; integers become float32 (TensorFlow's ``LeakyRelu``)."""
    with name_scope(name, "LeakyRelu", [features, alpha]) as scope:
        tensor = convert_to_tensor(features, name="features")
        if tensor.dtype.is_integer:
            tensor = casts.cast(tensor, dtypes.float32)
        if isinstance(alpha, np.ndarray):
            alpha = alpha.item()
        return LeakyRelu(tensor, alpha=alpha, name=scope)


def crelu(features: Any, name: str | None = None, axis: int = -1) -> Tensor:
    """``relu`` of ``x`` and of ``-x``, joined along an axis (``tf.nn.crelu``)."""
    with name_scope(name, "CRelu", [features]) as scope:
        tensor = convert_to_tensor(features, name="features")
        return relu(joining.concat([tensor, -tensor], axis, name=scope))
