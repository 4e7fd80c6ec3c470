"""Diagonals, bands and identity matrices, with shapes that are known and that are not, and gradients."""


def program(tf, np):
    v = tf.placeholder(tf.float32, [2, 3], name="v")
    m = tf.placeholder(tf.float32, [2, 3, 4], name="m")
    square = tf.placeholder(tf.float32, [3, 3], name="square")
    loose = tf.placeholder(tf.float32, [None, None, 4], name="loose")
    n = tf.placeholder(tf.int32, [], name="n")
    unknown = tf.placeholder_with_default(np.ones((2, 3), np.float32), None)
    results = {
        "diag": tf.diag(v),
        "diag_part": tf.diag_part(tf.diag(v)),
        "matrix_diag": tf.matrix_diag(v),
        "matrix_diag_part": tf.matrix_diag_part(m),
        "matrix_diag_part_square": tf.linalg.diag_part(square),
        "matrix_diag_part_loose": tf.linalg.diag_part(loose, name="part"),
        "set_diag": tf.matrix_set_diag(m, v),
        "set_diag_loose": tf.linalg.set_diag(loose, tf.square(v)),
        "band": tf.matrix_band_part(m, 1, 0),
        "band_all": tf.linalg.band_part(loose, -1, 1, name="band"),
        "tensor_diag": tf.linalg.tensor_diag(v[0]),
        "tensor_diag_part": tf.linalg.tensor_diag_part(square),
        "transposed": tf.matrix_transpose(m),
        "transposed_loose": tf.linalg.transpose(unknown),
    }
    grads = {name: tf.gradients(tf.square(y), [v, m, square, loose]) for name, y in results.items()}
    grads = {name: [g for g in found if g is not None] for name, found in grads.items()}
    eyes = [
        tf.eye(3),
        tf.eye(2, num_columns=3, dtype=tf.float64),
        tf.eye(3, num_columns=3, batch_shape=[2]),
        tf.eye(n, name="dynamic"),
        tf.eye(n, num_columns=2),
        tf.eye(2, batch_shape=tf.shape(loose)[:1]),
        tf.eye(2, 3, batch_shape=[2, 1], dtype=tf.int32),
    ]
    rng = np.random.RandomState(12)
    feed = {v: rng.randn(2, 3), m: rng.randn(2, 3, 4), square: rng.randn(3, 3), n: 3}
    feed[loose] = rng.randn(2, 3, 4)
    return [({"results": results, "grads": grads, "eyes": eyes}, feed)]
