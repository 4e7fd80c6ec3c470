"""Boxes on images: what an object detector does with them."""


def program(tf, np):
    random = np.random.RandomState(0)
    picture = random.uniform(size=(2, 6, 7, 3)).astype(np.float32)
    corners = np.array(
        [[0.1, 0.2, 0.7, 0.9], [-0.2, 0.0, 1.0, 1.3], [0.8, 0.9, 0.25, 0.1], [0, 0, 1, 1]], np.float32
    )
    starts = random.uniform(size=(20, 2))
    many = np.concatenate([starts, starts + random.uniform(0.1, 0.5, size=(20, 2))], 1).astype(np.float32)
    images = tf.placeholder(tf.float32, [2, 6, 7, 3], name="images")
    loose = tf.placeholder(tf.float32, [None, None, None, 3], name="loose")
    boxes = tf.constant(corners, name="boxes")
    numbers = tf.constant([1, 0, 1, 1], name="numbers")
    size = tf.placeholder(tf.int32, [2], name="size")
    crops = tf.image.crop_and_resize(images, boxes, numbers, [3, 4])
    nearest = tf.image.crop_and_resize(
        loose, boxes, crop_size=size, method="nearest", extrapolation_value=0.5, box_indices=numbers
    )
    single = tf.image.crop_and_resize(
        tf.cast(images * 255.0, tf.uint8), boxes, numbers, [1, 1], name="single"
    )
    scores = tf.constant(random.uniform(size=20).astype(np.float32), name="scores")
    everywhere = tf.constant(many, name="everywhere")
    by_class = tf.constant(random.uniform(size=(2, 10, 3)).astype(np.float32))
    covering = tf.constant(many.reshape(1, 20, 4), name="covering")
    begin, extent, box = tf.image.sample_distorted_bounding_box(
        [60, 77, 3], tf.clip_by_value(covering, 0.0, 1.0), seed=5, seed2=6, min_object_covered=0.6
    )
    whole = tf.image.sample_distorted_bounding_box(
        tf.constant([256, 100, 3], tf.int64),
        tf.zeros([1, 0, 4]),
        seed=3,
        area_range=(0.3, 0.8),
        aspect_ratio_range=(0.5, 2.0),
        use_image_if_no_bounding_boxes=True,
        name="free",
    )
    fetches = [
        crops,
        nearest,
        single,
        tf.image.non_max_suppression(everywhere, scores, 6, iou_threshold=0.3),
        tf.image.non_max_suppression(everywhere, scores, 30, 0.2, score_threshold=0.4, name="better"),
        tf.image.non_max_suppression_with_scores(everywhere, scores, 8, 0.9, 0.1, soft_nms_sigma=0.4),
        tf.image.non_max_suppression_padded(everywhere, scores, 18, 0.2, pad_to_max_output_size=True),
        tf.image.non_max_suppression_overlaps(
            tf.matmul(everywhere, everywhere, transpose_b=True), scores, 7, 1.2
        ),
        list(
            tf.image.combined_non_max_suppression(
                tf.reshape(everywhere, [2, 10, 1, 4]), by_class, 3, 8, iou_threshold=0.3, score_threshold=0.2
            )
        ),
        tf.image.draw_bounding_boxes(images, tf.stack([boxes, boxes])),
        tf.image.draw_bounding_boxes(images, tf.stack([boxes, boxes]), colors=[[0.5, 0.25, 0.0]]),
        begin,
        extent,
        box,
        list(whole),
        tf.image.extract_glimpse(images, [2, 3], [[0.25, -0.25], [0.0, 0.5]]),
    ]
    fetches += tf.gradients([tf.square(crops), tf.square(single)], [images, boxes])
    fetches += tf.gradients(tf.square(nearest), [loose])
    feeds = {images: picture, loose: picture, size: [5, 2]}
    return [(fetches, feeds), (fetches, feeds)]
