"""A document as the pages of sessions and of events list it: what it is, and the ways to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.i18n import Language, say
from assistant.records.answers import ListedDocument
from assistant.records.documents import Place
from assistant.view import View
from assistant.web.shared.addresses import reading_address
from assistant.web.shared.facets import kind_words
from assistant.web.shared.sources import Link, links_of

#: What stands at no page in particular.
_WHOLE = Place("line", 1, 1)


@dataclass(frozen=True, slots=True)
class DocumentBox:
    """A document: what it is, its title unless the page has the same, the ways to it."""

    kind: str
    title: str
    about: str
    links: Sequence[Link]
    spoken: str


def kind_of(kind: str, language: Language) -> str:
    """Return what a document is, in words, whatever is known of it."""
    return kind_words(kind, language) or say("sessions.document", language)


def document_box(listed: ListedDocument, above: str, view: View, language: Language) -> DocumentBox:
    """Return a document as a page entitled `above` lists it."""
    reading = Link(say("sessions.read", language), reading_address(listed.id, language))
    return DocumentBox(
        kind=kind_of(listed.kind, language),
        title="" if listed.title == above else listed.title,
        about=listed.title,
        links=(reading, *links_of(view, listed.id, _WHOLE, language)),
        spoken=view.document(listed.id).language,
    )
