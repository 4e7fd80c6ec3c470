"""Maximum and minimum with and without broadcasting, static and unknown shapes, and their gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    row = tf.placeholder(tf.float32, (3,), name="row")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    high = tf.maximum(x, row, name="high")
    low = tf.minimum(x, free, name="low")
    relu = tf.maximum(x, 0.0)
    rng = np.random.RandomState(1)
    feed = {x: rng.randn(2, 3), row: rng.randn(3), free: rng.randn(2, 3)}
    grads = [tf.gradients(high, [x, row]), tf.gradients(low, [x, free]), tf.gradients(relu, x)]
    return [({"high": high, "low": low, "relu": relu, "grads": grads}, feed)]
