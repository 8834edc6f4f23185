"""What a document shows is read, wherever its format keeps it, or named where it can't be."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from pptx import Presentation
from pptx.chart.data import BubbleChartData, CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml as parse_drawing
from pptx.util import Inches

from assistant.readers import read
from assistant.readers.formats.opendocument.names import NAMESPACES as ODF_NAMES
from assistant.readers.parts import Options
from assistant.records import Document
from tests.unit.readers.test_formats import NAMESPACES

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
RATE = (
    f"<m:oMath {MATH}><m:f><m:num><m:r><m:t>7</m:t></m:r></m:num><m:den><m:r><m:t>8</m:t></m:r>"
    "</m:den></m:f><m:r><m:t> = 87,5 %</m:t></m:r></m:oMath>"
)
MATHML = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>7</mn><mn>8</mn></mfrac>'
    "<mo> = </mo><mn>87,5</mn><mo> %</mo></math>"
)


def read_file(path: Path, **options: Any) -> Document:
    return read(path, f"e/s/{path.name}", options=Options(**options))


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def keys(document: Document) -> list[str]:
    return [problem.key for problem in document.problems]


# --- Word --------------------------------------------------------------------------------------


def word(folder: Path, *paragraphs: str) -> Path:
    """Write a document of paragraphs in XML."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.element.body.insert(0, parse_xml(f"<w:p {WORD}>{paragraph}</w:p>"))
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


def run(text: str, properties: str = "") -> str:
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


BOX = (
    '<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{}</w:checkBox></w:ffData></w:fldChar>'
)
MENU = (
    '<w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry'
    ' w:val="Pour"/><w:listEntry w:val="Contre"/></w:ddList></w:ffData></w:fldChar>'
)


@pytest.mark.parametrize(
    ("paragraph", "reads"),
    [
        (run("Le taux ") + RATE + run(" en mai."), "Le taux 7/8 = 87,5 % en mai."),
        (run("Date") + '<w:r><w:ptab w:relativeTo="margin"/></w:r>' + run("12 mai"), "Date 12 mai"),
        (f"<w:r>{BOX.format('<w:checked/>')}</w:r>" + run("Oui"), "☒ Oui"),
        (f"<w:r>{BOX.format('<w:default w:val=' + chr(34) + '0' + chr(34) + '/>')}</w:r>"
         + run("Non"), "☐ Non"),
        (run("Vote : ") + f"<w:r>{MENU}</w:r>", "Vote : Contre"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run(" Oui"), "☑ Oui"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>' + run(" 50 ans"), "≥ 50 ans"),
        (run("Durée : ") + "<w:fldSimple w:instr='X'>" + run("2 h") + "</w:fldSimple>",
         "Durée : 2 h"),
        ("<w:ins>" + run("Ajouté") + "</w:ins><w:del><w:r><w:delText>ôté</w:delText></w:r></w:del>",
         "Ajouté"),
        ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("Cliquez ici")
         + "</w:sdtContent></w:sdt>" + run("Rempli"), "Rempli"),
        ("<w:sdt><w:sdtContent>" + run("12 mai") + "</w:sdtContent></w:sdt>", "12 mai"),
    ],
    ids=["equation", "tab to the margin", "ticked", "not ticked", "menu", "sign", "symbol", "field",
         "change", "placeholder", "content control"],
)  # fmt: skip
def test_a_word_paragraph_reads_as_it_is_shown(paragraph: str, reads: str, tmp_path: Path) -> None:
    document = read_file(word(tmp_path, paragraph))
    assert texts(document) == [reads]
    assert keys(document) == []


@pytest.mark.parametrize("by_style", [False, True])
def test_hidden_words_of_a_document_are_left_out_and_told(by_style: bool, tmp_path: Path) -> None:
    hidden = '<w:rStyle w:val="Cache"/>' if by_style else "<w:vanish/>"
    document = docx.Document()
    style = (
        f"<w:style {WORD} w:type='character' w:styleId='Cache'><w:rPr><w:vanish/></w:rPr></w:style>"
    )
    document.styles.element.append(parse_xml(style))
    paragraph = run("Standard.") + run(" Portable : 06 00 00 00 00", hidden)
    document.element.body.insert(0, parse_xml(f"<w:p {WORD}>{paragraph}</w:p>"))
    document.save(str(tmp_path / "a.docx"))
    left = read_file(tmp_path / "a.docx")
    assert texts(left) == ["Standard."]
    assert keys(left) == ["reading.text_hidden"]
    whole = read_file(tmp_path / "a.docx", hidden_slides=True)
    assert texts(whole) == ["Standard. Portable : 06 00 00 00 00"]
    assert keys(whole) == []


def test_page_headers_and_footers_are_read_without_the_number_of_the_page(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Le conseil délibère.")
    section = document.sections[0]
    section.header.paragraphs[0].text = "Réf. 2024-12 – version du 3 mai"
    section.footer.paragraphs[0].text = "Mairie, 1 place du Marché – Page 1 sur 4"
    section.first_page_header.paragraphs[0].text = "Jamais montré"
    document.save(str(tmp_path / "a.docx"))
    assert texts(read_file(tmp_path / "a.docx")) == [
        "Réf. 2024-12 – version du 3 mai",
        "Mairie, 1 place du Marché",
        "Le conseil délibère.",
    ]


@pytest.mark.parametrize(
    ("suffix", "content_type", "data"),
    [
        ("html", "text/html", "<html><body><p>Le budget est voté.</p></body></html>"),
        ("txt", "text/plain", "Le budget est voté."),
        ("rtf", "application/rtf", "{\\rtf1\\ansi Le budget est vot\\'e9.\\par}"),
    ],
)
def test_a_file_taken_into_a_document_is_read_in_its_place(
    suffix: str, content_type: str, data: str, tmp_path: Path
) -> None:
    document = docx.Document()
    document.add_paragraph("Avant.")
    name = PackURI(f"/word/chunk.{suffix}")
    chunk = Part(name, content_type, data.encode(), document.part.package)
    relation = document.part.relate_to(chunk, f"{RELATIONSHIP_TYPE.A_F_CHUNK}")
    link = f'r:id="{relation}"'
    namespace = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    document.element.body.insert(1, parse_xml(f"<w:altChunk {WORD} {namespace} {link}/>"))
    document.add_paragraph("Après.")
    document.save(str(tmp_path / "a.docx"))
    found = read_file(tmp_path / "a.docx")
    assert texts(found) == ["Avant.", "Le budget est voté.", "Après."]
    assert [int(block.place.first) for block in found.blocks] == [1, 2, 3]


def test_a_row_that_begins_further_right_keeps_its_columns(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    for at, text in enumerate(("Lieu", "Début", "Fin", "", "mai", "juin")):
        table.cell(at // 3, at % 3).text = text
    row = table.rows[1]._tr
    row.remove(row.tc_lst[0])
    row.get_or_add_trPr().append(parse_xml(f'<w:gridBefore {WORD} w:val="1"/>'))
    document.save(str(tmp_path / "a.docx"))
    assert texts(read_file(tmp_path / "a.docx")) == ["Début : mai | Fin : juin"]


def test_objects_and_remarks_of_a_document_are_named(tmp_path: Path) -> None:
    embedded = (
        '<w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' ProgID="Excel.Sheet.12"/></w:object></w:r>'
    )
    path = word(tmp_path, run("Voir le tableau.") + embedded)
    document = docx.Document(str(path))
    document.add_comment(document.paragraphs[0].runs[0], text="À revoir", author="Relecture")
    document.save(str(path))
    found = read_file(path)
    assert texts(found) == ["Voir le tableau."]
    assert [dict(problem.values) for problem in found.problems] == [
        {"names": "Excel.Sheet.12"},
        {"number": "1"},
    ]


# --- PowerPoint --------------------------------------------------------------------------------


def deck(folder: Path, fill: Callable[[Any], None]) -> Path:
    written = Presentation()
    fill(written.slides.add_slide(written.slide_layouts[6]))
    written.save(str(folder / "a.pptx"))
    return folder / "a.pptx"


SHAPE = (
    '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="9"'
    ' name="x"{hidden}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p>{text}'
    "</a:p></p:txBody></p:sp>"
)
CHOICE = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"><mc:Choice'
    ' Requires="a14">{choice}</mc:Choice><mc:Fallback>{otherwise}</mc:Fallback>'
    "</mc:AlternateContent>"
)


def shape(text: str, hidden: str = "") -> str:
    return SHAPE.format(text=f"<a:r><a:t>{text}</a:t></a:r>", hidden=hidden)


FORMULA = SHAPE.format(
    text="<a:r><a:t>Taux : </a:t></a:r><a14:m xmlns:a14='http://schemas.microsoft.com/office/"
    f"drawing/2010/main'>{RATE}</a14:m>",
    hidden="",
)


@pytest.mark.parametrize(
    ("choice", "otherwise", "reads"),
    [
        (shape("Neuf"), shape("Ancien"), "Neuf"),
        (FORMULA, shape(""), "Taux : 7/8 = 87,5 %"),
        ("", shape("Ancien"), "Ancien"),
    ],
    ids=["newer", "equation", "older only"],
)
def test_a_shape_kept_in_two_ways_is_read_once(
    choice: str, otherwise: str, reads: str, tmp_path: Path
) -> None:
    either = CHOICE.format(choice=choice, otherwise=otherwise)
    path = deck(tmp_path, lambda slide: slide.shapes._spTree.append(parse_drawing(either)))
    assert texts(read_file(path)) == [reads]


def test_a_hidden_shape_is_left_out_and_told(tmp_path: Path) -> None:
    def fill(slide: Any) -> None:
        for text, hidden in (("Montré", ""), ("Brouillon", ' hidden="1"')):
            slide.shapes._spTree.append(parse_drawing(shape(text, hidden)))

    document = read_file(deck(tmp_path, fill))
    assert texts(document) == ["Montré"]
    assert keys(document) == ["reading.text_hidden"]
    whole = read_file(tmp_path / "a.pptx", hidden_slides=True)
    assert texts(whole) == ["Montré", "Brouillon"]


def beside(folder: Path) -> Path:
    """Write a deck with words beside its only slide: left of it, and below."""

    def fill(slide: Any) -> None:
        for text, left, top in (("Montré", 1, 1), ("À gauche", -6, 1), ("Dessous", 1, 9)):
            box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(5), Inches(1))
            box.text_frame.text = text

    return deck(folder, fill)


def beside_opendocument(folder: Path) -> Path:
    boxes = "".join(
        f'<draw:frame svg:x="{left}cm" svg:y="{top}cm" svg:width="9cm" svg:height="2cm"{more}>'
        f"<draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
        for text, left, top, more in (
            ("Montré", 1, 1, ""), ("À gauche", -10, 1, ""), ("Dessous", 1, 16, ""),
            ("Caché", 2, 2, ' xmlns:o="http://openoffice.org/2010/draw" o:display="none"'),
        )
    )  # fmt: skip
    content = body(f'<draw:page draw:master-page-name="M">{boxes}</draw:page>', "presentation")
    path = opendocument(folder, "odp", content)
    layout = (
        '<style:page-layout style:name="L"><style:page-layout-properties '
        'fo:page-width="28cm" fo:page-height="15.75cm"/></style:page-layout>'
        '<style:master-page style:name="M" style:page-layout-name="L"/>'
    )
    spaces = " ".join(f'xmlns:{key}="{value}"' for key, value in ODF_NAMES.items())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("styles.xml", f"<office:document-styles {spaces}>{layout}"
                                       "</office:document-styles>")  # fmt: skip
    return path


@pytest.mark.parametrize("written", [beside, beside_opendocument])
def test_what_lies_beside_a_slide_is_left_out_and_told(
    written: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = written(tmp_path)
    document = read_file(path)
    assert texts(document) == ["Montré"]
    assert keys(document) == ["reading.text_hidden"]
    whole = texts(read_file(path, hidden_slides=True))
    assert {"Montré", "À gauche", "Dessous"} <= set(whole)


def test_formulas_side_by_side_stand_apart(tmp_path: Path) -> None:
    path = word(tmp_path, RATE + RATE)
    assert texts(read_file(path)) == ["7/8 = 87,5 % 7/8 = 87,5 %"]


PLACE = Inches(1), Inches(1), Inches(5), Inches(4)


def percentages() -> tuple[XL_CHART_TYPE, Any]:
    data = CategoryChartData(number_format="0%")
    data.categories = ["Bio", "Local"]
    data.add_series("Part", (0.32, 0.5))
    return XL_CHART_TYPE.PIE, data


def cloud() -> tuple[XL_CHART_TYPE, Any]:
    data = XyChartData()
    for name, points in (("Visites", ((12, 30), (13.5, 40))), ("Appels", ((1, 2),))):
        series = data.add_series(name)
        for point in points:
            series.add_data_point(*point)
    return XL_CHART_TYPE.XY_SCATTER, data


def bubbles() -> tuple[XL_CHART_TYPE, Any]:
    data = BubbleChartData()
    data.add_series("Quartiers").add_data_point(12, 30, 5)
    return XL_CHART_TYPE.BUBBLE, data


@pytest.mark.parametrize(
    ("chart", "lines"),
    [
        (percentages, ["Bio | Part : 32 %", "Local | Part : 50 %"]),
        (cloud, ["12 | Visites : 30", "13,5 | Visites : 40", "1 | Appels : 2"]),
        (bubbles, ["Quartiers", "12 | 30 | 5"]),
    ],
)
def test_a_chart_reads_as_it_writes_its_figures(
    chart: Callable[[], tuple[XL_CHART_TYPE, Any]], lines: list[str], tmp_path: Path
) -> None:
    kind, data = chart()
    path = deck(tmp_path, lambda slide: slide.shapes.add_chart(kind, *PLACE, data))
    assert "\n".join(texts(read_file(path))).split("\n") == lines


# --- OpenDocument ------------------------------------------------------------------------------


def opendocument(folder: Path, kind: str, content: str, **members: str) -> Path:
    """Write a file of parts in XML: its content, and those named by `members`."""
    path = folder / f"a.{kind}"
    more = (
        ' xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0"'
        ' xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"'
        ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    )
    with zipfile.ZipFile(path, "w") as archive:
        type_ = {"odt": "text", "odp": "presentation", "ods": "spreadsheet"}[kind]
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{type_}")
        for name, inner in {"content": content, **members}.items():
            whole = inner if inner.startswith("<math") else (
                f"<office:document-content {NAMESPACES}{more}>{inner}</office:document-content>"
            )  # fmt: skip
            archive.writestr(f"{name.replace('__', '/')}.xml", whole)
    return path


def body(inner: str, kind: str = "text") -> str:
    return f"<office:body><office:{kind}>{inner}</office:{kind}></office:body>"


OBJECT = '<draw:frame><draw:object xlink:href="./Object"/></draw:frame>'


def test_a_formula_stands_in_its_sentence(tmp_path: Path) -> None:
    content = body(f"<text:p>Le taux {OBJECT} en mai.</text:p>")
    path = opendocument(tmp_path, "odt", content, Object__content=MATHML)
    assert texts(read_file(path)) == ["Le taux 7/8 = 87,5 % en mai."]


CHART = (
    '<office:automatic-styles><number:percentage-style style:name="n"/><style:style'
    ' style:name="s" style:data-style-name="n"/></office:automatic-styles>'
    "<chart:chart><chart:title><text:p>Repas</text:p></chart:title>"
    '<chart:axis chart:dimension="y" chart:style-name="s"/><table:table><table:table-row>'
    "<table:table-cell><text:p/></table:table-cell><table:table-cell><text:p>Part</text:p>"
    "</table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Bio</text:p>"
    '</table:table-cell><table:table-cell office:value="0.32"><text:p>0.32</text:p>'
    "</table:table-cell></table:table-row></table:table></chart:chart>"
)


@pytest.mark.parametrize("kind", ["odt", "odp"])
@pytest.mark.parametrize(("style", "reads"), [('"s"', "32 %"), ('"t"', "0,32")])
def test_a_chart_of_opendocument_reads_as_it_is_drawn(
    kind: str, style: str, reads: str, tmp_path: Path
) -> None:
    page = f"<draw:page>{OBJECT}</draw:page>"
    content = body(f"<text:p>{OBJECT}</text:p>") if kind == "odt" else body(page, "presentation")
    chart = CHART.replace('chart:style-name="s"', f"chart:style-name={style}")
    path = opendocument(tmp_path, kind, content, Object__content=chart)
    assert texts(read_file(path)) == [f"Repas\nBio | Part : {reads}"]


@pytest.mark.parametrize("kind", ["odt", "odp"])
def test_an_object_that_is_not_read_is_named(kind: str, tmp_path: Path) -> None:
    page = f"<draw:page>{OBJECT}<draw:frame><draw:text-box><text:p>Suite</text:p></draw:text-box>"
    page += "</draw:frame></draw:page>"
    content = body(f"<text:p>Suite{OBJECT}</text:p>")
    content = content if kind == "odt" else body(page, "presentation")
    document = read_file(opendocument(tmp_path, kind, content))
    assert texts(document) == ["Suite"]
    assert keys(document) == ["reading.embedded_unread"]


HIDDEN = {
    "section": '<text:section text:display="none"><text:p>Brouillon</text:p></text:section>',
    "span": '<text:p><text:span text:style-name="h">Brouillon</text:span></text:p>',
    "paragraph": '<text:p><text:hidden-paragraph text:is-hidden="true"/>Brouillon</text:p>',
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_hidden_text_of_opendocument_is_left_out_and_told(hidden: str, tmp_path: Path) -> None:
    style = '<style:style style:name="h"><style:text-properties text:display="none"/></style:style>'
    styles = f"<office:automatic-styles>{style}</office:automatic-styles>"
    path = opendocument(tmp_path, "odt", styles + body(f"<text:p>Montré</text:p>{hidden}"))
    document = read_file(path)
    assert texts(document) == ["Montré"]
    assert keys(document) == ["reading.text_hidden"]
    assert texts(read_file(path, hidden_slides=True)) == ["Montré", "Brouillon"]


def test_margins_forms_and_remarks_of_opendocument_are_read_or_told(tmp_path: Path) -> None:
    forms = (
        '<office:forms><form:form><form:checkbox form:label="Présent"'
        ' form:current-state="checked"/><form:text form:current-value="12 agents"/></form:form>'
        "</office:forms>"
    )
    remark = "<office:annotation><text:p>À revoir</text:p></office:annotation>"
    styles = (
        "<style:header><text:p>Réf. 2024-12 page <text:page-number>1</text:page-number></text:p>"
        '</style:header><style:footer style:display="false"><text:p>Caché</text:p></style:footer>'
    )
    content = body(f"{forms}<text:p>Le conseil.{remark}</text:p>")
    document = read_file(opendocument(tmp_path, "odt", content, styles=styles))
    assert texts(document) == ["Réf. 2024-12", "Le conseil.", "☒ Présent", "12 agents"]
    assert keys(document) == ["reading.remarks_unread"]


def test_slides_in_inches_are_read_in_order(tmp_path: Path) -> None:
    def box(text: str, top: str) -> str:
        return (
            f'<draw:frame svg:y="{top}" svg:x="1in"><draw:text-box><text:p>{text}</text:p>'
            "</draw:text-box></draw:frame>"
        )

    page = box("bas", "6in") + box("haut", "15mm") + box("milieu", "2.5in")
    content = body(f"<draw:page>{page}</draw:page>", "presentation")
    assert texts(read_file(opendocument(tmp_path, "odp", content))) == ["haut", "milieu", "bas"]


def test_repeated_and_nested_cells_of_opendocument_keep_their_columns(tmp_path: Path) -> None:
    def cell(inner: str, more: str = "") -> str:
        return f"<table:table-cell{more}>{inner}</table:table-cell>"

    def row(cells: str) -> str:
        return f"<table:table-row>{cells}</table:table-row>"

    head = row("".join(cell(f"<text:p>{x}</text:p>") for x in ("Lieu", "Jour", "Note", "Prix")))
    nested = f"<table:table>{row(cell('<text:p>12 €</text:p>'))}</table:table>"
    blank = cell("", ' table:number-columns-repeated="2"')
    table = head + row(cell("<text:p>Mairie</text:p>") + blank + cell(nested))
    content = body(f"<table:table>{table}</table:table>")
    assert texts(read_file(opendocument(tmp_path, "odt", content))) == [
        "Lieu : Mairie | Prix : 12 €"
    ]


@pytest.mark.parametrize("written", ["powerpoint", "opendocument"])
def test_a_line_of_a_shape_goes_on_where_it_has_no_end(written: str, tmp_path: Path) -> None:
    lines = ["Aide (jusqu'à", "200 € par agent)", "Un restaurant", "Ouvert dès", "Le 3 mai"]
    if written == "powerpoint":
        deck = Presentation()
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.placeholders[1].text_frame.text = "\n".join(lines)
        path = tmp_path / "a.pptx"
        deck.save(str(path))
    else:
        shown = "".join(f"<text:p>{line}</text:p>" for line in lines)
        page = (
            '<draw:page><draw:frame presentation:class="outline"><draw:text-box>'
            f"{shown}</draw:text-box></draw:frame></draw:page>"
        )
        path = opendocument(tmp_path, "odp", body(page, "presentation"))
    found = [block.text for block in read_file(path).blocks]
    assert found == ["Aide (jusqu'à 200 € par agent)", "Un restaurant", "Ouvert dès Le 3 mai"]
