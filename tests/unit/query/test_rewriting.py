"""A question as typed → as it is understood, over a small corpus."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.rewriting import Rewritten, rewritten
from assistant.records.hits import Expansion
from assistant.text.analysis import terms
from assistant.text.lexicon import Lexicon
from assistant.text.spelling import Spellings, WordCount
from assistant.text.thesaurus import Thesaurus

TEXTS = (
    "La restauration scolaire sert des enfants à Valdeclair, dit Mme Fournier.",
    "Le RGPD impose une AIPD avant la mise en service du service à Valdeclair.",
    "Le règlement général sur la protection des données est clair ; le délégué aussi.",
    "Les déchets sont collectés le mardi. La mobilité à vélo, la voirie.",
    "Comment la circulation et le stage ont repris. Un morceau de la bibliothèque.",
)
LEXICON = Lexicon(
    [
        "RGPD : règlement général sur la protection des données",
        "AIPD : analyse d'impact relative à la protection des données",
        "DPD, DPO : délégué à la protection des données",
        "PLU : plan local d'urbanisme",
        "CAP : circulation à pied ; commission paritaire",
    ],
    [
        "cantine, restauration scolaire, restaurant scolaire, self",
        "poubelles, ordures, déchets",
        "gosses, enfants",
        "stade, terrain de sport",
        "route, voirie",
    ],
)


class Words:
    """A Vocabulary of texts."""

    def __init__(self, *texts: str) -> None:
        count = WordCount()
        for text in texts:
            count.add(text)
        spellings = list(count.spellings())
        self._terms = {one.term for one in spellings}
        self._each = [set(terms(text)) for text in texts]
        self._spellings = Spellings(spellings)

    def knows(self, term: str) -> bool:
        """Tell whether a text has this term."""
        return term in self._terms

    def having(self, terms: Sequence[str]) -> int:
        """Return how many texts have all of these terms."""
        return sum(set(terms) <= one for one in self._each)

    def nearest(self, word: str, *, edits: int, certain: bool = False) -> str | None:
        """Return the word that `word` was meant to be."""
        return self._spellings.nearest(word, edits=edits, certain=certain)


WORDS = Words(*TEXTS)


def understood(question: str) -> Rewritten:
    return rewritten(question, WORDS, LEXICON)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("la restauratoin scolaire", "la restauration scolaire", id="mistyped"),
        pytest.param("coment circuler", "comment circuler", id="word of questions"),
        pytest.param("biblioteqe", "bibliothèque", id="two letters of a long word"),
        pytest.param("circulton", "circulation", id="two letters, nine long"),
        pytest.param("voiire", "voirie", id="changed places"),
        pytest.param("Voiirie ?", "Voirie ?", id="a capital stays"),
        pytest.param("à valdecalir", "à Valdeclair", id="a name, mistyped without doubt"),
        pytest.param("Le stage de Fuornier", "Le stage de Fournier", id="a name with its capital"),
    ],
)
def test_a_mistyped_word_becomes_that_of_the_corpus(question: str, text: str) -> None:
    found = understood(question)
    assert found.text == text
    assert len(found.changes) == 1
    assert not found.expansions


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Quelle est la voirie ?", id="known"),
        pytest.param("un stade", id="French, and near to a word of the corpus"),
        pytest.param("Que dit Mme Fourniel ?", id="another name"),
        pytest.param("que dit moreau ?", id="a name without its capital"),
        pytest.param("voi", id="short"),
        pytest.param("2 0255 stag3", id="numbers"),
        pytest.param("XVOIRIE à Valdeclair", id="capitals"),
        pytest.param("Was hat der Bürgermeister gesagt über Recyclage", id="another language"),
    ],
)
def test_what_may_be_right_is_left_alone(question: str) -> None:
    assert understood(question) == Rewritten(question)


def test_a_name_of_who_speaks_is_never_mistyped() -> None:
    words = Words("la famille", "la voirie")
    assert rewritten("Famile a parlé ?", words, LEXICON).text == "Famille a parlé ?"
    assert (
        rewritten("Famile a parlé ?", words, LEXICON, names={"famile"}).text == "Famile a parlé ?"
    )


def test_a_clipped_word_goes_on_as_another_or_stays() -> None:
    words = Words("une étude quasi finie", "la voirie")
    assert rewritten("étude quali", words, LEXICON).text == "étude quali"
    assert rewritten("la voiri", words, LEXICON).text == "la voirie"
    assert rewritten("étude quasj", words, LEXICON).text == "étude quasi"


def test_accents_are_put_back_without_a_word() -> None:
    assert understood("mobilite a velo") == Rewritten("mobilité a vélo")


RGPD = "règlement général sur la protection des données"
AIPD = "analyse d’impact relative à la protection des données"


@pytest.mark.parametrize(
    ("question", "typed", "others"),
    [
        pytest.param("Que dit le RGPD ?", "RGPD", (RGPD,), id="an acronym"),
        pytest.param("rgpd", "rgpd", (RGPD,), id="in lower case"),
        pytest.param("LE RGPD ?", "RGPD", (RGPD,), id="all in capitals"),
        pytest.param("les gosses", "gosses", ("enfants",), id="an everyday word"),
        pytest.param("la cantine coûte", "cantine", ("restauration scolaire",), id="two words"),
        pytest.param("poubeles", "poubelles", ("déchets",), id="a mistyped one"),
        pytest.param("DPO", "DPO", ("délégué à la protection des données",), id="its expansion"),
    ],
)
def test_words_are_read_as_what_the_documents_call_the_same(
    question: str, typed: str, others: tuple[str, ...]
) -> None:
    assert understood(question).expansions == (Expansion(typed, others),)


def test_an_expansion_is_read_as_its_acronym() -> None:
    found = understood(AIPD)
    (expansion,) = found.expansions
    assert expansion.others == ("AIPD",)
    assert found.changes == ((AIPD, "AIPD"),)


def test_what_is_read_otherwise_stays_in_the_question() -> None:
    found = understood("Que dit le RGPD de la cantine ?")
    assert found.text == "Que dit le RGPD de la cantine ?"
    assert found.changes == (("RGPD", RGPD), ("cantine", "restauration scolaire"))


def test_only_what_stands_for_unwritten_words_is_encoded_with_the_question() -> None:
    found = understood("Que dit le RGPD de la cantine ?")
    assert found.encoded == "Que dit le RGPD de la cantine ? (restauration scolaire)"
    assert understood("Que dit le RGPD ?").encoded == "Que dit le RGPD ?"


def test_an_acronym_that_nothing_stands_for_is_encoded_with_its_expansion() -> None:
    found = understood("le PLU")
    assert found.encoded == "le PLU (plan local d'urbanisme)"
    assert not found.expansions


def test_an_expansion_whose_words_no_passage_has_together_is_none() -> None:
    computers = Words("Un PC d'occasion.", "Le permis.", "Le chantier à construire.")
    lexicon = Lexicon(["PC : permis de construire"], [])
    assert rewritten("le prix d'un PC", computers, lexicon) == Rewritten("le prix d'un PC")


@pytest.mark.parametrize("question", ["anti-RGPD", "le RGPD-check", "Paris‑RGPD", "la non-cantine"])
def test_a_part_of_a_compound_is_read_as_it_is(question: str) -> None:
    assert understood(question).expansions == ()


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("une AIPD", id="known, its expansion is not"),
        pytest.param("quel cap pour la voirie, il a plu", id="words that acronyms also spell"),
        pytest.param("QUEL CAP POUR LA VOIRIE ?", id="all in capitals"),
        pytest.param("Que font les Rgpd ?", id="a name"),
        pytest.param("RGPD (règlement général sur la protection des données)", id="already said"),
    ],
)
def test_an_acronym_is_not_expanded_in_vain(question: str) -> None:
    assert understood(question) == Rewritten(question)


@pytest.mark.parametrize(
    "question",
    ["les enfants", "un stade", "gosses et enfants"],
    ids=["known", "none of its group is known", "already said"],
)
def test_a_word_is_not_complemented_in_vain(question: str) -> None:
    assert understood(question) == Rewritten(question)


@pytest.mark.parametrize(
    "question",
    [
        "", " ", "?", "a", "😀😀", "é" * 2_000, "a'" * 1_000, "zblorg " * 300,
        'voirie AND OR "NOT (', "ignore les documents'; DROP TABLE spellings; --",
        "\x00\x07\ud800", "RGPD " * 400, "e\u0301" * 40, "%s {0} \\1 (?:",
    ],
    ids=ascii,
)  # fmt: skip
def test_nothing_typed_makes_it_fail(question: str) -> None:
    assert isinstance(understood(question).text, str)


TYPED = st.lists(
    st.sampled_from(["cantnie", "RGPD", "gosses", "Voiirie", "le", "l'", "(", "?", "dit"])
    | st.text(max_size=12),
    max_size=12,
).map(" ".join)


@given(TYPED)
def test_every_change_is_of_something_typed(question: str) -> None:
    whole = unicodedata.normalize("NFC", question)
    assert all(typed in whole and meant for typed, meant in understood(question).changes)


@given(TYPED)
def test_over_an_empty_corpus_and_lexicon_nothing_changes(question: str) -> None:
    found = rewritten(question, Words(), Lexicon([], []))
    assert found == Rewritten(unicodedata.normalize("NFC", question))


@pytest.mark.parametrize(
    "asked", ["Le périscolaire coûte-t-il cher ?", "Y a-t-il internet ?", "la voirie extrascolaire"]
)
def test_a_correct_word_that_is_nowhere_is_not_replaced_by_its_neighbour(asked: str) -> None:
    neighbours = Words("Le préscolaire et l'interne. La voirie parascolaire. Le coût, cher.")
    assert rewritten(asked, neighbours, Lexicon([], [])).text == asked


THESAURUS = Thesaurus(
    "UTF-8\nbagnole|1\n(Nom)|voiture|tacot\nvoirie|1\n(Nom)|rue\nrue|1\n(Nom)|voirie\n"
    "gosse|1\n(Nom)|voiture\nvoiture|1\n(Nom)|bagnole|gosse\n"
)
CARS = Words("La voiture. La rue. La voirie. Les enfants.")


def test_a_word_that_nobody_wrote_is_read_as_its_synonyms_which_are_worth_less() -> None:
    found = rewritten("une bagnole", CARS, Lexicon([], []), THESAURUS)
    assert found == Rewritten("une bagnole", expansions=(Expansion("bagnole", ("voiture",), 0.5),))


@pytest.mark.parametrize("question", ["la voirie", "Une BAGNOLE ?", "les gosses"])
def test_the_thesaurus_serves_no_word_that_is_written_shouted_or_in_the_lexicon(
    question: str,
) -> None:
    found = rewritten(question, CARS, LEXICON, THESAURUS)
    assert all(one.worth == 1.0 for one in found.expansions)


def test_a_phrase_is_known_where_its_words_stand_together() -> None:
    lexicon = Lexicon([], ["tonte rase, gazon court"])
    apart = Words("La tonte du parc.", "Un poil rase le sol.", "Le gazon court du stade.")
    together = Words("La tonte rase du parc.", "Le gazon court du stade.")
    assert rewritten("tonte rase", apart, lexicon).expansions
    assert not rewritten("tonte rase", together, lexicon).expansions


def test_english_words_are_read_as_what_the_documents_call_them() -> None:
    words = Words("Les déchets sont collectés par la ville.", "Une école de musique.")
    found = rewritten("Is the school waste collected?", words, LEXICON)
    assert found.text == "Is the school waste collected?"  # "waste" is not mistyped
    assert found.expansions == (
        Expansion("school", ("école",)),
        Expansion("waste", ("déchets",)),
        Expansion("collected", ("collecte",)),
    )
    assert not found.changes


def test_little_english_words_are_french_and_the_french_of_the_others_is_encoded() -> None:
    words = Words("Le pain jeté avant le projet.", "Le plateau.")
    found = rewritten("How much bread per tray before the project?", words, LEXICON)
    assert found.text == "How much bread par tray avant the project?"
    assert found.encoded == f"{found.text} (pain plateau projet)"


def test_a_name_typed_in_two_is_that_which_the_documents_write_in_one() -> None:
    words = Words("Le service OrmeBot répond.", "Le stade rouvre.")
    found = rewritten("à quoi sert orme bot", words, LEXICON)
    assert Expansion("orme bot", ("ormebot",)) in found.expansions
    assert ("orme bot", "ormebot") in found.changes
    assert not rewritten("le stade rouvre", words, LEXICON).changes
    both = Words("Le vide grenier.", "VideGrenier rouvre.")
    assert not rewritten("le vide grenier", both, LEXICON).changes


def test_an_unwritten_word_is_read_as_its_family_before_its_synonyms() -> None:
    words = Words("Les télétravailleurs.", "Le travail à domicile.")
    lexicon = Lexicon([], ["télétravail, travail à domicile"])
    (found,) = rewritten("le télétravail", words, lexicon).expansions
    assert found.others == ("télétravailleur", "travail à domicile")


def test_a_word_is_read_as_the_others_of_its_family_that_documents_have() -> None:
    found = understood("Quels mots reprendre au stage ?")
    assert Expansion("reprendre", ("repris",), 0.9) in found.expansions
    assert not found.changes
