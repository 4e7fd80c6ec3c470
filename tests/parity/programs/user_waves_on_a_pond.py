"""Waves on a pond: a partial differential equation in steps of assignments."""


def program(tf, np):
    def laplace(x):
        kernel = np.asarray([[0.5, 1.0, 0.5], [1.0, -6.0, 1.0], [0.5, 1.0, 0.5]]).reshape(3, 3, 1, 1)
        x = tf.expand_dims(tf.expand_dims(x, 0), -1)
        return tf.nn.depthwise_conv2d(x, tf.constant(kernel, dtype=1), [1, 1, 1, 1], padding="SAME")[
            0, :, :, 0
        ]

    start = np.zeros([8, 8], np.float32)
    start[2, 3], start[6, 6] = 1.0, 0.5
    epsilon, damping = tf.placeholder(tf.float32, shape=()), tf.placeholder(tf.float32, shape=())
    height, speed = tf.Variable(start), tf.Variable(np.zeros_like(start))
    next_height = height + epsilon * speed
    next_speed = speed + epsilon * (laplace(height) - damping * speed)
    feed = {epsilon: 0.03, damping: 0.04}
    return [
        (tf.global_variables_initializer(), {}),
        (speed.assign(next_speed), feed),
        (height.assign(next_height), feed),
        ([next_height, next_speed], feed),
    ]
