"""Examples and other serialized data, parsed."""


def example(tf, **features):
    kinds = {int: ("int64_list", tf.train.Int64List), float: ("float_list", tf.train.FloatList)}
    made = {}
    for name, values in features.items():
        field, kind = kinds.get(type(values[0]), ("bytes_list", tf.train.BytesList))
        made[name] = tf.train.Feature(**{field: kind(value=values)})
    return tf.train.Example(features=tf.train.Features(feature=made))


def program(tf, np):
    first = example(tf, label=[3], image=[b"\x01\x02\x03\x04"], box=[0.5, 1.5], words=[b"a", b"b"], ids=[2, 7])
    second = example(tf, label=[4], image=[b"\x05\x06\x07\x08"], box=[2.5, 3.5], ids=[1], weights=[0.25])
    serialized = tf.placeholder(tf.string, [], name="serialized")
    batch = tf.placeholder(tf.string, [None], name="batch")
    features = {
        "label": tf.FixedLenFeature([], tf.int64),
        "image": tf.FixedLenFeature((), tf.string, default_value=""),
        "box": tf.FixedLenFeature([2], tf.float32),
        "size": tf.FixedLenFeature([2, 2], tf.int64, default_value=[[1, 2], [3, 4]]),
        "words": tf.VarLenFeature(tf.string),
        "ids": tf.VarLenFeature(tf.int64),
    }
    one = tf.parse_single_example(serialized, features=features)
    image = tf.cast(tf.reshape(tf.decode_raw(one["image"], tf.uint8), [2, 2]), tf.float32) / 255.0
    several = tf.parse_example(batch, features, name="several")
    rest = {
        "ids": tf.FixedLenSequenceFeature([], tf.int64, allow_missing=True, default_value=-1),
        "box": tf.FixedLenSequenceFeature([1], tf.float32, allow_missing=True),
    }
    sequences = tf.parse_example(batch, rest)
    sequence = tf.parse_single_example(serialized, rest, name="sequence")
    merged = tf.parse_example(batch, {"merged": tf.SparseFeature("ids", "ids", tf.int64, 10)})["merged"]
    named = tf.parse_single_example(serialized, features, example_names="name")
    tf.parse_single_example(tf.placeholder(tf.string), {"label": features["label"]}, example_names="unknown")

    lists = tf.train.FeatureLists(
        feature_list={
            "frames": tf.train.FeatureList(
                feature=[tf.train.Feature(int64_list=tf.train.Int64List(value=[i, i + 1])) for i in range(3)]
            ),
            "tags": tf.train.FeatureList(
                feature=[tf.train.Feature(float_list=tf.train.FloatList(value=[0.5] * i)) for i in range(3)]
            ),
        }
    )
    movie = tf.train.SequenceExample(context=first.features, feature_lists=lists).SerializeToString()
    context, frames = tf.parse_single_sequence_example(
        serialized,
        context_features={"label": features["label"], "ids": features["ids"]},
        sequence_features={
            "frames": tf.FixedLenSequenceFeature([2], tf.int64),
            "none": tf.FixedLenSequenceFeature([], tf.float32, allow_missing=True),
            "tags": tf.VarLenFeature(tf.float32),
        },
    )

    lines = tf.placeholder(tf.string, [None], name="lines")
    x, name, count = tf.decode_csv(lines, [[0.5], ["none"], tf.constant([], tf.int32)], name="columns")
    y, z = tf.decode_csv(lines, [[1.0], [2]], field_delim=";", na_value="NA", select_cols=[0, 2])
    buckets = [
        tf.string_to_hash_bucket(lines, 100),
        tf.string_to_hash_bucket_fast(lines, 100),
        tf.string_to_hash_bucket_strong(lines, 100, key=[1, 2]),
    ]
    tensor = tf.io.parse_tensor(tf.io.serialize_tensor(x), tf.float32)
    content = tf.read_file(tf.placeholder(tf.string, [], name="path"))
    tf.write_file("copy", content)
    tf.matching_files("*.txt")
    tf.decode_compressed(content, "GZIP")

    of_first = {serialized: first.SerializeToString()}
    of_both = {batch: [first.SerializeToString(), second.SerializeToString()]}
    of_lines = {lines: ["1.5,a,3", ',"b ""c""",4']}
    return [
        ([one["label"], image, one["box"], one["size"], one["ids"], one["words"].indices], of_first),
        ([several["label"], several["box"], several["ids"], several["words"].dense_shape], of_both),
        ([sequences, merged], of_both),
        (sequence, of_first),
        ([named["label"], named["ids"]], of_first),
        ([context, frames], {serialized: movie}),
        ([x, count] + buckets + [tensor], of_lines),
        ([y, z], {lines: ["NA;b;3", ";b;NA"]}),
    ]
