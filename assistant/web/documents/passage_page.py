"""The page that shows a passage where it stands: passages of one document → an HTML page.

Pure functions. The page is ours from end to end: no Gradio, no script needed to read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.i18n import Language, say
from assistant.i18n.places import clock, in_notes, place_in_words
from assistant.records import Passage
from assistant.web.documents.player import (
    at_piece,
    marked_piece,
    player_piece,
    said_piece,
    time_piece,
)
from assistant.web.documents.transcript import lines_in
from assistant.web.shared.addresses import passage_address
from assistant.web.shared.citation_html import (
    about_piece,
    figure_piece,
    link_piece,
    listening_piece,
)
from assistant.web.shared.escaping import escape, language_mark, written
from assistant.web.shared.figures import Figure
from assistant.web.shared.page_shell import _home, page
from assistant.web.shared.sources import Link, Listening, heading_of

#: How many passages are shown on each side of the one asked for.
NEIGHBOURS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What the page shows: `passages` of a document, the one at `index` asked for.

    Characters `start`..`end` of that passage are marked, none when they are the same. `is_lost`
    tells that the passage asked for is no longer there, and that another stands for it.
    `listening` is how to hear it, None where there is no recording. `figure` is the picture of the
    page where the passage asked for stands. `spoken` is the document's language, empty where it
    is not known; `language` that of the page.
    """

    title: str
    trail: tuple[str, ...]
    passages: Sequence[Passage]
    index: int
    start: int
    end: int
    links: tuple[Link, ...]
    listening: Listening | None = None
    is_lost: bool = False
    spoken: str = ""
    notice: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    language: Language = "fr"
    figure: Figure | None = None


def reading_page(reading: Reading) -> str:
    """Return the page of a passage: the document's passages around it, the quote marked."""
    language = reading.language
    asked = reading.passages[reading.index]
    place = place_in_words(asked.place, language, notes=in_notes(asked))
    first = max(0, reading.index - NEIGHBOURS)
    shown = reading.passages[first : reading.index + NEIGHBOURS + 1]
    trail = ' <span aria-hidden="true">›</span> '.join(escape(part) for part in reading.trail)
    about = about_piece(reading.title, place, reading.spoken, language)
    links = "".join(link_piece(link, about, language) for link in reading.links)
    spoken = language_mark(reading.spoken, language)
    notice = f'<p class="fil notice">{escape(reading.notice)}</p>' if reading.notice else ""
    player = ""
    if reading.listening:
        links = listening_piece(reading.listening, about, language) + links
        player = player_piece(reading.listening, reading.spoken, language)
    heading = ""
    passages = []
    for position, passage in enumerate(shown, start=first):
        newer = heading_of(passage, reading.facts)
        # A slide's text begins with its heading: once is enough.
        begins = newer != heading and not passage.text.startswith(newer)
        passages.append(_passage(reading, position, newer if begins else ""))
        heading = newer
    lost = f'<p class="avis">{written("lost", language)}</p>' if reading.is_lost else ""
    body = (
        f'<a class="evitement" href="#extrait">{written("quote_here", language)}</a>'
        f'<header class="feuille entete"><p class="liens">{_home(language)}</p>'
        f'<p class="fil"{spoken}>{trail}</p>{notice}<h1{spoken}>{escape(reading.title)}</h1>'
        f'<p class="liens">{links}</p></header>{player}'
        f'<main class="feuille" aria-label="{written("passages_of", language)}">'
        f"{lost}{_moves(reading, 'move')}{''.join(passages)}{_moves(reading, 'move_end')}</main>"
    )
    title = say("page.reading_title", language, title=reading.title, place=place)
    return page(title, body, language)


def _passage(reading: Reading, position: int, heading: str) -> str:
    """Return one passage: its heading where it begins one, its place, its text."""
    language = reading.language
    passage = reading.passages[position]
    asked = position == reading.index
    span = (reading.start, reading.end) if asked else (0, 0)
    text = _text(passage, span, follows=reading.listening is not None)
    spoken = language_mark(reading.spoken, language)
    title = f"<h2{spoken}>{escape(heading)}</h2>" if heading else ""
    said_by = say("page.speaker_notes", language) if in_notes(passage) else passage.speaker
    speaker = f'<p class="orateur">{escape(said_by)}</p>' if said_by else ""
    current = ' aria-current="true"' if reading.end > reading.start else ""
    anchor = f' id="extrait"{current}' if asked else ""
    shown = figure_piece(reading.figure, language) if asked and reading.figure else ""
    return (
        f'{title}<section class="passage"{anchor}>'
        f'<p class="endroit">{_place(reading, passage)}</p>'
        f'<div class="texte">{speaker}<p{spoken}>{text}</p></div>{shown}</section>'
    )


def _place(reading: Reading, passage: Passage) -> str:
    """Return a passage's place; in a recording, a link that plays from there."""
    if passage.place.kind != "second":
        return escape(place_in_words(passage.place, reading.language, notes=in_notes(passage)))
    words = escape(clock(passage.place.first))
    if not reading.listening:
        return words
    return time_piece(reading.listening, passage.place.first, reading.language)


def _text(passage: Passage, quoted: tuple[int, int], *, follows: bool) -> str:
    """Return a passage's text, its characters `quoted` marked, each line known to a player."""
    if not follows or passage.place.kind != "second":
        return marked_piece(passage.text, quoted)
    lines = [*lines_in(passage)]
    start, end = quoted
    # Whole sentences are one mark; else each line marks what of it is quoted.
    is_whole = start in {one.start for one in lines} and end in {one.end for one in lines}
    pieces = []
    reached = 0
    for line in lines:
        opened = "<mark>" if is_whole and line.start == start else ""
        closed = "</mark>" if is_whole and line.end == end else ""
        said = said_piece(line, (0, 0) if is_whole else quoted)
        between = escape(passage.text[reached : line.start])
        pieces.append(f"{between}{opened}<span{at_piece(line)}>{said}</span>{closed}")
        reached = line.end
    return "".join((*pieces, escape(passage.text[reached:])))


def _moves(reading: Reading, name: str) -> str:
    """Return the links to the place before and to the place after the one asked for.

    `name` is the key of what this navigation is called: a page has two.
    """
    asked = reading.passages[reading.index]
    before = next(
        (one for one in reversed(reading.passages[: reading.index]) if _apart(one, asked)), None
    )
    after = next((one for one in reading.passages[reading.index + 1 :] if _apart(one, asked)), None)
    language = reading.language
    moves = []
    for one, key, relation in ((before, "previous", "prev"), (after, "following", "next")):
        if one is not None:
            words = written(
                key, language, place=place_in_words(one.place, language, notes=in_notes(one))
            )
            address = escape(passage_address(one, language=language))
            moves.append(f'<a class="lien" rel="{relation}" href="{address}">{words}</a>')
    called = written(name, language)
    return f'<nav class="liens" aria-label="{called}">{"".join(moves)}</nav>' if moves else ""


def _apart(one: Passage, other: Passage) -> bool:
    """Tell whether two passages stand at different places, a slide having several passages."""
    return one.place != other.place
