"""What every implementation of a Protocol must do, as tests to inherit.

Subclass with a name that begins with `Test`, and give the fixture that makes the part.
"""

from __future__ import annotations

import threading

import numpy as np
import pytest

from assistant.embedding.late_interaction import cosines, met
from assistant.embedding.models import Encoder, Reranker
from assistant.records.vectors import Scores, Vector
from assistant.text.analysis import telling_spans

WEIRD_TEXTS = {
    "empty": "",
    "blank": " \t\n\u00a0\u200b ",
    "nul": "avant\0après",
    "lone_surrogate": "avant\ud800après",
    "hundred_kilobytes": "municipalité " * 7_700,
    "one_endless_word": "x" * 100_000,
    "no_letters": "☂ ‼ … 🙂🇫🇷",
    "special_tokens": "<s></s><pad><mask>",
    "right_to_left": "خدمات البلدية",
}

PASSAGES = [
    "Le service de la petite enfance gère les inscriptions en crèche.",
    "La collecte des déchets verts a lieu le mardi matin dans tous les quartiers.",
    "L'intelligence artificielle aide les agents à rédiger les comptes rendus de réunion.",
    "Le budget de la voirie augmente de trois pour cent pour réparer les trottoirs.",
]
QUESTIONS = {
    "Comment inscrire un enfant en crèche ?": 0,
    "Quand a lieu la collecte des déchets verts ?": 1,
    "L'intelligence artificielle peut-elle rédiger un compte rendu ?": 2,
    "De combien augmente le budget de la voirie ?": 3,
}


class EncoderContract:
    """The specification in the docstring of `Encoder`, as tests; give a fixture `encoder`."""

    def test_passages_give_one_float32_row_of_length_1_each(self, encoder: Encoder) -> None:
        vectors = encoder.encode_passages(PASSAGES)
        assert vectors.shape == (len(PASSAGES), encoder.dim)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)

    def test_a_question_gives_one_float32_vector_of_length_1(self, encoder: Encoder) -> None:
        vector = encoder.encode_question("Où sont les archives ?").vector
        assert vector.shape == (encoder.dim,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)

    def test_what_has_encoded_is_prepared(self, encoder: Encoder) -> None:
        encoder.encode_question("Où sont les archives ?")
        assert encoder.is_prepared

    def test_no_passage_gives_no_row(self, encoder: Encoder) -> None:
        assert encoder.encode_passages([]).shape == (0, encoder.dim)
        assert encoder.encode_with_words([]) == []
        assert encoder.count_tokens([]) == []

    def test_the_order_of_the_passages_is_kept_whatever_their_lengths(
        self, encoder: Encoder
    ) -> None:
        texts = [f"{PASSAGES[n % 4]} " * (1 + n * 7 % 5) + f"Point {n}." for n in range(20)]
        together = encoder.encode_passages(texts)
        for number in (0, 7, 13, 19):
            alone = encoder.encode_passages([texts[number]])[0]
            assert together[number] @ alone == pytest.approx(1.0, abs=1e-4)

    def test_every_question_is_nearest_to_the_passage_that_answers_it(
        self, encoder: Encoder
    ) -> None:
        vectors = encoder.encode_passages(PASSAGES)
        found = {
            one: int(np.argmax(vectors @ encoder.encode_question(one).vector)) for one in QUESTIONS
        }
        assert found == QUESTIONS

    @pytest.mark.parametrize("text", WEIRD_TEXTS.values(), ids=WEIRD_TEXTS)
    def test_a_weird_text_gives_a_vector_like_any_other(self, encoder: Encoder, text: str) -> None:
        vectors = [encoder.encode_question(text).vector, *encoder.encode_passages([text, "autre"])]
        for vector in vectors:
            assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
        assert encoder.count_tokens([text])[0] >= 0

    def test_passages_have_the_same_vectors_with_their_words(self, encoder: Encoder) -> None:
        texts = [f"{PASSAGES[n % 4]} " * (1 + n * 7 % 5) for n in range(20)]
        with_words = np.array([one.vector for one in encoder.encode_with_words(texts)])
        assert with_words.dtype == np.float32
        np.testing.assert_allclose(with_words, encoder.encode_passages(texts), atol=1e-4)

    def test_every_word_that_tells_something_has_its_vectors_and_no_other_has(
        self, encoder: Encoder
    ) -> None:
        asked = [(one, encoder.encode_question(one)) for one in QUESTIONS]
        both = [*zip(PASSAGES, encoder.encode_with_words(PASSAGES), strict=True), *asked]
        for text, one in both:
            assert one.words.vectors.dtype == np.int8
            assert one.words.vectors.shape == (len(one.words.ends), encoder.dim)
            assert one.words.ends.dtype == np.int32
            held = [
                [end for end in one.words.ends.tolist() if start < end <= stop]
                for start, stop in telling_spans(text)
            ]
            assert all(held)
            assert [end for ends in held for end in ends] == one.words.ends.tolist()

    def test_the_words_of_a_question_meet_best_those_of_the_passage_that_answers_it(
        self, encoder: Encoder
    ) -> None:
        passages = [one.words for one in encoder.encode_with_words(PASSAGES)]
        found = {}
        for one in QUESTIONS:
            each = cosines(encoder.encode_question(one).words, passages)
            found[one] = int(np.argmax([met(words).mean() for words in each]))
        assert found == QUESTIONS

    @pytest.mark.parametrize("text", WEIRD_TEXTS.values(), ids=WEIRD_TEXTS)
    def test_a_weird_text_has_words_inside_it_or_none(self, encoder: Encoder, text: str) -> None:
        first, other = encoder.encode_with_words([text, PASSAGES[0]])
        for one in (first, encoder.encode_question(text)):
            assert one.words.vectors.shape == (len(one.words.ends), encoder.dim)
            assert all(0 < end <= len(text) for end in one.words.ends.tolist())
            # What looks like a token of the model's own ("<s>") is a word that it can't read.
            assert telling_spans(text) or not len(one.words.ends)
        assert np.linalg.norm(first.vector) == pytest.approx(1.0, abs=1e-5)
        (alone,) = encoder.encode_with_words([PASSAGES[0]])
        assert other.words.ends.tolist() == alone.words.ends.tolist()

    def test_tokens_are_counted_without_prefix_and_special_tokens(self, encoder: Encoder) -> None:
        empty, one, both, twice = encoder.count_tokens(
            ["", PASSAGES[0], f"{PASSAGES[0]} {PASSAGES[1]}", f"{PASSAGES[0]} {PASSAGES[0]}"]
        )
        assert empty == 0
        assert one > 5
        assert one < both
        assert twice == 2 * one

    def test_the_identity_is_a_name_that_stays(self, encoder: Encoder) -> None:
        first = encoder.identity
        encoder.encode_question("Bonjour")
        assert first == encoder.identity
        assert first.strip() == first != ""

    def test_threads_that_ask_at_once_get_their_own_vectors(self, encoder: Encoder) -> None:
        expected = {one: encoder.encode_question(one).vector for one in QUESTIONS}
        found: dict[str, Vector] = {}

        def ask(question: str) -> None:
            encoder.encode_passages(PASSAGES)
            found[question] = encoder.encode_question(question).vector

        threads = [threading.Thread(target=ask, args=(one,)) for one in QUESTIONS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found.keys() == expected.keys()
        for question, vector in expected.items():
            assert found[question] @ vector == pytest.approx(1.0, abs=1e-4)


class RerankerContract:
    """The specification in the docstring of `Reranker`, as tests; give a fixture `reranker`."""

    def test_each_text_gets_a_float32_score_from_0_to_1(self, reranker: Reranker) -> None:
        scores = reranker.scores("Où sont les archives ?", PASSAGES)
        assert scores.shape == (len(PASSAGES),)
        assert scores.dtype == np.float32
        assert ((scores >= 0) & (scores <= 1)).all()

    def test_no_text_gives_no_score(self, reranker: Reranker) -> None:
        scores = reranker.scores("Bonjour", [])
        assert scores.shape == (0,)
        assert scores.dtype == np.float32

    def test_every_question_ranks_the_passage_that_answers_it_first(
        self, reranker: Reranker
    ) -> None:
        found = {one: int(np.argmax(reranker.scores(one, PASSAGES))) for one in QUESTIONS}
        assert found == QUESTIONS

    def test_a_text_has_its_score_whatever_stands_beside_it(self, reranker: Reranker) -> None:
        question = next(iter(QUESTIONS))
        texts = [f"{PASSAGES[n % 4]} " * (1 + n * 7 % 5) for n in range(40)]
        together = reranker.scores(question, texts)
        for number in (0, 7, 21, 39):
            alone = reranker.scores(question, [texts[number]])[0]
            assert together[number] == pytest.approx(alone, abs=1e-4)

    @pytest.mark.parametrize("text", WEIRD_TEXTS.values(), ids=WEIRD_TEXTS)
    def test_a_weird_text_gets_a_score_like_any_other(self, reranker: Reranker, text: str) -> None:
        scores = [*reranker.scores(text, PASSAGES), *reranker.scores("Bonjour", [text, "autre"])]
        assert all(0 <= score <= 1 for score in scores)

    def test_the_identity_is_a_name_that_stays(self, reranker: Reranker) -> None:
        first = reranker.identity
        reranker.scores("Bonjour", PASSAGES)
        assert first == reranker.identity
        assert first.strip() == first != ""

    def test_threads_that_ask_at_once_get_their_own_scores(self, reranker: Reranker) -> None:
        expected = {one: reranker.scores(one, PASSAGES) for one in QUESTIONS}
        found: dict[str, Scores] = {}

        def ask(question: str) -> None:
            found[question] = reranker.scores(question, PASSAGES)

        threads = [threading.Thread(target=ask, args=(one,)) for one in QUESTIONS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found.keys() == expected.keys()
        for question, scores in expected.items():
            np.testing.assert_allclose(found[question], scores, atol=1e-4)
