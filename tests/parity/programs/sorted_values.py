"""Sorting and the greatest elements, and gradients through them."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 4], name="x")
    loose = tf.placeholder(tf.float32, [None, None, 3], name="loose")
    unknown = tf.placeholder(tf.float32, name="unknown")
    k = tf.placeholder(tf.int32, [], name="k")
    top = tf.nn.top_k(x, 2)
    loose_top = tf.math.top_k(loose, k, name="top")
    sorts = [
        tf.sort(x),
        tf.sort(x, axis=0, direction="DESCENDING"),
        tf.sort(loose, axis=-2, name="mine"),
        tf.sort(unknown, axis=0),
    ]
    orders = [tf.argsort(x), tf.argsort(x, axis=0), tf.argsort(loose, direction="DESCENDING", name="order")]
    in_top = [
        tf.nn.in_top_k(x, [0, 3], 2),
        tf.nn.in_top_k(x, tf.constant([0, 3], tf.int64), 1, name="in_top"),
        tf.math.in_top_k(x, [7, 0], k),
    ]
    grads = [
        tf.gradients(tf.square(top.values), x),
        tf.gradients(loose_top[0], loose, grad_ys=tf.square(loose_top.values)),
        tf.gradients(tf.square(sorts[3]), unknown),
    ]
    again = tf.gradients(grads[0][0], x)
    rng = np.random.RandomState(16)
    feed = {x: rng.randn(2, 4), loose: rng.randn(2, 2, 3), unknown: rng.randn(3, 2), k: 2}
    fetches = [top.values, top.indices, loose_top[0], loose_top[1], sorts, orders, in_top, grads, again]
    return [(fetches, feed)]
