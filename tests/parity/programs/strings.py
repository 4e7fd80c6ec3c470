"""Operations on strings; what is fetched is made of numbers again."""


def program(tf, np):
    x = tf.placeholder(tf.float32, (2, 2), name="x")
    n = tf.placeholder(tf.int32, None, name="n")
    words = tf.constant([["one", "2"], ["three", "4"]], name="words")
    any_words = tf.placeholder(tf.string, None, name="any_words")
    texts = [
        tf.as_string(x),
        tf.as_string(n, width=5, fill="0", name="filled"),
        tf.strings.as_string(x, precision=2, scientific=True),
        tf.dtypes.as_string(x, shortest=True),
        tf.string_join([words, "a", words], "-"),
        tf.strings.join([words, "!"], name="joined"),
        tf.reduce_join(words, 0),
        tf.strings.reduce_join(words, axis=[0, 1], separator="+", name="all"),
        tf.reduce_join(words, -1, keep_dims=True),
        tf.reduce_join(words),
        tf.reduce_join(any_words),
        tf.substr(words, 0, 2),
        tf.strings.substr(any_words, n, 1, unit="UTF8_CHAR"),
        tf.strings.lower(words),
        tf.strings.upper(any_words, encoding="utf-8"),
        tf.strings.strip(words),
        tf.string_strip(any_words),
        tf.regex_replace(words, "e+", "E"),
        tf.strings.regex_replace(words, "(e)", "<\\1>", replace_global=False),
        tf.strings.regex_replace(words, tf.constant("o"), "0"),
        tf.encode_base64(words),
        tf.io.decode_base64(tf.encode_base64(any_words, pad=True)),
        tf.strings.format("{} and {}", [x, n]),
        tf.strings.format("%", words, placeholder="%", summarize=1),
    ]
    numbers = [
        [tf.strings.length(text) for text in texts],
        tf.strings.length(any_words, unit="UTF8_CHAR", name="characters"),
        tf.string_to_number(tf.as_string(x)),
        tf.strings.to_number(tf.as_string(n), tf.int64),
        tf.strings.regex_full_match(words, "[0-9]*"),
        tf.strings.regex_full_match(any_words, tf.constant("[a-z]*")),
        tf.decode_raw(["abcd", "efgh"], tf.int16),
        tf.io.decode_raw(any_words, tf.uint8, name="raw"),
    ]
    printed = [
        tf.print("x is", x, n, name="shown"),
        tf.print(words, {"k": n}, output_stream="file:///dev/null"),
    ]
    with tf.control_dependencies(printed[1:]):
        numbers.append(tf.identity(n))
    feeds = {x: [[1.5, -2.0], [0.25, 1e6]], n: 1, any_words: ["ab", "c\u00e9"[:2]]}
    return [(numbers[:6], feeds), (numbers[6:], {**feeds, any_words: ["ab", "cd"]})]
