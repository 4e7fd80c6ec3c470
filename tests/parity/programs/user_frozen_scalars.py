"""A graph of another session, frozen and built in: also variables without dimensions."""


def program(tf, np):
    with tf.Graph().as_default() as other:
        scale = tf.get_variable("scale", initializer=tf.constant(3.0))
        shift = tf.get_variable("shift", initializer=[1.0, 2.0])
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        tf.add(scale * x, shift, name="y")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            given = other.as_graph_def()
            frozen = tf.graph_util.convert_variables_to_constants(session, given, ["y"])
        frozen.versions.CopyFrom(given.versions)
    x = tf.placeholder(tf.float32, [None, 2], name="given")
    (y,) = tf.import_graph_def(frozen, {"x:0": x}, ["y:0"], name="frozen")
    return [([y, tf.gradients(y, x)[0]], {x: [[1.0, 2.0], [3.0, 4.0]]})]
