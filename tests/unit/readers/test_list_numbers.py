"""Numbers that programs write before items of lists and headings are part of what one reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from pptx import Presentation
from pptx.oxml import parse_xml as parse_drawing
from pptx.util import Inches

from assistant.readers import read
from assistant.readers.formats.list_numbers import number_text
from assistant.records import Document
from tests.unit.readers.test_formats import write_opendocument
from tests.unit.readers.test_visible_text import WORD, run


def read_file(path: Path) -> Document:
    return read(path, f"e/s/{path.name}")


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


@pytest.mark.parametrize(
    ("number", "way", "written"),
    [
        (3, "decimal", "3"), (3, "decimalZero", "03"), (3, "lowerLetter", "c"),
        (28, "upperLetter", "BB"), (4, "lowerRoman", "iv"), (1994, "I", "MCMXCIV"), (0, "I", "0"),
        (3, "arabic", "3"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_its_list_does(number: int, way: str, written: str) -> None:
    assert number_text(number, way) == written


# --- Word --------------------------------------------------------------------------------------


def level(at: int, way: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{way}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


KINDS = {
    70: level(0, "decimal", "Article %1 –") + level(1, "lowerLetter", "%1.%2)"),
    71: level(0, "bullet", ""),
    72: level(0, "upperRoman", "%1.", '<w:pStyle w:val="Titre7"/>'),
}


def word(folder: Path, *paragraphs: tuple[str, str]) -> Path:
    """Write paragraphs of (properties, text)."""
    document = docx.Document()
    numbering: Any = document.part.numbering_part.element
    for number, levels in KINDS.items():
        kind = f'<w:abstractNum {WORD} w:abstractNumId="{number}">{levels}</w:abstractNum>'
        numbering.insert(0, parse_xml(kind))
        for list_, more in ((number, ""), (number + 100, RESTART)):
            numbering.append(parse_xml(
                f'<w:num {WORD} w:numId="{list_}"><w:abstractNumId w:val="{number}"/>{more}</w:num>'
            ))  # fmt: skip
    document.styles.element.append(parse_xml(
        f'<w:style {WORD} w:type="paragraph" w:styleId="Titre7"><w:pPr><w:numPr><w:numId w:val="72"'
        "/></w:numPr></w:pPr></w:style>"
    ))  # fmt: skip
    for at, (properties, text) in enumerate(paragraphs):
        written = f"<w:pPr>{properties}</w:pPr>{run(text) if text else ''}"
        document.element.body.insert(at, parse_xml(f"<w:p {WORD}>{written}</w:p>"))
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


RESTART = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'


def listed(list_: int, at: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{list_}"/></w:numPr>'


def test_numbers_of_word_are_read(tmp_path: Path) -> None:
    path = word(
        tmp_path,
        (listed(70), "Objet"), ("", "La ville décide."), (listed(70), "Durée"),
        (listed(70, 1), "un an"), (listed(70, 1), "deux ans"), (listed(70), "Prix"),
        (listed(71), "Une puce"), ('<w:pStyle w:val="Titre7"/>', "Budget"),
        ('<w:pStyle w:val="Titre7"/>', "Bilan"), (listed(0), "Sans numéro"),
        (listed(170), "Annexes"), (listed(170), ""), (listed(170), "Plans"),
    )  # fmt: skip
    assert texts(read_file(path)) == [
        "Article 1 – Objet", "La ville décide.", "Article 2 – Durée", "2.a) un an",
        "2.b) deux ans", "Article 3 – Prix", "Une puce", "I. Budget", "II. Bilan", "Sans numéro",
        "Article 5 – Annexes", "Article 7 – Plans",
    ]  # fmt: skip


def test_a_numbered_line_in_bold_is_a_heading_still(tmp_path: Path) -> None:
    path = word(tmp_path, (listed(70), "Budget"), ("", "Douze millions."))
    document = docx.Document(str(path))
    document.paragraphs[0].runs[0].bold = True
    document.save(str(path))
    (first, _) = read_file(path).blocks
    assert (first.kind, first.text) == ("heading", "Article 1 – Budget")


# --- The others --------------------------------------------------------------------------------

ODF_LISTS = (
    '<office:automatic-styles><text:list-style style:name="L">'
    '<text:list-level-style-number text:level="1" style:num-format="1" style:num-prefix="Art. "'
    ' style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"'
    ' text:display-levels="2"/></text:list-style><text:list-style style:name="B">'
    '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>'
    "</office:automatic-styles>"
)


def odf_list(items: str, more: str = "", style: str = "L") -> str:
    return f'<text:list text:style-name="{style}"{more}>{items}</text:list>'


def item(text: str, inner: str = "", more: str = "") -> str:
    return f"<text:list-item{more}><text:p>{text}</text:p>{inner}</text:list-item>"


def test_numbers_of_opendocument_are_read(tmp_path: Path) -> None:
    inner = f"<text:list>{item('un an')}{item('deux ans')}</text:list>"
    body = (
        odf_list(item("Objet") + item("Durée", inner))
        + "<text:p>La ville décide.</text:p>"
        + odf_list(item("Prix"), ' text:continue-numbering="true"')
        + odf_list(item("Autre") + item("Loin", more=' text:start-value="9"'))
        + odf_list(item("Une puce"), style="B")
    )
    body = f"<office:body><office:text>{body}</office:text></office:body>"
    path = write_opendocument(tmp_path / "a.odt", "text", ODF_LISTS + body)
    assert texts(read_file(path)) == [
        "Art. 1. Objet", "Art. 2. Durée", "2.a) un an", "2.b) deux ans", "La ville décide.",
        "Art. 3. Prix", "Art. 1. Autre", "Art. 9. Loin", "Une puce",
    ]  # fmt: skip


def test_numbers_of_powerpoint_are_read(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(6), Inches(2))
    lines = [("Ouvrir", "arabicPeriod", 0), ("Lire", "arabicPeriod", 0),
             ("vite", "alphaLcParenR", 1), ("Fermer", "arabicPeriod", 0), ("Fin", "", 0),
             ("Ouvrir", "romanUcPeriod", 0)]  # fmt: skip
    box.text_frame.text = "\n".join(text for text, _, _ in lines)
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    for paragraph, (_, way, at) in zip(box.text_frame.paragraphs, lines, strict=True):
        number = f'<a:buAutoNum type="{way}"/>' if way else ""
        properties = parse_drawing(f'<a:pPr {drawing} lvl="{at}">{number}</a:pPr>')
        paragraph._p.insert(0, properties)
    deck.save(str(tmp_path / "a.pptx"))
    assert texts(read_file(tmp_path / "a.pptx")) == [
        "1. Ouvrir", "2. Lire", "a) vite", "3. Fermer", "Fin", "I. Ouvrir",
    ]  # fmt: skip


def test_numbers_of_rtf_are_read_and_bullets_are_not(tmp_path: Path) -> None:
    source = (
        r"{\rtf1\ansi {\listtext Article 2.\tab}Dur\'e9e\par{\pntext\f1 b)\tab}Prix\par"
        r"{\listtext \'b7\tab}Une puce\par{\listtext o\tab}Une autre\par}"
    )
    (tmp_path / "a.rtf").write_text(source, "ascii")
    found = texts(read_file(tmp_path / "a.rtf"))
    assert found == ["Article 2. Durée", "b) Prix", "Une puce", "Une autre"]


def test_numbers_of_a_page_are_read(tmp_path: Path) -> None:
    page = (
        "<ol start=3><li>Trois<li><p>Quatre</p></ol><ol type=a><li>Un<li value=5>Cinq</ol>"
        '<ol style="list-style: none"><li>Sans</ol><ul><li>Puce</ul>'
    )
    (tmp_path / "a.html").write_text(f"<html><body>{page}</body></html>", "utf-8")
    assert texts(read_file(tmp_path / "a.html")) == [
        "3. Trois", "4. Quatre", "a. Un", "e. Cinq", "Sans", "Puce",
    ]  # fmt: skip
