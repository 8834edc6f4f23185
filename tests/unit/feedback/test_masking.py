"""What would name somebody is masked, and figures that agents ask about are not."""

from __future__ import annotations

import time

import pytest

from assistant.feedback.masking import masked


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("écrire à jeanne.martin+rh@ville-exemple.fr vite", "écrire à [adresse électronique] vite"),
        ("le 06 12 34 56 78 ne répond pas", "le [téléphone] ne répond pas"),
        ("06.12.34.56.78", "[téléphone]"),
        ("0612345678 ?", "[téléphone] ?"),
        ("appeler +33 6 12 34 56 78", "appeler [téléphone]"),
        ("appeler +33 (0)6 12 34 56 78", "appeler [téléphone]"),
        ("0033612345678", "[téléphone]"),
        ("+32 470 12 34 56", "[téléphone]"),
        ("n° 1 85 05 78 006 084 36", "n° [numéro]"),
        ("185057800608436", "[numéro]"),
        ("2 99 12 2A 004 123", "[numéro]"),
        ("FR76 3000 6000 0112 3456 7890 189", "[numéro]"),
        ("carte 4970 1012 3456 7890", "carte [numéro]"),
        ("dossier 202500012345", "dossier [numéro]"),
    ],
)
def test_addresses_and_long_numbers_are_masked(typed: str, kept: str) -> None:
    assert masked(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "Combien coûte la cantine en 2025 ?",
        "18 600 € ou 22 000 euros",
        "un budget de 1 250 000 000 euros",
        "entre 2023 et 2024-2025",
        "2023 2024 2025",
        "de 18 h 30 à 20 h 15 le 12/03/2026",
        "le 12-03-2026 à 14:05",
        "l'article L. 2123-1 du code 78006",
        "CO2, RGAA 4.1.2, 640 agents, 72 %",
        "qui est @ l'accueil ?",
    ],
)
def test_figures_dates_and_years_stay(typed: str) -> None:
    assert masked(typed) == typed


@pytest.mark.parametrize("piece", ["1", "1 ", "a.", "a@", "0 1", "+", "FR76 ", "é@a."])
def test_no_text_takes_long(piece: str) -> None:
    started = time.process_time()
    masked(piece * 20_000)
    # Not how fast: only that it does not grow with the square of the length, into minutes.
    assert time.process_time() - started < 20
