"""Chunking with the real encoder's tokenizer: passages hold as many tokens as they may."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from assistant.embedding.default_model import default_encoder_folder
from assistant.embedding.encoder import SentenceTransformerEncoder
from assistant.ingest.chunking import chunk
from assistant.records import Block, Document, Place
from assistant.settings import Settings

SENTENCE = "Le service des espaces publics a relevé quarante défauts de voirie en un mois."


@pytest.fixture(scope="module")
def encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(default_encoder_folder(Settings().models), threads=2)


def visible(texts: Iterable[str]) -> str:
    return re.sub(r"\s", "", "".join(texts))


@pytest.mark.parametrize(
    "text",
    [
        " ".join([SENTENCE] * 40),
        "interminable" * 3000,
        "a b c d " * 2000,
        "数据保护与人工智能。" * 300,
        "x1y2z3" * 500 + ". " + SENTENCE,
    ],
    ids=["sentences", "one word", "letters", "chinese", "codes"],
)
def test_the_bound_holds_as_the_real_tokenizer_counts(
    encoder: SentenceTransformerEncoder, text: str
) -> None:
    block = Block(text, "paragraph", Place("paragraph", 1, 1))
    document = Document("e/s/d.txt", "0" * 64, "Titre", "fr", (block,), {})
    texts = [one.text for one in chunk(document, encoder.count_tokens, max_tokens=64)]
    assert visible(texts) == visible([text])
    assert max(encoder.count_tokens(texts)) <= 64
