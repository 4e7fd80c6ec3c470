"""What PyTorch's own add_graph and graphlog show of models, as a table.

The first models are those of examples/torch_models.py. A dangling input is one that names no node of the
graph. A module with parameters that ran has a wrong scope unless an operation lies just where the module's
path says: ``blocks.0.norms.1`` in ``blocks/0/norms/1``, by the names in brackets where PyTorch writes
``ResidualBlock[0]/BatchNorm2d[1]``. Shapes are present where a node lists those of its outputs.

    python benchmarks/torch_models_table.py

It needs an environment that has PyTorch and TensorBoard beside graphlog: `make bench` makes one.
"""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

import graphlog as gl

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "torch_models.py"
STORED = {
    "Parameter",
    "Buffer",
    "Const",
    "Placeholder",
    "Output",
    "prim::Constant",
    "prim::GetAttr",
    "prim::ListConstruct",
}


class Shared(nn.Module):
    """Two layers share a weight, and one is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)
        self.second.weight = self.first.weight

    def forward(self, x: Any) -> Any:
        return self.first(self.second(self.first(x)))


class InPlace(nn.Module):
    """Writes into views of what a layer gives."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x: Any) -> Any:
        y = self.layer(x)
        y[:, 0].mul_(2.0)
        y[0] = 0.0
        return y.relu_()


class Checkpointed(nn.Module):
    """Computes a part again in the backward pass."""

    def __init__(self) -> None:
        super().__init__()
        self.part = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))

    def forward(self, x: Any) -> Any:
        return checkpoint(self.part, x, use_reentrant=False)


class PaddedWords(nn.Module):
    """Sentences of several lengths, packed for an LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(4, 5, batch_first=True)

    def forward(self, words: Any, lengths: Any) -> Any:
        packed = nn.utils.rnn.pack_padded_sequence(words, lengths, batch_first=True)
        return nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)[0]


def _sum_of_squares(output: Any) -> Any:
    return output.square().sum()


X = torch.ones(2, 4)
MORE_MODELS: dict[str, tuple[Any, ...]] = {
    "shared_weights": (Shared(), (X,), {}, _sum_of_squares),
    "views_changed_in_place": (InPlace(), (X,), {}, _sum_of_squares),
    "checkpoint": (Checkpointed(), (X,), {}, _sum_of_squares),
    "packed_sequences": (PaddedWords(), (torch.ones(2, 3, 4), torch.tensor([3, 2])), {}, _sum_of_squares),
    "bfloat16": (nn.Linear(4, 4).bfloat16(), (X.bfloat16(),), {}, _sum_of_squares),
}


def graph_of_pytorch(model: tuple[Any, ...]) -> Any:
    """Return the GraphDef that PyTorch's own add_graph writes; it takes no inputs by name, and no loss."""
    from torch.utils.tensorboard._pytorch_graph import graph

    module, args, _, _ = model
    return graph(module, args)[0]


def graph_of_graphlog(model: tuple[Any, ...]) -> Any:
    """Return the GraphDef of a model and its loss."""
    module, args, kwargs, loss = model
    return gl.from_torch(module, args, kwargs, backward=loss).as_graph_def(add_shapes=True)


def modules_that_run(model: tuple[Any, ...]) -> set[str]:
    """Return the paths of the modules that have parameters of their own and take part."""
    module, args, kwargs, _ = model
    ran: set[str] = set()
    hooks = [
        part.register_forward_hook(lambda *_, path=path: ran.add(path))
        for path, part in module.named_modules()
        if path and any(True for _ in part.parameters(recurse=False))
    ]
    module(*args, **kwargs)
    for hook in hooks:
        hook.remove()
    return ran


def scope_of(name: str) -> str:
    """Return the path of the module that a node's scope stands for."""
    scopes = name.rpartition("/")[0].split("/")
    bracketed = [found[1] for scope in scopes if (found := re.search(r"\[(.*)\]", scope))]
    return ".".join(bracketed or scopes)


def row(graph: Any, modules: set[str]) -> list[str]:
    """Return what there is to tell of a graph."""
    names = {node.name for node in graph.node}
    dangling = sum(
        text.lstrip("^").partition(":")[0] not in names for node in graph.node for text in node.input
    )
    scopes = {scope_of(node.name) for node in graph.node if node.op not in STORED}
    shapes = sum(
        "_output_shapes" in node.attr and node.attr["_output_shapes"].ByteSize() > 2 for node in graph.node
    )
    backward = sum(name.startswith("gradients/") for name in names)
    wrong = len(modules - scopes)
    return [
        str(len(names)),
        str(dangling),
        f"{wrong} of {len(modules)}",
        f"{shapes} of {len(graph.node)}",
        f"{backward} nodes" if backward else "no",
    ]


def tried(take: Callable[[tuple[Any, ...]], Any], model: tuple[Any, ...], modules: set[str]) -> list[str]:
    """Return a row of the table, with the error instead where there is one."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            graph = take(model)
        except Exception as error:
            return [f"no: {type(error).__name__}", *["–"] * 5]  # noqa: RUF001
    return ["yes", *row(graph, modules)]


def main() -> None:
    """Print the table."""
    models = runpy.run_path(str(EXAMPLE))["MODELS"] | MORE_MODELS
    print("| model | by | exported | nodes | dangling inputs | wrong scopes | shapes | backward |")
    print("|---|---|---|---|---|---|---|---|")
    for name, model in models.items():
        torch.manual_seed(0)
        modules = modules_that_run(model)
        for label, take in (("torch", graph_of_pytorch), ("graphlog", graph_of_graphlog)):
            print("|", " | ".join([name.replace("_", " "), label, *tried(take, model, modules)]), "|")


if __name__ == "__main__":
    main()
