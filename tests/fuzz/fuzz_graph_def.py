"""Looks for GraphDefs that graphlog handles badly: ``make fuzz``, or

    python tests/fuzz/fuzz_graph_def.py --seconds 60 --engine random|hypothesis|atheris

Each finding is written to ``tests/graphdef/corpus``, whose files ``tests/graphdef/test_corpus.py`` replays.
atheris (``pip install atheris``) is led by the lines a case reaches; the others need nothing more.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import random
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

CORPUS = Path(__file__).resolve().parents[1] / "graphdef" / "corpus"


def main() -> int:
    """Runs the engine that was asked for."""
    parser = argparse.ArgumentParser(description="Look for GraphDefs that graphlog handles badly.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--engine", choices=("random", "hypothesis", "atheris"), default="random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gigabytes", type=float, default=2.0, help="memory that a case may take")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="where findings go")
    options = parser.parse_args()
    if options.engine == "atheris":
        return _atheris(options)
    from tests.fuzz import graph_def_cases as cases

    cases.limit_memory(options.gigabytes)
    seeds = cases.seeds()
    print(f"{len(seeds)} seeds", flush=True)
    record = Record(options.corpus)
    ends = time.monotonic() + options.seconds
    if options.engine == "hypothesis":
        _hypothesis(record, ends, options.seed)
    else:
        number = 0
        while time.monotonic() < ends:
            choose = random.Random(f"{options.seed}/{number}")
            number += 1
            record.check(cases.mutated(choose.choice(seeds), choose))
    return record.report()


class Record:
    """Checks cases, counts them, and keeps one of each kind of finding."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.counts: collections.Counter[str] = collections.Counter()
        self.found: collections.Counter[str] = collections.Counter()

    def check(self, data: bytes) -> None:
        """Checks one case."""
        from tests.fuzz import graph_def_cases as cases

        try:
            self.counts[cases.check(data)] += 1
        except cases.FindingError as finding:
            self.counts["finding"] += 1
            kind = _kind(finding)
            self.found[kind] += 1
            path = self.corpus / (hashlib.sha256(kind.encode()).hexdigest()[:12] + ".pb")
            if not path.exists() or path.stat().st_size > len(data):
                self.corpus.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                print(f"{path.name}: {kind}\n    {str(finding)[:300]}", flush=True)

    def report(self) -> int:
        """Prints the counts; 1 where something was found."""
        print(f"{sum(self.counts.values())} executions: {dict(self.counts)}")
        for kind, count in self.found.most_common():
            print(f"{count:6d} {kind}")
        return 1 if self.found else 0


def _kind(finding: BaseException) -> str:
    """What tells one finding from another: the error, and where in graphlog it came up."""
    error = finding.__cause__
    if error is None:
        return str(finding)[:60]
    traceback, place = error.__traceback__, ""
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if "/graphlog/" in file:
            place = f"{file.rpartition('/graphlog/')[2]}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return f"{type(error).__name__} at {place} ({str(finding)[:10]})"


def _hypothesis(record: Record, ends: float, seed: int) -> None:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from tests.fuzz import graph_def_cases as cases

    while time.monotonic() < ends:
        seed += 1

        @seeded(seed)
        @settings(
            max_examples=500,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(cases.seeds()), st.integers(0, 1 << 64))
        def run(data: bytes, number: int) -> None:
            if time.monotonic() < ends:
                record.check(cases.mutated(data, random.Random(number)))

        run()


def _atheris(options: argparse.Namespace) -> int:
    import tempfile

    import atheris

    with atheris.instrument_imports(include=["graphlog"]):
        from tests.fuzz import graph_def_cases as cases
    cases.limit_memory(options.gigabytes)
    seeds = cases.seeds()
    record = Record(options.corpus)
    ends = time.monotonic() + options.seconds

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        return cases.mutated(bytes(data), random.Random(seed))[:most]

    def one(data: bytes) -> None:
        if time.monotonic() < ends:
            record.check(data)

    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(data)
        arguments: list[Any] = [sys.argv[0], f"-max_total_time={int(options.seconds)}", "-timeout=60"]
        arguments += ["-rss_limit_mb=0", "-max_len=65536", f"-artifact_prefix={folder}/", folder]
        atheris.Setup(arguments, one, custom_mutator=mutator)
        # libFuzzer ends the process itself.
        import atexit

        atexit.register(record.report)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
