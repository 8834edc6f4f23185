"""Search among a million passages: a generation of many, made by `bench.scale`, seventeen times.

python -m bench.million --large INDEX --target FOLDER [--times 17] [--questions 48]

INDEX is one that `bench.scale` or `bench.before_after --indexes` left (60,000 passages). Its
generation is repeated in FOLDER, which then has some 10 GB and may be deleted: noise on each copy
of a passage's vector, new rows and numbers in every file; a copy's words and sentences are its
original's. FOLDER is used again where it is whole. Prints the processor time of encoding and of a
search in either, in turns, and how many of the ten nearest passages by exact search in 32 bits the
index has among its ten.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.core import Assistant
from assistant.evaluation.question_files import read_questions
from assistant.index.dense import (
    PassageVectors,
    SentencesWriter,
    SentenceVectors,
    WordsWriter,
    WordVectors,
    write_vectors,
)
from assistant.index.lexical import LexicalIndex
from assistant.index.manifest import Manifest, current_name, read_manifest, write_manifest
from assistant.index.publishing import point
from assistant.records.hits import Filters
from assistant.records.vectors import Vectors
from assistant.settings import Settings
from assistant.system.files import sha256_of
from bench.scale import QUESTIONS, ROOT, noisy, timed

#: The passages that are copied at a time.
STEP = 20_000
NEAREST = 10


def vectors_of(folder: Path, times: int, passages: int, seed: int = 18) -> Iterator[Vectors]:
    """Yield the vectors of the copies, the same at each call, a block at a time."""
    noise = np.random.default_rng(seed)
    opened = PassageVectors(folder / "vectors.faiss")
    for _ in range(times):
        for first in range(0, passages, STEP):
            rows = np.arange(first, min(first + STEP, passages))
            yield noisy(opened.of(rows), noise)


def repeat(folder: Path, target: Path, times: int) -> None:
    """Write a generation that has each passage of another so many times."""
    manifest = read_manifest(folder)
    n, dim = manifest.passages, manifest.dim
    target.mkdir(parents=True)
    halves = [own.astype(np.float16) for own in vectors_of(folder, times, n)]
    write_vectors(target / "vectors.faiss", np.concatenate(halves))
    with (
        closing(WordsWriter(target, dim)) as words,
        closing(SentencesWriter(target, dim)) as sentences,
    ):
        own_words, own_sentences = WordVectors(folder), SentenceVectors(folder)
        for _ in range(times):
            for first in range(0, n, STEP):
                last = min(first + STEP, n)
                words.add(*own_words.packed(first, last))
                sentences.add(*own_sentences.packed(first, last))
        words.finish()
        sentences.finish()
    _repeat_terms(folder / "lexical", target / "lexical", times, n)
    _repeat_tables(folder / "passages.sqlite3", target / "passages.sqlite3", times, n)
    files = {
        path.relative_to(target).as_posix(): (path.stat().st_size, sha256_of(path))
        for path in sorted(target.rglob("*"))
        if path.is_file()
    }
    whole = Manifest(
        manifest.format, target.name, manifest.revision, manifest.identity, manifest.fingerprint,
        dim, manifest.documents * times, n * times, files,
    )  # fmt: skip
    write_manifest(target, whole)


def _repeat_terms(source: Path, target: Path, times: int, n: int) -> None:
    """Write the lists of terms, each with the rows of all copies."""
    target.mkdir()
    own = LexicalIndex(source)
    shift = n * np.arange(times)[:, np.newaxis]
    spans = [slice(*own.starts[at : at + 2].tolist()) for at in range(len(own.starts) - 1)]
    rows = [(own.rows[span][np.newaxis] + shift).ravel().astype(np.int32) for span in spans]
    written = {
        "posting_rows": np.concatenate(rows),
        "posting_counts": np.concatenate([np.tile(own.counts[span], times) for span in spans]),
        "posting_starts": own.starts.astype(np.int64) * times,
        "lengths": np.tile(np.load(source / "lengths.npy"), times),
    }
    for name in ("terms", "term_starts"):
        written[name] = np.load(source / f"{name}.npy")
    for name, values in written.items():
        np.save(target / f"{name}.npy", values, allow_pickle=False)


def _repeat_tables(source: Path, target: Path, times: int, n: int) -> None:
    """Write the tables, each document with another id."""
    with closing(sqlite3.connect(target)) as db:
        db.execute("ATTACH ? AS own", (str(source),))
        db.execute("PRAGMA journal_mode = OFF")
        for (made,) in db.execute(
            "SELECT sql FROM own.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
        ).fetchall():
            db.execute(made)
        (documents,) = db.execute("SELECT COUNT(*) FROM own.documents").fetchone()
        columns = [row[1] for row in db.execute("PRAGMA own.table_info(passages)")][2:]
        for copy in range(times):
            db.execute(
                "INSERT INTO documents SELECT number + ?, ? || id, title, language, sha256, size,"
                " facts, made_of FROM own.documents",
                (copy * documents, f"{copy:02}/"),
            )
            db.execute(
                f"INSERT INTO passages SELECT row + ?, number + ?, {', '.join(columns)}"
                " FROM own.passages ORDER BY row",
                (copy * n, copy * documents),
            )
        for facet, rows in db.execute("SELECT facet, rows FROM own.facets").fetchall():
            every = np.frombuffer(rows, np.int32) + n * np.arange(times)[:, np.newaxis]
            db.execute(
                "INSERT INTO facets VALUES (?, ?)", (facet, every.astype(np.int32).tobytes())
            )
        spellings = f"SELECT word, plain, term, documents * {times} FROM own.spellings"
        db.execute(f"INSERT INTO spellings {spellings}")
        db.commit()


def recall(index: Path, large: Path, times: int, questions: list[str]) -> float:
    """Return the share of the nearest passages, by exact search in 32 bits, that are found."""
    folder = large / (current_name(large) or "")
    with Assistant(Settings(corpus=ROOT / "corpus", index=index)) as assistant:
        asked = np.stack([assistant._encoder.encode_question(q).vector for q in questions])
        opened = assistant._opened.index
        found = [set(opened.dense(one, NEAREST, Filters()).tolist()) for one in asked]
    scores: NDArray[Any] = np.empty((len(asked), 0), np.float32)
    rows: NDArray[Any] = np.empty((len(asked), 0), np.int64)
    first = 0
    for own in vectors_of(folder, times, read_manifest(folder).passages):
        these = np.broadcast_to(np.arange(first, first + len(own)), (len(asked), len(own)))
        rows = np.concatenate([rows, these], axis=1)
        scores = np.concatenate([scores, asked @ own.T], axis=1)
        order = np.argsort(-scores, axis=1)[:, :NEAREST]
        rows, scores = (np.take_along_axis(one, order, axis=1) for one in (rows, scores))
        first += len(own)
    hits = [len(own & set(rows)) for own, rows in zip(found, rows.tolist(), strict=True)]
    return sum(hits) / (NEAREST * len(asked))


def measure(indexes: list[Path], questions: list[str]) -> None:
    """Print the processor time of encoding and of a search in each index, in turns."""
    opened = [Assistant(Settings(corpus=ROOT / "corpus", index=one)) for one in indexes]
    for assistant in opened:
        assistant.warm_up()
        for question in questions[:12]:
            assistant.search(question)
    works: list[Callable[[str], object]] = [opened[0]._encoder.encode_question]
    works += [one.search for one in opened]
    rows = [[timed(work, question)[1] for work in works] for question in questions[12:]]
    encoding, *searches = (median(column) for column in zip(*rows, strict=True))
    print(f"encoding: {encoding:.1f} ms")
    for assistant, spent in zip(opened, searches, strict=True):
        print(f"{len(assistant._opened.index)} passages: {spent:.1f} ms", flush=True)
        assistant.close()
    print(f"ratio: {searches[-1] / searches[0]:.2f}")


def main() -> None:
    """Make the index if need be, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=Path, help="an index to compare with, of 2,500 passages")
    parser.add_argument("--large", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--times", type=int, default=17)
    parser.add_argument("--questions", type=int, default=48)
    options = parser.parse_args()
    if not (options.target / "CURRENT").exists():
        name = current_name(options.large) or ""
        repeat(options.large / name, options.target / name, options.times)
        point(options.target, name)
    questions = [one.text for one in read_questions(QUESTIONS)][: options.questions]
    measure([options.small or options.large, options.target], questions)
    share = recall(options.target, options.large, options.times, questions[:24])
    print(f"recall@{NEAREST} of exact search: {share:.4f}")


if __name__ == "__main__":
    main()
