"""What users find in ``graphlog``: every name of the stub is there, and nothing else is public."""

import ast
import builtins
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import graphlog as tf

STUB = Path(tf.__file__).with_suffix(".pyi")
NAMESPACES = sorted(
    module.name for module in pkgutil.iter_modules(tf.__path__) if not module.name.startswith("_")
)


def stub_names() -> list[str]:
    return [
        alias.asname or alias.name
        for statement in ast.parse(STUB.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    ]


def test_each_name_stands_in_the_stub_once() -> None:
    names = stub_names()
    assert sorted(names) == sorted(set(names))


def test_the_stub_lists_all_its_names() -> None:
    (listed,) = [
        ast.literal_eval(statement.value)
        for statement in ast.parse(STUB.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign)
    ]
    assert sorted(listed) == sorted(stub_names())
    assert tf.__all__ == sorted(name for name in stub_names() if not hasattr(builtins, name))


@pytest.mark.parametrize("name", stub_names())
def test_a_name_is_there_and_documented(name: str) -> None:
    value = getattr(tf, name)
    if callable(value) and not hasattr(value, "DESCRIPTOR"):  # a protobuf has its words in protos/
        assert value.__doc__


def test_nothing_else_is_listed() -> None:
    assert {name for name in dir(tf) if not name.startswith("__")} == set(stub_names()) - {"__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'graphlog' has no attribute 'nonsense'"):
        _ = tf.nonsense  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMESPACES)
def test_what_a_module_lists_is_there(name: str) -> None:
    module = importlib.import_module(f"graphlog.{name}")
    for item in getattr(module, "__all__", ()):
        assert hasattr(module, item), item


@pytest.mark.parametrize(
    "name", ["placeholder", "Session", "train", "nn", "FileWriter", "while_loop", "Variable"]
)
def test_any_name_may_be_the_first_that_is_used(name: str) -> None:
    subprocess.run([sys.executable, "-c", f"import graphlog; graphlog.{name}"], check=True)


def test_a_star_import_gives_all_names_but_those_of_python() -> None:
    namespace: dict[str, object] = {}
    exec("from graphlog import *", namespace)
    assert {name for name in stub_names() if not hasattr(builtins, name)} <= namespace.keys()
    assert "print" not in namespace
    assert "range" not in namespace


@pytest.mark.parametrize("name", ["distribute", "estimator"])
def test_what_is_not_here_is_said_to_be_so(name: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '{name}': graphlog has no such part"):
        getattr(tf, name)


def test_options_of_a_session_are_taken() -> None:
    config = tf.ConfigProto(allow_soft_placement=True)
    config.gpu_options.allow_growth = True
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        assert session.run(tf.constant(3)) == 3


def test_the_later_name_of_the_vocabulary() -> None:
    later = tf.compat.v1
    later.disable_v2_behavior()
    assert later.placeholder is tf.placeholder
    assert tf.compat.as_bytes("a") == b"a"
    assert not tf.executing_eagerly()
