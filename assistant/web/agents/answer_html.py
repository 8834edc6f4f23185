"""The answer as HTML: `Answer` and `Source`s → strings for the page; pure functions.

The strings go through Gradio's Markdown, which keeps HTML as it is. So `escape` leaves of a
document's text nothing that HTML, Markdown or LaTeX could read as anything but characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from assistant.errors import AssistantError
from assistant.i18n import Language, count, say
from assistant.i18n.told import told_words
from assistant.records import Answer, Told
from assistant.web.shared.addresses import question_address, reading_address
from assistant.web.shared.citation_html import sources_piece
from assistant.web.shared.escaping import escape, language_mark, written
from assistant.web.shared.facets import kind_words
from assistant.web.shared.sources import Link, Source

REFERENCE = re.compile(r"\[(\d+)\]")


def answer_piece(answer: Answer, sources: Sequence[Source], below: str, language: Language) -> str:
    """Return an answer: its sentences, each with the numbers of its sources, then the sources.

    `below` is HTML: what stands under the sentences, here and in the two pieces that follow.
    """
    spoken = {source.number: source.language for source in sources}
    sentences = "".join(f"<p>{sentence}</p>" for sentence in _sentences(answer, spoken, language))
    title = say("page.answer", language)
    outcome = _outcome("", "»", title, sentences + below)
    return outcome + _section("sources", sources_piece(sources, language), language)


def told_piece(answer: Answer, below: str, language: Language) -> str:
    """Return an answer in the tool's own words: its lines, and where they lead."""
    lines = "".join(
        f"<ul>{''.join(f'<li>{_told(one, language)}</li>' for one in group)}</ul>"
        if listed
        else "".join(f"<p>{_told(one, language)}</p>" for one in group)
        for listed, group in groupby(answer.told, key=lambda one: one.asks or bool(one.session))
    )
    return _outcome("", "»", say("page.answer", language), lines + below)


def _told(told: Told, language: Language) -> str:
    """Return a line in the tool's own words: a question to ask is a link that asks it."""
    words = told_words(told, language)
    if told.asks:
        return f'<a href="{escape(question_address(words, language=language))}">{escape(words)}</a>'
    documents = ", ".join(
        f'<a class="lien" href="{escape(reading_address(one.id, language))}">'
        f"{escape(kind_words(one.kind, language))}"
        f'<span class="lu-seulement"> – {escape(one.title)}</span></a>'
        for one in told.documents
    )
    return f"{escape(words)} {documents}".strip()


def perhaps_piece(sources: Sequence[Source], below: str, language: Language) -> str:
    """Return the passages that may answer; nothing is claimed."""
    hint = f"<p>{written('perhaps_hint', language)}</p>{below}"
    outcome = _outcome("peut-etre", "?", say("page.perhaps", language), hint)
    return outcome + _section("to_read", sources_piece(sources, language), language)


def refusal_piece(near: Sequence[Source], below: str, language: Language) -> str:
    """Return the refusal, and the passages that come closest where there are any."""
    advice = f"<p>{written('refused_advice', language)}</p>{below}"
    outcome = _outcome("refus", "–", say("page.refused", language), advice)
    hint = f'<p class="aide">{written("see_also_hint", language)}</p>'
    also = _section("see_also", hint + sources_piece(near, language), language)
    return outcome + (also if near else "")


def error_piece(message: str, remedy: str) -> str:
    """Return what went wrong and what to do about it."""
    return _outcome("erreur", "!", message, f"<p>{escape(remedy)}</p>")


def subject_piece(subject: str, language: Language) -> str:
    """Return which question before was searched too, nothing where there is none."""
    return f"<p>{written('subject', language, subject=subject)}</p>" if subject else ""


def understood_piece(notes: Sequence[str]) -> str:
    """Return how the question was understood where not as typed, and where it was searched.

    Nothing where everything was searched, as typed. `notes` say each in a sentence.
    """
    lines = " ".join(escape(one) for one in notes)
    return f'<p class="aide compris">{lines}</p>' if notes else ""


def fault_piece(error: AssistantError, language: Language) -> str:
    """Return an error of ours as the page shows it."""
    return error_piece(error.message(language), error.remedy_in(language))


def status_words(answer: Answer, language: Language) -> str:
    """Return the one line that a screen reader speaks when the answer is there."""
    if answer.status == "refused":
        words = say("page.refused", language)
    elif answer.told:
        words = say("page.told_ready", language)
    else:
        words = count(f"page.{answer.status}_ready", len(answer.citations), language)
    return f"{words} {say('page.follows', language)}" if answer.subject else words


def header_piece(title: str, spoken: str, language: Language) -> str:
    """Return the top of the page: the way past it, the title, what it is, the other language.

    `spoken` is the language of the event, in which its title and its programme are.
    """
    other: Language = "fr" if language == "en" else "en"
    return (
        f'<div class="entete" data-parle="{escape(spoken)}"><a class="evitement" href="#question">'
        f"{written('skip_link', language)}</a>"
        f'<p class="langue"><a class="lien" href="/langue/{other}" lang="{other}"'
        f' hreflang="{other}">{written("in_this_language", other)}</a></p>'
        f"<h1{language_mark(spoken, language)}>{escape(title)}</h1>"
        f"<p>{written('introduction', language)}</p></div>"
    )


def footer_piece(links: Sequence[Link], language: Language) -> str:
    """Return the foot of the page: the promise about data, where it leads, the shortcut."""
    ways = "".join(
        f'<a class="lien" href="{escape(one.address)}">{escape(one.words)}</a>' for one in links
    )
    return (
        f'<footer class="pied"><p>{written("promise", language)}</p>'
        f'<p class="liens">{ways}'
        f"<span>{written('shortcut', language)}</span></p></footer>"
    )


def _section(title: str, body: str, language: Language) -> str:
    """Return a part of the result under its title, given by its key; `body` is HTML."""
    return (
        f'<section aria-labelledby="titre-{title}">'
        f'<h2 id="titre-{title}">{written(title, language)}</h2>{body}</section>'
    )


def _outcome(kind: str, sign: str, title: str, body: str) -> str:
    """Return the frame of what became of a question: its sign and words differ, not only its look.

    `body` is HTML; the sign is for the eye, the title says the same.
    """
    classes = f"reponse {kind}".strip()
    return (
        f'<section class="{classes}" aria-labelledby="titre-reponse"><div class="issue">'
        f'<span class="signe" aria-hidden="true">{escape(sign)}</span>'
        f'<h2 id="titre-reponse">{escape(title)}</h2></div>{body}</section>'
    )


def _sentences(answer: Answer, spoken: Mapping[int, str], language: Language) -> list[str]:
    """Return the lines of the answer as HTML, each "[1]" leading to its source.

    Quotes are taken from the citations: a "[2]" in a document's own words is not a reference.
    """
    if answer.engine == "extractive":
        return [
            f'<span class="cite"{language_mark(spoken.get(one.number, ""), language)}>'
            f"{written('quoted', language, text=one.quote)}</span>"
            f" {_reference(one.number, language)}"
            for one in answer.citations
        ]
    known = {one.number for one in answer.citations}
    lines = [line for line in answer.text.splitlines() if line.strip()]
    return [_with_references(line, known, language) for line in lines]


def _with_references(line: str, known: set[int], language: Language) -> str:
    pieces = []
    reached = 0
    for found in REFERENCE.finditer(line):
        if int(found[1]) in known:
            pieces += [escape(line[reached : found.start()]), _reference(int(found[1]), language)]
            reached = found.end()
    return "".join((*pieces, escape(line[reached:])))


def _reference(number: int, language: Language) -> str:
    spoken = written("source_number", language, number=number)
    return f'<a class="renvoi" href="#source-{number}" aria-label="{spoken}">&#91;{number}&#93;</a>'
