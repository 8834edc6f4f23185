"""What the API gives, field by field: the shapes of the JSON that `results` makes of records.

A component of the description bears its model's title, which doesn't change: programs have made
classes of it. A description here is a key of the catalogue.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema

from assistant.records.answers import Engine, Intent, Status
from assistant.records.documents import Automatic, PlaceKind

#: A whole number stays one: a page is 3, not 3.0.
Number = Annotated[int | float, WithJsonSchema({"type": "number"})]
Share = Annotated[
    int | float, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}), Field(ge=0, le=1)
]
Count = Annotated[int, Field(ge=0)]
Rank = Annotated[int, Field(ge=1)]
Seconds = Annotated[int | float, WithJsonSchema({"type": "number", "minimum": 0}), Field(ge=0)]
Address = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
#: From one character of a passage's text to another.
Span = Annotated[list[Count], Field(min_length=2, max_length=2)]
#: A word typed, and the word understood.
Change = Annotated[list[str], Field(min_length=2, max_length=2)]


def _field(description: str, **options: Any) -> Any:
    return Field(description=description, **options)


class Schema(BaseModel, extra="forbid", strict=True):
    """What all have in common: every field is there, and none besides."""


class PlaceSchema(Schema, title="Place", json_schema_extra={"description": "openapi.place"}):
    """Where a text stands in its document."""

    kind: Annotated[PlaceKind, _field("openapi.place_kind")]
    first: Annotated[Number, _field("openapi.first")]
    last: Annotated[Number, _field("openapi.last")]


class MarkSchema(Schema, title="Mark", json_schema_extra={"description": "openapi.mark"}):
    """Where a passage's text stands, from one of its characters on."""

    offset: Annotated[Count, _field("openapi.offset")]
    first: Annotated[Number, _field("openapi.first")]
    last: Annotated[Number, _field("openapi.last")]


class PassageSchema(Schema, title="Passage", json_schema_extra={"description": "openapi.passage"}):
    """A piece of a document."""

    document_id: Annotated[str, _field("openapi.document_id")]
    ordinal: Annotated[Count, _field("openapi.ordinal")]
    text: Annotated[str, _field("openapi.passage_text")]
    context: Annotated[str, _field("openapi.context")]
    place: PlaceSchema
    tokens: Annotated[Count, _field("openapi.tokens")]
    speaker: Annotated[str, _field("openapi.speaker")]
    marks: Annotated[list[MarkSchema], _field("openapi.marks")]
    id: Annotated[str, _field("openapi.passage_id", pattern="^[0-9]+$")]


class ShownSchema(Schema, title="Shown", json_schema_extra={"description": "openapi.shown"}):
    """The slide on screen when something was said."""

    document_id: Annotated[str, _field("openapi.shown_document")]
    place: PlaceSchema
    title: Annotated[str, _field("openapi.shown_title")]
    confidence: Annotated[Share, _field("openapi.shown_confidence")]


class SaidSchema(Schema, title="Said", json_schema_extra={"description": "openapi.said"}):
    """When a slide was spoken about."""

    document_id: Annotated[str, _field("openapi.said_document")]
    place: PlaceSchema
    confidence: Annotated[Share, _field("openapi.said_confidence")]


class AddressesSchema(
    Schema, title="Addresses", json_schema_extra={"description": "openapi.addresses"}
):
    """What opens a source."""

    passage: Annotated[Address, _field("openapi.passage_address")]
    document: Annotated[Address | None, _field("openapi.document_address")]


class HitSchema(Schema, title="Hit", json_schema_extra={"description": "openapi.hit"}):
    """A passage found."""

    passage: PassageSchema
    title: Annotated[str, _field("openapi.found_title")]
    rank: Annotated[Rank, _field("openapi.rank")]
    score: Annotated[Number, _field("openapi.score")]
    cosine: Annotated[Number, _field("openapi.cosine")]
    sentence: Annotated[Number, _field("openapi.sentence")]
    bm25: Annotated[Number, _field("openapi.bm25")]
    rerank: Annotated[Number | None, _field("openapi.rerank")]
    automatic: Annotated[Automatic, _field("openapi.automatic")]
    reply: Annotated[bool, _field("openapi.reply")]
    shown: Annotated[ShownSchema | None, _field("openapi.shown_then")]
    said: Annotated[SaidSchema | None, _field("openapi.said_then")]
    place_in_words: Annotated[str, _field("openapi.place_in_words")]
    addresses: AddressesSchema


class CellSchema(Schema, title="Cell", json_schema_extra={"description": "openapi.cell"}):
    """A cell of a table's row."""

    header: Annotated[str, _field("openapi.cell_header")]
    text: Annotated[str, _field("openapi.cell_text")]


class CitationSchema(
    Schema, title="Citation", json_schema_extra={"description": "openapi.citation"}
):
    """An excerpt quoted."""

    number: Annotated[Rank, _field("openapi.number")]
    passage: PassageSchema
    title: Annotated[str, _field("openapi.found_title")]
    start: Annotated[Count, _field("openapi.start")]
    end: Annotated[Count, _field("openapi.end")]
    automatic: Annotated[Automatic, _field("openapi.automatic")]
    marked: Annotated[list[Span], _field("openapi.marked")]
    rows: Annotated[list[list[CellSchema]], _field("openapi.rows")]
    quote: Annotated[str, _field("openapi.quote")]
    place: PlaceSchema
    shown: Annotated[ShownSchema | None, _field("openapi.shown_then")]
    said: Annotated[SaidSchema | None, _field("openapi.said_then")]
    place_in_words: Annotated[str, _field("openapi.place_in_words")]
    addresses: AddressesSchema


class ListedDocumentSchema(
    Schema, title="ListedDocument", json_schema_extra={"description": "openapi.listed_document"}
):
    """A document that a sentence of the tool's own leads to."""

    id: Annotated[str, _field("openapi.document_id")]
    title: Annotated[str, _field("openapi.found_title")]
    kind: Annotated[str, _field("openapi.listed_kind")]
    address: Annotated[Address, _field("openapi.listed_address")]


class ToldSchema(Schema, title="Told", json_schema_extra={"description": "openapi.told"}):
    """A sentence in the tool's own words."""

    words: Annotated[str, _field("openapi.told_words")]
    asks: Annotated[bool, _field("openapi.told_asks")]
    session: Annotated[str, _field("openapi.told_session")]
    documents: Annotated[list[ListedDocumentSchema], _field("openapi.told_documents")]


class AnswerSectionSchema(
    Schema, title="AnswerSection", json_schema_extra={"description": "openapi.answer_section"}
):
    """What an answer quotes of one session."""

    session: Annotated[str, _field("openapi.section_session")]
    citations: Annotated[list[Rank], _field("openapi.section_citations")]
    passages: Annotated[Count, _field("openapi.section_passages")]


class AnswerSchema(Schema, title="Answer", json_schema_extra={"description": "openapi.answer"}):
    """What is answered to a question."""

    question: Annotated[str, _field("openapi.question")]
    status: Annotated[Status, _field("openapi.answer_status")]
    text: Annotated[str, _field("openapi.answer_text")]
    citations: Annotated[list[CitationSchema], _field("openapi.citations")]
    confidence: Annotated[Share, _field("openapi.confidence")]
    engine: Annotated[Engine, _field("openapi.engine")]
    hits: Annotated[list[HitSchema], _field("openapi.considered")]
    seconds: Annotated[Seconds, _field("openapi.seconds")]
    subject: Annotated[str, _field("openapi.subject")]
    changes: Annotated[list[Change], _field("openapi.changes")]
    scope: Annotated[list[str], _field("openapi.scope")]
    intent: Annotated[Intent, _field("openapi.intent")]
    told: Annotated[list[ToldSchema], _field("openapi.told_lines")]
    remarks: Annotated[list[str], _field("openapi.remarks")]
    sections: Annotated[list[AnswerSectionSchema], _field("openapi.sections")]


class HitsSchema(Schema, title="Hits", json_schema_extra={"description": "openapi.hits"}):
    """What is found by a search."""

    question: Annotated[str, _field("openapi.searched")]
    hits: Annotated[list[HitSchema], _field("openapi.ranked")]


class SessionSchema(Schema, title="Session", json_schema_extra={"description": "openapi.session"}):
    """A session of an event."""

    id: Annotated[str, _field("openapi.session_id")]
    event: Annotated[str, _field("openapi.session_event")]
    title: Annotated[str, _field("openapi.session_title")]
    event_title: Annotated[str, _field("openapi.session_event_title")]
    type: Annotated[str, _field("openapi.session_type")]
    speakers: Annotated[list[str], _field("openapi.session_speakers")]
    date: Annotated[str, _field("openapi.session_date")]
    time: Annotated[str, _field("openapi.session_time")]
    room: Annotated[str, _field("openapi.session_room")]


class SheetHeadingSchema(
    Schema, title="SheetHeading", json_schema_extra={"description": "openapi.sheet_heading"}
):
    """A title of a slide, or a heading."""

    heading: CitationSchema
    level: Annotated[Rank, _field("openapi.heading_level")]


class SheetNameSchema(
    Schema, title="SheetName", json_schema_extra={"description": "openapi.sheet_name"}
):
    """A name that a session cites."""

    name: CitationSchema
    times: Annotated[Rank, _field("openapi.name_times")]


class SheetQuestionSchema(
    Schema, title="SheetQuestion", json_schema_extra={"description": "openapi.sheet_question"}
):
    """A question of the room and its reply."""

    question: CitationSchema
    reply: CitationSchema


class SessionSheetSchema(
    Schema, title="SessionSheet", json_schema_extra={"description": "openapi.session_sheet"}
):
    """What was said in a session."""

    session: SessionSchema
    documents: Annotated[list[ListedDocumentSchema], _field("openapi.sheet_documents")]
    recordings: Annotated[list[ListedDocumentSchema], _field("openapi.sheet_recordings")]
    synthesis: Annotated[list[CitationSchema], _field("openapi.sheet_synthesis")]
    points: Annotated[list[CitationSchema], _field("openapi.sheet_points")]
    outline: Annotated[list[SheetHeadingSchema], _field("openapi.sheet_outline")]
    figures: Annotated[list[CitationSchema], _field("openapi.sheet_figures")]
    names: Annotated[list[SheetNameSchema], _field("openapi.sheet_names")]
    questions: Annotated[list[SheetQuestionSchema], _field("openapi.sheet_questions")]


class ThemeExcerptSchema(
    Schema, title="ThemeExcerpt", json_schema_extra={"description": "openapi.theme_excerpt"}
):
    """What tells most of a theme in a session."""

    session: Annotated[str, _field("openapi.session_id")]
    excerpt: CitationSchema


class SheetThemeSchema(
    Schema, title="SheetTheme", json_schema_extra={"description": "openapi.sheet_theme"}
):
    """A theme that comes up in several sessions."""

    words: Annotated[str, _field("openapi.theme_words")]
    excerpts: Annotated[list[ThemeExcerptSchema], _field("openapi.theme_excerpts")]


class EventSheetSchema(
    Schema, title="EventSheet", json_schema_extra={"description": "openapi.event_sheet"}
):
    """What was said at an event."""

    event: Annotated[str, _field("openapi.session_event")]
    title: Annotated[str, _field("openapi.session_event_title")]
    sessions: Annotated[list[SessionSchema], _field("openapi.event_sessions")]
    synthesis: Annotated[list[CitationSchema], _field("openapi.event_synthesis")]
    themes: Annotated[list[SheetThemeSchema], _field("openapi.event_themes")]
    figures: Annotated[list[CitationSchema], _field("openapi.event_figures")]
    questions: Annotated[list[SheetQuestionSchema], _field("openapi.sheet_questions")]
