"""Looks for event files that graphlog reads or repairs badly: ``make fuzz``, or

    python tests/fuzz/fuzz_event_files.py --seconds 60 --engine random|hypothesis|atheris

Each finding is written to ``tests/events/corpus``, whose files ``tests/events/test_corpus.py`` replays.
atheris (``pip install atheris``) is led by the lines a case reaches; the others need nothing more.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fuzz.engines import fuzz

if __name__ == "__main__":
    corpus = Path(__file__).resolve().parents[1] / "events" / "corpus"
    sys.exit(fuzz("tests.fuzz.event_file_cases", corpus, ".tfevents"))
