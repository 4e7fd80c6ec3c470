from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graphlog as gl
from graphlog.encoders.foreign_arrays import to_numpy


class ByArrayMethod:
    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return np.array([1.0, 2.0])


class ByDlpack:
    def __init__(self) -> None:
        self.array = np.array([1.0, 2.0])

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.array.__dlpack_device__()


class ByNumpyMethod:
    def numpy(self) -> np.ndarray[Any, Any]:
        return np.array([1.0, 2.0])


@pytest.mark.parametrize(
    "value", [[1, 2], (1.0, np.float32(2)), ByArrayMethod(), ByDlpack(), ByNumpyMethod(), np.array([1, 2])]
)
def test_whatever_has_numbers_is_an_array(value: Any) -> None:
    np.testing.assert_array_equal(to_numpy(value), [1, 2])


@pytest.mark.parametrize("value", [2, 2.5, True, np.float16(1), 1 + 2j])
def test_a_number_is_an_array_without_axes(value: Any) -> None:
    array = to_numpy(value)
    assert (array.shape, array.item()) == ((), value)


def test_an_array_is_not_copied() -> None:
    array = np.arange(3)
    assert to_numpy(array) is array


def test_a_list_may_hold_arrays_of_other_libraries() -> None:
    np.testing.assert_array_equal(to_numpy([ByArrayMethod(), ByDlpack()]), [[1, 2], [1, 2]])


def test_bfloat16_becomes_float32() -> None:
    bits = np.array([0x3FC0, 0xC000], np.uint16).view([("bfloat16", np.uint16)])
    np.testing.assert_array_equal(to_numpy(bits), np.array([1.5, -2.0], np.float32))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("text", "expected an array or a number, got str"),
        (None, "expected an array or a number, got NoneType"),
        (np.array(["a"]), "expected numbers, got numpy.ndarray of dtype <U1"),
        (np.array([None]), "expected numbers, got numpy.ndarray of dtype object"),
        (np.ma.array([1.0, 2.0], mask=[False, True]), "got a masked array: give its compressed"),
        ([np.zeros(2), np.zeros(3)], "the arrays of a list have different shapes"),
        (object(), "expected an array or a number, got object"),
    ],
)
def test_what_holds_no_numbers_is_an_error(value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        to_numpy(value)


def test_a_tensor_of_a_graph_is_an_error_that_says_what_to_do() -> None:
    with gl.Graph().as_default(), pytest.raises(TypeError, match="no value until a session runs it"):
        to_numpy(gl.constant(1.0))


def test_tensors_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    for tensor in (
        torch.tensor([1.5, -2.0], requires_grad=True),
        torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        torch.nn.Parameter(torch.tensor([1.5, -2.0], dtype=torch.float16)),
        torch.tensor([1.5, -2.0]).to_sparse(),
    ):
        np.testing.assert_array_equal(to_numpy(tensor), [1.5, -2.0])
    np.testing.assert_array_equal(to_numpy(torch.tensor([1 + 2j]).conj()), [1 - 2j])
    with pytest.raises(TypeError, match="has no values"):
        to_numpy(torch.zeros(2, device="meta"))
    np.testing.assert_array_equal(to_numpy([torch.ones(2), torch.zeros(2)]), [[1, 1], [0, 0]])


def test_arrays_of_jax() -> None:
    jax = pytest.importorskip("jax")
    for dtype in ("float32", "bfloat16", "int32"):
        np.testing.assert_array_equal(to_numpy(jax.numpy.array([1, -2], dtype)), [1, -2])
