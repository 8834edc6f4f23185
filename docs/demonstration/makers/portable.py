"""A `Deck` → the PDF that a slide program would export: one landscape page per slide."""

from __future__ import annotations

import io
from pathlib import Path

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from makers.sources import DISCLAIMER, FOOTER, Block, Deck, Rows, Slide

WIDTH, HEIGHT = 960, 540
MARGIN = 54
INK, ACCENT, PAPER, PALE = (
    HexColor(value) for value in ("#22303C", "#1F5C7A", "#FBFAF7", "#E4EDF2")
)
FONTS = Path(reportlab.__file__).parent / "fonts"


def write_pdf(deck: Deck) -> bytes:
    """Write a deck with the Vera fonts embedded, so that accents are real text."""
    for name, file in (("Vera", "Vera.ttf"), ("VeraBold", "VeraBd.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, lang="fr-FR")
    canvas.setTitle(deck.source.title)
    canvas.setAuthor(deck.source.author)
    canvas.setSubject(DISCLAIMER)
    for number, slide in enumerate(deck.slides, start=1):
        _draw_slide(canvas, slide, number)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_slide(canvas: Canvas, slide: Slide, number: int) -> None:
    opening = bool(slide.subtitle)
    canvas.setFillColor(PAPER)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    canvas.setFillColor(ACCENT)
    bar = (0, 0, 26, HEIGHT) if opening else (0, HEIGHT - 13, WIDTH, 13)
    canvas.rect(*bar, stroke=0, fill=1)
    top: float = HEIGHT - 190 if opening else HEIGHT - 66
    top = _draw_text(canvas, slide.title, top, "VeraBold", 34 if opening else 27, MARGIN, ACCENT)
    if opening:
        top = _draw_text(canvas, slide.subtitle, top - 16, "Vera", 19, MARGIN, INK)
        _draw_text(canvas, DISCLAIMER, top - 6, "Vera", 14, MARGIN, INK)
    top -= 18
    for item in slide.items:
        top = _draw_item(canvas, item, top)
    if slide.rows:
        _draw_table(canvas, slide.rows, top)
    canvas.setFont("Vera", 10)
    canvas.setFillColor(INK)
    canvas.drawString(MARGIN, 22, FOOTER)
    canvas.drawRightString(WIDTH - MARGIN, 22, f"page {number}")


def _draw_item(canvas: Canvas, item: Block, top: float) -> float:
    left = MARGIN + 6 + 30 * item.level
    size = 20 if item.level else 24
    top -= 0 if item.level else 4
    canvas.setFillColor(ACCENT)
    canvas.setFont("Vera", size)
    canvas.drawString(left, top, "–" if item.level else "•")
    return _draw_text(canvas, item.text, top, "Vera", size, left + 24, INK) - 7


def _draw_text(
    canvas: Canvas, text: str, top: float, font: str, size: int, left: float, color: HexColor
) -> float:
    """Draw wrapped text from the baseline `top` down; return the next baseline."""
    canvas.setFont(font, size)
    canvas.setFillColor(color)
    for line in simpleSplit(text, font, size, WIDTH - MARGIN - left):
        canvas.drawString(left, top, line)
        top -= size * 1.35
    return top


def _draw_table(canvas: Canvas, rows: Rows, top: float) -> None:
    longest = [max(len(row[column]) for row in rows) + 4 for column in range(len(rows[0]))]
    widths = [(WIDTH - 2 * MARGIN) * length / sum(longest) for length in longest]
    table = Table([list(row) for row in rows], colWidths=widths, rowHeights=44)
    style = [
        ("FONT", (0, 0), (-1, -1), "Vera", 19),
        ("FONT", (0, 0), (-1, 0), "VeraBold", 19),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("TEXTCOLOR", (0, 0), (-1, 0), PAPER),
        ("BACKGROUND", (0, 0), (-1, 0), ACCENT),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), [PAPER, PALE]),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, ACCENT),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    table.setStyle(TableStyle(style))
    _, height = table.wrapOn(canvas, WIDTH, HEIGHT)
    table.drawOn(canvas, MARGIN, top - height + 18)
