"""Images resized by cubic interpolation and by area, with padding, and compared by their edges."""


def program(tf, np):
    random = np.random.RandomState(0)
    picture = random.uniform(size=(2, 4, 5, 2)).astype(np.float32)
    images = tf.placeholder(tf.float32, [2, 4, 5, 2], name="images")
    loose = tf.placeholder(tf.float32, [2, None, None, 2], name="loose")
    size = tf.placeholder(tf.int32, [2], name="size")
    small = tf.cast(images * 255.0, tf.uint8)
    cubic = tf.image.resize_bicubic(images, [7, 3])
    area = tf.image.resize_area(images, [3, 2])
    centered = tf.image.resize_bicubic(loose, size, half_pixel_centers=True)
    corners = tf.image.resize_bicubic(tf.cast(images, tf.float64), size, align_corners=True, name="corners")
    fetches = [
        cubic,
        area,
        centered,
        corners,
        tf.image.resize_bicubic(small, [3, 9]),
        tf.image.resize_area(small, [6, 6], align_corners=True),
        tf.image.resize_area(loose, size),
        tf.image.resize_images(images, [8, 8], tf.image.ResizeMethod.BICUBIC),
        tf.image.resize_images(images[0], [2, 2], tf.image.ResizeMethod.AREA),
        tf.image.resize_image_with_pad(images, 6, 6),
        tf.image.resize_image_with_pad(images, 3, 7, tf.image.ResizeMethod.NEAREST_NEIGHBOR),
        tf.image.total_variation(images),
        tf.image.total_variation(images[0], name="variation"),
        tf.image.sobel_edges(images),
    ]
    fetches += tf.image.image_gradients(loose)
    fetches += tf.gradients(
        [tf.square(cubic), tf.square(corners), tf.image.total_variation(images)], [images]
    )
    fetches += tf.gradients(tf.square(centered), [loose])
    return [(fetches, {images: picture, loose: picture, size: [6, 7]})]
