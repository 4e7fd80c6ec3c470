"""The input pipeline of an image classifier: flips, turns, crops and colors."""


def program(tf, np):
    random = np.random.RandomState(0)
    picture = random.uniform(size=(4, 5, 3)).astype(np.float32)
    pixels = random.randint(0, 256, (2, 4, 5, 3)).astype(np.uint8)
    tf.set_random_seed(7)
    image = tf.placeholder(tf.float32, [4, 5, 3], name="image")
    batch = tf.placeholder(tf.uint8, [None, 4, 5, 3], name="batch")
    known_batch = tf.placeholder(tf.uint8, [2, 4, 5, 3], name="known_batch")
    offset = tf.placeholder(tf.int32, [], name="offset")
    bright = tf.image.random_brightness(tf.image.random_contrast(image, 0.5, 1.5), 0.25)
    standard = tf.image.per_image_standardization(bright)
    fetches = [
        tf.image.flip_left_right(image),
        tf.image.flip_up_down(batch),
        tf.image.random_flip_left_right(image),
        tf.image.random_flip_up_down(known_batch, seed=3),
        tf.image.rot90(image),
        tf.image.transpose_image(known_batch),
        tf.image.central_crop(image, 0.6),
        tf.image.central_crop(known_batch, 0.5),
        tf.image.pad_to_bounding_box(known_batch, 1, 2, 6, 7),
        tf.image.crop_to_bounding_box(image, offset, 0, 2, 2),
        tf.image.resize_image_with_crop_or_pad(image, 3, 8),
        bright,
        standard,
        tf.image.random_hue(image, 0.2),
        tf.image.random_saturation(image, 0.5, 1.5, seed=2),
        tf.image.per_image_standardization(known_batch),
        tf.image.adjust_brightness(known_batch, 0.25),
        tf.image.adjust_contrast(known_batch, 0.5),
        tf.image.adjust_gamma(image, 2.2, 0.5),
        tf.image.adjust_hue(known_batch, -0.3),
        tf.image.adjust_hue(image, 0.9, name="hue"),
        tf.image.adjust_saturation(image, 3.0),
        tf.random_crop(image, [2, 3, 3], seed=4),
    ]
    standard = tf.image.per_image_standardization(tf.square(image))
    fetches += tf.gradients(tf.reduce_sum(standard**3), [image])
    feeds = {image: picture, batch: pixels, known_batch: pixels, offset: 1}
    return [(fetches, feeds)]
