"""TensorArrays of sizes that no memory holds."""

import pytest

import graphlog as tf


@pytest.mark.parametrize("size", [2**31 - 1, 2**27])
def test_a_size_that_fits_no_memory_is_refused(size: int) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        array = tf.TensorArray(tf.float32, size=size)
        with pytest.raises(tf.errors.ResourceExhaustedError, match=f"{size} elements do not fit"):
            session.run(array.flow)


def test_growth_that_fits_no_memory_is_refused() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        array = tf.TensorArray(tf.float32, size=1, dynamic_size=True)
        with pytest.raises(tf.errors.ResourceExhaustedError, match="do not fit into memory"):
            session.run(array.write(2**30, 1.0).flow)
