"""Optimizers of resource variables, with dense and sparse gradients."""


def program(tf, np):
    optimizers = [
        tf.train.GradientDescentOptimizer(0.1),
        tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        tf.train.AdamOptimizer(0.1),
        tf.train.RMSPropOptimizer(0.1, momentum=0.5),
        tf.train.RMSPropOptimizer(0.1, centered=True, name="Centered"),
        tf.train.AdagradOptimizer(0.1),
        tf.train.AdadeltaOptimizer(0.5),
        tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
        tf.train.ProximalGradientDescentOptimizer(0.1, l2_regularization_strength=0.1),
    ]
    ids = tf.placeholder(tf.int32, [None], name="ids")
    with tf.variable_scope("model", use_resource=True):
        step = tf.train.get_or_create_global_step()
    trains, values = [], []
    for number, optimizer in enumerate(optimizers):
        with tf.variable_scope("m%d" % number, use_resource=True):
            table = tf.get_variable("table", initializer=np.arange(6, dtype=np.float32).reshape(3, 2) / 4)
            w = tf.get_variable("w", initializer=[1.0, -2.0])
            loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(table, ids) * w - 1.0))
            trains.append(optimizer.minimize(loss, step if number < 3 else None))
            values += [table, w]
    average = tf.train.ExponentialMovingAverage(0.5)
    update = average.apply([w])
    init = tf.global_variables_initializer()
    feed = {ids: [0, 2, 2]}
    return [(init, {}), (trains, feed), (values, {}), (trains, feed), (values + [step], {}), (update, {})]
