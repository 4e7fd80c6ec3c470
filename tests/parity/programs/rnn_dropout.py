"""Cells with dropout, of each step and of all steps alike; only their shapes are compared."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3, 4), name="x")
    kp = tf.placeholder(tf.float32, (), name="kp")
    init = tf.constant_initializer(0.05)
    R = tf.nn.rnn_cell
    with tf.variable_scope("a", initializer=init):
        cell = R.DropoutWrapper(R.LSTMCell(4), output_keep_prob=kp, input_keep_prob=0.9, state_keep_prob=0.8, seed=5)
        out, _ = cell(x[0], cell.zero_state(3, tf.float32))
    with tf.variable_scope("b", initializer=init):
        cell = R.DropoutWrapper(R.GRUCell(4), 0.5, 0.5, 0.5, variational_recurrent=True, input_size=4, dtype=tf.float32, seed=1)
        out2, _ = cell(x[0], cell.zero_state(3, tf.float32))
    f = {x: np.arange(24.0).reshape(2, 3, 4) * 0.1 - 1.0, kp: 0.7}
    return [(tf.global_variables_initializer(), f), ({"s": tf.shape(out), "s2": tf.shape(out2)}, f)]
