"""Clipping by value and by norm, and the derivatives of it."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    u = tf.placeholder(tf.float32, name="u")
    ys = [
        tf.clip_by_value(x, -1.0, 2.0),
        tf.clip_by_value(u, tf.constant([-1.0, 0.0, 1.0]), 2.0, name="bounds"),
        tf.clip_by_norm(x, 2.0),
        tf.clip_by_norm(u, 1.5, axes=[1], name="rows"),
        tf.clip_by_average_norm(x, 0.3),
    ]
    grads = tf.gradients(ys, [x, u])
    norm = tf.global_norm([x, None, u])
    clipped, same = tf.clip_by_global_norm([x, None, u * 2.0], 3.0)
    given, _ = tf.clip_by_global_norm([x, u], 0.5, use_norm=norm, name="given")
    values = [ys, grads, norm, clipped[0], clipped[2], same, given]
    assert clipped[1] is None
    feed = {x: [[0.5, -3.0, 2.5], [1.0, 0.0, -0.25]], u: [[0.5, -3.0, 2.5], [0.0, 0.0, 0.0]]}
    infinite = {x: [[0.5, -3.0, np.inf], [1.0, 0.0, -0.25]], u: [[1.0, 2.0, 3.0]]}
    return [(values, feed), (norm, infinite)]
