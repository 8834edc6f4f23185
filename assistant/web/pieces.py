"""The answer as HTML: `Answer` and `Source`s → strings for the page; pure functions.

The strings go through Gradio's Markdown, which keeps HTML as it is. So `escape` leaves of a
document's text nothing that HTML, Markdown or LaTeX could read as anything but characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.errors import AssistantError
from assistant.records import Answer
from assistant.web.sources import Link, Source
from assistant.wording import count, say

#: Every ASCII character that isn't a letter, a digit or a space, line ends included.
SPECIAL = re.compile(r"[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e\t\n\r]")
#: Control characters have no place on a page; bidirectional overrides would reorder our words.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
REFERENCE = re.compile(r"\[(\d+)\]")


def escape(text: str) -> str:
    """Return `text` as HTML that can only be read as these characters, in HTML or Markdown."""
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", UNSEEN.sub("", text))


def language_mark(language: str) -> str:
    """Return the attribute that says in which language words are, nothing for the page's own."""
    return f' lang="{escape(language)}"' if language not in ("", "fr") else ""


def link_piece(link: Link, about: str) -> str:
    """Return a link that opens beside the page; `about` tells a screen reader which source."""
    spoken = f"{about} {say('page.new_tab')}"
    return (
        f'<a class="lien" href="{escape(link.address)}" target="_blank" rel="noopener">'
        f'{escape(link.words)}<span class="lu-seulement"> {escape(spoken)}</span></a>'
    )


def source_piece(source: Source) -> str:
    """Return one source: its number, where it comes from, its words, and the ways to it."""
    number = (
        f'<span class="numero" aria-hidden="true">{source.number}</span>' if source.number else ""
    )
    label = say("page.source_number", number=source.number) + "\u00a0: " if source.number else ""
    anchor = f' id="source-{source.number}" tabindex="-1"' if source.number else ""
    trail = ' <span aria-hidden="true">›</span> '.join(escape(part) for part in source.trail)
    marked = f"<mark>{_emphasised(source.quote, source.marked)}</mark>" if source.quote else ""
    links = "".join(link_piece(link, f"– {source.title}, {source.place}") for link in source.links)
    return (
        f'<li class="source"{anchor}><div class="origine">{number}<div>'
        f'<h3><span class="lu-seulement">{escape(label)}</span>{escape(source.title)}</h3>'
        f'<p class="fil">{trail}</p></div><p class="endroit">{escape(source.place)}</p></div>'
        f"<blockquote{language_mark(source.language)}>{escape(source.before)}{marked}"
        f"{escape(source.after)}</blockquote>"
        f'<p class="liens">{links}</p></li>'
    )


def _emphasised(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text as HTML, its answering words in bold."""
    html = ""
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            html += f"{escape(text[at:start])}<strong>{escape(text[start:end])}</strong>"
            at = end
    return html + escape(text[at:])


def sources_piece(sources: Sequence[Source]) -> str:
    """Return the sources as a list in their order."""
    return f'<ul class="sources">{"".join(source_piece(source) for source in sources)}</ul>'


def answer_piece(answer: Answer, sources: Sequence[Source], address: str) -> str:
    """Return an answer: its sentences, each with the numbers of its sources, then the sources."""
    languages = {source.number: source.language for source in sources}
    sentences = "".join(f"<p>{sentence}</p>" for sentence in _sentences(answer, languages))
    return (
        f"{_outcome('', '»', say('page.answer'), f'{sentences}{_permalink(address)}')}"
        f'<section aria-labelledby="titre-sources">'
        f'<h2 id="titre-sources">{escape(say("page.sources"))}</h2>'
        f"{sources_piece(sources)}</section>"
    )


def perhaps_piece(sources: Sequence[Source], address: str) -> str:
    """Return the passages that may answer; nothing is claimed."""
    hint = f"<p>{escape(say('page.perhaps_hint'))}</p>"
    return (
        f"{_outcome('peut-etre', '?', say('page.perhaps'), f'{hint}{_permalink(address)}')}"
        f'<section aria-labelledby="titre-sources">'
        f'<h2 id="titre-sources">{escape(say("page.to_read"))}</h2>'
        f"{sources_piece(sources)}</section>"
    )


def refusal_piece(near: Sequence[Source], address: str) -> str:
    """Return the refusal, and the passages that come closest where there are any."""
    also = (
        f'<section aria-labelledby="titre-voir-aussi">'
        f'<h2 id="titre-voir-aussi">{escape(say("page.see_also"))}</h2>'
        f'<p class="aide">{escape(say("page.see_also_hint"))}</p>{sources_piece(near)}</section>'
    )
    advice = f"<p>{escape(say('page.refused_advice'))}</p>{_permalink(address)}"
    return f"{_outcome('refus', '–', say('page.refused'), advice)}{also if near else ''}"


def error_piece(message: str, remedy: str) -> str:
    """Return what went wrong and what to do about it."""
    return _outcome("erreur", "!", message, f"<p>{escape(remedy)}</p>")


def subject_piece(subject: str) -> str:
    """Return which question before was searched too, nothing where there is none."""
    return f"<p>{escape(say('page.subject', subject=subject))}</p>" if subject else ""


def understood_piece(answer: Answer) -> str:
    """Return how the question was understood where not as typed; nothing where it was."""
    lines = [
        *(say("page.changed", typed=typed, meant=meant) for typed, meant in answer.changes),
        *(say("page.scoped", words=words) for words in answer.scope),
    ]
    shown = " ".join(escape(line) for line in lines)
    return f'<p class="aide compris">{shown}</p>' if lines else ""


def fault_piece(error: AssistantError) -> str:
    """Return an error of ours as the page shows it."""
    return error_piece(error.message(), error.remedy)


def status_words(answer: Answer) -> str:
    """Return the one line that a screen reader speaks when the answer is there."""
    if answer.status == "refused":
        words = say("page.refused")
    else:
        words = count(f"page.{answer.status}_ready", len(answer.citations))
    return f"{words} {say('page.follows')}" if answer.subject else words


def header_piece(title: str) -> str:
    """Return the top of the page: the way past it, the title, and where the data stay."""
    return (
        f'<div class="entete"><a class="evitement" href="#question">'
        f"{escape(say('page.skip_link'))}</a>"
        f"<h1>{escape(title)}</h1><p>{escape(say('page.introduction'))}</p></div>"
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


def _sentences(answer: Answer, languages: Mapping[int, str]) -> list[str]:
    """Return the lines of the answer as HTML, each "[1]" leading to its source.

    Quotes are taken from the citations: a "[2]" in a document's own words is not a reference.
    """
    if answer.engine == "extractive":
        return [
            f"<span{language_mark(languages.get(one.number, ''))}>"
            f"{escape(say('page.quoted', text=one.quote))}</span> {_reference(one.number)}"
            for one in answer.citations
        ]
    known = {one.number for one in answer.citations}
    return [_with_references(line, known) for line in answer.text.splitlines() if line.strip()]


def _with_references(line: str, known: set[int]) -> str:
    pieces = []
    reached = 0
    for found in REFERENCE.finditer(line):
        if int(found[1]) in known:
            pieces += [escape(line[reached : found.start()]), _reference(int(found[1]))]
            reached = found.end()
    return "".join((*pieces, escape(line[reached:])))


def _reference(number: int) -> str:
    spoken = escape(say("page.source_number", number=number))
    return f'<a class="renvoi" href="#source-{number}" aria-label="{spoken}">&#91;{number}&#93;</a>'


def _permalink(address: str) -> str:
    words = escape(say("page.link_to_question"))
    return f'<p class="permalien"><a class="lien" href="{escape(address)}">{words}</a></p>'
