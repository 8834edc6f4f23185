"""Record sessions with synthetic voices: `transcriptions/` → MP3 in `corpus/`, and `durees/`.

Run `python docs/demonstration/speak.py SESSION…` (without a name: the sessions already recorded)
when a transcript was corrected, then `build.py`, which takes the times of the cues from `durees/`.
Needs `pip install py-nanotts==0.1.1`, and the package's `audio` extra, which writes the MP3.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import av
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from build import CORPUS, EVENT  # noqa: E402
from makers.durations import FOLDER, Spans, write_spans  # noqa: E402
from makers.sources import Talk, read_talk  # noqa: E402
from makers.subtitles import (  # noqa: E402
    RECORDED_NOTICE,
    pause_before,
    recording_of,
    split_cues,
    time_cues,
    words_of,
)
from makers.voice import RATE, Sound, Voice, say  # noqa: E402

BITS = 24_000  # a second, always as many: a browser then finds any second without an index
LEAD, TAIL = 500, 200  # milliseconds
VOICES = {
    "": Voice(),
    "Animateur du forum": Voice(pitch=0.66, length=1.12, speed=0.9),
    "Animatrice du forum": Voice(pitch=1.08, length=0.96),
    "Intervenante, achats publics": Voice(),
    "Intervenant, protection des données": Voice(pitch=0.58, length=1.17, speed=0.87),
}


def main() -> None:
    """Record the sessions named, or again those that have been."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sessions", nargs="*", metavar="SESSION")
    names = parser.parse_args().sessions or sorted(path.stem for path in FOLDER.glob("*.json"))
    for name in names:
        talk = read_talk(HERE / "transcriptions" / f"{name}.md")
        sound, spans = record(talk)
        target = CORPUS / EVENT / recording_of(talk)
        write_mp3(target, sound, talk.source.title)
        write_spans(name, words_of(time_cues(talk, RECORDED_NOTICE)), spans)
        minutes = len(sound) / RATE / 60
        print(f"{target.name}: {minutes:.1f} min, {target.stat().st_size / 1e6:.2f} MB")


def record(talk: Talk) -> tuple[Sound, Spans]:
    """Say a talk; return its sound, and the milliseconds of each cue."""
    opening = say([RECORDED_NOTICE], VOICES[""])
    sounds = [_silence(LEAD), opening.sound]
    spans = [(LEAD, _milliseconds(sounds))]
    previous = None
    for speech in talk.speeches:
        sounds.append(_silence(pause_before(previous, speech)))
        clock = sum(map(len, sounds))
        said = say(split_cues(speech.text), VOICES[speech.speaker])
        spans += [
            (round((clock + start) * 1000 / RATE), round((clock + end) * 1000 / RATE))
            for start, end in said.spans
        ]
        sounds.append(said.sound)
        previous = speech
    return np.concatenate([*sounds, _silence(TAIL)]), spans


def write_mp3(target: Path, sound: Sound, title: str) -> None:
    """Write a sound at a constant rate."""
    samples = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)[np.newaxis]
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = RATE
    with av.open(str(target), "w", format="mp3") as container:
        container.metadata.update(
            title=title, comment="Démonstration, contenu fictif, voix de synthèse", language="fra"
        )
        stream = container.add_stream("libmp3lame", rate=RATE, layout="mono")
        stream.bit_rate = BITS
        resampler = av.AudioResampler("s16p", "mono", RATE, frame_size=stream.frame_size or 576)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(part))


def _silence(milliseconds: int) -> Sound:
    return np.zeros(RATE * milliseconds // 1000)


def _milliseconds(sounds: list[Sound]) -> int:
    return round(sum(map(len, sounds)) * 1000 / RATE)


if __name__ == "__main__":
    main()
