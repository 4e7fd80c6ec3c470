"""Losses of classes given as probabilities, with and without gradients by the labels."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    labels = tf.placeholder(tf.float32, [2, 3], name="labels")
    cube = tf.placeholder(tf.float32, [2, 3, 2], name="cube")
    cube_labels = tf.placeholder(tf.float32, [2, 3, 2], name="cube_labels")
    free = tf.placeholder(tf.float32, [None, 3], name="free")
    loose = tf.placeholder(tf.float32, name="loose")
    v1, v2 = tf.nn.softmax_cross_entropy_with_logits, tf.nn.softmax_cross_entropy_with_logits_v2
    loss = v2(labels=labels, logits=x)
    loss_v1 = v1(labels=labels, logits=x, name="v1")
    along = v2(labels=cube_labels, logits=cube, axis=1, name="axis")
    outs = [
        loss,
        loss_v1,
        along,
        v2(labels=free, logits=free),
        v1(labels=loose, logits=loose),
        tf.gradients(tf.gradients(tf.square(loss), [x, labels]), [x, labels]),
        tf.gradients(loss_v1, x),
        tf.gradients(along, [cube, cube_labels]),
    ]
    rng = np.random.RandomState(4)
    feed = {x: rng.randn(2, 3), labels: [[0.2, 0.5, 0.3], [0, 1, 0]], cube: rng.randn(2, 3, 2)}
    feed.update({cube_labels: rng.rand(2, 3, 2), free: rng.rand(3, 3), loose: rng.rand(2, 2, 2)})
    return [(out, feed) for out in outs]
