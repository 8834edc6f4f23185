"""The answer as HTML: `Answer` and `ShownSource`s → HTML for the page. Pure.

What is made here goes through Gradio's Markdown, hence `render_for_markdown`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.errors import AssistantError
from assistant.i18n import Language, count, say
from assistant.i18n.told import told_words
from assistant.records import Answer, Told
from assistant.web.shared.addresses import (
    event_address,
    question_address,
    reading_address,
    session_address,
)
from assistant.web.shared.facets import kind_words
from assistant.web.shared.sources import Link, ShownSource
from assistant.web.shared.templates import Html, render_for_markdown

REFERENCE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class SentencePart:
    """Some words of a sentence, or the number of a source; `spoken` is a quote's language."""

    text: str = ""
    number: int = 0
    is_quote: bool = False
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """A document that the tool names: where it is read, what it is, what it is called."""

    address: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line in the tool's own words.

    `address` is that which asks it, where it is a question, or else of the page of the session or
    event that it speaks of.
    """

    words: str
    address: str
    documents: Sequence[LinkedDocument]


@dataclass(frozen=True, slots=True)
class ToldGroup:
    """Lines in a row, as a list or as paragraphs."""

    lines: Sequence[ToldLine]
    is_listed: bool


def answer_piece(
    answer: Answer, sources: Sequence[ShownSource], below: str, language: Language
) -> Html:
    """Return an answer: its sentences, each with the numbers of its sources, then the sources.

    `below` is HTML: what stands under the sentences, here and in the pieces that follow.
    """
    spoken = {source.number: source.language for source in sources}
    return render_for_markdown(
        "agents/answer.html",
        language,
        sentences=_sentences(answer, spoken, language),
        sources=sources,
        below=below,
    )


def told_piece(answer: Answer, below: str, language: Language) -> Html:
    """Return an answer in the tool's own words: its lines, and where they lead."""
    groups = _groups(answer, language)
    return render_for_markdown("agents/told.html", language, groups=groups, below=below)


def _groups(answer: Answer, language: Language) -> list[ToldGroup]:
    """Return the lines in the tool's own words, those that lead somewhere listed."""
    return [
        ToldGroup([_told(message, language) for message in group], is_listed)
        for is_listed, group in groupby(answer.told, key=lambda one: one.asks or bool(one.session))
    ]


def _told(told: Told, language: Language) -> ToldLine:
    """Return a line in the tool's own words: a link that asks it, or to what it speaks of."""
    words = told_words(told, language)
    return ToldLine(
        words=words,
        address=_led_to(told, words, language),
        documents=[
            LinkedDocument(
                reading_address(document.id, language),
                kind_words(document.kind, language),
                document.title,
            )
            for document in told.documents
        ],
    )


def _led_to(told: Told, words: str, language: Language) -> str:
    """Return where a line leads as a whole, nothing where it leads nowhere."""
    if told.asks:
        return question_address(words, language=language)
    if told.session is None:
        return ""
    if told.message == "told.day":
        return event_address(told.session.event, language)
    return session_address(told.session.id, language)


def perhaps_piece(sources: Sequence[ShownSource], below: str, language: Language) -> Html:
    """Return the passages that may answer; nothing is claimed."""
    return render_for_markdown("agents/perhaps.html", language, sources=sources, below=below)


def refusal_piece(
    answer: Answer, near: Sequence[ShownSource], below: str, language: Language
) -> Html:
    """Return the refusal, with the sessions and the passages that come closest."""
    groups = _groups(answer, language)
    return render_for_markdown(
        "agents/refusal.html", language, groups=groups, sources=near, below=below
    )


def error_piece(message: str, remedy: str, language: Language) -> Html:
    """Return what went wrong and what to do about it."""
    return render_for_markdown("agents/error.html", language, message=message, remedy=remedy)


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


def fault_piece(error: AssistantError, language: Language) -> Html:
    """Return an error of ours as the page shows it."""
    return error_piece(error.message(language), error.remedy_in(language), language)


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
        "agents/header.html", language, title=title, spoken=spoken, other=other, in_other=in_other
    )


def footer_piece(links: Sequence[Link], language: Language) -> Html:
    """Return the foot of the page: the promise about data, where it leads, the shortcut."""
    return render_for_markdown("agents/footer.html", language, links=links)


def hint_piece(words: str, language: Language) -> Html:
    """Return a sentence of help."""
    return render_for_markdown("agents/hint.html", language, words=words)


def examples_title_piece(language: Language) -> Html:
    """Return the title of the example questions."""
    return render_for_markdown("agents/examples_title.html", language)


def _sentences(
    answer: Answer, spoken: Mapping[int, str], language: Language
) -> list[Sequence[SentencePart]]:
    """Return the lines of the answer, each "[1]" leading to its source.

    Quotes are taken from the citations: a "[2]" in a document's own words is not a reference.
    """
    if answer.engine == "extractive":
        return [
            (
                SentencePart(
                    say("page.quoted", language, text=citation.quote),
                    is_quote=True,
                    spoken=spoken.get(citation.number, ""),
                ),
                SentencePart(" "),
                SentencePart(number=citation.number),
            )
            for citation in answer.citations
        ]
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
