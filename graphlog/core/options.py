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


GPUOptions = GraphOptions = ConfigProto


class OptimizerOptions(ConfigProto):
    """How TensorFlow rewrites graphs (``tf.OptimizerOptions``), with the values of its two levels."""

    L1, L0 = 0, -1
    DEFAULT, OFF, ON_1, ON_2 = 0, -1, 1, 2


def disable_v2_behavior() -> None:
    """Does nothing: graphlog has only TensorFlow 1's behavior."""


def disable_eager_execution() -> None:
    """Does nothing: graphlog builds graphs and executes nothing eagerly."""


def executing_eagerly() -> bool:
    """False: graphlog builds graphs and executes nothing eagerly."""
    return False


def disable_resource_variables() -> None:
    """Makes variables reference variables where nothing else is said, as they are from the start."""
    _Defaults.use_resource = False


def enable_resource_variables() -> None:
    """Makes variables resource variables where nothing else is said."""
    _Defaults.use_resource = True


def resource_variables_enabled() -> bool:
    """Whether variables are resource variables where nothing else is said."""
    return _Defaults.use_resource


class _Defaults:
    use_resource = False


def disable_tensor_equality() -> None:
    """Does nothing: tensors are compared by identity."""


def disable_v2_tensorshape() -> None:
    """Does nothing: a TensorShape consists of Dimensions."""


def enable_eager_execution(config: Any = None, device_policy: Any = None, execution_mode: Any = None) -> None:
    """Raises NotImplementedError: graphlog builds graphs and executes nothing eagerly."""
    raise NotImplementedError(
        "graphlog builds graphs and runs them in a Session; it executes nothing eagerly."
    )


def enable_v2_behavior() -> None:
    """Raises NotImplementedError: graphlog has only TensorFlow 1's behavior."""
    raise NotImplementedError("graphlog has only TensorFlow 1's behavior.")


enable_tensor_equality = enable_v2_tensorshape = enable_v2_behavior
