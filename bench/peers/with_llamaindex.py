"""LlamaIndex: its vector index and BM25, fused by reciprocal ranks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from measured import PASSAGES, Find, Passage, run


def _embedding(model: str) -> Any:
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(
        model_name=model, query_instruction="query: ", text_instruction="passage: "
    )


def index(passages: list[Passage], model: str, folder: Path) -> None:
    """Index the passages and save."""
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode

    nodes = [TextNode(text=one["text"], metadata={"document": one["document"]}) for one in passages]
    for node in nodes:
        node.excluded_embed_metadata_keys = ["document"]
    made = VectorStoreIndex(nodes, embed_model=_embedding(model))
    made.storage_context.persist(str(folder))


def opened(folder: Path, model: str) -> Find:
    """Return the search over an index."""
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.retrievers.bm25 import BM25Retriever

    storage = StorageContext.from_defaults(persist_dir=str(folder))
    made: Any = load_index_from_storage(storage, embed_model=_embedding(model))
    sides = [
        made.as_retriever(similarity_top_k=PASSAGES),
        BM25Retriever.from_defaults(
            docstore=made.docstore, similarity_top_k=PASSAGES, language="french"
        ),
    ]
    fused = QueryFusionRetriever(
        sides, llm=MockLLM(), mode="reciprocal_rerank", num_queries=1, use_async=False,
        similarity_top_k=PASSAGES,
    )  # fmt: skip
    return lambda question: [one.node.metadata["document"] for one in fused.retrieve(question)]


if __name__ == "__main__":
    run(index, opened)
