# Copyright The graphlog authors.
# SPDX-License-Identifier: Apache-2.0
"""Compile `protos/graphlog/proto/*.proto` to the modules and type stubs in `graphlog/proto/`.

    python -m pip install 'grpcio-tools==1.62.*'
    python protos/generate.py [FOLDER]

Why that old a compiler: code of newer ones asks, when it is imported, for a protobuf runtime at least as
new as they are, and refuses one more than a major version newer. Code of 1.62 imports with protobuf 4.25
and with everything after it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import sys
from pathlib import Path

COMPILER_VERSION = "1.62"
SOURCES = Path(__file__).resolve().parent
REPOSITORY = SOURCES.parent


def source_files() -> list[str]:
    """Return the `.proto` files, relative to `protos/` and with forward slashes, in alphabetical order."""
    return sorted(path.relative_to(SOURCES).as_posix() for path in SOURCES.glob("graphlog/**/*.proto"))


def compile_sources(*arguments: str) -> None:
    """Run protoc on every source file.

    Args:
        *arguments: What protoc is to write, such as `--python_out=FOLDER`.

    Raises:
        RuntimeError: If protoc finds fault with a file; it has said so on stderr.
    """
    from grpc_tools import protoc

    well_known_types = importlib.resources.files("grpc_tools") / "_proto"
    command = ["protoc", f"-I{SOURCES}", f"-I{well_known_types}", *arguments, *source_files()]
    status = protoc.main(command)
    if status != 0:
        raise RuntimeError(f"protoc ended with status {status}")


def compiler_is_pinned() -> bool:
    """Return whether the installed grpcio-tools is of the version that makes the committed files."""
    return importlib.metadata.version("grpcio-tools").startswith(COMPILER_VERSION + ".")


def generate(folder: Path) -> None:
    """Write the modules and stubs of package `graphlog.proto` below a folder.

    Args:
        folder: The folder that holds (or will hold) `graphlog/proto/`.
    """
    compile_sources(f"--python_out={folder}", f"--pyi_out={folder}")


def main() -> int:
    """Generate into the repository, or into the folder given on the command line."""
    try:
        pinned = compiler_is_pinned()
    except importlib.metadata.PackageNotFoundError:
        pinned = False
    if not pinned:
        print(f"needs grpcio-tools=={COMPILER_VERSION}.* (see {__file__})", file=sys.stderr)
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY
    generate(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
