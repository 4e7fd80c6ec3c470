"""The gradients of TensorArrays: what is read from an array is written to the array of its gradients."""

from __future__ import annotations

from typing import Any

from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import tensor_arrays


def _gradient_array(op: Operation, flow: Tensor, dtype: str, grad: Tensor) -> tensor_arrays.TensorArray:
    """The array of gradients that belongs to the call of ``gradients`` in which ``grad`` was made."""
    array = tensor_arrays.TensorArray(
        op.attributes[dtype], handle=op.inputs[0], flow=flow, colocate_with_first_write_call=False
    )
    return array.grad(_source(grad), flow)


def _source(grad: Tensor) -> str:
    """The scope of the call of ``gradients`` that made a tensor."""
    pieces = grad.name.split("/")
    scopes = [index for index, piece in enumerate(pieces) if piece.startswith("gradients")]
    if not scopes:
        raise ValueError(
            f"Expected op/tensor name to start with gradients (excluding scope), got: {grad.name}. This "
            "means that a tf.gradients op with this op in its dependency path has a custom name that does "
            "not start with 'gradients'. Please make sure all calls to tf.gradients that have non-empty "
            "'name' arguments use names that start with 'gradients'."
        )
    return "/".join(pieces[: scopes[-1] + 1])


def read_gradient(op: Operation, grad: Tensor) -> Any:
    """Writes the gradient of what was read."""
    array = _gradient_array(op, op.inputs[2], "dtype", grad)
    return None, None, array.write(op.inputs[1], grad).flow


def write_gradient(op: Operation, flow: Tensor) -> Any:
    """Reads the gradient of what was written."""
    array = _gradient_array(op, flow, "T", flow)
    return None, None, array.read(op.inputs[1]), flow


def gather_gradient(op: Operation, grad: Tensor) -> Any:
    """Scatters the gradient of what was gathered."""
    array = _gradient_array(op, op.inputs[2], "dtype", grad)
    return None, None, array.scatter(op.inputs[1], grad).flow


def scatter_gradient(op: Operation, flow: Tensor) -> Any:
    """Gathers the gradient of what was scattered."""
    array = _gradient_array(op, flow, "T", flow)
    return None, None, array.gather(op.inputs[1]), flow


def concat_gradient(op: Operation, grad: Tensor, _: Any) -> Any:
    """Splits the gradient of what was concatenated."""
    array = _gradient_array(op, op.inputs[1], "dtype", grad)
    return None, array.split(grad, op.outputs[1]).flow


def split_gradient(op: Operation, flow: Tensor) -> Any:
    """Concatenates the gradient of what was split."""
    array = _gradient_array(op, flow, "T", flow)
    return None, array.concat(), None, flow
