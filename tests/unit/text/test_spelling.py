"""Mistyped words: which known word they were meant to be, and which are no mistake."""

from __future__ import annotations

import pytest

from assistant.text.spelling import Spelling, Spellings, WordCount, french_words, is_french

TEXTS = (
    "La restauration scolaire de Valdeclair. Comment la cantine choisit-elle ?",
    "Monsieur Dupont parle de la voirie, et Madame Fournier de Valdeclair.",
    "Cantine : l'ADEME, le pôle CO2 et 12 000 repas. Un moment de pause.",
    "La cantine, la bibliothèque, un cote.",
)


def counted(*texts: str) -> dict[str, Spelling]:
    count = WordCount()
    for text in texts:
        count.add(text)
    return {one.word: one for one in count.spellings()}


@pytest.fixture(scope="module")
def spellings() -> Spellings:
    return Spellings(counted(*TEXTS).values())


def test_a_word_is_counted_once_a_passage() -> None:
    found = counted("La cantine, la cantine.", "Cantine")
    assert found["cantine"] == Spelling("cantine", "cantine", "cantin", 2)


def test_a_word_is_given_as_it_is_mostly_written() -> None:
    found = counted(*TEXTS)
    assert {"Valdeclair", "ADEME", "CO2", "cantine", "comment", "madame"} - found.keys() == {
        "madame"  # never elsewhere than after a comma and with a capital
    }


def test_numbers_are_no_words() -> None:
    assert not [word for word in counted("12 000 repas en 2025") if word[0].isdigit()]


@pytest.mark.parametrize(
    ("typed", "edits", "meant"),
    [
        pytest.param("cantine", 1, "cantine", id="known"),
        pytest.param("bibliotheque", 0, "bibliothèque", id="without accents"),
        pytest.param("cantnie", 1, "cantine", id="letters that changed places"),
        pytest.param("cantne", 1, "cantine", id="a letter missing"),
        pytest.param("cabtine", 1, "cantine", id="another letter"),
        pytest.param("vantine", 1, "cantine", id="another first letter"),
        pytest.param("biblioteqe", 1, None, id="too far for one edit"),
        pytest.param("biblioteque", 2, "bibliothèque", id="accents are no edits"),
        pytest.param("biblioteqe", 2, "bibliothèque", id="two letters missing"),
        pytest.param("dause", 1, None, id="a short word begins as it should"),
        pytest.param("coment", 1, "comment", id="a word that questions are made of"),
        pytest.param("cantnie", 0, None, id="no edit allowed"),
        pytest.param("", 2, None, id="nothing"),
    ],
)
def test_a_mistyped_word_is_found_again(
    spellings: Spellings, typed: str, edits: int, meant: str | None
) -> None:
    assert spellings.nearest(typed, edits=edits) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("valdecalir", "Valdeclair"),
        ("valdecclair", "Valdeclair"),
        ("valdeclai", "Valdeclair"),
        ("dupnot", "Dupont"),
        ("dupond", None),
        ("fourniel", None),
    ],
)
def test_a_name_is_found_only_where_it_can_be_no_other(
    spellings: Spellings, typed: str, meant: str | None
) -> None:
    assert spellings.nearest(typed, edits=1) == meant


def test_a_word_that_must_be_certain_is_not_chosen_among_several() -> None:
    known = Spellings(counted("les marins et les matins").values())
    assert known.nearest("mattins", edits=1, certain=True) == "matins"
    known = Spellings(counted("le moulin, le mouuln").values())
    assert known.nearest("mouuiln", edits=1) is not None
    assert known.nearest("mouliin", edits=1, certain=True) == "moulin"


def test_of_words_as_near_the_most_frequent_is_meant() -> None:
    known = Spellings(counted("le poste", "la porte", "la porte").values())
    assert known.nearest("pofte", edits=1) == "porte"


@pytest.mark.parametrize("word", ["stade", "Crèche", "creche", "gosses", "PISCINE"])
def test_a_french_word_is_known_with_or_without_its_accents(word: str) -> None:
    assert is_french(word)


@pytest.mark.parametrize(
    "word",
    """internet périscolaire Périscolaires extrascolaire vidéosurveillance résilience pénibilité
    attractivité biodiversité smartphones webinaire chatbot covoiturage désimperméabilisation
    végétalisation intercommunalités recyclerie écoconception photovoltaïque télétravailleur
    multimodale cybersécurité""".split(),
)
def test_a_word_that_french_makes_of_another_is_french(word: str) -> None:
    assert is_french(word)


@pytest.mark.parametrize(
    "word",
    """cantnie rgpd poubeles acessibilité restauratoin conaissance travaile comises cantinne
    bibliotèqe rebon frain -""".split(),
)
def test_what_is_not_french_is_told(word: str) -> None:
    assert not is_french(word)


def test_few_mistyped_words_pass_for_french() -> None:
    words = sorted(word for word in french_words() if len(word) >= 8 and word.isalpha())[::40]
    typed = {f"{word[:4]}{word[5]}{word[4]}{word[6:]}" for word in words}
    taken = [one for one in typed - set(words) if is_french(one)]
    assert len(words) > 2000
    assert len(taken) <= 0.03 * len(words), taken


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        pytest.param("internet", "un interne", id="more letters"),
        pytest.param("citadine", "la citadin", id="more letters, one edit"),
    ],
)
def test_a_word_with_more_letters_is_another(typed: str, known: str) -> None:
    assert Spellings(counted(known).values()).nearest(typed, edits=1) is None
