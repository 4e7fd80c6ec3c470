"""tf.group and tf.tuple, also over several devices."""


def program(tf, np):
    a = tf.constant(1.0, name="a")
    with tf.device("/device:CPU:0"):
        b = tf.constant([2.0, 3.0], name="b")
        v = tf.Variable(4.0, name="v")
    empty = tf.group(name="empty")
    one = tf.group([a, {"x": empty}])
    both = tf.group(a, b, v.initializer, name="both")
    with tf.control_dependencies([both]):
        c = tf.add(a, b, name="c")
    gated = tf.tuple([a, None, c, v.value(), empty], control_inputs=[one, b])
    named = tf.tuple([b, v], name="named")
    assert gated[1] is None
    return [(both, {}), (gated[:1] + gated[2:], {}), (named, {}), ([one, c], {})]
