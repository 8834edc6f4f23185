"""A question and its sources as a sheet to keep: `Answer` → `Sheet`, and the plain text to copy.

What goes out are plain strings: `sheet_html` and `sheet_odt` make files of them. Addresses begin
with "/": who knows the server's name puts it before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.i18n import Language, say
from assistant.i18n.days import date_in_words
from assistant.i18n.told import remark_lines, told_words
from assistant.records.answers import Answer
from assistant.records.hits import Filters
from assistant.view import View
from assistant.web.shared.addresses import question_address
from assistant.web.shared.facets import FACETS, choices_of
from assistant.web.shared.sources import ShownSource


@dataclass(frozen=True, slots=True)
class Proof:
    """A passage on a sheet: numbered where it is quoted, 0 where it only comes close.

    `trail` reads "event › session › speaker"; `spoken` is the document's language, empty where
    it is not known.
    """

    number: int
    title: str
    trail: str
    place: str
    quote: str
    address: str
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question, what came of it, and the passages that show it, in words.

    `notes` say how the question was understood and where it was searched, `outcome` and `hint`
    what became of it; `lines` are the answer's, empty unless there is one. Where it `is_quoted`,
    they are the quotes of the proofs: a file has them once. `address` asks again.
    """

    events: tuple[str, ...]
    question: str
    notes: tuple[str, ...]
    outcome: str
    hint: str
    lines: tuple[str, ...]
    is_quoted: bool
    proofs_title: str
    proofs: tuple[Proof, ...]
    dates: str
    address: str
    language: Language


def sheet_of(
    view: View,
    answer: Answer,
    sources: Sequence[ShownSource],
    filters: Filters,
    language: Language,
) -> Sheet:
    """Return the sheet of an answer, whose `sources` are those shown."""
    titles = {
        "answered": "page.sources",
        "perhaps": "page.to_read",
        "refused": "around.near",
    }
    outcomes = {
        "answered": ("around.answered", "around.answered_hint"),
        "perhaps": ("page.perhaps", "page.perhaps_hint"),
        "refused": ("page.refused", "around.refused_hint"),
    }
    outcome, hint = outcomes[answer.status]
    if answer.told and answer.status != "refused":
        outcome, hint = "around.told", "around.told_hint"
    return Sheet(
        events=_events(view, answer),
        question=answer.question,
        notes=(
            *([say("page.subject", language, subject=answer.subject)] if answer.subject else []),
            *understood(answer, language),
            *limits(view, filters, language),
        ),
        outcome=say(outcome, language),
        hint=say(hint, language),
        lines=tuple(_lines(answer, language)),
        is_quoted=bool(answer.citations) and answer.engine == "extractive",
        proofs_title=say(titles[answer.status], language),
        proofs=tuple(_proof(source) for source in sources),
        dates=_dates(view.published_on, language),
        address=question_address(answer.question, filters, answer.subject, language),
        language=language,
    )


def understood(answer: Answer, language: Language) -> list[str]:
    """Return how a question was understood where not as typed, a sentence each."""
    return [
        *(say("page.changed", language, typed=one, meant=other) for one, other in answer.changes),
        *(say("page.scoped", language, words=words) for words in answer.scope),
        *remark_lines(answer, language),
    ]


def text_to_copy(sheet: Sheet) -> list[str]:
    """Return the sheet as the text to copy, cut in two where an address stands.

    Texts and addresses alternate, a text first: who copies puts the server's name before each
    address, and joins them all.
    """
    language = sheet.language
    head = [_labelled("question", sheet.question, language), *sheet.notes, "", sheet.outcome]
    parts = ["\n".join([*head, *(sheet.lines or (sheet.hint,))])]
    parts[0] += f"\n\n{sheet.proofs_title}\n" if sheet.proofs else "\n"
    for proof in sheet.proofs:
        number = f"[{proof.number}] " if proof.number else "- "
        lines = [f"{number}{proof.title}, {proof.place}", proof.trail]
        # The answer's lines say what is quoted; elsewhere the passage itself does.
        lines += [] if sheet.lines else [quoted(proof.quote, language)]
        parts[-1] += "\n".join(line for line in lines if line) + "\n"
        parts += [proof.address, "\n"]
    parts[-1] += "\n" + " ".join([*(f"{event}." for event in sheet.events), sheet.dates]) + "\n"
    return [*parts, sheet.address, "\n"]


def quoted(text: str, language: Language) -> str:
    """Return a text between the language's quotation marks."""
    return say("page.quoted", language, text=text)


def events_line(sheet: Sheet) -> str:
    """Return the sheet's events in a line: "Événement : …"; empty where none is known."""
    if not sheet.events:
        return ""
    key = "event" if len(sheet.events) == 1 else "events"
    return _labelled(key, ", ".join(sheet.events), sheet.language)


def _labelled(key: str, text: str, language: Language) -> str:
    colon = "\u00a0: " if language == "fr" else ": "
    return say(f"around.{key}", language) + colon + text


def _events(view: View, answer: Answer) -> tuple[str, ...]:
    """Return the titles of the events that the passages come from, or of all there are."""
    passages = [citation.passage for citation in answer.citations] or [
        hit.passage for hit in answer.hits
    ]
    facts = [view.document(passage.document_id).facts for passage in passages]
    titles = [fact.get("event_title") or fact.get("event", "") for fact in facts]
    titles = titles or [session.event_title or session.event for session in view.sessions]
    return tuple(dict.fromkeys(title for title in titles if title))


def limits(view: View, filters: Filters, language: Language) -> list[str]:
    """Return what the search was limited to, as a sentence; none where it was not."""
    if not filters:
        return []
    sessions = view.sessions
    chosen = [
        label
        for facet, (_, values) in zip(FACETS, filters.by_facet(), strict=True)
        for label, value in choices_of(facet, values, sessions, language)
        if value in values
    ]
    return [say("around.limited", language, choices=", ".join(chosen))] if chosen else []


def _lines(answer: Answer, language: Language) -> list[str]:
    """Return the lines of an answer, each quote with the number of its source."""
    if answer.told:
        return [told_words(one, language) for one in answer.told]
    if answer.status != "answered":
        return []
    if answer.engine == "extractive":
        return [
            f"{quoted(citation.quote, language)} [{citation.number}]"
            for citation in answer.citations
        ]
    return [line for line in answer.text.splitlines() if line.strip()]


def _proof(source: ShownSource) -> Proof:
    passage = next(link.address for link in source.links if link.address.startswith("/passage/"))
    return Proof(
        number=source.number,
        title=source.title,
        trail=" › ".join(source.trail),
        place=source.place,
        quote=source.quote or source.before,
        address=passage,
        spoken=source.language,
    )


def _dates(published: date, language: Language) -> str:
    day = date_in_words(date.today(), "long", language)
    indexed = date_in_words(published, "long", language)
    return say("around.asked_and_published_on", language, day=day, published=indexed)
