"""A critic with a penalty of its gradient's norm: second derivatives through extrema of known shapes."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    w = tf.Variable([[0.3], [-0.4], [0.5]], name="w")
    score = tf.matmul(tf.maximum(0.2 * x, x), w)
    (slope,) = tf.gradients(tf.square(score), [x])
    norm = tf.sqrt(tf.reduce_sum(tf.square(slope), reduction_indices=[1]))
    penalty = tf.reduce_mean((norm - 1.0) ** 2)
    gradient = tf.gradients(penalty, w)[0]
    feed = {x: np.random.RandomState(0).randn(2, 3)}
    return [(tf.global_variables_initializer(), {}), ([penalty, gradient], feed)]
