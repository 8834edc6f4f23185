"""What a sentence is worth in its document: what tells and is central, never what only holds."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.records import Passage, Place
from assistant.records.vectors import Vectors
from assistant.retrieval.key_sentences import Traits, traits, weights
from assistant.retrieval.layout import lay_out
from assistant.retrieval.summaries import sums_up
from assistant.text.analysis import split_sentences


def passage(text: str, context: str = "Forum › Cantines", ordinal: int = 0) -> Passage:
    return Passage("cantines.vtt", ordinal, text, context, Place("line", 1, 1), 10)


def alike(count: int) -> Vectors:
    return np.tile(np.array([1, 0], np.float32), (count, 1))


def weighed(*passages: Passage) -> dict[str, float]:
    vectors = [alike(len(split_sentences(one.text))) for one in passages]
    laid = [lay_out(one) for one in passages]
    return {
        one.text[start:end]: float(weight)
        for one, found in zip(passages, weights(laid, vectors), strict=True)
        for (start, end), weight in zip(split_sentences(one.text), found, strict=True)
    }


def test_what_only_holds_an_event_together_weighs_nothing() -> None:
    said = weighed(
        passage(
            "Bonjour à toutes et à tous. Merci d'être venus si nombreux ce matin."
            " Combien jette-t-on de pain dans nos cantines ?"
            " Le gaspillage est passé de 128 à 84 grammes par plateau en un an."
        )
    )
    assert [weight > 0 for weight in said.values()] == [False, False, False, True]


def test_the_notes_of_a_speaker_weigh_nothing() -> None:
    notes = passage(
        "Le pain est le premier poste de gaspillage.", "Forum › Bilan › notes de l'orateur"
    )
    assert set(weighed(notes).values()) == {0.0}


def test_a_section_that_sums_up_weighs_more() -> None:
    text = "Il faut peser les restes pendant trois mois avant tout achat."
    under = weighed(passage(text, "Forum › Cantines › À retenir"))
    beside = weighed(passage(text, "Forum › Cantines › Calendrier"))
    assert under[text] > beside[text]


def test_a_sentence_near_the_others_is_central() -> None:
    one = passage("La ville pèse ses restes chaque semaine. Les écoles pèsent leurs restes aussi."
                  " Le musée expose une collection de timbres anciens.")  # fmt: skip
    vectors = np.array([[1, 0], [0.95, 0.31], [0, 1]], np.float32)
    central = traits([lay_out(one)], [vectors])[:, Traits._fields.index("central")]
    assert central[2] < min(central[0], central[1])


def test_a_document_s_weights_are_its_own_and_in_its_order() -> None:
    passages = [passage("Le prix du pain a baissé de 4 %."), passage("", ordinal=1)]
    found = weights([lay_out(one) for one in passages], [alike(1), alike(0)])
    assert [len(one) for one in found] == [1, 0]
    assert weights([], []) == []


@pytest.mark.parametrize(
    ("heading", "told"),
    [("À retenir", True), ("Trois conseils", True), ("Ce qu'il faut retenir", True),
     ("Recommandations", True), ("Calendrier du projet", False), ("Nos erreurs", False)],
)  # fmt: skip
def test_headings_that_sum_up_are_known(heading: str, told: bool) -> None:
    assert sums_up(passage("Commencer par peser.", f"Forum › Cantines › {heading}")) is told


def test_sentences_equally_central_are_not_told_apart_by_rounding() -> None:
    """Between two sentences both cosines are the same; a third that tells nothing lies far off."""
    texts = "Merci. Le pain jeté a baissé de 12 % ici. Le pain vendu a baissé de 14 % ici."
    vectors = np.random.default_rng(3).normal(size=(3, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    central = traits([lay_out(passage(texts))], [vectors])[:, 1]
    assert np.abs(central).max() <= 3.0
    assert central[1] == pytest.approx(central[2])
    assert np.isfinite(weights([lay_out(passage(texts))], [vectors])[0]).all()
