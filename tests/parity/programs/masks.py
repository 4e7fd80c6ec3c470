"""boolean_mask, sequence_mask, one_hot, and tensors passed on: identity_n, ensure_shape, bitcast."""


def program(tf, np):
    x = tf.placeholder(tf.float64, (2, 3), name="x")
    part = tf.placeholder(tf.float64, (None, 1), name="part")
    any_rank = tf.placeholder(tf.float64, None, name="any_rank")
    mask = tf.placeholder(tf.bool, (2,), name="mask")
    full_mask = tf.placeholder(tf.bool, (None, None), name="full_mask")
    depth = tf.placeholder(tf.int32, (), name="depth")
    counts = tf.placeholder(tf.int32, (3,), name="counts")
    indices = tf.placeholder(tf.int32, (None, 2), name="indices")
    default = tf.placeholder_with_default(x, (None, 3), name="default")
    ys = [
        tf.boolean_mask(x, mask),
        tf.boolean_mask(x, [True, False, True], axis=1),
        tf.boolean_mask(x, full_mask, name="masked"),
        tf.boolean_mask(part, [True, False]),
        x[mask],
        tf.square(default),
        *tf.identity_n([x, part]),
        tf.ensure_shape(any_rank, (None, 1)),
        tf.ensure_shape(part, [2, 1], name="sure"),
    ]
    grads = [tf.convert_to_tensor(grad) for grad in tf.gradients(ys, [x, part, any_rank])]
    others = [
        tf.placeholder_with_default(tf.constant([1.0, 2.0], tf.float64), [2]),
        tf.one_hot(indices, 3),
        tf.one_hot([1, 2], 4, 5.0, -1.0, name="both"),
        tf.one_hot([0, 1], depth, on_value=3, axis=0),
        tf.one_hot(tf.constant([0, 2], tf.int64), 3, dtype=tf.int32),
        tf.one_hot(indices, 3, axis=1, off_value=True, on_value=False),
        tf.sequence_mask(counts),
        tf.sequence_mask([[1, 3], [0, 2]], 4, tf.float32),
        tf.sequence_mask(tf.constant([2], tf.int64), name="mask_of_one"),
        tf.shape_n([x, part]),
        tf.guarantee_const(counts),
        tf.bitcast(tf.constant([1.5, -2.0]), tf.int32),
        tf.bitcast(tf.constant([[1.5]], tf.float64), tf.float32, name="halves"),
        tf.bitcast(tf.constant([[1, 2]]), tf.int64),
    ]
    feeds = {
        x: [[1.0, 2.0, -1.5], [0.5, -1.0, 3.0]],
        part: [[0.25], [-2.0]],
        any_rank: [[0.75], [1.25]],
        mask: [True, False],
        full_mask: [[True, False, True], [False, True, False]],
        depth: 2,
        counts: [1, 0, 2],
        indices: [[0, 2], [3, 1]],
    }
    return [([ys, grads, others], feeds), (ys[5], {**feeds, default: [[1.0, 2.0, 3.0]]})]
