"""Functions of datasets that call Python, branch, loop, read variables, and have state."""

import warnings


def program(tf, np):
    data = tf.data.Dataset
    runs = []

    def double(value):
        return (value * 2).astype(np.float32)

    def load(index):
        value = tf.py_func(double, [index], tf.float32)
        value.set_shape([])
        return value, tf.stack([value, value])

    value = data.range(4).map(load, num_parallel_calls=2).batch(2).make_one_shot_iterator().get_next()
    runs += [(value, None)] * 2

    def generate():
        for number in range(3):
            yield [number, number + 1], "text", {"a": number * 0.5}.get("a")

    generated = data.from_generator(generate, (tf.int32, tf.string, tf.float32), ([2], [], []))
    value = generated.map(lambda a, b, c: (a, c)).repeat(2).make_one_shot_iterator().get_next()
    runs += [(value, None)] * 6

    def count(stop):
        for number in range(stop):
            yield number

    iterator = data.from_generator(count, tf.int64, args=[tf.constant(2)]).make_initializable_iterator()
    value = iterator.get_next()
    runs += [(iterator.initializer, None), (value, None), (value, None)]

    offset = tf.Variable(2.0, name="offset")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = data.range(2).map(lambda x: tf.cast(x, tf.float32) + offset)
        iterator = read.make_initializable_iterator()
    value = iterator.get_next()
    runs += [(offset.initializer, None), (iterator.initializer, None), (value, None), (value, None)]

    def noisy(x):
        return x + tf.random_uniform([], 5, 6, tf.int64, seed=3)

    value = data.range(2).map(noisy).make_one_shot_iterator().get_next()
    runs += [(value, None)] * 2

    nested = data.range(2).flat_map(lambda x: data.range(3).map(lambda y: x * 10 + y).filter(lambda z: z > 0))
    value = nested.make_one_shot_iterator().get_next()
    runs += [(value, None)] * 5
    return runs
