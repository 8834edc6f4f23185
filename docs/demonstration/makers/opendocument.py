"""A `Deck` → ODP, a `Report` → ODT: zipped XML as LibreOffice writes it, in little."""

from __future__ import annotations

from xml.sax.saxutils import escape

from makers.archives import zip_bytes
from makers.sources import DISCLAIMER, FOOTER, Block, Deck, Report, Rows, Slide, Source

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
DECLARATIONS = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMES.items())
TEXT_TYPE = "application/vnd.oasis.opendocument.text"
SLIDES_TYPE = "application/vnd.oasis.opendocument.presentation"

FONTS = """<office:font-face-decls><style:font-face style:name="Liberation Sans"
 svg:font-family="'Liberation Sans'" style:font-family-generic="swiss"/></office:font-face-decls>"""
LISTS = """<text:list-style style:name="Puces"><text:list-level-style-bullet text:level="1"
 text:bullet-char="•"><style:list-level-properties text:space-before="0.4cm"
 text:min-label-width="0.6cm"/></text:list-level-style-bullet><text:list-level-style-bullet
 text:level="2" text:bullet-char="–"><style:list-level-properties text:space-before="1.4cm"
 text:min-label-width="0.6cm"/></text:list-level-style-bullet></text:list-style>
<text:list-style style:name="Numeros"><text:list-level-style-number text:level="1"
 style:num-suffix="." style:num-format="1"><style:list-level-properties
 text:space-before="0.4cm" text:min-label-width="0.7cm"/></text:list-level-style-number>
</text:list-style>"""


def write_odt(report: Report) -> bytes:
    """Write a report with outline-level headings, lists and tables."""
    body: list[str] = []
    table = 0
    for index, block in enumerate(report.blocks):
        if block.kind == "heading":
            name = f"Heading_20_{block.level}"
            body.append(
                f'<text:h text:style-name="{name}" text:outline-level="{block.level}">'
                f"{escape(block.text)}</text:h>"
            )
        elif block.kind == "table":
            table += 1
            body.append(_table(block.rows, f"Tableau{table}"))
        elif block.kind in ("item", "numbered"):
            opens = index == 0 or report.blocks[index - 1].kind != block.kind
            closes = index + 1 == len(report.blocks) or (
                report.blocks[index + 1].kind != block.kind
            )
            style = "Puces" if block.kind == "item" else "Numeros"
            body.append(f'<text:list text:style-name="{style}">' if opens else "")
            body.append(f"<text:list-item>{_paragraph(block.text)}</text:list-item>")
            body.append("</text:list>" if closes else "")
        else:
            body.append(_paragraph(block.text))
    content = f"<office:text>{''.join(body)}</office:text>"
    return _package(TEXT_TYPE, report.source, content, _text_styles())


def write_odp(deck: Deck) -> bytes:
    """Write a deck with title, outline and notes frames."""
    declaration = "presentation:footer-decl"
    footer = f'<{declaration} presentation:name="pied">{FOOTER}</{declaration}>'
    pages = "".join(_page(slide, number) for number, slide in enumerate(deck.slides, start=1))
    content = f"<office:presentation>{footer}{pages}</office:presentation>"
    return _package(SLIDES_TYPE, deck.source, content, _slide_styles())


def _page(slide: Slide, number: int) -> str:
    frames = [_frame("title", slide.title, (1.2, 5.0 if slide.subtitle else 0.8, 25.6, 2.4))]
    if slide.subtitle:
        text = f"{_paragraph(slide.subtitle)}{_paragraph(DISCLAIMER)}"
        frames.append(_frame("subtitle", text, (1.2, 8.0, 25.6, 3.0), ready=True))
    if slide.items:
        frames.append(_frame("outline", _nested(slide.items), (1.2, 3.6, 25.6, 10.6), ready=True))
    if slide.rows:
        frames.append(
            f"<draw:frame {_box((1.2, 3.8, 25.6, 1.4 * len(slide.rows)))}>"
            f"{_table(slide.rows, f'Tableau{number}')}</draw:frame>"
        )
    notes = (
        '<presentation:notes draw:style-name="dp2">'
        f'<draw:page-thumbnail draw:page-number="{number}" {_box((3, 2, 15, 8.4))}'
        ' presentation:class="page"/>'
        f"{_frame('notes', slide.notes, (2, 12, 17, 13))}</presentation:notes>"
    )
    return (
        f'<draw:page draw:name="page{number}" draw:style-name="dp1"'
        ' draw:master-page-name="Sobre" presentation:use-footer-name="pied">'
        f"{''.join(frames)}{notes}</draw:page>"
    )


def _frame(kind: str, text: str, box: tuple[float, ...], ready: bool = False) -> str:
    inside = text if ready else _paragraph(text)
    return (
        f'<draw:frame presentation:class="{kind}" presentation:style-name="Sobre-{kind}"'
        f" {_box(box)}><draw:text-box>{inside}</draw:text-box></draw:frame>"
    )


def _box(box: tuple[float, ...]) -> str:
    x, y, width, height = (f"{value:g}cm" for value in box)
    return f'svg:x="{x}" svg:y="{y}" svg:width="{width}" svg:height="{height}"'


def _nested(items: tuple[Block, ...]) -> str:
    """Write bullets on two levels: a sub-list belongs to the item before it."""
    parts: list[str] = []
    for index, item in enumerate(items):
        deeper = index + 1 < len(items) and items[index + 1].level > 0
        if item.level:
            parts.append(f"<text:list-item>{_paragraph(item.text)}</text:list-item>")
            parts.append("" if deeper else "</text:list></text:list-item>")
        else:
            parts.append(f"<text:list-item>{_paragraph(item.text)}")
            parts.append("<text:list>" if deeper else "</text:list-item>")
    return f'<text:list text:style-name="Puces">{"".join(parts)}</text:list>'


def _paragraph(text: str) -> str:
    return f'<text:p text:style-name="Standard">{escape(text)}</text:p>'


def _table(rows: Rows, name: str) -> str:
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell table:style-name="{"Entete" if number == 0 else "Cellule"}"'
            f' office:value-type="string">{_paragraph(cell)}</table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for number, row in enumerate(rows)
    )
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f'<table:table table:name="{name}">{columns}{lines}</table:table>'


def _package(mimetype: str, source: Source, content: str, styles: str) -> bytes:
    start = '<?xml version="1.0" encoding="UTF-8"?>\n'
    cells = (
        '<style:style style:name="Entete" style:family="table-cell"><style:table-cell-properties'
        ' fo:background-color="#cfe0ea" fo:padding="0.12cm" fo:border="0.5pt solid #1f5c7a"/>'
        '</style:style><style:style style:name="Cellule" style:family="table-cell">'
        '<style:table-cell-properties fo:padding="0.12cm" fo:border="0.5pt solid #1f5c7a"/>'
        "</style:style>"
        '<style:style style:name="dp1" style:family="drawing-page">'
        '<style:drawing-page-properties presentation:display-footer="true"/></style:style>'
        '<style:style style:name="dp2" style:family="drawing-page"/>'
    )
    content_xml = (
        f'{start}<office:document-content {DECLARATIONS} office:version="1.3">{FONTS}'
        f"<office:automatic-styles>{LISTS}{cells}</office:automatic-styles>"
        f"<office:body>{content}</office:body></office:document-content>"
    )
    meta = (
        f'{start}<office:document-meta {DECLARATIONS} office:version="1.3"><office:meta>'
        f"<dc:title>{escape(source.title)}</dc:title><dc:creator>{escape(source.author)}"
        f"</dc:creator><dc:description>{escape(DISCLAIMER)}</dc:description>"
        "<dc:date>2025-03-18T09:00:00</dc:date><dc:language>fr-FR</dc:language>"
        "</office:meta></office:document-meta>"
    )
    styles_xml = (
        f'{start}<office:document-styles {DECLARATIONS} office:version="1.3">{FONTS}{styles}'
        "</office:document-styles>"
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in (
            ("/", mimetype),
            ("content.xml", "text/xml"),
            ("styles.xml", "text/xml"),
            ("meta.xml", "text/xml"),
        )
    )
    manifest = (
        f'{start}<manifest:manifest xmlns:manifest="{NAMES["manifest"]}"'
        f' manifest:version="1.3">{entries}</manifest:manifest>'
    )
    members = {
        "mimetype": mimetype,
        "content.xml": content_xml,
        "styles.xml": styles_xml,
        "meta.xml": meta,
        "META-INF/manifest.xml": manifest,
    }
    return zip_bytes((name, text.encode()) for name, text in members.items())


def _text_style(name: str, family: str, size: int, color: str, bold: bool, extra: str = "") -> str:
    weight = ' fo:font-weight="bold"' if bold else ""
    return (
        f'<style:style style:name="{name}" style:family="{family}" {extra}>'
        '<style:paragraph-properties fo:margin-top="0.2cm" fo:margin-bottom="0.2cm"/>'
        f'<style:text-properties style:font-name="Liberation Sans" fo:font-size="{size}pt"'
        f' fo:color="{color}" fo:language="fr" fo:country="FR"{weight}/></style:style>'
    )


def _text_styles() -> str:
    headings = "".join(
        _text_style(
            f"Heading_20_{level}",
            "paragraph",
            size,
            "#1f5c7a",
            True,
            f'style:display-name="Heading {level}" style:default-outline-level="{level}"',
        )
        for level, size in ((1, 20), (2, 15), (3, 12))
    )
    standard = _text_style("Standard", "paragraph", 11, "#22303c", False)
    return (
        f"<office:styles>{standard}{headings}</office:styles><office:automatic-styles>"
        '<style:page-layout style:name="pm1"><style:page-layout-properties'
        ' fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/></style:page-layout>'
        "</office:automatic-styles><office:master-styles><style:master-page"
        ' style:name="Standard" style:page-layout-name="pm1"/></office:master-styles>'
    )


def _slide_styles() -> str:
    kinds = (
        ("title", 30, True),
        ("subtitle", 20, False),
        ("outline", 22, False),
        ("notes", 14, False),
    )
    styles = "".join(
        _text_style(f"Sobre-{name}", "presentation", size, "#1f5c7a" if bold else "#22303c", bold)
        for name, size, bold in kinds
    )
    return (
        f'<office:styles><style:style style:name="Standard" style:family="paragraph"/>{styles}'
        '</office:styles><office:automatic-styles><style:page-layout style:name="pm1">'
        '<style:page-layout-properties fo:page-width="28cm" fo:page-height="15.75cm"'
        ' fo:margin="0cm" style:print-orientation="landscape"/></style:page-layout>'
        '<style:style style:name="fond" style:family="drawing-page">'
        '<style:drawing-page-properties draw:fill="solid" draw:fill-color="#fbfaf7"/>'
        "</style:style></office:automatic-styles><office:master-styles>"
        '<style:master-page style:name="Sobre" style:page-layout-name="pm1"'
        ' draw:style-name="fond">'
        f'<draw:frame presentation:class="footer" {_box((1.2, 14.6, 18, 0.8))}><draw:text-box>'
        "<text:p><presentation:footer/></text:p></draw:text-box></draw:frame>"
        f'<draw:frame presentation:class="page-number" {_box((23, 14.6, 3.8, 0.8))}>'
        "<draw:text-box><text:p><text:page-number/></text:p></draw:text-box></draw:frame>"
        "</style:master-page></office:master-styles>"
    )
