"""Zeros, ones, fill, range, shapes, sizes, ranks and casts."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    loose = tf.placeholder(tf.float64, name="loose")
    s = tf.placeholder(tf.float32, (), name="s")
    out = [
        tf.zeros([2, 2]),
        tf.zeros((3,), tf.int32, name="none"),
        tf.ones([40, 40]),
        tf.zeros(tf.shape(free)),
        tf.ones([2], tf.bool),
        tf.zeros([]),
        tf.zeros_like(x),
        tf.zeros_like(free),
        tf.zeros_like(x, dtype=tf.int32),
        tf.zeros_like(free, dtype=tf.float64),
        tf.zeros_like(x, optimize=False),
        tf.ones_like(x),
        tf.ones_like(free),
        tf.fill([2, 3], 7),
        tf.range(5),
        tf.range(1, 10, 3),
        tf.range(0.0, 1.0, 0.25),
        tf.range(tf.size(free), delta=2),
        tf.shape(x),
        tf.shape(free, name="sizes"),
        tf.shape(free, out_type=tf.int64),
        tf.size(x),
        tf.size(loose),
        tf.rank(free),
        tf.rank(loose),
        tf.cast(x, tf.float64),
        tf.cast(x, tf.float32),
        tf.cast([1.7, -1.7], tf.int32, name="cut"),
        tf.cast(3, tf.float32),
        tf.constant(1.5, shape=[2, 2]),
        tf.constant([1, 2], shape=[4]),
        tf.constant(np.arange(4)),
        tf.gradients(tf.fill([2, 3], s), s),
        tf.gradients(tf.cast(tf.square(x), tf.float64), x),
    ]
    tf.constant(["a", b"b"], name="words")
    feed = {x: np.arange(6.0).reshape(2, 3), free: np.ones((4, 3)), loose: np.ones((2, 1, 2)), s: 3.0}
    return [(out, feed)]
