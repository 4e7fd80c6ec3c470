"""``from_jax`` beside ``jax.make_jaxpr``, which it begins with.

The two take turns, each with a new function, since JAX keeps what it has traced. It is processor time, and of
several turns the quickest counts.

    python benchmarks/jax_graphs.py [ROUNDS]

It needs an environment that has JAX beside graphlog: `make bench` makes one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

import graphlog as gl

ROUNDS = 5
LAYERS, SIZE, HEADS = 12, 32, 4


def dense(params: Any, x: Any) -> Any:
    return x @ params["kernel"] + params["bias"]


def attention(params: Any, x: Any) -> Any:
    batch, length, size = x.shape
    query, key, value = (
        dense(params[name], x).reshape(batch, length, HEADS, size // HEADS)
        for name in ("query", "key", "value")
    )
    weights = jax.nn.softmax(jnp.einsum("blhs,bmhs->bhlm", query, key))
    return dense(params["out"], jnp.einsum("bhlm,bmhs->blhs", weights, value).reshape(x.shape))


def transformer_loss(params: Any, x: Any) -> Any:
    for number, layer in enumerate(params):
        with jax.named_scope(f"layers/{number}"):
            with jax.named_scope("attention"):
                x = x + attention(layer["attention"], x)
            with jax.named_scope("mlp"):
                x = x + dense(layer["down"], jax.nn.gelu(dense(layer["up"], x)))
    return (x**2).mean()


def transformer_parameters() -> Any:
    def one(rows: int, columns: int) -> Any:
        return {"kernel": jnp.ones((rows, columns)), "bias": jnp.zeros(columns)}

    return [
        {
            "attention": {name: one(SIZE, SIZE) for name in ("query", "key", "value", "out")},
            "up": one(SIZE, 4 * SIZE),
            "down": one(4 * SIZE, SIZE),
        }
        for _ in range(LAYERS)
    ]


def chain(x: Any) -> Any:
    for _ in range(5000):
        x = jnp.sin(x) * 2.0
    return x.sum()


def anew(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: function(*args)


def seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main(rounds: int) -> None:
    transformer = (transformer_parameters(), jnp.ones((2, 8, SIZE)))
    cases: list[tuple[str, Callable[[], Any], Any]] = [
        ("transformer of 12 layers", lambda: anew(transformer_loss), transformer),
        ("its value_and_grad", lambda: jax.value_and_grad(anew(transformer_loss)), transformer),
        ("10,000 equations", lambda: anew(chain), (jnp.ones((5, 3)),)),
        ("value_and_grad of these", lambda: jax.value_and_grad(anew(chain)), (jnp.ones((5, 3)),)),
    ]
    print("| function | nodes | make_jaxpr, ms | from_jax, ms | beyond it |")
    print("|---|---|---|---|---|")
    for name, make, args in cases:
        nodes = len(gl.from_jax(make(), *args).get_operations())
        traced = drawn = float("inf")
        for _ in range(rounds):
            traced = min(traced, seconds(lambda make=make, args=args: jax.make_jaxpr(make())(*args)))  # type: ignore[misc]
            drawn = min(drawn, seconds(lambda make=make, args=args: gl.from_jax(make(), *args)))  # type: ignore[misc]
        beyond = (drawn - traced) / traced
        print(f"| {name} | {nodes:,} | {traced * 1e3:.0f} | {drawn * 1e3:.0f} | {beyond:.0%} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
