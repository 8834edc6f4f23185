"""The same generation on this disk and on Milvus: what each takes, and whether they find the same.

python -m bench.cluster --index INDEX [--passages N] [--questions N] [--folder FOLDER]
    [--address ADDRESS] [--patience SECONDS]

INDEX is an index of the demonstration, or a larger one; with `--passages`, one so large is first
made of it, as `bench.scale` does. It is sent to Milvus Lite in FOLDER (a temporary one if not
given), or to the server at ADDRESS, as tenant "bench". Prints how long that takes and how large it
gets, the recall of the ten nearest by meaning and by words against the local generation, and the
median time of a whole search in either, in turns. Of the processor, Milvus Lite's own work counts
too: it runs in this process. What is there of an earlier run is used again.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

from assistant.cluster import connection
from assistant.cluster.connection import SearchServer
from assistant.cluster.publishing import send_current
from assistant.core import Assistant
from assistant.evaluation.question_files import read_questions
from assistant.index.search_index import PublishedIndex
from assistant.records.hits import Filters
from assistant.records.vectors import Rows
from assistant.settings import Settings
from assistant.text.analysis import terms
from bench.scale import QUESTIONS, ROOT, enlarge, resident, timed

TENANT, TEN = "bench", 10


def send(site: Settings) -> None:
    """Send the index of a site, and print what that takes."""
    clock, processor = perf_counter(), process_time()
    server = SearchServer(site.milvus_options())
    name = send_current(server, TENANT, TENANT, site.index, keep=1)
    seconds, own = perf_counter() - clock, process_time() - processor
    print(f"sent as {name}: {seconds:.1f} s, {own:.1f} s of the processor", flush=True)


def bytes_of(folder: Path) -> int:
    """Return what the files of a folder take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def recall(asked: Callable[[PublishedIndex], Rows], here: Assistant, there: Assistant) -> float:
    """Return which share of the ten rows found here is found there; 1 where there are none."""
    wanted, found = (set(asked(one._opened.index).tolist()) for one in (here, there))
    return len(wanted & found) / len(wanted) if wanted else 1.0


def measure(site: Settings, number: int) -> None:
    """Ask the same questions of both, and print what they find and take."""
    local = replace(site, milvus_address="", milvus_tenant="")
    questions = [question.text for question in read_questions(QUESTIONS)][:number]
    with Assistant(local) as here, Assistant(site) as there:
        there.__dict__["_encoder"] = here._encoder
        for name, opened in (("local", here), ("Milvus", there)):
            before, clock = resident(), perf_counter()
            opened.warm_up()
            took = perf_counter() - clock
            print(f"{name}: opened in {took:.1f} s, {resident() - before:.0f} MB more", flush=True)
        meaning, words = [], []
        spent: list[list[float]] = []
        for question in questions:
            vector, own = here._encoder.encode_question(question).vector, terms(question)
            no_filter = Filters()
            meaning.append(recall(lambda one: one.dense(vector, TEN, no_filter), here, there))  # noqa: B023
            words.append(recall(lambda one: one.lexical(own, TEN, no_filter), here, there))  # noqa: B023
            spent.append(
                [
                    timed(work, question)[1]
                    for one in (here._opened.index, there._opened.index)
                    for work in (
                        lambda _, one=one: one.dense(vector, TEN, no_filter),  # noqa: B023
                        lambda _, one=one: one.lexical(own, TEN, no_filter),  # noqa: B023
                    )
                ]
            )
        sides = ("local, meaning", "local, words", "Milvus, meaning", "Milvus, words")
        for name, times in zip(sides, zip(*spent, strict=True), strict=True):
            print(f"{name}: ten nearest, {statistics.median(times):.1f} ms of the processor")
        by_meaning, by_words = statistics.mean(meaning), statistics.mean(words)
        print(f"recall@10 by meaning {by_meaning:.4f}, by words {by_words:.4f}")
        pairs = [(timed(here.search, one), timed(there.search, one)) for one in questions]
    for name, times in zip(("local", "Milvus"), zip(*pairs, strict=True), strict=True):
        clock, processor = (statistics.median(one) for one in zip(*times, strict=True))
        print(f"{name}: a whole search, {clock:.1f} ms, {processor:.1f} ms of the processor")


def main() -> None:
    """Make the large index if need be, send it and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="an index of the demonstration")
    parser.add_argument("--passages", type=int, help="make one so large of it first")
    parser.add_argument("--questions", type=int, default=288, help="how many are asked")
    parser.add_argument("--folder", type=Path, help="where what is made stays")
    parser.add_argument("--address", help="a Milvus server, instead of Milvus Lite")
    parser.add_argument("--patience", type=float, help="how long an answer may take, in seconds")
    options = parser.parse_args()
    if options.patience:
        connection.PATIENCE = options.patience
    with tempfile.TemporaryDirectory() as aside:
        folder = options.folder or Path(aside)
        index = options.index
        if options.passages:
            index = folder / f"index-{options.passages}"
            if not index.is_dir():
                index.mkdir(parents=True)
                enlarge(options.index, index, options.passages)
        lite = folder / f"milvus-{options.passages or 0}.db"
        address = options.address or str(lite)
        site = Settings(
            corpus=ROOT / "corpus", index=index, milvus_address=address, milvus_tenant=TENANT
        )
        send(site)
        generations = sum(map(bytes_of, index.glob("gen-*")))
        print(f"on disk: local {generations / 1e6:.0f} MB, Lite {bytes_of(lite) / 1e6:.0f} MB")
        measure(site, options.questions)


if __name__ == "__main__":
    main()
