"""Vectors of one length, and in a byte a value."""

from __future__ import annotations

import numpy as np

from assistant.embedding.vectors import cut, normalized, quantized


def test_a_byte_a_value_keeps_directions() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    small = quantized(vectors * np.float32(3.7))
    assert small.dtype == np.int8
    back = normalized(small)
    assert back.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(back, axis=1), 1.0, atol=1e-5)
    assert np.einsum("nd,nd->n", back, vectors).min() > 0.999


def test_a_byte_a_value_uses_the_whole_range_whatever_the_size() -> None:
    tiny = quantized(np.array([[1e-6, -2e-6, 0.0]], np.float32))
    assert tiny.tolist() == [[64, -127, 0]]


def test_a_vector_of_zeros_stays_one() -> None:
    nothing = np.zeros((1, 4), np.float32)
    np.testing.assert_array_equal(normalized(quantized(nothing)), nothing)


def test_parts_follow_one_another_and_may_be_empty() -> None:
    rows = np.arange(10, dtype=np.float32).reshape(5, 2)
    parts = cut(rows, [2, 0, 3])
    assert [part.tolist() for part in parts] == [rows[:2].tolist(), [], rows[2:].tolist()]
    assert all(np.shares_memory(part, rows) for part in parts if len(part))
    assert cut(rows[:0], []) == []
