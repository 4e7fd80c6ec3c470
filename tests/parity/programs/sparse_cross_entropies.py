"""Losses of classes given as numbers."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    cube = tf.placeholder(tf.float32, [2, 3, 2], name="cube")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    free_cube = tf.placeholder(tf.float32, [None, None, 2], name="free_cube")
    loose = tf.placeholder(tf.float32, name="loose")
    classes = tf.placeholder(tf.int32, [2], name="classes")
    free_classes = tf.placeholder(tf.int64, [None], name="free_classes")
    grid = tf.placeholder(tf.int32, [2, 3], name="grid")
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits
    rows = sparse(labels=classes, logits=x, name="rows")
    outs = [
        rows,
        sparse(labels=free_classes, logits=free),
        sparse(labels=grid, logits=cube, name="grid_loss"),
        sparse(labels=classes, logits=tf.cast(x, tf.float16)),
        sparse(labels=classes, logits=tf.cast(x, tf.float64)),
        sparse(labels=grid, logits=free_cube, name="free_grid"),
        sparse(labels=grid, logits=loose),
    ]
    outs += [
        tf.gradients(rows, x),
        tf.gradients(outs[1], free),
        tf.gradients(tf.reduce_mean(outs[2]), cube),
        tf.gradients(outs[5], free_cube),
    ]
    rng = np.random.RandomState(4)
    feed = {x: rng.randn(2, 3), cube: rng.randn(2, 3, 2), free: rng.randn(3, 3), loose: rng.randn(2, 3, 2)}
    feed.update({classes: [2, 0], free_classes: [1, 1, 0], grid: [[0, 1, 0], [1, 1, 0]]})
    feed[free_cube] = rng.randn(2, 3, 2)
    return [(out, feed) for out in outs]
