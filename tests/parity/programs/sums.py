"""Sums over axes known and unknown, kept and not, of shapes known in part, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3, 4), name="x")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    axis = tf.placeholder(tf.int32, (), name="axis")
    sums = {
        "one": tf.reduce_sum(x, 1, name="one"),
        "again": tf.reduce_sum(tf.square(x), 1, name="again"),
        "kept": tf.reduce_sum(x, [0, -1], keepdims=True, name="kept"),
        "old": tf.reduce_sum(x, reduction_indices=[2], keep_dims=True),
        "none": tf.reduce_sum(x, []),
        "free": tf.reduce_sum(free, 0),
        "all": tf.reduce_sum(free),
        "fed": tf.reduce_sum(x, axis),
        "int": tf.reduce_sum(tf.constant([[1, 2], [3, 4]]), axis=1),
    }
    grads = {
        name: tf.gradients(sums[name], free if name in ("free", "all") else x)[0]
        for name in ("one", "again", "kept", "old", "none", "free", "all", "fed")
    }
    rng = np.random.RandomState(2)
    feed = {x: rng.randn(2, 3, 4), free: rng.randn(5, 3), axis: 2}
    return [({"sums": sums, "grads": grads}, feed)]
