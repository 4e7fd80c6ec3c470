"""The engines that look for cases that graphlog handles badly; each fuzzer says what a case is.

A module of cases has ``seeds()``, good cases; ``mutated(data, choose)``, a case after a few changes;
``check(data)``, which returns a word on what happened or raises FindingError; and
``limit_memory(gigabytes)``.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import importlib
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class FindingError(AssertionError):
    """graphlog did something else than work or say what is wrong."""


def fuzz(cases_module: str, corpus: Path, suffix: str) -> int:
    """Runs the engine that the command line asks for.

    Args:
        cases_module: the name of the module of cases; imported late, so that atheris can instrument it.
        corpus: the folder for findings.
        suffix: of the files there.

    Returns:
        1 where something was found.
    """
    parser = argparse.ArgumentParser(description="Look for input that graphlog handles badly.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--engine", choices=("random", "hypothesis", "atheris"), default="random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gigabytes", type=float, default=2.0, help="memory that a case may take")
    parser.add_argument("--corpus", type=Path, default=corpus, help="where findings go")
    options = parser.parse_args()
    if options.engine == "atheris":
        return _atheris(options, cases_module, suffix)
    cases = importlib.import_module(cases_module)
    cases.limit_memory(options.gigabytes)
    seeds = cases.seeds()
    print(f"{len(seeds)} seeds", flush=True)
    record = Record(cases, options.corpus, suffix)
    ends = time.monotonic() + options.seconds
    if options.engine == "hypothesis":
        _hypothesis(record, seeds, ends, options.seed)
    else:
        number = 0
        while time.monotonic() < ends:
            choose = random.Random(f"{options.seed}/{number}")
            number += 1
            record.check(cases.mutated(choose.choice(seeds), choose))
    return record.report()


class Record:
    """Checks cases, counts them, and keeps one of each kind of finding."""

    def __init__(self, cases: Any, corpus: Path, suffix: str) -> None:
        self.cases = cases
        self.corpus = corpus
        self.suffix = suffix
        self.counts: collections.Counter[str] = collections.Counter()
        self.found: collections.Counter[str] = collections.Counter()

    def check(self, data: bytes) -> None:
        """Checks one case."""
        try:
            self.counts[self.cases.check(data)] += 1
        except FindingError as finding:
            self.counts["finding"] += 1
            kind = _kind(finding)
            self.found[kind] += 1
            path = self.corpus / (hashlib.sha256(kind.encode()).hexdigest()[:12] + self.suffix)
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


def _hypothesis(record: Record, seeds: Sequence[bytes], ends: float, seed: int) -> None:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

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
        @given(st.sampled_from(seeds), st.integers(0, 1 << 64))
        def run(data: bytes, number: int) -> None:
            if time.monotonic() < ends:
                record.check(record.cases.mutated(data, random.Random(number)))

        run()


def _atheris(options: argparse.Namespace, cases_module: str, suffix: str) -> int:
    import tempfile

    import atheris

    with atheris.instrument_imports(include=["graphlog"]):
        cases = importlib.import_module(cases_module)
    cases.limit_memory(options.gigabytes)
    seeds = cases.seeds()
    record = Record(cases, options.corpus, suffix)
    ends = time.monotonic() + options.seconds

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        changed: bytes = cases.mutated(bytes(data), random.Random(seed))
        return changed[:most]

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
