"""What a PDF holds beside the text of its pages: forms that are filled in, notes, other files.

In: a PDF as pypdf opened it, and its pages. Out: the texts that a page shows so, and defects that
name what is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from assistant.readers.parts import Defect, left_unread
from assistant.readers.pdf.pdfium import Rectangle
from assistant.readers.pdf.runs import TextRun
from assistant.text.analysis import clean

_HIDDEN = 0b10 | 0b100000
MAX_ANNOTATIONS = 5_000
_MAX_DEPTH = 10
_DRAWN = re.compile(rb"/([^\s/<>()\[\]]{1,100})\s{1,3}Do\b")
#: How much wider than high a line of text is at least; how high, and how far from the next one, in
#: sizes of its letters.
_LINE_FORM, _LINE_HIGH, _NEAR = 2.5, (0.9, 1.9), 1.4
#: Kinds of buttons, by their flags: several of which one is ticked, and one to press.
_RADIO, _BUTTON = 0x8000, 0x10000
#: Of annotations: those whose words stand on the page itself, and those that are remarks on it.
_WRITTEN = ("/FreeText",)
_REMARKS = ("/Text", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Ink")


def shown_texts(page: Any) -> list[str]:
    """Return the values of a page's form and the texts typed onto it, from the top.

    May raise whatever pypdf does on a damaged file.
    """
    found: list[tuple[float, float, str]] = []
    for annotation in _annotations(page):
        kind = annotation.get("/Subtype")
        text = _value(annotation) if kind == "/Widget" else ""
        if kind in _WRITTEN:
            text = clean(str(annotation.get("/Contents") or ""))
        if text:
            left, _, _, top = (float(edge) for edge in annotation["/Rect"])
            found.append((-top, left, text))
    return [text for _, _, text in sorted(found)]


def remarks_on(page: Any) -> int:
    """Count the remarks that somebody left on a page, and what somebody struck out there.

    May raise whatever pypdf does on a damaged file.
    """
    return sum(
        annotation.get("/Subtype") == "/StrikeOut"
        or (annotation.get("/Subtype") in _REMARKS and bool(str(annotation.get("/Contents") or "")))
        for annotation in _annotations(page)
    )


def wide_images(page: Any, contents: bytes) -> frozenset[int]:
    """Return the numbers of the images that a page draws and that have the form of a line of text.

    May raise whatever pypdf does on a damaged file.
    """
    found: set[int] = set()
    resources = page.get("/Resources")
    held = resources.get_object().get("/XObject") if resources is not None else None
    images: Any = held.get_object() if held is not None else {}
    # Some programs name all the images of a file on each of its pages.
    drawn = {f"/{name.decode('latin-1')}" for name in _DRAWN.findall(contents)}
    for name in islice(drawn & set(images), MAX_ANNOTATIONS):
        image = images[name].get_object()
        if image.get("/Subtype") == "/Image":
            wide, high = float(image.get("/Width", 0)), float(image.get("/Height", 0))
            if 0 < _LINE_FORM * high <= wide:
                found.add(getattr(images.raw_get(name), "idnum", 0))
    return frozenset(found)


def drawn_words(images: Iterable[Rectangle], runs: Sequence[TextRun]) -> bool:
    """Tell whether one of the images of a page is a line, or words, of the text around it.

    It is as high as a line, and stands on one or right above or below it. Programs draw words so
    that no font of theirs has.
    """
    for left, bottom, right, top in images:
        high = top - bottom
        if high <= 0 or right - left < _LINE_FORM * high:
            continue
        for run in runs:
            as_high = _LINE_HIGH[0] * run.size < high < _LINE_HIGH[1] * run.size
            near = bottom - _NEAR * run.size < run.height < top + _NEAR * run.size
            ends = run.left + 0.5 * run.size * len(run.text)
            if as_high and near and left < ends + run.size and run.left < right + run.size:
                return True
    return False


def unread_files(pdf: Any) -> Iterator[Defect]:
    """Yield what names the files within a PDF, and its form where Adobe's programs alone show it.

    May raise whatever pypdf does on a damaged file.
    """
    names = [str(name) for name in pdf.attachments]
    form = pdf.root_object.get("/AcroForm")
    form = form.get_object() if form is not None else {}
    if "/XFA" in form:
        names.append("XFA")
    yield from left_unread(objects=names)


def _annotations(page: Any) -> Iterator[Any]:
    held = page.get("/Annots")
    for annotation in (held.get_object() if held is not None else [])[:MAX_ANNOTATIONS]:
        found = annotation.get_object()
        if not int(found.get("/F", 0)) & _HIDDEN:
            yield found


def _value(widget: Any) -> str:
    """Return what a field of a form shows: "Nom : Valdeclair", "☒ Présent"."""
    value, kind = _inherited(widget, "/V"), _inherited(widget, "/FT")
    name = clean(str(_inherited(widget, "/TU") or ""))
    if kind == "/Btn":
        state = widget.get("/AS", value)
        flags = int(_inherited(widget, "/Ff") or 0)
        if flags & _BUTTON:
            return ""
        label = " : ".join(filter(None, (name, _option(widget) if flags & _RADIO else "")))
        return f"{'☐' if state in (None, '/Off') else '☒'} {label}" if label else ""
    values = value if isinstance(value, list) else [value]
    text = ", ".join(_as_offered(widget, one) for one in values if one)
    return f"{name} : {text}" if name and text else text


def _option(widget: Any) -> str:
    """Return what one of several boxes stands for, of which one is ticked; "" for a number."""
    states = widget.get("/AP", {}).get("/N", {})
    name = next((str(state)[1:] for state in states if state != "/Off"), "")
    offered = _inherited(widget, "/Opt")
    if name.isdecimal():
        at = int(name[:4])
        return clean(str(offered[at])) if offered and at < len(offered) else ""
    return clean(name)


def _as_offered(widget: Any, value: Any) -> str:
    """Return how a form shows a value: a menu may keep another word for it."""
    for offered in (_inherited(widget, "/Opt") or [])[:MAX_ANNOTATIONS]:
        if isinstance(offered, list) and len(offered) > 1 and offered[0] == value:
            return clean(str(offered[1]))
    return clean(str(value))


def _inherited(widget: Any, key: str) -> Any:
    """Return what a field or one of those above it says."""
    for _ in range(_MAX_DEPTH):
        if key in widget:
            found = widget[key]
            return found.get_object() if hasattr(found, "get_object") else found
        if "/Parent" not in widget:
            return None
        widget = widget["/Parent"].get_object()
    return None
