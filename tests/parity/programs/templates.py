"""Functions whose variables are shared by all calls, op_scope."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    out = {}
    def layer(x, width, scale=1.0):
        w = tf.get_variable("w", [3, width], initializer=tf.ones_initializer())
        b = tf.get_variable("b", [width], initializer=tf.zeros_initializer())
        return scale * tf.matmul(x, w) + b

    shared = tf.make_template("shared", layer, width=2)
    one, two = shared(x), shared(x + 1.0, scale=2.0)
    now = tf.make_template("now", layer, create_scope_now_=True, width=4)
    with tf.variable_scope("outer"):
        three = now(x)
        other = tf.make_template("shared", layer)
        four = other(x, 1)
    five = now(-x)
    fixed = tf.make_template("ignored", layer, unique_name_="fixed", width=1)(x)
    out["templates"] = [one, two, three, four, five, fixed]
    assert shared.variable_scope_name == "shared/", shared.variable_scope_name
    assert other.variable_scope_name == "outer/shared/", other.variable_scope_name
    with tf.op_scope([x], None, "older"):
        out["scope"] = tf.negative(x)

    out["static"] = [tf.get_static_value(tf.constant([1, 2])) is None, tf.is_tensor(x), tf.is_tensor(1)]
    out["static"] = tf.constant(out["static"])
    tf.get_variable("v", initializer=[1.0, 2.0, 3.0])
    init = tf.global_variables_initializer()
    return [(init, {}), (out, {x: np.arange(6).reshape(2, 3) / 4.0}), (tf.trainable_variables(), {})]
