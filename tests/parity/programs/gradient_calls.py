"""Several ys, grad_ys, unconnected xs, aggregation methods, colocation, devices and nested scopes."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2,), name="x")
    z = tf.placeholder(tf.float32, (2,), name="z")
    a = tf.square(x, name="a")
    b = tf.multiply(a, x, name="b")
    c = tf.add(tf.add(a, b, name="ab"), x, name="c")
    with tf.device("/device:CPU:0"):
        placed = tf.exp(c, name="placed")
    with tf.control_dependencies([c]):
        later = tf.add(a, 1.0, name="later")
        latest = tf.multiply(later, x, name="latest")
    with tf.name_scope("outer"):
        with tf.name_scope(None):
            root = tf.identity(x, name="root")
        inner = tf.gradients(c, x, name="inner")
    seeds = [tf.constant([10.0, 20.0]), None]
    out = [
        tf.gradients([a, b], x),
        tf.gradients([a, c], [x, a], grad_ys=seeds),
        tf.gradients(c, [x, z]),
        tf.gradients(c, [x, z], unconnected_gradients="zero"),
        tf.gradients(c, x, aggregation_method=tf.AggregationMethod.EXPERIMENTAL_TREE),
        tf.gradients(placed, x, colocate_gradients_with_ops=True),
        tf.gradients(latest, x),
        tf.gradients(tf.exp(a), [x, a], stop_gradients=[a], unconnected_gradients="zero"),
        tf.gradients(x, x),
        tf.gradients(c, a),
        inner,
    ]
    out = [[g for g in grads if g is not None] for grads in out]
    step = tf.group(root, latest, name="step")
    return [({"g": out, "step": step, "none": tf.no_op()}, {x: [1.0, -2.0], z: [0.0, 0.0]})]
