"""Optimizers that regularize, on dense variables, three steps each."""


def program(tf, np):
    step = tf.train.get_or_create_global_step()
    optimizers = [
        tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.1),
        tf.train.FtrlOptimizer(0.1, learning_rate_power=-0.7, l2_shrinkage_regularization_strength=0.1),
        tf.train.ProximalGradientDescentOptimizer(0.1, 0.5, 0.1),
        tf.train.ProximalAdagradOptimizer(0.1, 0.2, 0.5, 0.1),
        tf.train.AdagradDAOptimizer(0.1, step, 0.1, 0.1, 0.1),
    ]
    trains, variables = [], []
    for number, optimizer in enumerate(optimizers):
        v = tf.Variable([1.0, -2.0], name=f"v{number}")
        loss = tf.reduce_sum(tf.square(v) + v)
        trains.append(optimizer.minimize(loss, var_list=[v]))
        variables.append(v)
        variables.extend(optimizer.get_slot(v, name) for name in optimizer.get_slot_names())
        names = [item.name for item in optimizer.variables()]
        assert names == sorted(names)
    init = tf.global_variables_initializer()
    count = step.assign_add(1)
    return [(init, {})] + [(trains, {}), ([variables, count], {})] * 3
