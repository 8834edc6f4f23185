"""The addresses of our pages: a question, a session, a document, a passage, a moment → "/…".

An address names a document by its id and says the place besides: it still leads somewhere on the
day when the document is indexed again and the passage is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from assistant.i18n import Language
from assistant.records.documents import Passage, Place
from assistant.records.hits import Filters
from assistant.web.shared.facets import parameters_of
from assistant.web.shared.figures import Quoted
from assistant.web.shared.languages import home, in_language


def question_address(
    question: str,
    filters: Filters | None = None,
    subject: str = "",
    language: Language = "fr",
) -> str:
    """Return the address that asks `question` when opened, after `subject` if it leaned on it.

    Without question it opens the page with its filters chosen.
    """
    asked = [("q", question)] if question else []
    asked += parameters_of(filters or Filters())
    asked += [("suite", subject)] if subject else []
    return f"{home(language)}?{urlencode(asked)}"


def document_address(document_id: str, place: Place | None = None) -> str:
    """Return the address of a document's file, at the page where it stands for a PDF."""
    at_page = place and place.kind in ("page", "slide") and document_id.lower().endswith(".pdf")
    fragment = f"#page={int(place.first)}" if at_page and place else ""
    return f"/document/{quote(document_id)}{fragment}"


def passage_address(
    passage: Passage, start: int = 0, end: int = 0, language: Language = "fr"
) -> str:
    """Return the address of our page that shows a passage, its characters `start`..`end` marked.

    It says the place too, for the day when the document is indexed again and the passage is gone.
    """
    asked = urlencode(span_asked(passage, start, end))
    return in_language(f"/passage/{quote(passage.document_id)}?{asked}#extrait", language)


def span_asked(passage: Passage, start: int, end: int) -> dict[str, str]:
    """Return the parameters of an address that name a passage, what is quoted of it, its place."""
    quoted = Quoted(passage, start, end)
    return quoted.parameters() | {"lieu": place_asked(quoted.place)}


def lines_address(passage: Passage, start: int, end: int, language: Language) -> str:
    """Return the address of the player with the lines around what is quoted of a passage."""
    return moment_address(passage.document_id, span_asked(passage, start, end), language)


def moment_address(document_id: str, asked: Mapping[str, str], language: Language) -> str:
    """Return the address of the player, at what `asked` names: a span of words, or a place."""
    return in_language(f"/lecture/{quote(document_id)}?{urlencode(asked)}", language)


def reading_address(document_id: str, language: Language, place: Place | None = None) -> str:
    """Return the address of our page that shows a document, from a place of it or the beginning."""
    asked = f"?lieu={place_asked(place)}#extrait" if place else ""
    return in_language(f"/passage/{quote(document_id)}{asked}", language)


def session_address(session_id: str, language: Language) -> str:
    """Return the address of the page of a session: "/seance/forum/atelier-1"."""
    return in_language(f"/seance/{quote(session_id)}", language)


def event_address(event: str, language: Language) -> str:
    """Return the address of the page of an event; where none is named, of the only one's."""
    return in_language(f"/evenement/{quote(event)}".rstrip("/"), language)


def said_address(kind: str, subject: str, suffix: str, language: Language) -> str:
    """Return where a sheet is given: "/fiche/seance/forum/atelier-1.html"."""
    return in_language(f"/fiche/{kind}/{quote(subject)}.{suffix}", language)


def place_asked(place: Place) -> str:
    """Return a place as an address asks for it: "page-3", "second-760.5"."""
    return f"{place.kind}-{place.first:.10g}"


#: Of an address that asks: staff's own tries don't count.
TRIAL = "essai"
