"""What styles state, and not the words themselves, holds too: struck out, raised, hidden."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from openpyxl.styles import Font

from assistant.readers import read
from assistant.records import Document
from tests.unit.readers.test_formats import NAMESPACES, write_opendocument
from tests.unit.readers.test_visible_text import WORD, run


def read_file(path: Path) -> Document:
    return read(path, f"e/s/{path.name}")


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def keys(document: Document) -> list[str]:
    return [problem.key for problem in document.problems]


# --- Word --------------------------------------------------------------------------------------

STYLES = {
    "Struck": ("character", "<w:rPr><w:strike/></w:rPr>"),
    "BuiltOn": ("character", '<w:basedOn w:val="Struck"/>'),
    "NotAnyMore": ("character", '<w:basedOn w:val="Struck"/><w:rPr><w:strike w:val="0"/></w:rPr>'),
    "Above": ("character", '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'),
    "Gone": ("paragraph", "<w:rPr><w:dstrike/></w:rPr>"),
}


def styled(text: str, style: str) -> str:
    return run(text, f'<w:rStyle w:val="{style}"/>')


def word(folder: Path, *elements: str) -> Path:
    document = docx.Document()
    for name, (kind, properties) in STYLES.items():
        document.styles.element.append(parse_xml(
            f'<w:style {WORD} w:type="{kind}" w:styleId="{name}">{properties}</w:style>'
        ))  # fmt: skip
    for at, element in enumerate(elements):
        document.element.body.insert(at, parse_xml(element.replace(">", f" {WORD}>", 1)))
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


@pytest.mark.parametrize(
    ("paragraph", "reads"),
    [
        (run("le ") + styled("12 mai ", "Struck") + run("19 mai"), ["le 19 mai"]),
        (run("le ") + styled("12 mai ", "BuiltOn") + run("19 mai"), ["le 19 mai"]),
        (run("le ") + styled("12 mai", "NotAnyMore"), ["le 12 mai"]),
        (run("1 250") + styled("3", "Above") + run(" repas"), ["1 250 repas"]),
        (run("1 250") + run("3", '<w:position w:val="6"/>') + run(" repas"), ["1 250 repas"]),
        ('<w:pPr><w:pStyle w:val="Gone"/></w:pPr>' + run("le 12 mai"), []),
    ],
    ids=["struck", "built on one", "no more", "raised", "by a distance", "a paragraph"],
)
def test_a_style_of_word_strikes_out_and_raises(
    paragraph: str, reads: list[str], tmp_path: Path
) -> None:
    path = word(tmp_path, f"<w:p>{paragraph}</w:p>", f"<w:p>{run('Fin.')}</w:p>")
    assert texts(read_file(path)) == [*reads, "Fin."]


def test_rows_of_a_table_that_are_deleted_or_hidden_are_not_read(tmp_path: Path) -> None:
    def row(cells: str, properties: str = "") -> str:
        inner = "".join(f"<w:tc><w:p>{run(cell)}</w:p></w:tc>" for cell in cells.split("|"))
        return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"

    table = (
        row("Poste|Prix") + row("Pain|2 €") + row("Vin|9 €", "<w:del w:id='1' w:author='a'/>")
        + row("Eau|1 €", "<w:hidden/>")
    )  # fmt: skip
    document = read_file(word(tmp_path, f"<w:tbl><w:tblPr/><w:tblGrid/>{table}</w:tbl>"))
    assert texts(document) == ["Poste : Pain | Prix : 2 €"]
    assert keys(document) == ["reading.text_hidden"]


def test_a_deleted_cell_and_rows_within_controls_keep_their_columns(tmp_path: Path) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"

    held = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>".format
    gone = cell("9 €", "<w:cellDel w:id='1' w:author='a'/>")
    rows = "".join(
        f"<w:tr>{cells}</w:tr>"
        for cells in (cell("Pain") + gone + cell("2 €"), held(cell("Eau")) + cell("1 €"))
    )
    table = f"<w:tr>{cell('Poste')}{cell('Prix')}</w:tr>{held(rows)}"
    path = word(tmp_path, f"<w:tbl><w:tblPr/><w:tblGrid/>{table}</w:tbl>")
    assert texts(read_file(path)) == ["Poste : Pain | Prix : 2 €\nPoste : Eau | Prix : 1 €"]


def test_paragraphs_whose_end_was_deleted_between_them_are_one(tmp_path: Path) -> None:
    ended = "<w:pPr><w:rPr><w:del w:id='1' w:author='a'/></w:rPr></w:pPr>"
    first = f"<w:p>{ended}{run('Le prix est ')}</w:p>"
    path = word(tmp_path, first, f"<w:p>{run('de 12 €.')}</w:p>")
    assert texts(read_file(path)) == ["Le prix est de 12 €."]


# --- OpenDocument ------------------------------------------------------------------------------

ODF_STYLES = (
    "<office:automatic-styles>"
    '<style:style style:name="a" style:family="{family}"><style:text-properties'
    ' style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="b" style:family="{family}" style:parent-style-name="a"/>'
    '<style:style style:name="c" style:family="{family}" style:parent-style-name="a">'
    '<style:text-properties style:text-line-through-style="none"/></style:style>'
    "</office:automatic-styles>"
)


@pytest.mark.parametrize(("style", "reads"), [("a", ["Fin."]), ("b", ["Fin."]),
                                              ("c", ["le 12 mai", "Fin."])])  # fmt: skip
def test_a_paragraph_that_its_style_strikes_out_is_not_read(
    style: str, reads: list[str], tmp_path: Path
) -> None:
    body = (
        f'<office:body><office:text><text:p text:style-name="{style}">le 12 mai</text:p>'
        "<text:p>Fin.</text:p></office:text></office:body>"
    )
    styles = ODF_STYLES.format(family="paragraph")
    assert texts(read_file(write_opendocument(tmp_path / "a.odt", "text", styles + body))) == reads


def test_a_style_of_the_office_strikes_out_and_raises_as_the_document_s_own_do(
    tmp_path: Path,
) -> None:
    """« Barré » is defined in styles.xml, and "T1" in the content builds on it."""
    own = (
        '<office:automatic-styles><style:style style:name="T1" style:family="text"'
        ' style:parent-style-name="Barré"/></office:automatic-styles>'
    )
    spans = "".join(
        f'<text:span text:style-name="{style}">{text}</text:span>'
        for text, style in (("12 mai ", "Barré"), ("15 mai ", "T1"), ("19 mai", ""), ("3", "Haut"))
    )
    body = f"<office:body><office:text><text:p>le {spans}</text:p></office:text></office:body>"
    path = write_opendocument(tmp_path / "a.odt", "text", own + body)
    styles = "".join(
        f'<style:style style:name="{name}" style:family="text"><style:text-properties'
        f" {stated}/></style:style>"
        for name, stated in (("Barré", 'style:text-line-through-style="solid"'),
                             ("Haut", 'style:text-position="super 58%"'))
    )  # fmt: skip
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {NAMESPACES}><office:styles>{styles}</office:styles>"
            "</office:document-styles>",
        )
    document = read_file(path)
    assert texts(document) == ["le 19 mai"]
    assert keys(document) == ["reading.text_struck"]


def test_a_note_that_is_called_above_the_line_stands_after_its_paragraph(tmp_path: Path) -> None:
    raised = (
        '<office:automatic-styles><style:style style:name="a" style:family="text">'
        '<style:text-properties style:text-position="super 58%"/></style:style>'
        "</office:automatic-styles>"
    )
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Hors taxes.</text:p></text:note-body></text:note>"
    )
    body = (
        "<office:body><office:text><text:p>Soit 12 lots"
        f'<text:span text:style-name="a">{note}</text:span> en mai.</text:p>'
        "</office:text></office:body>"
    )
    document = read_file(write_opendocument(tmp_path / "a.odt", "text", raised + body))
    assert texts(document) == ["Soit 12 lots en mai.", "Hors taxes."]


def test_a_cell_that_its_style_strikes_out_stays_empty_in_its_column(tmp_path: Path) -> None:
    def cell(text: str, style: str = "") -> str:
        named = f' table:style-name="{style}"' if style else ""
        return f"<table:table-cell{named}><text:p>{text}</text:p></table:table-cell>"

    rows = [cell("Poste") + cell("Date"), cell("Bal", "a") + cell("19 mai"),
            cell("Repas") + cell("12 mai", "a")]  # fmt: skip
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    body = (
        '<office:body><office:spreadsheet><table:table table:name="Dates">'
        f"{body}</table:table></office:spreadsheet></office:body>"
    )
    styles = ODF_STYLES.format(family="table-cell")
    path = write_opendocument(tmp_path / "a.ods", "spreadsheet", styles + body)
    assert texts(read_file(path)) == ["Dates", "Date : 19 mai", "Repas"]
    assert keys(read_file(path)) == ["reading.text_struck"]


# --- Excel -------------------------------------------------------------------------------------

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RICH = (
    f'<sst xmlns="{SHEET}"><si><r><t xml:space="preserve">le </t></r><r><rPr><strike/></rPr>'
    '<t>12 mai</t></r><r><t xml:space="preserve"> 19 mai</t></r>'
    '<r><rPr><vertAlign val="superscript"/></rPr><t>3</t></r></si></sst>'
)
SHARED = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def test_struck_out_words_and_marks_of_a_cell_are_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Dates"
    for row in (["Poste", "Date"], ["Bal", "mot"], ["Vin", "9 mai"]):
        sheet.append(row)
    sheet["B3"].font = Font(strike=True)
    book.save(tmp_path / "plain.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w") as rich,
    ):
        for name in plain.namelist():
            text = plain.read(name)
            text = text.replace(b't="inlineStr"><is><t>mot</t></is>', b't="s"><v>0</v>')
            rich.writestr(name, text.replace(b"</Types>", SHARED.encode() + b"</Types>"))
        rich.writestr("xl/sharedStrings.xml", RICH)
    found = read_file(tmp_path / "a.xlsx")
    assert texts(found) == ["Dates", "Poste : Bal | Date : le 19 mai", "Vin"]
    assert keys(found) == ["reading.text_struck"]


# --- Pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        'le <span style="text-decoration: underline line-through">12 mai</span> 19 mai',
        'le <span class="old">12 mai</span> 19 mai',
        "le <strike>12 mai</strike> 19 mai",
        'le 19 mai<span style="vertical-align: super; color: red">3</span>',
        'le 19 mai<span class="up">3</span>',
        'le 19 mai<span style="opacity:0">, brouillon</span>',
        'le 19 mai<span style="color: red; font-size: 0px">, brouillon</span>',
    ],
)
def test_a_page_reads_as_its_styles_show_it(sentence: str, tmp_path: Path) -> None:
    style = ".old { text-decoration: line-through } .up { color: red; vertical-align: super }"
    page = f"<html><head><style>{style}</style></head><body><p>{sentence}</p></body></html>"
    (tmp_path / "a.html").write_text(page, "utf-8")
    assert texts(read_file(tmp_path / "a.html")) == ["le 19 mai"]


def test_what_only_looks_faint_is_read(tmp_path: Path) -> None:
    page = '<p style="opacity: 0.8; font-size: 0.9em">le 19 mai</p><p style="opacity:.5">Fin.</p>'
    (tmp_path / "a.html").write_text(f"<html><body>{page}</body></html>", "utf-8")
    assert texts(read_file(tmp_path / "a.html")) == ["le 19 mai", "Fin."]
