"""tf.nn.static_bidirectional_rnn, with and without lengths; the cells of tf.contrib.rnn."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3, 4), name="x")
    n = tf.placeholder(tf.int32, (2,), name="n")
    R = tf.contrib.rnn if hasattr(tf, "contrib") else tf.nn.rnn_cell
    xs = tf.unstack(x, axis=1)
    with tf.variable_scope("a", initializer=tf.constant_initializer(0.05)):
        out, fw, bw = tf.nn.static_bidirectional_rnn(R.BasicRNNCell(2), R.BasicRNNCell(3), xs, dtype=tf.float32)
    with tf.variable_scope("b", initializer=tf.constant_initializer(0.1)):
        out2, _, _ = tf.nn.static_bidirectional_rnn(R.BasicRNNCell(2), R.BasicRNNCell(3), xs[:2], dtype=tf.float32, sequence_length=n)
    f = {x: np.arange(24.0).reshape(2, 3, 4) * 0.1 - 1.0, n: [2, 1]}
    return [(tf.global_variables_initializer(), f), ({"out": out, "fw": fw, "bw": bw, "out2": out2}, f)]
