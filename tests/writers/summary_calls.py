"""Calls that PyTorch's, tensorboardX's and graphlog's SummaryWriter all take, with the same arguments."""

from typing import Any

import numpy as np

_RANDOM = np.random.default_rng(20261124)
_NUMBERS = _RANDOM.normal(size=300)
_WIDE = _RANDOM.normal(size=200) * 10.0 ** _RANDOM.integers(-14, 22, 200)
_COLORS = _RANDOM.integers(0, 256, (3, 6, 5), dtype=np.uint8)
_BRIGHTNESS = _RANDOM.random((3, 6, 5)).astype(np.float32)
_LABELS = _RANDOM.integers(0, 2, 50)
_SURE = _RANDOM.random(50).astype(np.float32)
_POINTS = _RANDOM.random((1, 4, 3)).astype(np.float32)

# What is called, by a name for it: the method, and its arguments.
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "scalar": ("add_scalar", {"tag": "loss", "scalar_value": 0.125}),
    "scalar of an array": ("add_scalar", {"tag": "a/b", "scalar_value": np.array([[2.5]], np.float32)}),
    "scalar nan": ("add_scalar", {"tag": "loss", "scalar_value": float("nan")}),
    "histogram": ("add_histogram", {"tag": "h", "values": _NUMBERS}),
    "histogram beyond the bins": ("add_histogram", {"tag": "h", "values": _WIDE}),
    "histogram of integers": ("add_histogram", {"tag": "h", "values": np.arange(-5, 40).reshape(5, 9)}),
    "histogram of zeros": ("add_histogram", {"tag": "h", "values": np.zeros(7, np.float32)}),
    "histogram of the last edge": ("add_histogram", {"tag": "h", "values": np.array([9.3e19, -9.3e19, 1.0])}),
    "histogram, fewer bins": ("add_histogram", {"tag": "h", "values": _NUMBERS, "max_bins": 100}),
    **{
        f"histogram {bins}": ("add_histogram", {"tag": "h", "values": _NUMBERS, "bins": bins})
        for bins in ("auto", "fd", "doane", "scott", "stone", "rice", "sturges", "sqrt", 12)
    },
    "histogram auto, fewer bins": (
        "add_histogram",
        {"tag": "h", "values": _NUMBERS, "bins": "sqrt", "max_bins": 5},
    ),
    "histogram_raw": (
        "add_histogram_raw",
        {
            **{"tag": "raw", "min": 0.5, "max": 2.5, "num": 4, "sum": 6.0, "sum_squares": 11.0},
            **{"bucket_limits": [1.0, 2.0, 3.0], "bucket_counts": [1, 2, 1]},
        },
    ),
    "image": ("add_image", {"tag": "i", "img_tensor": _COLORS}),
    "image of floats": ("add_image", {"tag": "i", "img_tensor": _BRIGHTNESS}),
    "image HWC": ("add_image", {"tag": "i", "img_tensor": _COLORS.transpose(1, 2, 0), "dataformats": "HWC"}),
    "image HW": ("add_image", {"tag": "i", "img_tensor": _COLORS[0], "dataformats": "HW"}),
    "image gray": ("add_image", {"tag": "i", "img_tensor": _COLORS[:1]}),
    "images NCHW": ("add_images", {"tag": "i", "img_tensor": np.stack([_COLORS] * 11)}),
    "images NHWC": (
        "add_images",
        {"tag": "i", "img_tensor": np.stack([_COLORS.transpose(1, 2, 0)] * 3), "dataformats": "NHWC"},
    ),
    "image_with_boxes": (
        "add_image_with_boxes",
        {
            **{"tag": "i", "img_tensor": np.full((3, 40, 50), 200, np.uint8)},
            **{"box_tensor": np.array([[3, 4, 30, 35]]), "labels": ["cat"]},
        },
    ),
    "text": ("add_text", {"tag": "t", "text_string": "**bold** äöü"}),
    "pr_curve": ("add_pr_curve", {"tag": "pr", "labels": _LABELS, "predictions": _SURE}),
    "pr_curve with weights": (
        "add_pr_curve",
        {"tag": "pr", "labels": _LABELS, "predictions": _SURE, "num_thresholds": 5, "weights": 0.5},
    ),
    "pr_curve_raw": (
        "add_pr_curve_raw",
        {
            "tag": "pr",
            **{
                f"{kind}_counts": np.arange(4) + number
                for number, kind in enumerate(
                    ("true_positive", "false_positive", "true_negative", "false_negative")
                )
            },
            **{"precision": np.linspace(0, 1, 4), "recall": np.linspace(1, 0, 4), "num_thresholds": 4},
        },
    ),
    "mesh": (
        "add_mesh",
        {
            **{"tag": "m", "vertices": _POINTS, "faces": np.array([[[0, 1, 2], [1, 2, 3]]])},
            **{"colors": np.full((1, 4, 3), 128), "config_dict": {"camera": {"fov": 75}}},
        },
    ),
    "custom_scalars": (
        "add_custom_scalars",
        {"layout": {"one": {"a": ["Multiline", ["x", "y"]], "b": ["Margin", ["v", "l", "u"]]}, "two": {}}},
    ),
    "custom_scalars_multilinechart": ("add_custom_scalars_multilinechart", {"tags": ["x", "y"]}),
    "custom_scalars_marginchart": ("add_custom_scalars_marginchart", {"tags": ["v", "l", "u"], "title": "t"}),
    "hparams": (
        "add_hparams",
        {"hparam_dict": {"rate": 0.1}, "metric_dict": {"accuracy": 0.5}},
    ),
}
