"""Captions in XML: TTML, DFXP, EBU-TT-D and YouTube's own → cues in order of time.

Elements inherit the times of those around them, and count theirs from there. Where a file holds
several languages, one is read, and the others are told.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.safe_xml import attribute, local_name, parsed
from assistant.readers.speech.captions import in_order, speech_of
from assistant.readers.speech.cue_text import Cue, plain, voiced

_CLOCK = re.compile(
    r"(\d{1,4}):(\d{1,2}):(\d{1,2})(?:([.,])(\d{1,9})|[:;](\d{1,3}(?:\.\d{1,3})?))?"
)
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
#: What an element holds and nobody says.
_UNSPOKEN = frozenset({"metadata", "head", "desc", "title", "copyright", "set", "image"})
_TIMES = ("begin", "end", "dur")
#: How a word is pronounced, above it.
_RUBY = frozenset({"text", "delimiter", "textContainer"})
_FRAME_RATE = 30.0


@dataclass(frozen=True, slots=True)
class _Rates:
    """Frames and ticks in a second."""

    frames: float = _FRAME_RATE
    ticks: float = 1.0

    def seconds(self, text: str) -> float | None:
        """Return a time expression in seconds; None for none."""
        if found := _CLOCK.fullmatch(text):
            whole = 3600 * int(found[1]) + 60 * int(found[2]) + int(found[3])
            if found[6]:
                return whole + float(found[6]) / self.frames
            return whole + (float(f"0.{found[5]}") if found[5] else 0.0)
        if not (found := _OFFSET.fullmatch(text)):
            return None
        per_second = {"f": self.frames, "t": self.ticks}.get(found[2])
        number = float(found[1])
        return number / per_second if per_second else number * _UNITS[found[2]]


@dataclass(frozen=True, slots=True)
class _Around:
    """What an element has from those around it: its time, its language, who speaks."""

    begin: float = 0.0
    end: float | None = None
    language: str = ""
    agent: str = ""
    timed: bool = False


@dataclass(slots=True)
class _Tracks:
    """The cues of a file by their language."""

    rates: _Rates
    agents: dict[str, str]
    unseen: frozenset[str] = frozenset()
    cues: dict[str, list[Cue]] = field(default_factory=dict)

    def inside(self, element: etree._Element, around: _Around) -> _Around:
        """Return what an element gives to those in it."""
        begin = self.rates.seconds(attribute(element, "begin"))
        end = self.rates.seconds(attribute(element, "end"))
        length = self.rates.seconds(attribute(element, "dur"))
        first = around.begin + (begin or 0.0)
        last = around.begin + end if end is not None else None
        if length is not None:
            last = min(first + length, last) if last is not None else first + length
        agent = attribute(element, "agent").split()
        return _Around(
            begin=first,
            end=around.end if last is None else last,
            language=attribute(element, "lang")[:2].lower() or around.language,
            agent=self.agents.get(agent[0], "") if agent else around.agent,
            timed=around.timed or begin is not None or last is not None,
        )

    def add(self, text: str, around: _Around) -> None:
        """Keep what is shown as a cue, where it has a time."""
        lines = [line for part in text.split("\n") if (line := plain(part))]
        if lines and around.timed:
            end = max(around.begin, around.begin if around.end is None else around.end)
            written = tuple(voiced(around.agent, line) for line in lines)
            self.cues.setdefault(around.language, []).append((around.begin, end, written))

    def walk(self, element: etree._Element, around: _Around) -> None:
        """Keep the paragraphs under an element; without recursion, however deep they are."""
        waiting = [(element, around)]
        while waiting:
            one, outer = waiting.pop()
            name = local_name(one)
            if not name or name in _UNSPOKEN or _is_unseen(one, self.unseen):
                continue
            inner = self.inside(one, outer)
            if name == "p":
                self.paragraph(one, inner)
            else:
                waiting += [(child, inner) for child in reversed(one)]

    def paragraph(self, element: etree._Element, around: _Around) -> None:
        """Keep a paragraph as one cue, the parts that have times of their own as others."""
        timed = [
            one
            for one in element.iter()
            if local_name(one) == "span"
            and not _is_unseen(one, self.unseen)
            and any(attribute(one, name) for name in _TIMES)
        ]
        apart = frozenset(timed)
        for part in timed:
            self.add(_shown(part, apart, self.unseen), self.inside(part, around))
        self.add(_shown(element, apart, self.unseen), around)


def _is_unseen(element: etree._Element, styles: Container[str]) -> bool:
    """Tell whether an element isn't shown, by itself or by one of its styles."""
    if attribute(element, "display") == "none" or attribute(element, "visibility") == "hidden":
        return True
    return any(style in styles for style in attribute(element, "style").split())


def _shown(
    element: etree._Element, without: Container[etree._Element], unseen: Container[str]
) -> str:
    """Return the text of an element as it shows, a line a line, without some of its parts."""
    shown = [_spaced(element.text)]
    waiting: list[etree._Element | str] = list(reversed(element))
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            shown.append(_spaced(one))
            continue
        if one.tail:
            waiting.append(one.tail)
        name = local_name(one)
        if name == "br":
            shown.append("\n")
        elif (
            name == "span"
            and one not in without
            and attribute(one, "ruby") not in _RUBY
            and not _is_unseen(one, unseen)
        ):
            shown.append(_spaced(one.text))
            waiting += reversed(one)
    return "".join(shown)


def _spaced(text: str | None) -> str:
    """Return a text as it shows: its line breaks are only how the file is laid out."""
    return re.sub(r"\s+", " ", text or "")


def read_caption_xml(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of captions in XML. Raises ReadError for any other XML."""
    root = parsed(path.read_bytes())
    name = local_name(root)
    if name == "tt":
        tracks = _timed_text(root)
    elif name in ("timedtext", "transcript"):
        tracks = {"": list(_youtube(root))}
    else:
        raise ReadError("xml_without_captions", cause=name or "?")
    languages = [track for track in tracks if track]
    language = options.language if options.language in tracks else next(iter(tracks), "")
    cues = in_order(tracks.get(language, []))
    if not cues:
        raise ReadError("captions_without_times")
    yield Fact("kind", "transcript")
    if language:
        yield Fact("language", language)
    if others := [one for one in languages if one != language]:
        yield Defect("tracks_left_out", {"names": ", ".join(others)})
    yield from speech_of(cues, carried=False)


def _timed_text(root: etree._Element) -> dict[str, list[Cue]]:
    """Return the cues of a TTML document by their language."""
    styles = (
        element
        for element in root.iter()
        if local_name(element) == "style" and _is_unseen(element, ())
    )
    unseen = frozenset(attribute(style, "id") for style in styles) - {""}
    tracks = _Tracks(_rates(root), _agents(root), unseen)
    tracks.walk(root, _Around())
    return tracks.cues


def _rates(root: etree._Element) -> _Rates:
    stated = attribute(root, "frameRate")
    frames = float(stated[:6]) if stated.isdecimal() and stated.strip("0") else _FRAME_RATE
    multiplier = re.fullmatch(r"(\d{1,6})[\s:](\d{1,6})", attribute(root, "frameRateMultiplier"))
    if multiplier and int(multiplier[2]) and int(multiplier[1]):
        frames *= int(multiplier[1]) / int(multiplier[2])
    ticks = attribute(root, "tickRate")
    if ticks.isdecimal() and ticks.strip("0"):
        return _Rates(frames, float(ticks[:12]))
    return _Rates(frames, frames if stated else 1.0)


def _agents(root: etree._Element) -> dict[str, str]:
    """Return the names of who speaks, by the ids that elements refer to."""
    agents: dict[str, str] = {}
    for element in root.iter():
        if local_name(element) == "agent" and (id_ := attribute(element, "id")):
            names = [one.text or "" for one in element if local_name(one) == "name"]
            agents[id_] = " ".join(" ".join(names).split()) or id_
    return agents


def _youtube(root: etree._Element) -> Iterator[Cue]:
    """Yield the cues of YouTube's captions: `text` in seconds, `p` in thousandths."""
    for element in root.iter():
        name = local_name(element)
        share, begin, length = (1.0, "start", "dur") if name == "text" else (0.001, "t", "d")
        start = _number(attribute(element, begin))
        if name not in ("text", "p") or start is None:
            continue
        first = start * share
        last = first + share * (_number(attribute(element, length)) or 0.0)
        # YouTube escapes what is in a `text` once more.
        words = plain(plain(_spaced("".join(map(str, element.itertext())))))
        if words:
            yield round(first, 3), round(last, 3), (words,)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,10}(?:\.\d{1,9})?", text) else None
