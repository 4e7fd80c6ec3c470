"""``tf.test.TestCase``: unit tests of programs that build graphs."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from absl.testing import absltest

from graphlog.core import default_stacks
from graphlog.core.default_graph import reset_default_graph
from graphlog.core.device_specs import DeviceSpec
from graphlog.core.errors import OpError
from graphlog.core.graph import Graph
from graphlog.core.tensor import Tensor
from graphlog.ops.random.random_seeds import set_random_seed
from graphlog.ops.state.variables import Variable
from graphlog.runtime.session import Session

# The seed of graphs, of ``random`` and of ``numpy.random`` in each test, as in TensorFlow.
_SEED = 87654321


class _CapturedWrites:
    """What was written to a stream, in a file."""

    def __init__(self, path: str) -> None:
        self._path = path

    def contents(self) -> str:
        """The text."""
        with open(self._path, encoding="utf-8") as file:
            return file.read()


class _CheckedThread:
    """A thread whose error fails the test that started it."""

    def __init__(self, case: TestCase, target: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self._case = case
        self._thread = threading.Thread(target=self._run, args=(target, args or (), kwargs or {}))
        self._error: Exception | None = None

    def _run(self, target: Callable[..., Any], args: Any, kwargs: Any) -> None:
        try:
            target(*args, **kwargs)
        except Exception as error:
            self._error = error

    def start(self) -> None:
        """Starts it."""
        self._thread.start()

    def join(self) -> None:
        """Waits for its end, and fails the test where it ended with an error."""
        self._thread.join()
        if self._error is not None:
            self._case.fail(f"Error in checkedThread: {self._error}")

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._thread.is_alive()


class TestCase(absltest.TestCase):
    """A test of a program that builds graphs: each has an empty graph with a fixed seed.

    Its assertions take arrays, tensors, and what can be made an array; tensors are run in the session of
    ``with self.session():`` or ``self.cached_session()``.

    Source: ``tf.test.TestCase``.
    """

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._folder: str | None = None
        self._cached: tuple[Session, Any, Any, bool] | None = None
        self._checked_threads: list[_CheckedThread] = []

    def setUp(self) -> None:
        """Makes the default graph an empty one, and sets the seeds."""
        self._close_cached_session()
        random.seed(_SEED)
        np.random.seed(_SEED)
        reset_default_graph()
        set_random_seed(_SEED)
        if self.id().endswith(".test_session"):
            self.skipTest("Not a test.")

    def tearDown(self) -> None:
        """Closes the cached session; a thread that still runs fails the test."""
        alive = [thread for thread in self._checked_threads if thread.is_alive()]
        self._close_cached_session()
        if alive:
            self.fail("A checkedThread was not terminated.")

    def _close_cached_session(self) -> None:
        if self._cached is not None:
            self._cached[0].close()
            self._cached = None

    def get_temp_dir(self) -> str:
        """A folder of this test's own, the same at each call."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(dir=temporary_folder())
        return self._folder

    # Sessions

    @contextlib.contextmanager
    def session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = False, force_gpu: bool = False
    ) -> Iterator[Session]:
        """A new session, and its graph, as the default ones of a ``with`` block.

        Args:
            graph: the graph; the default one if None.
            config: handed to the Session.
            use_gpu: whether operations may have any device; otherwise they are put on ``/device:CPU:0``.
            force_gpu: whether they are put on ``/device:GPU:0``.
        """
        with Session(graph=graph, config=config) as session, self._placed(session, use_gpu, force_gpu):
            yield session

    @contextlib.contextmanager
    def cached_session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = False, force_gpu: bool = False
    ) -> Iterator[Session]:
        """As ``session``, but one for the whole test.

        Raises:
            ValueError: it was first made with other arguments.
        """
        session = self._cached_session(graph, config, force_gpu, checks=True)
        with session.as_default(), self._placed(session, use_gpu, force_gpu):
            yield session

    @contextlib.contextmanager
    def test_session(
        self,
        graph: Graph | None = None,
        config: Any = None,
        use_gpu: bool = False,
        force_gpu: bool = False,
    ) -> Iterator[Session]:
        """``session`` where a graph is given, and otherwise ``cached_session``."""
        if graph is not None:
            with self.session(graph, config, use_gpu, force_gpu) as session:
                yield session
        else:
            session = self._cached_session(graph, config, force_gpu, checks=False)
            with session.as_default(), self._placed(session, use_gpu, force_gpu):
                yield session

    def _cached_session(self, graph: Any, config: Any, force_gpu: bool, checks: bool) -> Session:
        if self._cached is None:
            self._cached = (Session(graph=graph, config=config), graph, config, force_gpu)
        session, *made_with = self._cached
        given: dict[str, Any] = {"graph": graph, "config": config, "force_gpu": force_gpu}
        for (name, value), former in zip(given.items(), made_with, strict=True):
            if checks and value is not former:
                raise ValueError(
                    f"The {name} used to get the cached session is different than the one that was used to "
                    "create the session. Maybe create a new session with self.session()"
                )
        return session

    @contextlib.contextmanager
    def _placed(self, session: Session, use_gpu: bool, force_gpu: bool) -> Iterator[None]:
        with session.graph.as_default():
            if use_gpu and not force_gpu:
                yield
            else:
                with session.graph.device("/device:GPU:0" if force_gpu else "/device:CPU:0"):
                    yield

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors, nested as ``Session.run`` takes them, in the default session."""
        session = default_stacks.get_default_session()
        if session is None:
            with self.test_session() as own_session:
                return own_session.run(tensors)
        return session.run(tensors)

    # Files and threads

    @contextlib.contextmanager
    def captureWritesToStream(self, stream: Any) -> Iterator[_CapturedWrites]:
        """Captures what is written to a stream's file descriptor in a ``with`` block."""
        stream.flush()
        descriptor = stream.fileno()
        handle, path = tempfile.mkstemp(dir=self.get_temp_dir())
        original = os.dup(descriptor)
        os.dup2(handle, descriptor)
        try:
            yield _CapturedWrites(path)
        finally:
            stream.flush()
            os.close(handle)
            os.dup2(original, descriptor)
            os.close(original)

    def checkedThread(
        self, target: Callable[..., Any], args: Any = None, kwargs: Any = None
    ) -> _CheckedThread:
        """A thread whose error fails the test when it is joined."""
        thread = _CheckedThread(self, target, args, kwargs)
        self._checked_threads.append(thread)
        return thread

    # Assertions, under TensorFlow's names

    def _array(self, value: Any) -> Any:
        if isinstance(value, Tensor | Variable):
            value = self.evaluate(value)
        return np.asarray(value)

    def assertNear(self, f1: float, f2: float, err: float, msg: str | None = None) -> None:
        """Two numbers differ by at most ``err``."""
        if f1 != f2 and not abs(f1 - f2) <= err:
            self.fail(f"{f1!r} != {f2!r} +/- {err!r}{f' ({msg})' if msg is not None else ''}")

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: Any = None) -> None:
        """The numbers of two sequences differ by at most ``err`` each."""
        self.assertEqual(len(farray1), len(farray2), msg=msg)
        for one, other in zip(farray1, farray2, strict=True):
            self.assertNear(float(one), float(other), err, msg=msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: Any = None) -> None:
        """The Euclidean distance of two arrays is below ``err``."""
        one, other = self._array(ndarray1), self._array(ndarray2)
        self.assertTrue(one.shape == other.shape and np.linalg.norm(np.ravel(one - other)) < err, msg=msg)

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Two nested structures of arrays or tensors have near values.

        Args:
            a: arrays, tensors, or dicts, tuples and lists of them.
            b: likewise.
            rtol: the tolerance relative to ``b``.
            atol: the absolute tolerance, which is added to it.
            msg: what to say on failure.

        Raises:
            AssertionError: they have not.
            ValueError: the structures differ.
        """
        self._assert_close(a, b, rtol, atol, "", msg or "")

    def _assert_close(self, a: Any, b: Any, rtol: float, atol: float, path: str, msg: str) -> None:
        a = a._asdict() if hasattr(a, "_asdict") else a
        b = b._asdict() if hasattr(b, "_asdict") else b
        if isinstance(a, Mapping) != isinstance(b, Mapping):
            raise ValueError(f"Can't compare dict to non-dict, a{path} vs b{path}. {msg}")
        if isinstance(a, Mapping):
            self.assertCountEqual(a.keys(), b.keys(), msg=f"mismatched keys: a{path} and b{path}. {msg}")
            for key in a:
                self._assert_close(a[key], b[key], rtol, atol, f"{path}[{key}]", msg)
            return
        if isinstance(a, list | tuple):
            try:
                arrays = self._array(a), self._array(b)
            except (TypeError, ValueError, NotImplementedError):
                arrays = None
            if arrays is None or any(array.dtype.hasobject for array in arrays):
                if len(a) != len(b):
                    raise ValueError(
                        f"Mismatched length: a{path} has {len(a)} items, but b{path} has {len(b)}. {msg}"
                    )
                for index, (one, other) in enumerate(zip(a, b, strict=True)):
                    self._assert_close(one, other, rtol, atol, f"{path}[{index}]", msg)
                return
        one, other = self._array(a), self._array(b)
        self.assertEqual(one.shape, other.shape, _shapes_differ(one, other, msg))
        if not np.allclose(one, other, rtol=rtol, atol=atol):
            text = f"Mismatched value: a{path} is different from b{path}. {msg}"
            np.testing.assert_allclose(one, other, rtol=rtol, atol=atol, err_msg=text, equal_nan=True)

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: str | None = None,
    ) -> None:
        """``assertAllClose`` with the tolerance of the less precise of two dtypes."""
        one, other = self._array(a), self._array(b)
        found = {one.dtype, other.dtype}
        if found & {np.dtype(np.float32), np.dtype(np.complex64)}:
            rtol, atol = max(rtol, float_rtol), max(atol, float_atol)
        if np.dtype(np.float16) in found:
            rtol, atol = max(rtol, half_rtol), max(atol, half_atol)
        self.assertAllClose(one, other, rtol, atol, msg)

    def assertNotAllClose(self, a: Any, b: Any, **kwargs: Any) -> None:
        """``assertAllClose`` fails."""
        try:
            self.assertAllClose(a, b, **kwargs)
        except AssertionError:
            return
        raise AssertionError("The two values are close at all elements")

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Two arrays or tensors have the same shape and values; NaN is the same as NaN."""
        one, other = self._array(a), self._array(b)
        self.assertEqual(one.shape, other.shape, _shapes_differ(one, other, msg or ""))
        np.testing.assert_array_equal(one, other, err_msg=msg or "")

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """``assertAllEqual`` fails."""
        try:
            self.assertAllEqual(a, b, msg)
        except AssertionError:
            return
        raise AssertionError("The two values are equal at all elements")

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """All elements are above a number."""
        self.assertGreater(np.min(self._array(a)), comparison_target)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """All elements are below a number."""
        self.assertLess(np.max(self._array(a)), comparison_target)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """No element is below a number."""
        self.assertGreaterEqual(np.min(self._array(a)), comparison_target)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """No element is above a number."""
        self.assertLessEqual(np.max(self._array(a)), comparison_target)

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """All elements are numbers between two bounds, which belong to the range unless it is open there."""
        values = self._array(target)
        if values.dtype.kind not in "iuf":
            raise AssertionError(
                f"The value of {target} does not have an ordered numeric type, instead it has type: "
                f"{values.dtype}"
            )
        _check(np.isnan(values), values, "are NaN")
        below = values <= lower_bound if open_lower_bound else values < lower_bound
        above = values >= upper_bound if open_upper_bound else values > upper_bound
        opening, closing = "(" if open_lower_bound else "[", ")" if open_upper_bound else "]"
        bounds = f"{opening}{lower_bound}, {upper_bound}{closing}"
        _check(below | above, values, f"are outside the range {bounds}")

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """All elements are in a set."""
        other = np.setdiff1d(self._array(target).ravel(), list(expected_set))
        if other.size:
            raise AssertionError(f"{other.size} unique element(s) are not in the set {expected_set}: {other}")

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """An array or tensor has a NumPy dtype."""
        self.assertEqual(self._array(target).dtype, expected_dtype)

    def assertShapeEqual(self, np_array: Any, tf_tensor: Any, msg: Any = None) -> None:
        """An array and a tensor have the same static shape."""
        if not isinstance(np_array, np.ndarray | np.generic):
            raise TypeError("np_array must be a Numpy ndarray or Numpy scalar")
        if not isinstance(tf_tensor, Tensor):
            raise TypeError("tf_tensor must be a Tensor")
        self.assertAllEqual(np_array.shape, tf_tensor.get_shape().as_list(), msg=msg)

    def assertDeviceEqual(self, device1: Any, device2: Any, msg: Any = None) -> None:
        """Two names of devices mean the same."""
        one, other = (DeviceSpec.from_string(str(device or "")).to_string() for device in (device1, device2))
        self.assertEqual(one, other, f"Devices {one} and {other} are not equal. {msg}")

    def assertProtoEquals(self, expected_message_maybe_ascii: Any, message: Any, msg: Any = None) -> None:
        """A protobuf is equal to another, or to one as text."""
        expected = expected_message_maybe_ascii
        if isinstance(expected, str):
            from google.protobuf import text_format

            expected = text_format.Parse(expected, type(message)())
        self.assertEqual(str(expected), str(message), msg)

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(  # type: ignore[override]  # as TensorFlow's
        self, exception_type: Any, expected_err_re_or_predicate: Any
    ) -> Iterator[None]:
        """A ``with`` block raises an error whose text matches a regular expression or fits a function."""
        expected = expected_err_re_or_predicate
        try:
            yield
        except Exception as error:
            text = (
                f"{error}\nCaused by: {error.op.name}"
                if isinstance(error, OpError) and error.op
                else str(error)
            )
            fits = expected(error) if callable(expected) else re.search(expected, text)
            if not isinstance(error, exception_type) or not fits:
                raise AssertionError(f"Exception of type {type(error)}: {error}") from error
        else:
            self.fail(exception_type.__name__ + " not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """``assertRaisesWithPredicateMatch`` for ``tf.errors.OpError``."""
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)


def _shapes_differ(one: Any, other: Any, msg: str) -> str:
    content = f" with contents {other}" if other.ndim <= 3 or other.size < 500 else ""
    return f"Shape mismatch: expected {one.shape}, got {other.shape}{content}. {msg}"


def _check(is_wrong: Any, values: Any, what: str) -> None:
    places = np.argwhere(is_wrong)
    if not len(places):
        return
    lines = [f"  {place} : {values[tuple(place)]}" for place in itertools.islice(places, 10)]
    if len(places) > len(lines):
        lines.append("  ...")
    raise AssertionError(
        f"{len(places)} of the {values.size} element(s) {what}. Subscript(s) and value(s) of the offending "
        "elements:\n" + "\n".join(lines)
    )


def temporary_folder() -> str:
    """A folder for the files of tests."""
    folder = os.environ.get("TEST_TMPDIR") or os.path.join(tempfile.gettempdir(), "graphlog_tests")
    os.makedirs(folder, exist_ok=True)
    return folder
