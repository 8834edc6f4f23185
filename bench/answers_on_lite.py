"""The answers of an index on this disk and on Milvus Lite: whether they are the same.

python -m bench.answers_on_lite --index INDEX --questions FILE [--corpus CORPUS] [--most N]

The current generation is sent to Milvus Lite in a temporary folder, and each question of a file
(one JSON object a line, with `question`) asked of both by one encoder: status, text, quotes, and
all passages found, in order. Prints each that differs, and the processor time of a question in
either. Returns 1 where one differs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from time import process_time

from assistant.cluster.connection import SearchServer
from assistant.cluster.publishing import send_current
from assistant.core import Assistant
from assistant.records.answers import Answer
from assistant.settings import Settings
from bench.scale import ROOT

TENANT = "bench"


def told(answer: Answer) -> tuple[object, ...]:
    """Return what an agent sees of an answer, and in which order passages were found."""
    quotes = [(one.passage.id, one.start, one.end) for one in answer.citations]
    return answer.status, answer.text, quotes, [hit.passage.id for hit in answer.hits]


def asked(assistant: Assistant, question: str) -> tuple[Answer, float]:
    """Return an answer, and how many milliseconds of the processor it took."""
    before = process_time()
    return assistant.ask(question), 1000 * (process_time() - before)


def compare(local: Settings, there: Settings, questions: list[str]) -> int:
    """Ask all questions of both; return how many are answered otherwise."""
    spent: list[tuple[float, float]] = []
    differing = 0
    with Assistant(local) as here, Assistant(there) as sent:
        sent.__dict__["_encoder"] = here._encoder
        for one in (here, sent):
            one.warm_up()
        for question in questions:
            (own, first), (other, second) = asked(here, question), asked(sent, question)
            spent.append((first, second))
            if told(own) != told(other):
                differing += 1
                print(f"differs: {question}", flush=True)
    alone, there_too = (statistics.median(column) for column in zip(*spent, strict=True))
    print(f"{len(questions) - differing} of {len(questions)} the same")
    print(f"a question: {alone:.0f} ms of the processor here, {there_too:.0f} ms on Milvus Lite")
    return differing


def main() -> int:
    """Return 1 where an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--most", type=int, default=1_000_000, help="how many are asked")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()[: options.most]
    local = Settings(corpus=options.corpus, index=options.index)
    with tempfile.TemporaryDirectory() as folder:
        there = Settings(
            corpus=options.corpus,
            index=options.index,
            milvus_address=str(Path(folder) / "milvus.db"),
            milvus_tenant=TENANT,
        )
        send_current(SearchServer(there.milvus_options()), TENANT, TENANT, options.index, keep=1)
        questions = [json.loads(line)["question"] for line in lines]
        return 1 if compare(local, there, questions) else 0


if __name__ == "__main__":
    sys.exit(main())
