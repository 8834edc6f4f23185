"""What a page or slide looks like, beside its words: a place of a document → addresses and words.

Where nothing can be drawn the picture's address gives an empty one, and the page shows none. The
date of the file is part of the address: a browser keeps a picture until its file changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlencode

from assistant.corpus.paths import version_of
from assistant.i18n import Language
from assistant.i18n.places import in_notes, place_in_words
from assistant.records.documents import Passage, Place
from assistant.rendering import DECKS, FRAMES, SHOWN, Shape, Size
from assistant.web.shared.languages import in_language


@dataclass(frozen=True, slots=True)
class Quoted:
    """The characters `start`..`end` of a passage; the same number: no words in particular."""

    passage: Passage
    start: int = 0
    end: int = 0

    @property
    def place(self) -> Place:
        """Where the words stand."""
        return self.passage.place_of(self.start, self.end)

    def parameters(self) -> dict[str, str]:
        """Return what says so in an address."""
        span = {"de": str(self.start), "a": str(self.end)} if self.end > self.start else {}
        return {"p": str(self.passage.id)} | span


@dataclass(frozen=True, slots=True)
class Figure:
    """The picture of a page, where it leads, its frame in pixels, and what it is in words."""

    picture: str
    opens: str
    shape: Shape
    width: int
    height: int
    title: str
    place: str


def shape_of(document_id: str, facts: Mapping[str, str]) -> Shape:
    """Return what a document's pages look like, before any has been drawn."""
    is_deck = PurePosixPath(document_id).suffix.lower() in DECKS
    return "slide" if is_deck or facts.get("kind") == "slides" else "page"


def has_figure(document_id: str, place: Place) -> bool:
    """Tell whether a place is a page or a slide that can be drawn."""
    drawn = PurePosixPath(document_id).suffix.lower() in SHOWN
    return drawn and place.kind in ("page", "slide")


def highlighted_address(quoted: Quoted) -> str:
    """Return the address of a PDF at its page, the words quoted highlighted."""
    asked = urlencode(quoted.parameters())
    page = int(quoted.place.first)
    return f"/surligne/{quote(quoted.passage.document_id)}?{asked}#page={page}"


def thumbnail_of(
    quoted: Quoted,
    file: Path,
    opens: str,
    *,
    title: str,
    facts: Mapping[str, str],
    language: Language,
) -> Figure:
    """Return the small picture of the page where words stand; it leads to `opens`."""
    picture = _picture_address("vignette", quoted, file, {})
    return _figure("small", quoted, picture, opens, title, facts, language)


def large_of(
    quoted: Quoted,
    file: Path,
    *,
    title: str,
    facts: Mapping[str, str],
    language: Language,
) -> Figure:
    """Return the large picture of the page where words stand, which are highlighted on it.

    It leads to the page of a PDF, else to itself.
    """
    picture = _picture_address("page", quoted, file, quoted.parameters())
    is_pdf = file.suffix.lower() == ".pdf"
    opens = highlighted_address(quoted) if is_pdf else in_language(picture, language)
    return _figure("large", quoted, picture, opens, title, facts, language)


def _picture_address(route: str, quoted: Quoted, file: Path, words: Mapping[str, str]) -> str:
    """Return the address of the picture of the page where words stand, as the file now is."""
    asked = {"page": str(int(quoted.place.first)), **words, "v": version_of(file)}
    return f"/{route}/{quote(quoted.passage.document_id)}?{urlencode(asked)}"


def _figure(
    size: Size,
    quoted: Quoted,
    picture: str,
    opens: str,
    title: str,
    facts: Mapping[str, str],
    language: Language,
) -> Figure:
    shape = shape_of(quoted.passage.document_id, facts)
    width, height = FRAMES[size, shape]
    place = place_in_words(quoted.place, language, notes=in_notes(quoted.passage))
    return Figure(
        picture=picture,
        opens=opens,
        shape=shape,
        width=width,
        height=height,
        title=title,
        place=place[:1].upper() + place[1:],
    )
