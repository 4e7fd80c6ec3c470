"""How like one another images are."""


def program(tf, np):
    random = np.random.RandomState(0)
    first = random.uniform(size=(2, 16, 15, 1)).astype(np.float32)
    second = np.clip(first + random.normal(size=first.shape, scale=0.1), 0, 1).astype(np.float32)
    a = tf.placeholder(tf.float32, [2, 16, 15, 1], name="a")
    b = tf.placeholder(tf.float32, [None, None, None, 1], name="b")
    pixels = [tf.cast(image * 255.0, tf.uint8) for image in (a, b)]
    fetches = [
        tf.image.psnr(pixels[0], pixels[1], max_val=255, name="in_pixels"),
        tf.image.ssim(pixels[0], pixels[1], 255, filter_size=7, filter_sigma=1.0, k1=0.02, k2=0.05),
        tf.image.ssim_multiscale(a, b, 1.0, power_factors=(0.4, 0.6), filter_size=5),
    ]
    return [(fetches, {a: first, b: second})]
