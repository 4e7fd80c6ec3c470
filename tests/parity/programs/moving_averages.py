"""ExponentialMovingAverage of variables and tensors, and the moving averages under it."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2], name="x")
    step = tf.Variable(0, trainable=False, name="step", dtype=tf.int64)
    w = tf.Variable([1.0, -2.0], name="w")
    b = tf.Variable(0.5, name="b", dtype=tf.float64)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(
        tf.reduce_sum(w * x) + tf.cast(b, tf.float32), global_step=step
    )
    average = tf.train.ExponentialMovingAverage(0.9, num_updates=step)
    with tf.control_dependencies([train]):
        update = average.apply()
    tensors = tf.train.ExponentialMovingAverage(0.5, zero_debias=True, name="debiased")
    other = tf.train.ExponentialMovingAverage(0.5, name="plain")
    y = tf.square(x, name="y")
    updates = [tensors.apply([y]), other.apply([y, w])]
    assert average.average_name(w) == "w/ExponentialMovingAverage"
    assert other.average_name(b) == "b/plain"
    assert other.average(b) is None
    names = average.variables_to_restore()
    assert names["w/ExponentialMovingAverage"] is w
    assert names["step"] is step
    values = [w, b, average.average(w), average.average(b), tensors.average(y)]
    values += [other.average(y), other.average(w)]
    runs = [(tf.global_variables_initializer(), {})]
    for feed in ([1.0, 2.0], [-3.0, 0.5]):
        runs += [(update, {x: feed}), (updates, {x: feed}), (values, {})]
    return runs
