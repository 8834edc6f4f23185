"""The player as HTML: how a sentence is heard, and the lines of its transcript → strings.

Pure functions; `player.js` brings them to life. It has no words of its own: all that it may have
to say stands here, in attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.i18n import Language
from assistant.i18n.places import clock
from assistant.records import Passage
from assistant.web.documents.transcript import Line
from assistant.web.shared.escaping import escape, language_mark, written
from assistant.web.shared.sources import Listening

#: What may go wrong with a recording: what the script calls it → the message of the page.
NOTICES = {
    "absent": "recording_gone",
    "illisible": "recording_unreadable",
    "fige": "recording_unseekable",
    "attente": "recording_waits",
    "injoignable": "recording_out_of_reach",
}


@dataclass(frozen=True, slots=True)
class Transcript:
    """The lines of a recording, those at `first` to before `last` shown.

    Characters `span` of the passage `quoted` are marked. `address` is where more lines are asked
    for. `listening` is None where the recording is gone. `spoken` is the document's language,
    `language` that of the page.
    """

    lines: Sequence[Line]
    first: int
    last: int
    quoted: Passage
    span: tuple[int, int]
    address: str
    listening: Listening | None
    spoken: str
    language: Language


def panel_piece(transcript: Transcript, title: str) -> str:
    """Return the player that opens in an answer: the recording, and its lines in a box."""
    language = transcript.language
    close = f'<button type="button" class="fermer">{written("close_player", language)}</button>'
    if transcript.listening:
        player = _controls(transcript.listening, close, transcript.spoken, language)
    else:
        # Said by the script once it is on the page: what is there from the start isn't announced.
        player = f'{_notice(language, "absent")}<p class="reglages">{close}</p>'
    name = written("player_of", language, title=title)
    box = (
        f'<div class="lignes" role="group" aria-label="{written("kind_transcript", language)}">'
        f'<ol data-lignes="{escape(transcript.address)}">{items_piece(transcript)}</ol></div>'
    )
    return f'<section class="lecteur" aria-label="{name}" tabindex="-1">{player}{box}</section>'


def player_piece(listening: Listening, spoken: str, language: Language) -> str:
    """Return the player of a page that shows the transcript itself."""
    name = written("recording", language)
    controls = _controls(listening, "", spoken, language)
    return (
        f'<section class="lecteur feuille" aria-label="{name}" tabindex="-1">{controls}</section>'
    )


def _controls(listening: Listening, close: str, spoken: str, language: Language) -> str:
    """Return the recording with the browser's own controls, what may be said of it, and ours."""
    kind, track = "audio", ""
    if listening.is_video:
        # Under a sound nothing is shown: there the transcript stands for captions.
        kind = "video"
        track = (
            f'<track kind="captions" default srclang="{escape(spoken or "fr")}"'
            f' label="{written("captions", language)}" src="{escape(listening.captions)}">'
        )
    address = escape(listening.recording_at(listening.start))
    return (
        f'<{kind} controls preload="none" aria-label="{written("recording", language)}"'
        f' src="{address}">{track}</{kind}>{_notice(language)}'
        f'<p class="reglages"><label><input type="checkbox" class="suivre" checked> '
        f"{written('follow_lines', language)}</label>"
        f'<a class="lien" href="{escape(listening.recording)}" download>'
        f"{written('download_recording', language)}</a>{close}</p>"
    )


def _notice(language: Language, now: str = "") -> str:
    """Return where a fault is said, with what can be; `now` is what is to be said at once."""
    words = "".join(f' data-{name}="{written(key, language)}"' for name, key in NOTICES.items())
    at_once = f' data-dit="{now}"' if now else ""
    return f'<p class="avis-lecture" role="alert"{words}{at_once}></p>'


def items_piece(transcript: Transcript, *, before: bool = True, after: bool = True) -> str:
    """Return the lines shown as items of a list, with the ways to those `before` and `after`."""
    shown = range(transcript.first, transcript.last)
    items = "".join(_item(transcript, at) for at in shown)
    language = transcript.language
    if before and transcript.first > 0:
        items = (
            _more(transcript, f"avant={transcript.first}", written("lines_before", language))
            + items
        )
    if after and transcript.last < len(transcript.lines):
        items += _more(transcript, f"depuis={transcript.last}", written("lines_after", language))
    return items


def _more(transcript: Transcript, which: str, words: str) -> str:
    address = escape(f"{transcript.address}&{which}")
    return f'<li class="autres"><button type="button" data-autres="{address}">{words}</button></li>'


def _item(transcript: Transcript, at: int) -> str:
    """Return one line: who speaks where that changes, its time, its words."""
    line = transcript.lines[at]
    speaker = line.passage.speaker
    speaks_on = at > transcript.first and transcript.lines[at - 1].passage.speaker == speaker
    name = f'<span class="orateur">{escape(speaker)}</span>' if speaker and not speaks_on else ""
    time = escape(clock(line.first))
    if transcript.listening:
        time = time_piece(transcript.listening, line.first, transcript.language)
    span = transcript.span if line.passage == transcript.quoted else (0, 0)
    spoken = language_mark(transcript.spoken, transcript.language)
    return (
        f'<li{at_piece(line)}>{name}<span class="heure">{time}</span>'
        f'<span class="dit"{spoken}>{said_piece(line, span)}</span></li>'
    )


def time_piece(listening: Listening, second: float, language: Language) -> str:
    """Return a time of the recording as a link that plays from there."""
    spoken = written(
        "watch_at" if listening.is_video else "listen_at", language, time=clock(second)
    )
    return (
        f'<a href="{escape(listening.recording_at(second))}" data-seconde="{second:.10g}"'
        f' aria-label="{spoken}">{escape(clock(second))}</a>'
    )


def at_piece(line: Line) -> str:
    """Return the attributes by which a player finds the line said now."""
    return f' data-de="{line.first:.10g}" data-a="{line.last:.10g}"'


def said_piece(line: Line, quoted: tuple[int, int]) -> str:
    """Return the words of a line; `quoted` are the characters of its passage to mark."""
    start, end = (min(max(0, at - line.start), len(line.text)) for at in quoted)
    return marked_piece(line.text, (start, end))


def marked_piece(text: str, span: tuple[int, int]) -> str:
    """Return a text with its characters `span` marked."""
    start, end = span
    if start == end:
        return escape(text)
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"
