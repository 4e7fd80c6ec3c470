"""The committed modules are what `protos/generate.py` makes of the sources."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from google.protobuf import descriptor_pb2

REPOSITORY = Path(__file__).parents[2]
MODULES = sorted((REPOSITORY / "graphlog" / "proto").glob("*_pb2.py*"))

needs_compiler = pytest.mark.skipif(
    importlib.util.find_spec("grpc_tools") is None,
    reason="grpcio-tools is not installed: `make protos` has an environment with it",
)


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    specification = importlib.util.spec_from_file_location("generate", REPOSITORY / "protos" / "generate.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@needs_compiler
def test_modules_describe_what_the_sources_say(generate: ModuleType, tmp_path: Path) -> None:
    compiled = tmp_path / "descriptors"
    generate.compile_sources(f"--descriptor_set_out={compiled}")
    files = descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes()).file
    assert {file.name for file in files} == set(generate.source_files())
    for file in files:
        module = importlib.import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")
        committed = descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        for compiler_dependent in (file, committed):
            for message in compiler_dependent.message_type:
                forget_json_names(message)
        assert committed == file


def forget_json_names(message: descriptor_pb2.DescriptorProto) -> None:
    """Take out what protoc writes to a descriptor set but not to a module."""
    for field in message.field:
        field.ClearField("json_name")
    for nested in message.nested_type:
        forget_json_names(nested)


@needs_compiler
def test_modules_are_byte_for_byte_what_the_script_makes(generate: ModuleType, tmp_path: Path) -> None:
    if not generate.compiler_is_pinned():
        pytest.skip(f"other versions of grpcio-tools than {generate.COMPILER_VERSION} write other code")
    generate.generate(tmp_path)
    made = sorted((tmp_path / "graphlog" / "proto").glob("*"))
    assert [path.name for path in made] == [path.name for path in MODULES]
    for new, committed in zip(made, MODULES, strict=True):
        assert new.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8")


def test_every_source_has_its_module_and_stub(generate: ModuleType) -> None:
    stems = [Path(source).stem for source in generate.source_files()]
    expected = {f"{stem}_pb2.{suffix}" for stem in stems for suffix in ("py", "pyi")}
    assert {path.name for path in MODULES} == expected


def test_modules_ask_for_no_particular_runtime() -> None:
    # A module that checks the runtime's version would refuse protobuf 4.25 and, one day, newer ones.
    assert not [path.name for path in MODULES if "runtime_version" in path.read_text(encoding="utf-8")]
