"""haystack: BM25 and vectors in memory, joined by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path

from measured import PASSAGES, Find, Passage, run


def index(passages: list[Passage], model: str, folder: Path) -> None:
    """Encode the passages and save the store."""
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
    )

    embedder = SentenceTransformersDocumentEmbedder(
        model=model, prefix="passage: ", progress_bar=False
    )
    embedder.warm_up()
    documents = [
        Document(content=one["text"], meta={"document": one["document"]}) for one in passages
    ]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embedder.run(documents)["documents"])
    folder.mkdir(exist_ok=True)
    store.save_to_disk(str(folder / "store.json"))


def opened(folder: Path, model: str) -> Find:
    """Return the search over a store."""
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersTextEmbedder,
    )

    store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
    embedder = SentenceTransformersTextEmbedder(model=model, prefix="query: ", progress_bar=False)
    embedder.warm_up()
    by_words = InMemoryBM25Retriever(store, top_k=PASSAGES)
    by_meaning = InMemoryEmbeddingRetriever(store, top_k=PASSAGES)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=PASSAGES)

    def find(question: str) -> list[str]:
        vector = embedder.run(question)["embedding"]
        sides = [by_words.run(question)["documents"], by_meaning.run(vector)["documents"]]
        return [one.meta["document"] for one in joiner.run(sides)["documents"]]

    return find


if __name__ == "__main__":
    run(index, opened)
