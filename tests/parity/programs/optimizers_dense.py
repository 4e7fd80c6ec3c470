"""Optimizers on dense variables, three steps each."""


def program(tf, np):
    step = tf.train.get_or_create_global_step()
    optimizers = [
        tf.train.GradientDescentOptimizer(tf.constant(0.1)),
        tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        tf.train.AdamOptimizer(0.1, beta1=0.8, epsilon=0.1),
        tf.train.RMSPropOptimizer(0.1, momentum=0.5, centered=True),
        tf.train.AdadeltaOptimizer(1.0),
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
