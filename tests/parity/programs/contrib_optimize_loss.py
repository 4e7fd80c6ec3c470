"""tf.contrib.layers.optimize_loss with its options."""


def program(tf, np):
    layers = tf.contrib.layers
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    step = tf.train.get_or_create_global_step()
    y = layers.fully_connected(x, 2, weights_initializer=tf.constant_initializer(0.3), activation_fn=None)
    loss = tf.reduce_mean(tf.square(y - 1.0))
    weights = tf.trainable_variables()[0]
    first = layers.optimize_loss(
        loss,
        step,
        0.1,
        "SGD",
        clip_gradients=0.5,
        gradient_multipliers={weights: 2.0},
        learning_rate_decay_fn=lambda rate, step: tf.train.exponential_decay(rate, step, 2, 0.5),
        summaries=["learning_rate", "loss", "gradients", "gradient_norm"],
    )
    second = layers.optimize_loss(
        loss,
        None,
        tf.constant(0.01),
        tf.train.AdamOptimizer,
        clip_gradients=lambda pairs: [(tf.clip_by_norm(grad, 0.5), variable) for grad, variable in pairs],
        name="second",
    )
    third = layers.optimize_loss(
        loss, step, 0.1, lambda rate: tf.train.MomentumOptimizer(rate, 0.9), name="t"
    )
    feed = {x: [[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]]}
    return [(tf.global_variables_initializer(), {})] + [
        (fetch, feed) for fetch in (first, second, third, [step, tf.trainable_variables()])
    ]
