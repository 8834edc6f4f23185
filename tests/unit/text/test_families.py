"""Which words are of one family, though no stemmer brings them together."""

from __future__ import annotations

import pytest

from assistant.text.families import number_of, relatives
from assistant.text.stems import stem


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("servons", "servis"),
        ("relit", "relue"),
        ("inscrire", "inscriptions"),
        ("supprimés", "suppression"),
        ("suppressions", "supprimer"),
        ("formés", "formation"),
        ("formation", "former"),
        ("gaspillage", "gaspiller"),
        ("obligé", "obligatoire"),
        ("gain", "gagner"),
        ("télétravail", "télétravailleurs"),
        ("recu", "recevoir"),
        ("utilisent", "utiliser"),
        ("utilise", "utilisent"),
        ("répondent", "réponse"),
        ("préside", "président"),
        ("jettent", "jeter"),
        ("suffisent", "suffit"),
        ("an", "annuel"),
        ("5", "cinq"),
        ("Cinq", "5"),
    ],
)
def test_a_word_meets_the_others_of_its_family(word: str, other: str) -> None:
    assert stem(other) in {stem(one) for one in relatives(word)}


@pytest.mark.parametrize(
    "word", ["usage", "village", "location", "mairie", "lit", "collecte", "obligatoire"]
)
def test_a_word_that_only_ends_alike_has_no_family(word: str) -> None:
    # No verb is made of it but a plural that nobody writes.
    assert all(one.endswith("ent") for one in relatives(word))


@pytest.mark.parametrize("word", ["parent", "talent", "violent", "rapidement", "cas"])
def test_what_only_ends_as_a_plural_of_verbs_has_no_family(word: str) -> None:
    assert relatives(word) == ()


def test_each_relative_has_a_stem_of_its_own() -> None:
    for word in ("servons", "relire", "traduction", "prendre"):
        stems = [stem(one) for one in relatives(word)]
        assert len(set(stems)) == len(stems)
        assert stem(word) not in stems


def test_numbers_in_words_are_figures() -> None:
    assert number_of("cinq") == "5"
    assert number_of("neuve") == number_of("agent") == ""
