"""Signatures: which tensors of a saved graph are fed, and which are fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import as_dtype
from graphlog.core.graph import Graph
from graphlog.core.names import in_scope
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.graphdef.tensor_values import shape_proto
from graphlog.ops.state.variables import Variable
from graphlog.proto.meta_graph_pb2 import SignatureDef, TensorInfo

PREDICT_METHOD_NAME = "tensorflow/serving/predict"
PREDICT_INPUTS = "inputs"
PREDICT_OUTPUTS = "outputs"
CLASSIFY_METHOD_NAME = "tensorflow/serving/classify"
CLASSIFY_INPUTS = "inputs"
CLASSIFY_OUTPUT_CLASSES = "classes"
CLASSIFY_OUTPUT_SCORES = "scores"
REGRESS_METHOD_NAME = "tensorflow/serving/regress"
REGRESS_INPUTS = "inputs"
REGRESS_OUTPUTS = "outputs"
DEFAULT_SERVING_SIGNATURE_DEF_KEY = "serving_default"

_ALLOWED = {
    CLASSIFY_METHOD_NAME: ({CLASSIFY_INPUTS}, {CLASSIFY_OUTPUT_CLASSES, CLASSIFY_OUTPUT_SCORES}),
    REGRESS_METHOD_NAME: ({REGRESS_INPUTS}, {REGRESS_OUTPUTS}),
}


def build_tensor_info(tensor: Any) -> TensorInfo:
    """A tensor or SparseTensor as a TensorInfo protobuf: its name, dtype and static shape."""
    info = TensorInfo()
    if isinstance(tensor, SparseTensor):
        info.coo_sparse.values_tensor_name = tensor.values.name
        info.coo_sparse.indices_tensor_name = tensor.indices.name
        info.coo_sparse.dense_shape_tensor_name = tensor.dense_shape.name
    elif isinstance(tensor, Variable):
        tensor = tensor._as_graph_element()
        info.name = tensor.name
    else:
        info.name = tensor.name
    info.dtype = as_dtype(tensor.dtype).base_dtype.number  # type: ignore[assignment]
    info.tensor_shape.CopyFrom(shape_proto(tensor.get_shape().as_tuple()))
    return info


def get_tensor_from_tensor_info(
    tensor_info: Any, graph: Graph | None = None, import_scope: str | None = None
) -> Any:
    """The Tensor or SparseTensor of a TensorInfo.

    Args:
        tensor_info: the TensorInfo.
        graph: the graph; the default one if None.
        import_scope: the scope into which the graph was imported.

    Raises:
        KeyError: there is no such tensor.
        ValueError: the TensorInfo names none.
    """
    graph = graph or get_default_graph()

    def tensor(name: str) -> Tensor:
        found = graph.get_tensor_by_name(in_scope(name, import_scope))
        return found

    encoding = tensor_info.WhichOneof("encoding")
    if encoding == "name":
        return tensor(tensor_info.name)
    if encoding == "coo_sparse":
        parts = tensor_info.coo_sparse
        return SparseTensor(
            tensor(parts.indices_tensor_name),
            tensor(parts.values_tensor_name),
            tensor(parts.dense_shape_tensor_name),
        )
    raise ValueError(f"Invalid TensorInfo.encoding: {encoding}")


def build_signature_def(
    inputs: Mapping[str, TensorInfo] | None = None,
    outputs: Mapping[str, TensorInfo] | None = None,
    method_name: str | None = None,
) -> SignatureDef:
    """A SignatureDef protobuf (``tf.saved_model.build_signature_def``).

    Args:
        inputs: TensorInfos by what they are called.
        outputs: likewise.
        method_name: the name of the method, as TensorFlow Serving knows it.
    """
    signature = SignatureDef(method_name=method_name or "")
    for key, info in (inputs or {}).items():
        signature.inputs[key].CopyFrom(info)
    for key, info in (outputs or {}).items():
        signature.outputs[key].CopyFrom(info)
    return signature


def predict_signature_def(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> SignatureDef:
    """The signature of a prediction, from tensors by what they are called.

    Raises:
        ValueError: there are no inputs or no outputs.
    """
    if not inputs:
        raise ValueError("Prediction inputs cannot be None or empty.")
    if not outputs:
        raise ValueError("Prediction outputs cannot be None or empty.")
    return build_signature_def(
        {key: build_tensor_info(tensor) for key, tensor in inputs.items()},
        {key: build_tensor_info(tensor) for key, tensor in outputs.items()},
        PREDICT_METHOD_NAME,
    )


def classification_signature_def(examples: Any, classes: Any, scores: Any) -> SignatureDef:
    """The signature of a classification: serialized examples to classes, scores or both.

    Raises:
        ValueError: there are no examples, or neither classes nor scores.
    """
    if examples is None:
        raise ValueError("Classification examples cannot be None.")
    if classes is None and scores is None:
        raise ValueError("Classification classes and scores cannot both be None.")
    outputs = {CLASSIFY_OUTPUT_CLASSES: classes, CLASSIFY_OUTPUT_SCORES: scores}
    return build_signature_def(
        {CLASSIFY_INPUTS: build_tensor_info(examples)},
        {key: build_tensor_info(tensor) for key, tensor in outputs.items() if tensor is not None},
        CLASSIFY_METHOD_NAME,
    )


def regression_signature_def(examples: Any, predictions: Any) -> SignatureDef:
    """The signature of a regression: serialized examples to numbers.

    Raises:
        ValueError: one of both is missing.
    """
    if examples is None:
        raise ValueError("Regression examples cannot be None.")
    if predictions is None:
        raise ValueError("Regression predictions cannot be None.")
    return build_signature_def(
        {REGRESS_INPUTS: build_tensor_info(examples)},
        {REGRESS_OUTPUTS: build_tensor_info(predictions)},
        REGRESS_METHOD_NAME,
    )


def is_valid_signature(signature_def: Any) -> bool:
    """Whether a signature has the inputs and outputs that TensorFlow Serving wants of its method."""
    if signature_def is None or not signature_def.inputs or not signature_def.outputs:
        return False
    if signature_def.method_name == PREDICT_METHOD_NAME:
        return True
    if signature_def.method_name not in _ALLOWED:
        return False
    inputs, outputs = _ALLOWED[signature_def.method_name]
    return set(signature_def.inputs) == inputs and set(signature_def.outputs) <= outputs
