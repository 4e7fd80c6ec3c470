"""How long `import graphlog` takes, beside `import numpy`, which it cannot do without.

Each import is timed in a fresh interpreter, from the start of the import statement to its end. The two
take turns, so that what else the machine does falls on both.

    python benchmarks/import_time.py [ROUNDS]
"""

import importlib.metadata
import platform
import statistics
import subprocess
import sys

ROUNDS = 31
MODULES = ("numpy", "graphlog")


def import_seconds(module: str) -> float:
    """Return how long a fresh interpreter takes to import a module."""
    program = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(finished.stdout)


def measure(rounds: int) -> dict[str, list[float]]:
    """Import each module once a round, and once before that so that its files are at hand."""
    for module in MODULES:
        import_seconds(module)
    seconds: dict[str, list[float]] = {module: [] for module in MODULES}
    for _ in range(rounds):
        for module in MODULES:
            seconds[module].append(import_seconds(module))
    return seconds


def main() -> None:
    """Print the medians, how far the middle half lies apart, and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    seconds = measure(rounds)
    print(f"{platform.platform()}, {platform.machine()}, Python {platform.python_version()}")
    print(", ".join(f"{module} {importlib.metadata.version(module)}" for module in MODULES))
    print(f"{rounds} rounds, median and middle half in milliseconds")
    for module, times in seconds.items():
        low, _, high = (1000 * quartile for quartile in statistics.quantiles(times, n=4))
        print(f"    import {module:10} {1000 * statistics.median(times):7.1f}   {low:7.1f} to {high:.1f}")
    ratio = statistics.median(b / a for a, b in zip(*seconds.values(), strict=True))
    print(f"    ratio             {ratio:7.2f}")


if __name__ == "__main__":
    main()
