"""The nouns that flow through the assistant, as frozen dataclasses.

File → `Document` (made of `Block`s) → `Passage` → vector → `Hit` → `Answer` (with `Citation`s).
Nothing here computes more than a property of its own fields.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

#: What `assistant` makes public.
__all__ = [
    "Answer",
    "Block",
    "Cell",
    "Citation",
    "Document",
    "DocumentState",
    "Filters",
    "Hit",
    "Mark",
    "Passage",
    "Place",
    "Problem",
    "Progress",
    "Said",
    "Session",
    "Shown",
    "SyncReport",
]

#: One vector, float32 [dim], of length 1.
Vector = NDArray[np.float32]
#: Vectors in rows, float32 [n, dim], each of length 1.
Vectors = NDArray[np.float32]
#: Numbers of rows of an opened index, int64 [n].
Rows = NDArray[np.int64]
#: One score for each of some rows, float32 [n].
Scores = NDArray[np.float32]
#: Offsets of characters in a text, int32 [n].
Offsets = NDArray[np.int32]

#: Between the speakers of a fact: a comma belongs to a role's name.
SPEAKER_SEPARATOR = " / "

#: Between the parts of a passage's context: the event, the session, the headings, the speaker.
CONTEXT_SEPARATOR = " › "
#: In characters.
_LONGEST_TITLE = 80

PlaceKind = Literal["page", "slide", "second", "paragraph", "row", "line"]
BlockKind = Literal["heading", "paragraph", "item", "table", "caption", "notes", "speech"]
DocumentKind = Literal["transcript", "slides", "report", "page", "table", "recording", "image"]
Severity = Literal["error", "warning"]
#: What became of a file; `i18n.problems` says each in words, and as programs have always read it.
FileState = Literal[
    "ok",
    "partial",
    "protected",
    "scanned",
    "archive_bomb",
    "unreadable",
    "timed_out",
    "out_of_memory",
    "crashed",
    "old_format",
    "unknown_format",
    "needs_extra",
    "outside_link",
    "empty",
]
Status = Literal["answered", "perhaps", "refused"]
#: How an answer was made.
Engine = Literal["extractive", "catalogue", "talk", "llm"]
#: What a question asks (`query.intent`).
Intent = Literal[
    "fact", "list", "overview", "summary", "how", "reason", "comparison", "yes_no", "opinion",
    "programme", "talk",
]  # fmt: skip
#: How a text came to be, where no person wrote it down: heard, or read off a picture.
Automatic = Literal["", "speech", "ocr"]


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a text's telling words (`text.analysis.telling_spans`), where they stand.

    A vector says what the token means in its sentence. `vectors` are directions [n, dim], their
    length meaning nothing: int8 as an encoder gives them, float32 as a generation gives them back.
    `ends` says where each token ends in the text.
    """

    vectors: NDArray[np.int8 | np.float32]
    ends: Offsets


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as the encoder sees it: as a whole, and word by word."""

    vector: Vector
    words: Words


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
class Message:
    """What is to be said, in no language yet: a key of the catalogue, and what it fills in.

    A value may be such words too. Page numbers are written "3, 7-9" (`i18n.say`).
    """

    key: str
    values: Mapping[str, str | Message] = field(default_factory=dict)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Message:
        """Return the message whose fields JSON carried. Raises ValueError for anything else."""
        if plain.keys() != {"key", "values"} or not isinstance(plain["key"], str):
            raise ValueError(plain)
        return cls(plain["key"], values_from_plain(plain["values"]))


def values_from_plain(plain: Mapping[str, Any]) -> dict[str, str | Message]:
    """Return the values of a message that JSON carried. Raises ValueError for anything else."""
    values: dict[str, str | Message] = {}
    for name, value in dict(plain).items():
        if not isinstance(value, str | dict):
            raise ValueError(value)
        values[name] = value if isinstance(value, str) else Message.from_plain(value)
    return values


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one subject (a document's id, mostly), in no language.

    `key` and `values` are those of a `Message`, whose remedy is at `key` + "_remedy"
    (`i18n.problems` says both). `state` says why something of the file is missing; it is "ok" where
    nothing is (a remark on a name, a line of the programme). `pages` are those concerned, where
    they are known: "3, 7-9".
    """

    subject: str
    severity: Severity
    key: str
    values: Mapping[str, str | Message] = field(default_factory=dict)
    state: FileState = "ok"
    pages: str = ""


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
class Filters:
    """What to search in; an empty tuple leaves that facet open.

    `events` are folder names, `sessions` are "event/session" paths, `types` and `speakers` are
    as the programme spells them, `kinds` are `DocumentKind`s.
    """

    events: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def by_facet(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the values asked for by facet, as the index names facets."""
        return (
            ("event", self.events),
            ("session", self.sessions),
            ("type", self.types),
            ("speaker", self.speakers),
            ("kind", self.kinds),
        )

    def __bool__(self) -> bool:
        return any(values for _, values in self.by_facet())


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with every score that placed it at its `rank` (from 1).

    `automatic` tells a text that a machine heard or recognised: it may be wrong.

    `reply` tells one that stands there because the hit before it ends with a question.
    `score` is the fused one that ranks. `cosine` (of the passage) and `sentence` (the best of
    its sentences) are in -1..1; `bm25` is a share of the score a perfect match would have.
    """

    passage: Passage
    title: str
    rank: int
    score: float
    cosine: float
    sentence: float
    bm25: float
    rerank: float | None = None
    automatic: Automatic = ""
    reply: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row; `header` is its column's title, empty where it has none."""

    header: str
    text: str


#: What ends a sentence; automatic captions have none.
_PUNCTUATED = re.compile(r"[.!?…](?:\s|$)")


@dataclass(frozen=True, slots=True)
class Citation:
    """The proof of one sentence of an answer: characters `start`..`end` of a passage.

    `marked` are the spans of the answering words among them, in the passage's text too; of speech
    those come first that stand among most of what is asked. `rows` are the rows of the table that
    is quoted, empty where it is a text: its words are the document's, the signs between its cells
    are not.
    """

    number: int
    passage: Passage
    title: str
    start: int
    end: int
    automatic: Automatic = ""
    marked: tuple[tuple[int, int], ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    @property
    def quote(self) -> str:
        """The words quoted, verbatim."""
        return self.passage.text[self.start : self.end]

    def overlaps(self, other: Citation) -> bool:
        """Tell whether both quote a character of one passage."""
        same = self.passage == other.passage
        return same and self.start < other.end and other.start < self.end

    @property
    def numbered(self) -> str:
        """The words quoted and their number, as the text of an answer has them."""
        return f"{self.quote} [{self.number}]"

    @property
    def place(self) -> Place:
        """Where the words quoted stand: narrower than the passage's place where that is known.

        Of speech without punctuation, whose quotes are long, where the first of `marked` is said.
        """
        place = self.passage.place_of(self.start, self.end)
        if place.kind != "second" or not self.marked or _PUNCTUATED.search(self.quote):
            return place
        return self.passage.place_of(*self.marked[0])


@dataclass(frozen=True, slots=True)
class Shown:
    """The slide most likely on screen when something was said: its deck, its `place` there.

    `title` is the deck's; `confidence` the probability (0..1) that it was this slide.
    """

    document_id: str
    place: Place
    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Said:
    """When a slide was spoken about: the transcript, and from which second to which.

    `confidence` is the probability (0..1), on average over that time, that it was this slide.
    """

    document_id: str
    place: Place
    confidence: float


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document that an answer names: its id, its title and its kind."""

    id: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class AssistantLine:
    """A line of an answer in the tool's own words: never a document's.

    `message` is the key of a message of the catalogue, `number`, `names` and `session` fill it
    in (`i18n.told`). `documents` are those it leads to. Where it `asks`, it is itself a question
    that one may ask.
    """

    message: str
    number: int = 0
    names: tuple[str, ...] = ()
    session: Session | None = None
    documents: tuple[ListedDocument, ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """What an answer quotes of one session, "" for documents of none.

    `passages` is how many of those found speak of what is asked there, those quoted included.
    """

    session: str
    citations: tuple[Citation, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a question: quotes with their citations, or a refusal.

    `intent` is what was asked. `engine` says how it was answered: by quoting ("extractive"), from
    the programme and the list of documents ("catalogue"), or as one answers a greeting ("talk");
    the lines of the last two are `told`.
    `perhaps` shows citations and claims nothing: its text is empty.
    `confidence` is the probability (0..1) that the corpus answers. `hits` are the passages
    considered, best first, also when the answer is refused. `subject` is the question before,
    where this one leaned on it: both were searched. `changes` are its words understood as
    others, `scope` those that became filters. `remarks` are what to know of what is shown: that it
    doesn't speak of what was asked, or that it was shown before. `sections` are the citations by
    session, in the order in which they are first quoted.
    """

    question: str
    status: Status
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    engine: Engine
    hits: tuple[Hit, ...]
    seconds: float
    subject: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    scope: tuple[str, ...] = ()
    intent: Intent = "fact"
    told: tuple[AssistantLine, ...] = ()
    remarks: tuple[Message, ...] = ()
    sections: tuple[AnswerSection, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A session of an event, from the programme or from its folder's name.

    `id` is "event/session", `event` the event's folder. Fields the programme doesn't give are
    empty.
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


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of `sync`, for a progress bar: `done` of `total` documents, and which one now.

    `detail` is how far a long reading is, a recording's above all. `pages` and
    `passages` are what this run read and made so far; `share` (0..1) is the part of the reading
    and encoding that is done, by the sizes of the files (`ingest.eta`).
    """

    stage: Literal["fetching", "reading", "encoding", "committing", "building", "publishing"]
    document_id: str
    done: int
    total: int
    detail: Message | None = None
    pages: int = 0
    passages: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a `sync` did. The first six are numbers of documents."""

    added: int
    changed: int
    renamed: int
    removed: int
    unchanged: int
    failed: int
    passages: int
    encoded: int
    problems: tuple[Problem, ...]
    generation: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words of a question, and what the documents call the same thing: any one is enough.

    Where `others` come near rather than say the same, meeting them is `worth` less than 1.
    """

    typed: str
    others: tuple[str, ...]
    worth: float = 1.0
