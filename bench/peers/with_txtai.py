"""txtai: its hybrid index, BM25 and vectors."""

from __future__ import annotations

import json
from pathlib import Path

from measured import PASSAGES, Find, Passage, run


def index(passages: list[Passage], model: str, folder: Path) -> None:
    """Index the passages and save."""
    from txtai import Embeddings

    embeddings = Embeddings(
        path=model, hybrid=True, instructions={"query": "query: ", "data": "passage: "}
    )
    embeddings.index((at, one["text"], None) for at, one in enumerate(passages))
    embeddings.save(str(folder))
    names = [one["document"] for one in passages]
    (folder / "documents.json").write_text(json.dumps(names), encoding="utf-8")


def opened(folder: Path, model: str) -> Find:
    """Return the search over an index; its own configuration names the model."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(folder))
    names = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
    return lambda question: [names[at] for at, _ in embeddings.search(question, PASSAGES)]


if __name__ == "__main__":
    run(index, opened)
