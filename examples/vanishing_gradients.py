"""A deep network that does not learn, why, and what helps: where its gradients vanish.

    python examples/vanishing_gradients.py

A network of nine hidden layers is to tell the points of two spirals apart. With sigmoids and small random
weights, next to nothing of the error arrives at the layers near the input. With rectifiers, and weights that
keep gradients as large from layer to layer (He et al., 2015), the same network learns. With large weights
its gradients explode. docs/vanishing_gradients.md tells how to see all that in what this logs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import graphlog as tf

LAYERS = 9
UNITS = 32
STEPS = 600
LOG_EVERY = 20
BATCH = 100
LEARNING_RATE = 0.02
LOGDIR = "logs/vanishing_gradients"

Array = np.ndarray[Any, Any]


def two_spirals(points: int, random: np.random.Generator) -> tuple[Array, Array]:
    """Points of two spirals that wind around each other, and for each 0 or 1."""
    label = random.integers(0, 2, (points, 1))
    radius = np.sqrt(random.uniform(0.05, 1, (points, 1)))
    turn = 2.5 * np.pi * radius
    place = radius * np.concatenate([np.cos(turn), np.sin(turn)], axis=1)
    return np.where(label == 1, place, -place), label


def train(run: str, activation: Callable[..., Any], initializer: Any) -> None:
    """Trains a network, and logs its graph, its loss and its gradients under the name of the run."""
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(1)
        place = tf.placeholder(tf.float32, [None, 2], name="place")
        label = tf.placeholder(tf.float32, [None, 1], name="label")
        hidden = place
        for number in range(1, LAYERS + 1):
            hidden = tf.layers.dense(
                hidden, UNITS, activation, kernel_initializer=initializer, name=f"layer{number}"
            )
        logit = tf.layers.dense(hidden, 1, name="output")
        with tf.name_scope("loss"):
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=label, logits=logit))

        optimizer = tf.train.MomentumOptimizer(LEARNING_RATE, momentum=0.9)
        grads_and_vars = optimizer.compute_gradients(loss)
        update = optimizer.apply_gradients(grads_and_vars)

        tf.summary.scalar("training/loss", loss)
        # A curve for each layer: that of its kernel.
        of_kernels = [(grad, variable) for grad, variable in grads_and_vars if "kernel" in variable.name]
        tf.summary.gradients(of_kernels, learning_rate=LEARNING_RATE)
        summary = tf.summary.merge_all()
        initialize = tf.global_variables_initializer()

    random = np.random.default_rng(0)
    with tf.Session(graph=graph) as session, tf.summary.FileWriter(f"{LOGDIR}/{run}", graph) as writer:
        session.run(initialize)
        for step in range(STEPS + 1):
            places, labels = two_spirals(BATCH, random)
            feeds = {place: places, label: labels}
            if step % LOG_EVERY == 0:
                writer.add_summary(session.run(summary, feeds), step)
            session.run(update, feeds)
        places, labels = two_spirals(1000, random)
        found = session.run(logit, {place: places}) > 0
        print(f"{run:14}{np.mean(found == labels):4.0%} of the points are told apart rightly")


if __name__ == "__main__":
    train("sigmoid", tf.sigmoid, tf.random_normal_initializer(stddev=0.1))
    train("relu", tf.nn.relu, tf.initializers.he_normal())
    train("large_weights", tf.nn.relu, tf.random_normal_initializer(stddev=3.0))
    print(f"""
To see why:

    graphlog gradients {LOGDIR}
    graphlog diff {LOGDIR}/sigmoid {LOGDIR}/relu
    tensorboard --logdir {LOGDIR}""")
