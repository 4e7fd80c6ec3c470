"""Graphs."""

from __future__ import annotations

import os
from typing import Any

from graphlog.encoders.foreign_arrays import is_from
from graphlog.writers.messages import is_message
from graphlog.writers.summary_methods.base import RunWriter


class GraphMethods(RunWriter):
    """What adds graphs."""

    def add_graph(
        self, model: Any, input_to_model: Any = None, verbose: bool = False, use_strict_trace: bool = True
    ) -> None:
        """Adds a graph, which TensorBoard shows under GRAPHS.

        Args:
            model: a Graph, a GraphDef, the path of a file or folder that ``graphlog.load_graph`` reads, or a
                PyTorch module (see ``graphlog.from_torch``).
            input_to_model: the inputs of a PyTorch module: a tensor, or a tuple or list of inputs.
            verbose: whether the nodes are printed.
            use_strict_trace: taken for PyTorch's sake; without effect.

        Raises:
            TypeError: it is nothing of that.
            OSError: the file cannot be read.
            ValueError: the file holds no graph, or the module cannot be run with these inputs.
        """
        if isinstance(model, str | os.PathLike):
            from graphlog.adapters.graph_files import load_graph

            model = load_graph(model)
        elif is_from("torch", model):
            from graphlog.adapters.torch_models import from_torch

            model = from_torch(model, _inputs(input_to_model))
        if not is_message(model, "GraphDef") and not callable(getattr(model, "as_graph_def", None)):
            raise TypeError(_refusal(model))
        self._get_file_writer().add_graph(model)
        if verbose:
            print(model if is_message(model, "GraphDef") else model.as_graph_def())

    def add_onnx_graph(self, prototxt: Any = None, onnx_model_file: Any = None) -> None:
        """Adds the graph of an ONNX model (see ``graphlog.from_onnx``).

        Args:
            prototxt: the file, or a model that ``onnx`` has loaded.
            onnx_model_file: what tensorboardX calls the file.

        Raises:
            ImportError: ``onnx`` is not installed.
            ValueError: the file holds no model, or a damaged one.
        """
        from graphlog.adapters.onnx_models import from_onnx

        self._get_file_writer().add_graph(from_onnx(prototxt if onnx_model_file is None else onnx_model_file))

    def add_openvino_graph(self, xmlname: Any) -> None:
        """Adds the graph of an OpenVINO file. graphlog has no adapter for OpenVINO.

        Args:
            xmlname: the file.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(f"{xmlname}: graphlog does not read OpenVINO files.")


def _inputs(given: Any) -> tuple[Any, ...]:
    """The inputs of a module as PyTorch's writer takes them: a list is one of inputs."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def _refusal(model: Any) -> str:
    found = f"{type(model).__module__}.{type(model).__qualname__}"
    return (
        "add_graph takes a graphlog Graph, a GraphDef, the path of a file that graphlog.load_graph reads, or "
        f"a PyTorch module, not {found}"
    )
