"""Convolutions in one and three dimensions, and transposed ones."""


def program(tf, np):
    row = tf.placeholder(tf.float32, [2, 5, 2], name="row")
    rows = tf.placeholder(tf.float32, [None, None, 2], name="rows")
    row_filter = tf.placeholder(tf.float32, [3, 2, 3], name="row_filter")
    box = tf.placeholder(tf.float32, [1, 3, 4, 3, 1], name="box")
    box_filter = tf.placeholder(tf.float32, [2, 2, 2, 1, 2], name="box_filter")
    conv1d = tf.nn.conv1d(row, row_filter, 2, "SAME", name="one")
    conv1d_free = tf.nn.conv1d(input=rows, filters=row_filter, stride=1, padding="VALID", dilations=2)
    up1d = tf.nn.conv1d_transpose(conv1d, row_filter, [2, 5, 2], 2)
    conv3d = tf.nn.conv3d(box, box_filter, [1, 1, 2, 1, 1], "SAME")
    up3d = tf.nn.conv3d_transpose(conv3d, box_filter, [1, 3, 4, 3, 1], [1, 2, 1])
    up_any = tf.nn.conv_transpose(conv3d, box_filter, [1, 3, 4, 3, 1], [1, 2, 1])
    general = tf.nn.convolution(row, row_filter, "SAME", strides=[2], name="general")
    general_3d = tf.nn.convolution(box, box_filter, "VALID", name="volume")
    by_box = tf.gradients(tf.square(conv3d), [box, box_filter])
    outs = [conv1d, conv1d_free, up1d, conv3d, up3d, up_any, general, general_3d, by_box]
    outs += [
        tf.gradients(conv1d, [row, row_filter]),
        tf.gradients([tf.square(g) for g in by_box], [box, box_filter]),
        tf.gradients(tf.square(up3d), box_filter),
    ]
    # TensorFlow has no kernels for what follows on the CPU; the graph is compared all the same.
    tf.gradients(conv1d_free, [rows, row_filter])
    tf.nn.conv1d(tf.transpose(row, [0, 2, 1]), row_filter, 1, "SAME", data_format="NCW")
    tf.nn.conv3d(tf.transpose(box, [0, 4, 1, 2, 3]), box_filter, [1] * 5, "SAME", data_format="NCDHW")
    rng = np.random.RandomState(2)
    feed = {row: rng.randn(2, 5, 2), rows: rng.randn(1, 6, 2), row_filter: rng.randn(3, 2, 3)}
    feed.update({box: rng.randn(1, 3, 4, 3, 1), box_filter: rng.randn(2, 2, 2, 1, 2)})
    return [(out, feed) for out in outs]
