"""Input pipelines of queues, as they are built; their queues are filled in this thread."""


def program(tf, np):
    tf.set_random_seed(3)
    names = tf.train.string_input_producer(["a.csv", "b.csv"], num_epochs=2, shuffle=True, seed=1)
    reader = tf.TextLineReader(skip_header_lines=1)
    key, line = reader.read(names)
    x, y, label = tf.decode_csv(line, record_defaults=[[0.0], [1.0], ["none"]])
    features = tf.stack([x, y])
    tf.train.batch([features, label], batch_size=4, num_threads=2, allow_smaller_final_batch=True)
    tf.train.shuffle_batch({"features": features, "key": key}, 4, capacity=30, min_after_dequeue=10)
    tf.train.batch_join([[features], [features + 1.0]], 2, name="joined")
    tf.train.shuffle_batch_join([{"f": features}], 2, 20, 5, seed=2)
    sizes = tf.placeholder(tf.float32, [None, 3], name="sizes")
    tf.train.batch([sizes], 3, enqueue_many=True, dynamic_pad=True, capacity=7)
    tf.train.batch([sizes], 3, dynamic_pad=True)
    tf.train.maybe_batch([features], tf.less(x, 2.0), 3)
    tf.train.maybe_batch([sizes], tf.less(sizes[:, 0], 2.0), 3, enqueue_many=True)
    tf.train.maybe_shuffle_batch([features], 3, 9, 4, keep_input=True)

    image, number = tf.train.slice_input_producer(
        [np.arange(12, dtype=np.float32).reshape(4, 3), [1, 2, 3, 4]], num_epochs=1, shuffle=False
    )
    images, numbers = tf.train.batch([image, number], batch_size=2, name="images")
    tf.train.range_input_producer(5, shuffle=False, shared_name="range").dequeue(name="number")
    tf.train.input_producer(tf.zeros([2, 3]), capacity=4)
    tf.train.limit_epochs(tf.constant([1.0]), num_epochs=2)
    with tf.name_scope("files"):
        whole = tf.WholeFileReader().read(tf.train.string_input_producer(tf.constant(["c"]), capacity=9))
        tf.TFRecordReader().read_up_to(names, 5)
        tf.FixedLengthRecordReader(4, header_bytes=2).read(names, name="fixed")
        identity = tf.IdentityReader()
        identity.read(names)
        identity.num_records_produced()
        identity.num_work_units_completed()
        identity.reset()
    tf.identity(whole[1])
    runners = tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)
    init = tf.group(tf.global_variables_initializer(), tf.local_variables_initializer())
    by_name = {runner.name: runner for runner in runners}
    fill = by_name["input_producer_1/input_producer"]
    collect = by_name["images/fifo_queue"]
    runs = [(init, None), (fill.enqueue_ops[0], None)]
    runs += [(collect.enqueue_ops[0], None)] * 4
    return [*runs, ([images, numbers], None), (collect.close_op, None), ([images, numbers], None)]
