"""The time of a run."""

from __future__ import annotations

import time

import numpy as np

from graphlog.core.op_definition import Sample, define_op
from graphlog.core.tensor import Tensor
from graphlog.ops import shape_rules

Timestamp = define_op(
    "Timestamp",
    [],
    ["ts: float64"],
    shape=shape_rules.scalar,
    kernel=lambda: np.float64(time.time()),
    # The time of two runs differs, and so no test can compare them.
    samples=[Sample(is_runnable=False)],
    is_stateful=True,
)


def timestamp(name: str | None = None) -> Tensor:
    """The seconds since 1970 when it runs, a float64 scalar (TensorFlow's ``Timestamp``)."""
    return Timestamp(name=name)
