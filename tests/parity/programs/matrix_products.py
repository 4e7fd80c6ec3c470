"""Products of matrices: of two and of batches, transposed and conjugated, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [4, 3], name="y")
    stack = tf.placeholder(tf.float32, [2, 3, 4], name="stack")
    loose_stack = tf.placeholder(tf.float32, [None, 4, None], name="loose_stack")
    loose = tf.placeholder(tf.float32, name="loose")
    c = tf.placeholder(tf.complex64, [2, 2], name="c")
    results = {
        "plain": tf.matmul(x, y, name="plain"),
        "operator": x @ y,
        "operator_with_array": x @ np.ones((4, 2), np.float32),
        "transpose_a": tf.matmul(y, y, transpose_a=True),
        "both": tf.matmul(y, tf.transpose(y), transpose_a=True, transpose_b=True),
        "batch": tf.matmul(stack, loose_stack),
        "batch_transposed": tf.matmul(stack, stack, transpose_b=True),
        "batch_adjoint": tf.matmul(stack, stack, adjoint_a=True, name="adjoint_batch"),
        "broadcast": tf.matmul(stack, y),
        "unknown": tf.matmul(loose, y),
        "vector": tf.linalg.matvec(y, tf.constant([1.0, 2.0, 3.0]), name="vector"),
        "vectors": tf.linalg.matvec(stack, tf.constant([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]), transpose_a=True),
        "trace": tf.trace(tf.matmul(y, y, transpose_b=True), name="tr"),
        "traces": tf.linalg.trace(tf.matmul(stack, stack, transpose_b=True)),
    }
    product = tf.matmul(c, c, adjoint_a=True, transpose_b=True)
    grads = {}
    for name in ("plain", "transpose_a", "both", "batch", "batch_adjoint", "broadcast", "unknown"):
        sources = [x, y, stack, loose_stack, loose]
        grads[name] = [g for g in tf.gradients(tf.square(results[name]), sources) if g is not None]
    again = tf.gradients(tf.reduce_sum(tf.square(grads["plain"][0])), [x, y])
    rng = np.random.RandomState(11)
    feed = {
        x: rng.randn(2, 4),
        y: rng.randn(4, 3),
        stack: rng.randn(2, 3, 4),
        loose_stack: rng.randn(2, 4, 2),
        loose: rng.randn(2, 2, 4),
        c: rng.randn(2, 2) + 1j * rng.randn(2, 2),
    }
    fetches = {"results": results, "grads": grads, "again": again}
    return [(fetches, feed), ([tf.real(product), tf.imag(product)], feed)]
