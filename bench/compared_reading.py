"""What another reader gets out of its own test files, and this one doesn't; and the reverse.

python -m bench.compared_reading FOLDER [--shown 12]

FOLDER holds folders by format, as docling's `tests/data` does: in `sources` the files, in
`groundtruth` what docling made of each, in Markdown. They are fetched, never committed. Compared
are the words and figures of both, whatever their order (`bench.said_by_another` takes out of
theirs what is no text of the file). A file that loses some without a message is named, with the
words that it lacks, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from assistant.errors import ReadError
from assistant.readers import READERS, read
from bench.said_by_another import words_that_only_one_has


def compared(path: Path, theirs: str) -> tuple[list[str], list[str], list[str]]:
    """Return the words that only they have, those that only we do, and what we tell of a file."""
    document = read(path, f"e/s/{path.name}")
    facts = " ".join(document.facts.values())
    ours = "\n".join((document.title, facts, *(block.text for block in document.blocks)))
    told = [problem.key for problem in document.problems]
    return *words_that_only_one_has(theirs, ours), told


def main() -> None:
    """Compare the files of a folder, format by format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shown", type=int, default=12)
    arguments = parser.parse_args()
    lost = files = 0
    for source in sorted(arguments.folder.glob("*/sources/**/*")):
        folder = source.relative_to(arguments.folder).parts[0]
        made = arguments.folder / folder / "groundtruth" / f"{source.name}.md"
        if source.suffix.lower() not in READERS or not made.is_file():
            continue
        files += 1
        try:
            missing, more, told = compared(source, made.read_text("utf-8"))
        except ReadError as e:
            print(f"{folder}/{source.name}: refused, {e.key}")
            continue
        silent = missing and not told
        lost += bool(silent)
        if missing:
            words = " ".join(missing[: arguments.shown])
            print(f"{folder}/{source.name}: -{len(missing)} +{len(more)} {told} : {words}")
    print(f"{files} files compared, {lost} of them lose words without a message")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
