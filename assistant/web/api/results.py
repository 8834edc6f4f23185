"""Answers and hits, as programs read them: `serialize`, with their place in words and addresses.

Addresses begin with "/": they are those of the server that was asked, under whatever name it was.
"""

from __future__ import annotations

from typing import Any

from assistant.i18n import Language
from assistant.records.answers import Answer, Citation, ListedDocument
from assistant.records.hits import Hit
from assistant.serialize import (
    SheetPart,
    place_of,
    place_words,
    plain,
    plain_answer,
    plain_found,
    plain_sheet,
    plain_told,
)
from assistant.view import View
from assistant.web.shared.addresses import document_address, passage_address, reading_address
from assistant.web.shared.public_path import under_path


def answer_fields(view: View, answer: Answer, language: Language) -> dict[str, Any]:
    """Return an answer, with what `found_fields` adds to each of its citations and hits."""
    return (
        plain_answer(view, answer)
        | _told_fields(answer, language)
        | {
            "citations": [found_fields(view, citation, language) for citation in answer.citations],
            "hits": [found_fields(view, hit, language) for hit in answer.hits],
        }
    )


def _told_fields(answer: Answer, language: Language) -> dict[str, Any]:
    """Return the lines in the tool's own words, each document with the address of its page."""
    fields = plain_told(answer, language)
    for line in fields["told"]:
        for document in line["documents"]:
            document["address"] = under_path(reading_address(document["id"], language))
    return fields


def sheet_fields(view: View, sheet: SheetPart, language: Language) -> dict[str, Any]:
    """Return a sheet, with what `found_fields` adds to its citations, and documents' addresses."""

    def shown(value: Any) -> Any:
        if isinstance(value, Citation):
            return found_fields(view, value, language)
        if isinstance(value, ListedDocument):
            return plain(value) | {"address": under_path(reading_address(value.id, language))}
        return plain(value)

    fields: dict[str, Any] = plain_sheet(sheet, shown)
    return fields


def found_fields(view: View, found: Hit | Citation, language: Language) -> dict[str, Any]:
    """Return a hit or a citation, with its place in words and the addresses that open it."""
    return plain_found(view, found) | {
        "place_in_words": place_words(view, found, language),
        "addresses": addresses_of(view, found, language),
    }


def addresses_of(view: View, found: Hit | Citation, language: Language) -> dict[str, str | None]:
    """Return the address of our page that shows it, and of its file: None where it is gone."""
    passage = found.passage
    start, end = (found.start, found.end) if isinstance(found, Citation) else (0, 0)
    is_there = view.document(passage.document_id).file is not None
    return {
        "passage": under_path(passage_address(passage, start, end, language)),
        "document": under_path(document_address(passage.document_id, place_of(found)))
        if is_there
        else None,
    }
