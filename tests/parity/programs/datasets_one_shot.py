"""One-shot iterators over datasets that are filtered, zipped, joined, skipped, mapped and batched."""


def program(tf, np):
    data = tf.data.Dataset
    runs = []

    def drained(dataset, times):
        value = tf.data.make_one_shot_iterator(dataset).get_next()
        runs.extend([(value, None)] * times)

    drained(data.range(10).filter(lambda x: tf.equal(x % 3, 0)).prefetch(1), 4)
    drained(data.range(2, 9, 3).concatenate(data.range(2)).enumerate(start=5), 5)
    drained(data.zip((data.range(3), (data.range(3, 6), data.range(6, 9)))).skip(1).take(2), 2)
    drained(data.range(3).flat_map(lambda x: data.from_tensors(x).repeat(x + 1)), 6)
    drained(data.from_tensor_slices([[1.0, 2.0], [3.0, 4.0]]).map(lambda x: [x, 1, tf.constant(2)]), 2)
    drained(data.range(4).batch(3).map(lambda x: tf.reduce_sum(x)), 2)
    return runs
