"""Voices: moments of speech grouped, turns made of them, sentences given to who speaks them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.readers import second_pass
from assistant.readers.parts import Attachment, Defect, Fact, Options, Part
from assistant.readers.sandbox.parent import FileReading
from assistant.readers.speech import transcription_cache
from assistant.readers.speech.captions import read_captions
from assistant.readers.speech.voices.clustering import MOST_COMPARED, voices_of
from assistant.readers.speech.voices.encoder import RATE, Floats, mel_bands
from assistant.readers.speech.voices.labels import VoiceTurn, as_fact, turns_in, with_voices
from assistant.readers.speech.voices.listening import moments_of, turns_of
from assistant.readers.speech.webvtt import to_vtt
from assistant.records import Block, Place
from assistant.records.voices import is_numbered
from assistant.settings import Settings
from tests.unit.readers.test_second_pass import Readings

# --- Which moments are one voice -----------------------------------------------------------------


def moments(*voices: int, spread: float = 0.04) -> np.ndarray:
    """Return a vector near its voice's for each moment; voices are at right angles."""
    drawn = np.random.default_rng(7).normal(0, spread, (len(voices), 64))
    vectors = np.eye(64)[list(voices)] + drawn
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(
    ("voices", "expected"),
    [
        ([5] * 10, [0] * 10),
        ([9] * 10 + [2] * 10 + [9] * 10, [0] * 10 + [1] * 10 + [0] * 10),
        ([4] * 8 + [3] * 8 + [1] * 8, [0] * 8 + [1] * 8 + [2] * 8),
        ([1] * 20 + [2] * 2 + [1] * 5, [0] * 27),  # heard for too short to be somebody else
        ([1], [0]),
        ([], []),
    ],
    ids=["one", "two, and back", "three", "hardly heard", "one moment", "nothing"],
)
def test_moments_that_sound_alike_are_one_voice_numbered_as_it_first_speaks(
    voices: list[int], expected: list[int]
) -> None:
    assert voices_of(moments(*voices)).tolist() == expected


def test_of_a_long_recording_some_moments_are_compared_and_all_have_their_voice() -> None:
    spoken = [0] * MOST_COMPARED + [1] * MOST_COMPARED
    assert voices_of(moments(*spoken)).tolist() == spoken


# --- Turns ---------------------------------------------------------------------------------------


class ByLevel:
    """An encoder that hears two voices: the loud one and the other."""

    def vectors(self, heard: Sequence[Floats]) -> np.ndarray:
        return moments(*(int(float(np.abs(one).mean()) > 0.5) for one in heard), spread=0.0)


def test_turns_have_the_seconds_of_the_recording_over_its_windows() -> None:
    quiet, loud = (np.full(6 * RATE, level, np.float32) for level in (0.1, 0.9))
    silence = np.zeros(2 * RATE, np.float32)
    windows = [(0.0, np.concatenate([quiet, silence, loud])), (14.0, loud)]

    def spoken(sound: Floats) -> list[tuple[float, float]]:
        return [(0.0, 6.0), (8.0, 14.0)] if len(sound) > 6 * RATE else [(0.0, 6.0)]

    assert turns_of(windows, ByLevel(), spoken) == [VoiceTurn(0.0, 6.0, 1), VoiceTurn(8.0, 20.0, 2)]


def test_silence_has_no_turns() -> None:
    assert turns_of([(0.0, np.zeros(RATE, np.float32))], ByLevel(), lambda sound: []) == []


def test_moments_cover_a_piece_of_speech_and_a_short_one_has_one_around_it() -> None:
    assert moments_of(10.0, 12.4) == pytest.approx([10.0, 10.4, 10.8])
    assert moments_of(10.0, 10.6) == pytest.approx([9.5])


def test_a_moment_is_160_frames_of_40_bands_where_its_pitch_stands() -> None:
    seconds = np.arange(round(1.6 * RATE)) / RATE
    low, high = (
        mel_bands(np.sin(2 * np.pi * hertz * seconds).astype(np.float32)) for hertz in (200, 4000)
    )
    assert low.shape == (160, 40)
    assert low.mean(axis=0).argmax() < 5 < 25 < high.mean(axis=0).argmax()


# --- Who speaks a sentence -----------------------------------------------------------------------


def sentence(first: float, last: float) -> Block:
    return Block("Bonjour.", "speech", Place("second", first, last))


TURNS = [VoiceTurn(0, 10, 1), VoiceTurn(10.5, 12, 2), VoiceTurn(12, 20, 1), VoiceTurn(20, 30, 3)]


@pytest.mark.parametrize(
    ("first", "last", "speaker"),
    [
        (1, 5, "Voix 1"),
        (10.2, 12.2, "Voix 2"),
        (8, 13, "Voix 1"),
        (18, 22, ""),
        (1, 2.4, ""),
        (31, 35, ""),
    ],
    ids=["one voice", "most of it", "interrupted", "two as much", "too short", "nobody heard"],
)
def test_a_sentence_has_the_voice_that_speaks_most_of_it_or_none(
    first: float, last: float, speaker: str
) -> None:
    (told,) = with_voices([sentence(first, last)], TURNS)
    assert isinstance(told, Block) and told.speaker == speaker


def test_of_a_single_voice_nothing_is_said() -> None:
    parts = [sentence(1, 5)]
    assert list(with_voices(parts, [VoiceTurn(0, 10, 1)])) == parts


def test_turns_go_through_the_pipe() -> None:
    assert turns_in([Fact("seconds", "30"), *map(as_fact, reversed(TURNS))]) == TURNS


def test_a_transcription_given_to_be_corrected_says_its_voices_and_reads_back() -> None:
    written = to_vtt(list(with_voices([sentence(1, 5), sentence(21, 25)], TURNS)))
    read = read_captions(Attachment("a.vtt", written.encode()), Options())
    blocks = [part for part in read if isinstance(part, Block)]
    assert [block.speaker for block in blocks] == ["Voix 1", "Voix 3"]


@pytest.mark.parametrize(
    ("speaker", "numbered"),
    [
        ("Voix 2", True), ("SPEAKER_01", True), ("Locutrice 3", True),
        ("", False), ("Voix", False), ("Animatrice", False), ("Voix 2 de la Loire", False),
    ],
)  # fmt: skip
def test_a_voice_by_its_number_is_nobody(speaker: str, numbered: bool) -> None:
    assert is_numbered(speaker) is numbered


# --- With the words ------------------------------------------------------------------------------

LENGTH: list[Part] = [Fact("seconds", "30.0")]
WORDS: list[Part] = [*LENGTH, Fact("automatic", "speech"), sentence(1, 5), sentence(21, 25)]
HEARD: list[Part] = [*LENGTH, *map(as_fact, TURNS)]
DIGEST = "0" * 64


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(second_pass, "transcriber_folder", lambda *args: tmp_path)
    monkeypatch.setattr(second_pass, "voices_folder", lambda *args: tmp_path)
    return Settings(index=tmp_path, voices=True)


def read(site: Settings, *prepared: FileReading) -> tuple[list[str], list[str]]:
    """Return who speaks each sentence, and the keys of what went wrong."""
    left = Readings(*prepared)
    reading = second_pass.read_file(left, Path("a.mp3"), DIGEST, site.reading_options())
    assert not left.left
    blocks = [part for part in reading.parts if isinstance(part, Block)]
    assert [block.text for block in blocks] == ["Bonjour.", "Bonjour."]
    return (
        [block.speaker for block in blocks],
        [part.key for part in reading.parts if isinstance(part, Defect)],
    )


def done(parts: list[Part]) -> FileReading:
    return FileReading(parts, "done")


def test_a_transcription_says_its_voices_and_is_kept_with_them(site: Settings) -> None:
    told = (["Voix 1", "Voix 3"], [])
    assert read(site, done(LENGTH), done(WORDS), done(HEARD)) == told
    assert read(site) == told


def test_a_transcription_of_before_has_its_voices_told_and_no_word_heard_again(
    site: Settings,
) -> None:
    transcription_cache.keep(site.index, DIGEST, WORDS)
    assert read(site, done(HEARD)) == (["Voix 1", "Voix 3"], [])


def test_voices_stay_where_the_site_no_longer_asks_for_them(site: Settings) -> None:
    transcription_cache.keep(site.index, DIGEST, WORDS)
    assert read(Settings(index=site.index)) == (["", ""], [])
    assert read(site, done(HEARD)) == read(Settings(index=site.index))


@pytest.mark.parametrize("ending", ["time", "memory", "crash"])
def test_where_voices_take_too_long_the_words_are_there_and_are_kept(
    site: Settings, ending: str
) -> None:
    cut = FileReading(HEARD[:2], ending)  # type: ignore[arg-type]
    assert read(site, done(LENGTH), done(WORDS), cut) == (["", ""], ["voices_not_told"])
    assert read(site, done(HEARD)) == (["Voix 1", "Voix 3"], [])


def test_without_the_encoder_the_words_are_there(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*args: object) -> Path:
        raise ModelError("voices_need_package")

    monkeypatch.setattr(second_pass, "voices_folder", missing)
    assert read(site, done(LENGTH), done(WORDS)) == (["", ""], ["voices_unknown"])
