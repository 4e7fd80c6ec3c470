"""Installs a wheel into empty environments, without extras and with each alone, and uses it there.

    python tests/wheel/try_wheel.py dist/graphlog-*.whl [EXTRA ...]

Without extras on the command line it takes all small ones, not torch and jax. ``uses.py`` has what is tried.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
USES = Path(__file__).resolve().with_name("uses.py")
SMALL = ("images", "remote", "draw", "onnx", "pandas", "pyarrow")


def try_wheel(wheel: Path, extra: str) -> None:
    """Installs the wheel with one extra, or none if that is empty, and uses it.

    Raises:
        subprocess.CalledProcessError: something does not work; it has said what.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True, symlinks=sys.platform != "win32")
        python = str(Path(folder, "Scripts" if sys.platform == "win32" else "bin", "python"))
        what = f"graphlog[{extra}] @ {wheel.as_uri()}" if extra else f"graphlog @ {wheel.as_uri()}"
        print(what.partition(" ")[0], flush=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", what], check=True
        )
        subprocess.run([python, "-m", "pip", "check", "--disable-pip-version-check"], check=True)
        place = Path(folder, "uses")
        place.mkdir()
        subprocess.run([python, str(USES), str(README), *filter(None, [extra])], check=True, cwd=place)


def main(wheel: str, *extras: str) -> None:
    """Tries the wheel without extras, then with each alone."""
    for extra in ("", *(extras or SMALL)):
        try_wheel(Path(wheel).resolve(), extra)


if __name__ == "__main__":
    main(*sys.argv[1:])
