"""Bidirectional networks on top of each other, of contrib's cells."""


def program(tf, np):
    rnn = tf.contrib.rnn
    x = tf.placeholder(tf.float32, [None, 2, 2], name="x")

    def cells():
        return [rnn.BasicRNNCell(2), rnn.BasicRNNCell(1)]

    with tf.variable_scope("root", initializer=tf.constant_initializer(0.3)):
        dynamic = rnn.stack_bidirectional_dynamic_rnn(cells(), cells(), x, dtype=tf.float32)
        static = rnn.stack_bidirectional_rnn(
            cells(), cells(), tf.unstack(x, axis=1), dtype=tf.float32, scope="static"
        )
    rng = np.random.RandomState(0)
    feed = {x: rng.randn(2, 2, 2)}
    return [(tf.global_variables_initializer(), {}), ([dynamic, static], feed)]
