"""Boxes of a PDF's page that were drawn too late, drawn twice, or on a page that is turned."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from assistant.readers import read
from assistant.readers.pdf.boxes import as_seen, drawn_once, from_above
from assistant.readers.pdf.runs import TextRun

SENTENCE = "Le groupe retient la méthode pour {} et la confirme."


def lines(*found: tuple[float, float, str], size: float = 10.0) -> list[TextRun]:
    """Return a run a line, from (left, height, text)."""
    return [TextRun(f"{text}\n", size, height, left) for left, height, text in found]


def said(runs: list[TextRun]) -> list[str]:
    return [line.strip() for line in "".join(run.text for run in runs).split("\n") if line.strip()]


def column(left: float, top: float, *texts: str) -> list[tuple[float, float, str]]:
    return [(left, top - 14 * at, text) for at, text in enumerate(texts)]


FIRST = column(60, 700, "1. Taux de vacance", "Le taux retenu est de 40 %.", "Conclusion :")
FRAME = column(60, 640, SENTENCE.format("le taux"), "Il n'en existe pas de meilleure.")
SECOND = column(60, 580, "2. Durée de vacance", "Elle est d'une année.", "Elle peut changer.")


def test_a_frame_drawn_after_the_text_of_a_report_is_said_where_it_stands() -> None:
    assert said(from_above(lines(*FIRST, *SECOND, *FRAME))) == [
        text for _, _, text in (*FIRST, *FRAME, *SECOND)
    ]  # fmt: skip


def test_a_footer_drawn_first_comes_last_and_a_title_drawn_last_first() -> None:
    title, footer = (60.0, 780.0, "Notre plan"), (60.0, 40.0, "exemple.fr")
    drawn = lines(footer, *FIRST, *FRAME, *SECOND, title)
    assert said(from_above(drawn)) == [
        text for _, _, text in (title, *FIRST, *FRAME, *SECOND, footer)
    ]  # fmt: skip


def test_columns_drawn_one_after_the_other_and_rows_drawn_across_stay() -> None:
    side = column(320, 700, "3. Autres critères", "Ils sont au nombre de trois.", "Ils viennent.")
    rows = [
        cell
        for at, name in enumerate(("Régie", "Délégation"))
        for cell in ((60.0, 400.0 - 40 * at, name), (200.0, 406.0 - 40 * at, f"Le coût de {name}"),
                     (200.0, 394.0 - 40 * at, "est élevé"))
    ]  # fmt: skip
    drawn = lines(*FIRST, *FRAME, *SECOND, *side, *rows)
    assert from_above(drawn) == drawn


def test_boxes_of_two_columns_drawn_in_any_order_are_read_column_by_column() -> None:
    title = (60.0, 760.0, "La lettre du réseau, de tous ses membres et de ses amis, numéro 1")
    left = [
        column(60, 700, "Le constat", "Il est partagé."),
        column(60, 600, "La suite", "En mai."),
    ]
    right = [column(330, 700, "Les chiffres", "Ils montent."), column(330, 600, "Nous", "Écrivez.")]
    drawn = lines(*left[1], title, *left[0], *right[1], *right[0])
    assert said(from_above(drawn)) == [
        title[2],
        *(text for part in (*left, *right) for _, _, text in part),
    ]


def test_a_row_of_a_table_stays_together_where_a_box_above_it_was_drawn_last() -> None:
    label = (60.0, 500.0, "Pollution")
    row = [
        label,
        *column(200, 514, "La pollution connue du site,", "ou qui ne l'est pas", "encore"),
    ]
    drawn = lines(*row, *column(60, 440, "Eau", "Air"), *column(60, 560, "Les champs"))
    assert said(from_above(drawn)) == ["Les champs", *(text for _, _, text in row), "Eau", "Air"]


@pytest.mark.parametrize("step", [14.0, 0.0], ids=["counted from above", "no heights"])
def test_a_page_whose_heights_are_not_those_seen_stays(step: float) -> None:
    drawn = lines(*((60.0, 100 + step * at, f"Ligne {at}") for at in range(8)), (60, 400, "Fin"))
    assert from_above(drawn) == drawn


def test_words_drawn_over_themselves_are_said_once() -> None:
    runs = [
        TextRun("TERRITOIRE :", 18, 700, 60),
        TextRun("TERRITOIRE :\n", 18, 700.4, 60),
        TextRun("Oui\n", 10, 680, 60),
        TextRun("Oui\n", 10, 660, 60),
    ]
    assert said(drawn_once(runs)) == ["TERRITOIRE :", "Oui", "Oui"]


@pytest.mark.parametrize(
    ("turned", "place"), [(90, (-70.0, 300.0)), (180, (-300.0, -70.0)), (270, (70.0, -300.0))]
)
def test_a_turned_page_has_the_places_that_one_sees(
    turned: int, place: tuple[float, float]
) -> None:
    (run,) = as_seen([TextRun("Titre", 12, 300, 70)], turned)
    assert (run.height, run.left) == place


def test_the_title_of_a_turned_slide_that_is_drawn_last_is_its_title(tmp_path: Path) -> None:
    texts = ["Sept géomaticiens", "Cent comptes ouverts", "Trois serveurs"]
    title = "Le système d'information de la commune"
    drawn = canvas.Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    drawn.translate(A4[0], 0)
    drawn.rotate(90)
    for at, line in enumerate(texts):
        drawn.drawString(60, 400 - 20 * at, line)
    drawn.drawString(100, 520, title)
    drawn.save()
    writer = PdfWriter(clone_from=tmp_path / "a.pdf")
    writer.pages[0].rotate(90)
    writer.write(tmp_path / "b.pdf")
    writer.close()
    blocks = read(tmp_path / "b.pdf", "e/s/b.pdf").blocks
    assert [block.text for block in blocks] == [title, *texts]
    assert blocks[0].kind == "heading"
