"""``tf.nn.swish``, which brings its own gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphlog.autodiff.custom_gradients import custom_gradient
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.name_scopes import control_dependencies
from graphlog.ops.nn import activations


def swish(features: Any) -> Tensor:
    """``x * sigmoid(x)``, with a gradient that keeps nothing but ``x`` from the way forward.

    Args:
        features: a tensor of floating-point numbers.

    Returns:
        A Tensor of the same shape and dtype.

    Source: ``tf.nn.swish``; "Searching for Activation Functions" (Ramachandran, Zoph, Le; 2017).
    """
    result: Tensor = _swish(features)
    return result


@custom_gradient
def _swish(features: Any) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    features = convert_to_tensor(features, name="features")

    def gradient(grad: Tensor) -> Tensor:
        with control_dependencies([grad]):
            sigmoid = activations.sigmoid(features)
        slope = sigmoid * (1.0 + features * (1.0 - sigmoid))
        result: Tensor = grad * slope
        return result

    return features * activations.sigmoid(features), gradient
