"""Titles of scanned minutes are told by what follows them."""

from __future__ import annotations

import pytest

from assistant.readers.pdf.minutes_titles import with_minutes_titles
from assistant.records.documents import Block, Place

SAID = "Monsieur le Maire expose que les trottoirs sont abîmés."


def headings(*lines: str) -> list[str]:
    blocks = [Block(line, "paragraph", Place("page", at, at)) for at, line in enumerate(lines, 1)]
    found = list(with_minutes_titles(blocks))
    assert " ".join(b.text for b in found if isinstance(b, Block)) == " ".join(lines)
    return [b.text for b in found if isinstance(b, Block) and b.kind == "heading"]


@pytest.mark.parametrize(
    "opening",
    [
        SAID,
        "Vu l'article 35 de la loi,",
        "Vu la délibération de juin,",
        "Le conseil municipal, à l'unanimité, décide :",
        "Madame la Présidente rappelle le projet.",
        "Considérant que la rue est étroite,",
        "Après en avoir délibéré, le conseil approuve.",
    ],
)
def test_a_short_line_before_what_opens_an_item_is_its_title(opening: str) -> None:
    assert headings("Le devis est retenu.", "Réfection des trottoirs", opening) == [
        "Réfection des trottoirs"
    ]


def test_a_title_of_two_lines_is_one() -> None:
    lines = ("Réfection des trottoirs de la rue du Moulin et des", "Prés - Attribution du marché")
    assert headings("Le devis est retenu.", *lines, SAID) == [" ".join(lines)]


@pytest.mark.parametrize(
    "line",
    [
        "Adopté à l'unanimité",
        "Secrétaire de séance la deuxième adjointe",
        "Présents : huit conseillers de la commune",
        "Total des dépenses 29 031 €",
        "Voirie",
        "le surplus de la parcelle voisine",
        "La rue sera fermée en mai.",
    ],
)
def test_what_minutes_state_in_a_short_line_is_no_title(line: str) -> None:
    assert headings("Le devis est retenu.", line, SAID) == []


def test_the_rest_of_a_sentence_is_no_title() -> None:
    assert (
        headings("dont la commune demande une aide au", "Département de la région voisine", SAID)
        == []
    )


def test_a_line_that_no_item_follows_is_no_title() -> None:
    assert headings("Le devis est retenu.", "Plan de la rue", "La rue a 300 mètres.") == []
