"""Elementwise functions and reductions of variables, as losses use them."""


def program(tf, np):
    v = tf.Variable(np.array([[0.5, -1.5, 2.0]], np.float32), name="v")
    w = tf.Variable(3.0, name="w")
    out = {
        "reduced": [tf.reduce_mean(v), tf.reduce_max(v, 1), tf.reduce_sum(w), tf.reduce_logsumexp(v)],
        "functions": [tf.abs(v), tf.sigmoid(v), tf.nn.relu(v), tf.square(v), tf.sqrt(w), tf.sin(v)],
        "two": [tf.squared_difference(v, w), tf.maximum(v, w), tf.div(v, 2.0), v ** 2.0, tf.scalar_mul(2.0, v)],
        "rest": [tf.argmax(v, 1), tf.nn.l2_loss(v), tf.stop_gradient(v), tf.cumsum(v, 1), tf.round(v), tf.where(v)],
        "cast": [tf.cast(v, tf.float64), tf.to_int32(v)],
        "gradients": tf.gradients(tf.reduce_mean(tf.square(v) * w), [v, w]),
    }
    init = tf.global_variables_initializer()
    return [(init, None), (out, None)]
