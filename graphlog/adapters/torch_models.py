"""Graphs of PyTorch modules: a picture of the module, with PyTorch's own operators and names."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphlog.adapters.foreign_graphs import ForeignGraph
from graphlog.adapters.missing_libraries import required
from graphlog.adapters.node_runs import run_metadata
from graphlog.adapters.torch_backward import add_backward
from graphlog.adapters.torch_exports import (
    DRAFT_EXPORT,
    EXPORT,
    MODULE,
    RUN,
    Program,
    exported,
    shared_names,
    undisturbed,
    with_loss,
)
from graphlog.adapters.torch_internals import JointGraph, joint_graph, uncompiled
from graphlog.adapters.torch_profiles import TorchProfile, run_program
from graphlog.adapters.torch_programs import ProgramGraph, is_node
from graphlog.adapters.torch_runs import add_run, as_before
from graphlog.adapters.torch_scopes import ModuleScopes
from graphlog.adapters.torch_values import described
from graphlog.core import garbage_collection
from graphlog.core.graph import Graph
from graphlog.core.printable import printable
from graphlog.core.user_code import call_stack, called_from
from graphlog.proto.run_metadata_pb2 import RunMetadata

# The collection of a graph that says how it was taken from its module.
EXPORTED_BY = "exported_by"


def from_torch(
    module: Any,
    args: Any = (),
    kwargs: Mapping[str, Any] | None = None,
    backward: Callable[[Any], Any] | bool | None = None,
) -> Graph:
    """The graph of a PyTorch module.

    Modules are scopes: what ``layers.0.self_attn`` computes lies in ``layers/0/self_attn``, and so do its
    parameters and buffers, of type ``Parameter``. Operations have the names of PyTorch's operators, and as
    attributes the exact overload, the arguments that are no tensors, and the line of the user's code
    (``source``). Inputs are called like the parameters of ``forward``, outputs like the keys of what it
    returns.

    The module is taken by ``torch.export``; where that cannot take it, by ``torch.export.draft_export``, and
    where that cannot either, by running it and noting what it calls. The collection ``exported_by`` of the
    graph says which it was, and a warning says so when it was not the first.

    Args:
        module: a ``torch.nn.Module``, in train or eval mode as it is to be shown. It is not changed.
        args: its inputs as a tuple; anything else is taken for the only one.
        kwargs: inputs that it takes by name.
        backward: a function from what the module returns to a scalar loss, of which the backward pass is
            shown under ``gradients/``; True for a module that returns the scalar itself.

    Returns:
        A new Graph. It is a picture: its operations cannot be run.

    Raises:
        ImportError: ``torch`` is not installed.
        TypeError: it is no module, or one that TorchScript has compiled.
        ValueError: the module cannot be run with these inputs, or there is no scalar to differentiate.

    Source: https://docs.pytorch.org/docs/stable/export.html
    """
    call = _checked(required("torch", "torch"), module, args, kwargs)
    with called_from(call_stack()):
        return _graph(call, backward)


def profile_torch(
    module: Any,
    args: Any = (),
    kwargs: Mapping[str, Any] | None = None,
    backward: Callable[[Any], Any] | bool | None = None,
) -> tuple[Graph, RunMetadata]:
    """The graph of a PyTorch module, and what each of its operations takes.

    The operations are run one by one, forward and backward, with these inputs: once to warm up, and once
    under ``torch.profiler``. Buffers and the state of the random generators are put back. TensorBoard colours
    the graph by time and memory once ``FileWriter.add_run_metadata`` has written the RunMetadata.

    Args:
        module: as ``from_torch`` takes it, and so are the others.
        args: its inputs as a tuple; anything else is taken for the only one.
        kwargs: inputs that it takes by name.
        backward: a function from what the module returns to a scalar loss, or True.

    Returns:
        The graph of ``from_torch``, and a RunMetadata with the time that each operation took (on an
        accelerator the time of its kernels), and the shapes and sizes in bytes of its outputs. Parameters,
        inputs and outputs of the model are not run, and so are not in it.

    Raises:
        ImportError: ``torch`` is not installed.
        TypeError: it is no module, or one that TorchScript has compiled.
        ValueError: the module cannot be run with these inputs, or there is no scalar to differentiate.

    Source: https://docs.pytorch.org/docs/stable/profiler.html
    """
    call = _checked(required("torch", "torch"), module, args, kwargs)
    profile = TorchProfile()
    with called_from(call_stack()):
        graph = _graph(call, backward, profile)
    return graph, run_metadata(profile.runs)


def _checked(torch: Any, module: Any, args: Any, kwargs: Mapping[str, Any] | None) -> _Call:
    module = uncompiled(module)
    if isinstance(module, torch.jit.ScriptModule):
        raise TypeError(
            "from_torch takes a module before TorchScript compiles it; give it the module itself."
        )
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"from_torch takes a torch.nn.Module, not {type(module).__name__}.")
    for path, part in module.named_modules():
        if isinstance(part, torch.jit.ScriptModule):
            raise TypeError(
                f"TorchScript has compiled {printable(path)} in this {type(module).__name__}, and from_torch "
                "takes modules before that; put the module itself there."
            )
    return _Call(module, args if isinstance(args, tuple) else (args,), kwargs or {})


_Loss = Callable[[Any], Any] | bool | None


@dataclass(frozen=True)
class _Call:
    """A module and its inputs."""

    module: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def named_inputs(self) -> dict[str, Any]:
        """The inputs by the names of the parameters of ``forward``."""
        try:
            signature = inspect.signature(self.module.forward)
            bound = signature.bind(*self.args, **self.kwargs).arguments
        except (TypeError, ValueError):
            return {f"input_{number}": item for number, item in enumerate(self.args)} | dict(self.kwargs)
        named: dict[str, Any] = {}
        for name, value in bound.items():
            is_more = signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD
            named.update(value if is_more else {name: value})
        return named


def _graph(call: _Call, backward: _Loss, profile: TorchProfile | None = None) -> Graph:
    program: Program | None = None
    exporter, failures = RUN, list[Exception]()
    if callable(backward):
        whole = replace(call, module=with_loss(call.module, backward))
        program, exporter, failures = _program(whole, has_loss=True)
        if program is None:
            _warn(f"There is no backward pass: {_told(failures[0])}")
            backward = None
    if program is None:
        program, exporter, failures = _program(call, has_loss=False)
    if program is None:
        if backward:
            _warn(f"There is no backward pass: {_told(failures[0])}")
        graph = _run_graph(call, profile)
    else:
        joint = _joint(program, _loss(program, call.module)) if backward else None
        if isinstance(joint, str):
            _warn(joint)
            joint = None
        graph = _program_graph(call, program, joint, profile)
    graph.add_to_collection(EXPORTED_BY, exporter)
    if failures:
        _warn(f"{EXPORT} cannot take {type(call.module).__name__} ({_told(failures[0])}). {_HOW[exporter]}")
    return graph


_HOW = {
    DRAFT_EXPORT: f"The graph is that of {DRAFT_EXPORT}: where Python looks at the numbers of a tensor, it "
    "shows what follows for these inputs.",
    RUN: "The graph shows what the module called in a run with these inputs, and what it computed outside of "
    "PyTorch is not in it.",
}


def _program(call: _Call, has_loss: bool) -> tuple[Program | None, str, list[Exception]]:
    """The program of the first exporter that takes a module, its name, and why those before did not."""
    failures: list[Exception] = []
    for exporter in (EXPORT, DRAFT_EXPORT):
        try:
            program = exported(call.module, call.args, call.kwargs, exporter, has_loss)
            return program, exporter, failures
        except Exception as error:
            failures.append(error)
    return None, RUN, failures


def _loss(program: Program, module: Any) -> int:
    """Which result of a program is the loss."""
    nodes = [program.loss] if program.has_loss else [leaf for _, leaf in program.outputs if is_node(leaf)]
    found = described(nodes[0].meta.get("val")) if len(nodes) == 1 and is_node(nodes[0]) else None
    if found is None or any(size != 1 for size in found[1] or ()):
        what = "the loss function returns" if program.has_loss else f"{type(module).__name__} returns"
        shape = found and found[1]
        given = "nothing of that kind" if shape is None else f"a tensor of shape {list(shape)}"
        hint = "" if program.has_loss else " Give backward= a function from that to one number."
        raise ValueError(f"A backward pass needs one number to differentiate, and {what} {given}.{hint}")
    results = next(node for node in program.graph_module.graph.nodes if node.op == "output").args[0]
    return list(results).index(nodes[0])


def _joint(program: Program, loss: int) -> JointGraph | str:
    """The forward and the backward pass of a program, or why there is none."""
    try:
        with undisturbed():
            joint = joint_graph(program.graph_module, loss)
    except Exception as error:
        return f"PyTorch cannot trace the backward pass, and the graph has none: {_told(error)}"
    if any(node is not None for node in joint.gradients):
        return joint
    return "There is no backward pass: no parameter or input that the loss depends on requires a gradient."


def _program_graph(
    call: _Call, program: Program, joint: JointGraph | None, profile: TorchProfile | None
) -> Graph:
    foreign, scopes, loss_scope = _empty(call.module, has_loss=program.has_loss)
    names = shared_names(call.module)
    if program.has_loss:
        names = {f"{MODULE}.{name}": f"{MODULE}.{first}" for name, first in names.items()}
    with garbage_collection.paused():
        forward = ProgramGraph(foreign, scopes, names, loss_scope)
        forward.add(program)
        backward_operations = {}
        if joint is not None:
            scope = foreign.graph.unique_name("gradients")
            backward_operations = add_backward(foreign, forward, program, joint, scope)
    if profile is not None:
        with _said(call), as_before(call.module):
            run_program(profile, program, forward.operations, joint, backward_operations)
    return foreign.graph


def _run_graph(call: _Call, profile: TorchProfile | None) -> Graph:
    foreign, scopes, _ = _empty(call.module)
    with _said(call), profile.watching() if profile else contextlib.nullcontext():
        add_run(foreign, scopes, call.module, call.args, call.kwargs, call.named_inputs(), profile)
    return foreign.graph


@contextlib.contextmanager
def _said(call: _Call) -> Iterator[None]:
    """Says which module cannot be run."""
    try:
        yield
    except Exception as error:
        raise ValueError(
            f"{type(call.module).__name__} cannot be run with these inputs: {_told(error)}"
        ) from error


def _empty(module: Any, has_loss: bool = False) -> tuple[ForeignGraph, ModuleScopes, str | None]:
    """An empty graph, the scopes of the modules, and that of the loss, which is no module's."""
    foreign = ForeignGraph("torch")
    scopes = ModuleScopes(name for name, _ in module.named_modules() if name)
    for scope in scopes.taken:
        foreign.graph.unique_name(scope)  # no operation will be called like a module that stands beside it
    return foreign, scopes, foreign.graph.unique_name("loss") if has_loss else None


def _told(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {printable(lines[0])}" if lines else type(error).__name__


def _warn(message: str) -> None:
    warnings.warn(message, UserWarning, stacklevel=4)
