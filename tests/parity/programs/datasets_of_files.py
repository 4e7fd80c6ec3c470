"""Datasets that read lines, records and pieces of files, and the names of files by a pattern."""

import os


def program(tf, np):
    folder = "/tmp/graphlog_parity_datasets"
    os.makedirs(folder, exist_ok=True)
    for name, lines in (("a.txt", "1.5\n2.5\r\n\n4"), ("b.txt", "10\n20\n")):
        with open(os.path.join(folder, name), "w", newline="") as file:
            file.write(lines)
        with tf.python_io.TFRecordWriter(os.path.join(folder, name + ".records")) as writer:
            for line in lines.split():
                writer.write(line.encode())
    with open(os.path.join(folder, "pieces"), "wb") as file:
        file.write(b"head" + np.arange(6, dtype=np.int16).tobytes() + b"f")
    first, second = os.path.join(folder, "a.txt"), os.path.join(folder, "b.txt")
    data = tf.data
    runs = []

    def drained(dataset, times):
        iterator = dataset.make_initializable_iterator()
        value = iterator.get_next()
        runs.extend([(iterator.initializer, None)] + [(value, None)] * times)

    lines = data.TextLineDataset([first, second])
    drained(
        lines.skip(1).filter(lambda line: tf.not_equal(line, "")).map(lambda text: tf.string_to_number(text)),
        4,
    )
    both = data.Dataset.from_tensor_slices([first, second])
    drained(
        both.interleave(lambda name: data.TextLineDataset(name).take(2), 2).map(
            lambda text: tf.strings.length(text)
        ),
        4,
    )
    drained(data.TextLineDataset(both, num_parallel_reads=2).map(lambda text: tf.strings.length(text)), 6)
    names = tf.placeholder(tf.string, [None], name="names")
    records = data.TFRecordDataset(names).map(lambda text: tf.string_to_number(text)).batch(4)
    iterator = records.make_initializable_iterator()
    value = iterator.get_next()
    runs.append((iterator.initializer, {names: [first + ".records", second + ".records"]}))
    runs += [(value, None)] * 2
    pieces = data.FixedLengthRecordDataset([os.path.join(folder, "pieces")], 4, 4, 1)
    drained(pieces.map(lambda piece: tf.decode_raw(piece, tf.int16)), 3)
    found = data.Dataset.list_files(os.path.join(folder, "*.txt"), shuffle=False)
    drained(found.map(lambda name: tf.strings.length(name)), 2)
    found = data.Dataset.list_files(os.path.join(folder, "*.txt"), seed=3).flat_map(
        lambda name: data.TextLineDataset(name)
    )
    drained(found.map(lambda text: tf.strings.length(text)).repeat(2), 12)
    return runs
