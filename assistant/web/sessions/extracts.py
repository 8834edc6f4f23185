"""An excerpt of a sheet as a page shows it: a `Citation` → its words laid out, and the ways to it.

A slide's title stands above its lines, laid out as in answers. What is said in the recording that
the page plays is heard there; another recording is heard on the page of its passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.i18n import Language, say
from assistant.i18n.places import clock, in_notes, place_in_words
from assistant.records.answers import Citation, Said
from assistant.view import View
from assistant.web.shared.addresses import passage_address, reading_address, session_address
from assistant.web.shared.quote_blocks import QuoteBlock, quote_blocks
from assistant.web.shared.sources import (
    Aligned,
    Link,
    Listening,
    aligned_at,
    heading_of,
    listening_of,
)


@dataclass(frozen=True, slots=True)
class ExtractBox:
    """An excerpt: its `title` if it is a slide's, its words, whose, where they stand, in words.

    `reading` shows it in its document, `ways` lead to what goes with it: the slide on screen, the
    moment when it was spoken about. `session` leads to the session, where the page has several.
    """

    title: str
    blocks: Sequence[QuoteBlock]
    speaker: str
    place: str
    listening: Listening | None
    reading: Link
    ways: Sequence[Link]
    spoken: str
    about: str
    session: Link | None = None


class Extracting:
    """What turns citations into boxes; `heard` is the transcript that the page plays, if any."""

    def __init__(self, view: View, language: Language, heard: str = "") -> None:
        self._view = view
        self._language = language
        self._heard = heard

    def box(self, citation: Citation, session: Link | None = None) -> ExtractBox:
        """Return an excerpt as a page shows it."""
        document = self._view.document(citation.passage.document_id)
        aligned = aligned_at(self._view, citation.passage, citation.place)
        listening = self.listening(citation, aligned.said)
        title, body = title_and_body(citation, document.facts)
        notes = in_notes(citation.passage)
        return ExtractBox(
            title=title,
            blocks=quote_blocks(body),
            speaker=say("page.speaker_notes", self._language)
            if notes
            else citation.passage.speaker,
            place=place_in_words(citation.place, self._language, automatic=citation.automatic),
            listening=listening,
            reading=self._reading(citation, listening),
            ways=[*self._ways(aligned, listening)],
            spoken=document.language,
            about=document.title,
            session=session,
        )

    def boxes(self, found: Iterable[Citation]) -> list[ExtractBox]:
        """Return excerpts of the session that the page is about."""
        return [self.box(one) for one in found]

    def with_sessions(self, found: Iterable[Citation]) -> list[ExtractBox]:
        """Return excerpts of several sessions, the first in a row of one with the way to it."""
        by_session = groupby(found, key=self.session)
        return [
            self.box(one, session if not at else None)
            for session, held in by_session
            for at, one in enumerate(held)
        ]

    def session(self, citation: Citation) -> Link | None:
        """Return the way to the session of an excerpt, if it has one."""
        facts = self._view.document(citation.passage.document_id).facts
        id_ = facts.get("session", "")
        if not id_:
            return None
        words = facts.get("session_title") or id_.rpartition("/")[2]
        return Link(words, session_address(id_, self._language))

    def listening(self, citation: Citation, said: Said | None) -> Listening | None:
        """Return how words are heard in the recording that the page plays, None if they aren't."""
        played = said.document_id if said else citation.passage.document_id
        if not self._heard or played != self._heard:
            return None
        return listening_of(
            self._view, citation.passage, citation.start, citation.end, self._language, said
        )

    def _reading(self, citation: Citation, listening: Listening | None) -> Link:
        """Return the way to the words in their document."""
        language = self._language
        address = passage_address(citation.passage, citation.start, citation.end, language)
        if listening and citation.place.kind == "second":
            return Link(say("page.see_passage", language), address)
        if citation.place.kind != "second":
            place = place_in_words(citation.place, language, notes=in_notes(citation.passage))
            return Link(place[:1].upper() + place[1:], address)
        # Heard on the page of its passage, where another recording is to be played.
        heard = listening_of(self._view, citation.passage, citation.start, citation.end, language)
        words = say("page.read_at", language, time=clock(citation.place.first))
        return Link(heard.words if heard else words, address)

    def _ways(self, aligned: Aligned, listening: Listening | None) -> Iterable[Link]:
        """Yield the way to the slide on screen, or to what was said of a slide."""
        language = self._language
        if shown := aligned.shown:
            words = say("page.see_slide", language, number=round(shown.place.first))
            yield Link(words, reading_address(shown.document_id, language, shown.place))
        if aligned.said and not listening:
            said = aligned.said
            words = say("page.see_said", language, time=clock(said.place.first))
            yield Link(words, reading_address(said.document_id, language, said.place))


def title_and_body(citation: Citation, facts: Mapping[str, str]) -> tuple[str, str]:
    """Return a slide's own title, empty where the words quoted don't begin with it; the rest."""
    first, _, rest = citation.quote.partition("\n")
    heading = heading_of(citation.passage, facts)
    return (first, rest) if rest and first.strip() == heading.strip() else ("", citation.quote)
