"""What the definitions of dataset operations share."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, type_list
from graphlog.core.op_definition import Sample
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.ops import samples

FUNCTION = Attribute("func")
SHAPES = Attribute("list(shape)", minimum=1)
# What the elements of a dataset are like.
ELEMENTS = {"output_types": type_list(minimum=1), "output_shapes": SHAPES}

DATASET = dtypes.variant
# A number of calls, elements or datasets that TensorFlow chooses itself.
AUTOTUNE = -1
ONE_FLOAT = {"output_types": [dtypes.float32], "output_shapes": [TensorShape([])]}


def scalar(op: Operation) -> list[StaticShape]:
    """The shape of one dataset or iterator."""
    return [()]


def sample(*inputs: Any, **attributes: Any) -> Sample:
    """A sample of an operation on datasets, of which there are no arrays to run it with."""
    return Sample(inputs, attributes, is_runnable=False)


def int64(value: int) -> np.ndarray[Any, Any]:
    """A sample of a count."""
    return samples.int64(value)


def scalar_value(value: Any) -> int:
    """A scalar input as an int; ValueError where it is no scalar."""
    if np.ndim(value):
        raise ValueError("The inputs of a dataset must be scalars")
    return int(value)


def check_positive(value: int, name: str) -> None:
    """Raises ValueError where a size is not positive."""
    if value <= 0:
        raise ValueError(f"{name} must be greater than zero.")
