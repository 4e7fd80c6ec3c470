"""Image and sound files, written in the graph and read again."""


def program(tf, np):
    random = np.random.RandomState(0)
    pixels = random.randint(0, 256, (3, 4, 3)).astype(np.uint8)
    image = tf.placeholder(tf.uint8, [3, 4, 3], name="image")
    contents = tf.placeholder(tf.string, [], name="contents")
    png = tf.image.encode_png(image)
    deep = tf.image.encode_png(tf.cast(image, tf.uint16) * 257, compression=9, name="deep")
    bmp = (
        b"BM" + bytes(8) + bytes([54, 0, 0, 0, 40, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0]) + bytes(24)
    )
    bmp += bytes(range(24))
    wave = tf.constant(random.normal(size=(9, 2)).astype(np.float32))
    sound = tf.audio.encode_wav(wave, 8000)
    decoded = tf.audio.decode_wav(sound)
    longer = tf.audio.decode_wav(sound, desired_channels=3, desired_samples=12, name="longer")
    shorter = tf.audio.decode_wav(sound, desired_channels=1, desired_samples=4, name="shorter")
    with tf.name_scope("summaries"):
        tf.summary.image("picture", tf.cast(image[tf.newaxis], tf.float32), max_outputs=1)
        tf.summary.image("pictures", image[tf.newaxis], family="seen")
        tf.summary.audio("sound", wave[tf.newaxis], 44100, max_outputs=2)
    fetches = [
        tf.image.decode_png(png),
        tf.image.decode_png(png, channels=1, dtype=tf.uint16),
        tf.image.decode_png(deep, channels=4),
        tf.image.decode_png(deep, dtype=tf.uint16, name="decoded_deep"),
        tf.image.decode_jpeg(png),
        tf.image.decode_gif(png),
        tf.image.decode_image(contents),
        tf.image.decode_bmp(contents, channels=3),
        tf.image.is_jpeg(contents),
        decoded.audio,
        decoded.sample_rate,
        longer.audio,
        shorter.audio,
    ]
    return [(fetches, {image: pixels, contents: bmp})]
