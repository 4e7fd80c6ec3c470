"""tensordot, with shapes that are known and that are not, and gradients."""


def program(tf, np):
    a = tf.placeholder(tf.float32, [2, 3, 4], name="a")
    b = tf.placeholder(tf.float32, [4, 3, 5], name="b")
    m = tf.placeholder(tf.float32, [3, 4], name="m")
    loose = tf.placeholder(tf.float32, [None, 3, None], name="loose")
    unknown = tf.placeholder(tf.float32, name="unknown")
    results = [
        tf.tensordot(a, b, 1),
        tf.tensordot(a, b, [[1, 2], [1, 0]], name="dots"),
        tf.tensordot(a, b, [[-1], [0]]),
        tf.tensordot(m, a, axes=[1, 2]),
        tf.tensordot(m[0], m, 0),
        tf.tensordot(loose, b, [[2], [0]]),
        tf.tensordot(unknown, m, [[1], [0]]),
        tf.tensordot(unknown, m, 1),
        tf.tensordot(a, b, tf.constant([[1, 2], [1, 0]])),
    ]
    grads = [
        tf.gradients(tf.square(results[1]), [a, b]),
        tf.gradients(tf.square(results[5]), [loose, b]),
        tf.gradients(tf.square(results[6]), [unknown, m]),
    ]
    rng = np.random.RandomState(14)
    shapes = [(a, (2, 3, 4)), (b, (4, 3, 5)), (m, (3, 4)), (loose, (2, 3, 4)), (unknown, (2, 3))]
    feed = {x: rng.randn(*shape) for x, shape in shapes}
    return [((results, grads), feed)]
