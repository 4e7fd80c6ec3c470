"""Optimizers that add up squares, on variables of which a gather takes some rows, one of them twice."""


def program(tf, np):
    step = tf.train.create_global_step()
    optimizers = [
        tf.train.AdagradOptimizer(0.1),
        tf.train.AdadeltaOptimizer(1.0),
        tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
        tf.train.ProximalAdagradOptimizer(0.1, 0.2, 0.1, 0.1),
        tf.train.AdagradDAOptimizer(0.1, step, l1_regularization_strength=0.1),
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
