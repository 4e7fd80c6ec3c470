"""Programs of PyTorch modules, taken by the best of PyTorch's exporters that can take them."""

from __future__ import annotations

import contextlib
import functools
import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphlog.adapters.torch_internals import flat_inputs, operator, quiet
from graphlog.adapters.torch_values import output_names

EXPORT, DRAFT_EXPORT, RUN = "torch.export.export", "torch.export.draft_export", "a run of the module"

# What a module and its loss are called within the module that has both.
MODULE, LOSS = "module", "loss_function"


@dataclass(frozen=True)
class Source:
    """Where an input of a program comes from.

    Attributes:
        kind: ``PARAMETER``, ``BUFFER``, ``CONSTANT_TENSOR``, ``USER_INPUT`` or another of PyTorch's.
        path: the name in the module; empty for an input.
        value: a constant's tensor, or None.
    """

    kind: str
    path: str
    value: Any = None


@dataclass(frozen=True)
class Program:
    """A module as operators.

    Attributes:
        graph_module: a ``torch.fx.GraphModule`` that takes parameters and buffers as inputs.
        sources: where each input comes from, by the name of its placeholder.
        outputs: what the module returns: names, and nodes or plain values.
        flat_inputs: gives the values of all inputs of the graph module, parameters and buffers included.
        has_loss: whether the module was exported together with its loss.
        loss: the node that gives the loss; anything else where the loss is no tensor.
    """

    graph_module: Any
    sources: Mapping[str, Source]
    outputs: list[tuple[str, Any]]
    flat_inputs: Callable[[], Sequence[Any]]
    has_loss: bool = False
    loss: Any = None


def exported(
    module: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], exporter: str, has_loss: bool
) -> Program:
    """Exports a module.

    Args:
        module: a ``torch.nn.Module``, or one of ``with_loss``.
        args: its inputs.
        kwargs: those that are given by name.
        exporter: EXPORT or DRAFT_EXPORT.
        has_loss: whether it is one of ``with_loss``.

    Raises:
        Exception: whatever PyTorch raises.
    """
    import torch.export

    export: Callable[..., Any] = getattr(torch.export, exporter.rpartition(".")[2])
    with undisturbed():
        program = export(module, args, dict(kwargs), strict=False)
    graph = program.graph_module.graph
    sources = {}
    for item in program.graph_signature.input_specs:
        constant = program.constants.get(item.target) if item.kind.name == "CONSTANT_TENSOR" else None
        sources[item.arg.name] = Source(item.kind.name, item.target or "", constant)
    results = next(node for node in graph.nodes if node.op == "output").args[0]
    kinds = [item.kind.name for item in program.graph_signature.output_specs]
    returned = program.call_spec.out_spec.unflatten(
        [item for item, kind in zip(results, kinds, strict=True) if kind == "USER_OUTPUT"]
    )
    values = functools.partial(flat_inputs, program, args, dict(kwargs))
    if not has_loss:
        return Program(program.graph_module, sources, output_names(returned), values)
    outputs = [(name, _as_the_module_gives_it(leaf)) for name, leaf in output_names(returned[0])]
    return Program(program.graph_module, sources, outputs, values, has_loss, returned[1])


def _as_the_module_gives_it(leaf: Any) -> Any:
    """An output before the loss took it: what gives its own input back takes its place in a program."""
    while (stack := getattr(leaf, "meta", {}).get("nn_module_stack")) and leaf.args:
        path = next(reversed(stack.values()))[0]
        before = leaf.args[0]
        if (
            path.partition(".")[0] == MODULE
            or not operator(leaf.target).aliased
            or not hasattr(before, "meta")
        ):
            break
        leaf = before
    return leaf


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Keeps from the user what exporters warn of and print: graphlog says what came of it."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(quiet())
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        warnings.simplefilter("ignore")
        yield


def with_loss(module: Any, loss_function: Callable[[Any], Any]) -> Any:
    """A module that returns what another returns, and its loss."""
    import torch

    class WithLoss(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.module = module
            self.loss_function = loss_function
            self.training = module.training  # train() would set that of the module's parts, too

            # Inputs are called as the module's own are.
            @functools.wraps(module.forward)
            def forward(*args: Any, **kwargs: Any) -> Any:
                result = self.module(*args, **kwargs)
                return result, self.loss_function(result)

            self.forward = forward

    return WithLoss()


def shared_names(module: Any) -> dict[str, str]:
    """For each parameter and buffer the first of its names: what is shared has several."""
    first: dict[int, str] = {}
    names = {}
    for listed in (module.named_parameters, module.named_buffers):
        for name, tensor in listed(remove_duplicate=False):
            names[name] = first.setdefault(id(tensor), name)
    return names
