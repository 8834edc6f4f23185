"""A citation as HTML: its quote, where it stands, its links, its picture."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.i18n import Language
from assistant.web.shared.escaping import escape, language_mark, written
from assistant.web.shared.figures import Figure
from assistant.web.shared.sources import Link, Listening, Source


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
