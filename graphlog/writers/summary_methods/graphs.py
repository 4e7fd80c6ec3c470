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
            model: a Graph, a GraphDef, or the path of a file or folder that ``graphlog.load_graph`` reads.
            input_to_model: taken for PyTorch's sake; without effect.
            verbose: whether the nodes are printed.
            use_strict_trace: taken for PyTorch's sake; without effect.

        Raises:
            TypeError: it is nothing of that.
            OSError: the file cannot be read.
            ValueError: the file holds no graph.
        """
        if isinstance(model, str | os.PathLike):
            from graphlog.adapters.graph_files import load_graph

            model = load_graph(model)
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


def _refusal(model: Any) -> str:
    taken = (
        "add_graph takes a graphlog Graph, a GraphDef, or the path of a file that graphlog.load_graph reads"
    )
    found = f"{type(model).__module__}.{type(model).__qualname__}"
    if is_from("torch", model):
        return f"{taken}; this version has no adapter for PyTorch, and cannot take {found}"
    return f"{taken}, not {found}"
