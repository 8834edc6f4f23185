"""What docling's Markdown says that is no text of the file isn't counted, and what is, is."""

from __future__ import annotations

import pytest

from bench.said_by_another import words_that_only_one_has


@pytest.mark.parametrize(
    ("theirs", "ours", "lost"),
    [
        ("- [x] Café\n- [ ] Thé", "☒ Café\n☐ Thé", []),
        ("<!-- image -->\n\nBar chart\n\n| a | 12 |\n", "a : 12", []),
        ("<!-- image -->\n\nBar chart\n\n| a | 12 |\n", "a", ["12"]),
        ("# Slide3\n\n2. Deux", "Deux", []),
        ("| Ville | Ville | Ville |\n| Lyon | Lyon | Nice |", "Ville : Lyon, Nice", []),
        ("le 2024-05-03 00:00:00, lot 7", "le 2024-05-03, lot 07", []),
        ("H 2 O", "H2O", []),
        ("$$\\frac{x^{2}}{a} \\times \\sin b$$", "x²/a × sin b", []),
        ("$$\\frac{x^{2}}{a}$$", "x/a", ["2"]),
        ("[la page](https://a.fr/b_(c)) et le reste", "la page", ["et", "le", "reste"]),
        ("deux fois deux", "deux fois", ["deux"]),
    ],
)
def test_only_words_of_the_file_are_lost(theirs: str, ours: str, lost: list[str]) -> None:
    assert words_that_only_one_has(theirs, ours)[0] == lost
