"""Datasets that are interleaved, windowed, padded, taken apart, scanned and reduced."""


def program(tf, np):
    data = tf.data.Dataset
    runs = []

    def drained(dataset, times):
        iterator = tf.data.make_initializable_iterator(dataset)
        value = iterator.get_next()
        runs.extend([(iterator.initializer, None)] + [(value, None)] * times)

    drained(data.range(3).interleave(lambda x: data.from_tensors(x).repeat(4), 2, 2), 12)
    drained(data.range(7).shard(3, 1).cache(), 2)
    drained(data.range(7).window(3, shift=2).flat_map(lambda w: w.batch(3)), 4)
    drained(data.range(6).window(2, 3, 2, drop_remainder=True).flat_map(lambda w: w), 4)
    drained(data.from_tensor_slices(np.arange(6).reshape(3, 2)).unbatch(), 6)
    drained(data.range(5).apply(tf.data.experimental.map_and_batch(lambda x: x * x, 2)), 3)
    drained(data.range(1, 5).map(lambda n: tf.fill([n], n)).padded_batch(2, [None]), 2)
    pairs = data.range(1, 4).map(lambda n: (tf.fill([n], 1.5), tf.fill([2], n)))
    drained(pairs.padded_batch(2, ([4], [-1]), (-1.0, np.int64(7)), drop_remainder=True), 1)
    runs.append((data.range(5).reduce(np.int64(0), lambda total, x: total + x), None))
    runs.append((data.range(5).reduce((0.0, 1), lambda s, x: (s[0] + 2.0, s[1] * 2)), None))
    drained(data.range(5).apply(tf.data.experimental.scan(np.int64(0), lambda s, x: (s + x, s * 10))), 5)
    drained(data.range(5).apply(tf.data.experimental.take_while(lambda x: x < 3)), 3)
    drained(data.from_tensor_slices([1, 2, 1, 3]).apply(tf.data.experimental.unique()), 3)
    runs.append((tf.data.experimental.get_single_element(data.range(3, 4)), None))
    return runs
