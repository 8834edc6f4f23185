"""What goes into strings comes back as it was."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.cluster.packing import (
    passage_from_text,
    passage_to_text,
    sentences_from_text,
    sentences_to_text,
    words_from_text,
    words_to_text,
)
from assistant.embedding.vectors import normalized
from assistant.index.packing import pack_sentences, pack_words
from assistant.records.documents import Mark, Passage, Place


@pytest.mark.parametrize("dim", [16, 384])
@pytest.mark.parametrize("number", [0, 1, 300])
def test_words_and_sentences(dim: int, number: int) -> None:
    draw = np.random.default_rng(dim + number)
    vectors = normalized(draw.standard_normal((number, dim), np.float32))
    ends = np.arange(number, dtype=np.int32) - 2
    words = pack_words(vectors, normalized(draw.standard_normal((1, dim), np.float32))[0])
    text = words_to_text(words, ends)
    assert all(len(piece) <= 60_000 for piece in text)
    found, found_ends = words_from_text(text, dim)
    np.testing.assert_array_equal(found.levels, words.levels)
    np.testing.assert_array_equal(found.scales, words.scales)
    np.testing.assert_array_equal(found_ends, ends)
    sentences = pack_sentences(vectors)
    again = sentences_from_text(sentences_to_text(sentences), dim, str(sentences.values.dtype))
    np.testing.assert_array_equal(again.values, sentences.values)
    np.testing.assert_array_equal(again.scales, sentences.scales)


def test_a_passage() -> None:
    passage = Passage(
        document_id="forum/a.txt",
        ordinal=3,
        text='« L\'œuvre \\ "entière" »\n' * 2000,
        context="forum › 😀",
        place=Place("second", 1.5, 2.25),
        tokens=9,
        speaker="Animatrice",
        marks=(Mark(0, 1.0, 2.0),),
    )
    pieces = passage_to_text(passage)
    assert len(pieces) > 1 and passage_from_text(pieces) == passage
