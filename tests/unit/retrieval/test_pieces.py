"""Endless sentences of speech in pieces: where they begin, what shows them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assistant.records import Hit, Place
from assistant.retrieval.layout import lay_out
from assistant.retrieval.overviews.pieces import in_pieces
from assistant.retrieval.overviews.theme_sentences import ThemePassage, theme_sentences
from assistant.retrieval.ranking import Asked
from assistant.text.analysis import terms
from tests.support.captions import AUTOMATIC, captions


def test_pieces_begin_as_clauses_do_and_a_greeting_is_one_by_itself() -> None:
    laid, whole = in_pieces(lay_out(captions(AUTOMATIC)))
    assert whole == [0] * len(laid)
    assert laid.texts[0].endswith("venus si nombreux")
    assert laid.empty[0] == "greeting"
    assert laid.texts[1].startswith("on est parti d'un constat simple")
    assert laid.texts[-1].startswith("l'année prochaine on voudrait")
    assert " ".join(laid.texts) == AUTOMATIC


def test_where_no_clause_begins_captions_are_cut_at_a_cue() -> None:
    listed = " ".join(
        f"pommes{at} poires{at} carottes{at} navets{at} radis{at}" for at in range(24)
    )
    passage = captions(listed)
    laid, whole = in_pieces(lay_out(passage))
    cues = {mark.offset for mark in passage.marks}
    assert whole == [0] * len(laid)
    assert len(laid) > 1
    assert {start for start, _ in laid.spans} <= cues
    assert " ".join(laid.texts) == listed


def test_speech_with_full_stops_and_documents_are_not_cut() -> None:
    laid = lay_out(captions("Nous pesons les restes. Il en reste 128 grammes."))
    assert in_pieces(laid)[0] is laid
    page = replace(captions(AUTOMATIC), place=Place("page", 1, 1), marks=())
    assert len(in_pieces(lay_out(page))[0]) == 1


def test_an_overview_shows_a_piece_and_not_a_minute_and_a_half() -> None:
    passage = captions(AUTOMATIC)
    vectors = np.array([[1.0, 0.0]], np.float32)
    hit = Hit(passage, "Titre", 1, 0.9, 0.85, 0.85, 0.5)
    laid, whole = in_pieces(lay_out(passage))
    found = ThemePassage(hit, laid, np.full(len(laid), 0.85), vectors[whole], vectors[0])
    asked = Asked.of("le compost", {term: 1.0 for term in terms("le compost")})
    every = [*theme_sentences([found], asked, "overview", lambda id_: id_)]
    assert max(len(one.laid.texts[one.at].split()) for one in every) <= 60
    assert any("vers le compost" in one.laid.texts[one.at] for one in every)
    assert not any("bonjour à tous" in one.laid.texts[one.at] for one in every)
