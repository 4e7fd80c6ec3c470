"""get_variable and variable_scope: names, reuse, defaults of a scope, custom getters and regularizers."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [None, 2], name="x")

    def kernel(name="w", **options):
        return tf.get_variable(name, [2, 2], initializer=tf.constant_initializer([1.0, 2.0]), **options)

    outermost = kernel()
    with tf.variable_scope("a") as a:
        first = kernel()
        with tf.variable_scope("b", reuse=tf.AUTO_REUSE) as b:
            second = kernel()
            assert kernel() is second
            assert tf.get_variable_scope() is b
            assert [b.name, b.original_name_scope] == ["a/b", "a/b/"]
        inside = tf.identity(first, name="inside")
        with tf.variable_scope(tf.get_variable_scope(), reuse=True):
            assert kernel() is first
            reused = tf.identity(first, name="reused")
    with tf.variable_scope(a, reuse=True, auxiliary_name_scope=False):
        again = tf.identity(kernel(), name="again")
    with tf.variable_scope("a/b", reuse=True):
        assert kernel() is second
    with tf.variable_scope(None, "unnamed", [x]):
        kernel()
    with tf.variable_scope(None, default_name="unnamed"):
        kernel()
        with tf.variable_scope("", auxiliary_name_scope=False):
            kernel("empty")
    with tf.name_scope("names"):
        kernel("named")
        with tf.variable_scope("vars", dtype=tf.float64, initializer=tf.ones_initializer()):
            double = tf.get_variable("double", [3])
            integers = tf.get_variable("integers", [2], dtype=tf.int32, initializer=tf.zeros_initializer)

    def decay(variable):
        return tf.reduce_sum(tf.square(variable), name="decay")

    with tf.variable_scope("regular", regularizer=decay):
        kernel()
        kernel("free", regularizer=tf.no_regularizer)
        kernel("own", regularizer=lambda variable: 0.5 * decay(variable), trainable=False)
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    assert len(losses) == 2, losses

    def doubled(getter, name, *args, **kwargs):
        return tf.multiply(getter(name, *args, **kwargs), 2.0, name=name.split("/")[-1] + "_doubled")

    with tf.variable_scope("custom", custom_getter=doubled):
        twice = kernel()
        with tf.variable_scope("nested", custom_getter=doubled):
            four_times = kernel()
    value = tf.get_variable("value", initializer=[[1.0, 2.0]])
    from_tensor = tf.get_variable("from_tensor", initializer=tf.constant([3, 4]), dtype=tf.int32)
    called = tf.get_variable("called", initializer=lambda: tf.constant([5.0]))
    local = tf.get_local_variable("local", [2], initializer=tf.ones_initializer())
    zeros = tf.get_variable("default_zeros", [2], dtype=tf.int64)
    flags = tf.get_variable("default_flags", [2], dtype=tf.bool)
    with tf.variable_op_scope([x], "op_scope"):
        kernel()
    scope = tf.variable_scope("entered_twice", reuse=tf.AUTO_REUSE)
    for _ in range(2):
        with scope:
            tf.identity(kernel(), name="entered")

    def message(function):
        try:
            function()
        except ValueError as error:
            return str(error).split("Originally")[0].strip()
        return ""

    expected = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in "
        "VarScope?"
    )
    assert message(kernel) == expected, message(kernel)
    with tf.variable_scope("a", reuse=True):
        expected = (
            "Variable a/v does not exist, or was not created with tf.get_variable(). Did you mean to set "
            "reuse=tf.AUTO_REUSE in VarScope?"
        )
        assert message(lambda: kernel("v")) == expected, message(lambda: kernel("v"))
        expected = "Trying to share variable a/w, but specified shape (3,) and found shape (2, 2)."
        found = message(lambda: tf.get_variable("w", [3]))
        assert found == expected, found
        expected = "Trying to share variable a/w, but specified dtype int32 and found dtype float32_ref."
        found = message(lambda: tf.get_variable("w", [2, 2], dtype=tf.int32))
        assert found == expected, found
    with tf.variable_scope("a"):
        names = [variable.name for variable in tf.get_variable_scope().global_variables()]
    assert names == ["a/w:0", "a/b/w:0"], names
    y = tf.matmul(tf.matmul(x, outermost), second)
    gradients = tf.gradients(tf.reduce_sum(y), [outermost, second])
    init = [tf.global_variables_initializer(), tf.local_variables_initializer()]
    return [
        ({"init": init}, {}),
        ([y, gradients, inside, reused, again, double, integers], {x: [[1.0, 2.0]]}),
        ([losses, twice, four_times], {}),
        ([value, from_tensor, called, local, zeros, flags], {}),
    ]
