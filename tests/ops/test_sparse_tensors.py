"""Operations on random sparse tensors give what the same operations on dense arrays give."""

from typing import Any

import numpy as np
import pytest

import graphlog as tf

SEEDS = range(6)


def random_array(random: Any, *sizes: int) -> Any:
    """An array of which a random part, at times all of it, is zero."""
    return random.normal(size=sizes) * (random.random(sizes) < random.choice([0.0, 0.3, 1.0]))


def sparse(dense: Any, shuffled: Any = None) -> Any:
    indices = np.argwhere(dense)
    if shuffled is not None:
        shuffled.shuffle(indices)
    return tf.SparseTensor(indices, dense[tuple(indices.T)], dense.shape)


def run(fetch: Any) -> Any:
    if isinstance(fetch, tf.SparseTensor):
        fetch = tf.sparse_tensor_to_dense(fetch)
    with tf.Session() as session:
        return session.run(fetch)


@pytest.fixture(params=SEEDS)
def random(request: Any) -> Any:
    with tf.Graph().as_default():
        yield np.random.default_rng(request.param)


def test_products(random: Any) -> None:
    for adjoint_a, adjoint_b in [(False, False), (True, False), (False, True), (True, True)]:
        a, b = random_array(random, 4, 5), random.normal(size=(5, 3))
        found = tf.sparse_tensor_dense_matmul(
            sparse(a.T if adjoint_a else a, random), b.T if adjoint_b else b, adjoint_a, adjoint_b
        )
        np.testing.assert_allclose(run(found), a @ b, atol=1e-12)


def test_sums_and_extrema_of_two(random: Any) -> None:
    a, b = random_array(random, 3, 4), random_array(random, 3, 4)
    np.testing.assert_allclose(run(tf.sparse_add(sparse(a), sparse(b))), a + b)
    np.testing.assert_allclose(run(tf.sparse_add(sparse(a), b)), a + b)
    np.testing.assert_allclose(run(tf.sparse_maximum(sparse(a), sparse(b))), np.maximum(a, b))
    np.testing.assert_allclose(run(tf.sparse_minimum(sparse(a), sparse(b))), np.minimum(a, b))


@pytest.mark.parametrize("axis", [None, 0, -1, [0, 2], [1, 0, 2], []])
@pytest.mark.parametrize("keepdims", [False, True])
def test_reductions(random: Any, axis: Any, keepdims: bool) -> None:
    a = random_array(random, 2, 3, 4)
    axes = tuple(range(3)) if axis is None else tuple(np.atleast_1d(np.array(axis, int)).tolist())
    total = a.sum(axis=axes, keepdims=keepdims)
    np.testing.assert_allclose(run(tf.sparse_reduce_sum(sparse(a, random), axis, keepdims)), total)
    there = np.where(a == 0, -np.inf, a).max(axis=axes, keepdims=keepdims)
    greatest = np.where(np.isinf(there), 0, there)
    np.testing.assert_allclose(run(tf.sparse_reduce_max(sparse(a, random), axis, keepdims)), greatest)
    if total.ndim:
        found = tf.sparse_reduce_sum_sparse(sparse(a, random), axis, keepdims)
        np.testing.assert_allclose(run(found), total)


def test_other_orders_and_shapes(random: Any) -> None:
    a = random_array(random, 2, 3, 4)
    np.testing.assert_array_equal(run(tf.sparse_reorder(sparse(a, random))), a)
    np.testing.assert_array_equal(run(tf.sparse_transpose(sparse(a), [1, 2, 0])), a.transpose(1, 2, 0))
    np.testing.assert_array_equal(run(tf.sparse_reshape(sparse(a), [4, -1])), a.reshape(4, 6))
    np.testing.assert_array_equal(run(tf.sparse.expand_dims(sparse(a), 1)), a[:, None])


def test_parts(random: Any) -> None:
    a, b = random_array(random, 3, 5), random_array(random, 3, 2)
    np.testing.assert_array_equal(run(tf.sparse_concat(1, [sparse(a), sparse(b)])), np.hstack([a, b]))
    np.testing.assert_array_equal(run(tf.sparse_slice(sparse(a), [1, 2], [9, 2])), a[1:, 2:4])
    np.testing.assert_array_equal(run(tf.sparse_slice(sparse(a), [1, 7], [9, 2])), a[1:, 7:])
    parts = tf.sparse_split(sp_input=sparse(a), num_split=3, axis=1)
    for found, expected in zip(parts, np.array_split(a, 3, axis=1), strict=True):
        np.testing.assert_array_equal(run(found), expected)


def test_elements(random: Any) -> None:
    a = random_array(random, 3, 4)
    for dense in [random.normal(size=(3, 4)), random.normal(size=4), random.normal(size=(3, 1)), 2.0]:
        np.testing.assert_allclose(run(sparse(a) * dense), a * dense)
        np.testing.assert_allclose(run(sparse(a) / dense), a / dense)
    powers = np.where(a == 0, 0, np.exp(a))
    totals = powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(run(tf.sparse_softmax(sparse(a))), powers / np.where(totals == 0, 1, totals))


def test_rows_that_are_empty(random: Any) -> None:
    a = random_array(random, 4, 3)
    filled, is_empty = tf.sparse_fill_empty_rows(sparse(a), 7.0)
    expected = a.copy()
    expected[~a.any(axis=1), 0] = 7
    np.testing.assert_array_equal(run(filled), expected)
    np.testing.assert_array_equal(run(is_empty), ~a.any(axis=1))


def test_sets(random: Any) -> None:
    a, b = random.integers(0, 4, (2, 3)), random.integers(0, 4, (2, 5))
    # A sparse tensor has no zeros.
    a, b = a + 1, b + 1
    operations: dict[str, Any] = {
        "union": set.union,
        "intersection": set.intersection,
        "difference": set.difference,
    }
    for name, operation in operations.items():
        expected = [sorted(operation(set(x), set(y))) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
        for first, second in [(a, b), (a, sparse(b)), (sparse(a), b), (sparse(a), sparse(b))]:
            assert run_sets(getattr(tf.sets, name)(first, second)) == expected
    np.testing.assert_array_equal(run(tf.sets.size(sparse(a))), [len(set(row)) for row in a.tolist()])


def run_sets(fetch: Any) -> list[list[int]]:
    with tf.Session() as session:
        value = session.run(fetch)
    rows: list[list[int]] = [[] for _ in range(value.dense_shape[0])]
    for (row, _), item in zip(value.indices.tolist(), value.values.tolist(), strict=True):
        rows[row].append(item)
    return rows


def test_edit_distances(random: Any) -> None:
    for _ in range(10):
        first, second = (random.integers(1, 3, random.integers(1, 6)).tolist() for _ in range(2))
        found = tf.edit_distance(sparse(np.array([first])), sparse(np.array([second])), normalize=False)
        assert run(found).tolist() == [slow_distance(first, second)]


def slow_distance(first: list[int], second: list[int]) -> int:
    if not first or not second:
        return len(first) + len(second)
    same = first[0] == second[0]
    return min(
        slow_distance(first[1:], second[1:]) + (not same),
        slow_distance(first[1:], second) + 1,
        slow_distance(first, second[1:]) + 1,
    )
