"""Writes the samples, and beside each one what is read of it, to be reviewed by eye.

    python -m tests.samples.make_samples              the samples, where they are missing
    python -m tests.samples.make_samples --again      all samples anew
    python -m tests.samples.make_samples --expected   what is expected, as it is read today

The last one states nothing by itself: what it changed is read line by line before it is kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assistant.i18n.problems import problem_in_words
from assistant.readers import read
from assistant.records import Document
from tests.samples.making import office, pdfs, texts, transcripts

SAMPLES = Path(__file__).parent / "files"
SUFFIX = ".expected.json"
#: Facts that the reader finds in the file itself; the others come from its place in the corpus.
LEFT_OUT = {"engine"}


def samples() -> list[Path]:
    """Return the samples, without what is expected of them."""
    return sorted(path for path in SAMPLES.iterdir() if not path.name.endswith(SUFFIX))


def shown(document: Document) -> str:
    """Return a document as JSON that one can read: a line per fact and per block."""
    head = {
        "title": document.title,
        "language": document.language,
        "facts": {n: v for n, v in sorted(document.facts.items()) if n not in LEFT_OUT},
        "problems": [problem_in_words(problem) for problem in document.problems],
    }
    blocks = [
        {
            "text": block.text,
            "kind": block.kind,
            "place": [block.place.kind, block.place.first, block.place.last],
            "level": block.level,
            "speaker": block.speaker,
        }
        for block in document.blocks
    ]
    lines = [f" {json.dumps(n)}: {json.dumps(v, ensure_ascii=False)}" for n, v in head.items()]
    listed = ",\n".join(f"  {json.dumps(block, ensure_ascii=False)}" for block in blocks)
    return "{\n" + ",\n".join(lines) + f',\n "blocks": [\n{listed}\n ]\n}}\n'


def read_sample(path: Path) -> Document:
    return read(path, f"e/s/{path.name}")


def main(arguments: list[str]) -> None:
    """Write what the arguments ask for."""
    if "--expected" in arguments:
        for path in samples():
            expected = path.with_name(path.name + SUFFIX)
            expected.write_text(shown(read_sample(path)), encoding="utf-8")
        return
    made = {**transcripts.texts(), **texts.texts(), **office.files(), **pdfs.files()}
    made |= texts.messages(made)
    SAMPLES.mkdir(exist_ok=True)
    for name, content in made.items():
        path = SAMPLES / name
        if "--again" in arguments or not path.exists():
            path.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])
