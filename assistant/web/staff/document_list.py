"""The staff page of documents: what is indexed, by event and session, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote

from babel.numbers import format_decimal
from fastapi import APIRouter, Request, Response

from assistant.core import Assistant
from assistant.corpus.walk import walk
from assistant.errors import CorpusError, IndexMissing
from assistant.i18n import Language, count, say
from assistant.i18n.days import date_in_words
from assistant.records import DocumentState, Problem
from assistant.text.analysis import fold
from assistant.web.http.authentication import STAFF
from assistant.web.shared.escaping import escape
from assistant.web.shared.facets import kind_words
from assistant.web.shared.languages import language_of
from assistant.web.staff.layout import ADDRESSES, SECTIONS, staff_page

#: The addresses of what staff can do from here.
DEPOSIT, DOCUMENT, PROGRAMME, RECEIPTS = (
    ADDRESSES[one] for one in ("deposit", "document", "programme", "receipts")
)
#: Files named that are not indexed yet.
_MOST_NEW = 200

#: What the table may be sorted by, within each session.
SORTS: dict[str, Callable[[DocumentState], Any]] = {
    "nom": lambda one: fold(one.title or one.id),
    "date": lambda one: -one.modified,
    "passages": lambda one: -one.passages,
    "etat": lambda one: (one.state == "ok", one.state),
}
COLUMNS = ("document", "kind", "state", "pages", "passages", "modified", "engine")
_NUMBERS = ("pages", "passages")


@dataclass(frozen=True, slots=True)
class Wanted:
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


def shelf_routes(assistant: Assistant) -> APIRouter:
    """Return the route of the documents' table."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(STAFF)
    def shelf(request: Request, q: str = "", etat: str = "", tri: str = "nom") -> Response:
        language = language_of(request.scope)
        wanted = Wanted(q[:200], etat == "probleme", tri if tri in SORTS else "nom")
        try:
            documents, problems = assistant.documents(), assistant.problems()
        except IndexMissing:
            documents, problems = (), ()
        new = _not_indexed(assistant, documents)
        body = shelf_body(documents, problems, wanted, language, new)
        return staff_page(request, "documents", say("shelf.title", language), body)

    return routes


def shelf_body(
    documents: Sequence[DocumentState],
    problems: Sequence[Problem],
    wanted: Wanted,
    language: Language,
    new: Sequence[str] = (),
) -> str:
    """Return the page: the figures, what can be done, the tables, and other problems.

    `new` are the ids of the files that no run has taken up yet.
    """
    shown = [one for one in documents if wanted.fits(one)]
    known = {one.id for one in documents}
    others = [one for one in problems if one.subject not in known]
    nothing = "nothing_found" if documents else "empty"
    tables = "".join(_events(shown, wanted, language))
    if not wanted.problems_only:
        tables = _new([one for one in new if wanted.names(one)], language) + tables
    return (
        f"{_figures(documents, language)}{_actions(language)}"
        f"{_search(wanted, language) if documents else ''}"
        f"{tables or f'<p>{_told(nothing, language)}</p>'}{_others(others, language)}"
        f'<p class="aide"><a class="lien" href="{RECEIPTS}">{_told("receipts", language)}</a></p>'
    )


def document_page(document_id: str) -> str:
    """Return the address of the staff page of a document."""
    return f"{DOCUMENT}/{quote(document_id)}"


def day_of(seconds: float, language: Language) -> str:
    """Write the day of a moment, in seconds since 1970; nothing where that is not known."""
    if not seconds:
        return ""
    day = datetime.fromtimestamp(seconds, UTC).astimezone()
    return date_in_words(day, "d MMM y", language)


def size_of(size: int, language: Language) -> str:
    """Write the size of a file, given in bytes."""
    for unit, name in ((1_000_000, "megabytes"), (1_000, "kilobytes")):
        if size >= unit:
            shown = round(size / unit, 1) if size < 10 * unit else round(size / unit)
            number = format_decimal(shown, locale=language)
            return say(f"shelf.size_{name}", language, number=number)
    return say("shelf.size_bytes", language, number=size)


def problems_piece(problems: Sequence[Problem]) -> str:
    """Return problems as a list, each with what to do."""
    if not problems:
        return ""
    items = "".join(
        f'<li>{escape(one.message)} <span class="aide">{escape(one.remedy)}</span></li>'
        for one in problems
    )
    return f'<ul class="ennuis">{items}</ul>'


def problems_by_subject(problems: Sequence[Problem], language: Language) -> str:
    """Return problems of several files as a list, each after its file's name."""
    if not problems:
        return ""
    items = "".join(
        f"<li><b>{escape(one.subject)}</b>{_told('colon', language)} {escape(one.message)}"
        f' <span class="aide">{escape(one.remedy)}</span></li>'
        for one in problems
    )
    return f'<ul class="ennuis">{items}</ul>'


def state_piece(document: DocumentState, language: Language) -> str:
    """Return what became of a file, as a label."""
    look = "etiquette" if document.state == "ok" else "etiquette probleme"
    words = say(f"reading.state_{document.state}", language)
    return f'<span class="{look}">{escape(words)}</span>'


def _not_indexed(assistant: Assistant, documents: Sequence[DocumentState]) -> tuple[str, ...]:
    """Return the ids of the files that no run has taken up yet; none where that is not known.

    By their names alone: a plan of the next run would read each new file from end to end.
    """
    settings = assistant.settings
    try:
        files, _ = walk(settings.corpus, settings.max_file_megabytes * 1_000_000)
    except CorpusError:
        return ()  # the page of the indexing says why
    known = {one.id for one in documents}
    return tuple(one.id for one in files if one.id not in known)


def _new(ids: Sequence[str], language: Language) -> str:
    """Return the files that are not indexed yet, as links."""
    if not ids:
        return ""
    listed = "".join(
        f'<li><a href="{escape(document_page(one))}">{escape(one)}</a></li>'
        for one in sorted(ids)[:_MOST_NEW]
    )
    if len(ids) > _MOST_NEW:
        more = count("shelf.more", len(ids) - _MOST_NEW, language)
        listed += f"<li>{escape(more)}</li>"
    words = escape(count("shelf.not_indexed", len(ids), language))
    opened = " open" if len(ids) <= 10 else ""
    return (
        f'<details class="nouveaux"{opened}><summary>{words}</summary><ul>{listed}</ul>'
        f'<p class="aide">{_told("not_indexed_help", language)}</p></details>'
    )


def _figures(documents: Sequence[DocumentState], language: Language) -> str:
    counted = (
        ("documents", sum(one.passages > 0 for one in documents)),
        ("passages", sum(one.passages for one in documents)),
        ("problems", sum(bool(one.problems) for one in documents)),
    )
    items = "".join(
        f"<li>{escape(count(f'shelf.figure_{name}', number, language))}</li>"
        for name, number in counted
    )
    return f'<ul class="chiffres">{items}</ul>'


def _actions(language: Language) -> str:
    links = "".join(
        f'<a class="bouton{look}" href="{address}">{_told(key, language)}</a>'
        for key, address, look in (
            ("add", DEPOSIT, " principal"),
            ("reindex", SECTIONS["runs"], ""),
            ("programme", PROGRAMME, ""),
        )
    )
    return f'<div class="gestes">{links}</div>'


def _search(wanted: Wanted, language: Language) -> str:
    options = "".join(
        f'<option value="{name}"{" selected" if name == wanted.sort else ""}>'
        f"{escape(say(f'shelf.sort_{name}', language))}</option>"
        for name in SORTS
    )
    ticked = " checked" if wanted.problems_only else ""
    return (
        f'<form class="gestes cherche" role="search" method="get" action="{STAFF}">'
        f'<p class="champ"><label for="q">{_told("search", language)}</label>'
        f'<input id="q" name="q" type="search" value="{escape(wanted.words)}"></p>'
        f'<p class="champ"><label for="tri">{_told("sort", language)}</label>'
        f'<select id="tri" name="tri">{options}</select></p>'
        f'<p><label><input type="checkbox" name="etat" value="probleme"{ticked}> '
        f"{_told('problems_only', language)}</label></p>"
        f"<p><button>{_told('show', language)}</button></p></form>"
    )


def _events(
    documents: Sequence[DocumentState], wanted: Wanted, language: Language
) -> Iterator[str]:
    """Yield each event's heading and the tables of its sessions."""

    def event(one: DocumentState) -> str:
        return one.id.partition("/")[0] if "/" in one.id else ""

    def session(one: DocumentState) -> str:
        rest = one.id.partition("/")[2]
        return rest.partition("/")[0] if "/" in rest else ""

    for name, of_event in groupby(sorted(documents, key=event), key=event):
        group = sorted(of_event, key=session)
        titles = [one.facts["event_title"] for one in group if one.facts.get("event_title")]
        yield f"<h2>{escape(titles[0] if titles else name or say('shelf.no_event', language))}</h2>"
        for folder, of_session in groupby(group, key=session):
            yield _table(folder, sorted(of_session, key=SORTS[wanted.sort]), language)


def _table(folder: str, documents: Sequence[DocumentState], language: Language) -> str:
    titles = [one.facts["session_title"] for one in documents if one.facts.get("session_title")]
    name = titles[0] if titles else folder or say("shelf.whole_event", language)
    head = "".join(
        f'<th scope="col"{_look(one)}>{escape(say(f"shelf.column_{one}", language))}</th>'
        for one in COLUMNS
    )
    rows = "".join(_row(one, language) for one in documents)
    return (
        f'<div class="tableau documents"><table><caption>{escape(name)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(document: DocumentState, language: Language) -> str:
    file = document.id.rpartition("/")[2]
    cells = {
        "kind": escape(kind_words(document.kind, language)),
        "state": state_piece(document, language) + problems_piece(document.problems),
        "pages": escape(document.facts.get("pages", "")),
        "passages": str(document.passages),
        "modified": escape(day_of(document.modified, language)),
        "engine": escape(document.engine),
    }
    beside = f'<br><span class="fil">{escape(file)}</span>' if document.title else ""
    return (
        f'<tr><th scope="row"><a href="{escape(document_page(document.id))}">'
        f"{escape(document.title or file)}</a>{beside}</th>"
        + "".join(f"<td{_look(name)}>{cell}</td>" for name, cell in cells.items())
        + "</tr>"
    )


def _look(column: str) -> str:
    return ' class="nombre"' if column in _NUMBERS else ""


def _others(problems: Sequence[Problem], language: Language) -> str:
    """Return the problems of what is no document: lines of a programme, folders, links."""
    listed = problems_by_subject(problems, language)
    return f"<h2>{_told('others', language)}</h2>{listed}" if listed else ""


def _told(key: str, language: Language) -> str:
    return escape(say(f"shelf.{key}", language))
