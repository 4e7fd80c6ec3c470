"""Random numbers (``tf.random``)."""

from __future__ import annotations

from graphlog.ops.random_functions import (
    categorical,
    multinomial,
    truncated_normal,
)
from graphlog.ops.random_functions import (
    random_normal as normal,
)
from graphlog.ops.random_functions import (
    random_shuffle as shuffle,
)
from graphlog.ops.random_functions import (
    random_uniform as uniform,
)
from graphlog.ops.random_parameters import (
    random_gamma as gamma,
)
from graphlog.ops.random_parameters import (
    random_poisson as poisson,
)
from graphlog.ops.random_seeds import get_seed, set_random_seed

__all__ = [
    "categorical",
    "gamma",
    "get_seed",
    "multinomial",
    "normal",
    "poisson",
    "set_random_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]
