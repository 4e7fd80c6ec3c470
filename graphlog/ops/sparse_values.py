"""Functions of a tensor's elements that also take a SparseTensor, and then work on its values."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor

_Function = TypeVar("_Function", bound=Callable[..., Tensor])


def also_of_sparse_values(function: _Function) -> _Function:
    """Lets a function of one tensor take a SparseTensor, too.

    Args:
        function: a function of a tensor ``x`` and other arguments.

    Returns:
        The function, which gives a SparseTensor with elements in the same places for a SparseTensor.
    """

    @functools.wraps(function)
    def wrapper(x: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(x, SparseTensor):
            return function(x, *arguments, **named)
        # TensorFlow tries the sparse tensor first, which fails, but takes a name.
        with contextlib.suppress(TypeError, ValueError):
            return function(x, *arguments, **named)
        return SparseTensor(x.indices, function(x.values, *arguments, **named), x.dense_shape)

    return cast(_Function, wrapper)
