"""What minimize, compute_gradients and apply_gradients can be told."""


def program(tf, np):
    x = tf.placeholder(tf.float64, [None, 2], name="x")
    w = tf.Variable(np.array([[1.0], [-2.0]]), name="w", constraint=lambda value: tf.minimum(value, 0.9))
    b = tf.Variable(np.zeros(1), name="b")
    rate = tf.placeholder(tf.float32, [], name="rate")
    with tf.name_scope("loss"):
        loss = tf.reduce_sum(tf.square(w[0] * x[:, 0] + w[1] * x[:, 1] + b))
    other = tf.Variable(3, name="other", trainable=False)
    step = tf.Variable(7, trainable=False, name="step", dtype=tf.int64)
    descent = tf.train.GradientDescentOptimizer(lambda: rate)
    trains = [
        descent.minimize(loss, global_step=step, name="train"),
        descent.minimize(loss, var_list=[b], gate_gradients=tf.train.Optimizer.GATE_NONE),
        descent.minimize(loss, gate_gradients=descent.GATE_GRAPH, colocate_gradients_with_ops=True),
    ]
    momentum = tf.train.MomentumOptimizer(0.05, 0.9, use_locking=True)
    pairs = momentum.compute_gradients(loss, [w, [b]], grad_loss=tf.constant(0.5, tf.float64))
    clipped = [(tf.clip_by_value(grad, -1.0, 1.0), variable) for grad, variable in pairs] + [(None, w)]
    with tf.device("/cpu:0"):
        trains.append(momentum.apply_gradients([*clipped[:2], (None, other)]))
    adam = tf.train.AdamOptimizer(rate, name="mine")
    with tf.variable_scope("model"):
        v = tf.get_variable("v", [2, 1], tf.float64, initializer=tf.zeros_initializer())
        trains.append(adam.minimize(tf.reduce_sum(tf.square(v - 1.0)) + loss, var_list=[v, b]))
    assert tf.get_collection(tf.GraphKeys.TRAIN_OP) == trains
    assert momentum.get_slot(other, "momentum") is None
    assert momentum.get_slot(b, "momentum") is not None
    feed = {x: [[1.0, 0.5], [-0.5, 0.25], [2.0, 1.0]], rate: 0.01}
    values = [w, b, v, step, momentum.get_slot(w, "momentum"), adam.get_slot(v, "m"), loss]
    runs = [(tf.global_variables_initializer(), {})]
    for train in trains:
        runs += [(train, feed), (values, feed)]
    return runs
