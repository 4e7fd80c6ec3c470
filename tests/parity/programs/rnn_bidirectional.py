"""tf.nn.bidirectional_dynamic_rnn with a residual cell, without gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3, 4), name="x")
    n = tf.placeholder(tf.int32, (None,), name="n")
    R = tf.nn.rnn_cell
    with tf.variable_scope("d", initializer=tf.constant_initializer(0.05)):
        outputs, states = tf.nn.bidirectional_dynamic_rnn(
            R.BasicRNNCell(3), R.ResidualWrapper(R.LSTMCell(4)), x, dtype=tf.float32, sequence_length=n)
    f = {x: np.arange(24.0).reshape(2, 3, 4) * 0.1 - 1.0, n: [2, 3]}
    return [(tf.global_variables_initializer(), f), ({"outputs": outputs, "states": states}, f)]
