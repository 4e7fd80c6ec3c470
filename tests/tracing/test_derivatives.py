"""grad, value_and_grad, jacobian, hessian, vjp and jvp: forms, dtypes, signatures, errors."""

from __future__ import annotations

import copy
import math
import pickle
import threading
from typing import Any, NamedTuple

import numpy as np
import pytest

import graphlog as gl


def blog(a: Any, b: Any, c: Any, d: Any) -> Any:
    return a * b + c * np.log(d)


def test_the_blogs_gradients() -> None:
    value, gradients = gl.value_and_grad(blog, (0, 1, 2, 3))(2.0, 3.0, 5.0, 10.0)
    assert value == pytest.approx(6 + 5 * math.log(10))
    assert gradients == pytest.approx((3.0, 2.0, math.log(10), 0.5))
    assert gl.grad(blog, 3)(2, 3, 5, 10) == pytest.approx(0.5)


class Layer(NamedTuple):
    weights: Any
    bias: Any


def test_nests_keep_their_form() -> None:
    def loss(layers: Any, x: Any) -> Any:
        for layer in layers["all"]:
            x = np.tanh(x @ layer.weights + layer.bias)
        return np.sum(x) + layers["scale"] * 2

    generator = np.random.default_rng(0)
    sizes = [(3, 4), (4, 2)]
    layers = {
        "scale": 0.5,
        "all": [Layer(generator.normal(size=shape), np.zeros(shape[1])) for shape in sizes],
    }
    x = generator.normal(size=(5, 3))
    value, gradient = gl.value_and_grad(loss)(layers, x)
    assert value == pytest.approx(loss(layers, x))
    assert list(gradient) == ["scale", "all"]
    assert gradient["scale"] == 2.0
    assert [type(layer) for layer in gradient["all"]] == [Layer, Layer]
    assert [layer.weights.shape for layer in gradient["all"]] == sizes
    step = 1e-6
    for number, layer in enumerate(layers["all"]):  # type: ignore[arg-type, var-annotated]
        moved = loss(layers, x)
        layer.bias[0] += step
        slope = (loss(layers, x) - moved) / step
        layer.bias[0] -= step
        assert gradient["all"][number].bias[0] == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes_stay_numpys(dtype: Any) -> None:
    def function(x: Any, rate: Any) -> Any:
        return np.sum(np.tanh(x) * rate + 1) / 3

    x = np.linspace(-1, 1, 5).astype(dtype)
    value, gradient = gl.value_and_grad(function)(x, 0.1)
    assert value.dtype == function(x, 0.1).dtype == dtype
    assert gradient.dtype == dtype
    np.testing.assert_allclose(value, function(x, 0.1), rtol=1e-3)
    wide = gl.value_and_grad(function)(x, np.float64(0.1))[0]
    assert wide.dtype == function(x, np.float64(0.1)).dtype


def test_one_trace_serves_all_calls_of_a_signature() -> None:
    traced = []

    def function(x: Any, power: int, name: str = "a") -> Any:
        traced.append((np.shape(x), power, name))
        result = x
        for _ in range(power - 1):
            result = result * x
        return np.sum(result)

    gradient = gl.grad(function)
    for _ in range(3):
        np.testing.assert_allclose(gradient(np.arange(3.0), 3), 3 * np.arange(3.0) ** 2)
    gradient(np.arange(4.0), 3)
    gradient(np.arange(4.0), 2)
    gradient(np.arange(4.0), 2, name="b")
    assert traced == [((3,), 3, "a"), ((4,), 3, "a"), ((4,), 2, "a"), ((4,), 2, "b")]


def test_constants_that_change_from_call_to_call_are_told() -> None:
    gradient = gl.grad(lambda x, n: x * n)
    for n in range(63):
        assert gradient(1.0, n) == n
    with pytest.warns(UserWarning, match=r"'<lambda>' has been traced 64 times.*np.int64\(n\)"):
        gradient(1.0, 63)
    assert gradient(2.0, np.int64(70)) == 70


def test_what_nothing_depends_on_has_zeros() -> None:
    value, (gradient, other) = gl.value_and_grad(lambda x, y: np.sum(x), (0, 1))(np.ones(2), np.ones((2, 2)))
    assert value == 2
    np.testing.assert_array_equal(gradient, np.ones(2))
    np.testing.assert_array_equal(other, np.zeros((2, 2)))
    value, gradient = gl.value_and_grad(lambda x: 3.0)(np.ones(2))
    assert value == 3
    np.testing.assert_array_equal(gradient, np.zeros(2))


def test_derivatives_of_derivatives() -> None:
    third = gl.grad(gl.grad(gl.grad(lambda x: x**4)))
    assert third(2.0) == pytest.approx(48.0)
    # The inner derivative leaves the outer x alone.
    assert gl.grad(lambda x: x * gl.grad(lambda y: x * y)(x))(3.0) == pytest.approx(6.0)
    value, gradient = gl.value_and_grad(lambda x: np.sum(gl.jacobian(lambda y: y**2)(x)))(np.arange(3.0))
    assert value == 6.0
    np.testing.assert_allclose(gradient, [2.0, 2.0, 2.0])


@pytest.mark.parametrize("shapes", [((2, 3), (4,)), ((2, 3), (12,)), ((), (3,)), ((0,), (3,))])
def test_jacobians(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    """By rows and by columns, whichever are fewer."""
    given, wanted = shapes
    size = int(np.prod(given)), int(np.prod(wanted))
    matrix = np.random.default_rng(0).normal(size=(size[1], size[0]))

    def function(x: Any) -> Any:
        return np.reshape(np.sin(matrix @ np.reshape(x, (-1,))), wanted)

    x = np.random.default_rng(1).normal(size=given)
    found = gl.jacobian(function)(x)
    expected = np.cos(matrix @ x.reshape(-1))[:, None] * matrix
    assert found.shape == wanted + given
    np.testing.assert_allclose(found, expected.reshape(wanted + given))


def test_jacobians_of_nests() -> None:
    def function(p: Any, y: Any) -> Any:
        return {"sum": p["x"] + y, "squares": (p["x"] ** 2,)}

    x, y = np.arange(3.0), np.ones(3)
    found = gl.jacobian(function, (0, 1))({"x": x}, y)
    np.testing.assert_array_equal(found["sum"][0]["x"], np.eye(3))
    np.testing.assert_array_equal(found["sum"][1], np.eye(3))
    np.testing.assert_array_equal(found["squares"][0][0]["x"], np.diag(2 * x))
    np.testing.assert_array_equal(found["squares"][0][1], np.zeros((3, 3)))


def test_hessians() -> None:
    matrix = np.random.default_rng(0).normal(size=(3, 3))
    found = gl.hessian(lambda x: x @ matrix @ x / 2 + np.sum(x**3))(np.arange(3.0))
    np.testing.assert_allclose(found, (matrix + matrix.T) / 2 + np.diag(6 * np.arange(3.0)))
    both = gl.hessian(lambda x, y: np.sum(x * y**2), (0, 1))(np.ones(2), np.arange(2.0))
    np.testing.assert_allclose(both[1][1], 2 * np.eye(2))
    np.testing.assert_allclose(both[0][1], np.diag([0.0, 2.0]))


def test_products_from_the_left_and_right() -> None:
    def function(x: Any, y: Any) -> Any:
        return np.sin(x) * y, np.sum(x)

    x, y = np.arange(3.0), np.full(3, 2.0)
    (value, total), multiply = gl.vjp(function, x, y)
    np.testing.assert_allclose(value, np.sin(x) * 2)
    assert total == 3.0
    for factor in (1.0, 2.0):
        to_x, to_y = multiply((np.full(3, factor), 0.5))
        np.testing.assert_allclose(to_x, factor * np.cos(x) * 2 + 0.5)
        np.testing.assert_allclose(to_y, factor * np.sin(x))
    (value, total), (moved, moved_total) = gl.jvp(function, (x, y), (np.ones(3), np.zeros(3)))
    np.testing.assert_allclose(moved, np.cos(x) * 2)
    assert moved_total == 3.0
    with pytest.raises(ValueError, match="must be those of the arguments"):
        gl.jvp(function, (x, y), (np.ones(2), np.zeros(3)))
    with pytest.raises(ValueError, match="must be those of the function's value"):
        multiply(np.ones(3))


def test_threads_may_share_a_gradient() -> None:
    gradient = gl.grad(lambda x: np.sum(x**2))
    failures: list[Any] = []

    def work(size: int) -> None:
        for _ in range(50):
            x = np.full(size, float(size))
            if not np.array_equal(gradient(x), 2 * x):
                failures.append(size)

    threads = [threading.Thread(target=work, args=(size,)) for size in (2, 3, 4, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def filled_by_elements(x: Any) -> Any:
    y = np.zeros(3)
    y[0] = x[0]
    return y.sum()


BAD: dict[str, tuple[Any, tuple[Any, ...], str]] = {
    "an array": (lambda x: x, (np.ones(3),), r"returns one real number, not an array of shape \(3,\)"),
    "a tuple": (lambda x: (x, x), (1.0,), "returns one number, not a tuple: use jacobian"),
    "integers": (lambda x: np.sum(x), (np.arange(3),), "Argument 0 cannot be .* holds int64"),
    "a string": (lambda x: 1.0, ("a",), "cannot be differentiated by: it holds str"),
    "a complex number": (lambda x: x * 1j, (1.0,), "dtype complex128"),
    "a branch": (lambda x: x if x > 0 else -x, (1.0,), "The truth of .* is not known.*np.where"),
    "a float": (lambda x: math.sin(x), (1.0,), "is traced: float"),
    "a range": (lambda x: sum(range(x)), (np.int64(3), ), "cannot be differentiated by"),
    "an index": (lambda x: [1.0, 2.0][x], (1.0,), "an index or a size cannot be had"),
    "np.array": (lambda x: np.array([x, x]).sum(), (1.0,), "np.asarray take no traced"),
    "writing": (lambda x: x.__setitem__(0, 1.0), (np.ones(2),), "cannot be written into"),
    "out": (lambda x: np.add(x, 1.0, out=np.zeros(2)), (np.ones(2),), "use what it returns"),
    "unique": (lambda x: np.unique(x).sum(), (np.ones(2),), r"np\.unique cannot be traced"),
    "apply": (lambda x: np.lexsort((x, x)).sum(), (np.ones(2),), r"np\.lexsort cannot be traced"),
    "a ufunc": (lambda x: np.frexp(x)[0], (1.0,), r"np\.frexp cannot be traced"),
    "a method": (lambda x: np.add.at(x, 0, 1.0), (np.ones(2),), r"np\.add\.at cannot be traced"),
    "an argument": (lambda x: np.mean(x, where=[True]), (np.ones(1),), "be traced with these arguments"),
    "a shape": (lambda x: x[x > 0].shape[0] * 1.0, (np.ones(2),), "depends on numbers"),
    "places": (lambda x: np.where(x > 0)[0], (np.ones(2),), r"Use np\.where\(condition, x, y\)"),
    "a rank": (lambda x: np.linalg.matrix_rank(x), (np.eye(2),), r"np\.linalg\.matrix_rank cannot be"),
    "item": (lambda x: x.item(), (1.0,), r"item\(\) cannot be had"),
    "full": (lambda x: np.full(3, x).sum(), (1.0,), r"for np\.full, np\.full_like or like=x"),
    "random numbers": (lambda x: np.random.default_rng().normal(x), (1.0,), r"np\.random\.normal\(size"),
    "an element": (filled_by_elements, (np.ones(3),), r"y\[i\] = x.* At .*: y\[0\] = x\[0\]$"),
    "an iterator": (lambda x: np.fromiter(x, float).sum(), (np.ones(3),), "nor be an element of a new one"),
    "out of a sum": (lambda x: np.sum(x, out=np.empty(())), (np.ones(3),), "np.sum cannot write"),
    "out of a product": (lambda x: x.dot(x, out=np.empty(())), (np.ones(3),), "without out="),
    "sorting in place": (lambda x: x.sort(), (np.ones(3),), r"changes an array in place.*x = np\.sort\(x\)"),
    "filling": (lambda x: x.fill(0), (np.ones(3),), r"np\.full_like\(x, value\)"),
    "bytes": (lambda x: x.tobytes(), (np.ones(3),), r"x\.tobytes cannot be had"),
    "copyto": (lambda x: np.copyto(np.zeros(3), x), (np.ones(3),), "it changes an array"),
    "nonzero": (lambda x: x.nonzero(), (np.ones(3),), "how many elements it gives depends on numbers"),
    "text": (lambda x: float(f"{x:.2f}"), (1.0,), r"its text in the format '\.2f' cannot be had"),
    "round": (lambda x: round(x), (1.0,), "an int, which round"),
    "pickle": (lambda x: pickle.dumps(x), (1.0,), "cannot be pickled: it stands for a place in a graph"),
    "vectorize": (lambda x: np.vectorize(math.sin)(x).sum(), (np.ones(3),), "cannot be made an ndarray"),
    "saving": (lambda x: np.save("x.npy", x), (np.ones(3),), "Use it on what the traced function returns"),
    "a mask among indices": (lambda x: x[x > 0, np.argmax(x)], (np.ones((3, 3)),), "booleans alone"),
    "interp": (lambda x: np.interp(0.5, x, x), (np.ones(3),), "places xp that are not"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_traced_is_told(what: str) -> None:
    function, args, message = BAD[what]
    with pytest.raises(gl.TracingError, match=message) as raised:
        gl.grad(function)(*args)
    if not isinstance(function, type(np.sum)) and "argument" not in str(raised.value).lower():
        assert "number, not a" in str(raised.value) or f" At {__file__}:" in str(raised.value)


def test_the_line_is_told_once() -> None:
    def inner(y: Any) -> Any:
        return y if y > 0 else -y

    with pytest.raises(gl.TracingError) as raised:
        gl.grad(lambda x: gl.grad(inner)(x))(1.0)
    assert str(raised.value).count(" At ") == 1
    assert str(raised.value).endswith("return y if y > 0 else -y")
    with pytest.raises(ValueError, match="inhomogeneous"):
        gl.grad(lambda x: x * np.array([[1.0], [1.0, 2.0]]).sum())(1.0)


def test_a_traced_array_is_its_own_copy() -> None:
    def function(x: Any) -> Any:
        assert not hasattr(x, "tobytes")
        assert not hasattr(x, "foo")
        nested = copy.deepcopy({"x": [x]})
        return np.sum(nested["x"][0] * copy.copy(x) * x.copy())

    np.testing.assert_allclose(gl.grad(function)(np.arange(3.0)), 3 * np.arange(3.0) ** 2)


@pytest.mark.parametrize("shape", [(-1, -1), (4, -1), (7,), (0, -1), (2, 4)])
def test_shapes_that_do_not_fit_are_numpys_errors(shape: tuple[int, ...]) -> None:
    message = "can only specify one unknown dimension|cannot reshape array of size 6 into shape"
    with pytest.raises(ValueError, match=message):
        np.ones((2, 3)).reshape(shape)
    with pytest.raises(ValueError, match=message):
        gl.grad(lambda x: np.sum(x.reshape(*shape)))(np.ones((2, 3)))


def test_other_errors_of_arguments() -> None:
    with pytest.raises(TypeError, match="argnums names argument 1, and only 1 were given"):
        gl.grad(np.sum, 1)(np.ones(2))
    with pytest.raises(TypeError, match="argnums must be"):
        gl.grad(np.sum, "x")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="sortable keys"):
        gl.grad(lambda x: x["a"])({"a": 1.0, 2: 1.0})
    with pytest.raises(TypeError, match="must be hashable"):
        gl.grad(lambda x, y: x)(1.0, {1, 2})
    with pytest.raises(ValueError, match="Dimensions must be equal"):
        gl.grad(lambda x: np.sum(x @ x))(np.ones((2, 3)))
    with pytest.raises(IndexError):
        gl.grad(lambda x: x[5])(np.ones(3))


def test_jacobians_and_hessians_of_numbers() -> None:
    for x in (0.5, np.float64(0.5), np.array(0.5)):
        assert gl.jacobian(np.sin)(x) == pytest.approx(np.cos(0.5))
        assert gl.hessian(np.sin)(x) == pytest.approx(-np.sin(0.5))
    np.testing.assert_allclose(gl.jacobian(lambda x: x * np.arange(1.0, 4.0))(2.0), [1, 2, 3])
    assert gl.jacobian(np.sin)(np.zeros((0, 2))).shape == (0, 2, 0, 2)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (np.ma.array([1.0, 2.0], mask=[False, True]), "MaskedArray cannot be traced"),
        (
            np.ones(3, np.longdouble) if np.longdouble != np.float64 else np.ones(3, "M8[s]"),
            "cannot be traced",
        ),
        (np.array(["2020-01-01"], "M8[D]"), r"'x' cannot be traced: it holds datetime64\[D\]"),
        (np.zeros(2, [("a", "f4")]), "'x' cannot be traced: it holds"),
        (np.array([1.0, "a"], object), "it holds object"),
    ],
)
def test_arrays_that_graphs_do_not_have(argument: Any, message: str) -> None:
    def function(x: Any) -> Any:
        return np.sum(np.tanh(x))

    gradient = gl.grad(function)
    gradient(np.ones(np.shape(argument)))  # a trace of the same shape and dtype serves no other
    with pytest.raises(gl.TracingError, match=message):
        gradient(argument)
    with pytest.raises(TypeError):
        gl.trace(function, argument)


def test_arguments_without_an_end() -> None:
    endless: list[Any] = [1.0]
    endless.append(endless)
    with pytest.raises(gl.TracingError, match="nested too deeply, or hold themselves"):
        gl.grad(lambda x: x[0])(endless)


def concatenated_rows(x: Any) -> Any:
    rows: Any = iter(x)
    return np.sum(np.concatenate(rows))


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda x: None, gl.TracingError, "returns one number, not a NoneType"),
        (lambda x: (item for item in x), gl.TracingError, "returns one number, not a generator"),
        (lambda x: np.sum(np.pad(x, 1, mode="mean")), gl.TracingError, "mode='mean' cannot be traced"),
        (lambda x: np.sum(np.pad(x, 1, mode=print)), gl.TracingError, "cannot be traced"),
        (lambda x: np.sum(x, axis=(0, 0)), ValueError, "an axis is named twice"),
        (lambda x: np.sum(np.transpose(x, (0, 0))), ValueError, "an axis is named twice"),
        (lambda x: np.sum(np.swapaxes(x, 0, 5)), IndexError, "axis 5 is out of bounds"),
        (concatenated_rows, gl.TracingError, "takes a list or tuple"),
        (lambda x: np.sum(x.astype(object)), gl.TracingError, "cannot be made object"),
        (lambda x: np.sum(x.astype("M8[s]")), gl.TracingError, r"cannot be made datetime64"),
    ],
)
def test_what_has_no_right_result_is_told(function: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        gl.grad(function)(np.ones((2, 3)))
