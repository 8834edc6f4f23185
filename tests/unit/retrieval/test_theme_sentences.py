"""What tells how much a sentence tells of a theme."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.i18n import say
from assistant.records import Hit, Passage, Place
from assistant.records.answers import Intent
from assistant.retrieval.layout import lay_out
from assistant.retrieval.overviews.theme_sentences import (
    ThemePassage,
    ThemeSentence,
    session_shares,
    theme_sentences,
)
from assistant.retrieval.ranking import Asked
from assistant.text.analysis import split_sentences, terms

ASKED = Asked.of("le bruit", {term: 1.0 for term in terms("le bruit")})


def found(text: str, *, cosines: list[float] | None = None, context: str = "") -> ThemePassage:
    """Return a passage whose sentences all lie where the theme does, unless cosines are given."""
    passage = Passage("e/s/a.txt", 0, text, context, Place("line", 1, 1), len(text.split()))
    hit = Hit(passage, "Titre", 1, 0.9, 0.85, 0.85, 0.5)
    count = len(split_sentences(text))
    own = np.array(cosines or [0.85] * count, np.float32)
    east = np.tile(np.array([1.0, 0.0], np.float32), (count, 1))
    return ThemePassage(hit, lay_out(passage), own, east, np.array([1.0, 0.0], np.float32))


def weighed(text: str, intent: Intent = "overview", **of: list[float]) -> list[ThemeSentence]:
    return list(theme_sentences([found(text, **of)], ASKED, intent, lambda id_: id_))


def test_the_nearer_sentence_tells_more() -> None:
    far, near = weighed(
        "Le bruit gêne les gens du quartier nord. Le bruit gêne les gens du quartier est.",
        cosines=[0.80, 0.88],
    )
    assert near.score > far.score


@pytest.mark.parametrize("sentence", ["Bonjour à toutes et à tous.", "Qui parle du bruit ici ?"])
def test_what_tells_nothing_is_no_candidate(sentence: str) -> None:
    assert [
        one.laid.texts[one.at] for one in weighed(f"{sentence} Le bruit a baissé de 12 %.")
    ] == ["Le bruit a baissé de 12 %."]


def test_advice_tells_more_where_it_is_asked_how() -> None:
    text = "Posez des panneaux contre le bruit de la rue. Les panneaux contre le bruit sont verts."
    for intent, margin in (("how", 2.0), ("overview", 0.0)):
        advice, other = weighed(text, intent)  # type: ignore[arg-type]
        assert advice.score - other.score > margin


def test_a_view_of_ones_own_tells_less() -> None:
    own, other = weighed(
        "Je trouve que le bruit est trop fort ici. La ville trouve le bruit trop fort ici."
    )
    assert own.clues.own_view == 1.0
    assert own.score < other.score


@pytest.mark.parametrize(
    "lead", ["Tout l'enjeu, c'est de voir que", "Comme je le disais,", "Donc c'est ce que"]
)
def test_what_connects_tells_less(lead: str) -> None:
    connecting, other = weighed(
        f"{lead} le bruit gêne les gens de la rue. Chaque nuit d'été ici, le bruit gêne la rue."
    )
    assert connecting.clues.score() - connecting.score == pytest.approx(0.5)
    assert other.clues.score() == other.score


@pytest.mark.parametrize("heading", ["En savoir plus", "Sommaire", "Bibliographie"])
def test_contents_and_references_are_left_out(heading: str) -> None:
    text = "Le bruit de la rue, Mairie, 2020. Vivre avec le bruit des bars, Mairie, 2023."
    above = f"Forum › Le bruit › {heading}"
    told = theme_sentences([found(text, context=above)], ASKED, "overview", lambda id_: id_)
    assert list(told) == []


def test_notes_of_a_speaker_are_left_out() -> None:
    notes = found("Le bruit a baissé de 12 %.", context=say("passages.speaker_notes"))
    assert not list(theme_sentences([notes], ASKED, "overview", lambda id_: id_))


def test_sessions_share_what_was_found_by_how_well_it_scored() -> None:
    passage = Passage("e/s/a.txt", 0, "x", "", Place("line", 1, 1), 1)
    other = Passage("e/t/a.txt", 0, "x", "", Place("line", 1, 1), 1)
    hits = [Hit(passage, "", 1, 0.9, 0.8, 0.8, 0.5), Hit(other, "", 2, 0.8, 0.8, 0.8, 0.5)]
    shares = session_shares(hits, lambda id_: id_)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["e/s/a.txt"] > 0.9
    assert session_shares([], lambda id_: id_) == {}
