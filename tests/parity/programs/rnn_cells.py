"""A cell of the user's own, cells called by hand, a state in one tensor."""


def program(tf, np):
    u = tf.placeholder(tf.float32, (None, None, 4), name="u")
    n = tf.placeholder(tf.int32, (None,), name="n")
    x = tf.placeholder(tf.float32, (2, 4), name="x")
    init = tf.constant_initializer(0.05)

    class MyCell(tf.nn.rnn_cell.RNNCell):
        state_size = 3
        output_size = 2

        def call(self, inputs, state):
            w = tf.get_variable("w", (4, 3))
            v = tf.get_variable("v", (3, 2))
            s = tf.tanh(tf.matmul(inputs, w) + state)
            return tf.matmul(s, v), s

    with tf.variable_scope("a", initializer=init):
        out, st = tf.nn.dynamic_rnn(MyCell(), u, dtype=tf.float32, time_major=True, sequence_length=n)
    with tf.variable_scope("b", initializer=init):
        cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.BasicLSTMCell(3, state_is_tuple=False))
        o2, s2 = cell(x, cell.zero_state(tf.shape(x)[0], tf.float32))
    with tf.variable_scope("c", initializer=init):
        c = tf.nn.rnn_cell.GRUCell(3)
        o, s = c(x, c.zero_state(2, tf.float32))
        o, s = c(x, s)
    fetch = {"out": out, "st": st, "o": o, "o2": o2, "s2": s2}
    f = {u: np.arange(24.0).reshape(3, 2, 4) * 0.1 - 1.0, n: [2, 1], x: np.arange(8.0).reshape(2, 4) * 0.3}
    return [(tf.global_variables_initializer(), f), (fetch, f)]
