"""Records → what programs read: dicts by field name, with what stands beside them in words.

In: an answer or a hit, and the view that gave it. Out: what JSON holds. The command line, the
API and the tools for language models all write it from here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from assistant.i18n import Language, in_words, pages_in_words, say
from assistant.i18n.places import in_notes, label_of, place_in_words
from assistant.i18n.problems import PUBLISHED_STATES, problem_in_words, remedy_in_words
from assistant.i18n.told import remark_lines, told_words
from assistant.jobs.run_state import RunState
from assistant.records.answers import Answer, Citation, Said, Shown
from assistant.records.documents import DocumentState, Passage, Place, Session
from assistant.records.hits import Hit
from assistant.records.messages import Message, Problem
from assistant.sheets.records import (
    EventSheet,
    SessionSheet,
    SheetHeading,
    SheetName,
    SheetQuestion,
    SheetTheme,
    ThemeExcerpt,
)

if TYPE_CHECKING:
    from assistant.view import View


#: What sheets are made of, besides citations.
SheetPart = (
    EventSheet | SessionSheet | SheetHeading | SheetName | SheetQuestion | SheetTheme | ThemeExcerpt
)


def plain(value: Any) -> Any:
    """Return records as dicts by field name, with what they derive: a quote, its place, an id.

    Problems, faults and states are in French, under the names that programs have always read.
    """
    if isinstance(value, Problem):
        return _plain_problem(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        if isinstance(value, Citation):
            fields |= {"quote": value.quote, "place": plain(value.place)}
        if isinstance(value, Passage):
            fields["id"] = str(value.id)  # 63 bits: more than JavaScript's numbers hold
        if isinstance(value, Session):
            del fields["document_titles"]  # by which a session is found, and listed beside it
        if isinstance(value, DocumentState):
            fields["state"] = PUBLISHED_STATES[value.state]
            fields["missing"] = pages_in_words(value.missing)
        if isinstance(value, RunState):
            del fields["fault"]
            fields |= _plain_fault(value.fault)
            fields["detail"] = in_words(value.detail) if value.detail else ""
        return fields
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, PurePath) else value


def _plain_problem(problem: Problem) -> dict[str, str]:
    return {
        "subject": problem.subject,
        "severity": problem.severity,
        "message": problem_in_words(problem),
        "remedy": remedy_in_words(problem),
        "state": PUBLISHED_STATES[problem.state],
        "pages": pages_in_words(problem.pages),
    }


def _plain_fault(fault: Message | None) -> dict[str, str]:
    """Return why a run failed; nothing is said of one that did not."""
    if fault is None:
        return {"message": "", "remedy": ""}
    return {"message": in_words(fault), "remedy": say(f"{fault.key}_remedy", **fault.values)}


def plain_answer(view: View, answer: Answer) -> dict[str, Any]:
    """Return an answer, each of its citations and hits as `plain_found` gives it."""
    fields: dict[str, Any] = plain(answer) | plain_told(answer)
    fields["citations"] = [plain_found(view, citation) for citation in answer.citations]
    fields["hits"] = [plain_found(view, hit) for hit in answer.hits]
    fields["sections"] = plain_sections(answer)
    return fields


def plain_sections(answer: Answer) -> list[dict[str, Any]]:
    """Return the sessions that an answer quotes, each with the numbers of its citations."""
    return [
        {
            "session": section.session,
            "citations": [cited.number for cited in section.citations],
            "passages": section.passages,
        }
        for section in answer.sections
    ]


def plain_told(answer: Answer, language: Language = "fr") -> dict[str, Any]:
    """Return an answer's text, the lines in the tool's own words, and what to know of it."""
    lines = [
        {
            "words": told_words(message, language),
            "asks": message.asks,
            "session": message.session.id if message.session else "",
            "documents": plain(message.documents),
        }
        for message in answer.told
    ]
    is_answer = answer.status != "refused"
    words = " ".join(str(line["words"]) for line in lines if is_answer and not line["asks"])
    return {
        "text": answer.text or words,
        "told": lines,
        "remarks": remark_lines(answer, language),
    }


def plain_found(view: View, found: Hit | Citation) -> dict[str, Any]:
    """Return a hit or a citation, with the slide on screen then, or when that slide was said."""
    fields: dict[str, Any] = plain(found)
    return fields | {
        "shown": plain(shown_with(view, found)),
        "said": plain(said_with(view, found)),
    }


def plain_sheet(value: Any, shown: Callable[[Any], Any]) -> Any:
    """Return a sheet, or a part of one, as dicts by field name; `shown` writes what it holds."""
    if isinstance(value, tuple):
        return [plain_sheet(one, shown) for one in value]
    if isinstance(value, SheetPart):
        return {
            field.name: plain_sheet(getattr(value, field.name), shown)
            for field in dataclasses.fields(value)
        }
    return shown(value)


def place_of(found: Hit | Citation) -> Place:
    """Return where the words quoted stand, or the passage found."""
    return found.place if isinstance(found, Citation) else found.passage.place


def shown_with(view: View, found: Hit | Citation) -> Shown | None:
    """Return the slide on screen when the words were said."""
    return view.slide_of(found.passage, place_of(found))


def said_with(view: View, found: Hit | Citation) -> Said | None:
    """Return when the words of a slide were spoken about."""
    return view.said_at(found.passage)


def place_words(view: View, found: Hit | Citation, language: Language = "fr") -> str:
    """Say where something stands, how its text came to be, and what goes with it."""
    said, shown = said_with(view, found), shown_with(view, found)
    return place_in_words(
        place_of(found),
        language,
        automatic=found.automatic,
        said=said.place if said else None,
        shown=shown.place if shown else None,
        notes=in_notes(found.passage),
        label=label_of(view.document(found.passage.document_id).facts, place_of(found)),
    )
