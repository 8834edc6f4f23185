"""pypdf: the first reader of PDF pages, whose order and spacing are right most often.

In: a path, or a file that it opened. Out: what it says of the file and of each page, or nothing
where it fails or takes too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pypdf
from pypdf.generic import ContentStream, NameObject

from assistant.errors import ReadError
from assistant.readers.parts import Defect, Fact, Source
from assistant.readers.pdf.beside import remarks_on, shown_texts, unread_files, wide_images
from assistant.readers.pdf.boxes import as_seen, drawn_once, from_above
from assistant.readers.pdf.clock_order import by_the_clock
from assistant.readers.pdf.layers import (
    INVISIBLE,
    layers_off,
    without_invisible,
    without_layers,
)
from assistant.readers.pdf.outline import Outline, labels_of, outline_of, squeezed, without_tex
from assistant.readers.pdf.runs import Settled, TextRun, put_right
from assistant.readers.timeouts import TooSlow, at_most
from assistant.readers.titles import usable_title

_ACTUAL = re.compile(
    rb"/ActualText\s{0,9}(?:\(((?:[^()\\]|\\.){0,2000})\)|<((?:[0-9A-Fa-f]{2}){0,2000})>)",
    re.DOTALL,
)
_MOST_STATED = 1_000


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as pypdf reads it. `text` is None where it fails.

    `runs` are what the text is made of, none on a page that is turned: heights are not those that
    one sees. Above `top` stands what may be its title. `marks` tells what marks of notes became,
    `typed` what a form or a remark writes over the page. `trusted`: only this text is right, since
    the page has layers that are off or columns drawn across. `replaced`: the page says itself how
    something that it draws reads, which PDFium alone heeds. `pictured` are the
    images that may be a line of text. `outside`: some text is drawn beside the sheet.
    """

    text: str | None = None
    runs: Sequence[TextRun] = ()
    top: float = 0.0
    marks: Sequence[tuple[str, str]] = ()
    typed: Sequence[str] = ()
    remarks: int = 0
    hides: bool = False
    cropped: bool = True
    outside: bool = False
    trusted: bool = False
    replaced: bool = False
    pictured: frozenset[int] = frozenset()


def limits() -> AbstractContextManager[object]:
    """Lower pypdf's own limits, which are per stream (docs/reading.md, PDF limits)."""
    return pypdf.apply_configuration(
        zlib_maximum_output_length=30_000_000,
        lzw_maximum_output_length=30_000_000,
        stream_decoding_work_maximum_length=100_000_000,
        stream_parsing_work_maximum_count=500_000,
    )


def open_pypdf(path: Source, seconds: float, *, required: bool) -> pypdf.PdfReader | None:
    """Open a PDF, trying the empty password. None: pypdf can't, and PDFium can."""
    try:
        with limits(), at_most(seconds):
            pdf = pypdf.PdfReader(path if isinstance(path, Path) else path.open("rb"))
            if pdf.is_encrypted and not pdf.decrypt(""):
                raise ReadError("file_protected")
            len(pdf.pages)
    except ReadError:
        raise
    except (TooSlow, MemoryError) as e:
        if not required:
            return None
        if isinstance(e, MemoryError):
            raise
        raise ReadError("file_time", seconds=in_words(seconds)) from e
    except Exception as e:  # a damaged file makes pypdf raise almost anything
        if required:
            raise ReadError("file_damaged", cause=e) from e
        return None
    return pdf


def metadata_of(pdf: pypdf.PdfReader | None, seconds: float) -> list[Fact]:
    """Return the title and author that the file's metadata state, where they say something."""
    if pdf is None:
        return []
    try:
        with limits(), at_most(seconds):
            metadata = pdf.metadata
            found = (metadata.title, metadata.author) if metadata else ("", "")
            values = [usable_title(without_tex(str(value or ""))) for value in found]
    except (TooSlow, Exception):  # damaged metadata: the pages may still be fine
        return []
    facts = zip(("title", "author"), values, strict=True)
    return [Fact(name, value) for name, value in facts if value]


def structure_of(pdf: pypdf.PdfReader | None, seconds: float) -> tuple[Outline, str]:
    """Return a file's outline and the labels of its pages, where they can be read."""
    if pdf is None:
        return {}, ""
    try:
        with limits(), at_most(seconds):
            return outline_of(pdf), labels_of(pdf)
    except (TooSlow, Exception):  # a damaged outline: the pages may still be fine
        return {}, ""


def unread_of(pdf: pypdf.PdfReader | None, seconds: float) -> tuple[list[Defect], frozenset[int]]:
    """Return what is told of the files within a PDF, and which of its layers are off."""
    if pdf is None:
        return [], frozenset()
    try:
        with limits(), at_most(seconds):
            return list(unread_files(pdf)), layers_off(pdf)
    except (TooSlow, Exception):  # a damaged catalog: the pages may still be fine
        return [], frozenset()


def page_text(
    pdf: pypdf.PdfReader | None,
    at: int,
    seconds: float,
    slow: list[int],
    off: frozenset[int] | None,
) -> PageText:
    """Read a page, from 0, without its layers `off`; one that takes too long is added to `slow`.

    What is invisible is left out too, unless `off` is None.
    """
    if pdf is None:
        return PageText()
    try:
        with limits(), at_most(seconds):
            page = pdf.pages[at]
            hides = bool(off) and without_layers(pdf, page, off or frozenset())
            contents = _contents(page)
            if off is None or INVISIBLE.search(contents) is None:
                raw, runs = _drawn(page)
            else:
                (raw, runs), (seen, seen_runs) = _drawn_and_seen(pdf, page)
                # Where most is invisible, it says what a picture shows.
                if len(seen) < len(raw) <= 2 * len(seen):
                    beside = _outside(seen_runs, page.cropbox)
                    runs = [run for run in seen_runs if run not in beside]
                    raw, hides = "".join(run.text for run in runs), True
            turned = page.rotation
            box = page.mediabox
            top = float(box.top) - 0.55 * float(box.height)
            cropped = page.cropbox != box
            crop = page.cropbox
            outside = any(run.text.strip() for run in _outside(runs, crop))
            settle = partial(_turned, turned=turned) if turned else _settled
            settled = settle(raw, runs, placed=not outside)
            replaced = _says_how_it_reads(contents, raw)
            pictured = frozenset() if turned else wide_images(page, contents)
    except (TooSlow, MemoryError):
        slow.append(at + 1)
        return PageText()
    except Exception:  # the page is then PDFium's, or reported as damaged
        return PageText()
    typed, remarks = _beside(page, seconds)
    return PageText(
        settled.text,
        [run for run in settled.runs if run.text.strip()],
        top,
        settled.marks,
        typed,
        remarks,
        hides,
        cropped,
        outside,
        hides or settled.reordered,
        replaced,
        pictured,
    )


def _settled(raw: str, runs: list[TextRun], *, placed: bool) -> Settled:
    """Return a page's text put right, the lines of a programme in the order of its times.

    Else each box comes after what stands above it, where the runs' places are those seen: none
    stands beside the sheet (`placed`).
    """
    if "".join(run.text for run in runs) == raw:
        runs = drawn_once(runs)
        raw = "".join(run.text for run in runs)
    settled = put_right(raw, runs)
    drawn = list(settled.runs)
    if "".join(run.text for run in drawn) != settled.text:
        return settled
    ordered = by_the_clock(drawn)
    timed = ordered != drawn
    if placed and not timed:
        ordered = from_above(drawn)
    if ordered == drawn:
        return settled
    text = "".join(run.text for run in ordered)
    return replace(settled, text=text, runs=ordered, reordered=settled.reordered or timed)


def _turned(raw: str, runs: list[TextRun], *, placed: bool, turned: int) -> Settled:
    """Return the text of a page that is turned, each box after what stands above it."""
    if not placed or "".join(run.text for run in runs) != raw:
        return Settled(raw, ())
    return Settled("".join(run.text for run in from_above(as_seen(runs, turned))), ())


def _drawn(page: Any) -> tuple[str, list[TextRun]]:
    """Return a page's text, and the runs that it is made of."""
    runs: list[TextRun] = []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text:
            a, b = tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3]
            left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            runs.append(TextRun(text, float(size or 1) * (a * a + b * b) ** 0.5, height, left))

    return page.extract_text(visitor_text=visit), runs


_Drawn = tuple[str, list[TextRun]]


def _drawn_and_seen(pdf: pypdf.PdfReader, page: Any) -> tuple[_Drawn, _Drawn]:
    """Return what `_drawn` does, with and without the text that nobody sees.

    The contents are taken apart once for both; the page is left as it is.
    """
    contents = page["/Contents"]
    stream = ContentStream(page.get_contents(), pdf, "bytes")
    page[NameObject("/Contents")] = stream
    try:
        drawn = _drawn(page)
        operations = without_invisible(stream.operations)
        if len(operations) == len(stream.operations):
            return drawn, drawn
        stream.operations = operations
        return drawn, _drawn(page)
    finally:
        page[NameObject("/Contents")] = contents


def _outside(runs: Sequence[TextRun], box: Any) -> list[TextRun]:
    """Return the runs that begin above, below or right of what a page shows."""
    _, bottom, right, top = map(float, box)
    return [
        run
        for run in runs
        if run.height > top or run.left > right or run.height + run.size < bottom
    ]


def _contents(page: Any) -> bytes:
    contents = page.get_contents()
    return contents.get_data() if contents is not None else b""


def _says_how_it_reads(data: bytes, text: str) -> bool:
    """Tell whether a page has words for what it draws (`/ActualText`) that its text lacks."""
    if b"/ActualText" not in data:
        return False
    known = squeezed(text)
    return any(word not in known for word in map(squeezed, _stated(data)))


def _stated(data: bytes) -> Iterator[str]:
    """Yield the words that a page states of what it draws, but for single letters and hyphens."""
    for found in islice(_ACTUAL.finditer(data), _MOST_STATED):
        written = bytes.fromhex(found[2].decode()) if found[2] else found[1] or b""
        wide = written.startswith(b"\xfe\xff")
        words = written[2:].decode("utf-16-be", "ignore") if wide else written.decode("latin-1")
        if sum(map(str.isalnum, words)) > 1:
            yield words


def _beside(page: Any, seconds: float) -> tuple[list[str], int]:
    """Return what is typed over a page, and how many remarks it has."""
    if "/Annots" not in page:
        return [], 0
    try:
        with limits(), at_most(seconds):
            return shown_texts(page), remarks_on(page)
    except (TooSlow, Exception):  # damaged annotations: the page's own text is there
        return [], 0


def largest_words(runs: Sequence[TextRun], above: float) -> str:
    """Return what is written largest in the upper part of a page, if larger than most text."""
    upper = [run for run in runs if run.height >= above and any(c.isalpha() for c in run.text)]
    if not upper:
        return ""
    largest = max(run.size for run in upper)
    counts: dict[float, int] = {}
    for run in runs:
        counts[round(run.size, 1)] = counts.get(round(run.size, 1), 0) + len(run.text)
    usual = max(counts, key=lambda size: counts[size])
    chosen = [run.text for run in upper if run.size >= 0.95 * largest]
    return "" if largest < 1.15 * usual else " ".join(chosen)


def in_words(seconds: float) -> str:
    """Write a time as French writes it."""
    return f"{seconds:.2g}".replace(".", ",")
