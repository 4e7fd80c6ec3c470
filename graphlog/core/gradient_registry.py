"""Gradients that users register, by operation type or under a name of their own."""

from __future__ import annotations

from graphlog.core.op_definition import GradientRule, NotDifferentiable, find_definition
from graphlog.core.operation import Operation

_registered: dict[str, GradientRule | None] = {}


class RegisterGradient:
    """A decorator that registers the gradient of an operation type.

    The name may be a type's that has none yet, or one of your own for ``Graph.gradient_override_map``.

    Args:
        op_type: the type or name.

    Raises:
        KeyError: it has a registered gradient already.

    Source: ``tf.RegisterGradient``.
    """

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError("op_type must be a string")
        self._op_type = op_type

    def __call__(self, rule: GradientRule) -> GradientRule:
        """Registers a function from an Operation and the gradients of its outputs to those of its inputs."""
        _register(self._op_type, rule)
        return rule


def no_gradient(op_type: str) -> None:
    """Registers that no derivative flows through operations of a type (``tf.NotDifferentiable``)."""
    _register(op_type, None)


def _register(op_type: str, rule: GradientRule | None) -> None:
    if op_type in _registered:
        raise KeyError(f"Registering two gradients with name '{op_type}'!")
    _registered[op_type] = rule


def gradient_rule(op: Operation) -> GradientRule | None:
    """The derivative rule of an operation; None where no derivative flows through it.

    Raises:
        LookupError: there is no rule for it.
    """
    if not op.inputs:
        return None
    override = op.attributes.get("_gradient_op_type")
    name = op.type if override is None else override.decode()
    if name in _registered:
        return _registered[name]
    # The name may also be that of another type, whose rule then serves this one.
    definition = op.definition if name == op.type else find_definition(name)
    rule = definition.gradient if definition is not None else None
    if isinstance(rule, NotDifferentiable):
        return None
    if rule is None:
        raise LookupError(f"No gradient defined for operation '{op.name}' (op type: {op.type})")
    return rule
