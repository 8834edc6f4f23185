"""The staff page of documents: what is indexed, by event and session, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request, Response

from assistant.core import Assistant
from assistant.corpus.walk import walk
from assistant.errors import CorpusError, IndexMissing
from assistant.i18n import Language, say
from assistant.i18n.days import date_in_words
from assistant.records.documents import DocumentState
from assistant.records.messages import Problem
from assistant.text.analysis import fold
from assistant.web.http.staff_tree import STAFF
from assistant.web.shared.facets import kind_words
from assistant.web.shared.languages import language_of
from assistant.web.staff.layout import document_page, staff_page

#: Files named that are not indexed yet.
_MOST_NEW = 200

#: What the table may be sorted by, within each session.
SORTS: dict[str, Callable[[DocumentState], Any]] = {
    "nom": lambda document: fold(document.title or document.id),
    "date": lambda document: -document.modified,
    "passages": lambda document: -document.passages,
    "etat": lambda document: (document.state == "ok", document.state),
}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What of the documents is asked for: words of a title or a name, problems only, an order."""

    words: str = ""
    problems_only: bool = False
    sort: str = "nom"

    def fits(self, document: DocumentState) -> bool:
        """Tell whether a document is asked for."""
        is_named = self.names(f"{document.title} {document.id}")
        return is_named and (not self.problems_only or bool(document.problems))

    def names(self, text: str) -> bool:
        """Tell whether a text holds the words asked for."""
        folded = fold(text)
        return all(word in folded for word in fold(self.words).split())


def document_list_routes(assistant: Assistant) -> APIRouter:
    """Return the route of the documents' table."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(STAFF)
    def listed(request: Request, q: str = "", etat: str = "", tri: str = "nom") -> Response:
        language = language_of(request.scope)
        wanted = ListQuery(q[:200], etat == "probleme", tri if tri in SORTS else "nom")
        try:
            documents, problems = assistant.documents(), assistant.problems()
        except IndexMissing:
            documents, problems = (), ()
        new = _not_indexed(assistant, documents)
        title = say("shelf.title", language)
        page = document_list_of(documents, problems, wanted, language, new)
        return staff_page(request, "documents", title, template="staff/documents.html", page=page)

    return routes


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as the table shows it; `file` is the name of its file where it has a title too."""

    address: str
    title: str
    file: str
    kind: str
    state: str
    problems: Sequence[Problem]
    pages: str
    passages: int
    modified: str
    engine: str


@dataclass(frozen=True, slots=True)
class SessionTable:
    """The documents of a session, or of a whole event."""

    title: str
    documents: Sequence[DocumentRow]


@dataclass(frozen=True, slots=True)
class EventTables:
    """The sessions of an event that have documents."""

    title: str
    sessions: Sequence[SessionTable]


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that no run has taken up yet."""

    id: str
    address: str


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """What is indexed and asked for; `new_number` files wait, of which `new` are named.

    `others` are the problems of what is no document: lines of a programme, folders, links.
    """

    numbers: Mapping[str, int]
    wanted: ListQuery
    new: Sequence[NewFile]
    new_number: int
    events: Sequence[EventTables]
    others: Sequence[Problem]
    is_empty: bool
    sorts: Sequence[str] = tuple(SORTS)


def document_list_of(
    documents: Sequence[DocumentState],
    problems: Sequence[Problem],
    wanted: ListQuery,
    language: Language,
    new: Sequence[str] = (),
) -> ShelfPage:
    """Return what the page shows; `new` are the ids of the files that no run has taken up yet."""
    shown = [document for document in documents if wanted.fits(document)]
    known = {document.id for document in documents}
    named = [] if wanted.problems_only else sorted(file for file in new if wanted.names(file))
    return ShelfPage(
        numbers={
            "documents": sum(document.passages > 0 for document in documents),
            "passages": sum(document.passages for document in documents),
            "problems": sum(bool(document.problems) for document in documents),
        },
        wanted=wanted,
        new=[NewFile(one, document_page(one)) for one in named[:_MOST_NEW]],
        new_number=len(named),
        events=[*_events(shown, wanted, language)],
        others=[problem for problem in problems if problem.subject not in known],
        is_empty=not documents,
    )


def day_of(seconds: float, language: Language) -> str:
    """Write the day of a moment, in seconds since 1970; nothing where that is not known."""
    if not seconds:
        return ""
    day = datetime.fromtimestamp(seconds, UTC).astimezone()
    return date_in_words(day, "d MMM y", language)


def _not_indexed(assistant: Assistant, documents: Sequence[DocumentState]) -> tuple[str, ...]:
    """Return the ids of the files that no run has taken up yet; none where that is not known.

    By their names alone: a plan of the next run would read each new file from end to end.
    """
    settings = assistant.settings
    try:
        files, _, _ = walk(settings.corpus, settings.max_file_megabytes * 1_000_000)
    except CorpusError:
        return ()  # the page of the indexing says why
    known = {document.id for document in documents}
    return tuple(file.id for file in files if file.id not in known)


def _events(
    documents: Sequence[DocumentState], wanted: ListQuery, language: Language
) -> Iterator[EventTables]:
    """Yield each event with the documents of its sessions."""

    def event(state: DocumentState) -> str:
        return state.id.partition("/")[0] if "/" in state.id else ""

    def session(state: DocumentState) -> str:
        rest = state.id.partition("/")[2]
        return rest.partition("/")[0] if "/" in rest else ""

    for name, of_event in groupby(sorted(documents, key=event), key=event):
        group = sorted(of_event, key=session)
        titles = [
            document.facts["event_title"] for document in group if document.facts.get("event_title")
        ]
        tables = [
            _table(folder, sorted(of_session, key=SORTS[wanted.sort]), language)
            for folder, of_session in groupby(group, key=session)
        ]
        yield EventTables(titles[0] if titles else name or say("shelf.no_event", language), tables)


def _table(folder: str, documents: Sequence[DocumentState], language: Language) -> SessionTable:
    titles = [
        document.facts["session_title"]
        for document in documents
        if document.facts.get("session_title")
    ]
    name = titles[0] if titles else folder or say("shelf.whole_event", language)
    return SessionTable(name, [_row(document, language) for document in documents])


def _row(document: DocumentState, language: Language) -> DocumentRow:
    file = document.id.rpartition("/")[2]
    return DocumentRow(
        address=document_page(document.id),
        title=document.title or file,
        file=file if document.title else "",
        kind=kind_words(document.kind, language),
        state=document.state,
        problems=document.problems,
        pages=document.facts.get("pages", ""),
        passages=document.passages,
        modified=day_of(document.modified, language),
        engine=document.engine,
    )
