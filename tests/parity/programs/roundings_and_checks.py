"""Rounding, saturating casts, finite checks, gradients that are stopped, and the next float."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (6,), name="x")
    free = tf.placeholder(tf.float64, None, name="free")
    i = tf.placeholder(tf.int32, (3,), name="i")
    out = {}
    for name in ("floor", "ceil", "rint", "round"):
        y = getattr(tf, name)(x)
        out[name] = [y, getattr(tf, name)(free), tf.gradients(y, x, unconnected_gradients="zero")]
    out["round"] += [tf.round(i), tf.round([1.5, 2.5])]
    out["casts"] = [
        tf.saturate_cast(x * 100.0, tf.uint8), tf.saturate_cast(i, tf.int8), tf.saturate_cast(free, tf.float32),
        tf.to_float(i), tf.to_double(i), tf.to_int32(x), tf.to_int64(x, name="whole"),
    ]
    checked = tf.check_numerics(x, "x is bad")
    out["checked"] = [checked, tf.gradients(tf.square(checked), x)]
    out["verified"] = tf.verify_tensor_all_finite(free, "free is bad")
    out["verified_by_name"] = tf.verify_tensor_all_finite(x=tf.exp(x), message="it is bad", name="V")
    stopped = tf.stop_gradient(x * x, name="stopped") * x
    out["stopped"] = [stopped, tf.gradients(stopped, x)]
    after = tf.math.nextafter(x, 2.0 * x)
    out["after"] = [after, tf.gradients(after, x)]
    out["abs"] = [tf.abs(x), tf.abs(-3), tf.math.abs(free)]
    everything = tf.add_check_numerics_ops()
    feed = {x: [0.5, 1.5, -2.5, 3.2, -0.7, 2.5], free: [[1.5, -0.2]], i: [300, -5, 7]}
    return [(out, feed), (everything, feed)]
