"""Initializers of variables (``tf.initializers``)."""

from __future__ import annotations

from graphlog.ops.state import initializers as _initializers
from graphlog.ops.state.initializers import he_normal, he_uniform, lecun_normal, lecun_uniform
from graphlog.ops.state.variable_collections import (
    global_variables_initializer as global_variables,
)
from graphlog.ops.state.variable_collections import (
    local_variables_initializer as local_variables,
)
from graphlog.ops.state.variable_collections import (
    tables_initializer,
)
from graphlog.ops.state.variable_collections import (
    variables_initializer as variables,
)

constant = _initializers.Constant
glorot_normal = _initializers.GlorotNormal
glorot_uniform = _initializers.GlorotUniform
identity = _initializers.Identity
ones = _initializers.Ones
orthogonal = _initializers.Orthogonal
random_normal = _initializers.RandomNormal
random_uniform = _initializers.RandomUniform
truncated_normal = _initializers.TruncatedNormal
uniform_unit_scaling = _initializers.UniformUnitScaling
variance_scaling = _initializers.VarianceScaling
zeros = _initializers.Zeros

__all__ = [
    "constant",
    "global_variables",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "local_variables",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "tables_initializer",
    "truncated_normal",
    "uniform_unit_scaling",
    "variables",
    "variance_scaling",
    "zeros",
]
