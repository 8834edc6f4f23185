"""Transcriptions kept by content: what took minutes is never computed twice.

In: the parts of a transcribed recording. Out: `index/transcriptions/<sha256>.json`, found again by
the recording's content whatever its name.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.readers.parts import Part
from assistant.readers.sandbox.part_lines import from_json, to_json
from assistant.system.files import ASIDE, write_whole

FOLDER = "transcriptions"
_FORMAT = 1


def load(index: Path, sha256: str) -> list[Part] | None:
    """Return the parts kept for a content; None where there are none that can be read."""
    try:
        kept = json.loads(_file(index, sha256).read_text(encoding="utf-8"))
        if kept["format"] != _FORMAT:
            return None
        return [from_json(part) for part in kept["parts"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(index: Path, sha256: str, parts: Sequence[Part]) -> None:
    """Keep the parts of a whole transcription."""
    file = _file(index, sha256)
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {"format": _FORMAT, "parts": [to_json(part) for part in parts]}
    write_whole(file, json.dumps(kept, ensure_ascii=False, indent=1))


def drop(index: Path, sha256: str) -> int:
    """Drop the transcription kept for a content; return 1 where there was one. Raises OSError."""
    file = _file(index, sha256)
    file.with_name(f"{file.name}{ASIDE}").unlink(missing_ok=True)
    if not file.exists():
        return 0
    file.unlink()
    return 1


def drop_others(index: Path, known: Collection[str]) -> None:
    """Drop the transcriptions of contents that no document of the index has, by their sha256."""
    for file in (index / FOLDER).glob("*.json"):
        if file.stem not in known:
            with suppress(OSError):  # the next run tries again, and `doctor` says what is wrong
                file.unlink()


def _file(index: Path, sha256: str) -> Path:
    return index / FOLDER / f"{sha256}.json"
