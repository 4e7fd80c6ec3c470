"""Learning rates that change with the steps."""


def program(tf, np):
    step = tf.placeholder(tf.int64, [], name="step")
    counter = tf.Variable(17, trainable=False, name="counter")
    rates = [
        tf.train.exponential_decay(0.1, step, 10, 0.5),
        tf.train.exponential_decay(0.1, counter, 10, 0.5, staircase=True, name="stairs"),
        tf.train.natural_exp_decay(0.1, step, 10, 0.5, staircase=True),
        tf.train.inverse_time_decay(tf.constant(0.1, tf.float64), step, 10, 0.5),
        tf.train.inverse_time_decay(0.1, step, 10.0, 0.5, staircase=True),
        tf.train.polynomial_decay(0.1, step, 20, 0.01, power=0.5),
        tf.train.cosine_decay(0.1, step, 20, alpha=0.1),
        tf.train.linear_cosine_decay(0.1, step, 20, num_periods=1.5, alpha=0.1, beta=0.2),
    ]
    init = tf.global_variables_initializer()
    return [(init, {})] + [(rates, {step: value}) for value in (0, 7, 15, 25)]
