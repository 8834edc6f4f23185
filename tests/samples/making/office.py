"""Samples of decks, reports and workbooks, made with the libraries and by hand."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any

import docx
import openpyxl
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI as DocxURI
from docx.opc.part import Part as DocxPart
from docx.oxml import parse_xml
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml as parse_shape
from pptx.util import Inches

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def stable(data: bytes) -> bytes:
    """Return an archive whose bytes don't depend on the day it was made."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename.endswith(("core.xml", "app.xml")):
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2025-03-18T08:00:00Z", content)
            elif entry.filename.endswith((".xlsx",)):
                content = stable(content)
            method = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            after.writestr(zipfile.ZipInfo(entry.filename, (2025, 3, 18, 8, 0, 0)), content, method)
    return out.getvalue()


def retyped(data: bytes, old: str, new: str) -> bytes:
    """Return an Office file whose main part has another content type."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename == "[Content_Types].xml":
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            after.writestr(entry, content)
    return stable(out.getvalue())


# --- Decks -------------------------------------------------------------------------------------


def deck() -> bytes:
    """Return a deck with all that a slide can hold."""
    made = Presentation()
    made.core_properties.title = "Présentation PowerPoint"  # what the program writes by itself
    made.core_properties.author = "Service numérique"
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "La méthode"
    frame = slide.placeholders[1].text_frame
    frame.text = "Rôle"
    below = frame.add_paragraph()
    below.text, below.level = "à qui ressembler", 1
    slide.notes_slide.notes_text_frame.text = "Prévoir 24 postes."
    slide = made.slides.add_slide(made.slide_layouts[5])
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
    chart.chart.has_title = True
    chart.chart.chart_title.text_frame.text = "Repas servis"
    chart._element._nvXxPr.cNvPr.set("descr", "La courbe monte.")
    _groups(made)
    _smart_art(made)
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Masquée"
    slide.element.set("show", "0")
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Suite"
    return _saved(made)


def _saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return stable(out.getvalue())


def _box(shapes: Any, left: float, top: float, text: str) -> None:
    box = shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.4))
    box.text_frame.text = text


def _groups(made: Any) -> None:
    """Two columns whose tops differ by a hair, and groups in groups, made in disorder."""
    slide = made.slides.add_slide(made.slide_layouts[6])
    group = slide.shapes.add_group_shape()
    _box(group.shapes, 1, 5, "Groupe, en bas")
    inner = group.shapes.add_group_shape()
    _box(inner.shapes, 4, 4, "Groupe dedans, à droite")
    _box(inner.shapes, 1, 4.05, "Groupe dedans, à gauche")
    _box(slide.shapes, 5, 1, "Colonne de droite")
    _box(slide.shapes, 1, 1.08, "Colonne de gauche")


def _smart_art(made: Any) -> None:
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Les étapes"
    texts = {"1": "Recenser", "2": "les outils", "3": "Choisir"}
    points = "".join(
        f'<dgm:pt modelId="{node}"><dgm:t><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p>'
        "</dgm:t></dgm:pt>"
        for node, text in texts.items()
    )
    links = "".join(
        f'<dgm:cxn modelId="c{to}" srcId="{start}" destId="{to}" srcOrd="{order}" destOrd="0"/>'
        for start, to, order in (("0", "3", 1), ("0", "1", 0), ("1", "2", 0))
    )
    data = (
        f'<dgm:dataModel xmlns:dgm="{_DIAGRAM}" xmlns:a="{_DRAWING}"><dgm:ptLst>'
        f'<dgm:pt modelId="0" type="doc"/>{points}<dgm:pt modelId="9" type="pres"/></dgm:ptLst>'
        f"<dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>"
    )
    part = Part(
        PackURI("/ppt/diagrams/data1.xml"),
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        slide.part.package,
        data.encode(),
    )
    relation = slide.part.relate_to(part, f"{_RELATIONS}/diagramData")
    slide.shapes._spTree.append(
        parse_shape(
            '<p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
            f'xmlns:a="{_DRAWING}" xmlns:r="{_RELATIONS}"><p:nvGraphicFramePr>'
            '<p:cNvPr id="20" name="Diagramme"/><p:cNvGraphicFramePr/><p:nvPr/>'
            '</p:nvGraphicFramePr><p:xfrm><a:off x="900000" y="2000000"/>'
            '<a:ext cx="900000" cy="900000"/></p:xfrm><a:graphic><a:graphicData uri="'
            f'{_DIAGRAM}"><dgm:relIds xmlns:dgm="{_DIAGRAM}" r:dm="{relation}" r:lo="{relation}" '
            f'r:qs="{relation}" r:cs="{relation}"/></a:graphicData></a:graphic></p:graphicFrame>'
        )
    )


def short_deck() -> bytes:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Une seule diapositive"
    slide.placeholders[1].text_frame.text = "Un point"
    return _saved(made)


# --- Reports -----------------------------------------------------------------------------------


def report() -> bytes:
    """Return a Word document with styles, notes, boxes, tracked changes and content controls."""
    made = docx.Document()
    made.core_properties.title = ""
    made.core_properties.author = "Service propreté"
    made.add_heading("Rapport de collecte", 0)
    made.add_paragraph("Le contexte ......... 3").style = made.styles.add_style("TOC 1", 1)
    made.add_heading("Le contexte", 1)
    called = made.add_paragraph("La ville collecte 46 tonnes")
    called._p.append(_word('<w:r><w:footnoteReference w:id="2"/></w:r>'))
    called.add_run(" par mois.")
    called._p.append(_word('<w:r><w:endnoteReference w:id="3"/></w:r>'))
    changed = made.add_paragraph("Le tri ")
    changed._p.append(_word('<w:del w:id="7"><w:r><w:delText>recule</w:delText></w:r></w:del>'))
    changed._p.append(_word('<w:ins w:id="8"><w:r><w:t>progresse</w:t></w:r></w:ins>'))
    changed.add_run(" depuis mai.")
    boxed = made.add_paragraph("Voir l'encadré.")
    box = "<w:txbxContent><w:p><w:r><w:t>Encadré : 12 agents.</w:t></w:r></w:p></w:txbxContent>"
    boxed._p.append(
        _word(
            '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
            '<wp:docPr id="5" name="x" descr="Un camion devant le dépôt."/><wps:txbx>'
            f"{box}</wps:txbx></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
            f"{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    made.add_heading("Détail", 2)
    made.add_paragraph("Une puce", style="List Bullet")
    made.add_paragraph("Un numéro", style="List Number")
    table = made.add_table(rows=3, cols=2)
    for at, text in enumerate(("Cas", "Taux", "Débat", "9 %", "Fusion", "")):
        table.cell(at // 2, at % 2).text = text
    table.cell(2, 0).merge(table.cell(2, 1))
    control = "<w:sdt><w:sdtContent><w:p><w:r><w:t>Dans un contrôle.</w:t></w:r></w:p>"
    made.element.body.insert(-1, _word(f"{control}</w:sdtContent></w:sdt>"))
    _notes(made, "footnote", "2", "Pesées de mai 2025.")
    _notes(made, "endnote", "3", "Hors encombrants.")
    out = io.BytesIO()
    made.save(out)
    return stable(out.getvalue())


def _word(xml: str) -> Any:
    namespaces = (
        f'xmlns:w="{_WORD}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {namespaces}", xml, count=1))


def _notes(made: Any, kind: str, number: str, text: str) -> None:
    xml = (
        f'<w:{kind}s xmlns:w="{_WORD}"><w:{kind} w:id="0" w:type="separator"><w:p><w:r>'
        f'<w:separator/></w:r></w:p></w:{kind}><w:{kind} w:id="{number}"><w:p><w:r><w:{kind}Ref/>'
        f"</w:r><w:r><w:t> {text}</w:t></w:r></w:p></w:{kind}></w:{kind}s>"
    )
    part = DocxPart(
        DocxURI(f"/word/{kind}s.xml"),
        f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml",
        xml.encode(),
        made.part.package,
    )
    made.part.relate_to(part, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))


def unstyled_report() -> bytes:
    made = docx.Document()
    made.add_paragraph().add_run("Le contexte").bold = True
    made.add_paragraph("Du texte, et ").add_run("du gras").bold = True
    made.add_paragraph().add_run("Une phrase entière en gras finit par un point.").bold = True
    out = io.BytesIO()
    made.save(out)
    return stable(out.getvalue())


# --- OpenDocument ------------------------------------------------------------------------------

_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)

_ODP = """<office:automatic-styles><style:style style:name="h"><style:drawing-page-properties
 presentation:visibility="hidden"/></style:style></office:automatic-styles>
<office:body><office:presentation>
<draw:page draw:name="p1">
 <draw:frame svg:y="6cm"><draw:text-box><text:p>En bas</text:p></draw:text-box></draw:frame>
 <draw:frame presentation:class="outline" svg:y="3cm"><draw:text-box><text:list><text:list-item>
  <text:p>Neuf<text:s/>restaurants</text:p><text:list><text:list-item><text:p>dont deux</text:p>
  </text:list-item></text:list></text:list-item></text:list></draw:text-box></draw:frame>
 <draw:frame presentation:class="title"><draw:text-box><text:p>La cantine</text:p></draw:text-box>
 </draw:frame>
 <draw:frame presentation:class="footer" svg:y="9cm"><draw:text-box><text:p>Pied</text:p>
 </draw:text-box></draw:frame>
 <presentation:notes><draw:frame presentation:class="notes"><draw:text-box>
  <text:p>Distribuer les fiches.</text:p></draw:text-box></draw:frame>
  <draw:frame presentation:class="page-number"><draw:text-box><text:p>1</text:p></draw:text-box>
  </draw:frame></presentation:notes>
</draw:page>
<draw:page draw:style-name="h"><draw:frame presentation:class="title"><draw:text-box>
 <text:p>Masquée</text:p></draw:text-box></draw:frame></draw:page>
<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Chiffres</text:p>
 </draw:text-box></draw:frame>
 <draw:g><draw:frame svg:x="9cm" svg:y="2cm"><draw:text-box><text:p>À droite</text:p>
 </draw:text-box></draw:frame><draw:g><draw:frame svg:x="1cm" svg:y="2.1cm"><draw:text-box>
 <text:p>À gauche</text:p></draw:text-box></draw:frame></draw:g></draw:g>
 <draw:frame svg:y="4cm"><draw:object xlink:href="./Object 1"/><svg:desc>La courbe monte.</svg:desc>
 </draw:frame>
 <draw:frame svg:y="8cm"><table:table><table:table-row><table:table-cell><text:p>Usage</text:p>
 </table:table-cell><table:table-cell><text:p>Part</text:p></table:table-cell></table:table-row>
 <table:table-row><table:table-cell><text:p>Résumer</text:p></table:table-cell><table:table-cell>
 <text:p>38 %</text:p></table:table-cell></table:table-row></table:table></draw:frame>
</draw:page></office:presentation></office:body>"""

_ODP_CHART = """<office:body><office:chart><chart:chart><chart:title><text:p>Repas servis</text:p>
</chart:title><table:table table:name="local-table"><table:table-header-rows><table:table-row>
<table:table-cell><text:p/></table:table-cell><table:table-cell><text:p>Repas</text:p>
</table:table-cell></table:table-row></table:table-header-rows><table:table-rows><table:table-row>
<table:table-cell><text:p>2024</text:p></table:table-cell><table:table-cell><text:p>3</text:p>
</table:table-cell></table:table-row></table:table-rows></table:table></chart:chart></office:chart>
</office:body>"""

_ODT = """<office:body><office:text>
<text:tracked-changes><text:changed-region><text:deletion><text:p>Supprimé</text:p></text:deletion>
</text:changed-region></text:tracked-changes>
<text:table-of-content><text:index-body><text:p>Le territoire 1</text:p></text:index-body>
</text:table-of-content>
<text:h text:outline-level="2">Le territoire</text:h>
<text:p/>
<text:p>La ville<text:note><text:note-citation>1</text:note-citation><text:note-body>
<text:p>voir annexe</text:p></text:note-body></text:note>
 collecte.<draw:frame><draw:text-box><text:p>Encadré : 12 agents.</text:p></draw:text-box>
</draw:frame><draw:frame><draw:image/><svg:title>x</svg:title><svg:desc>Un camion.</svg:desc>
</draw:frame></text:p>
<table:table><table:table-row><table:table-cell><text:p>Mois</text:p></table:table-cell>
<table:table-cell><text:p>Tonnes</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Mai<text:note><text:note-body><text:p>pesées</text:p>
</text:note-body></text:note></text:p></table:table-cell>
<table:table-cell><text:p>46</text:p></table:table-cell></table:table-row></table:table>
<text:list><text:list-item><text:p>Une réserve</text:p><text:list><text:list-item>
<text:p>de papier</text:p></text:list-item></text:list></text:list-item></text:list>
</office:text></office:body>"""

_ODT_BOLD = """<office:automatic-styles><style:style style:name="T1"><style:text-properties
 fo:font-weight="bold"/></style:style></office:automatic-styles><office:body><office:text>
<text:p><text:span text:style-name="T1">Le contexte</text:span></text:p>
<text:p>Une phrase <text:span text:style-name="T1">importante</text:span>.</text:p>
</office:text></office:body>"""

_ODS = """<office:automatic-styles><style:style style:name="cachee"><style:table-properties
 table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="Tonnages"><table:table-row><table:table-cell><text:p>Mois</text:p>
</table:table-cell><table:table-cell><text:p>Tonnes</text:p></table:table-cell><table:table-cell
 table:number-columns-repeated="16382"/></table:table-row>
<table:table-row><table:table-cell><text:p>Mai</text:p></table:table-cell><table:table-cell
 office:value-type="float" office:value="46.5"><office:annotation><text:p>relu</text:p>
</office:annotation><text:p>46,5</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="3"><table:table-cell><text:p>à venir</text:p>
</table:table-cell><table:table-cell><text:p>0</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row></table:table>
<table:table table:name="Brouillon" table:style-name="cachee"><table:table-row><table:table-cell>
<text:p>secret</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body>"""

_META = (
    "<office:meta><dc:title>Les {what}</dc:title><dc:creator>Service éducation</dc:creator>"
    "</office:meta>"
)


def opendocument(kind: str, body: str, what: str = "", **members: str) -> bytes:
    """Return an OpenDocument file; `members` are other XML files, by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        inside = {"content.xml": body, **members}
        if what:
            inside["meta.xml"] = _META.format(what=what)
        for member, xml in inside.items():
            tag = "document-meta" if member == "meta.xml" else "document-content"
            archive.writestr(
                member,
                f"<?xml version='1.0' encoding='UTF-8'?><office:{tag} {_NAMESPACES}>{xml}"
                f"</office:{tag}>",
            )
    return stable(out.getvalue())


# --- Workbooks ---------------------------------------------------------------------------------


def workbook() -> bytes:
    """Return a workbook with a title over its table, formats, a second table, a hidden sheet."""
    made = openpyxl.Workbook()
    made.properties.creator = "Service achats"
    sheet = made.active
    assert sheet is not None
    sheet.title = "Dépenses"
    rows: list[list[Any]] = [
        ["Dépenses du forum"],
        [],
        ["Poste", "Montant", "Part", "Date", "Payé"],
        ["Repas", 1250.5, 0.385, datetime.date(2025, 3, 18), True],
        ["Salle", 900, 0.2, datetime.datetime(2025, 3, 18, 9, 30), False],
        ["Total provisoire"],
        [],
        ["Contact", "Bureau"],
        ["Accueil", 12],
    ]
    for row in rows:
        sheet.append(row)
    for at in (4, 5):
        sheet.cell(at, 2).number_format = '#,##0.00\\ "€"'
        sheet.cell(at, 3).number_format = "0.0%"
    other = made.create_sheet("Loin")
    other["A1"], other["D40000"], other["ZZ2"] = "Seul", "Très bas", "Très à droite"
    hidden = made.create_sheet("Brouillon")
    hidden["A1"] = "secret"
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return stable(out.getvalue())


def files() -> dict[str, bytes]:
    """Return the content of each sample by its name."""
    main = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    short = short_deck()
    types = {
        "macros.pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "projection.ppsx": main.replace("presentation.main", "slideshow.main"),
        "modele.potx": main.replace("presentation.main", "template.main"),
    }
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    unstyled, book = unstyled_report(), workbook()
    chart = {"Object 1/content.xml": _ODP_CHART}
    return {
        "diaporama.pptx": deck(),
        **{name: retyped(short, main, kind) for name, kind in types.items()},
        "diaporama.odp": opendocument("presentation", _ODP, "cantines", **chart),
        "rapport.docx": report(),
        "sans-styles.docx": unstyled,
        "macros.docm": retyped(
            unstyled, word, "application/vnd.ms-word.document.macroEnabled.main+xml"
        ),
        "rapport.odt": opendocument("text", _ODT, "déchets"),
        "sans-styles.odt": opendocument("text", _ODT_BOLD),
        "classeur.xlsx": book,
        "macros.xlsm": retyped(
            book,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
        "classeur.ods": opendocument("spreadsheet", _ODS),
    }
