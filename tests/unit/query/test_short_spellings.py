"""What is typed as on a phone, read as the French that it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.short_spellings import written_out


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("cest quand la prochaine", "c'est quand la prochaine"),
        ("Cest koi un sas", "C'est quoi un sas"),
        ("c koi un sas", "c'est quoi un sas"),
        ("c ki le maire", "c'est qui le maire"),
        ("cetait dans quelle salle", "c'était dans quelle salle"),
        ("jai raté l'atelier 2", "j'ai raté l'atelier 2"),
        ("yavait quoi à 14h", "y avait quoi à 14h"),
        ("Ya un plan ?", "Y a un plan ?"),
        ("keske le maire a dit", "qu'est-ce que le maire a dit"),
        ("kes ke tu dis", "qu'est-ce que tu dis"),
        ("qua t-on dit du bruit", "qu'a t-on dit du bruit"),
        ("pk la rue est fermée", "pourquoi la rue est fermée"),
        ("Pk ?", "Pourquoi ?"),
        ("y a quoi cet aprem", "y a quoi cet après-midi"),
        ("le budget tkt", "le budget"),
        ("oui mais à quelle heure ?", "mais à quelle heure ?"),
    ],
)
def test_short_spellings_are_written_out(typed: str, read: str) -> None:
    assert written_out(typed) == read


@pytest.mark.parametrize(
    "question",
    [
        "la borne du pk 12",
        "PK",
        "tkt",
        "Qu'est-ce que c'est ?",
        "c est à quelle heure",
        "payer par cb",
        "C est la lettre qui suit B",
        "CEST",
        "",
    ],
)
def test_what_is_a_word_or_a_name_stays(question: str) -> None:
    assert written_out(question) == question


@given(st.text(max_size=200))
def test_what_is_written_out_stays_so(text: str) -> None:
    once = written_out(text)
    assert written_out(once) == once or len(once) < len(text)
