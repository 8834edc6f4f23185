"""What was said, as files: `SaidSheet` → HTML that stands alone, or the bytes of an .odt."""

from __future__ import annotations

from collections.abc import Sequence

from odfdo import Cell, Document, Element, Row, Table

from assistant.i18n import Language, say
from assistant.web.shared.escaping import plain
from assistant.web.shared.quote_blocks import QuoteBlock, Words
from assistant.web.shared.templates import render
from assistant.web.sheets.odt import (
    add_quotations,
    empty_document,
    heading,
    linked,
    paragraph,
    quotation_style,
    written_out,
)
from assistant.web.sheets.said import Extract, SaidSheet, extract_line


def said_html(sheet: SaidSheet, origin: str) -> str:
    """Return the sheet as a page; `origin` ("http://name:port") begins its addresses."""
    return render("sheets/said.html", sheet.language, sheet=sheet, origin=origin)


def said_odt(sheet: SaidSheet, origin: str) -> bytes:
    """Return the sheet as a file; `origin` ("http://name:port") begins its addresses."""
    document = empty_document(sheet.title, sheet.language)
    body = document.body
    body.append(paragraph(sheet.kind))
    body.append(heading(1, sheet.title))
    for note in sheet.notes:
        body.append(paragraph(note))
    spoken = {extract.spoken for section in sheet.sections for extract in section.extracts}
    add_quotations(document, spoken, sheet.language)
    for section in sheet.sections:
        body.append(heading(2, section.title))
        for one in section.extracts:
            _add(document, one, origin, sheet.language)
    if sheet.leads:
        body.append(heading(2, sheet.leads_title))
    for lead in sheet.leads:
        body.append(linked("", origin + lead.address, lead.words))
    body.append(heading(2, say("around.about", sheet.language)))
    for line in sheet.made:
        body.append(paragraph(line))
    return written_out(document)


def _laid_out(blocks: Sequence[QuoteBlock], style: str) -> list[Element]:
    """Return words as the document lays them out: paragraphs, items, tables."""
    made: list[Element] = []
    for block in blocks:
        if block.kind == "table":
            made.append(_table(block))
        sign = "• " if block.kind == "list" else ""
        made += [paragraph(sign + _text(line), style) for line in block.lines]
    return made


def _table(block: QuoteBlock) -> Table:
    """Return a table of cells, under the names of its columns where they have any."""
    rows = [[_text(cell) for cell in row] for row in block.rows]
    rows = [list(block.headers), *rows] if block.is_named else rows
    made = Table("table")
    for cells in rows:
        row = Row()
        row.set_cells([Cell(cell) for cell in cells])
        made.append_row(row)
    return made


def _text(words: Words) -> str:
    return plain("".join(part.text for part in words))


def _add(document: Document, extract: Extract, origin: str, language: Language) -> None:
    """Add one extract: its words, then whose they are and where they stand."""
    words = extract_line(extract, language)
    label = extract.label.strip()
    if extract.is_name:
        document.body.append(linked(f"{words} – ", origin + extract.address, extract.place))
        return
    style = quotation_style(extract.spoken, language)
    for piece in _laid_out(extract.blocks, style) or [paragraph(words, style)]:
        document.body.append(piece)
    before = f"{label} – " if label else ""
    document.body.append(linked(before, origin + extract.address, extract.place))
