"""How often two ways of asking find the same first passage, and quote the same first sentence.

python -m bench.variants [PAIRS.tsv] --corpus CORPUS --index INDEX

A line of the file is two questions that differ by "IA" in or out, singular or plural, capitals or
accents, with a tab between. Those that ship are on the demonstration.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from assistant.core import Assistant
from assistant.records import Citation
from assistant.settings import load_settings

PAIRS = Path(__file__).with_name("variants.tsv")


def read_pairs(file: Path) -> list[tuple[str, str]]:
    """Return the pairs of questions of a file; lines that begin with # are comments."""
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(one, other) for one, other in pairs]


def first_hit(assistant: Assistant, question: str) -> str:
    """Return what tells the first passage found from others; empty when there is none."""
    for hit in assistant.search(question, k=1):
        return f"{hit.passage.document_id} {hit.passage.ordinal}"
    return ""


def first_quote(assistant: Assistant, question: str) -> Citation | None:
    """Return the first quote; None for a refusal."""
    return next(iter(assistant.ask(question).citations), None)


def is_same_place(one: Citation | None, other: Citation | None) -> bool:
    """Tell whether two quotes share words: one may be the list around the other."""
    if one is None or other is None:
        return one is other
    return one.passage == other.passage and one.start < other.end and other.start < one.end


def share(alike: Sequence[bool]) -> str:
    """Return how many of the pairs are alike, in words."""
    return f"{sum(alike)} of {len(alike)} ({sum(alike) / (len(alike) or 1):.0%})"


def main() -> None:
    """Ask all pairs, print those that differ and the shares of those that don't."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path, nargs="?", default=PAIRS)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    options = parser.parse_args()
    hits, quotes, places = [], [], []
    with Assistant(load_settings(corpus=options.corpus, index=options.index)) as assistant:
        for one, other in read_pairs(options.pairs):
            hits.append(first_hit(assistant, one) == first_hit(assistant, other))
            first, second = first_quote(assistant, one), first_quote(assistant, other)
            quotes.append((first and first.quote) == (second and second.quote))
            places.append(is_same_place(first, second))
            if not (hits[-1] and quotes[-1]):
                print(f"hit {hits[-1]}, quote {quotes[-1]}: {one} | {other}")
    print(f"same first hit: {share(hits)}")
    print(f"same first quote: {share(quotes)}")
    print(f"first quote at the same place: {share(places)}")


if __name__ == "__main__":
    main()
