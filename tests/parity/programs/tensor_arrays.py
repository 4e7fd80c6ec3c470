"""tf.TensorArray outside of loops: all that writes and reads, with gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (None, 3), name="x")
    ta = tf.TensorArray(tf.float32, size=3, element_shape=[3], clear_after_read=False, name="ta").unstack(x)
    split = tf.TensorArray(tf.float32, size=2, infer_shape=False, clear_after_read=False).split(x, [1, 2])
    grown = tf.TensorArray(tf.float32, size=0, dynamic_size=True, clear_after_read=False).write(0, x).write(1, x * 2.0)
    whole = ta.stack()
    fetch = {
        "read": ta.read(1), "whole": whole, "joined": ta.concat(), "size": ta.size(), "some": ta.gather([2, 0]),
        "split": split.concat(), "grown": grown.concat(), "identity": ta.identity().read(0),
        "g": tf.gradients(whole * whole, x)[0], "gs": tf.gradients(split.concat() * 3.0, x)[0],
        "gr": tf.gradients(tf.square(ta.read(2)), x)[0], "gg": tf.gradients(grown.stack(), x)[0],
    }
    return [(fetch, {x: np.arange(9.0).reshape(3, 3)})]
