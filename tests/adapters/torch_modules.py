"""PyTorch modules for tests: what exporters and pictures find hard, one thing each."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint


class InPlace(nn.Module):
    """Changes a value, a view of it, and a buffer; two modules share a weight, one is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(3, 3)
        self.b = nn.Linear(3, 3)
        self.b.weight = self.a.weight
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: Any) -> Any:
        self.calls.add_(1)
        y = self.a(self.b(self.a(x)))
        y.add_(1)
        y[0].mul_(2.0)
        return y


class Structured(nn.Module):
    """Takes and returns nests, and things that are no tensors."""

    def forward(self, batch: Any, *, scale: Any) -> Any:
        first, second = (batch["x"] * scale).split([1, 2], dim=1)
        with torch.no_grad():
            third = torch.cat([first, second], 1) + torch.tensor([1.0, 2.0, 3.0])
        return {"parts": (first, [second]), "third": third, "count": 3, "none": None, "text": "<b>ü"}


class Branching(nn.Module):
    """Python looks at the numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.positive = nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        return self.positive(x) if x.sum() > 0 else x - 1


class Conditional(nn.Module):
    """PyTorch's own branch."""

    def __init__(self) -> None:
        super().__init__()
        self.positive = nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        return torch.cond(x.sum() > 0, lambda x: self.positive(x), lambda x: x - 1, (x,))


class OutsidePyTorch(nn.Module):
    """Computes with NumPy in between, and changes its state: no exporter takes it."""

    def __init__(self) -> None:
        super().__init__()
        self.before = nn.Linear(2, 2)
        self.after = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout())
        self.after.again = self.before

    def forward(self, x: Any, pair: Any = None) -> Any:
        y = torch.relu(self.before(x))
        sines = torch.from_numpy(np.sin(y.detach().numpy())).clone()
        y = self.after(sines) + y
        y[0] = 0.0
        view = y[1]
        view.mul_(2)
        return {"y": y, "pair": pair}


class OddNames(nn.Module):
    """Modules with names that break pages, or that are alike once made valid."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("ä", "ö", "a b/c", "0", "constructor", "_x", "relu", "--", "<script>"):
            self.add_module(name, nn.Linear(2, 2, bias=False))

    def forward(self, length: Any) -> Any:
        for part in self.children():
            length = torch.relu(part(length))
        return {"constructor": length, "ä": length, "0": length, "a/b": length}


class Failing(nn.Module):
    """Cannot be run at all."""

    def forward(self, x: Any) -> Any:
        raise ZeroDivisionError("no such luck")


class Casting(nn.Module):
    """Dtypes that TensorFlow has not, and sizes of zero."""

    def forward(self, x: Any) -> Any:
        return x.to(torch.float8_e4m3fn), x.to(torch.bfloat16), x.new_zeros(0, 4).sum(0)


class NoTensor(nn.Module):
    """Returns something that nothing can be told of."""

    def forward(self, x: Any) -> Any:
        return object()


class Selecting(nn.Module):
    """The size of what it returns depends on the numbers."""

    def forward(self, x: Any) -> Any:
        return x.nonzero()


class OwnLoss(nn.Module):
    """Returns a number; its modules are called as the scopes of the loss and of the backward pass are."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = nn.Linear(2, 1)
        self.gradients = nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        return self.loss(self.gradients(x)).mean()


class Modes(nn.Module):
    """Autocast, a checkpoint, and a part without gradients."""

    def __init__(self) -> None:
        super().__init__()
        self.mixed = nn.Linear(2, 2)
        self.again = nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = self.mixed(x)
        with torch.no_grad():
            mean = y.mean()
        return checkpoint(self.again, y.float() - mean, use_reentrant=False).sum()


class Double(torch.autograd.Function):
    """A function with a gradient of its own."""

    @staticmethod
    def forward(context: Any, x: Any) -> Any:
        context.save_for_backward(x)
        return x * 2

    @staticmethod
    def backward(context: Any, gradient: Any) -> Any:
        return gradient * 2


def encoder(layers: int = 2) -> Any:
    layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True)
    return nn.TransformerEncoder(layer, layers).train()


class Colouring(nn.Module):
    """Raises what would colour a terminal."""

    def forward(self, x: Any) -> Any:
        raise RuntimeError("\x1b[31mred")
