"""gather along axes and in batches, and the gradients of those that are no IndexedSlices."""


def program(tf, np):
    stack = tf.placeholder(tf.float32, [2, 3, 4], name="stack")
    ids = tf.placeholder(tf.int32, [None], name="ids")
    wide_ids = tf.placeholder(tf.int64, [2, 2], name="wide_ids")
    results = [
        tf.gather(stack, [2, 0, 2], axis=2),
        tf.gather(stack, wide_ids, axis=1, name="middle"),
        tf.gather(stack, [[2, 0], [1, 1]], batch_dims=1),
        tf.gather(stack, [[2, 0, 1, 1], [1, 1, 0, 3]], axis=2, batch_dims=1),
        tf.gather(stack, ids, axis=tf.size(ids) - 2),
        tf.gather(stack, 1, axis=-1),
    ]
    grads = [tf.gradients(result, stack) for result in results[1:4]]
    rng = np.random.RandomState(17)
    feed = {stack: rng.randn(2, 3, 4), ids: [2, 0, 2], wide_ids: [[1, 2], [0, 1]]}
    return [([results, grads], feed)]
