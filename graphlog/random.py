"""Random numbers (``tf.random``)."""

from __future__ import annotations

from graphlog.ops.random.candidate_functions import (
    all_candidate_sampler,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from graphlog.ops.random.random_functions import (
    categorical,
    multinomial,
    truncated_normal,
)
from graphlog.ops.random.random_functions import (
    random_normal as normal,
)
from graphlog.ops.random.random_functions import (
    random_shuffle as shuffle,
)
from graphlog.ops.random.random_functions import (
    random_uniform as uniform,
)
from graphlog.ops.random.random_parameters import (
    random_gamma as gamma,
)
from graphlog.ops.random.random_parameters import (
    random_poisson as poisson,
)
from graphlog.ops.random.random_seeds import get_seed, set_random_seed
from graphlog.ops.random.stateless_random import (
    stateless_categorical,
    stateless_multinomial,
    stateless_truncated_normal,
)
from graphlog.ops.random.stateless_random import (
    stateless_random_normal as stateless_normal,
)
from graphlog.ops.random.stateless_random import (
    stateless_random_uniform as stateless_uniform,
)

__all__ = [
    "all_candidate_sampler",
    "categorical",
    "fixed_unigram_candidate_sampler",
    "gamma",
    "get_seed",
    "learned_unigram_candidate_sampler",
    "log_uniform_candidate_sampler",
    "multinomial",
    "normal",
    "poisson",
    "set_random_seed",
    "shuffle",
    "stateless_categorical",
    "stateless_multinomial",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
    "uniform_candidate_sampler",
]
