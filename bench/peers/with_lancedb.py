"""LanceDB: its hybrid search, full text and vectors, reranked by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path

from measured import PASSAGES, Find, Passage, run

TABLE = "passages"


def index(passages: list[Passage], model: str, folder: Path) -> None:
    """Encode the passages and write the table with its full text index."""
    import lancedb
    from sentence_transformers import SentenceTransformer

    texts = [f"passage: {one['text']}" for one in passages]
    vectors = SentenceTransformer(model).encode(texts, normalize_embeddings=True)
    rows = [{**one, "vector": vector} for one, vector in zip(passages, vectors, strict=True)]
    table = lancedb.connect(str(folder)).create_table(TABLE, rows)
    table.create_fts_index("text", language="French", stem=True, remove_stop_words=True)


def opened(folder: Path, model: str) -> Find:
    """Return the search over the table."""
    import lancedb
    from lancedb.rerankers import RRFReranker
    from sentence_transformers import SentenceTransformer

    table = lancedb.connect(str(folder)).open_table(TABLE)
    encoder, reranker = SentenceTransformer(model), RRFReranker()

    def find(question: str) -> list[str]:
        vector = encoder.encode(f"query: {question}", normalize_embeddings=True)
        search = table.search(query_type="hybrid").vector(vector).text(question)
        return [one["document"] for one in search.rerank(reranker).limit(PASSAGES).to_list()]

    return find


if __name__ == "__main__":
    run(index, opened)
