"""JAX models in TensorBoard: forward and backward pass, scope by scope.

Each model is a run in ./logs/jax_models. It needs JAX: pip install 'graphlog[jax]'. The convnet needs Flax
and the classifier of texts Equinox, and each is left out where its library is missing.
"""

import importlib.util

import jax
import jax.numpy as jnp

import graphlog as gl

LOGDIR = "./logs/jax_models"


def dense(params, x):
    return x @ params["kernel"] + params["bias"]


def normalized(params, x):
    centered = x - x.mean(-1, keepdims=True)
    return params["scale"] * centered / jnp.sqrt((centered**2).mean(-1, keepdims=True) + 1e-6)


def attention(params, x, heads=2):
    batch, length, size = x.shape
    with jax.named_scope("attention"):
        query, key, value = (
            dense(params[name], x).reshape(batch, length, heads, size // heads)
            for name in ("query", "key", "value")
        )
        weights = jax.nn.softmax(jnp.einsum("blhs,bmhs->bhlm", query, key) / (size // heads) ** 0.5)
        mixed = jnp.einsum("bhlm,bmhs->blhs", weights, value).reshape(x.shape)
        return dense(params["out"], mixed)


def transformer(params, x, key):
    for number, layer in enumerate(params["layers"]):
        with jax.named_scope(f"layers/{number}"):
            x = x + attention(layer["attention"], normalized(layer["norm"], x))
            with jax.named_scope("mlp"):
                x = x + dense(layer["mlp"]["down"], jax.nn.gelu(dense(layer["mlp"]["up"], x)))
            with jax.named_scope("dropout"):
                x = jnp.where(jax.random.bernoulli(jax.random.fold_in(key, number), 0.9, x.shape), x / 0.9, 0)
    return x


def transformer_parameters(layers=2, size=16):
    def one_dense(rows, columns):
        return {"kernel": jnp.ones((rows, columns)), "bias": jnp.zeros(columns)}

    return {
        "layers": [
            {
                "norm": {"scale": jnp.ones(size)},
                "attention": {name: one_dense(size, size) for name in ("query", "key", "value", "out")},
                "mlp": {"up": one_dense(size, 4 * size), "down": one_dense(4 * size, size)},
            }
            for _ in range(layers)
        ]
    }


def transformer_loss(params, batch, key):
    predicted = transformer(params, batch["x"], key)
    with jax.named_scope("loss"):
        return jnp.mean((predicted - batch["y"]) ** 2)


def recurrent_loss(params, xs, target):
    def step(state, x):
        with jax.named_scope("cell"):
            state = jnp.tanh(dense(params["state"], state) + dense(params["input"], x))
        return state, state

    _, states = jax.lax.scan(step, jnp.zeros(8), xs)
    with jax.named_scope("loss"):
        return jnp.mean((states - target) ** 2)


def branching(x):
    """Which of two functions is used depends on the numbers."""
    return jax.lax.cond(x.sum() > 0, lambda x: {"branch": jnp.exp(x)}, lambda x: {"branch": -x}, x)


def flax_graph():
    from flax import nnx

    class ResidualBlock(nnx.Module):
        def __init__(self, channels, rngs):
            self.convolution = nnx.Conv(channels, channels, (3, 3), rngs=rngs)
            self.norm = nnx.BatchNorm(channels, rngs=rngs)

        def __call__(self, x):
            return x + nnx.relu(self.norm(self.convolution(x)))

    class ResidualNetwork(nnx.Module):
        def __init__(self, rngs, channels=8, blocks=3, classes=10):
            self.stem = nnx.Conv(3, channels, (3, 3), rngs=rngs)
            self.blocks = nnx.List([ResidualBlock(channels, rngs) for _ in range(blocks)])
            self.head = nnx.Linear(channels, classes, rngs=rngs)

        def __call__(self, images):
            x = nnx.relu(self.stem(images))
            for block in self.blocks:
                x = block(x)
            return self.head(x.mean((1, 2)))

    def loss(model, images):
        return (model(images) ** 2).mean()

    return gl.from_jax(nnx.value_and_grad(loss), ResidualNetwork(nnx.Rngs(0)), jnp.ones((2, 8, 8, 3)))


def equinox_graph():
    import equinox

    class Classifier(equinox.Module):
        embedding: equinox.nn.Embedding
        layers: equinox.nn.MLP

        def __call__(self, words):
            return self.layers(jax.vmap(self.embedding)(words).mean(0))

    first, second = jax.random.split(jax.random.key(0))
    model = Classifier(equinox.nn.Embedding(100, 8, key=first), equinox.nn.MLP(8, 4, 16, 2, key=second))

    @equinox.filter_value_and_grad
    def loss(model, words):
        return jax.nn.logsumexp(model(words))

    return gl.from_jax(loss, model, jnp.arange(6))


def graphs():
    params, key = transformer_parameters(), jax.random.key(0)
    batch = {"x": jnp.ones((4, 10, 16)), "y": jnp.ones((4, 10, 16))}
    yield "transformer", gl.from_jax(jax.value_and_grad(transformer_loss), params, batch, key)
    params = {
        name: {"kernel": jnp.ones((size, 8)), "bias": jnp.zeros(8)}
        for name, size in (("state", 8), ("input", 4))
    }
    yield "recurrent", gl.from_jax(jax.value_and_grad(recurrent_loss), params, jnp.ones((5, 4)), jnp.ones(8))
    yield "branching", gl.from_jax(branching, jnp.ones(3))
    for library, make, run in (
        ("flax", flax_graph, "flax_residual"),
        ("equinox", equinox_graph, "equinox_texts"),
    ):
        if importlib.util.find_spec(library):
            yield run, make()
        else:
            print(f"{run} is left out: {library} is not installed.")


for run, graph in graphs():
    gl.summary.FileWriter(f"{LOGDIR}/{run}", graph).close()
    names = [operation.name for operation in graph.get_operations()]
    backward = sum("gradients/" in name for name in names)
    print(f"{run}: {len(names)} nodes, {backward} of them in the backward pass")
