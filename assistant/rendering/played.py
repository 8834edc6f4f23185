"""Recordings that no browser plays, and the copies of them that every browser does.

In: recordings of the corpus (AVI, WMA). Out: their sound as M4A in `index/played/`, made once by a
process apart under limits, and found again by the recording's id, size and time. Without the
`audio` extra, or where a recording can't be converted, there is none, and nothing else changes.
"""

from __future__ import annotations

import hashlib
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from assistant.readers.engines import can_transcribe
from assistant.readers.parts import UNPLAYED_SUFFIXES
from assistant.readers.speech.recordings import RATE, sound_of
from assistant.system.files import ASIDE

FOLDER = "played"
_MODULE = "assistant.rendering.played"
_SUFFIX = ".m4a"
#: An hour takes half a minute; a recording that takes longer than this is left alone.
_SECONDS = 3600
_MEGABYTES = 2_000
#: Speech: 64 kbit a second are 29 MB an hour.
_BIT_RATE = 64_000

logger = logging.getLogger(__name__)


def copy_of(index: Path, id_: str, recording: Path) -> Path | None:
    """Return the copy of a recording to play: itself where browsers play it, None without one."""
    if not _is_unplayed(recording):
        return recording
    name = _name(id_, recording)
    found = index / FOLDER / name if name else None
    return found if found and found.is_file() else None


def prepare(index: Path, recordings: Mapping[str, Path]) -> None:
    """Make the copies that are missing of recordings, given by id; drop those of others."""
    unplayed = {id_: path for id_, path in recordings.items() if _is_unplayed(path)}
    wanted = {name: path for id_, path in unplayed.items() if (name := _name(id_, path))}
    folder = index / FOLDER
    _drop(kept for kept in _kept(folder) if kept.name not in wanted)
    if wanted and can_transcribe():
        for name, path in wanted.items():
            if not (folder / name).is_file():
                _convert(path, folder / name)


def drop(index: Path, id_: str) -> int:
    """Drop the copies of a recording; return how many there were. Raises OSError."""
    found = [kept for kept in _kept(index / FOLDER) if kept.name.startswith(_digest(id_))]
    for kept in found:
        kept.unlink(missing_ok=True)
    return len(found)


def _is_unplayed(path: Path) -> bool:
    return path.suffix.lower() in UNPLAYED_SUFFIXES


def _digest(id_: str) -> str:
    return hashlib.blake2b(id_.encode(), digest_size=16).hexdigest()


def _name(id_: str, recording: Path) -> str:
    """Return what the copy of a recording, as it is now, is called; "" for one that is gone."""
    try:
        status = recording.stat()
    except OSError:
        return ""
    return f"{_digest(id_)}-{status.st_size}-{status.st_mtime_ns}{_SUFFIX}"


def _kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*")) if folder.is_dir() else []


def _drop(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):  # the next run tries again
            file.unlink(missing_ok=True)


def _convert(recording: Path, copy: Path) -> None:
    """Have a copy made, whole or not at all."""
    aside = copy.with_suffix(ASIDE)
    command = [sys.executable, "-m", _MODULE, os.fspath(recording), os.fspath(aside)]
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            aside.replace(copy)
    except (OSError, subprocess.TimeoutExpired) as e:
        logger.warning("A recording could not be converted to be played: %s", type(e).__name__)
    finally:
        _drop([aside])


# --- In the process apart ------------------------------------------------------------------------


def convert(recording: Path, copy: Path) -> None:
    """Write the sound of a recording as M4A. Raises ReadError, OSError, FFmpeg's errors."""
    import av

    with av.open(os.fspath(copy), "w", format="mp4") as written:
        stream = written.add_stream("aac", rate=RATE)
        stream.layout = "mono"
        stream.bit_rate = _BIT_RATE
        done = 0
        for sound in sound_of(recording):
            frame = av.AudioFrame.from_ndarray(sound[None, :], format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, done, Fraction(1, RATE)
            done += len(sound)
            written.mux(stream.encode(frame))
        written.mux(stream.encode(None))


def main() -> None:
    """Convert the file named first into the one named second, within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEGABYTES * 1_000_000,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    convert(Path(sys.argv[1]), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
