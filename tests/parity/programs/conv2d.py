"""Convolutions of images: paddings, strides, dilations, unknown shapes, both formats, second gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 5, 4, 2], name="x")
    k = tf.placeholder(tf.float32, [3, 2, 2, 3], name="k")
    free = tf.placeholder(tf.float32, [None, None, 4, 2], name="free")
    loose = tf.placeholder(tf.float32, name="loose")
    back = tf.placeholder(tf.float32, [2, 3, 2, 3], name="back")
    double = tf.placeholder(tf.float64, [1, 3, 3, 1], name="double")
    same = tf.nn.conv2d(x, k, strides=[1, 2, 2, 1], padding="SAME", name="same")
    valid = tf.nn.conv2d(input=x, filters=k, strides=1, padding="VALID", dilations=[1, 2])
    odd = tf.nn.conv2d(x, k, [2, 1], padding=[[0, 0], [1, 2], [0, 1], [0, 0]], use_cudnn_on_gpu=False)
    partly = tf.nn.conv2d(free, loose, [1, 1, 2, 1], "SAME", name="partly")
    known = tf.nn.conv2d(loose, k, 1, "SAME", data_format=None)
    wide = tf.nn.conv2d(double, tf.ones([2, 2, 1, 2], tf.float64), 1, "VALID")
    up = tf.nn.conv2d_transpose(back, k, output_shape=[2, 5, 4, 2], strides=2, name="up")
    up_same = tf.nn.conv2d_transpose(
        value=back, filter=tf.transpose(k, [0, 1, 2, 3]), output_shape=tf.shape(x), strides=[1, 2, 2, 1]
    )
    by_input = tf.nn.conv2d_backprop_input([2, 5, 4, 2], k, back, [1, 2, 2, 1], "SAME")
    by_filter = tf.nn.conv2d_backprop_filter(x, [3, 2, 2, 3], back, [1, 2, 2, 1], "SAME")
    outs = [same, valid, odd, partly, known, wide, up, up_same, by_input, by_filter]
    first = tf.gradients(tf.square(same), [x, k], name="first")
    grads = [
        first,
        tf.gradients([tf.square(g) for g in first], [x, k], name="second"),
        tf.gradients(tf.nn.conv2d(x, k, [1, 2, 1, 1], "VALID"), [x, k]),
        tf.gradients(odd, [x, k]),
        tf.gradients(partly, [free, loose]),
        tf.gradients(known, [loose, k]),
        tf.gradients(wide, double),
        tf.gradients(tf.square(up), [back, k]),
        tf.gradients(tf.square(by_filter), [x, back]),
    ]
    # TensorFlow has no kernels for what follows on the CPU; the graph is compared all the same.
    tf.gradients(valid, [x, k])
    swapped = tf.transpose(x, [0, 3, 1, 2])
    first_format = tf.nn.conv2d(swapped, k, [1, 1, 2, 1], "SAME", data_format="NCHW")
    tf.gradients(tf.nn.bias_add(first_format, tf.zeros([3]), data_format="NCHW"), [x, k])
    tf.nn.conv2d_transpose(first_format, k, [2, 2, 5, 4], [1, 1, 2, 1], data_format="NCHW")
    rng = np.random.RandomState(1)
    feed = {x: rng.randn(2, 5, 4, 2), k: rng.randn(3, 2, 2, 3), back: rng.randn(2, 3, 2, 3)}
    feed[double] = rng.randn(1, 3, 3, 1)
    feed[free] = rng.randn(1, 3, 4, 2)
    feed[loose] = rng.randn(2, 2, 2, 2)
    runs = [(o, feed) for o in outs + grads if o is not known and o is not grads[5]]
    return runs + [([known, grads[5]], {x: feed[x], k: feed[k], loose: rng.randn(1, 3, 3, 2)})]
