"""Datasets whose elements are gathered by a key, or by about one length."""


def program(tf, np):
    data = tf.data.Dataset
    runs = []

    def drained(dataset, times):
        iterator = tf.data.make_initializable_iterator(dataset)
        value = iterator.get_next()
        runs.extend([(iterator.initializer, None)] + [(value, None)] * times)

    scale = tf.constant(10, tf.int64, name="scale")
    windows = tf.data.experimental.group_by_window(
        lambda x: x % 3, lambda key, group: group.map(lambda x: x * scale + key).batch(2), window_size=2
    )
    drained(data.range(10).apply(windows), 6)
    sizes = tf.data.experimental.group_by_window(
        lambda x, y: tf.constant(0, tf.int64),
        lambda _, group: group.batch(5),
        window_size_func=lambda k: k + 3,
    )
    drained(data.zip((data.range(4), data.range(4, 8))).apply(sizes), 2)
    sequences = data.range(1, 8).map(lambda n: (tf.fill([n], n), n))
    buckets = tf.data.experimental.bucket_by_sequence_length(
        lambda sequence, n: tf.shape(sequence)[0], [3, 5], [2, 2, 4]
    )
    drained(sequences.apply(buckets), 3)
    drained(data.range(4).batch(2).unbatch().map(lambda x: x + 1).batch(2), 2)
    drained(data.zip((data.range(4).batch(2).unbatch(), data.range(4))).map(lambda x, y: x + y), 2)
    return runs
