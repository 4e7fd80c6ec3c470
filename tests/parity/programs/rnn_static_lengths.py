"""tf.nn.static_rnn over sequences of different lengths, with gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 4), name="x")
    n = tf.placeholder(tf.int32, (None,), name="n")
    with tf.variable_scope("d", initializer=tf.constant_initializer(0.05)):
        out, state = tf.nn.static_rnn(tf.nn.rnn_cell.BasicRNNCell(3), [x, x * 2.0], sequence_length=n, dtype=tf.float32)
    gs = tf.gradients(tf.reduce_sum(tf.square(out[1])), tf.trainable_variables())
    f = {n: [2, 1], x: np.arange(8.0).reshape(2, 4) * 0.3}
    return [(tf.global_variables_initializer(), f), ({"out": out, "state": state, "gs": gs}, f)]
