"""Broadcasting to a shape, meshgrid and repeat."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (2, 3), name="x")
    part = tf.placeholder(tf.float64, (None, 1), name="part")
    any_rank = tf.placeholder(tf.float64, None, name="any_rank")
    sizes = tf.placeholder(tf.int32, (2,), name="sizes")
    counts = tf.placeholder(tf.int32, (3,), name="counts")
    a, b = tf.meshgrid(x[0], x[:, 1])
    c, d, e = tf.meshgrid(x[0], part, x[:, 0], indexing="ij", name="mesh")
    ys = [
        tf.broadcast_to(x, [4, 2, 3]),
        tf.broadcast_to(part, [2, 2, 5]),
        tf.broadcast_to(part, sizes, name="fed"),
        tf.broadcast_to(any_rank, tf.shape(part)),
        a,
        b,
        c,
        d,
        tf.repeat(x, 2),
        tf.repeat(x, [2, 0, 1], axis=1),
        tf.repeat(part, 3, axis=0),
        tf.repeat(x[0, 0], 3),
    ]
    grads = tf.gradients(ys, [x, part, any_rank], [tf.square(y) for y in ys])
    others = [
        e,
        tf.repeat(x, counts, axis=-1, name="often"),
        tf.broadcast_dynamic_shape(tf.shape(part), [1, 3]),
        tf.unravel_index(counts, [4, 6]),
        tf.unravel_index(5, sizes, name="unraveled"),
    ]
    feeds = {
        x: [[1.0, 2.0, -1.5], [0.5, -1.0, 3.0]],
        part: [[0.25], [-2.0]],
        any_rank: [[0.75], [1.25]],
        sizes: [2, 4],
        counts: [1, 0, 2],
    }
    return [([ys, grads, others], feeds)]
