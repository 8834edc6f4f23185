"""What a search may be limited to: the index's values ↔ check boxes ↔ addresses ↔ `Filters`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from assistant.i18n import Language, say
from assistant.records.documents import DocumentKind, Session
from assistant.records.hits import Filters

Name = Literal["event", "session", "type", "speaker", "kind"]
#: Label and value of a check box, as Gradio takes them.
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet: its name in the index, its field of `Filters`, its parameter in an address."""

    name: Name
    field: str
    parameter: str


#: In the order of the page, and of `Filters`.
FACETS = (
    Facet("event", "events", "evenement"),
    Facet("session", "sessions", "seance"),
    Facet("type", "types", "type"),
    Facet("speaker", "speakers", "intervenant"),
    Facet("kind", "kinds", "document"),
)


class Addressed(Protocol):
    """The parameters of an address, each with the values it is given."""

    def getlist(self, key: str) -> list[str]: ...


def choices_of(
    facet: Facet, values: Sequence[str], sessions: Sequence[Session], language: Language
) -> list[Choice]:
    """Return the values of a facet to choose from, each in words."""
    match facet.name:
        case "event":
            titles = {session.event: session.event_title for session in sessions}
            return [(titles.get(value) or value, value) for value in values]
        case "session":
            return _sessions(sessions)
        case "kind":
            return [(kind_words(value, language), value) for value in values]
        case "type":
            return [(value[:1].upper() + value[1:], value) for value in values]
        case "speaker":
            return [(value, value) for value in values]


def filters_of(chosen: Iterable[Sequence[str] | None]) -> Filters:
    """Return what the check boxes ask for, given in the order of `FACETS`."""
    return Filters(*(tuple(values or ()) for values in chosen))


def chosen_in(parameters: Addressed, known: Sequence[Sequence[Choice]]) -> list[list[str]]:
    """Return what an address asks for, facet by facet, without what the index doesn't know."""
    chosen = []
    for facet, choices in zip(FACETS, known, strict=True):
        values = {value for _, value in choices}
        chosen.append([value for value in parameters.getlist(facet.parameter) if value in values])
    return chosen


def parameters_of(filters: Filters) -> list[tuple[str, str]]:
    """Return filters as an address writes them."""
    by_facet = zip(FACETS, filters.by_facet(), strict=True)
    return [(facet.parameter, value) for facet, (_, values) in by_facet for value in values]


def kind_words(kind: str, language: Language) -> str:
    """Return a kind of document in words; one that the catalogue doesn't know, as it is."""
    return say(f"page.kind_{kind}", language) if kind in get_args(DocumentKind) else kind


def session_words(session: Session) -> str:
    """Return a session's title, or its folder's name where the programme gives none."""
    return session.title or session.id.rsplit("/", 1)[-1]


def _sessions(sessions: Sequence[Session]) -> list[Choice]:
    """Return sessions to choose from, the event named where there are several."""
    several = len({session.event for session in sessions}) > 1
    titles = [(session_words(session), session) for session in sessions]
    return [(f"{one.event_title} › {title}" if several else title, one.id) for title, one in titles]
