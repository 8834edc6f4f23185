"""What meets between a question and a passage: each feature by itself, then their sum."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Passage, Place
from assistant.retrieval.ranking import Asked, Features, best_sentence, is_title
from assistant.text.analysis import split_sentences, terms, words


def passage(text: str, context: str = "") -> Passage:
    return Passage("e/d.txt", 0, text, context, Place("line", 1, 1), len(text.split()))


def asked(question: str, weights: Mapping[str, float] | None = None) -> Asked:
    return Asked.of(question, weights or dict.fromkeys(terms(question), 1.0))


def features(question: Asked, *passages: Passage, **given: list[float]) -> Features:
    """Return the features of passages that meet in words only, where no cosine is given."""
    sentences = [np.zeros(len(split_sentences(one.text)), np.float32) for one in passages]
    if "sentences" in given:
        sentences = [np.array(given["sentences"], np.float32) for _ in passages]
    met = np.array(given.get("met", [0.0]), np.float32).reshape(-1, 1)
    return question.features(
        passages, sentences, np.full(len(passages), 0.5, np.float32), [met] * len(passages)
    )


def test_coverage_is_a_share_by_weight() -> None:
    question = asked("repas jour", {"rep": 3.0, "jour": 1.0})
    assert question.coverage({"rep"}) == 0.75
    assert question.coverage({"rep", "jour", "autr"}) == 1.0
    assert question.coverage(set()) == 0.0


def test_nothing_covers_a_question_of_terms_without_weight() -> None:
    assert asked("repas", {"rep": 0.0}).coverage({"rep"}) == 0.0
    assert Asked.of("🙂", {}).coverage({"rep"}) == 0.0


def test_a_word_as_typed_counts_more_than_one_of_the_same_stem() -> None:
    found = features(asked("les cantines"), passage("Des cantines."), passage("La cantine."))
    assert found.exact.tolist() == [1.0, 0.0]
    assert found.together.tolist() == [1.0, 1.0]


def test_accents_and_capitals_are_no_difference() -> None:
    found = features(asked("ecole DECHETS"), passage("L'école trie ses déchets."))
    assert found.exact.tolist() == [1.0]


def test_words_as_typed_count_by_weight() -> None:
    weights = dict(zip(terms("cantine voirie"), (3.0, 1.0), strict=True))
    found = features(asked("cantine voirie", weights), passage("cantine"), passage("voirie"))
    assert found.exact.tolist() == [0.75, 0.25]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("La restauration scolaire coûte.", 0.5),
        # Three terms lie between "scolaire" and "budget": they are no pair any more.
        ("La restauration scolaire coûte trois fois quatre budgets.", 0.5),
        ("Restauration scolaire : budget.", 1.0),
        ("Le budget scolaire de la restauration.", 0.0),
        ("Restauration des façades. Matin, midi, soir, nuit. Transport scolaire.", 0.0),
    ],
)
def test_terms_in_the_order_of_the_question_and_near_each_other_are_a_pair(
    text: str, share: float
) -> None:
    question = asked("restauration scolaire budget")
    assert features(question, passage(text)).pairs.tolist() == [share]


def test_a_question_of_one_term_has_a_pair_where_it_stands() -> None:
    found = features(asked("la cantine"), passage("Une cantine."), passage("La voirie."))
    assert found.pairs.tolist() == [1.0, 0.0]


def test_a_repeated_word_makes_no_pair_with_itself() -> None:
    assert features(asked("repas repas"), passage("Un repas.")).pairs.tolist() == [1.0]


def test_terms_of_one_sentence_go_together_and_those_of_two_do_not() -> None:
    question = asked("cantine bio")
    one, two = passage("La cantine est bio."), passage("La cantine. Le bio.")
    assert features(question, one, two).together.tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    "found",
    [passage("Tout est bio.", "Forum › La cantine"), passage("La cantine\nTout est bio.")],
    ids=["context", "title_line"],
)
def test_what_stands_above_goes_together_with_every_sentence(found: Passage) -> None:
    assert features(asked("cantine bio"), found).together.tolist() == [1.0]


def test_the_words_that_meet_count_by_their_mean() -> None:
    assert features(asked("a b"), passage("x"), met=[0.9, 0.5]).words.tolist() == [
        pytest.approx(0.7)
    ]


def test_a_question_without_words_meets_none() -> None:
    found = features(Asked.of("🙂", {}), passage("La cantine."), met=[])
    assert [found.words[0], found.exact[0], found.pairs[0], found.together[0]] == [0, 0, 0, 0]


def test_the_best_sentence_is_no_title() -> None:
    text = passage("Le budget\nIl augmente. Merci.")
    cosines = np.array([0.95, 0.8, 0.6], np.float32)
    assert best_sentence(text, cosines, 0.7) == pytest.approx(0.8)


def test_where_all_is_title_the_whole_passage_counts() -> None:
    text = passage("Le budget", "Forum › Le budget")
    assert best_sentence(text, np.array([0.95], np.float32), 0.7) == 0.7


@pytest.mark.parametrize(
    ("sentence", "title"),
    [("Le budget", True), ("La cantine", True), ("Il augmente.", False), ("Il augmente", False)],
)
def test_a_title_is_the_first_line_or_stands_in_the_context(sentence: str, title: bool) -> None:
    found = passage("Le budget\nLa cantine\nIl augmente.", "Forum › La cantine")
    assert is_title(found, sentence) is title


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("Le budget", False),
        ("La ville", True),
        ("Qui paie ?", True),
        ("Le budget de la voirie", True),
    ],
)
def test_part_of_a_heading_is_no_title_unless_it_is_a_sentence_of_it(
    sentence: str, title: bool
) -> None:
    found = passage("Au fait.\nMerci.", "Forum › Le budget de la voirie › Qui paie ? La ville")
    assert is_title(found, sentence) is title


def test_a_first_line_that_ends_as_a_sentence_is_no_title() -> None:
    assert not is_title(passage("Le budget augmente.\nMerci."), "Le budget augmente.")


@pytest.mark.parametrize("name", ["sentence", "words", "exact", "pairs", "together"])
def test_the_score_rises_with_every_feature(name: str) -> None:
    low = dict.fromkeys(Features.__slots__, np.array([0.5], np.float32))
    high = low | {name: np.array([0.9], np.float32)}
    assert Features(**high).score() > Features(**low).score()


def test_words_decide_between_passages_of_the_same_meaning_only() -> None:
    # In the order of the features: a cosine of 0.2 more weighs more than all that is shared.
    rows = np.array([[0.9, 0.9, 0, 0, 0], [0.7, 0.7, 1, 1, 1], [0.9, 0.9, 1, 1, 1]], np.float32)
    nearer, said, both = Features(*rows.T).score()
    assert both > nearer > said


def test_no_passage_has_no_features() -> None:
    found = asked("cantine").features([], [], np.empty(0, np.float32), [])
    assert found.score().shape == (0,)


@given(st.text(max_size=60), st.text(min_size=1, max_size=60).filter(lambda one: one.strip() != ""))
def test_whatever_is_asked_of_whatever_text_shares_stay_shares(question: str, text: str) -> None:
    found = features(asked(question, dict.fromkeys(terms(question), 2.0)), passage(text))
    for share in (found.exact, found.pairs, found.together):
        assert -1e-6 <= float(share[0]) <= 1 + 1e-6


@given(st.text(max_size=60))
def test_every_word_of_a_question_has_its_weight(question: str) -> None:
    weights = dict.fromkeys(terms(question), 2.0)
    made = asked(question, weights)
    assert set(made.typed.values()) <= {2.0}
    assert len(made.typed) <= len(words(question))
    assert bool(made.typed) == bool(words(question))
