"""Patches of images with their derivatives, and glimpses."""


def program(tf, np):
    random = np.random.RandomState(0)
    picture = random.uniform(size=(2, 5, 4, 2)).astype(np.float32)
    images = tf.placeholder(tf.float32, [2, None, 4, 2], name="images")
    loose = tf.placeholder(tf.float32, [None, None, 4, 2], name="loose")
    valid = tf.extract_image_patches(images, [1, 2, 3, 1], [1, 2, 1, 1], [1, 1, 1, 1], "VALID")
    same = tf.image.extract_image_patches(
        loose, sizes=[1, 3, 3, 1], strides=[1, 2, 2, 1], rates=[1, 1, 2, 1], padding="SAME"
    )
    fetches = [valid, same]
    fetches += tf.gradients(tf.square(valid), [images])
    (grad,) = tf.gradients(tf.square(same), [loose])
    fetches.append(grad)
    offsets = tf.constant([[0.4, -0.3], [0.1, 0.0]], name="offsets")
    fetches += [
        tf.image.extract_glimpse(images, [2, 2], offsets),
        tf.image.extract_glimpse(images, [2, 3], offsets * 0.1 + 0.5, centered=False, name="from_corner"),
        tf.image.extract_glimpse(images, [3, 2], offsets + 1.5, centered=False, normalized=False),
    ]
    return [(fetches, {images: picture, loose: picture})]
