"""What one generation of the index holds, as it is shown beside answers.

In: what was opened of the index (`retrieval.pipeline.Retriever`) and the corpus beside it. Out:
sessions, documents with their titles, files and recordings, sheets, what was on screen.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assistant.corpus.walk import stems_of
from assistant.document_view import DocumentView
from assistant.index.slides.hmm import SURE
from assistant.index.slides.spans import slide_during, when_said
from assistant.records.answers import Said, Shown
from assistant.records.documents import Passage, Place, PlaceKind, Session
from assistant.retrieval.pipeline import Retriever
from assistant.sheets.naming import event_named, session_named
from assistant.sheets.reading import event_sheet, session_sheet
from assistant.sheets.records import EventSheet, SessionSheet

#: The places of what may have been on screen.
_SLIDE_KINDS = ("slide", "page")


class IndexedContent:
    """What is indexed, by name: nothing is searched. May be used by several threads at once."""

    def __init__(
        self, retriever: Retriever, corpus: Path, folder: Path, hidden: frozenset[str]
    ) -> None:
        """Of the `corpus` whose index lies in `folder`, but for documents `hidden`."""
        self._retriever = retriever
        self._index = retriever.index
        self._corpus = corpus
        self._folder = folder
        self._hidden = stems_of(hidden)
        self._documents: dict[str, DocumentView] = {}

    # --- What is indexed -----------------------------------------------------------------------

    @property
    def generation(self) -> str:
        """The name of the generation."""
        return self._index.name

    @property
    def published_on(self) -> date:
        """The day on which the generation was made."""
        return self._index.published_on

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions that have something indexed, by date, time and id."""
        return self._retriever.sessions

    @property
    def document_ids(self) -> tuple[str, ...]:
        """The ids of the documents indexed, in order."""
        return tuple(self._index.documents())

    def document(self, document_id: str) -> DocumentView:
        """Return a document by its id, indexed or not."""
        # Of two threads that look one up at once, both get the first.
        made = DocumentView(document_id, self._index, self._corpus, self._folder, self._hidden)
        return self._documents.setdefault(document_id, made)

    def values(self, facet: str) -> tuple[str, ...]:
        """Return what a facet of `Filters` ("event", "speaker", …) takes in the index, in order."""
        return tuple(self._index.values(facet))

    # --- Sheets --------------------------------------------------------------------------------

    def sheet(self, session: str) -> SessionSheet:
        """Return the sheet of a session, by its id, its title or as a question names it.

        Raises SheetError: unknown, or not made yet.
        """
        asked = session_named(session, self.sessions, self._retriever.lexicon)
        heard = [
            id_
            for id_, one in self._index.documents().items()
            if one.facts.get("session") == asked.id and self.document(id_).recording
        ]
        return session_sheet(self._index, asked, heard)

    def event_sheet(self, event: str = "") -> EventSheet:
        """Return the sheet of an event, by its id or its title; the only one's where none is given.

        Raises SheetError: unknown, or not made yet.
        """
        asked = event_named(event, self.sessions)
        own = [session for session in self.sessions if session.event == asked]
        return event_sheet(self._index, asked, own)

    # --- Slides and speech ---------------------------------------------------------------------

    def slide_of(self, passage: Passage, place: Place | None = None) -> Shown | None:
        """Return what was most likely on screen when a passage, or a `place` in it, was said.

        None where that is not sure enough, or where nothing was shown that is indexed.
        """
        at = place or passage.place
        talk = self._index.said_in(passage.document_id) if at.kind == "second" else None
        found = slide_during(talk[1], at.first, at.last) if talk else None
        if talk is None or found is None or found[1] < SURE:
            return None
        deck, (slide, confidence) = self.document(talk[0]), found
        kind = _slide_kind(deck)
        return Shown(deck.id, Place(kind, slide, slide), deck.title, confidence)

    def said_at(self, document: Passage | str, number: int | None = None) -> Said | None:
        """Return when a slide was spoken about, that of a passage or of a deck's id by `number`.

        None where that is not sure enough, or where no transcript follows the deck.
        """
        if isinstance(document, Passage):
            if document.place.kind not in _SLIDE_KINDS:
                return None
            number = number or round(document.place.first)
            document = document.document_id
        for transcript_id, spans in self._index.said_of(document).items():
            if number and (span := when_said(spans, number)):
                place = Place("second", span.first, span.last)
                return Said(transcript_id, place, span.confidence)
        return None


def _slide_kind(deck: DocumentView) -> PlaceKind:
    """Return what a deck's slides are: pages where it is a PDF."""
    return next((passage.place.kind for passage in deck.passages), "slide")
