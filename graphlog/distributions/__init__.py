"""Probability distributions (``tf.distributions``)."""

from graphlog.distributions.counts import DirichletMultinomial, Multinomial
from graphlog.distributions.dirichlet import Dirichlet
from graphlog.distributions.discrete import Bernoulli, Categorical
from graphlog.distributions.distribution import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    ReparameterizationType,
)
from graphlog.distributions.divergences import RegisterKL, kl_divergence
from graphlog.distributions.gammas import Beta, Exponential, Gamma
from graphlog.distributions.location_scale import Laplace, Normal, StudentT, Uniform

__all__ = [
    "FULLY_REPARAMETERIZED",
    "NOT_REPARAMETERIZED",
    "Bernoulli",
    "Beta",
    "Categorical",
    "Dirichlet",
    "DirichletMultinomial",
    "Distribution",
    "Exponential",
    "Gamma",
    "Laplace",
    "Multinomial",
    "Normal",
    "RegisterKL",
    "ReparameterizationType",
    "StudentT",
    "Uniform",
    "kl_divergence",
]
