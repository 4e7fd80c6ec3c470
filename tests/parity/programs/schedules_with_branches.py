"""Learning rates whose graphs have conditionals."""


def program(tf, np):
    step = tf.placeholder(tf.int64, [], name="step")
    rates = [
        tf.train.polynomial_decay(0.1, step, 10, 0.01, cycle=True, name="cycles"),
        tf.train.cosine_decay_restarts(0.1, step, 5, t_mul=2.0, m_mul=0.5, alpha=0.1),
        tf.train.cosine_decay_restarts(0.1, step, 5, t_mul=1.0, name="equal"),
        tf.train.piecewise_constant(step, [5, 10, 15], [1.0, 0.5, 0.25, 0.125]),
        tf.train.piecewise_constant(tf.cast(step, tf.float32), [5.5], [1, 2], name="two"),
    ]
    return [(rates, {step: value}) for value in (0, 5, 8, 12, 25)]
