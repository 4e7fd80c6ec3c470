"""tf.nn.dynamic_rnn of a basic cell, with gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3, 4), name="x")
    n = tf.placeholder(tf.int32, (None,), name="n")
    init = tf.constant_initializer(0.05)
    with tf.variable_scope("a", initializer=init):
        out, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(5), x, dtype=tf.float32)
    gs = tf.gradients(tf.reduce_sum(tf.square(out)), tf.trainable_variables())
    fetch = {"out": out, "state": state, "gs": gs}
    f = {x: np.arange(24.0).reshape(2, 3, 4) * 0.1 - 1.0, n: [2, 3]}
    return [(tf.global_variables_initializer(), f), (fetch, f)]
