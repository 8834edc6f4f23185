"""Recordings: what is said in a sound or video file becomes sentences with their seconds.

In: a file, and the folder of a Whisper model. Out: one "speech" block per sentence, timed by its
words. Any length is decoded a few minutes at a time, so that memory doesn't grow with it. Without a
model, only the length is found: from it, `readers.second_pass` sets the time that transcribing may
take.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ReadError
from assistant.readers.parts import Fact, Options, Part, Source
from assistant.readers.speech.credits import is_credit
from assistant.readers.speech.turns import Utterance, sentences
from assistant.readers.speech.voices.encoder import LstmVoiceEncoder
from assistant.readers.speech.voices.labels import as_fact
from assistant.readers.speech.voices.listening import turns_of

#: Sound: float32 [samples] in -1..1, at this rate, which is Whisper's.
Sound = NDArray[np.float32]
RATE = 16_000
#: Decoded and listened to at once: 20 MB of sound, some 200 MB once prepared for the model.
WINDOW_SECONDS = 300
#: A window ends in the quietest moment of its last seconds, so as to cut no word.
_SEARCHED_SECONDS = 20
_MOMENT_SECONDS = 0.3
#: docs/reading.md, Recordings: 13 % of errors with these on a real French recording.
_BEAM = 5
#: What FFmpeg may take the file for, and open: no play list, which could name other files or
#: addresses, whatever the suffix.
_FORMATS = "mp3,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,wav,aac,flac,asf,avi"
_OPENING = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}


def read_recording(path: Source, options: Options) -> Iterator[Part]:
    """Yield the length, then, with a model, the sentences, or the turns by voice.

    Raises ReadError.
    """
    yield Fact("kind", "recording")
    yield Fact("seconds", f"{length_of(path):.1f}")
    if options.voices:
        encoder = LstmVoiceEncoder(Path(options.voices))
        yield from map(as_fact, turns_of(windows(sound_of(path)), encoder))
        return
    if not options.transcriber:
        return
    try:
        from faster_whisper import WhisperModel
    except ImportError as e:
        raise ReadError("recording_needs_extra") from e
    model = WhisperModel(
        options.transcriber,
        device="cpu",
        compute_type="int8",
        cpu_threads=options.threads,
        local_files_only=True,
    )
    yield Fact("engine", f"faster-whisper ({Path(options.transcriber).name})")
    yield Fact("automatic", "speech")
    yield from _said(model, windows(sound_of(path)), options.language)


def _said(model: Any, heard: Iterator[tuple[float, Sound]], language: str) -> Iterator[Part]:
    """Yield sentences as soon as they are whole, and the language where it was to be detected."""
    waiting: list[Utterance] = []
    for start, sound in heard:
        segments, info = model.transcribe(
            sound,
            language=language or None,
            beam_size=_BEAM,
            word_timestamps=True,
            # Without speech, Whisper makes some up; and it goes on with what it made up.
            vad_filter=True,
            condition_on_previous_text=False,
            # What it is not sure of it hears again, which on noise is all the time spent.
            temperature=(0.0, 0.4, 0.8),
        )
        if not language:
            language = str(info.language)
            yield Fact("language", language)
        for segment in segments:
            words = segment.words or ()
            if is_credit("".join(word.word for word in words)):
                continue  # made up over a silence
            waiting += _words(words, start)
            whole = list(sentences(waiting))
            if not whole:
                continue
            # The last sentence may go on.
            yield from whole[:-1]
            waiting = [one for one in waiting if one.start >= whole[-1].place.first - 0.0005]
    yield from sentences(waiting)


def _words(words: Any, start: float) -> Iterator[Utterance]:
    """Yield a segment's words; "l" and "'école", which the model tells apart, are one."""
    joined: list[tuple[float, float, str]] = []
    for word in words:
        if joined and not word.word.startswith(" "):
            first, _, text = joined[-1]
            joined[-1] = (first, word.end, text + word.word)
        else:
            joined.append((word.start, word.end, word.word))
    for first, last, text in joined:
        if text.strip():
            # NumPy's numbers are not JSON's.
            yield Utterance(float(start + first), float(start + max(first, last)), "", text.strip())


def windows(pieces: Iterator[Sound]) -> Iterator[tuple[float, Sound]]:
    """Yield windows of sound, each with the second it starts at, cut where it is quiet."""
    held: list[Sound] = []
    samples = begun = 0
    for piece in pieces:
        held.append(piece)
        samples += len(piece)
        if samples >= WINDOW_SECONDS * RATE:
            sound = np.concatenate(held)
            cut = _quietest(sound)
            yield begun / RATE, sound[:cut]
            held, samples, begun = [sound[cut:]], samples - cut, begun + cut
    if samples:
        yield begun / RATE, np.concatenate(held)


def _quietest(sound: Sound) -> int:
    """Return the sample in the middle of the quietest moment near the end."""
    moment = int(_MOMENT_SECONDS * RATE)
    tail = sound[-_SEARCHED_SECONDS * RATE :]
    moments = tail[: len(tail) // moment * moment].reshape(-1, moment)
    quietest = int(np.argmin(np.square(moments).mean(axis=1)))
    return len(sound) - len(tail) + quietest * moment + moment // 2


# --- Decoding ----------------------------------------------------------------------------------


def length_of(path: Source) -> float:
    """Return how many seconds a recording lasts. Raises ReadError."""
    av = _av()
    try:
        with path.open("rb") as file, _opened(file) as container:
            stream = _stream(container)
            if container.duration:
                return float(container.duration / av.time_base)
            if stream.duration:
                return float(stream.duration * stream.time_base)
            # Some programs leave it out; the packets tell it without decoding.
            ends = (p.pts + (p.duration or 0) for p in container.demux(stream) if p.pts is not None)
            return float(max(ends, default=0) * stream.time_base)
    except (av.error.FFmpegError, IndexError, ValueError) as e:
        raise ReadError("recording_damaged", cause=type(e).__name__) from e


def sound_of(path: Source) -> Iterator[Sound]:
    """Yield a recording's first sound track, piece by piece. Raises ReadError."""
    av = _av()
    try:
        with path.open("rb") as file, _opened(file) as container:
            stream = _stream(container)
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            if (late := _late(container, stream)) > 0:
                yield np.zeros(int(late * RATE), np.float32)
            for packet in container.demux(stream):
                for frame in _frames(packet, av):
                    frame.pts = None
                    for resampled in resampler.resample(frame):
                        yield resampled.to_ndarray().reshape(-1).astype(np.float32) / 32768
            for resampled in resampler.resample(None):
                yield resampled.to_ndarray().reshape(-1).astype(np.float32) / 32768
    except (av.error.FFmpegError, IndexError, ValueError) as e:
        raise ReadError("recording_damaged", cause=type(e).__name__) from e


def _frames(packet: Any, av: Any) -> list[Any]:
    """Return a packet's frames; a damaged one is a moment lost, not the recording."""
    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []


def _late(container: Any, stream: Any) -> float:
    """Return by how many seconds the sound starts after what is played."""
    if stream.start_time is None or container.start_time is None:
        return 0.0
    late = float(stream.start_time * stream.time_base) - container.start_time / 1_000_000
    return late if 0.1 <= late <= 3600 else 0.0


def _opened(file: Any) -> Any:
    return _av().open(file, mode="r", metadata_errors="ignore", container_options=_OPENING)


def _stream(container: Any) -> Any:
    if not container.streams.audio:
        raise ReadError("recording_silent")
    return container.streams.audio[0]


def _av() -> Any:
    try:
        import av
    except ImportError as e:
        raise ReadError("recording_needs_extra") from e
    return av
