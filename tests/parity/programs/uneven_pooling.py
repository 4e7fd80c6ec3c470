"""Fractional pooling, and the windows of volumes."""


def program(tf, np):
    rng = np.random.RandomState(2)
    images = tf.placeholder(tf.float32, [2, None, None, 2], name="images")
    free = tf.placeholder(tf.float64, [None, None, None, 1], name="free")
    ratio = [1.0, 1.44, 1.73, 1.0]
    options = {"deterministic": True, "seed": 5, "seed2": 6}
    largest = tf.nn.fractional_max_pool(images, ratio, overlapping=True, **options)
    means = tf.nn.fractional_avg_pool(images, ratio, pseudo_random=True, overlapping=True, **options)
    outs = [
        list(largest),
        list(means),
        list(
            tf.nn.fractional_max_pool(
                free, [1.0, 1.3, 2.0, 1.0], pseudo_random=True, name="free_max", **options
            )
        ),
        list(tf.nn.fractional_avg_pool(free, ratio, name="free_mean", **options)),
        tf.gradients(largest.output * 2.0, images),
    ]
    volumes = tf.placeholder(tf.float32, [1, 3, 2, 4, 2], name="volumes")
    patches = tf.extract_volume_patches(volumes, [1, 2, 1, 3, 1], [1, 1, 1, 2, 1], "SAME")
    outs += [
        patches,
        tf.extract_volume_patches(volumes, [1, 2, 2, 2, 1], [1, 1, 1, 1, 1], "VALID", name="inside"),
        tf.gradients(tf.square(patches), volumes),
    ]
    feed = {images: rng.randn(2, 7, 9, 2), free: rng.randn(1, 5, 6, 1), volumes: rng.randn(1, 3, 2, 4, 2)}
    return [(outs, feed)]
