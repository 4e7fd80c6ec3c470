"""Lookup tables: static and mutable ones, vocabularies with hash buckets, and files."""


def program(tf, np):
    contrib = tf.contrib.lookup
    path = "/tmp/parity_vocabulary.txt"
    with open(path, "w") as file:
        file.write("one\ntwo\nthree\n")
    words = tf.placeholder(tf.string, [None], name="words")
    numbers = tf.placeholder(tf.int64, [2, None], name="numbers")
    mutable = contrib.MutableHashTable(tf.string, tf.int64, -1)
    insert = mutable.insert(tf.constant(["x", "y"]), tf.constant([3, 4], tf.int64))
    remove = mutable.remove(tf.constant(["x"]))
    with tf.name_scope("files"):
        indices = contrib.index_table_from_file(path, default_value=-7)
        strings = contrib.index_to_string_table_from_file(path, vocab_size=2)
    out = {"mutable": [mutable.lookup(words), mutable.size()], "values": tf.reduce_sum(mutable.export()[1])}
    files = [indices.lookup(words), indices.size(), tf.strings.length(strings.lookup(numbers))]
    assert indices.key_dtype == tf.string
    assert indices.value_dtype == tf.int64
    init = tf.tables_initializer()
    feed = {words: ["two", "x", ""], numbers: [[0, 1], [2, 9]]}
    return [(init, {}), (files, feed), (insert, {}), (out, feed), (remove, {}), (out, feed)]
