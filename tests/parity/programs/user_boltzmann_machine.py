"""A restricted Boltzmann machine trained by contrastive divergence."""


def program(tf, np):
    tf.set_random_seed(1)
    seen = tf.placeholder(tf.float32, [None, 6], name="seen")
    weights = tf.Variable(tf.random_normal([6, 4], 0.0, 0.01))
    seen_bias, hidden_bias = tf.Variable(tf.zeros([6])), tf.Variable(tf.zeros([4]))

    def sample(chances):
        return tf.nn.relu(tf.sign(chances - tf.random_uniform(tf.shape(chances))))

    hidden = sample(tf.nn.sigmoid(tf.matmul(seen, weights) + hidden_bias))
    again = sample(tf.nn.sigmoid(tf.matmul(hidden, tf.transpose(weights)) + seen_bias))
    hidden_again = tf.nn.sigmoid(tf.matmul(again, weights) + hidden_bias)
    up, down = tf.matmul(tf.transpose(seen), hidden), tf.matmul(tf.transpose(again), hidden_again)
    count = tf.to_float(tf.shape(seen)[0])
    updates = [
        weights.assign_add(0.1 * (up - down) / count),
        seen_bias.assign_add(0.1 * tf.reduce_mean(seen - again, 0)),
        hidden_bias.assign_add(0.1 * tf.reduce_mean(hidden - hidden_again, 0)),
    ]
    error = tf.reduce_mean(tf.square(seen - again))
    feed = {seen: np.random.RandomState(0).rand(5, 6) > 0.5}
    return [(tf.global_variables_initializer(), {}), (error, feed), (updates, feed), (weights, {})]
