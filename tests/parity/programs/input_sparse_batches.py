"""Input pipelines of queues through which sparse tensors go."""


def program(tf, np):
    serialized = tf.placeholder(tf.string, [], name="serialized")
    features = tf.parse_single_example(
        serialized, {"ids": tf.VarLenFeature(tf.int64), "label": tf.FixedLenFeature([], tf.int64)}
    )
    ids, label = tf.train.batch([features["ids"], features["label"]], 2, name="examples")
    rows = tf.sparse_placeholder(tf.float32, [None, 4], name="rows")
    tf.train.batch({"rows": rows}, 3, enqueue_many=True, name="rows_batch")
    tf.train.shuffle_batch([features["ids"], features["label"]], 2, 10, 4)
    tf.train.batch_join([[features["ids"]], [features["ids"]]], 2, allow_smaller_final_batch=True)
    wanted = tf.placeholder(tf.bool, [], name="wanted")
    tf.train.maybe_batch([features["ids"]], wanted, 2, name="maybe")
    tf.train.maybe_batch([rows], wanted, 2, enqueue_many=True, name="maybe_rows")
    each = tf.placeholder(tf.bool, [None], name="each")
    tf.train.maybe_batch([rows], each, 2, enqueue_many=True, name="some_rows")

    def example(values):
        int64s = tf.train.Int64List
        made = {"ids": int64s(value=values), "label": int64s(value=values[:1] or [0])}
        wrapped = {name: tf.train.Feature(int64_list=value) for name, value in made.items()}
        return tf.train.Example(features=tf.train.Features(feature=wrapped)).SerializeToString()

    by_name = {runner.name: runner for runner in tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)}
    collect = by_name["examples/fifo_queue"].enqueue_ops[0]
    return [
        (collect, {serialized: example([4, 5, 6])}),
        (collect, {serialized: example([7])}),
        ([ids, label], None),
        (collect, {serialized: example([])}),
        (collect, {serialized: example([9, 8])}),
        ([ids, label], None),
    ]
