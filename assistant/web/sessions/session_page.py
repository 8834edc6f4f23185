"""The page of a session: its sheet, and what is indexed of it → HTML. Every line is an excerpt.

What a session has not has no place on the page: no title without anything under it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from assistant.i18n import Language, say
from assistant.i18n.days import clock_in_words, date_in_words, day_in_words
from assistant.i18n.names import names_in_words
from assistant.records.documents import Session
from assistant.sheets.records import SessionSheet, SheetName, SheetQuestion
from assistant.view import View
from assistant.web.http.staff_tree import STAFF
from assistant.web.sessions.documents import DocumentBox, document_box
from assistant.web.sessions.extracts import ExtractBox, Extracting
from assistant.web.sessions.outline import OutlineBox, outline_boxes
from assistant.web.sessions.talk import TalkBox, talk_box
from assistant.web.shared.addresses import (
    event_address,
    passage_address,
    said_address,
    session_address,
)
from assistant.web.shared.facets import session_words
from assistant.web.shared.sources import Link
from assistant.web.shared.templates import render


@dataclass(frozen=True, slots=True)
class ExchangeBox:
    """A question of the room and what was replied."""

    question: ExtractBox
    reply: ExtractBox


@dataclass(frozen=True, slots=True)
class NameBox:
    """A name that is cited, where it is first, and how many times it is, in words."""

    name: str
    address: str
    times: str
    spoken: str


@dataclass(frozen=True, slots=True)
class SessionPage:
    """The page of a session. `about` say its kind, when and where, `spoken` its language.

    `address` is its own, in whatever language.

    `before` and `after` lead to the sessions beside it; `made` say where what is shown comes from;
    `edited` leads staff to its line of the programme.
    """

    id: str
    address: str
    title: str
    spoken: str
    about: Sequence[str]
    speakers: str
    event: Link
    odt: str
    html: str
    synthesis: Sequence[ExtractBox]
    points: Sequence[ExtractBox]
    outline: Sequence[OutlineBox]
    figures: Sequence[ExtractBox]
    questions: Sequence[ExchangeBox]
    names: Sequence[NameBox]
    documents: Sequence[DocumentBox]
    talk: TalkBox | None
    before: Link | None
    after: Link | None
    made: Sequence[str]
    edited: str = ""

    @property
    def has_sheet(self) -> bool:
        """Whether there is anything to keep as a file."""
        return bool(self.synthesis or self.points or self.outline or self.figures or self.questions)


def session_page(
    view: View,
    sheet: SessionSheet,
    words: str,
    spoken: str,
    language: Language,
    *,
    is_staff: bool = False,
) -> str:
    """Return the page of a session, `words` looked for in its transcript.

    `spoken` is the language of the programme. Staff are led to where it is edited.
    """
    page = _page(view, sheet, words, spoken, language)
    if is_staff:
        page = replace(page, edited=f"{STAFF}/programme/{quote(sheet.session.event, safe='')}")
    return render("sessions/session.html", language, page=page)


def _page(
    view: View, sheet: SessionSheet, words: str, spoken: str, language: Language
) -> SessionPage:
    session = sheet.session
    talk = talk_box(sheet.documents, words, view, language)
    extracting = Extracting(view, language, talk.heard if talk else "")
    before, after = _beside(view.sessions, session, language)
    return SessionPage(
        id=session.id,
        address=session_address(session.id, "fr"),
        title=session_words(session),
        spoken=spoken,
        about=[*when_and_where(session, language)],
        speakers=names_in_words(session.speakers, language),
        event=Link(session.event_title or session.event, event_address(session.event, language)),
        odt=said_address("seance", session.id, "odt", language),
        html=said_address("seance", session.id, "html", language),
        synthesis=extracting.boxes(sheet.synthesis),
        points=extracting.boxes(sheet.points),
        outline=outline_boxes(sheet.outline, view, extracting, language),
        figures=extracting.boxes(sheet.figures),
        questions=exchanges(sheet.questions, extracting),
        names=[_name(name, view, language) for name in sheet.names],
        documents=[
            document_box(document, session.title, view, language) for document in sheet.documents
        ],
        talk=talk,
        before=before,
        after=after,
        made=made_of(view, language),
    )


def exchanges(
    found: Sequence[SheetQuestion], extracting: Extracting, *, with_sessions: bool = False
) -> list[ExchangeBox]:
    """Return the questions of the room, with the ways to their sessions or not, and the replies."""
    return [
        ExchangeBox(
            extracting.box(
                one.question, extracting.session(one.question) if with_sessions else None
            ),
            extracting.box(one.reply),
        )
        for one in found
    ]


def when_and_where(session: Session, language: Language, *, with_day: bool = True) -> Iterator[str]:
    """Yield what is known of a session: its kind, its day and time, its room."""
    if session.type:
        yield session.type[:1].upper() + session.type[1:]
    day = day_in_words(session.date, language) if session.date and with_day else ""
    time = clock_in_words(session.time, language) if session.time else ""
    if day and time:
        yield say("sheets.when", language, day=day, time=time)
    elif day or time:
        yield day or time
    if session.room:
        yield session.room


def made_of(view: View, language: Language) -> list[str]:
    """Return what a page holds, and since when."""
    day = date_in_words(view.published_on, "long", language)
    return [say("sessions.made", language), say("sheets.indexed", language, day=day)]


def _beside(
    sessions: Sequence[Session], session: Session, language: Language
) -> tuple[Link | None, Link | None]:
    """Return the ways to the sessions before and after one, in its event."""
    own = [one for one in sessions if one.event == session.event]
    at = own.index(session)
    near = (own[at - 1] if at else None, own[at + 1] if at + 1 < len(own) else None)
    before, after = (
        Link(session_words(one), session_address(one.id, language)) if one else None for one in near
    )
    return before, after


def _name(name: SheetName, view: View, language: Language) -> NameBox:
    cited = name.name
    return NameBox(
        name=cited.quote,
        address=passage_address(cited.passage, cited.start, cited.end, language),
        times=say("sheets.cited", language, number=name.times) if name.times > 1 else "",
        spoken=view.document(cited.passage.document_id).language,
    )
