"""Five PyTorch models in TensorBoard: forward and backward pass, module by module.

Each model is a run in ./logs/torch_models. PyTorch's own add_graph fails on some of them, and shows others
wrongly. It needs PyTorch: pip install 'graphlog[torch]'.
"""

import warnings

import torch
from torch import nn

import graphlog as gl


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(2))

    def forward(self, x):
        y = x
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            y = torch.relu(norm(convolution(y)))
        return x + y


class ResidualNetwork(nn.Module):
    def __init__(self, channels=8, blocks=3, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, padding=1)
        self.blocks = nn.ModuleList(ResidualBlock(channels) for _ in range(blocks))
        self.head = nn.Linear(channels, classes)

    def forward(self, images):
        x = torch.relu(self.stem(images))
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean((2, 3)))


class Tagger(nn.Module):
    """A label for each word of a sentence."""

    def __init__(self, words=100, size=16, labels=5):
        super().__init__()
        self.embedding = nn.Embedding(words, size)
        self.lstm = nn.LSTM(size, size, num_layers=2, batch_first=True)
        self.labels = nn.Linear(size, labels)

    def forward(self, words):
        states, _ = self.lstm(self.embedding(words))
        return self.labels(states)


class Branching(nn.Module):
    """Which of two layers is used depends on the numbers."""

    def __init__(self):
        super().__init__()
        self.when_positive = nn.Linear(4, 4)
        self.otherwise = nn.Linear(4, 4)

    def forward(self, x):
        if x.sum() > 0:
            return self.when_positive(x)
        return self.otherwise(x)


class ImageAndText(nn.Module):
    """Takes a dict, and returns one."""

    def __init__(self):
        super().__init__()
        self.image = nn.Linear(12, 8)
        self.text = nn.Linear(6, 8)

    def forward(self, batch, *, scale):
        image = self.image(batch["image"])
        text = self.text(batch["text"])
        return {"similarity": (image * text).sum(-1) * scale, "embeddings": (image, text)}


def sum_of_squares(output):
    return output.square().sum()


def encoder(layers=2):
    layer = nn.TransformerEncoderLayer(32, nhead=4, dim_feedforward=64, dropout=0.1, batch_first=True)
    return nn.TransformerEncoder(layer, layers).train()


MODELS = {
    "transformer_encoder": (encoder(), (torch.randn(2, 7, 32),), {}, sum_of_squares),
    "residual_network": (ResidualNetwork(), (torch.randn(2, 3, 16, 16),), {}, sum_of_squares),
    "lstm": (Tagger(), (torch.randint(100, (2, 7)),), {}, sum_of_squares),
    "data_dependent_branch": (Branching(), (torch.ones(2, 4),), {}, sum_of_squares),
    "dict_inputs_and_outputs": (
        ImageAndText(),
        ({"image": torch.randn(2, 12), "text": torch.randn(2, 6)},),
        {"scale": torch.tensor(0.5)},
        lambda output: output["similarity"].mean(),
    ),
}

if __name__ == "__main__":
    for name, (module, args, kwargs, loss) in MODELS.items():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            graph = gl.from_torch(module, args, kwargs, backward=loss)
        gl.FileWriter(f"./logs/torch_models/{name}", graph).close()
        backward = sum(op.name.startswith("gradients/") for op in graph.get_operations())
        print(f"{name}: {len(graph.get_operations())} nodes, {backward} of them backward")
        for warning in caught:
            print(f"  {warning.message}")
