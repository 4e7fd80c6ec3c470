"""Seeds of random operations."""

from __future__ import annotations

from graphlog.core.default_graph import get_default_graph

_DEFAULT_GRAPH_SEED = 87654321
_LARGEST = 2**31 - 1


def set_random_seed(seed: int | None) -> None:
    """Sets the seed of the default graph.

    An operation has two seeds. With the graph's seed set, one that is given none gets its own from its
    place in the graph. With only its own, the graph's is a constant. With neither, its numbers differ
    from session to session.

    Args:
        seed: the seed, or None for none.

    Source: ``tf.set_random_seed``.
    """
    get_default_graph().seed = seed


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The two seeds of an operation that is to be added to the default graph now.

    Args:
        op_seed: the seed it was given.

    Returns:
        The attributes ``seed`` and ``seed2``; None and None where it was given none and the graph has
        none.

    Source: ``tf.get_seed``.
    """
    graph = get_default_graph()
    if graph.seed is not None:
        seeds = graph.seed % _LARGEST, (graph.version if op_seed is None else op_seed) % _LARGEST
    elif op_seed is not None:
        seeds = _DEFAULT_GRAPH_SEED, op_seed % _LARGEST
    else:
        return None, None
    # Two zeros would stand for no seeds.
    return (0, _LARGEST) if seeds == (0, 0) else seeds
