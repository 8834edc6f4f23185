"""A `Deck` → PPTX, a `Report` → DOCX, with real placeholders, notes and heading styles."""

from __future__ import annotations

import copy
import io
from datetime import datetime
from typing import Any

import docx
import docx.shared
import pptx
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Cm, Pt

from makers.archives import rezip
from makers.sources import DISCLAIMER, FOOTER, Block, Deck, Report, Rows, Slide

WRITTEN = datetime(2025, 3, 18, 9, 0, 0)
_color: Any = RGBColor.from_string  # python-pptx leaves it untyped
INK, ACCENT, PAPER, PALE = map(_color, ("22303C", "1F5C7A", "FBFAF7", "E4EDF2"))
OPENING_LAYOUT, CONTENT_LAYOUT, TITLE_ONLY_LAYOUT = 0, 1, 5
TITLE_BOX = (Cm(1.6), Cm(0.9), Cm(30.6), Cm(2.2))
BODY_BOX = (Cm(1.6), Cm(3.8), Cm(30.6), Cm(13.0))


def write_pptx(deck: Deck) -> bytes:
    """Write a deck of 16:9 slides."""
    presentation = pptx.Presentation()
    presentation.slide_width, presentation.slide_height = Cm(33.867), Cm(19.05)
    _theme(presentation)
    for number, slide in enumerate(deck.slides, start=1):
        _add_slide(presentation, slide, number)
    _describe(presentation.core_properties, deck.source.title, deck.source.author)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return rezip(buffer.getvalue())


def write_docx(report: Report) -> bytes:
    """Write a report with the built-in heading, list and table styles."""
    document = docx.Document()
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", docx.shared.Pt(11)
    for block in report.blocks:
        if block.kind == "table":
            _add_word_table(document, block.rows)
        elif block.kind == "heading":
            document.add_heading(block.text, level=block.level)
        else:
            styles = {"item": "List Bullet", "numbered": "List Number"}
            document.add_paragraph(block.text, style=styles.get(block.kind))
    _describe(document.core_properties, report.source.title, report.source.author)
    buffer = io.BytesIO()
    document.save(buffer)
    return rezip(buffer.getvalue())


def _theme(presentation: Any) -> None:
    """Set the background and where the placeholders stand, on the master and its layouts."""
    fill = presentation.slide_master.background.fill
    fill.solid()
    fill.fore_color.rgb = PAPER
    for layout in presentation.slide_layouts:
        for placeholder in layout.placeholders:
            kind = placeholder.placeholder_format.type
            if kind == PP_PLACEHOLDER.TITLE:
                _place(placeholder, TITLE_BOX)
            elif kind == PP_PLACEHOLDER.CENTER_TITLE:
                _place(placeholder, (Cm(2.5), Cm(4.8), Cm(28.8), Cm(4.4)))
            elif kind == PP_PLACEHOLDER.SUBTITLE:
                _place(placeholder, (Cm(2.5), Cm(10.2), Cm(28.8), Cm(4.0)))
            elif kind == PP_PLACEHOLDER.OBJECT:
                _place(placeholder, BODY_BOX)
            elif kind == PP_PLACEHOLDER.FOOTER:
                _place(placeholder, (Cm(1.6), Cm(17.7), Cm(20.0), Cm(0.9)))
            elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
                _place(placeholder, (Cm(28.2), Cm(17.7), Cm(4.0), Cm(0.9)))


def _add_slide(presentation: Any, slide: Slide, number: int) -> None:
    opening = bool(slide.subtitle)
    index = OPENING_LAYOUT if opening else CONTENT_LAYOUT if slide.items else TITLE_ONLY_LAYOUT
    layout = presentation.slide_layouts[index]
    page = presentation.slides.add_slide(layout)
    _add_bar(page, presentation.slide_width, opening)
    title = page.shapes.title
    title.text = slide.title
    _style(title.text_frame, 38 if opening else 30, ACCENT, bold=True)
    if opening:
        page.placeholders[1].text = f"{slide.subtitle}\n{DISCLAIMER}"
        _style(page.placeholders[1].text_frame, 20, INK)
    elif slide.items:
        _fill_bullets(page.placeholders[1].text_frame, slide.items)
    if slide.rows:
        _add_table(page, slide.rows)
    for placeholder in layout.placeholders:
        if placeholder.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
            _copy_placeholder(page, placeholder, FOOTER)
        elif placeholder.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            _copy_placeholder(page, placeholder, str(number))
    if slide.notes:
        page.notes_slide.notes_text_frame.text = slide.notes


def _add_bar(page: Any, width: int, opening: bool) -> None:
    top = (Cm(0), Cm(0), width, Cm(0.45))
    side = (Cm(0), Cm(0), Cm(0.9), Cm(19.05))
    bar = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(side if opening else top))
    bar.fill.solid()
    bar.fill.fore_color.rgb = ACCENT
    bar.line.fill.background()


def _fill_bullets(frame: Any, items: tuple[Block, ...]) -> None:
    for index, item in enumerate(items):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.text, paragraph.level = item.text, item.level
        paragraph.font.size = Pt(20 if item.level else 24)
        paragraph.font.color.rgb = INK
        paragraph.space_after = Pt(6)


def _add_table(page: Any, rows: Rows) -> None:
    size = (Cm(1.6), Cm(4.2), Cm(30.6), Cm(1.5 * len(rows)))
    table = page.shapes.add_table(len(rows), len(rows[0]), *size).table
    for row_number, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = table.cell(row_number, column)
            cell.text, cell.vertical_anchor = text, MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = PALE if row_number else ACCENT
            _style(cell.text_frame, 20, INK if row_number else PAPER, bold=not row_number)


def _copy_placeholder(page: Any, placeholder: Any, text: str) -> None:
    """Put the layout's footer or number on the slide, as PowerPoint does."""
    element = copy.deepcopy(placeholder._element)
    identifiers = [shape.shape_id for shape in page.shapes]
    page.shapes._spTree.append(element)
    element.nvSpPr.cNvPr.set("id", str(max(identifiers) + 1))
    shape = page.shapes[-1]
    shape.text_frame.text = text
    _style(shape.text_frame, 11, INK)
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT if text == FOOTER else PP_ALIGN.RIGHT


def _style(frame: Any, size: int, color: RGBColor, bold: bool = False) -> None:
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = Pt(size), bold
        paragraph.font.color.rgb = color


def _place(shape: Any, box: tuple[int, int, int, int]) -> None:
    shape.left, shape.top, shape.width, shape.height = box


def _add_word_table(document: Any, rows: Rows) -> None:
    table = document.add_table(len(rows), len(rows[0]), style="Light Grid Accent 1")
    for row_number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(row_number, column).text = text


def _describe(properties: Any, title: str, author: str) -> None:
    properties.title, properties.author, properties.comments = title, author, DISCLAIMER
    properties.language, properties.last_modified_by = "fr-FR", author
    properties.created = properties.modified = WRITTEN
