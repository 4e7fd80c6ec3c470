"""Images brought to other sizes, with gradients."""


def program(tf, np):
    x = tf.placeholder(tf.float32, [2, 3, 4, 2], name="x")
    free = tf.placeholder(tf.float32, [None, None, None, 2], name="free")
    one = tf.placeholder(tf.float32, [3, 2, 1], name="one")
    size = tf.placeholder(tf.int32, [2], name="size")
    up = tf.image.resize_bilinear(x, [5, 7])
    near = tf.image.resize_nearest_neighbor(x, [2, 7], name="near")
    outs = [
        up,
        near,
        tf.image.resize_bilinear(x, [2, 3], align_corners=True),
        tf.image.resize_bilinear(x, [4, 3], half_pixel_centers=True),
        tf.image.resize_nearest_neighbor(x, [5, 3], align_corners=True),
        tf.image.resize_nearest_neighbor(x, [5, 3], half_pixel_centers=True),
        tf.image.resize_bilinear(free, size),
        tf.image.resize_nearest_neighbor(free, size),
        tf.image.resize_images(one, [4, 4]),
        tf.image.resize_images(x, (3, 4)),
        tf.image.resize_images(x, [6, 6], tf.image.ResizeMethod.NEAREST_NEIGHBOR, name="doubled"),
        tf.image.resize(tf.cast(x * 9, tf.int32), [2, 2]),
        tf.image.resize_images(x, [6, 6], preserve_aspect_ratio=True),
    ]
    grads = [tf.gradients(tf.square(out), x) for out in outs[:6]]
    grads += [tf.gradients(out, free) for out in outs[6:8]]
    rng = np.random.RandomState(8)
    feed = {x: rng.randn(2, 3, 4, 2), free: rng.randn(1, 3, 4, 2), one: rng.randn(3, 2, 1), size: [5, 2]}
    return [(out, feed) for out in outs + grads]
