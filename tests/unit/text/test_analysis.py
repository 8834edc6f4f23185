"""French text: cleaning, sentences, terms."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.analysis import (
    asked_terms,
    clean,
    fold,
    split_sentences,
    terms,
    without_endless_marks,
    words,
)

NO_BREAK, NARROW = "\u00a0", "\u202f"

CLEANED = {
    "spaces": ("  a \t b  ", "a b"),
    "no_break_spaces": (f"12{NARROW}000{NO_BREAK}€", "12 000 €"),
    "blank_lines": ("a \n\n \n b", "a\nb"),
    "windows_lines": ("a\r\nb\rc", "a\nb\nc"),
    "slide_line_breaks": ("a\x0bb\x0cc", "a\nb\nc"),
    "unicode_line_breaks": ("a\u2028b\u2029c\x85d", "a\nb\nc\nd"),
    "soft_hyphen": ("munici\u00adpalité", "municipalité"),
    "zero_width": ("a\u200bb\ufeff", "ab"),
    "decomposed": (unicodedata.normalize("NFD", "déchèterie"), "déchèterie"),
    "lone_surrogate": ("a\ud800b", "ab"),
    "nul": ("a\0b", "ab"),
    "nothing": (f" \n{NO_BREAK}\t", ""),
}


@pytest.mark.parametrize(("text", "expected"), CLEANED.values(), ids=CLEANED)
def test_cleaning(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(st.characters(exclude_categories=[])))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


SENTENCES = {
    "two": "Un premier point. Un second point.",
    "question": "Combien ? Trop !",
    "title": "M. le maire a ouvert la séance. Mme la directrice a parlé.",
    "article": "Selon l'art. 12 du code, le délai court. Il est de dix jours.",
    "number": "Le marché n° 4 est signé. Le no. 5 attend.",
    "for_example": "Des outils, p. ex. ChatGPT, aident. D'autres gênent.",
    "before_christ": "Le site date de 50 av. J.-C. environ. Il est classé.",
    "initial": "Le prix J. Verne est décerné. Bravo à tous.",
    "decimal": "Le taux est de 12.5 points. La moyenne est de 3.",
    "thousands": "La dépense est de 12 000 euros. Elle baisse.",
    "address": "Voir https://exemple.fr/a.b?C=1. Le reste suit.",
    "ellipsis": "Il hésite… Puis il répond.",
    "quote": "« Nous arrêtons. » La salle applaudit.",
    "quote_opens": "La maire répond. « Nous continuons. »",
    "bracket": "C'est noté (voir page 3.) Ensuite vient le vote.",
}  # fmt: skip


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_a_text_of_two_sentences_is_cut_once(text: str) -> None:
    spans = split_sentences(text)
    assert len(spans) == 2, [text[start:end] for start, end in spans]


ONE_SENTENCE = {
    "and_so_on": "Les crayons, les cahiers, etc. sont fournis.",
    "said": "« Vraiment ? » demande un agent.",
    "no_stop": "une ligne sans ponctuation",
    "compound_initial": "La rue J.-B. Clément est fermée.",
    "version": "La version 2.0 est installée.",
    "page": "La règle figure p. 12 du guide.",
}


@pytest.mark.parametrize("text", ONE_SENTENCE.values(), ids=ONE_SENTENCE)
def test_a_single_sentence_stays_whole(text: str) -> None:
    assert split_sentences(text) == [(0, len(text))]


def test_a_line_break_ends_a_sentence() -> None:
    text = "Premier point\n  Second point \n"
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Premier point",
        "Second point",
    ]


def test_what_closes_a_sentence_belongs_to_it() -> None:
    text = "Il a dit « non. » Puis il est parti."
    start, end = split_sentences(text)[0]
    assert text[start:end] == "Il a dit « non. »"


@pytest.mark.parametrize("text", ["", " \n\t "], ids=["empty", "blank"])
def test_no_text_has_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


_PROSE = st.text(st.sampled_from("aAéÉzM.JC!?…«»\"' \u00a0\n,5-(")) | st.text()


@given(_PROSE)
def test_sentences_are_ordered_disjoint_and_lose_nothing_but_spaces(text: str) -> None:
    spans = split_sentences(text)
    covered: set[int] = set()
    at = 0
    for start, end in spans:
        assert at <= start < end
        assert text[start:end] == text[start:end].strip()
        covered.update(range(start, end))
        at = end
    assert all(one.isspace() for at, one in enumerate(text) if at not in covered)


MEETING = {
    "accents": ("déchets", "dechets"),
    "plural": ("cantines", "cantine"),
    "capitals": ("ÉCOLE", "école"),
    "decomposed": (unicodedata.normalize("NFD", "élève"), "élève"),
    "ligature": ("œuvre", "oeuvre"),
    "elision": ("l'école", "école"),
    "curly_elision": ("d’accès", "accès"),
    "long_elision": ("lorsqu'intervient", "intervient"),
    "thousands": ("12 000", "12000"),
    "thousands_no_break": (f"12{NO_BREAK}000", "12000"),
    "thousands_narrow": (f"12{NARROW}000", "12000"),
    "millions": ("1 250 000", "1250000"),
    "decimal": ("12,5", "12.5"),
}


@pytest.mark.parametrize(("one", "other"), MEETING.values(), ids=MEETING)
def test_what_people_write_in_two_ways_meets(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


APART = {
    "numbers": ("12,5", "125"),
    "years": ("2024", "2025"),
    "year_and_count": ("en 2024 150 agents", "2024150 agents"),
    "words": ("cantine", "voirie"),
}


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_words_that_tell_nothing_are_left_out() -> None:
    assert terms("Combien de repas pour les enfants ?") == terms("repas enfants")


def test_a_question_of_such_words_only_keeps_them() -> None:
    assert terms("Qui est-ce ?") == ["qui", "est", "ce"]


def test_terms_keep_their_order_and_their_number() -> None:
    assert terms("repas, enfant, repas") == terms("repas enfant") + terms("repas")


def test_a_word_with_digits_stays_one() -> None:
    assert words("Le CO2 et le 12e jour") == ["le", "co2", "et", "le", "12", "e", "jour"]


def test_an_elision_is_not_taken_off_a_word_that_only_looks_like_one() -> None:
    assert words("aujourd'hui, presqu'île, l'eau") == ["aujourd", "hui", "île", "eau"]


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_has_terms_without_spaces(text: str) -> None:
    assert all(one and not any(c.isspace() for c in one) for one in terms(text))


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [("." * 200_000, 1), ("?! " * 60_000, 1), ("." + '"' * 200_000, 1), (". »" * 60_000, 1)],
    ids=["full stops", "marks", "quotation marks", "closing marks"],
)
def test_endless_punctuation_is_cut_in_no_time(text: str, sentences: int) -> None:
    assert len(split_sentences(text)) == sentences


@pytest.mark.parametrize("before", range(33))
def test_accents_without_end_are_found_wherever_they_begin(before: int) -> None:
    start = "a" * before
    assert without_endless_marks(f"{start}e" + "\u0316" * 31 + "b") == f"{start}e" + (
        "\u0316" * 30 + "b"
    )
    most = f"{start}e" + "\u0316" * 30 + "b’"
    assert without_endless_marks(most) == most


def test_accents_without_end_are_cut_and_the_others_stay() -> None:
    endless = "e" + "\u0301\u0316" * 100_000
    assert len(clean(endless)) <= 32
    for text in ("déjà", "—" * 40, "…" * 40, "tiền, ế"):
        assert clean(text) == text


def test_sentences_are_cut_as_in_the_indexes_that_exist() -> None:
    """An index has a vector for each sentence: another cut needs its sentences encoded anew."""
    text = (
        "1. Objet\nArt. 2. Le maire a signé. Il était 18 h. 30 agents sont venus !\n"
        "a. Peser. Qui paie ? La ville… « Rien ne presse. » M. le Maire a clos (n° 3)."
    )
    assert [text[start:end] for start, end in split_sentences(text)] == [
        *(
            "1.",
            "Objet",
            "Art. 2.",
            "Le maire a signé.",
            "Il était 18 h.",
            "30 agents sont venus !",
        ),
        *("a.", "Peser.", "Qui paie ?", "La ville…", "« Rien ne presse. »"),
        "M. le Maire a clos (n° 3).",
    ]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Que doit-on adopter ?", ["adopt"]),
        ("À partir de combien d'habitants ?", ["habit"]),
        ("Grâce à quoi le gagne-t-on ?", ["gagn"]),
        ("Peut-on partir tôt ?", ["part", "tot"]),
        ("Que faut-il ?", ["faut"]),
    ],
)
def test_words_that_help_to_ask_are_not_asked_for(question: str, asked: list[str]) -> None:
    assert asked_terms(question) == asked
