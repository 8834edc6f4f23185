"""Objects in OpenDocument files: charts become tables, formulas words, forms what is filled in.

In: the file, and an element of its content. Out: texts; "" for an object of another kind, which its
reader names.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.formats.cell_values import value_text
from assistant.readers.formats.formulas import FORMULAS, formula_text
from assistant.readers.formats.opendocument.archive import parse_member
from assistant.readers.formats.opendocument.content import rows_of, text_of
from assistant.readers.formats.opendocument.names import name
from assistant.readers.formats.table_text import table_text
from assistant.readers.parts import Source
from assistant.readers.safe_xml import local_name

MAX_OBJECTS = 500


def write_formulas(path: Source, root: etree._Element) -> None:
    """Put the words of each formula in place of the frame that shows it."""
    for embedded in list(root.iter(name("draw:object")))[:MAX_OBJECTS]:
        frame = embedded.getparent()
        above = frame.getparent() if frame is not None else None
        if frame is None or above is None or local_name(above) not in ("p", "h", "span"):
            continue
        formula = _formula(path, embedded)
        if formula is not None:
            words = above.makeelement(name("text:span"))
            words.text, words.tail = formula_text(formula), frame.tail
            above.replace(frame, words)


def _formula(path: Source, embedded: etree._Element) -> etree._Element | None:
    inside = embedded.find(FORMULAS[1])
    if inside is not None:
        return inside
    root = _content(path, embedded)
    return root if root is not None and root.tag == FORMULAS[1] else None


def _content(path: Source, embedded: etree._Element) -> etree._Element | None:
    link = embedded.get(name("xlink:href"), "").removeprefix("./").rstrip("/")
    try:
        return parse_member(path, f"{link}/content.xml") if link else None
    except ReadError:
        return None


def objects_in(path: Source, element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield of each object within an element its text, or "" and its name where it has none."""
    held = element.iter(name("draw:object"), name("draw:object-ole"))
    for number, embedded in enumerate(held):
        text = object_text(path, embedded) if number < MAX_OBJECTS else ""
        link = embedded.get(name("xlink:href"), "").rpartition("/")[2]
        yield text, "" if text else link or "OLE"


def object_text(path: Source, embedded: etree._Element) -> str:
    """Return a chart's title and the table that it draws, or a formula; else ""."""
    root = _content(path, embedded)
    if root is None:
        return ""
    if root.tag == FORMULAS[1]:
        return formula_text(root)
    lines = [_title(root)]
    chart = root.find(f".//{name('chart:chart')}")
    if chart is not None:
        _write_figures(root)
    lines += [table_text(rows_of(table)) for table in root.iter(name("table:table"))]
    return "\n".join(line for line in lines if line)


def object_titles(path: Source, embedded: etree._Element) -> str:
    """Return the title of a chart whose figures stand in cells, or a formula; else ""."""
    root = _content(path, embedded)
    if root is None:
        return ""
    return formula_text(root) if root.tag == FORMULAS[1] else _title(root)


def _title(root: etree._Element) -> str:
    title = root.find(f".//{name('chart:title')}")
    return " ".join(map(text_of, title.iter(name("text:p")))) if title is not None else ""


def _write_figures(root: etree._Element) -> None:
    """Write the figures of a chart's table as the chart does: "32 %" and not 0.32."""
    number_format = "0.##%" if _is_percentage(root) else "General"
    for cell in root.iter(name("table:table-cell")):
        paragraph = cell.find(name("text:p"))
        try:
            value = float(cell.get(name("office:value"), ""))
        except ValueError:
            continue
        if paragraph is not None:
            paragraph.text = value_text(value, number_format)


def _is_percentage(root: etree._Element) -> bool:
    """Tell whether the axis or the series of a chart write their figures as percentages."""
    written = {
        element.get(name("style:name")) for element in root.iter(name("number:percentage-style"))
    }
    styles = {
        style.get(name("style:name"))
        for style in root.iter(name("style:style"))
        if style.get(name("style:data-style-name")) in written
    }
    shown = [*root.iter(name("chart:series"))]
    shown += [
        axis for axis in root.iter(name("chart:axis")) if axis.get(name("chart:dimension")) == "y"
    ]
    return any(one.get(name("chart:style-name")) in styles for one in shown)


# --- Forms and page headers --------------------------------------------------------------------


def filled_in(root: etree._Element) -> Iterator[str]:
    """Yield what the controls of a document's forms show."""
    for control in root.iter(*map(name, ("form:checkbox", "form:radio"))):
        state = control.get(name("form:current-state"), control.get(name("form:state"), ""))
        ticked = state == "checked" or control.get(name("form:current-selected")) == "true"
        if label := control.get(name("form:label"), "").strip():
            yield f"{'☒' if ticked else '☐'} {label}"
    for control in root.iter(*map(name, ("form:text", "form:textarea", "form:combobox"))):
        value = control.get(name("form:current-value"), control.get(name("form:value"), ""))
        if value.strip():
            yield value.strip()


def common_styles(path: Source, *, named: bool = True) -> etree._Element | None:
    """Return the root of a document's common styles; None where they can't be read.

    The text may be whole without them. `named`: with the styles that its words may name; else
    with those of its pages alone.
    """
    try:
        return parse_member(path, "styles.xml", b"" if named else b"office:styles")
    except ReadError:
        return None


def margin_paragraphs(root: etree._Element | None) -> Iterator[str]:
    """Yield what the headers and footers of a document's pages say, by its common styles."""
    if root is None:
        return
    places = ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")
    for margin in root.iter(*(name(f"style:{place}") for place in places)):
        if margin.get(name("style:display"), "true") == "true":
            yield from map(text_of, margin.iter(name("text:p"), name("text:h")))
