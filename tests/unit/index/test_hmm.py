"""Speech aligned with slides: in order, sure only where it may be, silent where nothing follows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.slides import hmm
from assistant.index.slides.hmm import DECISIVE, SURE, Piece, align, follow, likelihoods

DIM = 32
NOTHING = Piece(np.empty((0, 0), np.float32), frozenset())


def direction(*topics: float) -> np.ndarray:
    """Return the vector of what is about these topics, all texts being alike to begin with."""
    vector = np.full(DIM, 0.5, np.float32)
    for topic in topics:
        vector[int(topic)] += 1
    return vector / np.linalg.norm(vector)


def slide(topic: int) -> Piece:
    return Piece(direction(topic)[np.newaxis], frozenset({f"mot{topic}", f"autre{topic}", "ville"}))


def sentence(topic: int) -> Piece:
    return Piece(direction(topic)[np.newaxis], frozenset({f"mot{topic}", "ville"}))


def small_talk() -> Piece:
    return Piece(direction()[np.newaxis], frozenset({"alors", "bref"}))


def said(*topics: int, each: int = 6) -> list[Piece]:
    return [sentence(topic) for topic in topics for _ in range(each)]


DECK = [slide(topic) for topic in range(8)]

TALKS = {
    "in order": (range(8), range(8)),
    "slides passed over": ((0, 1, 2, 5, 6, 7), (0, 1, 2, 5, 6, 7)),
    "back at the end": ((0, 1, 2, 3, 4, 5, 6, 7, 3), (0, 1, 2, 3, 4, 5, 6, 7, 3)),
    "begun late": ((2, 3, 4, 5, 6, 7), (2, 3, 4, 5, 6, 7)),
    "left early": ((0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5)),
}


@pytest.mark.parametrize(("topics", "slides"), TALKS.values(), ids=TALKS)
def test_each_sentence_is_on_the_slide_it_was_said_on(
    topics: Sequence[int], slides: Sequence[int]
) -> None:
    aligned = align(said(*topics), DECK)
    assert aligned
    assert aligned.slides.tolist() == [one for one in slides for _ in range(6)]


def test_a_long_return_to_a_slide_on_the_way_is_seen() -> None:
    aligned = align([*said(0, 1, 2, 3), *said(1, each=20), *said(4, 5, 6, 7)], DECK)
    assert aligned
    assert aligned.slides[24:44].tolist() == [1] * 20


def test_a_sentence_that_tells_nothing_is_on_the_slide_of_those_around_it() -> None:
    speech = said(*range(8))
    speech[20] = speech[21] = small_talk()  # in the middle of the fourth slide
    aligned = align(speech, DECK)
    assert aligned
    assert aligned.slides[18:24].tolist() == [3] * 6


def test_a_sentence_said_of_another_slide_in_passing_does_not_leave_its_own() -> None:
    speech = said(*range(8))
    speech[20] = sentence(6)
    aligned = align(speech, DECK)
    assert aligned
    assert aligned.slides[18:24].tolist() == [3] * 6


def test_what_is_said_between_two_slides_is_less_sure_than_what_is_said_on_one() -> None:
    speech = [*said(*range(4)), *(small_talk() for _ in range(6)), *said(*range(4, 8))]
    aligned = align(speech, DECK)
    assert aligned
    between, on = aligned.confidence[24:30], aligned.confidence[18:22]
    assert between.max() < on.min()
    assert between.min() < SURE < on.min()


def test_a_picture_on_screen_leaves_the_others_where_they_are() -> None:
    deck = [*DECK[:3], NOTHING, *DECK[4:]]
    aligned = align([*said(0, 1, 2), *(small_talk() for _ in range(6)), *said(4, 5, 6, 7)], deck)
    assert aligned
    assert aligned.slides[:18].tolist() == [one for one in range(3) for _ in range(6)]
    assert aligned.slides[24:].tolist() == [one for one in range(4, 8) for _ in range(6)]


NOT_FOLLOWED = {
    "another talk": [slide(topic) for topic in range(20, 28)],
    "the same slides backwards": DECK[::-1],
    "the same slides shuffled": [DECK[one] for one in (5, 2, 7, 0, 3, 6, 1, 4)],
    "one slide": DECK[:1],
    "the same slide eight times": [slide(3)] * 8,
    "pictures only": [NOTHING] * 8,
    "no slide": [],
}


@pytest.mark.parametrize("deck", NOT_FOLLOWED.values(), ids=NOT_FOLLOWED)
def test_a_deck_that_the_speech_does_not_follow_gets_nothing(deck: list[Piece]) -> None:
    assert align(said(*range(8)), deck) is None


def test_no_speech_is_on_no_slide() -> None:
    assert align([], DECK) is None


def test_what_has_too_many_slides_is_no_deck(monkeypatch: pytest.MonkeyPatch) -> None:
    assert align(said(*range(8)), DECK)
    monkeypatch.setattr(hmm, "_MOST_SLIDES", 7)
    assert align(said(*range(8)), DECK) is None


def test_speech_that_tells_nothing_is_no_evidence() -> None:
    aligned = follow(likelihoods([small_talk()] * 40, DECK))
    assert aligned.evidence < DECISIVE
    assert aligned.confidence.max() <= 1


def test_a_slide_that_is_near_to_everything_does_not_take_over() -> None:
    """A title slide is about the whole talk: nearer to vague words than their own slide is."""
    title = Piece(direction()[np.newaxis], frozenset())
    vague = []
    for topic in range(1, 8):
        vector = direction() + 0.1 * direction(topic)
        vague.append(Piece((vector / np.linalg.norm(vector))[np.newaxis], frozenset()))
    deck = [title, *DECK[1:]]
    assert all(one.vectors @ title.vectors.T > one.vectors @ DECK[1].vectors.T for one in vague)
    speech = [one for one in vague for _ in range(6)]
    table = likelihoods(speech, deck, cosine=400.0)
    assert follow(table).slides.tolist() == [one for one in range(1, 8) for _ in range(6)]


def test_words_that_few_slides_have_weigh_more_than_those_of_all() -> None:
    """The vectors say nothing here: what is left is the shared terms."""
    deck = [Piece(direction()[np.newaxis], one.terms) for one in DECK]
    deck[4] = Piece(deck[4].vectors, deck[4].terms | {"mot3"})
    first = Piece(direction()[np.newaxis], frozenset({"mot2", "mot3", "ville"}))
    other = Piece(direction()[np.newaxis], frozenset({"ville"}))
    table = likelihoods([first, other], deck)
    assert table[0, 2] > table[0, 3] == pytest.approx(table[0, 4])
    assert table[0, 4] > table[0, 5] == pytest.approx(table[0, 0])


# --- The model ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "less"), [(0, 0), (1, 0), (2, 0), (3, 2)])
def test_forward_and_backward_give_what_summing_every_path_gives(seed: int, less: float) -> None:
    sentences, slides = 5, 3
    table = np.random.default_rng(seed).normal(0, 2, (sentences, slides)) - less
    stays = 1 - (slides - 1) / sentences
    moves = hmm._moves(slides, stays)
    first = np.array([0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3])
    shares = np.zeros((sentences, slides))
    whole = anyhow = 0.0
    for path in itertools.product(range(slides), repeat=sentences):
        explained = np.exp(sum(table[row, one] for row, one in enumerate(path)))
        pairs = list(itertools.pairwise(path))
        share = first[path[0]] * explained * np.prod([moves[pair] for pair in pairs])
        whole += share
        shares[np.arange(sentences), path] += share
        jumps = [stays if one == other else (1 - stays) / 2 for one, other in pairs]
        anyhow += explained * np.prod(jumps) / slides
    aligned = follow(table)
    np.testing.assert_allclose(aligned.posterior, shares / whole, atol=1e-12)
    expected = min(np.log(whole), np.log(whole) - np.log(anyhow))
    assert aligned.evidence == pytest.approx(expected)


@given(slides=st.integers(2, 60), stays=st.floats(0.5, 0.999))
def test_a_talk_goes_somewhere_from_every_slide_and_on_more_often_than_back(
    slides: int, stays: float
) -> None:
    moves = hmm._moves(slides, stays)
    np.testing.assert_allclose(moves.sum(axis=1), 1)
    np.testing.assert_allclose(np.diag(moves), stays)
    assert (moves >= 0).all()
    for row in range(slides - 1):
        on, back = moves[row, row + 1 :].sum(), moves[row, :row].sum()
        assert on > back
        assert row == 0 or back > on / 50


@given(st.lists(st.integers(0, 6), min_size=7, max_size=40))
def test_speech_that_names_its_slides_in_order_is_on_these_slides(topics: list[int]) -> None:
    path = sorted(topics)
    table = np.full((len(path), 7), -60.0)
    table[np.arange(len(path)), path] = 0
    assert follow(table).slides.tolist() == path


@given(
    st.integers(1, 30), st.integers(1, 12), st.floats(0.1, 400), st.integers(0, 2**32 - 1)
)  # fmt: skip
def test_how_sure_each_slide_is_is_a_probability_however_far_apart_they_are(
    sentences: int, slides: int, spread: float, seed: int
) -> None:
    table = np.random.default_rng(seed).normal(0, spread, (sentences, slides))
    aligned = follow(table)
    np.testing.assert_allclose(aligned.posterior.sum(axis=1), 1)
    assert np.isfinite(aligned.evidence)
