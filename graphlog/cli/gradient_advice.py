"""What the verdicts on gradients mean, and what to try, for those who have never heard of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """Words for a verdict.

    Attributes:
        meaning: what happens in the training.
        remedy: what to try, the likeliest first.
    """

    meaning: str
    remedy: str


# By verdict, as in ``graphlog.inspect.gradients.health``.
ADVICE = {
    "nan": Advice(
        "A number of the gradient is not a number (NaN). The next update makes the weights NaN, too, and "
        "soon everything that is computed from them.",
        "Look for log(0), 0/0, sqrt at 0 and infinite inputs; tf.debug_numerics() names the operation "
        "that makes the first NaN. Then lower the learning rate, or clip gradients.",
    ),
    "inf": Advice(
        "A number of the gradient is infinite: it became too large for its dtype. The weights will be, too.",
        "As for exploding gradients; look also for exp of large numbers and for divisions by nearly 0.",
    ),
    "exploding": Advice(
        "The gradient became so large that one update throws the weights far away; the loss jumps or "
        "becomes NaN.",
        "Lower the learning rate, clip gradients (tf.clip_by_global_norm), scale inputs and targets to "
        "about 1, and use an initializer that fits the layers (Glorot, He).",
    ),
    "dead": Advice(
        "The gradient is 0, or nearly all of it: these weights do not change any more, so nothing is "
        "learned here.",
        "Does the loss depend on the variable at all, without stop_gradient in between? If it does, units "
        "may be off for every input: a lower learning rate, leaky_relu for relu, or a smaller initial "
        "bias helps.",
    ),
    "vanishing": Advice(
        "The gradient is so small, beside that of other layers, that these weights hardly change: hardly "
        "anything of the error arrives here, and the layers near the input learn least.",
        "Use relu for sigmoid or tanh, normalize between layers (batch or layer normalization), add "
        "connections that skip layers, use an initializer that fits (Glorot, He), or fewer layers.",
    ),
}

NORM = "The norm is the length of the gradient as one vector: the root of the sum of its squares."
