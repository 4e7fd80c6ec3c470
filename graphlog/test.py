"""``tf.test``: checks of gradients, TensorFlow's and graphlog's own ``check_gradients``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

from absl.testing import absltest

from graphlog._test_case import TestCase, temporary_folder
from graphlog.autodiff.gradient_checks import (
    GradientCheck,
    check_gradients_in,
    compute_gradient,
    compute_gradient_error,
)
from graphlog.core.default_graph import get_default_graph, graph_of
from graphlog.core.default_stacks import get_default_session
from graphlog.runtime.session import Session

__all__ = ["GradientCheck", "TestCase", "assert_equal_graph_def", "check_gradients", "compute_gradient"]
__all__ += ["compute_gradient_error", "get_temp_dir", "gpu_device_name", "is_built_with_cuda"]
__all__ += [
    "is_built_with_gpu_support",
    "is_built_with_rocm",
    "is_gpu_available",
    "main",
    "test_src_dir_path",
]


def __dir__() -> list[str]:
    return sorted(__all__)


def check_gradients(
    ys: Any,
    xs: Any,
    feed_dict: Mapping[Any, Any] | None = None,
    delta: float | None = None,
    tolerance: float | None = None,
    max_elements: int = 1000,
) -> list[GradientCheck]:
    """Compares the derivatives of the sum of ``ys`` by each of ``xs`` with central differences.

    It runs in the default session, or else in one of its own, and adds operations to the graph.

    Args:
        ys: tensors, one or a list.
        xs: the tensors or variables to differentiate by, one or a list.
        feed_dict: values by tensor. An ``x`` that has none there is run first, and fed after that.
        delta: how far to go from each value, relative to it where it is larger than 1; 1e-5 for float64
            and 1e-2 for float32 if None.
        tolerance: the relative error that is put down to rounding; as for ``delta`` if None.
        max_elements: how many elements of an input to compare, chosen at random where it has more.

    Returns:
        For each ``x`` a GradientCheck, which says which element is the worst.

    Raises:
        LookupError: an operation in between has no derivative.
        TypeError: an ``x`` has no floating-point numbers.
    """
    session = get_default_session()
    if session is not None:
        return check_gradients_in(session, ys, xs, feed_dict, delta, tolerance, max_elements)
    graph = graph_of([ys, xs]) or get_default_graph()
    with Session(graph=graph) as own_session:
        return check_gradients_in(own_session, ys, xs, feed_dict, delta, tolerance, max_elements)


def main(argv: Any = None) -> NoReturn:
    """Runs the tests of the program, and exits (``tf.test.main``)."""
    absltest.main(argv=argv)
    raise AssertionError("absltest.main returned")


def get_temp_dir() -> str:
    """A folder for the files of tests (``tf.test.get_temp_dir``)."""
    return temporary_folder()


def test_src_dir_path(relative_path: str) -> str:
    """A path relative to the working directory, absolute (``tf.test.test_src_dir_path``)."""
    return os.path.abspath(relative_path)


def gpu_device_name() -> str:
    """The empty string: there is no GPU (``tf.test.gpu_device_name``)."""
    return ""


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """False: graphlog computes with NumPy (``tf.test.is_gpu_available``)."""
    return False


def is_built_with_cuda() -> bool:
    """False: graphlog computes with NumPy."""
    return False


is_built_with_rocm = is_built_with_gpu_support = is_built_with_cuda


def assert_equal_graph_def(actual: Any, expected: Any, checkpoint_v2: bool = False) -> None:
    """Raises AssertionError where two GraphDefs differ in more than the order of their nodes.

    Args:
        actual: a GraphDef.
        expected: another.
        checkpoint_v2: accepted for TensorFlow's sake.

    Raises:
        TypeError: one of them is no GraphDef.
        AssertionError: they differ; the message names the node.

    Source: ``tf.test.assert_equal_graph_def``.
    """
    for graph_def in (actual, expected):
        if type(graph_def).__name__ != "GraphDef":
            raise TypeError(f"Expected tf.GraphDef, got {type(graph_def).__name__}")
    found, wanted = ({node.name: node for node in graph_def.node} for graph_def in (actual, expected))
    missing, surplus = sorted(wanted.keys() - found), sorted(found.keys() - wanted)
    if missing or surplus:
        raise AssertionError(f"The graph lacks nodes {missing} and has other nodes {surplus}.")
    for name, node in wanted.items():
        if node != found[name]:
            raise AssertionError(f"Node {name!r} is\n{found[name]}\nand not\n{node}")
