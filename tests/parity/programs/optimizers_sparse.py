"""Optimizers on variables of which a gather takes some rows, one of them twice."""


def program(tf, np):
    step = tf.train.create_global_step()
    optimizers = [
        tf.train.GradientDescentOptimizer(0.1),
        tf.train.MomentumOptimizer(0.1, 0.9),
        tf.train.AdamOptimizer(0.1),
        tf.train.RMSPropOptimizer(0.1),
        tf.train.RMSPropOptimizer(0.1, centered=True),
    ]
    ids = tf.placeholder(tf.int32, [None], name="ids")
    trains, variables = [], []
    for number, optimizer in enumerate(optimizers):
        v = tf.Variable([[1.0, -2.0], [0.5, 1.5], [-1.0, 3.0]], name=f"v{number}")
        rows = tf.gather(v, ids) if number % 2 else tf.nn.embedding_lookup(v, ids)
        trains.append(optimizer.minimize(tf.reduce_sum(tf.square(rows) + rows), var_list=[v]))
        variables.append(v)
        variables.extend(optimizer.get_slot(v, name) for name in optimizer.get_slot_names())
    count = step.assign_add(1)
    runs = [(tf.global_variables_initializer(), {})]
    for value in ([0, 2, 0], [1], [2, 1, 1]):
        runs += [(trains, {ids: value}), ([variables, count], {})]
    return runs
