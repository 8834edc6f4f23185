"""How a session went: the headings of its sheet → its slides with their pictures, its texts' plans.

Slides have pictures where something can draw them; else their titles are a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.document_view import DocumentView
from assistant.i18n import Language
from assistant.i18n.places import place_in_words
from assistant.rendering import may_show
from assistant.sheets.records import SheetHeading
from assistant.view import View
from assistant.web.sessions.extracts import Extracting
from assistant.web.shared.addresses import passage_address
from assistant.web.shared.facets import kind_words
from assistant.web.shared.figures import Figure, Quoted, has_figure, thumbnail_of
from assistant.web.shared.sources import Listening, aligned_at

#: So many slides are seen at once; the others open.
SLIDES_SHOWN = 9


@dataclass(frozen=True, slots=True)
class HeadingBox:
    """A title of a slide or a heading: where it stands, how to hear what was said of it."""

    title: str
    place: str
    address: str
    level: int
    listening: Listening | None
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class OutlineBox:
    """The plan of one document; `rest` are the headings that open. `spoken` is its language."""

    title: str
    kind: str
    is_drawn: bool
    headings: Sequence[HeadingBox]
    rest: Sequence[HeadingBox]
    spoken: str


def outline_boxes(
    headings: Iterable[SheetHeading], view: View, extracting: Extracting, language: Language
) -> list[OutlineBox]:
    """Return the plans of a session's documents, in their order."""
    by_document = groupby(headings, key=lambda one: one.heading.passage.document_id)
    return [_outline(view, id_, [*held], extracting, language) for id_, held in by_document]


def _outline(
    view: View,
    document_id: str,
    headings: Sequence[SheetHeading],
    extracting: Extracting,
    language: Language,
) -> OutlineBox:
    document = view.document(document_id)
    highest = min(heading.level for heading in headings)
    boxes = [
        _heading(view, document, heading, highest, extracting, language) for heading in headings
    ]
    is_drawn = all(box.figure for box in boxes)
    shown = SLIDES_SHOWN if is_drawn else len(boxes)
    return OutlineBox(
        title=document.title or document_id,
        kind=kind_words(document.facts.get("kind", ""), language),
        spoken=document.language,
        is_drawn=is_drawn,
        headings=boxes[:shown],
        rest=boxes[shown:],
    )


def _heading(
    view: View,
    document: DocumentView,
    one: SheetHeading,
    highest: int,
    extracting: Extracting,
    language: Language,
) -> HeadingBox:
    cited = one.heading
    place = place_in_words(cited.place, language)
    opens = passage_address(cited.passage, cited.start, cited.end, language)
    return HeadingBox(
        title=cited.quote,
        place=place[:1].upper() + place[1:],
        address=opens,
        level=one.level - highest,
        listening=extracting.listening(cited, aligned_at(view, cited.passage, cited.place).said),
        figure=_figure(document, Quoted(cited.passage, cited.start, cited.end), opens, language),
    )


def _figure(
    document: DocumentView, quoted: Quoted, opens: str, language: Language
) -> Figure | None:
    """Return the small picture of a slide; None where nothing draws it."""
    file = document.file
    if file is None or not has_figure(document.id, quoted.place) or not may_show(file):
        return None
    figure = thumbnail_of(
        quoted,
        file,
        opens,
        title=document.title,
        facts=document.facts,
        language=language,
    )
    # Pages of a report look alike, small: only slides are known by their look.
    return figure if figure.shape == "slide" else None
