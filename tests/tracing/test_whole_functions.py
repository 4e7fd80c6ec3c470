"""Functions as people write them: their values and gradients beside NumPy, autograd and small steps."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy
import pytest

import graphlog as gl

try:
    import autograd
    import autograd.numpy as autograd_numpy
except ImportError:  # pragma: no cover
    autograd = None

GENERATOR = numpy.random.default_rng(0)
WEIGHTS = GENERATOR.normal(size=(4, 3))
LABELS = numpy.array([2, 0, 1, 1, 2])
IMAGE_FILTER = GENERATOR.normal(size=(3, 3))
DATA = GENERATOR.normal(size=(6, 3))


class Whole(NamedTuple):
    """A function of a module like NumPy and of arrays; ``rivals`` says whether autograd can do it too."""

    function: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    low: float
    rivals: bool


WHOLE: dict[str, Whole] = {}


def whole(*shapes: tuple[int, ...], low: float = -2.0, rivals: bool = True) -> Callable[..., Any]:
    """A decorator: puts a function into the table."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        WHOLE[function.__name__] = Whole(function, shapes, low, rivals)
        return function

    return register


# Networks and what they are trained by.


@whole((5, 4), (4, 3))
def softmax_cross_entropy(np: Any, x: Any, w: Any) -> Any:
    logits = x @ w
    logits = logits - np.max(logits, axis=1, keepdims=True)
    return -np.mean((logits - np.log(np.sum(np.exp(logits), 1, keepdims=True)))[np.arange(5), LABELS])


@whole((3, 4), (5, 4), (5, 2))
def attention(np: Any, q: Any, k: Any, v: Any) -> Any:
    scores = np.dot(q, k.T) / np.sqrt(k.shape[-1])
    weights = np.exp(scores - np.max(scores, -1, keepdims=True))
    return np.sum((weights / np.sum(weights, -1, keepdims=True) @ v) ** 2)


@whole((2, 3, 4), (4, 4))
def attention_of_heads(np: Any, x: Any, w: Any) -> Any:
    heads = np.transpose(np.reshape(np.einsum("bti,ij->btj", x, w), (2, 3, 2, 2)), (0, 2, 1, 3))
    scores = np.einsum("bhti,bhsi->bhts", heads, heads)
    allowed = np.tril(np.ones((3, 3)))
    scores = np.where(allowed > 0, scores, -1e9)
    return np.sum(np.tanh(np.einsum("bhts,bhsi->bhti", np.tanh(np.exp(scores / 9)), heads)))


@whole((4,), (4, 4), (3, 4), (5, 3))
def recurrent_network(np: Any, h: Any, w: Any, u: Any, xs: Any) -> Any:
    total = 0.0
    for t in range(5):
        h = np.tanh(np.dot(h, w) + np.dot(xs[t], u))
        total = total + np.sum(h**2) / (t + 1)
    return total


@whole((3,), (3, 12), (3, 12), (4, 3))
def lstm(np: Any, h: Any, w: Any, u: Any, xs: Any) -> Any:
    def sigmoid(x: Any) -> Any:
        return 1 / (1 + np.exp(-x))

    c = np.zeros(3)
    for x in xs:
        i, f, o, g = np.split(np.dot(h, w) + np.dot(x, u), 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return np.sum(h)


@whole((5, 4))
def layer_normalization(np: Any, x: Any) -> Any:
    normal = (x - np.mean(x, -1, keepdims=True)) / np.sqrt(np.var(x, -1, keepdims=True) + 1e-5)
    return np.sum(normal**3)


@whole((5, 4))
def gelu(np: Any, x: Any) -> Any:
    return np.sum(0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))


@whole((5, 3))
def hinge(np: Any, scores: Any) -> Any:
    right = scores[np.arange(5), LABELS][:, None]
    return np.mean(np.maximum(0, scores - right + 1))


@whole((4, 3), (4, 3))
def contrastive(np: Any, a: Any, b: Any) -> Any:
    a = a / np.linalg.norm(a, axis=1)[:, None]
    b = b / np.linalg.norm(b, axis=1)[:, None]
    return -np.mean(np.log(np.exp(np.diag(a @ b.T)) / np.sum(np.exp(a @ b.T), axis=1)))


@whole((6, 6), rivals=False)
def convolution_by_windows(np: Any, image: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    return np.sum(np.tanh(np.einsum("ijkl,kl->ij", windows, IMAGE_FILTER)))


@whole((6, 6))
def convolution_by_slices(np: Any, image: Any) -> Any:
    parts = [IMAGE_FILTER[i, j] * image[i : i + 4, j : j + 4] for i in range(3) for j in range(3)]
    return np.sum(sum(parts) ** 2)


@whole((4, 6))
def max_pooling(np: Any, image: Any) -> Any:
    return np.sum(np.max(np.reshape(image, (2, 2, 3, 2)), axis=(1, 3)) ** 2)


@whole((5, 4))
def dropout_of_drawn_numbers(np: Any, x: Any) -> Any:
    kept = numpy.random.default_rng(3).random(x.shape) > 0.5
    return np.sum(np.where(kept, x / 0.5, 0.0) ** 2)


# Probability.


@whole((7,))
def logsumexp(np: Any, x: Any) -> Any:
    largest = np.max(x)
    return largest + np.log(np.sum(np.exp(x - largest)))


@whole((3,), (3, 3))
def gaussian_density(np: Any, mean: Any, a: Any) -> Any:
    covariance = np.dot(a, a.T) + 3 * np.eye(3)
    apart = DATA - mean
    energy = np.sum(apart.T * np.linalg.solve(covariance, apart.T))
    return -0.5 * (energy + 6 * np.linalg.slogdet(covariance)[1])


@whole((2,), (2, 2))
def kalman_filter(np: Any, state: Any, transition: Any) -> Any:
    covariance, noise, seen, total = np.eye(2), 0.1 * np.eye(2), np.array([[1.0, 0.5]]), 0.0
    for measured in (0.3, -0.2, 0.5):
        state = np.dot(transition, state)
        covariance = np.dot(np.dot(transition, covariance), transition.T) + noise
        spread = np.dot(np.dot(seen, covariance), seen.T) + 0.2
        gain = np.dot(covariance, seen.T) @ np.linalg.inv(spread)
        surprise = measured - np.dot(seen, state)
        state = state + np.dot(gain, surprise)
        covariance = np.dot(np.eye(2) - np.dot(gain, seen), covariance)
        total = total + np.sum(surprise**2 / spread + np.log(spread))
    return total


@whole((3,), (3, 3), (3, 4))
def forward_algorithm(np: Any, start: Any, transition: Any, emission: Any) -> Any:
    def normal(x: Any) -> Any:
        return x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))

    start, transition, emission = normal(start), normal(transition), normal(emission)
    alpha = start + emission[:, 1]
    for seen in (3, 0, 2):
        alpha = np.log(np.sum(np.exp(alpha[:, None] + transition), axis=0)) + emission[:, seen]
    return np.log(np.sum(np.exp(alpha)))


@whole((4,), (4,))
def reparameterized_sample(np: Any, mean: Any, logarithm: Any) -> Any:
    noise = numpy.random.default_rng(1).normal(size=4)
    drawn = mean + np.exp(0.5 * logarithm) * noise
    return np.sum(drawn**4) - 0.5 * np.sum(1 + logarithm - mean**2 - np.exp(logarithm))


@whole((6, 2))
def covariance(np: Any, x: Any) -> Any:
    centered = x - np.mean(x, axis=0)
    return np.linalg.det(np.dot(centered.T, centered) / 5)


@whole((3, 6), rivals=False)
def correlation(np: Any, x: Any) -> Any:
    return np.sum(np.corrcoef(x) ** 2) + np.sum(np.cov(x, bias=True) ** 2) + np.cov(x[0])


@whole((6,), rivals=False)
def quantiles(np: Any, x: Any) -> Any:
    return np.sum(np.quantile(x, [0.1, 0.55]) ** 2) + np.percentile(x, 40) + np.median(x)


@whole((3, 4), rivals=False)
def quantiles_of_an_axis(np: Any, x: Any) -> Any:
    return np.sum(x / np.percentile(np.exp(x), 30, axis=1, keepdims=True))


@whole((3, 4), rivals=False)
def sums_of_what_is_chosen(np: Any, x: Any) -> Any:
    chosen = WEIGHTS.T > 0
    return np.sum(x**2, where=chosen) + np.max(x, initial=0.5) + np.sum(x, initial=2.0) * np.prod(x, 1).sum()


@whole((3, 4), rivals=False)
def what_is_no_number_left_out(np: Any, x: Any) -> Any:
    x = np.where(WEIGHTS.T > 0.5, np.nan, x)
    return np.nanstd(x) + np.sum(np.nanvar(x, 1)) + np.nanprod(x) + np.nansum(x) + np.nanmax(x)


# Linear algebra and transforms.


@whole((4, 3), (4,))
def least_squares(np: Any, a: Any, b: Any) -> Any:
    solution = np.linalg.solve(np.dot(a.T, a) + 0.1 * np.eye(3), np.dot(a.T, b))
    return np.sum((np.dot(a, solution) - b) ** 2) + np.sum(solution**2)


@whole((3, 3))
def cholesky_sample(np: Any, a: Any) -> Any:
    factor = np.linalg.cholesky(np.dot(a, a.T) + np.eye(3))
    return np.sum(np.dot(factor, np.arange(3.0)) ** 2)


@whole((3, 3))
def spectrum(np: Any, a: Any) -> Any:
    values, vectors = np.linalg.eigh(a + a.T)
    return np.sum(values**3) + np.sum(np.dot(vectors * np.exp(values), vectors.T) ** 2)


@whole((4, 4))
def spectrum_of_any_matrix(np: Any, a: Any) -> Any:
    values, vectors = np.linalg.eig(a)
    return np.sum(np.abs(values) ** 2) + np.sum(np.abs(np.dot(WEIGHTS.T, vectors)) ** 2)


@whole((4, 3))
def low_rank(np: Any, a: Any) -> Any:
    u, s, v = np.linalg.svd(a, full_matrices=False)
    return np.sum(np.dot(u[:, :2] * s[:2], v[:2]) ** 3)


@whole((4,), (4, 4))
def power_iteration(np: Any, x: Any, a: Any) -> Any:
    a = np.dot(a, a.T) + np.eye(4)
    for _ in range(5):
        x = np.dot(a, x)
        x = x / np.sqrt(np.sum(x * x))
    return np.dot(x, np.dot(a, x))


@whole((8,))
def power_spectrum(np: Any, x: Any) -> Any:
    return np.sum(np.abs(np.fft.fft(x)) ** 2 * np.arange(8.0))


@whole((8,))
def filtered_by_frequency(np: Any, x: Any) -> Any:
    return np.sum(np.real(np.fft.ifft(np.fft.fft(x) * (np.arange(8) < 3))) ** 2)


@whole((3, 3), rivals=False)
def matrix_exponential(np: Any, a: Any) -> Any:
    term = total = np.eye(3)
    for n in range(1, 12):
        term = term @ a / n
        total = total + term
    return np.trace(total) + np.sum(np.linalg.matrix_power(a, 3))


# Physics and numerical methods.


@whole((2,), (1,))
def pendulum(np: Any, state: Any, length: Any) -> Any:
    def slope(y: Any) -> Any:
        return np.array([y[1], -9.81 / length[0] * np.sin(y[0])]) if np is not numpy else stacked(y)

    def stacked(y: Any) -> Any:
        return np.stack([y[1], -9.81 / length[0] * np.sin(y[0])])

    for _ in range(4):
        first = slope(state)
        state = state + 0.05 * slope(state + 0.025 * first)
    return np.sum(state**2)


@whole((8,))
def heat_equation(np: Any, u: Any) -> Any:
    for _ in range(6):
        u = u + 0.2 * (np.roll(u, 1) - 2 * u + np.roll(u, -1))
    return np.sum(u**2 * np.arange(8.0))


@whole((4, 2))
def lennard_jones(np: Any, places: Any) -> Any:
    apart = 3.0 * places[:, None] - 3.0 * places[None]
    distances = np.sum(apart**2, -1) + 2 * np.eye(4)
    return np.sum((1 - np.eye(4)) * (distances**-6.0 - distances**-3.0))


@whole((3,))
def newtons_root(np: Any, x: Any) -> Any:
    y = np.ones(3)
    for _ in range(8):
        y = 0.5 * (y + (x**2 + 1) / y)
    return np.sum(y)


@whole((6,), rivals=False)
def integral(np: Any, y: Any) -> Any:
    integrate = getattr(np, "trapezoid", None) or np.trapz
    return integrate(y**2, dx=0.3) + integrate(y, numpy.arange(6.0) ** 2)


@whole((5,), rivals=False)
def interpolation(np: Any, x: Any) -> Any:
    places, values = numpy.arange(-2.0, 3.0), numpy.array([0.0, 1.0, -1.0, 3.0, 0.5])
    return np.sum(np.interp(x, places, values)) + np.sum(np.interp(3 * x, places, values, left=-1.0) ** 2)


@whole((5,), rivals=False)
def interpolated_values(np: Any, values: Any) -> Any:
    return np.sum(np.interp([-1.0, 0.3, 2.2, 9.0], numpy.arange(5.0), values) ** 2)


@whole((6,), (3,), rivals=False)
def convolutions(np: Any, x: Any, kernel: Any) -> Any:
    modes = [np.sum(np.convolve(x, kernel, mode) ** 2) for mode in ("full", "same", "valid")]
    return sum(modes) + np.sum(np.correlate(x, kernel, "full") ** 2 + np.correlate(kernel, x, "full"))


@whole((4,), (3,), rivals=False)
def polynomial(np: Any, coefficients: Any, x: Any) -> Any:
    return np.sum(np.polyval(coefficients, x)) + np.polyval([1.0, 2.0], x[0])


# Ways to write Python.


@dataclass(frozen=True)
class Settings:
    rate: float
    steps: int


class Model:
    """A model whose method is differentiated."""

    def __init__(self) -> None:
        self.weights = WEIGHTS

    def loss(self, np: Any, x: Any) -> Any:
        return np.sum(np.dot(x, self.weights) ** 2)


@whole((5, 4))
def method_of_a_model(np: Any, x: Any) -> Any:
    return Model().loss(np, x)


@whole((3,))
def partial_of_settings(np: Any, x: Any) -> Any:
    def descend(settings: Settings, x: Any) -> Any:
        for _ in range(settings.steps):
            x = x - settings.rate * np.cos(x)
        return np.sum(x**2)

    return functools.partial(descend, Settings(0.1, 3))(x)


@whole((3,))
def recursion_and_generators(np: Any, x: Any) -> Any:
    def power(x: Any, n: int) -> Any:
        return 1 if n == 0 else x * power(x, n - 1)

    return sum(np.sum(power(x, n)) / math.factorial(n) for n in range(5))


@whole((3,))
def branches_on_shapes(np: Any, x: Any) -> Any:
    if len(x) > 2 and x.ndim == 1 and x.dtype == numpy.float64:
        x = x[::-1] * numpy.float32(2)
    return np.sum(x**3) if x.size == 3 else np.sum(x)


@whole((3, 4))
def assignments_that_add(np: Any, x: Any) -> Any:
    y = x + 0  # another name of x would change x in NumPy, and does not in a trace
    y += 1
    y *= x
    y -= np.mean(x)
    y /= 2
    y **= 2
    return np.sum(y)


@whole((4, 3))
def rows_one_by_one(np: Any, x: Any) -> Any:
    rows = [np.sin(row) * number for number, row in enumerate(x)]
    return np.sum(np.vstack(rows)) + np.sum(np.concatenate([row[:1] for row in rows]) ** 2)


@whole((4, 3), rivals=False)
def functions_along_an_axis(np: Any, x: Any) -> Any:
    def softmax(row: Any, scale: float) -> Any:
        return np.exp(scale * row) / np.sum(np.exp(scale * row))

    return np.sum(np.apply_along_axis(softmax, 0, x, 0.5) ** 2) + np.sum(np.apply_along_axis(np.max, 1, x))


@whole((5,), rivals=False)
def divisions_with_rest(np: Any, x: Any) -> Any:
    whole_part, rest = divmod(x, 0.7)
    return np.sum(rest * x) + np.sum(divmod(5.0, x + 4)[1]) + np.sum(np.fmod(x, 0.3)) + 0 * np.sum(whole_part)


@whole((5,), rivals=False)
def pieces(np: Any, x: Any) -> Any:
    parts = np.piecewise(x, [x < -0.5, x > 0.5], [np.sin, lambda t: t**2, 0.25])
    return np.sum(parts) + np.sum(np.choose([0, 1, 0], [x[:3], x[2:] ** 2])) + np.sum(np.extract(x > 0, x))


# Places.


@whole((5, 4))
def fancy_indexing(np: Any, x: Any) -> Any:
    return np.sum(x[[0, 2, 2]] ** 2) + np.sum(x[np.arange(4), [3, 0, 1, 1]]) + np.sum(x[1:, ::-2][..., None])


@whole((5, 4), rivals=False)
def computed_indices(np: Any, x: Any) -> Any:
    best = np.argmax(x, axis=1)
    picked = x[np.arange(5), best] ** 2 + x[numpy.arange(5), (best + 1) % 4]
    columns = x[:, np.argsort(x[0])]
    return np.sum(picked) + np.sum(columns * np.arange(4.0)) + x[best[0], -1] + np.sum(x[..., 1][best])


@whole((3, 4, 2), rivals=False)
def computed_indices_of_many_axes(np: Any, x: Any) -> Any:
    i = np.argmax(x[:, 0, 0])
    j = np.argmin(x[0], axis=0)
    k = np.argmax(x[0], axis=1)
    return np.sum(x[i, j] ** 2) + np.sum(x[:, :, k] * x[:, j, :1][:, :1]) + np.sum(x[i, 1:, None])


@whole((6,))
def masks(np: Any, x: Any) -> Any:
    return np.sum(x[numpy.array([True, False] * 3)] ** 2) + np.sum(np.where(x > 0, np.sqrt(np.abs(x)), x))


@whole((6,))
def sorted_and_ranked(np: Any, x: Any) -> Any:
    return np.sum(np.sort(x) * np.arange(6.0)) + np.sum(np.sort(x)[-3:] ** 2)


@whole((3, 3))
def triangles_and_diagonals(np: Any, x: Any) -> Any:
    return (
        np.sum(np.triu(x, 1) ** 2) + np.trace(np.dot(x, np.tril(x))) + np.sum(np.diag(x) * np.diag(x, 1)[0])
    )


@whole((2, 3), (4,))
def joined_and_repeated(np: Any, x: Any, y: Any) -> Any:
    parts = np.concatenate([np.ravel(x), np.tile(y, 2), np.repeat(y, 2)])
    return (
        np.sum(parts**2 * np.arange(22.0))
        + np.sum(np.hstack([x, x]) ** 2)
        + np.sum(np.pad(x, 1, "constant") ** 3)
    )


@whole((6,), rivals=False)
def left_out_and_resized(np: Any, x: Any) -> Any:
    return (
        np.sum(np.delete(x, [0, 2]) ** 2)
        + np.sum(np.resize(x, (3, 3)) ** 2)
        + np.sum(x.compress([True, False] * 3))
    )


@whole((), ())
def numbers(np: Any, x: Any, y: Any) -> Any:
    return x**2 * np.sin(y) + (3 if x.ndim == 0 else 0) / (y**2 + 1) - 2**x


@whole((2, 2))
def dtypes_asked_for(np: Any, x: Any) -> Any:
    return np.sum(x.astype(float) ** 2) + np.sum(np.ones_like(x) * x)


@whole((3,), rivals=False)
def arrays_made_like_another(np: Any, x: Any) -> Any:
    pairs = np.array([[x[0], x[1]], [x[2], 1.0]], like=x)
    return np.linalg.det(pairs) + np.sum(np.full((2, 2), x[1], like=x) @ pairs)


def arguments(case: Whole) -> list[Any]:
    generator = numpy.random.default_rng(7)
    return [numpy.asarray(generator.uniform(case.low, 2.0, shape)) for shape in case.shapes]


class _Plain:
    """NumPy, without what takes only traced arrays: ``like=``."""

    def __getattr__(self, name: str) -> Any:
        function = getattr(numpy, name)
        if name not in ("array", "full"):
            return function
        return lambda *args, like=None, **kwargs: function(*args, **kwargs)


@pytest.mark.parametrize("name", WHOLE)
def test_gradients_of_whole_functions(name: str) -> None:
    case = WHOLE[name]
    args = arguments(case)
    positions = tuple(range(len(args)))
    plain = functools.partial(case.function, _Plain())

    def function(*xs: Any) -> Any:
        return case.function(numpy, *xs)

    differentiated = gl.value_and_grad(function, positions)
    expected = plain(*[numpy.array(array) for array in args])
    # Interpreted first, compiled afterwards.
    for _ in range(3):
        value, gradients = differentiated(*args)
        numpy.testing.assert_allclose(value, expected, rtol=1e-9)
    for position, gradient in enumerate(gradients):
        assert gradient.shape == args[position].shape
        numpy.testing.assert_allclose(gradient, small_steps(plain, args, position), rtol=2e-5, atol=2e-6)
    if case.rivals and autograd is not None:
        rival = autograd.grad(functools.partial(case.function, autograd_numpy), positions)(
            *[numpy.array(array) for array in args]
        )
        for one, other in zip(gradients, rival, strict=True):
            numpy.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-10)


def small_steps(function: Callable[..., Any], args: list[Any], position: int) -> Any:
    step, slopes = 1e-6, numpy.zeros(args[position].shape)
    for place in numpy.ndindex(*slopes.shape):
        ends = []
        for sign in (1, -1):
            moved = [numpy.array(array) for array in args]
            moved[position][place] += sign * step
            ends.append(function(*moved))
        slopes[place] = (ends[0] - ends[1]) / (2 * step)
    return slopes
