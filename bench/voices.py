"""How well voices are told apart: recordings with known turns → error rates.

python -m bench.voices FOLDER [--models FOLDER]

In: sound files, each with `NAME.rttm` beside it (NIST's Rich Transcription Time Marked), as
pyannote-audio's tests have them; a `NAME.uem` says which seconds of it are annotated. Out, a line
a recording and one in all: diarisation error rate without a collar, what it is made of (speech
missed, speech made up, somebody else's), voices found of those that speak, and, of what is said in
turns of 1.5 s or more, how many seconds would bear the right name, a wrong one or none once staff
gave each voice the name of who speaks most of it. The number of voices is given nowhere.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from assistant.readers.parts import RECORDING_SUFFIXES
from assistant.readers.speech.recordings import sound_of, windows
from assistant.readers.speech.voices.encoder import LstmVoiceEncoder
from assistant.readers.speech.voices.encoder_model import voices_folder
from assistant.readers.speech.voices.labels import LEAST_SECONDS, VoiceTurn, voice_at
from assistant.readers.speech.voices.listening import turns_of
from assistant.records.documents import Place
from assistant.settings import Settings

#: Who speaks from one second to another.
Reference = tuple[float, float, str]
_STEPS = 100  # a second
KINDS = ("right", "wrong", "none")


@dataclass(frozen=True, slots=True)
class Errors:
    """Seconds: spoken in all (twice where two speak), missed, made up, somebody else's."""

    spoken: float
    missed: float
    made_up: float
    confused: float

    @property
    def rate(self) -> float:
        """The diarisation error rate."""
        return (self.missed + self.made_up + self.confused) / (self.spoken or 1.0)


def errors(known: Sequence[Reference], found: Sequence[VoiceTurn], seconds: float) -> Errors:
    """Compare turns with those known, voices matched with speakers as suits them best."""
    truth = _grid([(a, b, who) for a, b, who in known], seconds)
    heard = _grid([(turn.start, turn.end, str(turn.voice)) for turn in found], seconds)
    shared = truth.astype(np.int64) @ heard.T.astype(np.int64)
    rows, columns = linear_sum_assignment(-shared)
    right = shared[rows, columns].sum()
    speaking, voices = truth.sum(axis=0), heard.sum(axis=0)
    return Errors(
        spoken=speaking.sum() / _STEPS,
        missed=np.maximum(speaking - voices, 0).sum() / _STEPS,
        made_up=np.maximum(voices - speaking, 0).sum() / _STEPS,
        confused=(np.minimum(speaking, voices).sum() - right) / _STEPS,
    )


def _grid(turns: Iterable[Reference], seconds: float) -> NDArray[np.bool_]:
    """Return who speaks in each hundredth of a second: [speakers, hundredths]."""
    turns = list(turns)
    speakers = sorted({who for _, _, who in turns})
    grid = np.zeros((len(speakers), round(seconds * _STEPS)), bool)
    for start, end, who in turns:
        grid[speakers.index(who), max(0, round(start * _STEPS)) : round(end * _STEPS)] = True
    return grid


def named(known: Sequence[Reference], found: Sequence[VoiceTurn]) -> dict[str, float]:
    """Return the seconds of known turns that bear the "right" name, a "wrong" one or "none"."""
    # Of a single voice nothing is said.
    turns = found if len({turn.voice for turn in found}) > 1 else ()
    said = [(a, b, who, voice_at(Place("second", a, b), turns)) for a, b, who in known]
    spoken: dict[int, dict[str, float]] = {}
    for start, end, who, voice in said:
        by_name = spoken.setdefault(voice, {})
        by_name[who] = by_name.get(who, 0.0) + end - start
    names = {voice: max(seconds, key=lambda who: seconds[who]) for voice, seconds in spoken.items()}
    total = dict.fromkeys(KINDS, 0.0)
    for start, end, who, voice in said:
        if end - start >= LEAST_SECONDS:
            kind = "none" if not voice else "right" if names[voice] == who else "wrong"
            total[kind] += end - start
    return total


def read_rttm(text: str, until: float = float("inf")) -> list[Reference]:
    """Return the turns of an RTTM file that begin before a second, cut there."""
    turns = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) > 7 and fields[0] == "SPEAKER" and (start := float(fields[3])) < until:
            turns.append((start, min(until, start + float(fields[4])), fields[7]))
    return turns


def main() -> None:
    """Measure the recordings of a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=Path, default=Settings().models)
    asked = parser.parse_args()
    encoder = LstmVoiceEncoder(voices_folder(asked.models))
    all_errors: list[Errors] = []
    all_named = dict.fromkeys(KINDS, 0.0)
    for path in sorted(asked.folder.iterdir()):
        rttm = path.with_suffix(".rttm")
        if path.suffix.lower() not in RECORDING_SUFFIXES or not rttm.exists():
            continue
        sound = np.concatenate(list(sound_of(path)))
        uem = path.with_suffix(".uem")
        seconds = float(uem.read_text().split()[-1]) if uem.exists() else len(sound) / 16_000
        known = read_rttm(rttm.read_text(), seconds)
        found = turns_of(windows(iter([sound[: round(seconds * 16_000)]])), encoder)
        all_errors.append(errors(known, found, seconds))
        names = named(known, found)
        all_named = {kind: all_named[kind] + names[kind] for kind in KINDS}
        voices = f"{len({t.voice for t in found})} of {len({who for *_, who in known})} voices"
        print(_line(path.name, all_errors[-1], names), voices)
    whole = Errors(*(sum(getattr(e, name) for e in all_errors) for name in Errors.__slots__))
    print(_line("in all", whole, all_named))


def _line(name: str, one: Errors, names: dict[str, float]) -> str:
    spoken = one.spoken or 1.0
    parts = [f"{value / spoken:.3f}" for value in (one.missed, one.made_up, one.confused)]
    total = sum(names.values()) or 1.0
    shares = [f"{kind} {names[kind] / total:.2f}" for kind in KINDS]
    return f"{name}: DER {one.rate:.3f} = {' + '.join(parts)}; {', '.join(shares)}"


if __name__ == "__main__":
    main()
