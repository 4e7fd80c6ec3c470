"""Looks for GraphDefs that graphlog handles badly: ``make fuzz``, or

    python tests/fuzz/fuzz_graph_def.py --seconds 60 --engine random|hypothesis|atheris

Each finding is written to ``tests/graphdef/corpus``, whose files ``tests/graphdef/test_corpus.py`` replays.
atheris (``pip install atheris``) is led by the lines a case reaches; the others need nothing more.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fuzz.engines import fuzz

if __name__ == "__main__":
    corpus = Path(__file__).resolve().parents[1] / "graphdef" / "corpus"
    sys.exit(fuzz("tests.fuzz.graph_def_cases", corpus, ".pb"))
