"""Shuffled datasets: TensorFlow's order for its seeds, with repetitions, and random functions."""


def program(tf, np):
    data = tf.data.Dataset
    runs = []

    def drained(dataset, times, inits=1):
        iterator = dataset.make_initializable_iterator()
        value = iterator.get_next()
        for _ in range(inits):
            runs.extend([(iterator.initializer, None)] + [(value, None)] * times)

    drained(data.range(8).shuffle(4, seed=3), 8, 2)
    drained(data.range(8).shuffle(4, seed=3, reshuffle_each_iteration=False).repeat(2), 16)
    drained(data.range(8).shuffle(4, seed=3).repeat(2), 16)
    drained(data.range(4).repeat(2).shuffle(100, seed=1), 8)
    drained(data.range(4).shuffle(2, seed=5).map(lambda x: x).repeat(3), 12)
    drained(data.range(4).apply(tf.data.experimental.shuffle_and_repeat(3, 3, seed=8)), 12)
    drained(data.range(2).flat_map(lambda x: data.range(5).shuffle(5, seed=1)), 10)
    drained(data.range(3).map(lambda x: tf.random_uniform([2], seed=5)).repeat(2), 6, 2)
    tf.set_random_seed(42)
    drained(data.range(30).shuffle(30), 30)
    drained(data.range(3).map(lambda x: tf.random_normal([])), 3)
    return runs
