"""Transcripts in plain text: names before what is said, or times.

In: the content of a text file. Out: "speech" blocks: in seconds where times are stated, else at
their lines; None for what isn't plainly a transcript. Fields above the text become facts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from assistant.readers.parts import Fact, Part
from assistant.readers.speech.captions import count_cues, parse_cues, speech_of
from assistant.readers.speech.clock_transcripts import by_the_clock
from assistant.readers.speech.page_words import without_clocks, without_page_words
from assistant.readers.speech.speaker_names import (
    INTRODUCED_SHARE,
    introduced,
    is_field,
    is_role,
    may_be_name,
)
from assistant.readers.speech.timed_transcripts import (
    LEAST_STAMPS,
    has_named_spans,
    timed_speech,
)
from assistant.records.documents import Block, Place
from assistant.text.analysis import clean

_DASH = re.compile(r"^[ \t]*[-–—][ \t]*(?=\S)")
_FACT = re.compile(
    r"^[ \t]*[*_#]{0,3}[ \t]*([^\W\d_][\w·.() '’-]{0,40}?)[ \t]*:[*_]{0,2}[ \t]*(.+)$"
)
_FACT_NAMES = (
    ("title", r"titre|title"),
    ("speakers", r"intervenants?|intervenant(?:·e·s|\.e\.s|·es|\(e\)s|e)|intervenantes?"
     r"|participants?|participant(?:·e·s|\.e\.s|·es|\(e\)s)|orateurs?|avec"),
    ("room", r"lieu|salle"),
    ("date", r"date"),
    ("duration", r"durée"),
    ("licence", r"licence(?: de la transcription)?|license"),
)  # fmt: skip
_FACT_KEYS = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _FACT_NAMES]
#: Header fields stand among the first lines.
HEADER_LINES = 40
LEAST_TURNS = 4
LEAST_DASHES = 6


def plain_transcript(text: str) -> list[Part] | None:
    """Return the parts of a text that is plainly a transcript, or None."""
    lines = text.split("\n")
    if count_cues(lines) >= LEAST_STAMPS and not has_named_spans(lines):
        cues, _ = parse_cues(text)
        if cues:
            return [Fact("kind", "transcript"), *speech_of(cues)]
    lines = without_page_words(lines)
    start, facts = _header(lines)
    if timed := timed_speech(lines, start):
        before = _paragraphs(lines[: timed.first], start)
        return [Fact("kind", "transcript"), *facts, *before, *timed.sentences]
    if clocked := by_the_clock(lines, start):
        return [Fact("kind", "transcript"), *facts, *clocked]
    lines = without_clocks(lines)
    for spoken in (_named(lines, start, facts), _dashed(lines, start)):
        if spoken is not None:
            return [Fact("kind", "transcript"), *facts, *spoken]
    return None


def _header(lines: Sequence[str]) -> tuple[int, list[Part]]:
    """Return the line where the text starts, and the facts that the lines above state."""
    facts: list[Part] = []
    start = 0
    for at, line in enumerate(lines[:HEADER_LINES]):
        if not line.strip():
            continue
        found = _FACT.match(line)
        name = found and next((n for n, key in _FACT_KEYS if key.fullmatch(found[1])), None)
        if not found or not name:
            break
        value = clean(found[2])[:500]
        if name == "speakers":
            value = re.sub(r"\s+[-–—/]\s+|\s*;\s+", " / ", value)
        facts.append(Fact(name, value))
        start = at + 1
    return start, facts


def _named(lines: Sequence[str], start: int, facts: Sequence[Part]) -> list[Block] | None:
    """Return the turns of a text whose paragraphs begin with a name, or None.

    Names come back; a text that states its speakers above, or whose turns are most of its
    paragraphs, is a transcript.
    """
    seen: Counter[str] = Counter()
    runs = list(_runs(lines, start))
    for _, run in runs:
        seen.update(found.name for line in run if (found := introduced(line)))
    may_be = {name for name in seen if may_be_name(name)}
    names = {name for name in may_be if seen[name] > 1 or is_role(name)}
    turns = sum(seen[name] for name in names)
    begun = _introduced(runs, names)
    stated = any(isinstance(fact, Fact) and fact.name == "speakers" for fact in facts)
    enough = turns >= LEAST_TURNS and len(names) > 1 and begun >= 0.4 * len(runs)
    if not enough and not (stated and turns >= 2):
        return None
    rule = _introduced(runs, may_be) >= INTRODUCED_SHARE * len(runs)
    return list(_turns(runs, names, may_be if rule else names))


def _introduced(runs: Iterable[tuple[int, list[str]]], names: set[str]) -> int:
    """Count the paragraphs where one of the names is introduced."""
    return sum(
        any((found := introduced(line)) and found.name in names for line in run) for _, run in runs
    )


def _turns(
    runs: Iterable[tuple[int, list[str]]], first_names: set[str], names: set[str]
) -> Iterator[Block]:
    """Yield the turns: one of `first_names` opens the first, above which other fields may stand."""
    speaker = ""
    for first, run in runs:
        gathered: list[str] = []
        begins = first
        for number, line in enumerate(run, start=first):
            found = introduced(line)
            if found and found.name in (names if speaker else first_names):
                yield from _turn(gathered, begins, speaker)
                gathered, begins, speaker = [], number, found.name
                line = line[found.end :]
            elif found and speaker and is_field(found.name):
                yield from _turn(gathered, begins, speaker)
                gathered, begins, speaker = [], number, ""
            gathered.append(line)
        yield from _turn(gathered, begins, speaker)


def _turn(lines: Sequence[str], first: int, speaker: str) -> Iterator[Block]:
    if text := " ".join(clean("\n".join(lines)).split()):
        place = Place("line", first, first + len(lines) - 1)
        yield Block(text, "speech" if speaker else "paragraph", place, speaker=speaker)


def _dashed(lines: Sequence[str], start: int) -> list[Block] | None:
    """Return the turns of a dialogue written with dashes, or None: sentences that ask and answer.

    A list of things to do has dashes too; it has neither questions nor all its full stops.
    """
    filled = [line.strip() for line in lines[start:] if line.strip()]
    turns = [line for line in filled if _DASH.match(line)]
    if len(turns) < LEAST_DASHES or len(turns) < 0.6 * len(filled):
        return None
    ended = sum(turn.endswith((".", "!", "?", "…", "»")) for turn in turns)
    if ended < 0.8 * len(turns) or sum(turn.endswith("?") for turn in turns) < 2:
        return None
    blocks: list[Block] = []
    for first, run in _runs(lines, start):
        for number, line in enumerate(run, start=first):
            if dash := _DASH.match(line):
                place = Place("line", number, number)
                blocks.append(Block(clean(line[dash.end() :]), "speech", place))
            elif blocks and number > first:
                last = blocks[-1]
                place = last.place.until(Place("line", number, number))
                blocks[-1] = Block(f"{last.text} {clean(line)}", last.kind, place)
            else:
                blocks.append(Block(clean(line), "paragraph", Place("line", number, number)))
    return blocks


def _paragraphs(lines: Sequence[str], start: int) -> Iterator[Block]:
    for first, run in _runs(lines, start):
        yield from _turn(run, first, "")


def _runs(lines: Sequence[str], start: int) -> Iterator[tuple[int, list[str]]]:
    """Yield what blank lines separate, each with the number of its first line, from 1."""
    run: list[str] = []
    for at in range(start, len(lines) + 1):
        if at < len(lines) and lines[at].strip():
            run.append(lines[at])
        elif run:
            yield at - len(run) + 1, run
            run = []
