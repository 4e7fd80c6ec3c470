"""tf.nn.static_rnn of two cells on top of each other."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3, 4), name="x")
    n = tf.placeholder(tf.int32, (None,), name="n")
    init = tf.constant_initializer(0.05)
    R = tf.nn.rnn_cell
    with tf.variable_scope("c", initializer=init):
        cell = R.MultiRNNCell([R.BasicRNNCell(3), R.LSTMCell(2, use_peepholes=True, num_proj=3)])
        out, state = tf.nn.static_rnn(cell, tf.unstack(x, axis=1)[:2], dtype=tf.float32)
        out = out[-1]
    gs = tf.gradients(tf.reduce_sum(tf.square(out)), tf.trainable_variables())
    fetch = {"out": out, "state": state, "gs": gs}
    f = {x: np.arange(24.0).reshape(2, 3, 4) * 0.1 - 1.0, n: [2, 3]}
    return [(tf.global_variables_initializer(), f), (fetch, f)]
