"""BM25 as inner products: the scores of the local index."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from assistant.cluster.weights import asked_weight, kept_length, passage_weights
from assistant.index.lexical import LexicalIndex, LexicalWriter

#: So many terms a passage: the longer ones are kept less exactly.
LENGTHS_TRIED = [1, 2, 9, 39, 40, 41, 42, 43, 57, 59, 100, 199, 1000, 5000]


def test_the_inner_product_is_the_score_of_the_local_index(tmp_path: Path) -> None:
    texts = [["un"] * (1 + at % 3) + ["autre"] * (of - 1) for at, of in enumerate(LENGTHS_TRIED)]
    writer = LexicalWriter(tmp_path / "lexical")
    for row, text in enumerate(texts):
        writer.add(row, text)
    writer.finish(len(texts))
    mean = sum(map(len, texts)) / len(texts)
    having = Counter(term for text in texts for term in set(text))
    asked = {term: asked_weight(len(texts), number, 0.5) for term, number in having.items()}
    scores = [
        sum(asked[("un", "autre")[number]] * weight for number, weight in own.items())
        for own in (passage_weights(Counter(map(("un", "autre").index, t)), mean) for t in texts)
    ]
    rows, index = np.arange(len(texts)), LexicalIndex(tmp_path / "lexical")
    expected = index.scores(["un", "autre"], rows, {"un": 0.5, "autre": 0.5})
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


@pytest.mark.parametrize(("length", "kept"), [(0, 0), (40, 40), (41, 40), (42, 42), (59, 56)])
def test_a_length_is_kept_as_a_byte_keeps_it(length: int, kept: int) -> None:
    assert kept_length(length) == kept
