"""The define-by-run graph that PyTorch builds while it computes, as PyTorch holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphlog.adapters.foreign_graphs import INPUT, ForeignGraph
from graphlog.adapters.missing_libraries import required
from graphlog.adapters.torch_internals import gradient_tensors, kept_values
from graphlog.adapters.torch_scopes import ModuleScopes
from graphlog.adapters.torch_values import described, dtype_of, is_tensor, leaves, plain, text
from graphlog.core import dtypes, garbage_collection
from graphlog.core.graph import Graph
from graphlog.core.tensor import Tensor
from graphlog.core.user_code import call_stack, called_from

_LEAF = "AccumulateGrad"


def from_autograd(tensor: Any, names: Any = None) -> Graph:
    """The define-by-run graph behind a tensor: what ``tensor.backward()`` runs.

    Nodes are PyTorch's (``MulBackward0``), and edges are the gradients that one hands to the next, from the
    tensor to the leaves. A leaf is an ``AccumulateGrad`` with its variable's name, shape and dtype, and the
    norm of its gradient where it has one.

    Args:
        tensor: a tensor that was computed with gradients, or a nest of lists, tuples and dicts of such.
        names: the names of variables: a module, or a dict from names to tensors.

    Returns:
        A new Graph. It is a picture: its operations cannot be run.

    Raises:
        ImportError: ``torch`` is not installed.
        TypeError: there is something else than tensors.
        ValueError: no tensor has a ``grad_fn``.

    Source: https://docs.pytorch.org/docs/stable/notes/autograd.html
    """
    required("torch", "torch")
    tensors = [item for _, item in leaves(tensor)]
    for item in tensors:
        if not is_tensor(item):
            raise TypeError(f"from_autograd takes tensors, not {type(item).__name__}.")
    roots = [item for item in tensors if item.grad_fn is not None]
    if not roots:
        raise ValueError(
            "Nothing was computed with gradients here: no tensor has a grad_fn. Compute from tensors with "
            "requires_grad=True, outside of torch.no_grad()."
        )
    with called_from(call_stack()), garbage_collection.paused():
        return _graph(roots, _variable_names(names))


def _variable_names(names: Any) -> dict[int, str]:
    """The name of each variable, by its identity."""
    if names is None:
        return {}
    if not isinstance(names, Mapping) and not hasattr(names, "named_parameters"):
        raise TypeError(f"names is a module or a dict from names to tensors, not {type(names).__name__}.")
    named = names.items() if isinstance(names, Mapping) else names.named_parameters()
    return {id(tensor): str(name) for name, tensor in named}


def _graph(roots: list[Any], names: dict[int, str]) -> Graph:
    foreign = ForeignGraph("torch.autograd")
    scopes = ModuleScopes()
    arriving: dict[Any, list[Tensor]] = {}
    for root in roots:
        found = described(root) or (dtypes.unknown, None)
        seed = foreign.add(INPUT, "grad_output", outputs=[found])
        arriving.setdefault(root.grad_fn, []).append(seed.outputs[0])
    for node in _in_order([root.grad_fn for root in roots]):
        following = [(other, number) for other, number in node.next_functions if other is not None]
        name, attributes = _type(node), {}
        variable = getattr(node, "variable", None)
        if variable is not None:
            attributes = _of_variable(variable)
            if id(variable) in names:
                attributes["variable"] = text(names[id(variable)])
                name = scopes.name(names[id(variable)])
        else:
            attributes = {
                key: shown for key, value in kept_values(node) if (shown := plain(value)) is not None
            }
        if not following:
            attributes["_output_shapes"] = []  # says that there are none
        outputs = [_gradient(other, number) for other, number in following]
        operation = foreign.add(_type(node), name, arriving.pop(node, []), outputs, attributes)
        for (other, _), output in zip(following, operation.outputs, strict=True):
            arriving.setdefault(other, []).append(output)
    foreign.graph.add_to_collection("exported_by", "grad_fn")
    return foreign.graph


def _type(node: Any) -> str:
    return str(text(node.name().rpartition("::")[2]), "ascii")


def _in_order(roots: list[Any]) -> list[Any]:
    """All nodes, each after those that hand it a gradient."""
    waiting_for: dict[Any, int] = dict.fromkeys(roots, 0)
    open_nodes = list(waiting_for)
    while open_nodes:
        for other, _ in open_nodes.pop().next_functions:
            if other is None:
                continue
            if other not in waiting_for:
                waiting_for[other] = 0
                open_nodes.append(other)
            waiting_for[other] += 1
    ordered = [node for node in dict.fromkeys(roots) if not waiting_for[node]]
    for node in ordered:
        for other, _ in node.next_functions:
            if other is not None:
                waiting_for[other] -= 1
                if not waiting_for[other]:
                    ordered.append(other)
    return ordered


def _gradient(node: Any, number: int) -> Any:
    """The dtype and static shape of a gradient that a node takes."""
    variable = getattr(node, "variable", None)
    if variable is not None:
        return described(variable)
    metadata = gradient_tensors(node)
    if number >= len(metadata):
        return dtypes.unknown, None
    sizes = metadata[number].shape
    return dtype_of(metadata[number].dtype), tuple(size if type(size) is int else None for size in sizes)


def _of_variable(variable: Any) -> dict[str, Any]:
    found = described(variable)
    attributes: dict[str, Any] = {}
    if found is not None:
        attributes |= {"variable_dtype": found[0], "variable_shape": list(found[1] or ())}
    if variable.grad is not None:
        attributes["gradient_norm"] = _norm(variable.grad)
    return attributes


def _norm(gradient: Any) -> float:
    gradient = gradient.detach()
    if str(gradient.layout) != "torch.strided":
        gradient = gradient.coalesce().values()
    return float(gradient.double().norm()) if not gradient.is_complex() else float(gradient.abs().norm())
