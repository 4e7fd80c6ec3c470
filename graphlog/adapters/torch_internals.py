"""What graphlog takes from PyTorch that PyTorch does not promise to keep. All of it stands here.

Seen in PyTorch 2.13. Whoever calls this is ready for its absence: without schemas, operators are shown
without the names of their arguments; without the joint graph, there is no backward pass.
"""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Operator:
    """What PyTorch knows of one of its operators.

    Attributes:
        name: its name, such as ``linear``; with its namespace where that is not PyTorch's own.
        overload: the name of the very function, such as ``aten.linear.default``.
        arguments: the names of its arguments.
        written: the positions of the arguments that it changes in place.
        aliased: the positions of the arguments that an output may share its memory with.
    """

    name: str
    overload: str
    arguments: tuple[str, ...] = ()
    written: frozenset[int] = frozenset()
    aliased: frozenset[int] = frozenset()


_OWN_NAMESPACES = frozenset({"aten", "prims", "prim", "higher_order"})


@functools.cache
def operator(target: Any) -> Operator:
    """Describes what a node of an exported program calls: an operator of a library, or a function."""
    schema = getattr(target, "_schema", None)
    if schema is None:
        name = getattr(target, "__name__", None) or str(target)
        return Operator(name, f"{getattr(target, '__module__', None) or 'torch'}.{name}")
    namespace, _, name = schema.name.rpartition("::")
    written: set[int] = set()
    aliased: set[int] = set()
    for position, argument in enumerate(schema.arguments):
        alias = argument.alias_info
        if alias is not None:
            (written if alias.is_write else aliased).add(position)
    if namespace not in _OWN_NAMESPACES:
        name = f"{namespace}.{name}"
    arguments = tuple(argument.name for argument in schema.arguments)
    return Operator(name, str(target), arguments, frozenset(written), frozenset(aliased))


def flat_inputs(program: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Sequence[Any]:
    """The values of all inputs of a ``torch.export.ExportedProgram``, parameters and buffers included."""
    values: Sequence[Any] = program._graph_module_flat_inputs(args, kwargs)
    return values


def uncompiled(module: Any) -> Any:
    """The module that ``torch.compile`` was given; any other as it is."""
    return getattr(module, "_orig_mod", module)


def version_of(tensor: Any) -> int:
    """How often a tensor, or one that shares its memory, was changed in place; 0 where nobody counts."""
    try:
        return int(tensor._version)
    except (AttributeError, RuntimeError):  # a tensor made in inference mode has no count
        return 0


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps PyTorch's reports of failed exports off the screen: graphlog says what matters itself."""
    loggers = [
        logging.getLogger(name)
        for name in list(logging.root.manager.loggerDict)
        if name.partition(".")[0] == "torch"
    ]
    quieted = [handler for logger in loggers for handler in logger.handlers]
    levels = [handler.level for handler in quieted]
    for handler in quieted:
        handler.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for handler, level in zip(quieted, levels, strict=True):
            handler.setLevel(level)


# The key of a node's metadata that PyTorch hands on: to the operators that a node is made of, and to those
# of their backward pass.
_HANDED_ON = "custom"
_FORWARD = "graphlog_forward_node"


@dataclass(frozen=True)
class JointGraph:
    """The forward and the backward pass of an exported program, in operators of the lowest level.

    Attributes:
        graph_module: the ``torch.fx.GraphModule``.
        gradients: for each input of the program the node that gives its gradient, or None.
    """

    graph_module: Any
    gradients: tuple[Any, ...]

    @property
    def graph(self) -> Any:
        """The ``torch.fx.Graph``."""
        return self.graph_module.graph

    @staticmethod
    def forward_name(node: Any) -> str | None:
        """The name of the program's node that a node belongs to; None for one that adds gradients up."""
        found = (node.meta.get(_HANDED_ON) or {}).get(_FORWARD)
        return None if found is None else str(found)

    @staticmethod
    def is_backward(node: Any) -> bool:
        """Whether a node belongs to the backward pass."""
        return bool(node.meta.get("partitioner_tag") == "is_backward")


def joint_graph(graph_module: Any, loss: int) -> JointGraph:
    """Traces the backward pass of an exported program.

    Args:
        graph_module: the program as a ``torch.fx.GraphModule`` that takes its parameters as inputs.
        loss: which of its outputs is differentiated.

    Raises:
        Exception: whatever PyTorch raises.
        RuntimeError: PyTorch does not hand on which operation a backward operation belongs to.
    """
    import torch
    from torch._functorch.aot_autograd import aot_export_joint_with_descriptors
    from torch.fx.traceback import preserve_node_meta

    class Program(torch.nn.Module):  # type: ignore[misc]
        def forward(self, *arguments: Any) -> Any:
            with preserve_node_meta():
                return torch.fx.Interpreter(graph_module).run(*arguments)[loss]

    inputs = []
    for node in graph_module.graph.nodes:
        node.meta[_HANDED_ON] = {_FORWARD: node.name}
        if node.op == "placeholder":
            inputs.append(node.meta["val"])
    with contextlib.ExitStack() as stack, torch.enable_grad():
        joint = aot_export_joint_with_descriptors(stack, Program(), tuple(inputs))
        graph = joint.graph_module.graph
    found = JointGraph(joint.graph_module, _gradients(graph, len(inputs)))
    is_told = any(found.forward_name(node) for node in graph.nodes if found.is_backward(node))
    if not is_told and any(node is not None for node in found.gradients):
        raise RuntimeError("PyTorch does not tell which operation a backward operation belongs to.")
    return found


def _gradients(graph: Any, count: int) -> tuple[Any, ...]:
    results = next(node for node in graph.nodes if node.op == "output")
    found: list[Any] = [None] * count
    for node, description in zip(results.args[0], results.meta["desc"], strict=True):
        source = getattr(description, "grad_of", None)
        if source is not None and node is not None:
            found[source.idx] = node
    return tuple(found)


def input_position(node: Any) -> int | None:
    """Which input of the program a placeholder of a joint graph stands for; None for the loss's gradient."""
    return getattr(node.meta.get("desc"), "idx", None)


def storage_of(tensor: Any) -> int:
    """What is the same for all tensors that share memory; 0 where it cannot be told."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (AttributeError, RuntimeError, NotImplementedError):  # sparse tensors have none
        return 0


def gradient_tensors(node: Any) -> Sequence[Any]:
    """What has the shapes and dtypes of the gradients that a node of the define-by-run graph takes."""
    return getattr(node, "_input_metadata", ())


def kept_values(node: Any) -> list[tuple[str, Any]]:
    """What a node of the define-by-run graph keeps besides tensors, such as an exponent: names and values."""
    names = dir(node)
    tensors = {name for name in names if name.startswith("_raw_saved_")}
    kept = []
    for name in names:
        # A tensor is not asked for: that may run a hook of the user's.
        if name.startswith("_saved_") and f"_raw{name}" not in tensors:
            try:
                kept.append((name.removeprefix("_saved_"), getattr(node, name)))
            except (RuntimeError, TypeError):
                continue
    return kept
