"""The parts of the package point one way: who may import whom, held by reading every import.

An import counts wherever it stands: at the top, in a function, under TYPE_CHECKING, or as the text given
to importlib.import_module.
"""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "graphlog"

# A part, and the parts that it may import. Modules directly in graphlog/ are what users import: they may
# import everything, and no part may import them.
ARROWS: dict[str, set[str]] = {
    "core": set(),
    "proto": set(),
    "encoders": {"proto", "graphdef"},  # a summary may hold a tensor, as a graph's constants do
    "ops": {"core"},
    "autodiff": {"core", "ops"},
    "losses": {"core", "ops"},
    "layers": {"core", "ops"},
    "distributions": {"core", "ops"},
    "keras": {"core", "ops", "layers"},
    "contrib": {"core", "ops", "layers", "losses", "metrics", "train", "distributions"},
    "metrics": {"core", "ops"},
    # A MonitoredSession has a Session, a Saver writes the graph, and a SummarySaverHook has a FileWriter.
    "train": {"core", "ops", "autodiff", "runtime", "graphdef", "proto", "writers"},
    "runtime": {"core"},
    "tracing": {"core", "ops", "autodiff", "runtime"},
    "graphdef": {"core", "proto"},
    "events": {"proto"},
    "files": {"core", "events", "proto"},
    "adapters": {"core", "graphdef", "events", "proto"},
    # FileWriter is given messages, and writes them; SummaryWriter.add_graph takes what load_graph reads.
    "writers": {"events", "encoders", "graphdef", "core", "proto", "adapters"},
    "readers": {"events", "encoders", "graphdef", "core", "proto", "adapters"},
    # What is found is plain data; an explanation of gradients asks for them and runs them.
    "inspect": {
        *("events", "readers", "graphdef", "core", "proto", "adapters", "autodiff", "runtime", "ops"),
        "encoders",  # the rules of tags
    },
    "cli": {"inspect", "readers", "adapters", "writers", "events", "graphdef", "core", "proto"},
}

# A module that may import more than the rest of its part.
MORE_ARROWS: dict[str, set[str]] = {
    "graphlog.ops.debugging.summaries": {
        "encoders",
        "proto",
    },  # a summary op's kernel gives a serialized message
    "graphlog.ops.debugging.gradient_summaries": {"encoders"},  # the rules of tags
    "graphlog.ops.images.summaries": {"encoders", "proto"},
    "graphlog.ops.images.encoding": {"encoders"},  # the formats of files
    "graphlog.ops.images.sound": {"encoders"},
    "graphlog.ops.datasets.file_ops": {"files"},
    "graphlog.ops.inputs.example_kernels": {"files"},
    "graphlog.ops.inputs.file_contents": {"files"},
    "graphlog.ops.inputs.reader_storage": {"files"},
    "graphlog.ops.inputs.serialized_tensors": {"files", "graphdef"},
    "graphlog.train": {"files", "proto"},  # tf.train.Example is a message
}

# What each part may import from outside, besides the standard library.
THIRD_PARTY: dict[str, set[str]] = {
    "core": {"numpy"},
    "proto": {"google.protobuf"},
    "encoders": {"numpy", "google.protobuf", "PIL", "tensorboard", "matplotlib"},
    "ops": {"numpy"},
    "autodiff": {"numpy"},
    "losses": set(),
    "layers": {"numpy"},
    "distributions": {"numpy"},
    "keras": {"numpy"},
    "contrib": {"numpy"},
    "metrics": set(),
    "train": {"numpy", "google.protobuf"},
    "runtime": {"numpy"},
    "tracing": {"numpy"},
    "graphdef": {"numpy", "google.protobuf"},
    "events": {"numpy", "google.protobuf", "google_crc32c", "fsspec"},
    "files": {"numpy", "google.protobuf"},
    "writers": {"numpy", "google.protobuf", "fsspec", "tensorboard"},
    "readers": {"numpy", "google.protobuf", "fsspec", "tensorboard", "pandas", "pyarrow"},
    "inspect": {"numpy", "google.protobuf", "regex", "fast_sugiyama", "resvg_py"},
    "cli": {"numpy", "google.protobuf", "typer", "rich", "pyarrow", "tensorboard"},
    "adapters": {"onnx", "torch", "jax", "google.protobuf", "numpy", "pyarrow"},
}

# What `import graphlog` must leave for later: each costs more than it, or is not there for everybody.
LATE = ["google.protobuf", "tensorboard", "google_crc32c", "fsspec", "torch", "jax", "matplotlib"]


def module_name(path: Path) -> str:
    """Return the dotted name of a module of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def part_of(module: str) -> str | None:
    """Return the part that a module of ours is in, or None for a module directly in graphlog/."""
    pieces = module.split(".")
    return pieces[1] if len(pieces) > 1 and (PACKAGE / pieces[1]).is_dir() else None


def imported_modules(source: str, module: str, is_package: bool) -> Iterator[str]:
    """Yield the full name of everything that a module imports.

    `from a import b` gives `a.b`: whether b is a module or a name in one does not matter here.
    """
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=target, names=names, level=level):
                origin = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                prefix = ".".join([*origin, *([target] if target else [])])
                yield from (f"{prefix}.{alias.name}" for alias in names)
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
                args=[ast.Constant(value=str(target)), *_],
            ):
                yield target


def imports_of(module: str) -> set[str]:
    """Return everything that a module of the package imports."""
    path = MODULES[module]
    return set(imported_modules(path.read_text(encoding="utf-8"), module, path.stem == "__init__"))


def test_every_part_has_a_row_in_the_tables() -> None:
    parts = {part for module in MODULES if (part := part_of(module))}
    assert parts <= set(ARROWS)
    assert set(ARROWS) == set(THIRD_PARTY)
    assert set(MORE_ARROWS) <= set(MODULES)


def test_the_arrows_have_no_cycle() -> None:
    with_exceptions = {part: set(targets) for part, targets in ARROWS.items()}
    for module, targets in MORE_ARROWS.items():
        with_exceptions[part_of(module) or ""] |= targets
    graphlib.TopologicalSorter(with_exceptions).prepare()


@pytest.mark.parametrize("module", [module for module in MODULES if part_of(module)])
def test_a_module_imports_only_what_its_part_may(module: str) -> None:
    part = part_of(module)
    assert part is not None
    allowed = {part} | ARROWS[part] | MORE_ARROWS.get(module, set())
    ours = {target for target in imports_of(module) if target.split(".")[0] == "graphlog"}
    ours.discard("graphlog._version.__version__")  # it imports nothing, and all may tell it
    forbidden = {target for target in ours if part_of(target) not in allowed}
    assert not forbidden, (
        f"{module} must not import {sorted(forbidden)}: {part} -> {sorted(allowed - {part})}"
    )


@pytest.mark.parametrize("module", [module for module in MODULES if part_of(module)])
def test_a_module_imports_only_the_libraries_of_its_part(module: str) -> None:
    known = THIRD_PARTY[part_of(module) or ""]
    foreign = {
        target
        for target in imports_of(module)
        if target.split(".")[0] not in {*sys.stdlib_module_names, "graphlog"}
        and not any(f"{target}.".startswith(f"{library}.") for library in known)
    }
    assert not foreign, f"{module} must not import {sorted(foreign)}"


def test_hidden_imports_are_seen() -> None:
    source = """
import graphlog.a
from graphlog.b import c
from . import sibling
from ..other import d
if TYPE_CHECKING:
    from graphlog import typed
def function():
    import numpy as np
    importlib.import_module("graphlog.late", package=None)
"""
    assert set(imported_modules(source, "graphlog.part.module", is_package=False)) == {
        "graphlog.a",
        "graphlog.b.c",
        "graphlog.part.sibling",
        "graphlog.other.d",
        "graphlog.typed",
        "numpy",
        "graphlog.late",
    }
    assert set(imported_modules("from . import inner", "graphlog.part", is_package=True)) == {
        "graphlog.part.inner"
    }


def test_importing_graphlog_loads_nothing_that_can_wait() -> None:
    program = f"import sys, graphlog; print([name for name in {LATE!r} if name in sys.modules])"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
