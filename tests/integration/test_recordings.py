"""The demonstration's recordings: small, as long as their transcripts, and said when these say.

What decodes them needs PyAV, from the `audio` extra.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.corpus import walk as walking
from assistant.corpus.walk import recording_of, walk
from tests.conftest import ROOT

SOURCES = ROOT / "docs" / "demonstration"
RECORDINGS = sorted((ROOT / "corpus" / "forum-ia-demonstration").rglob("*.mp3"))
TIMES = re.compile(r"(\d+):(\d+):(\d+[.,]\d+) --> (\d+):(\d+):(\d+[.,]\d+)\n(.+(?:\n.+)?)")
CAPTIONS = (".vtt", ".srt")
HOP = 0.01  # seconds

each_recording = pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)


def transcript_of(recording: Path) -> Path:
    (found,) = (
        path for path in recording.parent.glob(f"{recording.stem}.*") if path.suffix in CAPTIONS
    )
    return found


def cues(recording: Path) -> list[tuple[float, float, str]]:
    found = []
    for match in TIMES.finditer(transcript_of(recording).read_text(encoding="utf-8")):
        start, end = (
            3600 * int(hours) + 60 * int(minutes) + float(seconds.replace(",", "."))
            for hours, minutes, seconds in (match.groups()[:3], match.groups()[3:6])
        )
        text = re.sub(r"^<[^>]*>|^\w[\w, ]{3,50} : ", "", match[7])
        found.append((start, end, " ".join(text.split())))
    return found


@cache
def energies(recording: Path) -> NDArray[np.float64]:
    """Decode a recording; return how loud it is every hundredth of a second, from 0 to 1."""
    av: Any = pytest.importorskip("av", reason="needs the audio extra")
    with av.open(str(recording)) as container:
        rate = container.streams.audio[0].rate
        frames = [frame.to_ndarray().ravel() for frame in container.decode(audio=0)]
    samples = np.concatenate(frames)
    width = round(rate * HOP)
    cut = samples[: len(samples) // width * width].reshape(-1, width)
    return np.asarray(np.sqrt((cut.astype(float) ** 2).mean(axis=1)))


def heard(recording: Path) -> NDArray[np.bool_]:
    """Tell at each hundredth of a second whether something is said."""
    loud = energies(recording)
    return np.asarray(loud > 0.02 * np.quantile(loud, 0.99))


def test_two_sessions_are_recorded_one_in_each_format_of_captions() -> None:
    assert [transcript_of(path).suffix for path in RECORDINGS] == [".vtt", ".srt"]


@each_recording
def test_a_recording_weighs_two_megabytes_at_most(path: Path) -> None:
    assert path.stat().st_size <= 2_000_000


@each_recording
def test_a_recording_is_what_its_transcript_plays(path: Path) -> None:
    assert recording_of(transcript_of(path)) == path


@each_recording
def test_a_recording_says_that_it_is_fictional_and_that_its_voices_are_synthetic(
    path: Path,
) -> None:
    av: Any = pytest.importorskip("av", reason="needs the audio extra")
    with av.open(str(path)) as container:
        assert "contenu fictif, voix de synthèse" in container.metadata["comment"]
    assert "contenu fictif, voix de synthèse" in cues(path)[0][2]


@pytest.mark.parametrize("can", [True, False], ids=["with the audio extra", "without"])
def test_a_recording_that_has_a_transcript_is_not_transcribed_nor_complained_of(
    can: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "can_transcribe", lambda: can)
    files, problems, _ = walk(ROOT / "corpus", 10**9)
    assert problems == []
    assert {Path(file.id).suffix for file in files} & {".vtt", ".srt", ".mp3"} == {".vtt", ".srt"}


@each_recording
def test_any_second_of_a_recording_is_found_without_an_index(path: Path) -> None:
    """At a constant rate a browser computes where a second is, to a packet."""
    av: Any = pytest.importorskip("av", reason="needs the audio extra")
    with av.open(str(path)) as container:
        sizes = {packet.size for packet in container.demux(audio=0) if packet.size}
    assert len(sizes) == 1


@each_recording
def test_a_recording_lasts_as_long_as_its_transcript(path: Path) -> None:
    assert abs(len(energies(path)) * HOP - cues(path)[-1][1]) <= 0.3


@each_recording
def test_every_cue_begins_to_be_said_at_its_time(path: Path) -> None:
    said = heard(path)
    late = [cue for cue in cues(path) if not said[round(cue[0] / HOP) :][:20].any()]
    assert late == []


@each_recording
def test_nothing_is_said_between_two_cues(path: Path) -> None:
    """What stands between cues is silent: were they shifted, speech would be there."""
    said = heard(path)
    silences = 0
    for (_, end, text), (start, _, _) in pairwise(cues(path)):
        if start - end < 0.1:
            continue  # the speaker does not stop there
        silences += 1
        inside = said[round((end + 0.07) / HOP) : round((start - 0.07) / HOP)]
        assert not inside.any(), text
    assert silences >= 60


@each_recording
def test_every_cue_is_said_at_a_speakers_pace(path: Path) -> None:
    """A cut that is misplaced within a sentence makes one cue too fast and the other too slow."""
    paces = {text: len(text) / (end - start) for start, end, text in cues(path)}
    assert {text: pace for text, pace in paces.items() if not 11 <= pace <= 23} == {}


def test_a_transcript_that_changed_since_it_was_recorded_is_not_built(tmp_path: Path) -> None:
    shutil.copytree(SOURCES, tmp_path / "docs" / "demonstration")
    sources = tmp_path / "docs" / "demonstration"
    changed = sources / "transcriptions" / "conference-2-achats-publics.md"
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("quatorze marchés", "quinze marchés"), encoding="utf-8")
    command = [sys.executable, str(sources / "build.py"), "--into", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "speak.py conference-2-achats-publics" in run.stderr
