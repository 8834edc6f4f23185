"""Each format, from a real small file: its blocks, their kinds and their exact places."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen import canvas

from assistant.errors import ReadError
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.readers import read
from assistant.readers.parts import Options
from assistant.records import Block, Document


def read_file(path: Path, **options: Any) -> Document:
    return read(path, f"e/s/{path.name}", options=Options(**options))


def shown(document: Document) -> list[tuple[str, int, str]]:
    return [(b.kind, int(b.place.first), b.text) for b in document.blocks]


def write_pdf(path: Path, pages: list[list[tuple[int, str]]], size: Any) -> Path:
    """Write lines of (font size, text), from the top."""
    pdf = canvas.Canvas(str(path), pagesize=size)
    for page in pages:
        height = size[1] - 60
        for points, text in page:
            pdf.setFont("Helvetica", points)
            pdf.drawString(60, height, text)
            height -= points * 1.5
        pdf.showPage()
    pdf.save()
    return path


# --- PDF ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("second_reader", [True, False])
def test_a_deck_in_pdf_has_a_heading_and_lines_per_page(
    tmp_path: Path, second_reader: bool
) -> None:
    pages = [[(28, "Mesurer d'abord"), (14, "• Une balance"), (14, "Un relevé")], [(14, "Fin.")]]
    path = write_pdf(tmp_path / "a.pdf", pages, landscape(A4))
    document = read_file(path, second_reader=second_reader)
    assert document.facts["kind"] == "slides"
    assert document.title == "Mesurer d'abord"
    assert document.blocks[0].place.kind == "page"
    assert shown(document) == [
        ("heading", 1, "Mesurer d'abord"),
        ("item", 1, "Une balance"),
        ("paragraph", 1, "Un relevé"),
        ("heading", 2, "Fin."),
    ]


def test_a_portrait_pdf_is_a_report_whose_plain_pages_have_no_heading(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [[(11, "Une phrase."), (11, "Une autre.")]], A4)
    document = read_file(path)
    assert document.facts["kind"] == "report"
    assert {b.kind for b in document.blocks} == {"paragraph"}


def test_a_pdf_with_only_an_owner_password_is_read_and_one_with_a_user_password_is_refused(
    tmp_path: Path,
) -> None:
    plain = write_pdf(tmp_path / "plain.pdf", [[(12, "Ouvert à tous.")]], A4)
    for name, user in (("owner.pdf", ""), ("user.pdf", "secret")):
        writer = PdfWriter()
        with plain.open("rb") as file:
            writer.append(PdfReader(file))
        writer.encrypt(user_password=user, owner_password="maître", algorithm="AES-256")
        writer.write(tmp_path / name)
        writer.close()
    assert read_file(tmp_path / "owner.pdf").blocks[0].text == "Ouvert à tous."
    with pytest.raises(ReadError) as e:
        read_file(tmp_path / "user.pdf")
    assert e.value.key == "file_protected"


def test_pages_that_are_only_drawings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    pdf = canvas.Canvas(str(path), pagesize=A4)
    for number in range(1, 6):
        if number in (2, 3, 4):
            pdf.rect(50, 50, 400, 600, fill=1)
        else:
            pdf.drawString(60, 700, f"Une page qui parle, la {number}.")
        pdf.showPage()
    pdf.save()
    (problem,) = read_file(path).problems
    assert "2 à 4" in problem_in_words(problem)
    assert problem.subject == "e/s/a.pdf"


def test_a_truncated_pdf_is_damaged(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [[(12, "Texte.")]], A4)
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(ReadError) as e:
        read_file(path)
    assert e.value.key == "file_damaged"


# --- Slides ------------------------------------------------------------------------------------


def write_pptx(path: Path) -> Path:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "La méthode"
    frame = slide.placeholders[1].text_frame
    frame.text = "Rôle"
    below = frame.add_paragraph()
    below.text, below.level = "à qui ressembler", 1
    slide.notes_slide.notes_text_frame.text = "Prévoir 24 postes."
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Chiffres"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for at, text in enumerate(("Usage", "Part", "Résumer", "38 %")):
        table.cell(at // 2, at % 2).text = text
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Repas", (1.5, 3.0))
    chart = slide.shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(4), Inches(4), Inches(2), data
    )
    chart._element._nvXxPr.cNvPr.set("descr", "La courbe monte.")
    group = slide.shapes.add_group_shape()
    for top, text in ((Inches(6.5), "Bas du groupe"), (Inches(6), "Haut du groupe")):
        box = group.shapes.add_textbox(Inches(1), top, Inches(3), Inches(0.4))
        box.text_frame.text = text
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Masquée"
    slide.element.set("show", "0")
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Suite"
    deck.save(str(path))
    return path


def test_a_powerpoint_deck_gives_all_it_shows_and_its_notes(tmp_path: Path) -> None:
    document = read_file(write_pptx(tmp_path / "a.pptx"))
    assert shown(document) == [
        ("heading", 1, "La méthode"),
        ("item", 1, "Rôle"),
        ("item", 1, "à qui ressembler"),
        ("notes", 1, "Prévoir 24 postes."),
        ("heading", 2, "Chiffres"),
        ("table", 2, "Usage : Résumer | Part : 38 %"),
        ("table", 2, "2023 | Repas : 1,5\n2024 | Repas : 3"),
        ("caption", 2, "La courbe monte."),
        ("paragraph", 2, "Haut du groupe"),
        ("paragraph", 2, "Bas du groupe"),
        ("heading", 4, "Suite"),
    ]
    assert document.blocks[2].level == 1
    assert [problem_in_words(p) for p in document.problems] != []
    assert "3" in problem_in_words(document.problems[0])


def test_hidden_slides_are_read_when_asked_for(tmp_path: Path) -> None:
    document = read_file(write_pptx(tmp_path / "a.pptx"), hidden_slides=True)
    assert ("heading", 3, "Masquée") in shown(document)
    assert document.problems == ()


def test_speaker_notes_are_left_out_when_the_site_wants_none(tmp_path: Path) -> None:
    path = write_pptx(tmp_path / "a.pptx")
    assert ("notes", 1, "Prévoir 24 postes.") in shown(read_file(path))
    kinds = {block.kind for block in read_file(path, speaker_notes=False).blocks}
    assert "notes" not in kinds and "heading" in kinds


NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
)


def write_opendocument(path: Path, kind: str, body: str, prolog: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f"<?xml version='1.0'?>{prolog}<office:document-content {NAMESPACES}>{body}"
            "</office:document-content>",
        )
    return path


ODP = """
<office:automatic-styles><style:style style:name="h"><style:drawing-page-properties
 presentation:visibility="hidden"/></style:style></office:automatic-styles>
<office:body><office:presentation>
<draw:page draw:name="p1">
 <draw:frame svg:y="6cm"><draw:text-box><text:p>En bas</text:p></draw:text-box></draw:frame>
 <draw:frame presentation:class="outline" svg:y="3cm"><draw:text-box><text:list><text:list-item>
  <text:p>Neuf<text:s/>restaurants</text:p><text:list><text:list-item><text:p>dont deux</text:p>
  </text:list-item></text:list></text:list-item></text:list></draw:text-box></draw:frame>
 <draw:frame presentation:class="title"><draw:text-box><text:p>La cantine</text:p></draw:text-box>
 </draw:frame>
 <presentation:notes><draw:frame presentation:class="notes"><draw:text-box>
  <text:p>Distribuer les fiches.</text:p></draw:text-box></draw:frame>
  <draw:frame presentation:class="page-number"><draw:text-box><text:p>1</text:p></draw:text-box>
  </draw:frame></presentation:notes>
</draw:page>
<draw:page draw:style-name="h"><draw:frame presentation:class="title"><draw:text-box>
 <text:p>Masquée</text:p></draw:text-box></draw:frame></draw:page>
<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Suite</text:p>
 </draw:text-box></draw:frame></draw:page>
</office:presentation></office:body>
"""


def test_an_opendocument_deck_gives_the_same(tmp_path: Path) -> None:
    document = read_file(write_opendocument(tmp_path / "a.odp", "presentation", ODP))
    assert shown(document) == [
        ("heading", 1, "La cantine"),
        ("item", 1, "Neuf restaurants"),
        ("item", 1, "dont deux"),
        ("paragraph", 1, "En bas"),
        ("notes", 1, "Distribuer les fiches."),
        ("heading", 3, "Suite"),
    ]
    assert [b.level for b in document.blocks[1:3]] == [0, 1]
    assert "2" in problem_in_words(document.problems[0])


# --- Reports -----------------------------------------------------------------------------------


def subtitled_pptx(path: Path) -> None:
    deck = Presentation()
    opening, plan = (deck.slides.add_slide(deck.slide_layouts[at]) for at in (0, 1))
    opening.placeholders[1].text_frame.text = "Quelles solutions pour l'eau ?\nMai 2024"
    plan.shapes.title.text = "Plan"
    deck.save(str(path))


def subtitled_odp(path: Path) -> None:
    frame = '<draw:frame presentation:class="{}"><draw:text-box>{}</draw:text-box></draw:frame>'
    lines = "<text:p>Quelles solutions pour l'eau ?</text:p><text:p>Mai 2024</text:p>"
    slides = (frame.format("subtitle", lines), frame.format("title", "<text:p>Plan</text:p>"))
    body = "".join(f"<draw:page>{slide}</draw:page>" for slide in slides)
    write_opendocument(path, "presentation", body)


@pytest.mark.parametrize("write", [subtitled_pptx, subtitled_odp], ids=["pptx", "odp"])
def test_a_slide_without_a_title_is_headed_by_its_subtitle(
    write: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / f"a.{write.__name__[-4:].strip('_')}"
    write(path)
    document = read_file(path)
    assert document.title == "Quelles solutions pour l'eau ?"
    assert shown(document) == [
        ("heading", 1, "Quelles solutions pour l'eau ?"),
        ("item", 1, "Mai 2024"),
        ("heading", 2, "Plan"),
    ]


def test_a_bullet_that_somebody_typed_begins_an_item(tmp_path: Path) -> None:
    typed = docx.Document()
    for text in ("• Besoin : un guichet", "✓Action", "- Bonjour à toutes.", "•"):
        typed.add_paragraph(text)
    typed.save(str(tmp_path / "a.docx"))
    assert shown(read_file(tmp_path / "a.docx")) == [
        ("item", 1, "Besoin : un guichet"),
        ("item", 2, "Action"),
        ("paragraph", 3, "- Bonjour à toutes."),
        ("paragraph", 4, "•"),
    ]


def test_a_word_document_numbers_every_block_that_is_not_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    document = docx.Document()
    document.add_heading("Rapport", 1)
    document.add_paragraph("")
    document.add_paragraph("Premier paragraphe.")
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(("Cas", "Taux", "Débat", "9 %")):
        table.cell(at // 2, at % 2).text = text
    document.add_heading("Détail", 2)
    document.add_paragraph("Une puce", style="List Bullet")
    document.save(str(path))
    found = read_file(path)
    assert shown(found) == [
        ("heading", 1, "Rapport"),
        ("paragraph", 2, "Premier paragraphe."),
        ("table", 3, "Cas : Débat | Taux : 9 %"),
        ("heading", 4, "Détail"),
        ("item", 5, "Une puce"),
    ]
    assert [b.level for b in found.blocks if b.kind == "heading"] == [1, 2]
    assert found.title == "Rapport"


def test_bold_lines_are_headings_where_there_are_no_heading_styles(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    document = docx.Document()
    document.add_paragraph().add_run("Le contexte").bold = True
    document.add_paragraph("Du texte.")
    document.add_paragraph().add_run("2/ État des coupes :").bold = True
    document.add_paragraph().add_run("Le conseil décide :").bold = True
    document.save(str(path))
    kinds = [b.kind for b in read_file(path).blocks]
    assert kinds == ["heading", "paragraph", "heading", "paragraph"]


COLUMN = ["COMPTE RENDU", "Séance ouverte.", "Le projet est adopté.", "Oui.", "Non.", "Fin."]


def docx_table(folder: Path, rows: list[list[list[str]]]) -> Path:
    """Write a Word document of one table, by its rows, cells and their paragraphs."""
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for at, row in enumerate(rows):
        for column, paragraphs in enumerate(row):
            cell = table.cell(at, column)
            cell.paragraphs[0].text = paragraphs[0]
            for text in paragraphs[1:]:
                cell.add_paragraph(text)
    document.save(str(folder / "a.docx"))
    return folder / "a.docx"


def odt_table(folder: Path, rows: list[list[list[str]]]) -> Path:
    """Write an OpenDocument text of one table, as `docx_table` does."""
    written = "".join(
        "<table:table-row>"
        + "".join(
            "<table:table-cell>"
            + "".join(f"<text:p>{text}</text:p>" for text in cell)
            + "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    body = f"<office:body><office:text><table:table>{written}</table:table></office:text>"
    return write_opendocument(folder / "a.odt", "text", f"{body}</office:body>")


def rtf_table(folder: Path, rows: list[list[list[str]]]) -> Path:
    """Write a text in RTF of one table, as `docx_table` does."""
    written = "".join(
        "\\trowd"
        + "".join(f"\\cellx{1000 * (at + 1)}" for at in range(len(row)))
        + "".join("\\pard\\intbl " + "\\par ".join(cell) + "\\cell" for cell in row)
        + "\\row\n"
        for row in rows
    )
    (folder / "a.rtf").write_bytes(
        ("{\\rtf1\\ansi\\ansicpg1252 " + written + "\\pard\\par}").encode("cp1252")
    )
    return folder / "a.rtf"


@pytest.mark.parametrize("written", [docx_table, odt_table, rtf_table])
@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        ([[["Cimetière"]]], {"paragraph"}),
        ([[["Date : lundi"], COLUMN]], {"paragraph"}),
        ([[["9 h"], COLUMN], [["10 h"], ["Pause"]], [["11 h"], ["Atelier"]]], {"table"}),
        ([[["Nom"], ["Atelier 1"]]], {"table"}),
    ],
    ids=["frame", "two columns", "programme", "form"],
)
def test_a_table_that_lays_out_a_page_is_read_as_its_paragraphs(
    written: Callable[[Path, list[list[list[str]]]], Path],
    rows: list[list[list[str]]],
    kinds: set[str],
    tmp_path: Path,
) -> None:
    blocks = read_file(written(tmp_path, rows)).blocks
    assert {block.kind for block in blocks} == kinds
    if kinds == {"paragraph"}:
        assert [block.text for block in blocks] == [p for row in rows for cell in row for p in cell]


ODT = """
<office:body><office:text>
<text:tracked-changes><text:p>Supprimé</text:p></text:tracked-changes>
<text:h text:outline-level="2">Le territoire</text:h>
<text:p/>
<text:p>La ville<text:note><text:note-body><text:p>voir annexe</text:p></text:note-body></text:note>
 collecte.</text:p>
<table:table><table:table-row><table:table-cell><text:p>Mois</text:p></table:table-cell>
<table:table-cell><text:p>Tonnes</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Mai</text:p></table:table-cell>
<table:table-cell><text:p>46</text:p></table:table-cell></table:table-row></table:table>
<text:list><text:list-item><text:p>Une réserve</text:p></text:list-item></text:list>
</office:text></office:body>
"""


def test_an_opendocument_text_numbers_its_blocks_and_leaves_out_deleted_text(
    tmp_path: Path,
) -> None:
    assert shown(read_file(write_opendocument(tmp_path / "a.odt", "text", ODT))) == [
        ("heading", 1, "Le territoire"),
        ("paragraph", 2, "La ville collecte."),
        ("paragraph", 2, "voir annexe"),
        ("table", 3, "Mois : Mai | Tonnes : 46"),
        ("item", 4, "Une réserve"),
    ]


def test_an_outside_entity_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mot de passe")
    prolog = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    body = "<office:body><office:text><text:p>Voici &e; fin.</text:p></office:text></office:body>"
    document = read_file(write_opendocument(tmp_path / "a.odt", "text", body, prolog))
    assert "mot de passe" not in str(document.blocks)


def strict(path: Path) -> Path:
    """Write an office file again as « Strict Open XML »."""
    written = path.with_name(f"strict{path.suffix}")
    usual = re.compile(rb"http://schemas\.openxmlformats\.org/((?!package)\w+)/2006/(\w+)")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(written, "w") as other:
        for member in archive.namelist():
            data = archive.read(member)
            other.writestr(member, usual.sub(rb"http://purl.oclc.org/ooxml/\1/\2", data))
    return written


@pytest.mark.parametrize("suffix", ["docx", "pptx", "xlsx"])
def test_a_file_in_the_strict_format_reads_as_any_other(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "docx":
        document = docx.Document()
        document.add_paragraph("Le budget est voté.")
        document.save(str(path))
    elif suffix == "pptx":
        write_pptx(path)
    else:
        book = openpyxl.Workbook()
        book.active.append(["Le budget est voté."])
        book.save(path)
    assert shown(read_file(strict(path))) == shown(read_file(path)) != []


# --- Text --------------------------------------------------------------------------------------

HTML = """<!doctype html><html lang="fr"><head><title>Le forum</title><style>p{}</style></head>
<body><nav>Menu</nav><main><h1>Accueil</h1><p>Un <b>mot</b>,<br>deux
lignes.</p><div>Sans balise<ul><li>Un<ul><li>Dedans</li></ul></li></ul>après</div>
<table><tr><th>Public</th><th>Inscrits</th></tr><tr><td>Élus</td><td>12</td></tr></table>
<script>alert(1)</script><pre>a
 b</pre></main><footer>Pied</footer></body></html>"""


def test_a_web_page_keeps_its_text_and_not_its_furniture(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(HTML, encoding="utf-8")
    document = read_file(path)
    assert (document.title, document.language, document.facts["kind"]) == ("Le forum", "fr", "page")
    assert shown(document) == [
        ("heading", 1, "Accueil"),
        ("paragraph", 2, "Un mot,\ndeux lignes."),
        ("paragraph", 3, "Sans balise"),
        ("item", 4, "Un"),
        ("item", 5, "Dedans"),
        ("paragraph", 6, "après"),
        ("table", 7, "Public : Élus | Inscrits : 12"),
        ("paragraph", 8, "a\nb"),
    ]


def test_a_page_nested_very_deeply_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<p>Au début.</p>" + "<div>" * 20_000 + "fond" + "</div>" * 20_000)
    assert read_file(path).blocks[0].text == "Au début."


MARKDOWN = """---
titre: Compte rendu
auteur: Service culture
---
# Ouverture

Un **mot** et un [lien](https://exemple.fr),
suite de `code`.

- une puce
  qui continue
  - dessous
1. premier

| Cas | Taux |
|-----|-----:|
| Un  | 9 %  |

Souligné
--------
```
x = 1
```
"""


def test_a_markdown_file_gives_text_without_marks_at_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    document = read_file(path)
    assert (document.title, document.facts["author"]) == ("Compte rendu", "Service culture")
    assert [(b.kind, b.place.first, b.place.last, b.text) for b in document.blocks] == [
        ("heading", 5, 5, "Ouverture"),
        ("paragraph", 7, 8, "Un mot et un lien, suite de code."),
        ("item", 10, 11, "une puce qui continue"),
        ("item", 12, 12, "dessous"),
        ("item", 13, 13, "1. premier"),
        ("table", 15, 17, "Cas : Un | Taux : 9 %"),
        ("heading", 19, 20, "Souligné"),
        ("paragraph", 22, 22, "x = 1"),
    ]


def test_a_text_file_is_cut_at_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("VENIR\nEn bus.\n\n\nÀ vélo,\nou à pied.\n".encode("cp1252"))
    assert list(read_file(path).blocks) == [
        Block("VENIR", "heading", read_file(path).blocks[0].place, level=1),
        *read_file(path).blocks[1:],
    ]
    assert [(b.place.first, b.place.last, b.text) for b in read_file(path).blocks] == [
        (1, 1, "VENIR"),
        (2, 2, "En bus."),
        (5, 6, "À vélo,\nou à pied."),
    ]


# --- Messages ----------------------------------------------------------------------------------


def message(path: Path, html: str = "") -> tuple[EmailMessage, Callable[[], Document]]:
    """Return a message to attach files to, and what reads it once they are."""
    made = EmailMessage()
    made["From"], made["Subject"] = "agent@exemple.fr", "Les documents"
    made.set_content("Voici les documents.\n")
    if html:
        made.add_alternative(html, subtype="html")

    def finished() -> Document:
        path.write_bytes(made.as_bytes())
        return read_file(path)

    return made, finished


@pytest.mark.parametrize(
    ("kind", "name", "data", "why"),
    [
        ("image/png", "plan.png", b"\x89PNG", "image"),
        ("application/octet-stream", "scan.tiff", b"II*\0", "image"),
        ("audio/mpeg", "debat.mp3", b"ID3", "enregistrement"),
        ("video/quicktime", "visite.mov", b"ftyp", "enregistrement"),
        ("application/octet-stream", "debat.m4a", b"ftyp", "enregistrement"),
        ("application/msword", "note.doc", b"\xd0\xcf", "ancien format"),
        ("application/zip", "tout.zip", b"PK", "format non lu"),
        ("application/pdf", "panne.pdf", b"%PDF-1.7 rien", "illisible"),
        ("application/pdf", "vide.pdf", b"", "sans texte"),
        ("text/csv", "vide.csv", b";;\n", "sans texte"),
        (
            "application/octet-stream",
            "secret.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "protégé par un mot de passe",
        ),
    ],
)
def test_an_attachment_that_is_not_read_is_one_line_that_says_why_and_what_to_do(
    tmp_path: Path, kind: str, name: str, data: bytes, why: str
) -> None:
    made, finished = message(tmp_path / "a.eml")
    main, _, sub = kind.partition("/")
    made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    document = finished()
    (problem,) = document.problems
    assert problem_in_words(problem) == f"La pièce jointe « {name} » n'a pas été lue ({why})."
    assert problem.state == "partial" and "à côté du message" in remedy_in_words(problem)
    assert document.blocks[-1].text == "Voici les documents."


def test_each_attachment_has_its_own_line(tmp_path: Path) -> None:
    made, finished = message(tmp_path / "a.eml")
    for name in ("plan.png", "debat.mp3", "note.doc"):
        made.add_attachment(b"?", maintype="application", subtype="octet-stream", filename=name)
    assert [problem_in_words(p) for p in finished().problems] == [
        "La pièce jointe « plan.png » n'a pas été lue (image).",
        "La pièce jointe « debat.mp3 » n'a pas été lue (enregistrement).",
        "La pièce jointe « note.doc » n'a pas été lue (ancien format).",
    ]


def test_a_picture_that_a_message_shows_among_its_words_is_not_missed(tmp_path: Path) -> None:
    made, finished = message(tmp_path / "a.eml", '<p>Bonjour <img src="cid:logo@exemple"></p>')
    for name, id_ in (("logo.png", "<logo@exemple>"), ("plan.png", "<f_1>")):
        made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename=name, cid=id_)
    assert [problem_in_words(p) for p in finished().problems] == [
        "La pièce jointe « plan.png » n'a pas été lue (image)."
    ]


def test_attachments_beyond_the_hundredth_are_told(tmp_path: Path) -> None:
    made, finished = message(tmp_path / "a.eml")
    for number in range(102):
        made.add_attachment(f"Pièce {number}.", filename=f"{number}.txt")
    document = finished()
    assert [block.text for block in document.blocks][-1] == "Pièce 99."
    assert [problem_in_words(p) for p in document.problems] == [
        "Le message a plus de 100 pièces jointes ; les suivantes n'ont pas été lues."
    ]
