"""Products of matrices of which it is said that they have many zeros, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [4, 3], name="y")
    results = [
        tf.matmul(x, y, a_is_sparse=True, name="plain"),
        tf.matmul(x, tf.nn.relu(y), b_is_sparse=True),
        tf.matmul(y, x, transpose_a=True, transpose_b=True, a_is_sparse=True),
        tf.sparse_matmul(x, tf.transpose(y), transpose_b=True, b_is_sparse=True),
        tf.matmul(tf.cast(x, tf.float64), tf.cast(y, tf.float64), a_is_sparse=True),
    ]
    grads = [tf.gradients(tf.square(result), [x, y]) for result in results[:4]]
    relu_grads = tf.gradients(tf.nn.relu(results[0]), [x, y])
    rng = np.random.RandomState(11)
    feed = {x: rng.randn(2, 4), y: rng.randn(4, 3)}
    return [([results, grads, relu_grads], feed)]
