"""Late interaction: words that tell something, in little room, each meeting the best other."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.embedding.late_interaction import cosines, met, telling
from assistant.embedding.vectors import quantized
from assistant.records.vectors import Words
from tests.support.fakes import FakeEncoder


def _unit(rows: int, dim: int = 16, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _words(vectors: np.ndarray) -> Words:
    return Words(quantized(vectors), np.arange(1, len(vectors) + 1, dtype=np.int32))


def _kept(text: str, *ends: int) -> list[bool]:
    return telling(text, np.array(ends, np.int32)).tolist()


def test_tokens_are_kept_where_they_end_in_a_word_that_tells_something() -> None:
    # "La" and "est" tell nothing; "cantine" is two tokens here, the first with its space.
    assert _kept("La cantine est ouverte.", 2, 6, 10, 14, 22, 23) == [
        False, True, True, False, True, False,
    ]  # fmt: skip


def test_a_token_that_ends_where_a_word_begins_is_not_of_that_word() -> None:
    assert _kept("l'école", 2, 7) == [False, True]


def test_tokens_before_the_text_belong_to_none_of_its_words() -> None:
    assert _kept("cantine", -9, -1, 0, 7) == [False, False, False, True]


def test_a_text_without_a_word_keeps_no_token() -> None:
    assert _kept("?! 🙂", 1, 2, 4) == [False, False, False]
    assert _kept("", 0) == [False]
    assert _kept("cantine") == []


def test_a_text_of_stop_words_keeps_them_all() -> None:
    assert _kept("qui est-ce", 3, 7, 10) == [True, True, True]


@pytest.mark.parametrize("sizes", [[3], [2, 5, 1], [2, 0, 3], [0]])
def test_each_passage_has_its_own_cosines_with_every_token_of_the_question(
    sizes: list[int],
) -> None:
    question = _unit(4, seed=1)
    passages = [_unit(size, seed=2 + at) for at, size in enumerate(sizes)]
    found = cosines(_words(question), [_words(one) for one in passages])
    assert [one.shape for one in found] == [(4, size) for size in sizes]
    for one, vectors in zip(found, passages, strict=True):
        np.testing.assert_allclose(one, question @ vectors.T, atol=0.02)


def test_no_passage_gives_no_cosines() -> None:
    assert cosines(_words(_unit(4)), []) == []


def test_a_question_without_tokens_meets_nothing() -> None:
    (found,) = cosines(_words(_unit(0)), [_words(_unit(3))])
    assert found.shape == (0, 3)
    assert met(found).shape == (0,)


def test_a_token_is_met_by_the_best_of_the_passage() -> None:
    found = np.array([[0.1, 0.9, 0.3], [-0.5, -0.2, -0.1]], np.float32)
    # Below 0 the others are no worse than nothing.
    np.testing.assert_allclose(met(found), [0.9, 0.0])


def test_a_passage_without_words_meets_nothing() -> None:
    assert met(np.empty((2, 0), np.float32)).tolist() == [0.0, 0.0]


def test_a_word_is_met_by_itself_wherever_it_stands() -> None:
    encoder = FakeEncoder(256)
    question = encoder.encode_question("Où est la cantine ?").words
    texts = ["Le midi, les enfants vont à la cantine.", "La voirie avance bien."]
    with_it, without = cosines(question, [one.words for one in encoder.encode_with_words(texts)])
    assert met(with_it).max() == pytest.approx(1.0, abs=0.01)
    assert met(without).max() < 0.5
