"""Fonts that falsify: the file itself tells what their ligatures meant; a cipher is no text."""

from __future__ import annotations

import pytest

from assistant.readers.pdf.glyphs import is_no_text, ligatures_of, repaired


@pytest.mark.parametrize(
    ("drawn", "reads"),
    [
        ("Les projets collec1fs du budget par1cipa1f, une ac1on, la concerta1on de 2025.",
         "Les projets collectifs du budget participatif, une action, la concertation de 2025."),
        ("Le budget par/cipa/f : l'ac/on, la concerta/on, l'aWen/on, neWoyer, leWre, et/ou oui/non",
         "Le budget participatif : l'action, la concertation, l'attention, nettoyer, lettre, et/ou"
         " oui/non"),
        ("Une acƟon, une opéraƟon, un projet collecƟf, une aƩente, une leƩre, neƩoyer",
         "Une action, une opération, un projet collectif, une attente, une lettre, nettoyer"),
        ("agents/élus, et/ou, oui/non, homme/femme, 90 km/h, recto/verso, été/hiver, midi/soir",
         "agents/élus, et/ou, oui/non, homme/femme, 90 km/h, recto/verso, été/hiver, midi/soir"),
        ("eLearning, iPhone, OpenStreetMap, h264, mp3gain, CO2, 12m2",
         "eLearning, iPhone, OpenStreetMap, h264, mp3gain, CO2, 12m2"),
        ("une seule ac1on", "une seule ac1on"),
    ],
)  # fmt: skip
def test_a_ligature_is_repaired_where_it_makes_french_words(drawn: str, reads: str) -> None:
    assert repaired(drawn, ligatures_of([drawn])) == reads


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("- " * 60, True),
        ("\ufffd\ufffd \ufffd\ufffd\ufffd " * 30, True),
        ("/HV SURMHWV GH OD YLOOH HW OHV FUpGLWV YRWpV " * 4, True),
        ("Ö Î Ò Û × Õ Ò Ð ß Ù Ô Ñ ã Ó " * 8, True),
        ("Le conseil municipal a voté le budget de la ville pour l'année. " * 3, False),
        (" ".join("Le conseil municipal a voté le budget de la ville".replace(" ", "")) + " " * 3
         + " ".join("pour l'année et les travaux de l'école".replace(" ", "")), False),
        ("1 Le budget ................................... 3\n2 La voirie ........... 4", False),
        ("Nom : ______________________________ Prénom : ______________________________", False),
        ("12 000 € 14 500 € 2024 2025 38 % 1 250 1 300 4 500 12,5 15,8 17,2 9 8 7", False),
        ("Το δημοτικό συμβούλιο ενέκρινε τον προϋπολογισμό της πόλης για το έτος. " * 3, False),
        ("---", False),
    ],
    ids=["dashes", "no letters", "a cipher", "a cipher of accented letters", "sentences",
         "letters set apart", "a table of contents", "a form",
         "figures", "another alphabet", "little"],
)  # fmt: skip
def test_what_no_font_explains_is_no_text(text: str, nothing: bool) -> None:
    assert is_no_text(text) == nothing
