"""TensorFlow for these tests, and at their end the count of what was compared in it."""

import os
from typing import Any

import pytest

from graphlog.core.op_definition import all_definitions
from tests.parity import programs

# On some processors TensorFlow computes convolutions and the like with another library, which differs in more
# than rounding, and has no kernels for some of their attributes.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"


@pytest.fixture(scope="session")
def tf() -> Any:
    """TensorFlow 2's version of what TensorFlow 1 was, which calls graphlog's Python functions too."""
    import tensorflow
    from tensorflow.python.ops import script_ops

    from graphlog.ops.debugging import python_functions

    # A GraphDef holds only a token for a function, which is looked up in the process that runs it.
    script_ops._py_funcs._funcs = python_functions._functions
    return tensorflow.compat.v1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many programs and samples had the same values, and which operation types had none."""
    properties = [
        item for report in terminalreporter.stats.get("passed", []) for item in report.user_properties
    ]
    in_programs = [types for kind, types in properties if kind == "program"]
    in_samples = [types for kind, types in properties if kind == "sample"]
    if not in_programs and not in_samples:
        return
    import tensorflow

    known = {definition.type for definition in all_definitions()}
    types_in_samples = set().union(*in_samples)
    compared = known & types_in_samples.union(*in_programs)
    terminalreporter.section(f"same values in TensorFlow {tensorflow.__version__}")
    terminalreporter.line(f"{len(in_programs)} of {len(programs.NAMES)} programs")
    terminalreporter.line(f"{len(in_samples)} samples of {len(types_in_samples)} operation types")
    terminalreporter.line(f"{len(compared)} of {len(known)} operation types in either")
    terminalreporter.line(f"in neither: {', '.join(sorted(known - compared)) or 'none'}")
