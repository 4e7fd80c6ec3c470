"""The hashes of strings are TensorFlow's, for all lengths that are hashed in their own ways."""

import pytest

import graphlog as tf
from graphlog.ops.inputs.hashes import farm_fingerprint, murmur_hash, sip_hash

# What TensorFlow 1.15.5 gives for so many buckets; the key of the last one is (123, 456).
BUCKETS = 2**62 + 1
HASHES = [
    (b"", 105434511174508089, 1936946117179621453, 887865449656487404),
    (b"a", 2996632905371535868, 3694432073954588129, 2150915142212405418),
    (b"hello", 1331861223480393033, 3786372426573024486, 3917950836011642579),
    (b"hello wo", 2215233687022954092, 3616420679985843595, 3262456223628077604),
    (b"hello world, hello", 2162709835404562279, 3381891086023703939, 2857873983787131716),
    (b"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 3465179299843832913, 3046993373088323125, 35790345289312529),
    (
        b"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
        3920948936549084224,
        4471793200125962424,
        3340680898205464730,
    ),
    (
        b"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        2788949775400558853,
        3688229565335330612,
        691302484936758429,
    ),
    (
        b"01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
        1288915656876539918,
        439712990348739475,
        1160380764056218296,
    ),
]


@pytest.mark.parametrize(("text", "usual", "fast", "strong"), HASHES)
def test_hashes_are_tensorflows(text: bytes, usual: int, fast: int, strong: int) -> None:
    found = murmur_hash(text), farm_fingerprint(text), sip_hash(text, (123, 456))
    assert [number % BUCKETS for number in found] == [usual, fast, strong]


def test_both_names_of_the_functions() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        words = tf.constant(["hello", ""])
        pairs = [
            (tf.string_to_hash_bucket(words, 9), tf.strings.to_hash_bucket(input=words, num_buckets=9)),
            (tf.string_to_hash_bucket_fast(words, 9), tf.strings.to_hash_bucket_fast(words, 9)),
            (
                tf.string_to_hash_bucket_strong(words, 9, [1, 2]),
                tf.strings.to_hash_bucket_strong(words, 9, [1, 2]),
            ),
        ]
        for first, second in pairs:
            assert session.run(first).tolist() == session.run(second).tolist()


def test_tensor_protos_there_and_back() -> None:
    for value, dtype, shape in (
        ([[1.5, 2.5]], None, None),
        (7, tf.int64, [2, 2]),
        (["a", b"\0"], None, None),
        ([1, 2], tf.float16, [3]),
    ):
        proto = tf.make_tensor_proto(value, dtype, shape)
        with tf.Graph().as_default(), tf.Session() as session:
            expected = session.run(tf.constant(value, dtype, shape))
        assert tf.make_ndarray(proto).tolist() == expected.tolist()
    with pytest.raises(TypeError, match=r"Expected Tensor's shape: \(3,\), got \(2,\)"):
        tf.make_tensor_proto([1, 2], shape=[3], allow_broadcast=True)
