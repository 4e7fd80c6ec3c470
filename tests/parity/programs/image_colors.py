"""Color spaces and dtypes of images."""


def program(tf, np):
    random = np.random.RandomState(0)
    colors = random.uniform(size=(4, 3, 3)).astype(np.float32)
    pixels = random.randint(0, 256, (2, 2, 3)).astype(np.uint8)
    image = tf.placeholder(tf.float32, [4, 3, 3], name="image")
    loose = tf.placeholder(tf.float32, [None, None, 3], name="loose")
    small = tf.placeholder(tf.uint8, [2, 2, 3], name="small")
    hsv = tf.image.rgb_to_hsv(image)
    fetches = [
        hsv,
        tf.image.hsv_to_rgb(hsv),
        tf.image.rgb_to_hsv(tf.placeholder_with_default(colors, None)),
        tf.image.rgb_to_yuv(image),
        tf.image.yuv_to_rgb(image),
        tf.image.rgb_to_yiq(loose),
        tf.image.yiq_to_rgb(image),
        tf.image.rgb_to_grayscale(loose),
        tf.image.rgb_to_grayscale(small),
        tf.image.grayscale_to_rgb(loose[:, :, :1]),
        tf.image.grayscale_to_rgb(image[:, :, :1]),
        tf.image.convert_image_dtype(tf.cast(small, tf.int32) * 70000, tf.uint8),
        tf.image.convert_image_dtype(image * 2.0 - 0.5, tf.uint8, True, name="cut"),
        tf.image.convert_image_dtype(small, tf.int32),
        tf.image.convert_image_dtype(small, tf.float64),
        tf.image.convert_image_dtype(image, tf.int16),
        tf.image.convert_image_dtype(image, tf.float16),
    ]
    fetches += tf.gradients(hsv * [1.0, 2.0, 3.0], [image])
    fetches += tf.gradients(tf.image.rgb_to_yuv(tf.square(image)), [image])
    return [(fetches, {image: colors, loose: colors, small: pixels})]
