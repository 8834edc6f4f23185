"""What linguists' tools annotate: Transcriber's TRS and ELAN's EAF → what is said, by whom, when.

Of an EAF the tiers that depend on no other are read: the others translate them or take them apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from lxml import etree

from assistant.errors import ReadError
from assistant.readers.parts import Defect, Fact, Options, Part, Source
from assistant.readers.safe_xml import attribute, local_name, parsed
from assistant.readers.speech.captions import in_order, speech_of
from assistant.readers.speech.cue_text import Cue, plain, voiced
from assistant.readers.speech.timeline import MAX_SECONDS


def read_trs(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of a Transcriber file. Raises ReadError."""
    root = _root(path, "Trans")
    cues = in_order(list(_turns(root)))
    yield from _transcript(cues, attribute(root, "lang"))


def _root(path: Source, name: str) -> etree._Element:
    root = parsed(path.read_bytes())
    if local_name(root) != name:
        raise ReadError("xml_without_captions", cause=local_name(root) or "?")
    return root


def _transcript(cues: Sequence[Cue], language: str) -> Iterator[Part]:
    if not cues:
        raise ReadError("captions_without_times")
    yield Fact("kind", "transcript")
    if language[:2].isalpha() and len(language) >= 2:
        yield Fact("language", language[:2].lower())
    yield from speech_of(cues, carried=False)


# --- Transcriber ---------------------------------------------------------------------------------


def _turns(root: etree._Element) -> Iterator[Cue]:
    """Yield what is said between two times of a turn; several speak where `Who` parts them."""
    names = {
        attribute(element, "id"): attribute(element, "name") or attribute(element, "id")
        for element in root.iter("Speaker")
    }
    for turn in root.iter("Turn"):
        start, end = _number(attribute(turn, "startTime")), _number(attribute(turn, "endTime"))
        if start is None:
            continue
        speakers = [names.get(part, part) for part in attribute(turn, "speaker").split()]
        pieces = list(_synchronised(turn, start))
        seconds = [first for first, _, _ in pieces]
        for first, who, text in pieces:
            # Those who speak at once do until the next time.
            after = bisect_right(seconds, first)
            last = seconds[after] if after < len(seconds) else end or start
            name = speakers[who] if who < len(speakers) else ""
            if words := plain(text):
                yield first, max(first, last), (voiced(name, words),)


def _synchronised(turn: etree._Element, start: float) -> Iterator[tuple[float, int, str]]:
    """Yield (second, number of the speaker, text) for each piece of a turn, in order of time."""
    second, who, said = start, 0, [turn.text or ""]
    for element in turn:
        if local_name(element) == "Sync":
            yield second, who, " ".join(said)
            time = _number(attribute(element, "time"))
            second, said = max(second, second if time is None else time), []
        elif local_name(element) == "Who":
            yield second, who, " ".join(said)
            number = attribute(element, "nb")
            who = max(0, int(number[:3]) - 1) if number[:3].isdecimal() else 0
            said = []
        said.append(element.tail or "")
    yield second, who, " ".join(said)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= MAX_SECONDS else None


# --- ELAN ----------------------------------------------------------------------------------------


def read_eaf(path: Source, options: Options) -> Iterator[Part]:
    """Yield the sentences of an ELAN file. Raises ReadError."""
    root = _root(path, "ANNOTATION_DOCUMENT")
    times = _slots(root)
    tiers = [tier for tier in root.iter("TIER") if tier.find("ANNOTATION") is not None]
    read = [tier for tier in tiers if not attribute(tier, "PARENT_REF")]
    cues = in_order([cue for tier in read for cue in _annotations(tier, times)])
    languages = {attribute(tier, "DEFAULT_LOCALE") for tier in read} - {""}
    left_out = [attribute(tier, "TIER_ID") for tier in tiers if attribute(tier, "PARENT_REF")]
    if left_out:
        yield Defect("tracks_left_out", {"names": ", ".join(left_out[:20])})
    yield from _transcript(cues, languages.pop() if len(languages) == 1 else "")


def _slots(root: etree._Element) -> dict[str, float]:
    """Return the seconds of the time slots; one without time stands between those around it."""
    slots = [(attribute(element, "TIME_SLOT_ID"), attribute(element, "TIME_VALUE"))
             for element in root.iter("TIME_SLOT")]  # fmt: skip
    known = [(at, int(value) / 1000) for at, (_, value) in enumerate(slots)
             if value.isdecimal() and len(value) < 10]  # fmt: skip
    times = {slots[at][0]: second for at, second in known}
    for (at, second), (until, last) in pairwise(known):
        for step in range(at + 1, until):
            share = (step - at) / (until - at)
            times[slots[step][0]] = round(second + share * (last - second), 3)
    return times


def _annotations(tier: etree._Element, times: Mapping[str, float]) -> Iterator[Cue]:
    name = attribute(tier, "PARTICIPANT") or attribute(tier, "TIER_ID")
    for element in tier.iter("ALIGNABLE_ANNOTATION"):
        start = times.get(attribute(element, "TIME_SLOT_REF1"))
        end = times.get(attribute(element, "TIME_SLOT_REF2"))
        words = plain(element.findtext("ANNOTATION_VALUE") or "")
        if start is not None and words:
            yield start, max(start, end or start), (voiced(name, words),)
