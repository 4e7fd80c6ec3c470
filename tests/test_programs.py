"""What stands around a program: flags, the start of it, messages, tests, versions, errors by number."""

import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import graphlog as tf

PROGRAM = """
import graphlog as tf
flags = tf.app.flags
flags.DEFINE_string("data", "/tmp", "a folder")
flags.DEFINE_integer(flag_name="steps", default_value=3, docstring="how many")
tf.flags.DEFINE_boolean("fast", False, "whether")
tf.flags.DEFINE_enum("mode", "train", ["train", "eval"], "what to do")
tf.flags.DEFINE_list("sizes", "1,2", "sizes")
tf.flags.DEFINE_multi_integer("many", [1], "numbers")
FLAGS = tf.flags.FLAGS

def main(arguments):
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.logging.info("steps: %d", FLAGS.steps)
    print(arguments[1:], FLAGS.data, FLAGS.steps, FLAGS.fast, FLAGS.mode, FLAGS.sizes, FLAGS.many)

if __name__ == "__main__":
    if "early" in __import__("sys").argv:
        print(FLAGS.steps)
    tf.app.run()
"""


def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = path / "program.py"
    program.write_text(PROGRAM)
    root = str(Path(__file__).parents[1])
    command = [sys.executable, str(program), *arguments]
    environment = {"PYTHONPATH": root}
    return subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment, check=False)


def test_a_program_has_flags(tmp_path: Path) -> None:
    found = run(
        tmp_path, "--steps=5", "--fast", "--mode", "eval", "rest", "--many=2", "--many=3", "--sizes=7"
    )
    assert found.stdout == "['rest'] /tmp 5 True eval ['7'] [2, 3]\n", found.stderr
    assert "steps: 5" in found.stderr
    unknown = run(tmp_path, "--unknown=1")
    assert unknown.stdout == "['--unknown=1'] /tmp 3 False train ['1', '2'] [1]\n", unknown.stderr
    assert run(tmp_path, "early", "--steps=9").stdout.startswith("9\n")
    assert "how many" in run(tmp_path, "--help").stdout
    assert run(tmp_path, "--mode=other").returncode != 0


def test_messages(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "graphlog"):
        for number in range(5):
            tf.logging.log_every_n(tf.logging.INFO, "every %d", 2, number)
            tf.logging.log_first_n(tf.logging.WARN, "first %d", 2, number)
        tf.logging.log_if(tf.logging.ERROR, "never", False)
    assert caplog.messages == ["every 0", "first 0", "first 1", "every 2", "every 4"]
    assert tf.get_logger().name == "graphlog"


def test_names_of_errors_and_versions() -> None:
    assert tf.errors.exception_type_from_error_code(tf.errors.NOT_FOUND) is tf.errors.NotFoundError
    assert tf.errors.error_code_from_exception_type(tf.errors.AbortedError) == tf.errors.ABORTED == 10
    assert tf.VERSION == tf.version.VERSION == "1.15.5"
    assert tf.compat.as_bytes("ü") == "ü".encode()
    assert tf.compat.as_str_any(3) == "3"
    assert not tf.compat.forward_compatible(2019, 9, 14)
    with tf.compat.forward_compatibility_horizon(2020, 1, 1):
        assert tf.compat.forward_compatible(2019, 9, 14)
    assert tf.TensorShape([None, 2]).as_proto().dim[1].size == 2
    assert tf.uint8.limits == (0, 255)
    assert tf.dimension_value(tf.TensorShape([3])[0]) == 3
    assert tf.DeviceSpec.from_string("/job:a/task:1/cpu:0").to_string() == "/job:a/task:1/device:CPU:0"


class ProgramTest(tf.test.TestCase):
    def test_values(self) -> None:
        with self.session() as session:
            x = tf.constant([1.0, 2.0])
            assert x.device == "/device:CPU:0"
            self.assertAllClose({"a": [x, (x, 1.0)]}, {"a": [[1.0, 2.0], ([1.0, 2.0], 1.0 + 1e-9)]})
            self.assertAllEqual(session.run(x), x)
            self.assertNotAllClose(x, [1.0, 2.1])
            self.assertAllInRange(x, 1, 2)
            self.assertAllInSet(x, {1.0, 2.0})
            self.assertShapeEqual(np.zeros(2), x)
            self.assertNDArrayNear(np.zeros(2), np.full(2, 1e-3), 0.1)
            with pytest.raises(AssertionError, match="1 of the 2 element"):
                self.assertAllInRange(x, 1, 2, open_upper_bound=True)
            with pytest.raises(AssertionError, match="Mismatched value"):
                self.assertAllClose(x, [1.0, 3.0])

    def test_sessions_and_errors(self) -> None:
        x = tf.placeholder(tf.float32, name="x")
        with self.cached_session() as one:
            pass
        with self.test_session() as two:
            assert one is two
        with self.cached_session(), self.assertRaisesOpError("must feed a value for placeholder tensor 'x'"):
            self.evaluate(x)
        assert Path(self.get_temp_dir()).is_dir()
        assert tf.get_default_graph().seed == 87654321


def test_graph_defs_are_compared() -> None:
    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name="a")
        one = graph.as_graph_def()
        tf.constant(2.0, name="b")
        two = graph.as_graph_def()
    tf.test.assert_equal_graph_def(one, one)
    with pytest.raises(AssertionError, match="other nodes"):
        tf.test.assert_equal_graph_def(two, one)
    assert not tf.test.is_gpu_available()
