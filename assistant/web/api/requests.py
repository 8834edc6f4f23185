"""What programs ask for: a JSON object → a question and its limits.

The API and the tools for language models take the same fields; filters are called as they are in
the page's addresses. Each field also goes by the names that a program would guess.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from assistant.errors import AssistantError, QuestionError, RequestError
from assistant.records.hits import Filters

#: Passages given where nothing is said, and at most.
USUAL_NUMBER, MOST_NUMBER = 10, 50
#: Values of one filter.
MOST_VALUES = 50
#: In the description of a field: its other names.
ALSO = "x-also"


def _named(name: str, *also: str, **options: Any) -> Any:
    """Return a field that programs call `name`, and may call otherwise."""
    choices = AliasChoices(name, *also)
    return Field(validation_alias=choices, json_schema_extra={ALSO: [*also]}, **options)


def _filter(name: str, *also: str, description: str) -> Any:
    """Return a field that limits where to search; it limits nothing where it is left out."""
    return _named(
        name, *also, description=description, default_factory=list, max_length=MOST_VALUES
    )


class Sent(BaseModel, extra="forbid", strict=True):
    """What a program sends. Validating raises AssistantError."""

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, sent: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """Say what is wrong in our words, in place of pydantic's."""
        try:
            return validate(sent)
        except ValidationError as e:
            raise _fault(_names(cls), sent, e) from None


class ProgramRequest(Sent):
    """A question that a program asks, and where to look."""

    question: Annotated[
        str,
        _named(
            "q",
            "question",
            "query",
            description="openapi.asked_question",
            min_length=1,
            examples=["Combien de repas la cuisine centrale sert-elle ?"],
        ),
    ]
    events: Annotated[
        list[str],
        _filter("evenement", "evenements", "event", "events", description="openapi.asked_events"),
    ]
    sessions: Annotated[
        list[str],
        _filter("seance", "seances", "session", "sessions", description="openapi.asked_sessions"),
    ]
    types: Annotated[list[str], _filter("type", "types", description="openapi.asked_types")]
    speakers: Annotated[
        list[str],
        _filter(
            "intervenant",
            "intervenants",
            "speaker",
            "speakers",
            description="openapi.asked_speakers",
        ),
    ]
    kinds: Annotated[
        list[str], _filter("document", "kind", "kinds", description="openapi.asked_kinds")
    ]

    @property
    def filters(self) -> Filters:
        """Return where to look."""
        lists = (self.events, self.sessions, self.types, self.speakers, self.kinds)
        return Filters(*(tuple(one) for one in lists))


class SearchRequest(
    ProgramRequest,
    title="Recherche",
    json_schema_extra={"description": "openapi.search_request"},
):
    """A search for passages."""

    number: Annotated[
        int,
        _named(
            "k",
            "nombre",
            "limit",
            description="openapi.asked_number",
            default=USUAL_NUMBER,
            ge=1,
            le=MOST_NUMBER,
        ),
    ]


class QuestionRequest(
    ProgramRequest,
    title="Question",
    json_schema_extra={"description": "openapi.question_request"},
):
    """A question to answer, after another perhaps."""

    previous: Annotated[
        str,
        _named("precedente", "previous", description="openapi.asked_previous", default=""),
    ]


class SessionSheetRequest(
    Sent,
    title="FicheSeance",
    json_schema_extra={"description": "openapi.session_sheet_request"},
):
    """A session to give the sheet of."""

    session: Annotated[
        str,
        _named(
            "seance",
            "session",
            description="openapi.asked_session",
            examples=["atelier 3"],
        ),
    ]


class EventSheetRequest(
    Sent,
    title="FicheEvenement",
    json_schema_extra={"description": "openapi.event_sheet_request"},
):
    """An event to give the sheet of; where there is only one, it needs no name."""

    event: Annotated[
        str,
        _named("evenement", "event", description="openapi.asked_event", default=""),
    ]


#: What a field is called first, by each of its names.
Names = Mapping[str, str]


def _names(kind: type[Sent]) -> Names:
    choices = [_choices(field.validation_alias) for field in kind.model_fields.values()]
    return {name: names[0] for names in choices for name in names}


def _choices(alias: object) -> list[str]:
    assert isinstance(alias, AliasChoices)
    return [str(choice) for choice in alias.choices]


def _fault(names: Names, sent: Mapping[str, object], error: ValidationError) -> AssistantError:
    """Return the fault to tell first: a field that doesn't exist, then in the fields' order."""
    errors = error.errors(include_input=False, include_url=False, include_context=False)
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return _twice(names, sent, name) if name in names else _unknown(names, sent, name)
    if first["type"] == "missing":
        return RequestError("field_missing", name=name)
    if first["type"] == "string_too_short":
        return QuestionError("question_empty")
    # A list's own values have a number besides.
    if first["type"] == "string_type" and len(first["loc"]) == 1:
        return RequestError("field_not_text", name=name)
    return _wrong(names[name], name)


def _twice(names: Names, sent: Mapping[str, object], name: str) -> RequestError:
    """Return the fault of a field given under two of its names."""
    other = next(one for one in sent if one != name and names.get(one) == names[name])
    return RequestError("field_twice", name=name, other=other)


def _unknown(names: Names, sent: Mapping[str, object], name: str) -> RequestError:
    """Return the fault of a field that doesn't exist, with the nearest that does.

    Where the question is missing and the name is like no other, it must be the question.
    """
    first = list(dict.fromkeys(names.values()))
    is_asked = any(names.get(one) == first[0] for one in sent)
    near = difflib.get_close_matches(name, names, n=1)
    # Far from all, the nearest of the first names: those are what is listed.
    far = difflib.get_close_matches(name, first, n=1, cutoff=0.0) if is_asked else first
    nearest = names[(near or far)[0]]
    return RequestError("field_unknown", name=name[:100], nearest=nearest, known=", ".join(first))


def _wrong(field: str, name: str) -> RequestError:
    """Return the fault of a value of the wrong kind."""
    if field == "k":
        return RequestError("field_not_number", name=name, most=MOST_NUMBER)
    return RequestError("field_not_texts", name=name, most=MOST_VALUES)
