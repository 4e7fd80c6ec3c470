"""Linear regression by the normal equation, by decompositions and by steps written by hand."""


def program(tf, np):
    random = np.random.RandomState(0)
    x = tf.constant(np.c_[np.ones((20, 1)), random.rand(20, 3)], dtype=tf.float64, name="x")
    y = tf.constant(random.rand(20, 1), dtype=tf.float64, name="y")
    x_transposed = tf.transpose(x)
    squares = tf.matmul(x, x, transpose_a=True)
    inverted = tf.matmul(tf.matmul(tf.matrix_inverse(squares), x_transposed), y)
    solved = tf.cholesky_solve(tf.cholesky(squares), tf.matmul(x_transposed, y))
    theta = tf.Variable(tf.zeros([4, 1], tf.float64), name="theta")
    with tf.name_scope("loss") as scope:
        error = tf.matmul(x, theta, name="predictions") - y
        mean = tf.reduce_mean(tf.square(error), name="mse")
    gradients = 2 / 20 * tf.matmul(tf.transpose(x), error)
    step = tf.assign(theta, theta - 0.01 * gradients)
    assert scope == "loss/"
    return [
        (tf.global_variables_initializer(), {}),
        ([inverted, solved, tf.matrix_solve_ls(x, y)], {}),
        (step, {}),
        (mean, {}),
    ]
