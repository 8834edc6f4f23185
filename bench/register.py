"""How well questions asked in other words are put together, by method and threshold.

    python -m bench.register

Every question of the demonstration is in it once; those of `reworded.tsv` in three wordings. Even
numbers chose `register.MEANING` and the thresholds; odd ones only say what they are worth.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from assistant.embedding.site_models import open_encoder
from assistant.feedback.clusters import (
    LEAST_COMMON,
    LEAST_LIKENESS,
    UNLIKE,
    clusters,
    common_terms,
    likeness,
)
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent


def asked() -> list[tuple[str, str]]:
    """Return the questions, each with the id of what it asks."""
    own = ROOT / "docs/demonstration/questions.jsonl"
    lines = [json.loads(line) for line in own.read_text(encoding="utf-8").splitlines()]
    more = (ROOT / "bench/reworded.tsv").read_text(encoding="utf-8").splitlines()
    reworded = [(id_, text) for id_, text in (line.split("\t") for line in more)]
    return [(one["id"], one["question"]) for one in lines] + reworded


def pairs(found: list[int], wanted: list[str]) -> tuple[float, float]:
    """Return the precision and the recall of the pairs put together."""
    upper = np.triu_indices(len(wanted), 1)
    put = (np.array(found)[:, None] == np.array(found)[None, :])[upper]
    right = (np.array(wanted)[:, None] == np.array(wanted)[None, :])[upper]
    both = int((put & right).sum())
    return both / max(1, int(put.sum())), both / int(right.sum())


def main() -> None:
    encoder = open_encoder(Settings().model_options())
    unlike = np.array([encoder.encode_question(one).vector for one in UNLIKE])
    questions = asked()
    vectors = np.array([encoder.encode_question(text).vector for _, text in questions])
    for name, rest in (("even: chosen on", 0), ("odd: held out", 1)):
        rows = [at for at, (id_, _) in enumerate(questions) if int(id_[1:]) % 2 == rest]
        wanted = [questions[at][0] for at in rows]
        common = common_terms([questions[at][1] for at in rows])
        both = likeness(common, vectors[rows], unlike)
        print(f"{name}, {len(rows)} questions")
        for kind, alike, own in (("both", both, LEAST_LIKENESS), ("words", common, LEAST_COMMON)):
            for least in sorted({own, *np.arange(0.2, 0.6, 0.05).round(3).tolist()}):
                precision, recall = pairs(clusters(alike, least), wanted)
                mark = " <" if least == own else ""
                print(f"  {kind} {least:.3f}  precision {precision:.3f}  recall {recall:.3f}{mark}")
    many = np.random.default_rng(0).standard_normal((2000, vectors.shape[1])).astype(np.float32)
    many /= np.linalg.norm(many, axis=1, keepdims=True)
    started = time.perf_counter()
    words = common_terms([questions[at % len(questions)][1] + f" {at}" for at in range(2000)])
    clusters(likeness(words, many, unlike), LEAST_LIKENESS)
    print(f"2,000 questions: {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
