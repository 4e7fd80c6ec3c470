"""Tile, stack, unstack, transpose and reshape, and gradients through each."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    loose = tf.placeholder(tf.float32, name="loose")
    tiled = tf.tile(x, [2, 1], name="tiled")
    packed = tf.stack([x, tf.square(x), 2.0 * x], axis=1, name="packed")
    first, second, third = tf.unstack(tf.square(x), axis=1)
    turned = tf.transpose(free)
    turned_loose = tf.transpose(loose, name="turned_loose")
    turned_so = tf.transpose(tf.reshape(x, [3, 1, 2]), [2, 0, 1])
    flat = tf.reshape(free, [-1])
    listed = tf.convert_to_tensor([tf.reduce_sum(x), 1.0, tf.reduce_sum(free)], name="listed")
    grads = [
        tf.gradients(tf.square(tiled), x),
        tf.gradients(tf.square(packed), x),
        tf.gradients(first * third, x),
        tf.gradients(tf.square(turned), free),
        tf.gradients(tf.square(turned_so), x),
        tf.gradients(tf.square(flat), free),
        tf.gradients(listed, [x, free]),
        tf.gradients(tf.gradients(tf.reduce_sum(tf.square(x)), x)[0], x),
    ]
    rng = np.random.RandomState(3)
    feed = {x: rng.randn(2, 3), free: rng.randn(4, 3), loose: rng.randn(2, 3)}
    fetches = [tiled, packed, second, turned, turned_loose, turned_so, flat, listed, grads]
    return [(fetches, feed)]
