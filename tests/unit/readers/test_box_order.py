"""Boxes on a slide are read as one reads them: rows across, columns one after another."""

from __future__ import annotations

import pytest

from assistant.readers.formats.box_order import Box, in_reading_order

SLIDES = {
    "titles over two columns": (
        ["Titre", "Régie", "Coût : 2 M€", "Délégation", "Coût : 3 M€"],
        {
            "Titre": (0, 0, 2, 20),
            "Délégation": (3, 11, 4, 20),
            "Régie": (3, 0, 4, 9),
            "Coût : 3 M€": (5, 11, 9, 20),
            "Coût : 2 M€": (5, 0, 9, 9),
        },
    ),
    "what ends under all columns": (
        ["Régie", "Coût", "Délégation", "Prix", "Source"],
        {
            "Régie": (3, 0, 4, 9), "Délégation": (3, 11, 4, 20),
            "Coût": (5, 0, 9, 9), "Prix": (5, 11, 9, 20), "Source": (10, 0, 11, 20),
        },
    ),
    "a tall box beside two": (
        ["Constat", "Détail", "Carte"],
        {"Constat": (3, 0, 4, 9), "Carte": (3, 11, 9, 20), "Détail": (5, 0, 9, 9)},
    ),
    "labels of rows": (
        ["Mai", "Enquête publique", "Juin", "Vote du conseil"],
        {
            "Mai": (3, 0, 4, 3), "Enquête publique": (3, 4, 4, 20),
            "Juin": (5, 0, 6, 3), "Vote du conseil": (5, 4, 6, 20),
        },
    ),
    "one row": (["un", "deux", "trois"], {"trois": (1, 9, 2, 12), "un": (1, 0, 2, 3),
                                          "deux": (1.2, 5, 2, 8)}),
    "points without a size": (["haut", "milieu", "bas"], {"bas": (6, 0, 6, 0),
                                                          "haut": (0, 5, 0, 5),
                                                          "milieu": (3, 0, 3, 0)}),
    "steps of a calendar": (
        ["2021", "Étude", "2022", "Travaux", "2023", "Bilan"],
        {
            "2021": (1, 0, 2, 5), "2022": (1, 6, 2, 11), "2023": (1, 12, 2, 17),
            "Étude": (3, 0, 4, 5), "Travaux": (3, 6, 4, 11), "Bilan": (3, 12, 4, 17),
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(("order", "places"), SLIDES.values(), ids=SLIDES)
def test_boxes_are_read_in_order(
    order: list[str], places: dict[str, tuple[float, float, float, float]]
) -> None:
    boxes = [Box(*place, text) for text, place in places.items()]
    assert list(in_reading_order(boxes, 0.5)) == order


def test_thousands_of_boxes_end() -> None:
    boxes = [Box(at % 7, at % 11, at % 7 + 2, at % 11 + 2, at) for at in range(3_000)]
    assert sorted(in_reading_order(boxes, 0.5)) == list(range(3_000))


def test_hundreds_of_rows_end() -> None:
    """Where columns were looked for again at each row, among all that follow, they took 20 s."""
    rows = [Box(2 * at, side, 2 * at + 1, side + 4 + side, (at, side))
            for at in range(500) for side in (0, 6)]  # fmt: skip
    assert list(in_reading_order(rows, 0.5)) == [box.held for box in rows]
