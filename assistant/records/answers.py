"""What is answered to a question: quotes with their citations, or lines of the tool's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.records.documents import Automatic, Passage, Place, Session
from assistant.records.hits import Hit
from assistant.records.messages import Message

Status = Literal["answered", "perhaps", "refused"]
#: How an answer was made.
Engine = Literal["extractive", "catalogue", "talk", "llm"]
#: What a question asks (`query.intent`).
Intent = Literal[
    "fact", "list", "overview", "summary", "how", "reason", "comparison", "yes_no", "opinion",
    "programme", "talk",
]  # fmt: skip

#: What ends a sentence; automatic captions have none.
_PUNCTUATED = re.compile(r"[.!?…](?:\s|$)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row; `header` is its column's title, empty where it has none."""

    header: str
    text: str


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
