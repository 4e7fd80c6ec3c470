"""Event files that are or were hard to read: from the fuzzer of tests/fuzz, and from a hostile hand."""

import random
from pathlib import Path

import pytest

from tests.fuzz import event_file_cases as cases

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.tfevents"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_is_read_and_repaired(path: Path) -> None:
    cases.check(path.read_bytes())


def test_some_mutations_of_good_files() -> None:
    for number in range(100):
        choose = random.Random(number)
        cases.check(cases.mutated(choose.choice(cases.seeds()), choose))
