"""Encoding by torch and by OpenVINO, in turns, in processor time.

python -m bench.engines --index INDEX [--rounds 5] [--passages 64] [--json FILE]

INDEX is an index of the demonstration. In each round either engine encodes the same passages with
the vectors of their words, their sentences, and the same questions one by one, with one thread.
Prints the median of each, and its ratio to torch's in the same round, which other work on the
machine disturbs less than seconds; the least and the mean cosine between both engines' vectors,
over all passages of the index; and which share OpenVINO reaches of the most operations on 8 bits
that one core of this machine does a second, in one large product.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from assistant.embedding.models import Encoder
from assistant.embedding.site_models import open_encoder
from assistant.evaluation.question_files import read_questions
from assistant.index.catalog import CATALOG, Catalog
from assistant.settings import Settings
from assistant.text.analysis import split_sentences
from bench.scale import QUESTIONS

ENGINES = ("torch", "openvino")
#: Encoded before anything is measured: libraries prepare their kernels at the first texts.
WARM_UP = 16


def texts_of(index: Path) -> tuple[list[str], list[list[str]]]:
    """Return the passages of an index, and the sentences of each, as they are encoded."""
    passages, sentences = [], []
    with Catalog(index / CATALOG, read_only=True) as catalog:
        for id_, *_ in list(catalog.documents()):
            for passage in catalog.entries(id_):
                passages.append(passage.encoded_text)
                spans = split_sentences(passage.text)
                sentences.append([passage.sentence_text(start, end) for start, end in spans])
    return passages, sentences


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that some work takes."""
    before = process_time()
    work()
    return process_time() - before


def measured(
    encoder: Encoder, passages: list[str], sentences: list[str], questions: list[str]
) -> dict[str, float]:
    """Return the processor time of a passage with its sentences, and of a question, in ms."""

    def encode() -> None:
        encoder.encode_with_words(passages)
        encoder.encode_passages(sentences)

    asked = [seconds(partial(encoder.encode_question, text)) for text in questions]
    return {
        "passage and its sentences, ms": 1e3 * seconds(encode) / len(passages),
        "question, ms": 1e3 * median(asked),
    }


def most_products() -> float:
    """Return how many products and sums of 8 bits one thread does a second, in thousand million."""
    import torch

    torch.set_num_threads(1)
    left = torch.randint(-127, 127, (2048, 1024), dtype=torch.int8)
    right = torch.randint(-127, 127, (1024, 2048), dtype=torch.int8)
    times = [seconds(lambda: torch._int_mm(left, right)) for _ in range(24)]
    return 2 * 2048 * 1024 * 2048 / min(times) / 1e9


def operations(encoder: Encoder, texts: list[str]) -> float:
    """Return the products and sums that encoding texts takes, in thousands of millions.

    Those of the layers' weights, which each token meets once; attention adds a few hundredths.
    """
    layers = encoder._torch.load()[0].auto_model.encoder  # type: ignore[attr-defined]
    weights = sum(one.numel() for one in layers.parameters() if one.ndim == 2)
    tokens = sum(encoder.count_tokens(texts)) + 4 * len(texts)  # the prefix and special tokens
    return float(2 * weights * tokens / 1e9)


def main() -> None:
    """Measure both engines, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--passages", type=int, default=64)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    settings = Settings(index=options.index, encoding_threads=1)
    encoders = {one: open_encoder(replace(settings, engine=one).model_options()) for one in ENGINES}
    passages, sentences = texts_of(options.index)
    some = passages[: options.passages]
    theirs = [text for own in sentences[: options.passages] for text in own]
    questions = [one.text for one in read_questions(QUESTIONS)][:24]
    for encoder in encoders.values():
        encoder.encode_with_words(some[:WARM_UP])
        encoder.encode_question(questions[0])
    rounds = [
        {name: measured(encoder, some, theirs, questions) for name, encoder in encoders.items()}
        for _ in range(options.rounds)
    ]
    torch, openvino = (encoders[name].encode_passages(passages) for name in ENGINES)
    cosines = np.sum(torch * openvino, axis=1)
    report: dict[str, float] = {"least cosine": float(cosines.min())}
    report["mean cosine"] = float(cosines.mean())
    print(f"{len(some)} passages, {len(theirs)} sentences, {len(questions)} questions")
    print(f"cosine over {len(passages)} passages: least {cosines.min():.5f}, {cosines.mean():.5f}")
    for what in rounds[0]["torch"]:
        both = [median(one[name][what] for one in rounds) for name in ENGINES]
        ratios = [one["torch"][what] / one["openvino"][what] for one in rounds]
        report[f"{what}, ratio"] = median(ratios)
        print(f"{what}: torch {both[0]:.1f}, OpenVINO {both[1]:.1f}, × {median(ratios):.2f}")
        report |= {f"{what}, {name}": value for name, value in zip(ENGINES, both, strict=True)}
    most = most_products()
    spent = report["passage and its sentences, ms, openvino"] * len(some) / 1e3
    reached = operations(encoders["torch"], [*some, *theirs]) / spent
    report |= {"most": most, "reached": reached}
    print(
        f"operations a second: {reached:.0f} of {most:.0f} thousand million, {reached / most:.2f}"
    )
    if options.json:
        options.json.write_text(json.dumps(report, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
