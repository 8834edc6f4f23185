"""Words in two bits a value, sentences in a byte: near what they stand for, whatever the model."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.embedding.vectors import normalized, quantized
from assistant.index.packing import (
    PackedWords,
    kind,
    pack_sentences,
    pack_words,
    spread,
    unpack_sentences,
    unpack_words,
    width,
)
from assistant.records.vectors import Vector, Vectors

#: As many values as models have, and as none has: no whole byte, no pair to spread.
DIMENSIONS = (384, 390, 768, 1023)


def _passage_and_words(dim: int, number: int = 50) -> tuple[Vector, Vectors]:
    """Return a passage and words that look like it, as those of a trained encoder do."""
    chance = np.random.default_rng(dim)
    passage = normalized(chance.normal(size=(1, dim)).astype(np.float32))[0]
    own = normalized(chance.normal(size=(number, dim)).astype(np.float32))
    return passage, normalized(0.8 * passage + 0.6 * own)


def _back(words: PackedWords, passage: Vector) -> Vectors:
    """Return the words of one passage, unpacked."""
    (back,) = unpack_words([words], passage[np.newaxis])
    return back


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_words_come_back_near_what_they_were(dim: int) -> None:
    passage, words = _passage_and_words(dim)
    small = pack_words(quantized(words), passage)
    back = _back(small, passage)
    assert small.levels.shape == (len(words), width(dim))
    assert small.levels.nbytes == len(words) * -(-dim // 4)
    assert back.shape == words.shape
    assert np.einsum("nd,nd->n", normalized(back), spread(words)).min() > 0.95


@pytest.mark.parametrize("dim", [*DIMENSIONS, 64])
def test_words_of_several_passages_come_back_as_each_by_itself(dim: int) -> None:
    passages = normalized(np.random.default_rng(2).normal(size=(3, dim)).astype(np.float32))
    words = _passage_and_words(dim)[1]
    parts = (words[:7], words[7:7], words[7:])
    small = [pack_words(quantized(own), one) for own, one in zip(parts, passages, strict=True)]
    together = unpack_words(small, passages)
    for back, own, passage in zip(together, small, passages, strict=True):
        np.testing.assert_array_equal(back, _back(own, passage))
    assert unpack_words([], passages[:0]) == []


def test_a_question_meets_packed_words_as_it_met_them() -> None:
    passage, words = _passage_and_words(384, 200)
    chance = np.random.default_rng(1)
    other = normalized(chance.normal(size=(20, 384)).astype(np.float32))
    asked = normalized(0.7 * words[:20] + 0.3 * other)
    before = asked @ words.T
    after = spread(asked) @ normalized(_back(pack_words(quantized(words), passage), passage)).T
    assert after.argmax(axis=1).tolist() == before.argmax(axis=1).tolist()
    assert np.abs(after.max(axis=1) - before.max(axis=1)).mean() < 0.02


def test_a_word_of_few_large_values_is_spread_over_all() -> None:
    word = np.zeros((1, 384), np.int8)
    word[0, [3, 200]] = 127, -127
    passage = _passage_and_words(384)[0]
    back = normalized(_back(pack_words(word, passage), passage))
    assert float(back[0] @ spread(normalized(word))[0]) > 0.75


def test_the_same_words_always_have_the_same_bytes() -> None:
    passage, words = _passage_and_words(384)
    alone = pack_words(quantized(words[7:8]), passage)
    together = pack_words(quantized(words), passage)
    np.testing.assert_array_equal(together.levels[7:8], alone.levels)


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_no_words_take_no_bytes(dim: int) -> None:
    passage, _ = _passage_and_words(dim)
    none = pack_words(np.empty((0, dim), np.int8), passage)
    assert none.levels.size == 0
    assert _back(none, passage).shape == (0, dim)


def test_a_word_that_is_its_passage_or_nothing_comes_back_so() -> None:
    passage, _ = _passage_and_words(384)
    words = quantized(np.stack([passage, np.zeros_like(passage)]))
    back = _back(pack_words(words, passage), passage)
    assert normalized(back)[0] @ spread(passage[np.newaxis])[0] == pytest.approx(1.0, abs=1e-3)
    assert not back[1].any()


def test_spreading_changes_no_cosine() -> None:
    passage, words = _passage_and_words(384)
    np.testing.assert_allclose(
        spread(words) @ spread(passage[np.newaxis])[0], words @ passage, atol=1e-5
    )


def test_narrow_vectors_stay_as_they_are() -> None:
    passage, words = _passage_and_words(64)
    small = pack_words(quantized(words), passage)
    assert (kind(64), width(64)) == ("|i1", 64)
    np.testing.assert_array_equal(_back(small, passage), quantized(words))
    np.testing.assert_allclose(unpack_sentences(pack_sentences(words)), words, atol=1e-3)


@pytest.mark.parametrize("dim", DIMENSIONS)
def test_the_cosines_of_sentences_stay_within_a_thousandth_or_two(dim: int) -> None:
    _, sentences = _passage_and_words(dim)
    back = unpack_sentences(pack_sentences(sentences))
    np.testing.assert_allclose(np.linalg.norm(back, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(back @ sentences.T, sentences @ sentences.T, atol=2e-3)


def test_no_sentence_takes_no_byte() -> None:
    none = pack_sentences(np.empty((0, 384), np.float32))
    assert unpack_sentences(none).shape == (0, 384)
