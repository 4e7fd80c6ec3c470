"""Shape invariants, nests, limits, TensorArrays, control dependencies and devices of loops."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (None, 2), name="x")
    k = tf.placeholder(tf.int32, (), name="k")
    # shape invariants
    _, m = tf.while_loop(lambda i, m: i < 3, lambda i, m: [i + 1, tf.concat([m, m], axis=0)], [tf.constant(0), x],
                         shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 2])])
    # swapped variables, dict nest, maximum_iterations
    d = tf.while_loop(lambda s: s["n"] < k, lambda s: {"n": s["n"] + 1, "a": s["b"], "b": s["a"] + 1.0},
                      [{"n": 0, "a": 1.0, "b": 2.0}], maximum_iterations=4, name="fib")
    single = tf.while_loop(lambda v: v < 100.0, lambda v: v * 2.0, [tf.constant(1.5)])
    same = tf.while_loop(lambda v: v < 100.0, lambda v: [v * 2.0], [tf.constant(1.5)], return_same_structure=True)
    ta = tf.TensorArray(tf.float32, size=k, name="ta")
    _, ta = tf.while_loop(lambda i, t: i < k, lambda i, t: (i + 1, t.write(i, tf.cast(i, tf.float32) * x)), [0, ta])
    stacked = ta.stack()
    g = tf.gradients(stacked, x)[0]
    c = tf.cond(k > 2, lambda: tf.while_loop(lambda j, y: j < k, lambda j, y: (j + 1, y + x), [0, x])[1], lambda: x * 3.0)
    gc = tf.gradients(c, x)[0]
    lim = tf.while_loop(lambda i: i < k, lambda i: i + 1, [0], maximum_iterations=tf.constant(3), parallel_iterations=1, swap_memory=True, back_prop=False)
    with tf.device("/cpu:0"), tf.control_dependencies([x]):
        dep = tf.while_loop(lambda i: i < k, lambda i: i + tf.constant(1), [0])
    def inner_dep(i):
        with tf.control_dependencies([x]):
            return i + 1
    dep2 = tf.while_loop(lambda i: i < k, inner_dep, [0])
    fetch = {"m": m, "d": d, "single": single, "same": same, "stacked": stacked, "g": g, "c": c, "gc": gc, "lim": lim, "dep": dep, "dep2": dep2}
    return [(fetch, {x: [[1.0, 2.0]], k: v}) for v in (1, 3, 7)]
