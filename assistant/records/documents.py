"""What is read of the corpus: documents of blocks, the passages cut from them, sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.records.messages import FileState, Problem

#: Between the speakers of a fact: a comma belongs to a role's name.
SPEAKER_SEPARATOR = " / "


def speakers_of(facts: Mapping[str, str]) -> tuple[str, ...]:
    """Return who speaks in a document, as its facts have them."""
    return tuple(one for one in facts.get("speakers", "").split(SPEAKER_SEPARATOR) if one)


#: Between the parts of a passage's context: the event, the session, the headings, the speaker.
CONTEXT_SEPARATOR = " › "
#: In characters.
_LONGEST_TITLE = 80

PlaceKind = Literal["page", "slide", "second", "paragraph", "row", "line"]
BlockKind = Literal["heading", "paragraph", "item", "table", "caption", "notes", "speech"]
DocumentKind = Literal["transcript", "slides", "report", "page", "table", "recording", "image"]
#: How a text came to be, where no person wrote it down: heard, or read off a picture.
Automatic = Literal["", "speech", "ocr"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a text stands in its document.

    `first` and `last` are both included and counted from 1, except for seconds,
    which are counted from the start of the recording and may be fractional.
    """

    kind: PlaceKind
    first: float
    last: float

    def overlaps(self, other: Place, tolerance: float = 0.0) -> bool:
        """Tell whether two places share a point, give or take `tolerance` units."""
        return (
            self.kind == other.kind
            and self.first - tolerance <= other.last
            and other.first - tolerance <= self.last
        )

    def until(self, other: Place) -> Place:
        """Return the place that reaches from this one to `other`, of the same kind."""
        return Place(self.kind, min(self.first, other.first), max(self.last, other.last))


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text as the document lays it out; what readers produce.

    `level` is the depth of a heading (1 is the highest) or of a list item (0 is the outermost).
    """

    text: str
    kind: BlockKind
    place: Place
    level: int = 0
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the corpus as text with its places.

    `id` is the POSIX path under the corpus, in NFC. `facts` hold what is known of the document
    besides its text: `kind`, `event`, `session`, `type`, `speakers`, `date`, … (see `programme`).
    `problems` are those of a file that could be read in part only.
    """

    id: str
    sha256: str
    title: str
    language: str
    blocks: tuple[Block, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """From character `offset` of a passage's text on, the text stands at `first`..`last`.

    The unit is that of the passage's place. Marks are ordered by `offset`; the first is at 0.
    """

    offset: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable piece of a document.

    `text` may be quoted word for word. `context` ("event › session › heading") is embedded and
    searched, never quoted. `marks` say where inside `place` each piece of the text stands.
    """

    document_id: str
    ordinal: int
    text: str
    context: str
    place: Place
    tokens: int
    speaker: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def id(self) -> int:
        """A 63-bit hash of the passage's content and place: unchanged content keeps its id."""
        parts = (self.document_id, str(self.place), self.context, self.speaker, self.text)
        digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1

    @property
    def encoded_text(self) -> str:
        """The text as the encoder sees it: the context, then the passage."""
        return f"{self.context}\n{self.text}" if self.context else self.text

    def sentence_text(self, start: int, end: int) -> str:
        """The sentence at `start`..`end` as the encoder sees it: what it is about, then itself."""
        own = self.text[start:end]
        return f"{self.subject} : {own}" if self.subject and self.subject != own else own

    @property
    def subject(self) -> str:
        """What every sentence is about: the session and the headings above, or the first line."""
        above = self.context.split(CONTEXT_SEPARATOR)[1:]
        said = [part for part in above if part != self.speaker]
        return CONTEXT_SEPARATOR.join(said) or self.title_line

    @property
    def heading(self) -> str:
        """The title right above: a heading, or the document's or session's where there is none."""
        return self.context.rpartition(CONTEXT_SEPARATOR)[2]

    @property
    def title_line(self) -> str:
        """The first line where it is a title by its look; empty where it isn't."""
        first, _, rest = self.text.partition("\n")
        short = len(first) <= _LONGEST_TITLE and not first.endswith((".", "!", "?", "…"))
        return first if rest and short else ""

    def place_of(self, start: int, end: int) -> Place:
        """Return where the characters `start`..`end` of the text stand."""
        found: Place | None = None
        ends = [*(mark.offset for mark in self.marks[1:]), len(self.text)]
        for mark, stop in zip(self.marks, ends, strict=False):
            if mark.offset < end and stop > start:
                here = Place(self.place.kind, mark.first, mark.last)
                found = here if found is None else found.until(here)
        return found or self.place


@dataclass(frozen=True, slots=True)
class Session:
    """A session of an event, from the programme or from its folder's name.

    `id` is "event/session", `event` the event's folder. Fields the programme doesn't give are
    empty. `document_titles` are those of what is indexed of it, where that is known.
    """

    id: str
    event: str
    title: str
    event_title: str = ""
    type: str = ""
    speakers: tuple[str, ...] = ()
    date: str = ""
    time: str = ""
    room: str = ""
    document_titles: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """What its title says before a colon: "Collecte" of "Collecte : des tournées ajustées"."""
        return self.title.split(" : ")[0].strip()


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What the index holds of one file, for staff and for the page.

    A file that could not be read has the state that says why, and keeps the passages of its
    former version, if it had any. `missing` are the pages or slides that are not indexed.
    `modified` is when the file was last changed, in seconds since 1970, 0 where that is not known.
    """

    id: str
    title: str
    kind: str
    facts: Mapping[str, str]
    sha256: str
    size: int
    passages: int
    problems: tuple[Problem, ...]
    state: FileState = "ok"
    engine: str = ""
    missing: str = ""
    modified: float = 0.0
