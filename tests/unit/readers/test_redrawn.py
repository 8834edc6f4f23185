"""Bold that is drawn several times in one place is read once."""

from __future__ import annotations

import pytest

from assistant.readers.pdf.characters import spelled
from assistant.readers.pdf.redrawn import without_copies

LABELS = ("Objet", "Présents", "Rédactrice")


@pytest.mark.parametrize("times", [2, 3, 4])
def test_words_drawn_several_times_are_read_once(times: int) -> None:
    page = "\n".join(f"{label * times} : la secrétaire {label}" for label in LABELS)
    assert without_copies(page) == "\n".join(f"{one} : la secrétaire {one}" for one in LABELS)


@pytest.mark.parametrize(
    ("drawn", "reads"),
    [
        ("COMPTECOMPTECOMPTECOMPTE----RENDURENDURENDURENDU", "COMPTE-RENDU"),
        (
            "vvvvendredi endredi endredi endredi 6 mai 20256 mai 20256 mai 20256 mai 2025",
            "vendredi 6 mai 2025",
        ),
        (
            "Rédactrice Rédactrice Rédactrice Rédactrice :::: la secrétaire",
            "Rédactrice : la secrétaire",
        ),
        ("CR n°CR n°CR n°CR n° 6", "CR n° 6"),
        ("3333", "3"),
        (
            "un budget de 10 000 000 €, 0000 ici, elle passe",
            "un budget de 10 000 000 €, 0000 ici, elle passe",
        ),
    ],
)
def test_pieces_of_a_line_are_read_once_where_the_page_is_drawn_so(drawn: str, reads: str) -> None:
    labels = "\n".join(label * 4 for label in LABELS)
    assert without_copies(f"{labels}\n{drawn}\n") == "\n".join([*LABELS, reads, ""])


@pytest.mark.parametrize(
    "text",
    [
        "Il y a très très peu de monde, et Bora-Bora ou Pago-Pago en est loin.",
        "Un seul motmot et rien d'autre. Objet Objet Objet",
        "1111 2222 3333 4444 ---- ....",
    ],
)
def test_words_that_people_say_twice_stay(text: str) -> None:
    assert without_copies(text) == text


def test_pieces_of_figures_are_left_where_words_are_drawn_twice() -> None:
    labels = "\n".join(label * 2 for label in LABELS)
    assert without_copies(f"{labels}\nelle a 22 ans, 1010 euros").endswith(
        "elle a 22 ans, 1010 euros"
    )


@pytest.mark.parametrize("mark", ["/rhombus4", "/square4", "/rhombus4/rhombus4", "/checkbld"])
def test_a_bullet_told_by_the_name_of_its_glyph_is_a_bullet(mark: str) -> None:
    assert spelled(f"Objet\n{mark} la zone agricole") == "Objet\n• la zone agricole"


def test_a_path_is_no_bullet() -> None:
    assert spelled("/squarespace/site et oui/non") == "/squarespace/site et oui/non"
