"""Pages of PDF: what is cleaned, joined and chosen, by tables."""

from __future__ import annotations

import pytest

from assistant.readers.pdf.layout import Survey, better_text, clean_page, title_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("e\ufb03cace", ["efficace"]),
        ("di\x1berent et \x1cn \x15 ok", ["different et fin – ok"]),
        ("une collec-\ntivité", ["une collectivité"]),
        ("vient celui-\nci demain", ["vient celui-ci demain"]),
        ("un porte-\nparole dit", ["un porte-parole dit"]),
        ("une collec\x02tivité", ["une collectivité"]),
        ("\uf0b7 premier\n\uf0b7 second", ["• premier", "• second"]),
        ("•\npremier", ["• premier"]),
        ("combien\u00a0?", ["combien ?"]),
        ("la ville\ndécide.\nElle agit", ["la ville décide.", "Elle agit"]),
        ("Titre court\nAutre puce", ["Titre court", "Autre puce"]),
    ],
)
def test_a_page_reads_as_one_would_write_it(text: str, lines: list[str]) -> None:
    survey = Survey(compounds=frozenset({"porte-parole"}))
    assert clean_page(text, survey, report=False) == lines


def test_a_full_line_of_a_report_goes_on_before_a_capital() -> None:
    full = "Le conseil municipal a adopté hier soir la convention avec la ville de"
    assert clean_page(f"{full}\nLyon.\n{full}", Survey(), report=True)[0] == f"{full} Lyon."


def test_running_lines_go_and_a_repeated_sentence_of_the_body_stays() -> None:
    pages = [
        f"Forum 2025 – page {n}\nTitre {chr(64 + n)}\na\nb\nIl faut mesurer.\nc\nd\ne"
        for n in range(1, 7)
    ]
    survey = Survey.of(pages)
    lines = clean_page(pages[2], survey, report=False)
    assert "Forum 2025 – page 3" not in lines
    assert any("Il faut mesurer." in line for line in lines)


def test_a_running_line_that_one_engine_breaks_in_two_goes_too() -> None:
    survey = Survey(running=frozenset({"contenu fictif page 0"}))
    assert clean_page("Titre\nCorps.\nContenu fictif\npage 4", survey, report=False) == [
        "Titre",
        "Corps.",
    ]


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        (None, "b", "second"),
        ("a", None, "first"),
        ("\n".join(["mot"] * 30), " ".join(["mot"] * 30), "second"),
        ("motscollésensemble ici", "mots collés ensemble ici", "second"),
        ("texte " * 20, "texte texte " * 20, "first"),
        ("", "texte " * 3, "second"),
        ("Titre\nA\n1\n2\nB\n3\n4", "Titre\nA 1 2\nB 3 4", "second"),
        ("un texte normal", "un texte normal", "first"),
    ],
    ids=[
        "only second",
        "only first",
        "word per line",
        "glued",
        "doubled",
        "little",
        "table",
        "same",
    ],
)
def test_the_better_of_two_texts_is_chosen(
    first: str | None, second: str | None, chosen: str
) -> None:
    assert better_text(first, second) == {"first": first, "second": second}[chosen]


def test_a_title_over_two_lines_leaves_the_body() -> None:
    lines = ["Forum", "L'IA au service", "des agents", "Corps"]
    assert title_lines(lines, "L'IA au service des agents", slides=True) == (
        "L'IA au service des agents",
        ["Forum", "Corps"],
    )


def test_a_huge_word_is_cleaned_in_no_time() -> None:
    word = "a" * 200_000 + "-\n" + "b" * 200_000
    assert len(clean_page(word, Survey(), report=True)) == 1
