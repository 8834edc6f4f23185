"""The answer as HTML: `Answer` and `Source`s → strings for the page; pure functions.

The strings go through Gradio's Markdown, which keeps HTML as it is. So `escape` leaves of a
document's text nothing that HTML, Markdown or LaTeX could read as anything but characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.errors import AssistantError
from assistant.i18n import Language, count, say
from assistant.records import Answer
from assistant.web.shared.figures import Figure
from assistant.web.shared.sources import Link, Listening, Source

#: Every ASCII character that isn't a letter, a digit or a space, line ends included.
SPECIAL = re.compile(r"[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e\t\n\r]")
#: Control characters have no place on a page; bidirectional overrides would reorder our words.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
REFERENCE = re.compile(r"\[(\d+)\]")


def escape(text: str) -> str:
    """Return `text` as HTML that can only be read as these characters, in HTML or Markdown."""
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", UNSEEN.sub("", text))


def written(key: str, language: Language, **values: object) -> str:
    """Return a message of the page as HTML."""
    return escape(say(f"page.{key}", language, **values))


def language_mark(spoken: str, language: Language) -> str:
    """Return the attribute that says in which language words are, nothing for the page's own."""
    return f' lang="{escape(spoken)}"' if spoken not in ("", language) else ""


def about_piece(title: str, place: str, spoken: str, language: Language) -> str:
    """Return which source a link leads to, in words for a screen reader.

    `spoken` is the language of the document, thus of its title.
    """
    return f"– <span{language_mark(spoken, language)}>{escape(title)}</span>, {escape(place)}"


def link_piece(link: Link, about: str, language: Language) -> str:
    """Return a link that opens beside the page; `about` tells a screen reader which source."""
    return (
        f'<a class="lien" href="{escape(link.address)}" target="_blank" rel="noopener">'
        f'{escape(link.words)}<span class="lu-seulement"> {about} '
        f"{written('new_tab', language)}</span></a>"
    )


def listening_piece(listening: Listening, about: str, language: Language) -> str:
    """Return the link that plays a sentence: with our script in the page, else by the browser.

    `about` tells a screen reader which source.
    """
    address = escape(listening.recording_at(listening.start))
    return (
        f'<a class="lien ecouter" href="{address}" data-depart="{listening.start:.10g}"'
        f' data-lecture="{escape(listening.lines)}"'
        f' data-absent="{written("recording_gone", language)}"'
        f' data-injoignable="{written("recording_out_of_reach", language)}">'
        f'{escape(listening.words)}<span class="lu-seulement"> {about}</span></a>'
    )


def source_piece(source: Source, language: Language) -> str:
    """Return one source: its number, where it comes from, its words, and the ways to it."""
    label = number = anchor = ""
    if source.number:
        said = written("source_number", language, number=source.number)
        label = f'<span class="lu-seulement">{said}\u00a0: </span>'
        number = f'<span class="numero" aria-hidden="true">{source.number}</span>'
        anchor = f' id="source-{source.number}" tabindex="-1"'
    trail = ' <span aria-hidden="true">›</span> '.join(escape(part) for part in source.trail)
    marked = f"<mark>{_emphasised(source.quote, source.marked)}</mark>" if source.quote else ""
    spoken = language_mark(source.language, language)
    about = about_piece(source.title, source.place, source.language, language)
    links = "".join(link_piece(link, about, language) for link in source.links)
    if source.listening:
        links = listening_piece(source.listening, about, language) + links
    body = (
        f"<blockquote{spoken}>{escape(source.before)}{marked}"
        f'{escape(source.after)}</blockquote><p class="liens">{links}</p>'
    )
    if source.figure:
        body = f'<div class="montre"><div>{body}</div>{figure_piece(source.figure, language)}</div>'
    return (
        f'<li class="source"{anchor}><div class="origine">{number}<div>'
        f'<h3>{label}<span class="titre"{spoken}>{escape(source.title)}</span></h3>'
        f'<p class="fil"{spoken}>{trail}</p></div>'
        f'<p class="endroit">{escape(source.place)}</p></div>{body}</li>'
    )


def figure_piece(figure: Figure, language: Language) -> str:
    """Return the picture of a page over a card of words, as a link that opens beside the page.

    The card says nothing that stands not beside it: only the picture has a name.
    """
    place = figure.place[:1].upper() + figure.place[1:]
    name = written("picture_of", language, place=place, title=figure.title)
    spoken = language_mark(figure.spoken, language)
    return (
        f'<figure class="vue {figure.shape}"><a href="{escape(figure.opens)}" target="_blank"'
        f' rel="noopener"><span class="carte" aria-hidden="true"><b{spoken}>'
        f"{escape(figure.title)}</b><span{spoken}>{escape(figure.beginning)}</span>"
        f'<i>{escape(place)}</i></span><img src="{escape(figure.picture)}" alt="{name}"'
        f' width="{figure.width}" height="{figure.height}" loading="lazy" decoding="async">'
        f'<span class="lu-seulement"> {written("new_tab", language)}</span></a></figure>'
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


def sources_piece(sources: Sequence[Source], language: Language) -> str:
    """Return the sources as a list in their order."""
    items = "".join(source_piece(source, language) for source in sources)
    return f'<ul class="sources">{items}</ul>'


def answer_piece(answer: Answer, sources: Sequence[Source], below: str, language: Language) -> str:
    """Return an answer: its sentences, each with the numbers of its sources, then the sources.

    `below` is HTML: what stands under the sentences, here and in the two pieces that follow.
    """
    spoken = {source.number: source.language for source in sources}
    sentences = "".join(f"<p>{sentence}</p>" for sentence in _sentences(answer, spoken, language))
    title = say("page.answer", language)
    outcome = _outcome("", "»", title, sentences + below)
    return outcome + _section("sources", sources_piece(sources, language), language)


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
