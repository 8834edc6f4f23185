"""The sheets of the stand-in: each of its passages is a point, so that pages have every part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from assistant.records import Citation, Passage, Session
from assistant.records.answers import ListedDocument
from assistant.sheets.records import (
    EventSheet,
    SessionSheet,
    SheetHeading,
    SheetName,
    SheetQuestion,
    SheetTheme,
    ThemeExcerpt,
)

#: Kinds of documents by the ends of their names.
KINDS = {"vtt": "transcript", "mp3": "recording", "pptx": "slides"}


def sheet_of(
    session: Session, by_document: Mapping[str, Sequence[Passage]], titles: Mapping[str, str]
) -> SessionSheet:
    """Return the sheet of a session, in whatever order its documents have."""
    own = {id_: held for id_, held in by_document.items() if id_.rpartition("/")[0] == session.id}
    numbers = count(1)

    def cited(passages: Iterable[Passage], start: int = 0, end: int = 0) -> Iterator[Citation]:
        for one in passages:
            title = titles[one.document_id]
            yield Citation(next(numbers), one, title, start, end or len(one.text))

    passages = [one for held in own.values() for one in held]
    documents = tuple(
        ListedDocument(id_, titles[id_], KINDS.get(id_.rpartition(".")[2], "report")) for id_ in own
    )
    slides = [one for one in passages if one.place.kind == "slide"]
    pairs = zip(passages[::2], passages[1::2], strict=False)
    return SessionSheet(
        session=session,
        documents=documents,
        recordings=(),
        synthesis=tuple(cited(passages[-1:])),
        points=tuple(cited(passages[:8])),
        outline=tuple(SheetHeading(one, 1) for one in cited(slides, 0, 13)),
        figures=tuple(cited(passages[1:3])),
        names=tuple(SheetName(one, 2) for one in cited(passages[:1], 0, 7)),
        questions=tuple(SheetQuestion(*cited((asked, reply))) for asked, reply in [*pairs][:2]),
    )


def event_sheet_of(sheets: Sequence[SessionSheet]) -> EventSheet:
    """Return the sheet of an event: of each session its last point, on two themes."""
    excerpts = tuple(ThemeExcerpt(one.session.id, one.points[-1]) for one in sheets if one.points)
    first = sheets[0].session
    return EventSheet(
        event=first.event,
        title=first.event_title,
        sessions=tuple(one.session for one in sheets),
        synthesis=sheets[0].synthesis,
        themes=(SheetTheme("agents", excerpts), SheetTheme("données", excerpts[1:])),
        figures=tuple(figure for one in sheets for figure in one.figures[:1]),
        questions=tuple(question for one in sheets for question in one.questions[:1]),
    )
