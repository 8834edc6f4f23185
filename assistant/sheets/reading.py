"""A generation's rows → `SessionSheet` and `EventSheet`. No model is called.

What is quoted is cut out of the passages of that generation, so that a sheet says what its
documents do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.errors import SheetError
from assistant.i18n.places import automatic_of
from assistant.index.search_index import PublishedIndex
from assistant.records.answers import Citation, ListedDocument
from assistant.records.documents import Session
from assistant.retrieval.table_rows import table_rows
from assistant.sheets.records import (
    EventSheet,
    SessionSheet,
    SheetHeading,
    SheetName,
    SheetQuestion,
    SheetTheme,
    ThemeExcerpt,
)

SESSION, EVENT = "session", "event"

#: Characters of a passage: the document's id, the ordinal, from where, to where.
_Cited = tuple[str, int, int, int]


def session_sheet(
    index: PublishedIndex, session: Session, recordings: Sequence[str] = ()
) -> SessionSheet:
    """Return the sheet of a session. Raises SheetError where the generation has none.

    `recordings` are the ids of documents that one can listen to.
    """
    written = _written(index, SESSION, session.id)
    ids = written["documents"]

    def placed(quote: Sequence[int]) -> _Cited:
        document, ordinal, start, end = quote
        return ids[document], ordinal, start, end

    quoting = _Quoting(index, _all_quotes(written, placed))
    documents = tuple(_listed(index, id_) for id_ in ids)
    return SessionSheet(
        session=session,
        documents=documents,
        recordings=tuple(one for one in documents if one.id in recordings),
        synthesis=quoting.all(map(placed, written["synthesis"])),
        points=quoting.all(map(placed, written["points"])),
        outline=tuple(
            SheetHeading(quoting.one(placed(quote)), level)
            for quote, level in zip(written["outline"], written["levels"], strict=True)
        ),
        figures=quoting.all(map(placed, written["figures"])),
        names=tuple(
            SheetName(quoting.one(placed(quote)), times)
            for quote, times in zip(written["names"], written["times"], strict=True)
        ),
        questions=tuple(
            SheetQuestion(quoting.one(placed(asked)), quoting.one(placed(reply)))
            for asked, reply in written["questions"]
        ),
    )


def event_sheet(index: PublishedIndex, event: str, sessions: Sequence[Session]) -> EventSheet:
    """Return the sheet of an event, whose `sessions` are given in order. Raises as above."""
    written = _written(index, EVENT, event)
    cited = [
        *map(_placed, written["synthesis"]),
        *(_placed(one) for _, quotes in written["themes"] for one in quotes),
        *map(_placed, written["figures"]),
        *(_placed(one) for pair in written["questions"] for one in pair),
    ]
    quoting = _Quoting(index, cited)
    documents = index.documents()
    return EventSheet(
        event=event,
        title=next((one.event_title for one in sessions if one.event_title), event),
        sessions=tuple(sessions),
        synthesis=quoting.all(map(_placed, written["synthesis"])),
        themes=tuple(
            SheetTheme(
                words,
                tuple(
                    ThemeExcerpt(
                        documents[one[0]].facts.get("session", ""), quoting.one(_placed(one))
                    )
                    for one in quotes
                ),
            )
            for words, quotes in written["themes"]
        ),
        figures=quoting.all(map(_placed, written["figures"])),
        questions=tuple(
            SheetQuestion(quoting.one(_placed(asked)), quoting.one(_placed(reply)))
            for asked, reply in written["questions"]
        ),
    )


class _Quoting:
    """What cites passages, numbered from 1 in the order in which they are asked for."""

    def __init__(self, index: PublishedIndex, cited: Iterable[_Cited]) -> None:
        self._passages = index.passages_at((id_, ordinal) for id_, ordinal, _, _ in cited)
        self._documents = index.documents()
        self._number = 0

    def one(self, cited: _Cited) -> Citation:
        id_, ordinal, start, end = cited
        passage, document = self._passages[id_, ordinal], self._documents[id_]
        self._number += 1
        return Citation(
            self._number,
            passage,
            document.title,
            start,
            end,
            automatic_of(document.facts, passage.place_of(start, end)),
            rows=table_rows(passage.text[start:end]),
        )

    def all(self, cited: Iterable[_Cited]) -> tuple[Citation, ...]:
        return tuple(map(self.one, cited))


def _written(index: PublishedIndex, kind: str, subject: str) -> dict[str, Any]:
    """Return a sheet as it was written. Raises SheetError."""
    found = index.sheet(kind, subject)
    if found is None:
        raise SheetError("sheets_missing")
    written: dict[str, Any] = json.loads(found)
    return written


def _all_quotes(written: dict[str, Any], placed: Any) -> list[_Cited]:
    parts = ("synthesis", "points", "outline", "figures", "names")
    quotes = [quote for part in parts for quote in written[part]]
    return [
        placed(one) for one in (*quotes, *(one for pair in written["questions"] for one in pair))
    ]


def _placed(quote: Sequence[Any]) -> _Cited:
    id_, ordinal, start, end = quote
    return str(id_), int(ordinal), int(start), int(end)


def _listed(index: PublishedIndex, document_id: str) -> ListedDocument:
    document = index.documents()[document_id]
    return ListedDocument(
        document_id, document.title or document_id, document.facts.get("kind", "")
    )
