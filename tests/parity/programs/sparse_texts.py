"""Splitting texts, edit distances, and rows as sets."""


def program(tf, np):
    lines = tf.constant(["hello big  world", "", " a,b c"])
    loose = tf.placeholder(tf.string)
    vector = tf.placeholder(tf.string, [None])
    split = [
        tf.string_split(lines),
        tf.string_split(["a-b", "c"], "-", name="dashes"),
        tf.string_split(loose, delimiter=" ,", skip_empty=False),
        tf.string_split(vector, ""),
        tf.strings.split(lines),
        tf.strings.split(lines, maxsplit=1, name="once"),
        tf.strings.split(vector, sep="b"),
    ]
    found = [(item.indices, tf.strings.length(item.values), item.dense_shape) for item in split]
    tokens = tf.sparse_tensor_to_dense(split[0], default_value="")
    found.append(tf.strings.length(tokens))

    letters = tf.string_split(["kitten", "saturday"], "")
    others = tf.string_split(["sitting", "sunday"], "")
    ids = tf.SparseTensor([[0, 0, 0], [0, 1, 0], [1, 0, 1]], [3, 4, 5], [2, 2, 2])
    fed = tf.sparse_placeholder(tf.int32, name="fed")
    found += [
        tf.edit_distance(letters, others),
        tf.edit_distance(letters, others, normalize=False, name="count"),
        tf.edit_distance(ids, ids),
        tf.reduce_mean(tf.edit_distance(tf.cast(ids, tf.int32), fed)),
        tf.edit_distance(fed, tf.SparseTensorValue([[0, 0, 1]], np.array([3], np.int32), [1, 2, 2])),
    ]
    fed_rows = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [3, -4, 7], [2, 2])
    dense = tf.constant([[[3, 4], [4, 4]], [[5, 1], [5, 2]]])
    found += [
        tf.sets.set_intersection(dense, ids),
        tf.sets.difference(ids, dense),
        tf.sets.difference(dense, fed, aminusb=False),
        tf.sets.union(tf.cast(ids, tf.int32), fed),
        tf.sets.set_union(dense, tf.placeholder_with_default(np.ones((2, 2, 1), np.int32), None)),
        tf.sets.size(ids),
        tf.sets.set_size(fed, validate_indices=False),
    ]
    words = tf.sparse.cross([split[0], tf.constant([["x"], ["y"], ["z"]])])
    found += [
        tf.strings.length(words.values),
        tf.sparse.cross_hashed([split[0], split[4]], num_buckets=1000),
        tf.sparse.cross_hashed([fed_rows, tf.constant([[3], [4]]), fed_rows], hash_key=7, name="numbers"),
        tf.sparse.cross_hashed([fed_rows, tf.constant([["a b"], ["c"]])]),
    ]
    feeds = {
        loose: ["a b", "c,,d"],
        vector: ["abc", "", "b"],
        fed: ([[0, 0, 0], [0, 1, 0], [0, 1, 1], [1, 1, 1]], [3, 4, 7, 5], [2, 2, 2]),
    }
    return [(found, feeds)]
