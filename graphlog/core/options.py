"""Options that TensorFlow programs give to a session, and that mean nothing to one processor."""

from __future__ import annotations

from typing import Any


class ConfigProto:
    """What a program asks of TensorFlow's session (``tf.ConfigProto``): taken, and without effect.

    Any option may be given by name, and set or read afterwards, also inside another as in
    ``config.gpu_options.allow_growth = True``.
    """

    def __init__(self, **options: Any) -> None:
        vars(self).update(options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return vars(self).setdefault(name, ConfigProto())


GPUOptions = GraphOptions = OptimizerOptions = ConfigProto


def disable_v2_behavior() -> None:
    """Does nothing: graphlog has only TensorFlow 1's behavior."""


def disable_eager_execution() -> None:
    """Does nothing: graphlog builds graphs and executes nothing eagerly."""


def executing_eagerly() -> bool:
    """False: graphlog builds graphs and executes nothing eagerly."""
    return False
