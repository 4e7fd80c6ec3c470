"""How much longer ``from_torch`` takes than the torch.export within it; ``from_autograd`` of a long chain.

In each call the time within torch.export is taken apart from the rest, so that both are of the same moment;
it is processor time. Of several calls the one counts whose rest is the smallest.

    python benchmarks/torch_graphs.py [ROUNDS]

It needs an environment that has PyTorch beside graphlog: `make bench` makes one.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import torch
import torch.export

import graphlog as gl

ROUNDS = 3


class Chain(torch.nn.Module):
    """A module of so many operators, in blocks of ten."""

    def __init__(self, operators: int) -> None:
        super().__init__()
        self.blocks = torch.nn.ModuleList(torch.nn.Linear(4, 4) for _ in range(operators // 10))

    def forward(self, x: Any) -> Any:
        for block in self.blocks:
            y = block(x)
            for _ in range(4):
                y = torch.tanh(y) * 0.5
            x = x + y
        return x


def encoder(layers: int) -> torch.nn.Module:
    """A transformer's encoder in train mode, with dropout."""
    layer = torch.nn.TransformerEncoderLayer(64, 4, 128, dropout=0.1, batch_first=True)
    return torch.nn.TransformerEncoder(layer, layers).train()


def measure(module: torch.nn.Module, x: torch.Tensor, rounds: int) -> tuple[int, float, float]:
    """Return how many operations there are, and the seconds of torch.export and of the rest."""
    export, within = torch.export.export, 0.0

    def timed(*args: Any, **kwargs: Any) -> Any:
        nonlocal within
        start = time.process_time()
        try:
            return export(*args, **kwargs)
        finally:
            within = time.process_time() - start

    torch.export.export = timed
    best = (0, 0.0, float("inf"))
    for _ in range(rounds):
        start = time.process_time()
        graph = gl.from_torch(module, x)
        rest = time.process_time() - start - within
        best = min(best, (len(graph.get_operations()), within, rest), key=lambda found: found[2])
    torch.export.export = export
    return best


def main(rounds: int) -> None:
    """Print a table."""
    print("| model | nodes | torch.export, s | beyond it, s | ratio | aim |")
    print("|---|---|---|---|---|---|")
    models = {
        "TransformerEncoder of 12 layers": (encoder(12), torch.randn(2, 7, 64)),
        "10,000 operators": (Chain(10_000), torch.randn(2, 4)),
    }
    for name, (module, x) in models.items():
        gl.from_torch(torch.nn.Linear(4, 4), torch.randn(2, 4))  # what is loaded at first use
        count, within, rest = measure(module, x, rounds)
        print(
            f"| {name} | {count:,} | {within:.2f} | {rest:.3f} | 1/{within / rest:.0f} | 1/10 |", flush=True
        )
    y = torch.ones(1, requires_grad=True)
    for _ in range(10_000):
        y = y * 1.001
    start = time.process_time()
    gl.from_autograd(y)
    print(f"\n`from_autograd` of 10,000 nodes: {time.process_time() - start:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
