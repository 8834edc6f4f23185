"""What was said in a session or at an event, as a sheet to read or keep: records → `SaidSheet`.

What goes out are plain strings in sections: `said_html`, `said_odt` and the command line show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.i18n import Language, say
from assistant.i18n.days import clock_in_words, date_in_words, day_in_words
from assistant.i18n.names import names_in_words
from assistant.records.answers import Citation
from assistant.records.documents import Session
from assistant.serialize import place_words
from assistant.sheets.records import EventSheet, SessionSheet, SheetQuestion
from assistant.view import View
from assistant.web.shared.addresses import (
    moment_address,
    passage_address,
    reading_address,
    said_address,
)
from assistant.web.shared.facets import kind_words
from assistant.web.shared.quote_blocks import QuoteBlock, quote_blocks


@dataclass(frozen=True, slots=True)
class Extract:
    """Words of a document, where they stand, and the address that shows them there.

    `label` says what they are ("Question"), or whose; `is_name`: they are no sentence. `blocks` are
    the words laid out, where they are more than a text: lists and tables.
    """

    quote: str
    place: str
    address: str
    label: str = ""
    spoken: str = ""
    is_name: bool = False

    @property
    def blocks(self) -> list[QuoteBlock]:
        """The words laid out; none where they are a text, or no sentence."""
        found = [] if self.is_name else quote_blocks(self.quote, is_titled=True)
        return found if any(one.kind in ("list", "table") for one in found) else []


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a sheet: its title and its extracts, in order."""

    title: str
    extracts: tuple[Extract, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """Where one can go from a sheet."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class SaidSheet:
    """A sheet in words. `notes` say who, when and where; `leads` open documents or sessions."""

    kind: str
    title: str
    notes: tuple[str, ...]
    leads_title: str
    leads: tuple[Lead, ...]
    sections: tuple[Section, ...]
    made: tuple[str, ...]
    language: Language


def session_said(view: View, sheet: SessionSheet, language: Language) -> SaidSheet:
    """Return a session's sheet in words."""
    laid = _Laying(view, language)
    points = "more_points" if sheet.synthesis else "points"
    sections = (
        ("synthesis", laid.extracts(sheet.synthesis)),
        (points, laid.extracts(sheet.points)),
        ("outline", laid.names((entry.heading, "") for entry in sheet.outline)),
        ("figures", laid.extracts(sheet.figures)),
        ("names", laid.names((name.name, _times(name.times, language)) for name in sheet.names)),
        ("questions", laid.exchanges(sheet.questions)),
    )
    session = sheet.session
    heard = [
        Lead(
            say("sheets.listen", language, title=recording.title),
            moment_address(recording.id, {}, language),
        )
        for recording in sheet.recordings
    ]
    read = [
        Lead(
            say(
                "sheets.document",
                language,
                title=document.title,
                kind=kind_words(document.kind, language),
            ),
            reading_address(document.id, language),
        )
        for document in sheet.documents
    ]
    return SaidSheet(
        kind=say("sheets.session", language),
        title=session.title or session.id,
        notes=tuple(_notes(session, language)),
        leads_title=say("sheets.documents", language),
        leads=(*read, *heard),
        sections=_filled(sections, language),
        made=_made(view, language),
        language=language,
    )


def event_said(view: View, sheet: EventSheet, language: Language) -> SaidSheet:
    """Return an event's sheet in words."""
    laid = _Laying(view, language)
    titles = {session.id: session.title or session.id for session in sheet.sessions}
    themes = (
        Section(
            say("sheets.theme", language, words=theme.words),
            tuple(
                laid.extract(excerpt.excerpt, titles.get(excerpt.session, ""))
                for excerpt in theme.excerpts
            ),
        )
        for theme in sheet.themes
    )
    before = (("event_synthesis", laid.extracts(sheet.synthesis)),)
    after = (
        ("event_figures", laid.extracts(sheet.figures, titled=True)),
        ("questions", laid.exchanges(sheet.questions)),
    )
    return SaidSheet(
        kind=say("sheets.event", language),
        title=sheet.title,
        notes=(),
        leads_title=say("sheets.sessions", language),
        leads=tuple(
            Lead(session.title or session.id, said_address("seance", session.id, "html", language))
            for session in sheet.sessions
        ),
        sections=(*_filled(before, language), *themes, *_filled(after, language)),
        made=_made(view, language),
        language=language,
    )


def extract_line(extract: Extract, language: Language) -> str:
    """Return an extract's words as they are shown: quoted, unless they are a name."""
    return extract.quote if extract.is_name else say("page.quoted", language, text=extract.quote)


class _Laying:
    """What turns citations into extracts."""

    def __init__(self, view: View, language: Language) -> None:
        self._view = view
        self._language = language

    def extract(self, citation: Citation, label: str = "", *, is_name: bool = False) -> Extract:
        document = self._view.document(citation.passage.document_id)
        return Extract(
            quote=citation.quote,
            place=place_words(self._view, citation, self._language),
            address=passage_address(citation.passage, citation.start, citation.end, self._language),
            label=label or citation.passage.speaker,
            spoken=document.language,
            is_name=is_name,
        )

    def extracts(self, found: Iterable[Citation], *, titled: bool = False) -> tuple[Extract, ...]:
        return tuple(self.extract(one, self._session(one) if titled else "") for one in found)

    def names(self, found: Iterable[tuple[Citation, str]]) -> tuple[Extract, ...]:
        return tuple(self.extract(one, label or " ", is_name=True) for one, label in found)

    def exchanges(self, found: Iterable[SheetQuestion]) -> tuple[Extract, ...]:
        question, reply = (say(f"sheets.{one}", self._language) for one in ("question", "reply"))
        pairs = ((one.question, one.reply) for one in found)
        return tuple(
            extract
            for asked, replied in pairs
            for extract in (self.extract(asked, question), self.extract(replied, reply))
        )

    def _session(self, citation: Citation) -> str:
        return self._view.document(citation.passage.document_id).facts.get("session_title", "")


def _filled(
    sections: Iterable[tuple[str, tuple[Extract, ...]]], language: Language
) -> tuple[Section, ...]:
    """Return the sections that have something, under their titles."""
    return tuple(
        Section(say(f"sheets.{name}", language), extracts)
        for name, extracts in sections
        if extracts
    )


def _notes(session: Session, language: Language) -> Iterator[str]:
    if session.event_title:
        yield session.event_title
    if session.speakers:
        yield say("sheets.speakers", language, names=names_in_words(session.speakers, language))
    day = day_in_words(session.date, language) if session.date else ""
    time = clock_in_words(session.time, language) if session.time else ""
    if day and time:
        yield say("sheets.when", language, day=day, time=time)
    elif day:
        yield day
    if session.room:
        yield say("sheets.room", language, room=session.room)


def _times(times: int, language: Language) -> str:
    if times == 1:
        return say("sheets.cited_once", language)
    return say("sheets.cited", language, number=times)


def _made(view: View, language: Language) -> tuple[str, ...]:
    day = date_in_words(view.published_on, "long", language)
    return say("sheets.made", language), say("sheets.indexed", language, day=day)
