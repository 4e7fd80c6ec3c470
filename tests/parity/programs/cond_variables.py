"""Variables read and assigned in conds and loops, and trained through them."""


def program(tf, np):
    p = tf.placeholder(tf.bool, (), name="p")
    n = tf.placeholder(tf.int32, (), name="n")
    v = tf.Variable([1.0, 2.0], name="v")
    c = tf.cond(p, lambda: tf.assign_add(v, [1.0, 1.0]), lambda: v * 2.0)
    d = tf.cond(p, lambda: v, lambda: tf.zeros([2]))
    with tf.variable_scope("s"):
        def inside():
            w = tf.get_variable("w", (2,), initializer=tf.constant_initializer(3.0))
            return w * v
        e = tf.cond(p, inside, lambda: tf.ones([2]))
    k = tf.Variable(0, name="k", trainable=False)
    def body(i):
        with tf.control_dependencies([tf.assign_add(k, 1)]):
            return i + 1
    with tf.control_dependencies([c]):
        i = tf.while_loop(lambda i: i < n, body, [0])
    _, acc = tf.while_loop(lambda i, a: i < n, lambda i, a: (i + 1, a * v), [0, tf.ones([2])])
    loss = tf.reduce_sum(e) + tf.reduce_sum(acc)
    g = tf.gradients(loss, tf.trainable_variables())
    step = tf.cond(p, lambda: tf.group(tf.assign(k, 100)), lambda: tf.no_op())
    opt = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    init = tf.global_variables_initializer()
    f = {p: True, n: 3}
    h = {p: False, n: 2}
    return [(init, f), ({"i": i, "c": c}, f), (k, f), ({"d": d, "e": e, "g": g, "acc": acc}, f), (step, f), (k, f), ({"i": i, "c": c, "d": d}, h), (k, h), (opt, f), (v, f)]
