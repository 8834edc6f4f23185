"""The page of an event: its sheet → HTML: what came up in several sessions, and all its sessions.

Themes stand closed but for the first: one sees at once what was spoken of, and where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.document_view import DocumentView
from assistant.i18n import Language, count, say
from assistant.i18n.days import day_in_words
from assistant.i18n.names import names_in_words
from assistant.records.answers import ListedDocument
from assistant.records.documents import Session
from assistant.sheets.records import EventSheet, SheetTheme
from assistant.view import View
from assistant.web.sessions.documents import DocumentBox, document_box, kind_of
from assistant.web.sessions.extracts import ExtractBox, Extracting
from assistant.web.sessions.session_page import (
    ExchangeBox,
    exchanges,
    made_of,
    when_and_where,
)
from assistant.web.shared.addresses import (
    event_address,
    reading_address,
    said_address,
    session_address,
)
from assistant.web.shared.facets import session_words
from assistant.web.shared.sources import Link
from assistant.web.shared.templates import render


@dataclass(frozen=True, slots=True)
class ThemeBox:
    """A theme: its words, in how many sessions it comes up, what was said of it in each."""

    words: str
    sessions: str
    extracts: Sequence[ExtractBox]


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session of an event: the way to its page, when and where it was, by whom."""

    page: Link
    about: Sequence[str]
    speakers: str


@dataclass(frozen=True, slots=True)
class NewsItem:
    """What may be new to who comes back: a document, of a session or not, or a session itself.

    The browser knows it by its `key`, and by its `version` whether it changed since. `about` is
    what it is, for a document `within` the session that it belongs to.
    """

    key: str
    version: str
    page: Link
    about: str
    within: str
    spoken: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """The page of an event; `filtered` limits a question to it, empty where there is no other.

    `news` are all that may be new: the browser shows what it has not seen.
    """

    id: str
    title: str
    spoken: str
    about: Sequence[str]
    filtered: str
    odt: str
    html: str
    synthesis: Sequence[ExtractBox]
    themes: Sequence[ThemeBox]
    figures: Sequence[ExtractBox]
    questions: Sequence[ExchangeBox]
    documents: Sequence[DocumentBox]
    sessions: Sequence[ListedSession]
    news: Sequence[NewsItem]
    made: Sequence[str]

    @property
    def has_sheet(self) -> bool:
        """Whether there is anything to keep as a file."""
        return bool(self.synthesis or self.themes or self.figures or self.questions)


def event_page(view: View, sheet: EventSheet, spoken: str, language: Language) -> str:
    """Return the page of an event; `spoken` is the language of the programme."""
    return render("sessions/event.html", language, page=_page(view, sheet, spoken, language))


def events_page(sessions: Iterable[Session], spoken: str, language: Language) -> str:
    """Return the page that leads to the pages of several events."""
    titles = {session.event: session.event_title or session.event for session in sessions}
    events = [Link(title, event_address(event, language)) for event, title in titles.items()]
    return render("sessions/events.html", language, events=events, spoken=spoken)


def _page(view: View, sheet: EventSheet, spoken: str, language: Language) -> EventPage:
    extracting = Extracting(view, language)
    is_alone = len({session.event for session in view.sessions}) == 1
    days = {session.date for session in sheet.sessions if session.date}
    documents = _documents(view, sheet.event)
    return EventPage(
        id=sheet.event,
        title=sheet.title,
        spoken=spoken,
        about=[*_days(sheet.sessions, language), _number(len(sheet.sessions), language)],
        filtered="" if is_alone else sheet.event,
        odt=said_address("evenement", sheet.event, "odt", language),
        html=said_address("evenement", sheet.event, "html", language),
        synthesis=extracting.with_sessions(sheet.synthesis),
        themes=[_theme(theme, extracting, language) for theme in sheet.themes],
        figures=[extracting.box(figure, extracting.session(figure)) for figure in sheet.figures],
        questions=exchanges(sheet.questions, extracting, with_sessions=True),
        documents=[
            document_box(_listed_document(document), sheet.title, view, language)
            for document in documents
            if not document.facts.get("session")
        ],
        sessions=[_listed(session, language, with_day=len(days) > 1) for session in sheet.sessions],
        news=[*_sessions_of(sheet, spoken, language), *_documents_of(sheet, documents, language)],
        made=made_of(view, language),
    )


def _theme(theme: SheetTheme, extracting: Extracting, language: Language) -> ThemeBox:
    sessions = {excerpt.session for excerpt in theme.excerpts}
    return ThemeBox(
        words=theme.words,
        sessions=_number(len(sessions), language),
        extracts=extracting.with_sessions(excerpt.excerpt for excerpt in theme.excerpts),
    )


def _number(sessions: int, language: Language) -> str:
    return count("sessions.number", sessions, language)


def _days(sessions: Sequence[Session], language: Language) -> Iterator[str]:
    """Yield when an event was: its day, or the first and the last."""
    days = sorted({session.date for session in sessions if session.date})
    if len(days) == 1:
        yield day_in_words(days[0], language)
    elif days:
        first, last = (day_in_words(one, language) for one in (days[0], days[-1]))
        yield say("sessions.days", language, first=first, last=last)


def _documents(view: View, event: str) -> list[DocumentView]:
    """Return the documents of an event, of its sessions or not."""
    found = (view.document(id_) for id_ in view.document_ids)
    return [one for one in found if one.facts.get("event") == event]


def _listed_document(document: DocumentView) -> ListedDocument:
    return ListedDocument(
        document.id, document.title or document.id, document.facts.get("kind", "")
    )


def _sessions_of(sheet: EventSheet, spoken: str, language: Language) -> Iterator[NewsItem]:
    """Yield the sessions of an event as what may be new."""
    for session in sheet.sessions:
        page = Link(session_words(session), session_address(session.id, language))
        about = session.type.capitalize() or say("talk.session", language)
        yield NewsItem(session.id, "", page, about, "", spoken)


def _documents_of(
    sheet: EventSheet, documents: Iterable[DocumentView], language: Language
) -> Iterator[NewsItem]:
    """Yield the documents of an event as what may be new."""
    titles = {session.id: session_words(session) for session in sheet.sessions}
    for document in documents:
        within = titles.get(document.facts.get("session", ""), "")
        page = Link(document.title or document.id, reading_address(document.id, language))
        about = kind_of(document.facts.get("kind", ""), language)
        name = within if within != page.words else ""
        yield NewsItem(document.id, document.version, page, about, name, document.language)


def _listed(session: Session, language: Language, *, with_day: bool) -> ListedSession:
    return ListedSession(
        page=Link(session_words(session), session_address(session.id, language)),
        about=[*when_and_where(session, language, with_day=with_day)],
        speakers=names_in_words(session.speakers, language),
    )
