"""PDF: each page becomes a heading and its lines, in place `page n`.

Two readers see every page: pypdf, whose order and spacing are right most often, and PDFium,
fast, which takes over by the rules of knowledge/READING.md §1.3. PDFium also surveys the whole
file first (1 ms a page) for its running headers. It can abort its process: `intake` then starts
again without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2

from assistant.errors import ReadError
from assistant.readers.pages import (
    Survey,
    better_text,
    blocks_of,
    clean_page,
    title_lines,
)
from assistant.readers.parts import MAX_BLOCK_CHARACTERS, Defect, Fact, Options, Part
from assistant.readers.titles import usable_title
from assistant.records import Block, Place

MAX_PAGES = 5_000
#: Fewer characters than this over a large image: the page is a picture of a text.
_SCANNED_BELOW = 20
_SCANNED_SHARE = 0.5


@dataclass(slots=True)
class _Sized:
    """A run of text with its size and height on the page, as pypdf meets it."""

    text: str
    size: float
    height: float


def read_pdf(path: Path, options: Options) -> Iterator[Part]:
    """Yield the pages of a PDF. Raises ReadError when no page can be read."""
    pdfium = _open_pdfium(path) if options.second_reader else None
    try:
        pdf = _open_pypdf(path, required=pdfium is None)
        yield from _read(pdf, pdfium)
    finally:
        if pdfium is not None:
            pdfium.close()


def _read(pdf: pypdf.PdfReader | None, pdfium: Any) -> Iterator[Part]:
    number = min(MAX_PAGES, len(pdf.pages) if pdf else len(pdfium))
    if number == 0:
        raise ReadError("file_without_text")
    slides = _landscape(pdf, pdfium, number)
    yield Fact("kind", "slides" if slides else "report")
    yield Fact("pages", str(number))
    facts = _metadata(pdf)
    yield from facts
    title = next((fact.value for fact in facts if fact.name == "title"), "")
    seconds = [_pdfium_text(pdfium, at) for at in range(number)]
    survey = Survey.of([text for text in seconds if text is not None])
    if survey.running:
        yield Fact("running_lines", " / ".join(sorted(survey.running)))
    without_text: list[int] = []
    damaged: list[int] = []
    read_any = False
    for at in range(number):
        first, sized, top = _pypdf_text(pdf, at)
        chosen = better_text(first, seconds[at])
        if chosen is None:
            damaged.append(at + 1)
            continue
        lines = clean_page(chosen[:MAX_BLOCK_CHARACTERS], survey, report=not slides)
        letters = sum(len(line.replace(" ", "")) for line in lines)
        if _is_picture(pdfium, at, letters):
            without_text.append(at + 1)
        heading, body = title_lines(lines, _largest(sized, top), slides=slides)
        blocks: list[Block] = list(blocks_of(heading, body, Place("page", at + 1, at + 1)))
        read_any = read_any or bool(blocks)
        if heading and not title:
            title = heading
            yield Fact("title", title)
        yield from blocks
    if damaged:
        yield Defect("pages_damaged", {"pages": _listed(damaged)})
    if without_text:
        if not read_any:
            raise ReadError("file_scanned")
        yield Defect("pages_without_text", {"pages": _listed(without_text)})


# --- pypdf -------------------------------------------------------------------------------------


def _limits() -> AbstractContextManager[object]:
    """Lower pypdf's own limits, which are per stream (knowledge/READING.md §1.5)."""
    return pypdf.apply_configuration(
        zlib_maximum_output_length=30_000_000,
        lzw_maximum_output_length=30_000_000,
        stream_decoding_work_maximum_length=100_000_000,
        stream_parsing_work_maximum_count=500_000,
    )


def _open_pypdf(path: Path, *, required: bool) -> pypdf.PdfReader | None:
    """Open a PDF, trying the empty password. None: pypdf can't, and PDFium can."""
    try:
        with _limits():
            pdf = pypdf.PdfReader(path)
            if pdf.is_encrypted and not pdf.decrypt(""):
                raise ReadError("file_protected")
            len(pdf.pages)
    except (ReadError, MemoryError):
        raise
    except Exception as e:  # a damaged file makes pypdf raise almost anything
        if required:
            raise ReadError("file_damaged", cause=e) from e
        return None
    return pdf


def _metadata(pdf: pypdf.PdfReader | None) -> list[Fact]:
    """Return the title and author that the file's metadata state, where they say something."""
    if pdf is None:
        return []
    try:
        with _limits():
            metadata = pdf.metadata
            found = (metadata.title, metadata.author) if metadata else ("", "")
            values = [usable_title(value) for value in found]
    except Exception:  # damaged metadata: the pages may still be fine
        return []
    facts = zip(("title", "author"), values, strict=True)
    return [Fact(name, value) for name, value in facts if value]


def _pypdf_text(pdf: pypdf.PdfReader | None, at: int) -> tuple[str | None, list[_Sized], float]:
    """Return a page's text (None when pypdf fails), its runs with their sizes, its height."""
    sized: list[_Sized] = []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text.strip():
            a, b = tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3]
            height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            sized.append(_Sized(text, float(size or 1) * (a * a + b * b) ** 0.5, height))

    if pdf is None:
        return None, [], 0.0
    try:
        with _limits():
            page = pdf.pages[at]
            text = page.extract_text(visitor_text=visit)
            box = page.mediabox
            top = float(box.top) - 0.55 * float(box.height)
            if page.rotation:
                sized = []  # heights are not those one sees
    except MemoryError:
        raise
    except Exception:  # the page is then PDFium's, or reported as damaged
        return None, [], 0.0
    return text, sized, top


def _largest(sized: list[_Sized], above: float) -> str:
    """Return what is written largest in the upper part of a page, if larger than most text."""
    upper = [run for run in sized if run.height >= above and any(c.isalpha() for c in run.text)]
    if not upper:
        return ""
    largest = max(run.size for run in upper)
    counts: dict[float, int] = {}
    for run in sized:
        counts[round(run.size, 1)] = counts.get(round(run.size, 1), 0) + len(run.text)
    usual = max(counts, key=lambda size: counts[size])
    chosen = [run.text for run in upper if run.size >= 0.95 * largest]
    return "" if largest < 1.15 * usual else " ".join(chosen)


# --- PDFium ------------------------------------------------------------------------------------


def _open_pdfium(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return None


def _pdfium_text(pdfium: Any, at: int) -> str | None:
    if pdfium is None or at >= len(pdfium):
        return None
    try:
        page = pdfium[at]
        text = page.get_textpage()
        try:
            return str(text.get_text_range())[:MAX_BLOCK_CHARACTERS]
        finally:
            text.close()
            page.close()
    except pypdfium2.PdfiumError:
        return None


def _is_picture(pdfium: Any, at: int, letters: int) -> bool:
    """Tell whether a page shows something and says almost nothing."""
    if letters >= _SCANNED_BELOW:
        return False
    if pdfium is None:
        return letters == 0
    try:
        page = pdfium[at]
        width, height = page.get_size()
        images, anything = 0.0, False
        for shown in page.get_objects(max_depth=2):
            anything = True
            if shown.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = shown.get_bounds()
                images = max(images, (right - left) * (top - bottom))
        page.close()
    except pypdfium2.PdfiumError:
        return letters == 0
    return images > _SCANNED_SHARE * width * height or (anything and letters == 0)


def _landscape(pdf: pypdf.PdfReader | None, pdfium: Any, number: int) -> bool:
    """Tell whether most of the first pages are wider than high, as one sees them."""
    wide = 0
    looked = min(10, number)
    for at in range(looked):
        try:
            if pdfium is not None and at < len(pdfium):
                width, height = pdfium.get_page_size(at)
            elif pdf is not None:
                page = pdf.pages[at]
                width, height = float(page.mediabox.width), float(page.mediabox.height)
                if page.rotation in (90, 270):
                    width, height = height, width
            else:
                continue
        except Exception:  # a damaged page has no size; the others decide
            continue
        wide += width > height
    return wide * 2 > looked


def _listed(pages: list[int]) -> str:
    """Return page numbers as a person writes them: "1, 4 à 7"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    shown = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a} à {b}" for a, b in runs]
    return ", ".join(shown)
