"""PDF: each page becomes a heading and its lines, in place `page n`.

Two readers see every page: pypdf, whose order and spacing are right most often, and PDFium,
fast, which takes over by the rules of docs/reading.md, PDF pages, and where pypdf fails or is too
slow. PDFium also surveys the whole file first (1 ms a page) for its running headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic

import pypdf

from assistant.errors import ReadError
from assistant.readers.parts import (
    MAX_BLOCK_CHARACTERS,
    Defect,
    Fact,
    Options,
    Part,
    Source,
    left_unread,
)
from assistant.readers.pdf.beside import drawn_words
from assistant.readers.pdf.file_titles import heads_contents, is_its_own
from assistant.readers.pdf.glyphs import is_no_text, ligatures_of, repaired
from assistant.readers.pdf.hyphens import over_pages
from assistant.readers.pdf.layout import better_text, blocks_of, clean_page, title_lines
from assistant.readers.pdf.outline import with_titles
from assistant.readers.pdf.pdfium import UNOPENED, Pdfium, open_pdfium
from assistant.readers.pdf.pypdf_pages import (
    PageText,
    in_words,
    largest_words,
    metadata_of,
    open_pypdf,
    page_text,
    structure_of,
    unread_of,
)
from assistant.readers.pdf.redrawn import without_copies
from assistant.readers.pdf.running_lines import Survey
from assistant.readers.speech.document_transcripts import speakers_of, with_speakers
from assistant.readers.speech.speaker_names import introduced
from assistant.records.documents import Place

MAX_PAGES = 5_000
#: Fewer characters than this over a large image: the page is a picture of a text.
_SCANNED_BELOW = 20
_SCANNED_SHARE = 0.5
_ADDRESS = re.compile(r"://|^www\.|.@.")
#: pypdf is left aside once so many pages took it too long: each costs its time again.
_MAX_SLOW_PAGES = 3
#: Minutes show on so many pages that they are.
_MINUTES_PAGES = 5
#: Looked at of the next page, for the rest of a word.
_NEXT_CHARACTERS = 2_000
#: The survey takes the time of so many pages at most; those left are read in their turn.
_SURVEY_PAGES = 2


@dataclass(slots=True)
class _Pages:
    """What the pages gave so far that is told at the end: which reader, and what is missing."""

    by_pypdf: list[int] = field(default_factory=list)
    by_pdfium: list[int] = field(default_factory=list)
    slow: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    without_text: list[int] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    remarks: int = 0
    hides: bool = False

    def parts(self, seconds: float, stopped: Set[int]) -> Iterator[Part]:
        if self.by_pypdf and self.by_pdfium:
            yield Fact("engine", f"pypdf ; PDFium ({_listed(self.by_pdfium)})")
        elif self.by_pypdf or self.by_pdfium:
            yield Fact("engine", "pypdf" if self.by_pypdf else "PDFium")
        if once := [page for page in self.by_pypdf if stopped & {page - 1, UNOPENED}]:
            yield Defect("second_reader_stopped", {"where": _listed(once)})
        if self.lost:
            values = {"pages": _listed(self.lost), "seconds": in_words(seconds)}
            yield Defect("pages_too_slow", values)
        if self.damaged:
            yield Defect("pages_damaged", {"pages": _listed(self.damaged)})
        if self.without_text:
            yield Defect("pages_without_text", _scanned(self.without_text))
        if self.drawn:
            yield Defect("words_drawn", {"pages": _listed(self.drawn)})
        yield from left_unread(hidden=self.hides, remarks=self.remarks)

    def refuse(self, seconds: float) -> None:
        """Say why no page was read, where a reason is known. Raises ReadError."""
        if self.without_text:
            raise ReadError("file_scanned", **_scanned(self.without_text))
        if self.lost:
            raise ReadError("file_time", seconds=in_words(seconds))
        if self.damaged:
            raise ReadError("file_damaged", cause=f"p. {_listed(self.damaged)}")


def read_pdf(path: Source, options: Options) -> Iterator[Part]:
    """Yield the pages of a PDF. Raises ReadError when no page can be read."""
    if options.scanned:
        from assistant.readers.pdf.ocr import read_scanned_pages

        yield from read_scanned_pages(path, options)
        return
    pdfium = open_pdfium(path, options.page_seconds) if options.second_reader else None
    try:
        second = pdfium if pdfium is not None and pdfium.pages else None
        pdf = open_pypdf(path, options.page_seconds, required=second is None)
        stopped = pdfium.stopped if pdfium is not None else set()
        speakers: set[str] = set()
        yield from with_speakers(_read(pdf, second, options, stopped, speakers), speakers)
    finally:
        if pdfium is not None:
            pdfium.close()


def _read(
    pdf: pypdf.PdfReader | None,
    pdfium: Pdfium | None,
    options: Options,
    stopped: Set[int],
    speakers: set[str],
) -> Iterator[Part]:
    """Yield the pages; `stopped` fills, meanwhile, with those that PDFium died of.

    `speakers` fills, before the first page, with who speaks where the file is of minutes.
    """
    seconds, whole = options.page_seconds, options.hidden_slides
    number = min(MAX_PAGES, len(pdf.pages) if pdf else pdfium.pages if pdfium else 0)
    if number == 0:
        raise ReadError("file_without_text")
    slides = _landscape(pdf, pdfium, number)
    yield Fact("kind", "slides" if slides else "report")
    yield Fact("pages", str(number))
    facts = metadata_of(pdf, seconds)
    outline, labels = structure_of(pdf, seconds)
    unread, off = unread_of(pdf, seconds)
    if labels:
        yield Fact("page_labels", labels)
    texts = _surveyed(pdfium, number, seconds)
    read = {at: text for at, text in texts.items() if text is not None}
    facts = [fact for fact in facts if fact.name != "title" or is_its_own(fact.value, read)]
    yield from facts
    title = next((fact.value for fact in facts if fact.name == "title"), "")
    survey = Survey.of(read, _margins(pdfium, read))
    ligatures = ligatures_of(read.values())
    if survey.examples:
        yield Fact("running_lines", " / ".join(survey.examples))
    if not slides:
        speakers |= _speakers(read, survey)
    pages = _Pages()
    read_any = False
    said = ""
    contents = False
    pictured: frozenset[int] = frozenset()
    for at in range(number):
        reader = pdf if len(pages.slow) < _MAX_SLOW_PAGES else None
        slow = len(pages.slow)
        first = page_text(reader, at, seconds, pages.slow, None if whole else off)
        second = texts.pop(at) if at in texts else pdfium.text(at) if pdfium else None
        chosen = _chosen(first, second)
        if (
            chosen is not None
            and (first.cropped or first.outside)
            and not whole
            and (within := _within_crop(pdfium, at, second, outside=first.outside))
        ):
            chosen, pages.hides = within, True
        if chosen is None:
            too_slow = len(pages.slow) > slow or (pdf is not None and reader is None)
            (pages.lost if too_slow else pages.damaged).append(at + 1)
            continue
        (pages.by_pypdf if chosen is first.text else pages.by_pdfium).append(at + 1)
        pages.hides, pages.remarks = pages.hides or first.hides, pages.remarks + first.remarks
        # An image of every page is a logo.
        new, pictured = first.pictured - pictured, pictured | first.pictured
        if new and pdfium and drawn_words(pdfium.images(at), first.runs):
            pages.drawn.append(at + 1)
        if is_no_text(chosen):
            pages.without_text.append(at + 1)
            continue
        chosen = repaired(without_copies(chosen), ligatures)
        named = outline.get(at, ())
        titles = [title for _, title in named]
        chosen = chosen[:MAX_BLOCK_CHARACTERS]
        lines = clean_page(chosen, survey, report=not slides, page=at, titles=titles)
        lines, said = _whole_words(lines, said, texts.get(at + 1), survey)
        own = _letters(line for line in lines if not survey.runs(line, at))
        if _is_picture(pdfium, at, own, blank=not _letters(lines)):
            pages.without_text.append(at + 1)
        largest = largest_words(first.runs, first.top)
        above, heading, body = title_lines(lines, largest, slides=slides)
        body += [text for text in first.typed if text not in chosen]
        contents = contents or heads_contents(heading)
        if heading and not title and not contents:
            title = heading
            yield Fact("title", title)
        blocks = blocks_of(heading, body, Place("page", at + 1, at + 1), above)
        yield from blocks if slides else with_titles(blocks, named)
        read_any = read_any or bool(above or heading or body)
    if not read_any:
        pages.refuse(seconds)
    yield from unread
    yield from pages.parts(seconds, stopped)


def _speakers(texts: Mapping[int, str], survey: Survey) -> frozenset[str]:
    """Return who speaks in minutes, by their first pages."""
    first = {at: texts[at] for at in islice(texts, _MINUTES_PAGES)}
    if (
        sum(introduced(line) is not None for text in first.values() for line in text.split("\n"))
        < 2
    ):
        return frozenset()
    return speakers_of([
        line
        for at, text in first.items()
        for line in clean_page(text[:MAX_BLOCK_CHARACTERS], survey, report=True, page=at)
    ])  # fmt: skip


def _whole_words(
    lines: list[str], said: str, following: str | None, survey: Survey
) -> tuple[list[str], str]:
    """Return a page's lines with the end of the word that the page cuts, and that end.

    `said` is the end of one that the page before has said; `following` the next page's text.
    """
    if said and lines and lines[0].startswith(said):
        rest = lines[0].removeprefix(said).lstrip()
        lines = [*filter(None, [rest]), *lines[1:]]
    if not (following and lines and lines[-1].endswith("-")):
        return lines, ""
    next_lines = clean_page(following[:_NEXT_CHARACTERS], survey, report=False)
    whole = over_pages(lines[-1], next_lines[0], survey.compounds) if next_lines else None
    return (lines, "") if whole is None else ([*lines[:-1], whole[0]], whole[1])


def _chosen(first: PageText, second: str | None) -> str | None:
    """Return the better text of a page, marks of notes taken out of either."""
    if first.text is not None and first.trusted:
        return first.text
    if first.replaced and second is not None and first.text is not None:
        return second
    chosen = better_text(first.text, second)
    if chosen is second and chosen is not None:
        for written, shown in first.marks:
            chosen = chosen.replace(written, shown, 1)
    return chosen


def _within_crop(
    pdfium: Pdfium | None, at: int, second: str | None, *, outside: bool
) -> str | None:
    """Return the text that a page shows, where it has more outside of what is cropped."""
    within = pdfium.cropped(at, outside) if pdfium and second else None
    if within is None or second is None or len(within.split()) >= len(second.split()):
        return None
    return within


def _margins(pdfium: Pdfium | None, pages: Iterable[int]) -> dict[int, str] | None:
    """Return the text of the margins of pages, from 0; None where one of them can't be read."""
    found: dict[int, str] = {}
    for at in pages:
        text = pdfium.margins(at) if pdfium else None
        if text is None:
            return None
        found[at] = text
    return found


def _surveyed(pdfium: Pdfium | None, number: int, seconds: float) -> dict[int, str | None]:
    """Return PDFium's text of the pages, from 0: of all, or of those that it reads in time."""
    texts: dict[int, str | None] = {}
    until = monotonic() + _SURVEY_PAGES * seconds
    for at in range(number if pdfium else 0):
        if seconds and monotonic() > until:
            break
        texts[at] = pdfium.text(at) if pdfium else None
    return texts


def _is_picture(pdfium: Pdfium | None, at: int, letters: int, *, blank: bool) -> bool:
    """Tell whether a page shows something and says almost nothing, or nothing at all (`blank`)."""
    if letters >= _SCANNED_BELOW:
        return False
    seen = pdfium.picture(at) if pdfium else None
    if seen is None:
        return blank
    share, anything = seen
    return share > _SCANNED_SHARE or (anything and blank)


def _letters(lines: Iterable[str]) -> int:
    """Count the letters of a page's words: an address typed over a picture says nothing of it."""
    words = (word for line in lines for word in line.split())
    return sum(len(word) for word in words if not _ADDRESS.search(word))


def _landscape(pdf: pypdf.PdfReader | None, pdfium: Pdfium | None, number: int) -> bool:
    """Tell whether most of the first pages are wider than high, as one sees them."""
    wide = 0
    looked = min(10, number)
    for at in range(looked):
        try:
            seen = pdfium.size(at) if pdfium else None
            if seen is not None:
                width, height = seen
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


def _scanned(pages: list[int]) -> dict[str, str]:
    """Return pages in words for staff, and as numbers for the recognition of their text."""
    return {"pages": _listed(pages), "numbers": " ".join(map(str, pages))}


def _listed(pages: list[int]) -> str:
    """Return page numbers as messages carry them: "1, 4-7"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    shown = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}-{b}" for a, b in runs]
    return ", ".join(shown)
