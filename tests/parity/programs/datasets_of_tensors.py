"""Input pipelines of arrays, as tutorials write them, with initializable iterators and placeholders."""


def program(tf, np):
    tf.set_random_seed(7)
    scale = tf.constant(3.0, name="scale")
    features = np.arange(12, dtype=np.float32).reshape(6, 2)
    labels = np.arange(6)

    dataset = tf.data.Dataset.from_tensor_slices((features, labels))
    dataset = dataset.map(lambda x, y: (x * scale, y + 1)).repeat(2).shuffle(10).batch(4)
    iterator = dataset.make_initializable_iterator()
    x, y = iterator.get_next()
    weights = tf.Variable(tf.ones([2, 1]), name="weights")
    loss = tf.reduce_mean(tf.square(tf.matmul(x, weights) - tf.cast(tf.expand_dims(y, 1), tf.float32)))
    gradient = tf.gradients(loss, weights)[0]
    runs = [(tf.global_variables_initializer(), None), (iterator.initializer, None)]
    runs += [((x, y, loss, gradient), None)] * 3

    # Fed arrays, dicts and several parallel calls.
    fed = tf.placeholder(tf.float32, [None, 2], name="fed")
    named = tf.data.Dataset.from_tensor_slices({"rows": fed, "labels": tf.range(3)})
    named = named.map(lambda item: {"sum": tf.reduce_sum(item["rows"]), "labels": item["labels"]}, 4)
    named = named.batch(2, drop_remainder=True).prefetch(tf.data.experimental.AUTOTUNE)
    iterator = tf.data.make_initializable_iterator(named)
    element = iterator.get_next("element")
    runs += [(iterator.initializer, {fed: features[:3]}), (element, None)]
    runs += [(iterator.initializer, {fed: features[3:]}), (element, None)]

    # One iterator for two datasets.
    first = tf.data.Dataset.range(4).map(lambda i: tf.cast(i, tf.float32) / 2.0)
    second = tf.data.Dataset.from_tensors(tf.constant(9.0)).repeat()
    iterator = tf.data.Iterator.from_structure(first.output_types, first.output_shapes)
    value = iterator.get_next()
    train, test = iterator.make_initializer(first), iterator.make_initializer(second, name="test")
    runs += [(train, None), (value, None), (value, None), (test, None), (value, None)]

    # One iterator that is another by its handle.
    one, other = first.make_one_shot_iterator(), second.take(3).make_initializable_iterator()
    handle = tf.placeholder(tf.string, shape=[], name="handle")
    either = tf.data.Iterator.from_string_handle(handle, second.output_types, second.output_shapes).get_next()
    runs += [(one.get_next(), None), (other.initializer, None), (other.get_next() + 1.0, None)]
    runs += [(tf.shape(either), {either: 2.0})]
    return runs
