"""What the golden files of all writers hold. It runs under Python 3.7, too."""

import numpy as np

SCALARS = [(0, 0.5), (1, -1.25), (7, float("inf")), (300, 1e-3)]  # step, value
STEPS = [0, 5]
NUMBERS = np.array([-1.5, 0.0, 0.0, 0.25, 3.0, 3.0, 1e3], np.float32)  # for a histogram
IMAGE = (np.arange(4 * 5 * 3, dtype=np.uint8) * 4).reshape(4, 5, 3)
RATE = 8000
SOUND = np.sin(np.arange(64) / 5.0).astype(np.float32) * np.float32(0.5)
TEXT = "**bold** and ünïcödé <b>"
TABLE = [["a", "b"], ["c", "d"]]
TENSOR = np.array([[1.5, -2.0], [0.25, 1e30]], np.float32)
HPARAMS = {"lr": 0.125, "layers": 3, "optimizer": "adam", "bias": True}
LABELS = np.array([True, False, True, True, False])
PREDICTIONS = np.array([0.9, 0.6, 0.4, 0.75, 0.1], np.float32)
THRESHOLDS = 5
VERTICES = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0.5]]], np.float32)
FACES = np.array([[[0, 1, 2]]], np.int32)
