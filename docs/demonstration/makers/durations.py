"""What was measured in a recording: when each cue of its talk is said.

`speak.py` writes it; `build.py` reads it, and needs no voice. What goes out is a file of
`durees/` a talk: the hash of the words as they were said, and the milliseconds of each cue.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "durees"
Spans = Sequence[tuple[int, int]]


def is_recorded(name: str) -> bool:
    """Tell whether a talk has a recording."""
    return (FOLDER / f"{name}.json").exists()


def read_spans(name: str, said: Iterable[tuple[str, str]]) -> Spans:
    """Return when each cue (its speaker, its text) is said.

    Raises ValueError when the talk is no longer what was said.
    """
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if kept["words"] != _hash(said):
        raise ValueError(
            f"transcriptions/{name}.md changed since it was recorded: "
            f"run python docs/demonstration/speak.py {name}"
        )
    return [(start, end) for start, end in kept["cues"]]


def write_spans(name: str, said: Iterable[tuple[str, str]], spans: Spans) -> None:
    """Write when each cue is said, one cue a line."""
    lines = ",\n  ".join(json.dumps(span) for span in spans)
    FOLDER.mkdir(exist_ok=True)
    text = f'{{\n "words": "{_hash(said)}",\n "cues": [\n  {lines}\n ]\n}}\n'
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def _hash(said: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps(list(said)).encode()).hexdigest()
