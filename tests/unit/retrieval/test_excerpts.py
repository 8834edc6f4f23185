"""Which sentences are quoted together."""

from __future__ import annotations

from collections.abc import Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Mark, Passage, Place
from assistant.retrieval.excerpts import excerpt
from assistant.retrieval.layout import MOST_SECONDS, characters, laid_out
from assistant.text.analysis import terms

SEVERAL = True


def quoted(
    text: str, part: str, *, several: bool = False, context: str = "", asked: str = ""
) -> str:
    """Return what is quoted of `text` for its first sentence that holds `part`.

    `asked` are the words of the question, which count alike; it asks for figures where it has none.
    """
    laid = laid_out(Passage("e/a.odp", 0, text, context, Place("slide", 1, 1), 1))
    at = next(number for number, one in enumerate(laid.texts) if part in one)
    wanted = set(terms(asked))

    def told(found: Set[str]) -> float:
        return len(wanted & found) / len(wanted)

    start, end = characters(
        laid,
        *excerpt(
            laid, at, several=several, answers=_has_figure if asked else None,
            told=told if asked else None,
        ),
    )  # fmt: skip
    return text[start:end]


def _has_figure(text: str) -> bool:
    return any(map(str.isdigit, text))


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        (
            "On avance. Sur ce point, ma position est claire. Pas de photo d'élève, jamais.",
            "Pas de photo",
            "Sur ce point, ma position est claire. Pas de photo d'élève, jamais.",
        ),
        # What only names its theme stands for what came before it.
        (
            "On répond la vérité. La charte, maintenant. Elle a été écrite par neuf agents.",
            "neuf agents",
            "La charte, maintenant. Elle a été écrite par neuf agents.",
        ),
        (
            "Nous avons déplacé la corbeille. Résultat, la moitié de pain en moins chaque jour.",
            "Résultat",
            "Nous avons déplacé la corbeille. Résultat, la moitié de pain en moins chaque jour.",
        ),
        (
            "Sont-ils suivis par le récepteur ? Oui, bien sûr. Le récepteur est débranché par eux.",
            "Sont-ils suivis",
            "Sont-ils suivis par le récepteur ? Oui, bien sûr. Le récepteur est débranché par eux.",
        ),
        (
            "La ville a acheté un four. Il a coûté neuf mille euros l'an dernier.",
            "neuf mille",
            "La ville a acheté un four. Il a coûté neuf mille euros l'an dernier.",
        ),
        (
            "Combien coûte un four ? Celui de l'école vaut neuf mille euros en tout.",
            "Combien",
            "Combien coûte un four ? Celui de l'école vaut neuf mille euros en tout.",
        ),
        (
            "Une agente a demandé quand le four marche. Le four marche chaque mardi de l'année.",
            "Une agente",
            "Une agente a demandé quand le four marche. Le four marche chaque mardi de l'année.",
        ),
        (
            "Le guide le dit : « Le four est neuf. Ne le lavez pas avant le mois de mai. »",
            "Ne le lavez",
            "Le guide le dit : « Le four est neuf. Ne le lavez pas avant le mois de mai. »",
        ),
        (
            "Je vais vous parler du four. Le four vaut neuf mille euros en tout.",
            "Je vais",
            "Je vais vous parler du four. Le four vaut neuf mille euros en tout.",
        ),
        (
            "Le four vaut neuf mille euros en tout. La cuisine est neuve depuis mai dernier.",
            "neuf mille",
            "Le four vaut neuf mille euros en tout.",
        ),
        (
            "Il y a deux fours dans la cuisine centrale. Il faut les laver chaque soir.",
            "Il faut",
            "Il faut les laver chaque soir.",
        ),
        (
            "On lave les fours de la cuisine à la main. Nous avons trois règles.",
            "On lave",
            "On lave les fours de la cuisine à la main.",
        ),
        (
            "Nous avons trois règles. On lave, on sèche et on range les fours chaque soir.",
            "trois règles",
            "Nous avons trois règles. On lave, on sèche et on range les fours chaque soir.",
        ),
    ],
    ids=[
        "half",
        "theme",
        "outcome",
        "nod",
        "pronoun",
        "question",
        "question told",
        "cited",
        "announcement",
        "alone",
        "impersonal",
        "announced anew",
        "counted",
    ],
)
def test_what_leans_on_another_sentence_comes_with_it(text: str, part: str, expected: str) -> None:
    assert quoted(text, part) == expected


def test_a_line_leans_on_no_other_line() -> None:
    assert quoted("La voirie avance.\nIl est bio depuis mai.", "bio") == "Il est bio depuis mai."


def test_an_excerpt_stays_short() -> None:
    long = " ".join(["mot"] * 58)
    assert quoted(f"Le {long}. Il est bio depuis mai.", "bio") == "Il est bio depuis mai."


def test_an_excerpt_of_speech_lasts_no_longer_than_seconds() -> None:
    before, own = "La ville a acheté un four.", "Il a coûté neuf mille euros."
    text = f"{before} {own}"
    marks = (Mark(0, 0.0, MOST_SECONDS), Mark(len(before) + 1, MOST_SECONDS, MOST_SECONDS + 5))
    passage = Passage("e/a.srt", 0, text, "", Place("second", 0.0, 25.0), 1, marks=marks)
    laid = laid_out(passage)
    assert excerpt(laid, 1, several=False) == (1, 1)


LIST = (
    "Le marché\nSix clauses à reprendre :\nUn lieu\nUne durée\nUn prix\nUn délai\nUne note\nUn nom"
)
ROWS = "Dépense : Four | Montant : 9 €\nDépense : Table | Montant : 3 €"


@pytest.mark.parametrize("part", ["Six clauses", "Un prix", "Un nom"])
def test_a_list_that_is_asked_for_is_quoted_whole(part: str) -> None:
    assert quoted(LIST, part, several=True) == LIST.removeprefix("Le marché\n")


def test_the_line_that_announces_a_list_brings_it_whatever_is_asked() -> None:
    assert quoted(LIST, "Six clauses") == LIST.removeprefix("Le marché\n")


def test_a_list_under_a_title_comes_with_it() -> None:
    text = "Nos engagements\nMoins de bruit\nPlus d'arbres\nDes bancs"
    assert quoted(text, "arbres", several=True) == text
    assert quoted(text, "Nos engagements", several=True) == text


def test_of_a_list_too_long_one_item_is_quoted() -> None:
    text = "Le stock :\n" + "\n".join(f"Un objet rangé au numéro {one}" for one in range(20))
    assert quoted(text, "numéro 7", several=True) == "Un objet rangé au numéro 7"


def test_of_a_table_the_row_that_answers_is_quoted_or_all_of_them() -> None:
    assert quoted(ROWS, "Table") == "Dépense : Table | Montant : 3 €"
    assert quoted(ROWS, "Table", several=True) == ROWS


def test_a_row_is_quoted_whole_even_where_a_cell_holds_sentences() -> None:
    row = "Règle : La première. Elle vaut pour tous. | Depuis : 2024"
    assert quoted(f"{row}\n{row}", "Elle vaut") == row


@pytest.mark.parametrize("part", ["Achat", "Entretien"])
def test_a_short_list_is_quoted_whole_where_several_items_hold_what_is_asked(part: str) -> None:
    text = "Le minibus\nAchat : 31 000 €\nEntretien : 900 € par an\nLivré au printemps"
    assert quoted(text, part, asked="coût minibus") == text
    assert quoted(text, part) == next(one for one in text.split("\n") if part in one)


def test_an_item_that_alone_holds_what_is_asked_is_quoted_alone() -> None:
    text = "Le minibus\nAchat : 31 000 €\nLivré au printemps\nPeint en bleu"
    assert quoted(text, "Achat", asked="coût minibus") == "Achat : 31 000 €"


def test_what_is_counted_up_in_speech_is_quoted_whole() -> None:
    series = "Niveau un, on arrose moins. Niveau deux, on ferme l'eau. Niveau trois, on patiente."
    text = f"Nous avons un plan pour la sécheresse. {series} Le maire décide."
    assert quoted(text, "deux", several=True) == series
    assert quoted(text, "deux") != series


def test_the_sentence_beside_that_tells_more_of_what_is_asked_comes_along() -> None:
    text = (
        "Le marché couvert rouvre le 3 mai. Les travaux ont duré deux ans en tout. On a repeint"
        " la charpente et changé les stores."
    )
    told = "Le marché couvert rouvre le 3 mai. Les travaux ont duré deux ans en tout."
    assert quoted(text, "rouvre", asked="marché travaux") == told
    assert quoted(text, "rouvre", asked="marché") == "Le marché couvert rouvre le 3 mai."


def test_what_goes_on_with_a_pronoun_comes_along() -> None:
    text = "Le jury se réunit chaque mois. Il compte 5 habitants tirés au sort. Merci à la mairie."
    told = "Le jury se réunit chaque mois. Il compte 5 habitants tirés au sort."
    assert quoted(text, "se réunit", asked="jury") == told


def test_a_short_sentence_that_ends_what_is_said_comes_along() -> None:
    text = "Sur les fours, l'avis du service est très clair. {} La voirie compte douze agents."
    ended = text.format("Pas de four neuf, jamais.")
    assert quoted(ended, "l'avis", asked="avis") == ended.removesuffix(
        " La voirie compte douze agents."
    )
    anew = text.format("Le pain est bon.")
    assert quoted(anew, "l'avis", asked="avis") == anew.split(" Le pain")[0]


def test_a_short_paragraph_comes_whole_where_something_asked_is_not_told() -> None:
    text = "La fête a lieu le 8 juin. Le lieu reste à choisir. On vote jusqu'au 2 mai."
    assert quoted(text, "On vote", asked="fête suivante") == text


PIECES = st.sampled_from(
    ["La ville a un four.", "Il est bio.", "Voici la liste :", "\n", " ", "Pourquoi ?", "Un prix",
     "12 €", "A : b | C : d", "Oui.", "Merci à tous."]
)  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=12).map("".join), st.booleans())
def test_every_sentence_has_an_excerpt_that_holds_it(text: str, several: bool) -> None:
    laid = laid_out(Passage("e/a.odp", 0, text.strip(), "", Place("slide", 1, 1), 1))
    for at in range(len(laid)):
        first, last = excerpt(laid, at, several=several)
        assert 0 <= first <= at <= last < len(laid)


def test_the_figure_asked_for_two_sentences_away_in_the_paragraph_comes_along() -> None:
    text = (
        "Le bal revient le 14 mai. Les associations de la commune tiennent les stands."
        " On danse sur la place du marché couvert."
    )
    assert quoted(text, "On danse", asked="danse marché") == text
    assert quoted(
        text.replace(". L", ".\nL").replace(". O", ".\nO"), "On danse", asked="danse"
    ) == ("On danse sur la place du marché couvert.")


def test_a_short_sentence_that_ends_an_item_is_quoted_with_what_the_line_above_tells() -> None:
    item = (
        "Les chasseurs ramassent les déchets le 19 mai à la mare.\n"
        "Tous les habitants y sont conviés par la mairie. Bon nettoyage !"
    )
    text = f"{item}\nLa voirie a repeint le banc de la mairie en 2019."
    assert quoted(text, "Bon nettoyage", asked="nettoyage") == item
    titled = "Le bal du 14 mai\nTous les habitants y sont conviés par la mairie. Bon nettoyage !"
    assert "14 mai" not in quoted(titled, "Bon nettoyage", asked="nettoyage")


@pytest.mark.parametrize(
    ("line", "following", "whole"),
    [
        ("Le club souhaite se réunir chaque jeudi dans la salle du", "château pour jouer.", True),
        ("Le club souhaite se réunir chaque jeudi dans la salle.", "château : à rénover", False),
        ("Le club souhaite se réunir chaque jeudi dans la salle du", "Château : à rénover", False),
        ("Se réunir le jeudi", "jouer aux cartes", False),
    ],
    ids=["broken", "ended", "begins anew", "a short line of a list"],
)
def test_a_line_that_breaks_within_a_sentence_is_quoted_with_the_next(
    line: str, following: str, *, whole: bool
) -> None:
    both = f"{line}\n{following}"
    text = f"Le maire ouvre la séance à l'heure dite.\n{both}"
    assert quoted(text, line) == (both if whole else line)
    assert (quoted(text, following) == both) is whole
