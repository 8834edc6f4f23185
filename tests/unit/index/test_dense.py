"""Exact search by meaning: right whatever the filter, and the same once read back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding.vectors import normalized, quantized
from assistant.index.dense import (
    PassageVectors,
    SentencesWriter,
    SentenceVectors,
    WordsWriter,
    WordVectors,
    write_vectors,
)
from assistant.index.packing import pack_sentences, pack_words
from assistant.records.vectors import Vectors, Words


def _unit(number: int, dim: int = 16) -> Vectors:
    vectors = np.random.default_rng(number).normal(size=(number, dim)).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def vectors() -> Vectors:
    return _unit(203).astype(np.float16).astype(np.float32)


@pytest.fixture
def opened(tmp_path: Path, vectors: Vectors) -> PassageVectors:
    write_vectors(tmp_path / "vectors.faiss", vectors.astype(np.float16))
    return PassageVectors(tmp_path / "vectors.faiss")


def test_search_is_exact(opened: PassageVectors, vectors: Vectors) -> None:
    question = _unit(1)[0]
    assert len(opened) == len(vectors)
    assert opened.search(question, 10).tolist() == np.argsort(-(vectors @ question))[:10].tolist()


@pytest.mark.parametrize("share", [2, 7, 50, 203])
def test_search_is_exact_among_the_rows_of_a_mask(
    opened: PassageVectors, vectors: Vectors, share: int
) -> None:
    question, mask = _unit(1)[0], np.arange(len(vectors)) % share == share - 1
    allowed = np.flatnonzero(mask)
    expected = allowed[np.argsort(-(vectors[allowed] @ question))][:10]
    assert opened.search(question, 10, mask).tolist() == expected.tolist()


def test_a_mask_that_allows_nothing_finds_nothing(opened: PassageVectors) -> None:
    assert opened.search(_unit(1)[0], 10, np.zeros(len(opened), np.bool_)).tolist() == []


def test_asking_for_more_than_there_is_gives_all_once(opened: PassageVectors) -> None:
    assert sorted(opened.search(_unit(1)[0], 1000).tolist()) == list(range(len(opened)))


def test_cosines_come_in_the_order_of_the_rows(opened: PassageVectors, vectors: Vectors) -> None:
    question, rows = _unit(1)[0], np.array([200, 3, 77], np.int64)
    np.testing.assert_allclose(opened.cosines(question, rows), vectors[rows] @ question, atol=1e-6)
    assert opened.cosines(question, rows[:0]).shape == (0,)


def test_an_index_without_vectors_finds_nothing(tmp_path: Path) -> None:
    write_vectors(tmp_path / "vectors.faiss", np.empty((0, 16), np.float16))
    opened = PassageVectors(tmp_path / "vectors.faiss")
    assert opened.search(_unit(1)[0], 10).tolist() == []


def _write_sentences(folder: Path, parts: list[Vectors], dim: int) -> None:
    with closing(SentencesWriter(folder, dim)) as writer:
        for own in parts:
            writer.add(pack_sentences(own), np.array([len(own)]))
        writer.finish()


def test_each_passage_has_its_own_sentences(tmp_path: Path) -> None:
    vectors = _unit(4, 384)
    parts = [vectors[:3], vectors[3:3], vectors[3:4]]
    _write_sentences(tmp_path, parts, 384)
    opened, question = SentenceVectors(tmp_path), _unit(1, 384)[0]
    for row, own in enumerate(parts):
        (alone,) = opened.cosines(question, np.array([row]))
        np.testing.assert_allclose(alone, own @ question, atol=2e-3)
    turned = opened.cosines(question, np.array([2, 1, 0]))
    assert [len(one) for one in turned] == [1, 0, 3]
    np.testing.assert_allclose(turned[2], parts[0] @ question, atol=2e-3)
    assert opened.cosines(question, np.array([], np.int64)) == []
    for found, own in zip(opened.of([0, 2]), (parts[0], parts[2]), strict=True):
        np.testing.assert_allclose(found, own, atol=2e-2)


def test_passages_without_sentences_can_be_stored(tmp_path: Path) -> None:
    _write_sentences(tmp_path, [np.empty((0, 16), np.float32)], 16)
    (none,) = SentenceVectors(tmp_path).cosines(_unit(1)[0], np.array([0]))
    assert none.shape == (0,)


def test_no_passage_at_all_can_be_stored(tmp_path: Path) -> None:
    _write_sentences(tmp_path, [], 16)
    SentenceVectors(tmp_path)
    assert (tmp_path / "sentences.npy").exists()


def _write_words(folder: Path, parts: list[Words], passages: Vectors) -> None:
    with closing(WordsWriter(folder, passages.shape[1])) as writer:
        for one, passage in zip(parts, passages, strict=True):
            writer.add(pack_words(one.vectors, passage), one.ends, np.array([len(one.ends)]))
        writer.finish()


@pytest.mark.parametrize("dim", [16, 384])
def test_each_passage_has_its_own_words_with_their_places(tmp_path: Path, dim: int) -> None:
    vectors, passages = _unit(5, dim), _unit(3, dim)
    ends = np.array([-4, 0, 12, 40, 9], np.int32)
    parts = [
        Words(quantized(vectors[start:stop]), ends[start:stop])
        for start, stop in ((0, 3), (3, 3), (3, 5))
    ]
    _write_words(tmp_path, parts, passages)
    opened = WordVectors(tmp_path)
    every = opened.of(np.arange(3), passages)
    for row, (found, own) in enumerate(zip(every, parts, strict=True)):
        (alone,) = opened.of(np.array([row]), passages[row : row + 1])
        np.testing.assert_array_equal(alone.vectors, found.vectors)
        np.testing.assert_array_equal(found.ends, own.ends)
        assert found.vectors.shape == own.vectors.shape
        asked = opened.comparable(own)
        assert (normalized(found.vectors) * normalized(asked.vectors)).sum(axis=1).min(
            initial=1
        ) > 0.9


@pytest.mark.parametrize("dim", [16, 384])
def test_passages_without_words_can_be_stored(tmp_path: Path, dim: int) -> None:
    none = Words(np.empty((0, dim), np.int8), np.empty(0, np.int32))
    _write_words(tmp_path, [none], _unit(1, dim))
    (found,) = WordVectors(tmp_path).of(np.array([0]), _unit(1, dim))
    assert (found.vectors.shape, found.ends.shape) == ((0, dim), (0,))


def test_no_passage_at_all_has_no_words_to_store(tmp_path: Path) -> None:
    _write_words(tmp_path, [], _unit(0))
    WordVectors(tmp_path)
    assert (tmp_path / "words.npy").exists()


def test_words_and_sentences_of_an_older_generation_are_read_as_they_lie(tmp_path: Path) -> None:
    words, sentences = quantized(_unit(4)), _unit(3).astype(np.float16)
    for name, array, starts in (("word", words, [0, 4]), ("sentence", sentences, [0, 3])):
        np.save(tmp_path / f"{name}s.npy", array)
        np.save(tmp_path / f"{name}_starts.npy", np.array(starts, np.int64))
    np.save(tmp_path / "word_ends.npy", np.arange(4, dtype=np.int32))
    (found,) = WordVectors(tmp_path, packed=False).of(np.array([0]), _unit(1))
    np.testing.assert_array_equal(found.vectors, words)
    np.testing.assert_array_equal(SentenceVectors(tmp_path, packed=False).of([0])[0], sentences)


@pytest.mark.parametrize("most", [32_767, 32_768])
def test_places_in_a_long_text_are_what_they_were(tmp_path: Path, most: int) -> None:
    words = Words(quantized(_unit(3, 384)), np.array([-5, 0, most], np.int32))
    passages = _unit(1, 384)
    _write_words(tmp_path, [words], passages)
    (found,) = WordVectors(tmp_path).of(np.array([0]), passages)
    assert found.ends.tolist() == [-5, 0, most]
    assert found.ends.dtype == np.int32
