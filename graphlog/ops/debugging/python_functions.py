"""PyFunc: a Python function as an operation."""

from __future__ import annotations

import itertools
import traceback
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import errors
from graphlog.core.attributes import Attribute, boolean, string, type_list
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType, as_dtype
from graphlog.core.graph import Graph
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.ops import samples
from graphlog.ops.placeholders import cpp_name

Function = Callable[..., Any]

# An operation knows its function by a token only, so that a GraphDef can hold it. A graph keeps the
# functions of its operations alive, and this table does not.
_functions: weakref.WeakValueDictionary[str, Function] = weakref.WeakValueDictionary()
_kept_alive: weakref.WeakKeyDictionary[Graph, list[Function]] = weakref.WeakKeyDictionary()
_numbers = itertools.count()

# What TensorFlow makes of the errors of Python functions; anything else is an UnknownError.
_ERRORS: dict[type[Exception], type[errors.OpError]] = {
    ValueError: errors.InvalidArgumentError,
    TypeError: errors.InvalidArgumentError,
    StopIteration: errors.OutOfRangeError,
    MemoryError: errors.ResourceExhaustedError,
    NotImplementedError: errors.UnimplementedError,
}


def _kernel(op: Operation) -> Kernel:
    token = op.attributes["token"].decode()
    wanted = op.attributes["Tout"]

    def kernel(*values: Any) -> tuple[Any, ...]:
        function = _functions.get(token)
        if function is None:
            raise ValueError(f"callback {token} is not found")
        try:
            # The function may write to its arrays: they are its own.
            result = function(*[np.array(value)[()] for value in values])
        except Exception as error:
            raise _as_op_error(error) from error
        return _checked(token, _as_list(result), wanted)

    return kernel


def _as_op_error(error: Exception) -> errors.OpError:
    if isinstance(error, errors.OpError):
        return error
    kind = _ERRORS.get(type(error), errors.UnknownError)
    # What called the function is of no interest to whoever wrote it.
    frames = error.__traceback__.tb_next if error.__traceback__ else None
    details = "".join(traceback.format_exception(type(error), error, frames))
    return kind(None, None, f"{type(error).__name__}: {error}\n{details}")


def _as_list(result: Any) -> list[Any]:
    if result is None:
        return []
    return list(result) if isinstance(result, list | tuple) else [result]


def _checked(token: str, results: list[Any], wanted: Sequence[DType]) -> tuple[Any, ...]:
    if len(results) != len(wanted):
        raise ValueError(f"{token} returns {len(results)} values, but expects to see {len(wanted)} values.")
    arrays = [_as_array(result) for result in results]
    for index, (array, dtype) in enumerate(zip(arrays, wanted, strict=True)):
        found = as_dtype(array.dtype)
        if found is not dtype:
            raise ValueError(
                f"{index}-th value returned by {token} is {cpp_name(found)}, but expects {cpp_name(dtype)}"
            )
    return tuple(arrays)


def _as_array(result: Any) -> Any:
    array = np.asarray(result, order="C")
    if array.dtype.kind in "SUO":
        texts = np.empty(array.shape, object)
        texts.reshape(-1)[:] = [
            item.encode() if isinstance(item, str) else item for item in array.ravel().tolist()
        ]
        return texts
    return array


def _double(value: Any) -> Any:
    return value * 2


_functions["doubled"] = _double


def _define(
    type: str, is_stateful: bool, gradient: Any = NOT_DIFFERENTIABLE, **more: Attribute
) -> OpDefinition:
    vector, number = samples.float32([1.5, -2.0]), samples.int32(3)
    float_result, int_result = [as_dtype(np.float32)], [as_dtype(np.int32)]
    return define_op(
        type,
        ["input: Tin"],
        ["output: Tout"],
        attributes={"token": string(), **more, "Tin": type_list(minimum=0), "Tout": type_list(minimum=0)},
        shape=lambda op: [None] * len(op.attributes["Tout"]),
        make_kernel=_kernel,
        gradient=gradient,
        samples=[
            # No derivative is known of a Python function.
            Sample(([vector],), {"token": "doubled", "Tout": float_result}, differentiable=False),
            Sample(([number],), {"token": "doubled", "Tout": int_result}),
            Sample(
                ([number],),
                {"token": "doubled", "Tout": float_result},
                raises="0-th value returned by doubled is int32, but expects float",
            ),
            Sample(([number],), {"token": "gone", "Tout": []}, raises="callback gone is not found"),
        ],
        is_stateful=is_stateful,
        calls_users_code=True,
    )


PyFunc = _define("PyFunc", is_stateful=True)
PyFuncStateless = _define("PyFuncStateless", is_stateful=False)
# TensorFlow differentiates what the function executes eagerly, which graphlog does not know.
EagerPyFunc = _define("EagerPyFunc", is_stateful=True, gradient=None, is_async=boolean(False))


class EagerArray(np.ndarray[Any, Any]):
    """What a function of ``tf.py_function`` gets: an array that offers ``numpy()`` too."""

    def numpy(self) -> Any:
        """The value as a plain array, or a NumPy scalar."""
        return np.asarray(self)[()]


def py_func(
    func: Function,
    inp: Sequence[Any],
    Tout: Any,  # noqa: N803
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """A Python function of arrays as an operation.

    Args:
        func: a function of arrays (NumPy scalars for scalars) that returns arrays, one or several.
        inp: the tensors that it gets.
        Tout: the dtypes of what it returns, one or a list.
        stateful: whether it may return something else for the same arrays, or do more than return.
        name: the operation's name.

    Returns:
        A Tensor, or a list of them where ``Tout`` is a list; the Operation where that is empty.

    Raises:
        ValueError: ``func`` cannot be called.

    Source: TensorFlow's ``PyFunc`` and ``PyFuncStateless``. The graph refers to the function by a token
    of this process; a graph that was written and read elsewhere cannot call it.
    """
    return _called(PyFunc if stateful else PyFuncStateless, func, inp, Tout, name)


def _called(
    definition: OpDefinition, func: Function, inp: Sequence[Any], result_types: Any, name: str | None
) -> Any:
    if not callable(func):
        raise ValueError(f"Expected func to be callable, got func of type {type(func)}")
    token = f"pyfunc_{next(_numbers)}"
    _functions[token] = func
    _kept_alive.setdefault(get_default_graph(), []).append(func)
    is_list = isinstance(result_types, list | tuple)
    wanted = list(result_types) if is_list else [result_types]
    operation = definition.operation(list(inp), token=token, Tout=wanted, name=name)
    if not operation.outputs:
        return operation
    return list(operation.outputs) if is_list else operation.outputs[0]


def py_function(
    func: Function,
    inp: Sequence[Any],
    Tout: Any,  # noqa: N803
    name: str | None = None,
) -> Any:
    """A Python function as an operation; as ``py_func``, but its arguments offer ``numpy()`` too.

    The function computes with NumPy: no operation of TensorFlow can be executed in it, and there is no
    gradient. Source: TensorFlow's ``EagerPyFunc``.
    """

    def of_arrays(*values: Any) -> Any:
        arguments = [np.asarray(value).view(EagerArray) for value in values]
        wanted = [as_dtype(item).numpy_dtype for item in (Tout if isinstance(Tout, list | tuple) else [Tout])]
        results = _as_list(func(*arguments))
        if len(results) != len(wanted):
            return results
        # As tensors that are made eagerly, numbers of Python get the dtype that is wanted.
        return [
            np.asarray(result, None if hasattr(result, "dtype") else dtype)
            for result, dtype in zip(results, wanted, strict=True)
        ]

    if not callable(func):
        raise ValueError(f"Expected func to be callable, got func of type {type(func)}")
    return _called(EagerPyFunc, of_arrays, inp, Tout, name)


def numpy_function(
    func: Function,
    inp: Sequence[Any],
    Tout: Any,  # noqa: N803
    name: str | None = None,
) -> Any:
    """A Python function of arrays as an operation; ``py_func`` under its newer name."""
    return py_func(func, inp, Tout, stateful=True, name=name)
