"""Bad arguments get an error that says so: no function of graphlog stumbles over them inside.

Each public function is called with values of the wrong kind, in the place of all its required arguments at
once and of each alone, and what it builds is run. It may raise the errors that TensorFlow raises, with some
text; never one that shows how graphlog or NumPy works inside.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphlog as tf

MODULES = (
    *("graphlog", "bitwise", "debugging", "initializers", "layers", "linalg", "losses", "manip", "math"),
    *("metrics", "nn", "random", "signal", "spectral", "strings", "summary", "train"),
)

# They change what other tests rely on, wait, read files, or have classes of the core as their arguments.
SKIPPED = frozenset(
    (
        *("NoGradient", "NotDifferentiable", "RegisterGradient", "Session", "InteractiveSession", "Graph"),
        *("Tensor", "Operation", "DType", "Print", "print", "register_tensor_conversion_function"),
        *("define_op", "load_graph", "no_gradient", "reset_default_graph", "sleep", "load_library"),
        # Their queues wait for somebody to fill them.
        *("input_producer", "slice_input_producer", "string_input_producer", "range_input_producer"),
        *("load_op_library", "load_file_system_library", "contrib", "control_dependencies"),
    )
)

# What is there to be built inside of something else, and is known to say little of a wrong argument.
WITHIN = (
    "/graphlog/ops/sparse/",
    "/graphlog/ops/sampling/",
    "/graphlog/ops/inputs/",
    "/graphlog/ops/datasets/",
)

# ImportError: a library that reads another framework's models is not there.
ALLOWED = (ValueError, TypeError, LookupError, RuntimeError, tf.errors.OpError, OSError, ImportError)
NEVER = (IndexError, AttributeError, AssertionError, UnboundLocalError, RecursionError, ArithmeticError)

# How NumPy complains of what a kernel or a shape rule should have checked.
OF_NUMPY = ("ufunc", "could not be broadcast", "could not broadcast", "inhomogeneous")

SECONDS = 10

_elsewhere = tf.Graph()
with _elsewhere.as_default():
    FOREIGN = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], name="foreign")

BAD: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "text": lambda: "abc",
    "object": object,
    "another graph's tensor": lambda: FOREIGN,
    "mixed list": lambda: [1, "a", None, 2.5],
    "ragged list": lambda: [[1, 2], [3]],
    "integer vector": lambda: np.array([1, 2], np.int32),
    "rank 5": lambda: np.ones((1, 1, 1, 1, 1), np.float32),
    "negative": lambda: -3,
    "nan": lambda: float("nan"),
    "huge": lambda: 2**40,
    "far too huge": lambda: 2**70,
    "empty list": list,
    "empty matrix": lambda: np.zeros((0, 3), np.float32),
    "texts": lambda: ["a", "b"],
}


def functions(module_name: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    module = tf if module_name == "graphlog" else getattr(tf, module_name)
    for name in dir(module):
        # What switches the whole process is not to be left switched.
        if name.startswith(("_", "enable_", "disable_")) or name in SKIPPED:
            continue
        function = getattr(module, name)
        if callable(function) and not inspect.ismodule(function):
            yield name, function


def fitting(name: str) -> Any:
    """A value that suits most parameters of this name."""
    if name in ("axis", "dim", "axes"):
        return 0
    if name in ("shape", "dims", "multiples", "perm"):
        return [2, 3]
    if name in ("num", "num_classes", "depth", "k", "units", "filters", "size", "n", "num_segments"):
        return 2
    if name in ("kernel_size", "pool_size", "strides", "ksize", "rate"):
        return 2
    if name == "dtype":
        return tf.float32
    if name in ("fn", "function", "func", "cond", "body", "true_fn", "false_fn"):
        return lambda *values: values[0] if values else tf.constant(1.0)
    if "ids" in name or "indices" in name:
        return tf.constant([0, 1])
    return tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def _arguments(names: Sequence[str], changed: Sequence[str], bad: Callable[[], Any]) -> list[Any]:
    return [bad() if name in changed else fitting(name) for name in names]


def elements(value: Any) -> list[Any]:
    if isinstance(value, tf.Tensor | tf.Operation):
        return [value]
    return [item for part in value for item in elements(part)] if isinstance(value, list | tuple) else []


def call(function: Callable[..., Any], arguments: Callable[[], list[Any]]) -> None:
    with tf.Graph().as_default(), contextlib.redirect_stdout(io.StringIO()):
        fetches = elements(function(*arguments()))
        if fetches:
            with tf.Session() as session:
                session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
                session.run(fetches)


def problem(function: Callable[..., Any], arguments: Callable[[], list[Any]]) -> str:
    """What is wrong with the error that a call raises; nothing where it raises a good one, or none."""
    try:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        call(function, arguments)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "/graphlog/" in frame.filename]
        place = ours[-1] if ours else frames[-1]
        if any(part in frame.filename for part in WITHIN for frame in ours):
            return ""
        is_numpys = "/numpy/" in frames[-1].filename or any(text in str(error) for text in OF_NUMPY)
        is_good = isinstance(error, ALLOWED) and not isinstance(error, NEVER) and str(error).strip()
        if is_good and not (is_numpys and type(error) is ValueError):
            return ""
        return f"{type(error).__name__}: {str(error)[:100]} ({place.filename}:{place.lineno})"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return ""


def _too_slow(*_: Any) -> None:
    raise RecursionError(f"It took more than {SECONDS} seconds.")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("module", MODULES)
def test_bad_arguments_get_an_error_that_says_so(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # "abc" is the name of a file, too
    found = []
    before = signal.signal(signal.SIGALRM, _too_slow)
    try:
        for name, function in functions(module):
            try:
                parameters = inspect.signature(function).parameters.values()
            except (TypeError, ValueError):
                continue
            required = [
                item.name
                for item in parameters
                if item.default is item.empty and item.kind is item.POSITIONAL_OR_KEYWORD
            ]
            for kind, bad in BAD.items():
                cases = [(f"{name}({kind})", required)]
                if len(required) > 1:
                    cases += [(f"{name}({one}={kind})", [one]) for one in required]
                for label, changed in cases:
                    text = problem(function, lambda: _arguments(required, changed, bad))  # noqa: B023
                    if text:
                        found.append(f"{label}: {text}")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not found, "\n".join(found)
