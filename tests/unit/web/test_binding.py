"""What no line end should part."""

from __future__ import annotations

import pytest

from assistant.web.shared.binding import bound_parts

TEXTS = {
    "a time": ("à 10 min 50 s, pendant la diapositive 9", ["10 min 50 s"]),
    "seconds": ("dite à 47 s", ["47 s"]),
    "hours": ("à 1 h 02 min 04 s", ["1 h 02 min 04 s"]),
    "an hour": ("mardi 18 mars 2025, 9 h 30, puis 14 h", ["9 h 30", "14 h"]),
    "a sum": ("soit 48 050 € par an", ["48 050 €"]),
    "a share": ("soit 4,5 % au plus", ["4,5 %"]),
    "signs": ("Atelier « Entretien de la voirie » : mardi", ["« Entretien", "voirie » :"]),
    "one word": ("le forum « IA » ?", ["« IA » ?"]),
    "after a link": (" » : mardi", [" » :"]),
    "nothing": ("Il y a 48 agents et 3 sites.", []),
    "a word too long": ("x" * 40 + " :", []),
    "empty": ("", []),
}


@pytest.mark.parametrize(("text", "bound"), TEXTS.values(), ids=TEXTS)
def test_figures_and_signs_stay_with_their_words(text: str, bound: list[str]) -> None:
    parts = [*bound_parts(text)]
    assert [one.text for one in parts if one.is_bound] == bound
    assert "".join(one.text for one in parts) == text
