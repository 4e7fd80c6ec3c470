"""A recurrence over TensorArrays of partly known elements, minimized: gradients that wait for each other."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [None, None, 2], name="x")
    w = tf.Variable([[0.5, -0.2], [0.1, 0.3]], name="w")
    steps, batch = tf.shape(x)[0], tf.shape(x)[1]
    given = tf.TensorArray(tf.float32, steps, element_shape=[None, 2], name="given").unstack(x * w[0])
    made = tf.TensorArray(tf.float32, steps, element_shape=[None, 2], name="made")

    def step(time, state, made):
        state = tf.tanh(tf.matmul(state, w) + given.read(time))
        state.set_shape([None, 2])
        return time + 1, state, made.write(time, state)

    state = tf.zeros([batch, 2])
    _, last, made = tf.while_loop(lambda time, *_: time < steps, step, (0, state, made))
    loss = tf.reduce_sum(tf.square(made.stack())) + tf.reduce_sum(last)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    feed = {x: np.random.RandomState(0).rand(3, 2, 2)}
    return [(tf.global_variables_initializer(), {}), ([loss, train], feed), ([loss, w], feed)]
