"""The answer as HTML: `Answer` and `CardGroup`s → HTML for the page. Pure.

What is made here goes through Gradio's Markdown, hence `render_for_markdown`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.errors import AssistantError
from assistant.i18n import Language, count, say
from assistant.i18n.told import told_words
from assistant.records.answers import Answer, AssistantLine
from assistant.web.shared.addresses import (
    event_address,
    question_address,
    reading_address,
    session_address,
)
from assistant.web.shared.card_records import CardGroup
from assistant.web.shared.facets import kind_words
from assistant.web.shared.templates import Html, render_for_markdown

REFERENCE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class AnswerFrame:
    """What surrounds every outcome of a question.

    `key` tells this showing of it from others, `address` asks it again. `notes` say how it was
    understood, `below` is what stands under the cards (ways to keep them, an opinion): both HTML.
    Where asking again may help, it `is_failed`.
    """

    key: str = ""
    question: str = ""
    address: str = ""
    notes: str = ""
    below: str = ""
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class SentencePart:
    """Some words of a sentence, or the number of a source."""

    text: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """A document that the tool names: where it is read, what it is, what it is called."""

    address: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line in the tool's own words: what stands `before` a link, its `words`, what is `after`.

    `address` is that which asks the line, where it is a question, or else of the page of the
    session or event that it speaks of, which its title leads to.
    """

    before: str
    words: str
    after: str
    address: str
    documents: Sequence[LinkedDocument]


@dataclass(frozen=True, slots=True)
class ToldGroup:
    """Lines in a row, as a list or as paragraphs."""

    lines: Sequence[ToldLine]
    is_listed: bool


def answer_piece(
    answer: Answer, groups: Sequence[CardGroup], frame: AnswerFrame, language: Language
) -> Html:
    """Return an answer: its cards, after its sentences where it has some of its own."""
    return render_for_markdown(
        "agents/answer.html",
        language,
        sentences=_sentences(answer),
        groups=groups,
        is_comparison=answer.intent == "comparison" and len(groups) == 2,
        frame=frame,
    )


def told_piece(answer: Answer, frame: AnswerFrame, language: Language) -> Html:
    """Return an answer in the tool's own words: its lines, and where they lead."""
    told = _groups(answer, language)
    return render_for_markdown("agents/told.html", language, told=told, frame=frame)


def _groups(answer: Answer, language: Language) -> list[ToldGroup]:
    """Return the lines in the tool's own words, those that lead somewhere listed."""
    return [
        ToldGroup([_told(message, language) for message in group], is_listed)
        for is_listed, group in groupby(answer.told, key=lambda one: one.asks or bool(one.session))
    ]


def _told(told: AssistantLine, language: Language) -> ToldLine:
    """Return a line in the tool's own words: a link that asks it, or to what it speaks of."""
    words = told_words(told, language)
    address = _led_to(told, words, language)
    title = told.session.title if told.session and not told.asks else ""
    at = words.find(title) if title else -1
    start, end = (at, at + len(title)) if at >= 0 else (0, len(words))
    return ToldLine(
        before=words[:start],
        words=words[start:end],
        after=words[end:],
        address=address,
        documents=[
            LinkedDocument(
                reading_address(document.id, language),
                kind_words(document.kind, language),
                document.title,
            )
            for document in told.documents
        ],
    )


def _led_to(told: AssistantLine, words: str, language: Language) -> str:
    """Return where a line leads as a whole, nothing where it leads nowhere."""
    if told.asks:
        return question_address(words, language=language)
    if told.session is None:
        return ""
    if told.message == "told.day":
        return event_address(told.session.event, language)
    return session_address(told.session.id, language)


def perhaps_piece(groups: Sequence[CardGroup], frame: AnswerFrame, language: Language) -> Html:
    """Return the passages that may answer; nothing is claimed."""
    return render_for_markdown("agents/perhaps.html", language, groups=groups, frame=frame)


def refusal_piece(
    answer: Answer,
    near: Sequence[CardGroup],
    frame: AnswerFrame,
    language: Language,
    kept: str = "",
) -> Html:
    """Return the refusal, with the sessions and the passages that come closest.

    `kept` says who will read the question, empty where nobody will.
    """
    told = _groups(answer, language)
    return render_for_markdown(
        "agents/refusal.html", language, told=told, groups=near, frame=frame, kept=kept
    )


def error_piece(message: str, remedy: str, frame: AnswerFrame, language: Language) -> Html:
    """Return what went wrong and what to do about it."""
    return render_for_markdown(
        "agents/error.html", language, message=message, remedy=remedy, frame=frame
    )


def subject_piece(subject: str, language: Language) -> Html:
    """Return which question before was searched too, nothing where there is none."""
    if not subject:
        return Html()
    return render_for_markdown("agents/subject.html", language, subject=subject)


def understood_piece(notes: Sequence[str], language: Language) -> Html:
    """Return how the question was understood where not as typed, and where it was searched.

    Nothing where everything was searched, as typed. `notes` say each in a sentence.
    """
    if not notes:
        return Html()
    return render_for_markdown("agents/understood.html", language, notes=notes)


def fault_piece(error: AssistantError, frame: AnswerFrame, language: Language) -> Html:
    """Return an error of ours as the page shows it."""
    return error_piece(error.message(language), error.remedy_in(language), frame, language)


def status_words(answer: Answer, language: Language) -> str:
    """Return the one line that a screen reader speaks when the answer is there."""
    if answer.status == "refused":
        words = say("page.refused", language)
    elif answer.told:
        words = say("page.told_ready", language)
    else:
        words = count(f"page.{answer.status}_ready", len(answer.citations), language)
    return f"{words} {say('page.follows', language)}" if answer.subject else words


def header_piece(title: str, spoken: str, language: Language) -> Html:
    """Return the top of the page: the way past it, the title, what it is, the other language.

    `spoken` is the language of the event, in which its title and its programme are.
    """
    other: Language = "fr" if language == "en" else "en"
    in_other = say("page.in_this_language", other)
    return render_for_markdown(
        "agents/header.html",
        language,
        title=title,
        spoken=spoken,
        other=other,
        in_other=in_other,
        to_other=f"/langue/{other}",
    )


def limits_piece(language: Language) -> Html:
    """Return what limits do, and the line that says which were chosen."""
    return render_for_markdown("agents/limits.html", language)


def narrowing_piece(facet: str, label: str, language: Language) -> Html:
    """Return the box to type in that shortens the list of a facet."""
    return render_for_markdown("agents/narrowing.html", language, facet=facet, label=label)


def waiting_piece(language: Language) -> Html:
    """Return where it is said how a question fares until it is answered."""
    return render_for_markdown("agents/waiting.html", language)


def hint_piece(words: str, language: Language) -> Html:
    """Return a sentence of help."""
    return render_for_markdown("agents/hint.html", language, words=words)


def examples_title_piece(language: Language) -> Html:
    """Return the title of the example questions."""
    return render_for_markdown("agents/examples_title.html", language)


def _sentences(answer: Answer) -> list[Sequence[SentencePart]]:
    """Return the lines that an answer has of its own, each "[1]" leading to its source.

    Quotes have none: the cards are the answer.
    """
    if answer.engine == "extractive":
        return []
    known = {citation.number for citation in answer.citations}
    return [_with_references(line, known) for line in answer.text.splitlines() if line.strip()]


def _with_references(line: str, known: set[int]) -> list[SentencePart]:
    parts = []
    reached = 0
    for found in REFERENCE.finditer(line):
        if int(found[1]) in known:
            parts += [
                SentencePart(line[reached : found.start()]),
                SentencePart(number=int(found[1])),
            ]
            reached = found.end()
    return [*parts, SentencePart(line[reached:])]
