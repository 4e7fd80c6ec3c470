"""Queues: what puts elements into them and takes them out, of each kind."""


def program(tf, np):
    fifo = tf.FIFOQueue(10, [tf.float32, tf.int32], shapes=[[2], []], name="fifo")
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    y = tf.placeholder(tf.int32, [None], name="y")
    fill = fifo.enqueue_many([x, y])
    one = fifo.enqueue([tf.constant([0.5, -0.5]), 7], name="one")
    first, label = fifo.dequeue()
    rows, labels = fifo.dequeue_many(3, name="rows")
    rest = fifo.dequeue_up_to(10)
    size = fifo.size()
    close = fifo.close()
    closed = fifo.is_closed()

    named = tf.FIFOQueue(4, [tf.float32, tf.string], names=["value", "name"])
    put = named.enqueue({"value": tf.square(x[0]), "name": "a"})
    got = named.dequeue()

    shuffled = tf.RandomShuffleQueue(20, 3, tf.int32, shapes=[[]], seed=11)
    put_numbers = shuffled.enqueue_many([np.arange(12, dtype=np.int32)])
    numbers = shuffled.dequeue_many(5)
    stop = shuffled.close(cancel_pending_enqueues=True)
    last = shuffled.dequeue_up_to(20)

    padding = tf.PaddingFIFOQueue(5, [tf.int64], shapes=[[None]], shared_name="padding")
    pads = [padding.enqueue(tf.constant(row, tf.int64)) for row in ([1, 2, 3], [4], [])]
    padded = padding.dequeue_many(3)

    priority = tf.PriorityQueue(5, [tf.float32], shapes=[[]])
    urgent = priority.enqueue_many([[3, 1, 2], [0.3, 0.1, 0.2]])
    most_urgent = priority.dequeue()
    others = priority.dequeue_many(2)

    either = tf.QueueBase.from_list(tf.placeholder(tf.int32, [], name="which"), [shuffled, shuffled])
    tf.identity(either.dequeue(), name="either")

    values = np.arange(8, dtype=np.float32).reshape(4, 2)
    return [
        (fill, {x: values, y: [1, 2, 3, 4]}),
        (one, None),
        (size, None),
        ([first, label], None),
        ([rows, labels], None),
        (close, None),
        ([closed, size], None),
        (rest, None),
        (put, {x: values}),
        (got["value"], None),
        (put_numbers, None),
        (numbers, None),
        (shuffled.size(), None),
        (stop, None),
        (last, None),
        (pads[0], None),
        (pads[1], None),
        (pads[2], None),
        (padded, None),
        (urgent, None),
        (most_urgent, None),
        (others, None),
    ]
