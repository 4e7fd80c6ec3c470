"""What a Scaffold and hooks add to a graph."""


def program(tf, np):
    step = tf.train.get_or_create_global_step()
    w = tf.get_variable("w", initializer=[1.0, -2.0])
    mean, update = tf.metrics.mean(w)
    loss = tf.reduce_sum(tf.square(w))
    tf.summary.scalar("loss", loss)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, step)
    hooks = [tf.train.StopAtStepHook(last_step=3), tf.train.StepCounterHook(10), tf.train.GlobalStepWaiterHook(0)]
    for hook in hooks:
        hook.begin()
    scaffold = tf.train.Scaffold(saver=tf.train.Saver(max_to_keep=1), init_op=None).finalize()
    assert scaffold.summary_op.op.name == "Merge/MergeSummary", scaffold.summary_op
    init = [scaffold.init_op, scaffold.local_init_op]
    return [(init, {}), ([scaffold.ready_op, scaffold.ready_for_local_init_op], {}), (train, {}), (update, {}), ([w, mean, step], {})]
