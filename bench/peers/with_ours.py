"""This tool, from the files of the demonstration: the passages that it is given are its own."""

from __future__ import annotations

import sys
from pathlib import Path

from measured import PASSAGES, Find, Passage, run

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))


def index(passages: list[Passage], model: str, folder: Path) -> None:
    """Read, cut, encode and publish the demonstration."""
    del passages, model
    from assistant import Assistant, Settings

    with Assistant(Settings(corpus=ROOT / "corpus", index=folder)) as assistant:
        assistant.sync()


def opened(folder: Path, model: str) -> Find:
    """Return the search over an index."""
    del model
    from assistant import Assistant, Settings

    assistant = Assistant(Settings(corpus=ROOT / "corpus", index=folder))
    return lambda text: [hit.passage.document_id for hit in assistant.search(text, PASSAGES)]


if __name__ == "__main__":
    run(index, opened)
