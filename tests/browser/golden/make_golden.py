"""Write the event files beside this script anew: the demo's programs, run by TensorFlow 1.15.5.

    python3.7 -m venv somewhere
    somewhere/bin/pip install tensorflow==1.15.5 'protobuf<3.21'
    somewhere/bin/python tests/browser/golden/make_golden.py

It runs in Python 3.7, the newest that TensorFlow 1.15.5 has, so it is written in that language. A
program is changed by its import line alone, and by what Python 3.7 does not know yet.
"""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "..", "examples")
RUNS = ("backprop", "backprop_gradients")


def run_in_tensorflow(program: str) -> None:
    """Run the text of a program, which writes to ./logs, with TensorFlow for graphlog."""
    changed = program.replace("import graphlog as tf", "import tensorflow as tf").replace(", strict=True", "")
    subprocess.run([sys.executable, "-c", changed], cwd=HERE, check=True)


def main() -> None:
    """Write each run's event file, under a name that says nothing of the machine it was made on."""
    for run in RUNS:
        with open(os.path.join(EXAMPLES, run + ".py")) as file:
            run_in_tensorflow(file.read())
        (written,) = os.listdir(os.path.join(HERE, "logs", run))
        os.makedirs(os.path.join(HERE, run), exist_ok=True)
        target = os.path.join(HERE, run, "events.out.tfevents.0000000000.tensorflow")
        os.replace(os.path.join(HERE, "logs", run, written), target)
    shutil.rmtree(os.path.join(HERE, "logs"))


if __name__ == "__main__":
    main()
