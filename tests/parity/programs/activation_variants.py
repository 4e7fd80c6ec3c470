"""Activation functions with options, of integers and lists, and losses of their outputs."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 3), name="x")
    free = tf.placeholder(tf.float64, [None, 3], name="free")
    i = tf.placeholder(tf.int32, (3,), name="i")
    out = {}
    out["named"] = tf.nn.relu(x, name="named")
    out["alpha"] = [tf.nn.leaky_relu(x, 0.5, name="half"), tf.nn.leaky_relu(i), tf.nn.relu(i), tf.nn.relu6(i)]
    out["alpha_gradient"] = tf.gradients(tf.nn.leaky_relu(x, alpha=0.01), x)
    log = tf.log_sigmoid(x)
    out["log"] = [log, tf.gradients(log, x), tf.math.log_sigmoid([1.0, -2.0])]
    out["math"] = [tf.sigmoid([0.5]), tf.math.softplus(x), tf.math.softsign(x), tf.nn.l2_loss(x)]
    out["l2"] = [tf.gradients(tf.nn.l2_loss(free), free), tf.nn.l2_loss(tf.nn.relu(x), name="loss")]
    out["crelu"] = [tf.nn.crelu(x), tf.gradients(tf.nn.crelu(x, axis=0), x)]
    feed = {x: [[-1.5, 0.25, 7.0], [3.0, -0.1, -20.0]], free: [[-0.75, 0.5, 100.0], [2.5, -3.0, 5.0]]}
    feed[i] = [-3, 0, 8]
    return [(out, feed)]
