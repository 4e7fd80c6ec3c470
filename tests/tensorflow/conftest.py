"""TensorFlow for these tests, and at their end the count of what was compared in it."""

from typing import Any

import pytest

from graphlog.core.op_definition import all_definitions
from tests.parity import programs


@pytest.fixture(scope="session")
def tf() -> Any:
    """TensorFlow 2's version of what TensorFlow 1 was, which calls graphlog's Python functions."""
    import tensorflow
    from tensorflow.python.ops import script_ops

    from graphlog.ops import python_functions

    # A GraphDef holds only a token for a function, which is looked up in the process that runs it.
    script_ops._py_funcs._funcs = python_functions._functions
    return tensorflow.compat.v1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many programs and samples had the same values, and which operation types had none."""
    properties = [
        item for report in terminalreporter.stats.get("passed", []) for item in report.user_properties
    ]
    names, samples, in_samples, in_programs = (
        [value for key, value in properties if key == kind]
        for kind in ("program", "sample", "type in a sample", "type in a program")
    )
    if not properties:
        return
    types = {definition.type for definition in all_definitions()}
    compared = types & {*in_samples, *in_programs}
    import tensorflow

    terminalreporter.section(f"the same values in TensorFlow {tensorflow.__version__}")
    terminalreporter.line(f"programs: {len(names)} of {len(programs.NAMES)}")
    terminalreporter.line(f"samples of operations: {len(samples)}, of {len(set(in_samples))} types")
    terminalreporter.line(f"operation types in either: {len(compared)} of {len(types)}")
    if types - compared:
        terminalreporter.line(f"in neither: {', '.join(sorted(types - compared))}")
