"""Headings that only their numbers tell, among the blocks of a document."""

from __future__ import annotations

import pytest

from assistant.readers import assemble
from assistant.readers.numbered_headings import with_numbered_headings
from assistant.readers.parts import Fact
from assistant.records.documents import Block, Place

PLACE = Place("page", 1, 1)


def blocks(text: str) -> list[Block]:
    """Return a paragraph for each line; "# " begins a heading of level 1, "- " an item."""
    kinds = {"#": "heading", "-": "item"}
    return [
        Block(line[2:], kinds[line[0]], PLACE, level=int(line[0] == "#"))  # type: ignore[arg-type]
        if line[0] in kinds
        else Block(line, "paragraph", PLACE)
        for line in text.strip().split("\n")
    ]


def headings(text: str) -> list[tuple[int, str]]:
    """Return the levels and texts of the headings of lines."""
    return [
        (block.level, block.text)
        for block in with_numbered_headings(blocks(text))
        if block.kind == "heading"
    ]


def test_numbers_in_sequence_are_headings_of_their_levels() -> None:
    minutes = """
Ordre du jour :
1. Cantine
2. Questions diverses
3. Informations
1 Cantine
Le pain est bio.
2 Questions diverses
2.9 Fauchage
On laisse en herbe.
2.10 Toit de l'école.
Le devis est reçu.
2.10.1 Charpente
Elle tient.
3 Informations
La séance est levée."""
    assert headings(minutes) == [
        (1, "1 Cantine"),
        (1, "2 Questions diverses"),
        (2, "2.9 Fauchage"),
        (2, "2.10 Toit de l'école."),
        (3, "2.10.1 Charpente"),
        (1, "3 Informations"),
    ]


def test_an_agenda_begins_no_sequence_that_goes_on_below() -> None:
    text = """
1. Cantine
2. Voirie
3. Budget
Le pain.
2 Voirie
Un trottoir.
2.1 Places
Une place.
3 Budget
Il est voté."""
    assert headings(text) == [(1, "2 Voirie"), (2, "2.1 Places"), (1, "3 Budget")]


@pytest.mark.parametrize(
    "text",
    [
        "12 Avenue du Port\nOuvert le matin.\n40 Places assises\nEntrée libre.",
        "Ordre du jour :\n1. Cantine\n2. Voirie\n3. Budget\nLa séance est ouverte.",
        "1. Cantine\n2. Voirie",
        "1 Cantine\n1.1 Le pain\n1.2 Les fruits\n2 Voirie\n2.1 Les trottoirs\nFin.",
        "1. Il faut du pain bio.\nOui.\n2. Il faut des fruits.\nNon.",
        "1 Adulte : 3 €\nGratuit le soir.\n2 Enfants ;\nFin.",
        "1. acheter du pain\nOui.\n2. vendre la grange\nNon.",
        "- 1. Cantine\nLe pain.\n- 2. Voirie\nLe trottoir.",
        "2 Voirie\nLe trottoir.\nIII Budget\nIl est voté.",
    ],
    ids=[
        "numbers without a sequence",
        "an agenda",
        "two neighbours",
        "contents of two levels",
        "numbered sentences",
        "prices",
        "small letters",
        "items",
        "two ways to count",
    ],
)
def test_other_numbers_are_no_headings(text: str) -> None:
    assert headings(text) == []


def test_under_a_title_they_stand_a_level_lower() -> None:
    text = "# Conseil municipal\n1. Cantine\nLe pain.\n2. Voirie\nLe trottoir."
    assert headings(text)[1:] == [(2, "1. Cantine"), (2, "2. Voirie")]


def test_the_headings_of_a_sequence_say_the_level_of_the_others() -> None:
    text = "# 1. Cantine\nLe pain.\n2. Voirie\nLe trottoir.\n# 3. Budget\nIl est voté."
    assert headings(text) == [(1, "1. Cantine"), (1, "2. Voirie"), (1, "3. Budget")]


def test_roman_numbers_have_others_under_them() -> None:
    text = """
I Budget .
1. Recettes
Elles baissent.
2. Dépenses
Elles montent.
II Voirie
1. Trottoirs
On refait.
2. Places
On plante."""
    assert headings(text) == [
        (1, "I Budget ."),
        (2, "1. Recettes"),
        (2, "2. Dépenses"),
        (1, "II Voirie"),
        (2, "1. Trottoirs"),
        (2, "2. Places"),
    ]


@pytest.mark.parametrize(("kind", "expected"), [("report", "heading"), ("slides", "paragraph")])
def test_reports_have_them_and_slides_not(kind: str, expected: str) -> None:
    text = "1 Cantine\nLe pain est bio.\n2 Voirie\nLe trottoir."
    document = assemble([Fact("kind", kind), *blocks(text)], document_id="e/s/a.pdf", sha256="0")
    assert document.blocks[2].kind == expected


def test_a_heading_over_two_lines_and_a_question_keep_the_sequence() -> None:
    minutes = """
1. Vacance
Elle dure.
2. Croisement des données,
quels champs choisir ?
Ils sont trois.
3. Quels autres critères ?
Aucun.
4. Suites
En mai."""
    assert headings(minutes) == [
        (1, "1. Vacance"), (1, "3. Quels autres critères ?"), (1, "4. Suites"),
    ]  # fmt: skip
