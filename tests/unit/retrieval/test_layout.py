"""What a passage is made of: which of its lines say nothing by themselves, by their heading."""

from __future__ import annotations

import pytest

from assistant.records import Passage, Place
from assistant.retrieval.layout import lay_out


def empty(heading: str, text: str) -> tuple[str, ...]:
    passage = Passage("e/deck.pdf", 0, text, f"Forum › {heading}", Place("page", 2, 2), 10)
    return lay_out(passage).empty


@pytest.mark.parametrize(
    ("heading", "why"), [("Sommaire", "contents"), ("Pour aller plus loin", "contact")]
)
def test_short_lines_are_what_their_heading_says(heading: str, why: str) -> None:
    lines = "La collecte des bacs en ville\nLe tri des papiers dans les écoles"
    assert empty(heading, lines)[1] == why
    assert empty("Déchets", lines)[1] == ""
    assert empty("Déchets", f"{heading}\n{lines}") == (why, why, why)


def test_what_tells_something_under_such_a_heading_still_does() -> None:
    told = "Le plan\nLa collecte a coûté 12 000 euros\nLe tri des papiers est décidé en mars."
    assert empty("Sommaire", told)[1:] == ("", "")
