"""Other tools beside this one: the same passages, model folder and questions, in one run.

python -m bench.compare_peers [--index INDEX] [--peers haystack,lancedb] [--environments FOLDER]
    [--rounds 3] [--json FILE]

INDEX is an index of the demonstration (made if not given). Each peer has an environment of its own,
made here once; torch and sentence-transformers are this one's, so that all encode alike. A peer is
given the passages as this index cuts them, with what stands above them; it encodes, stores and
searches them by meaning and by words as its documentation shows (`bench/peers`). This tool starts
from the files, and encodes sentences and words besides. Documents found are compared: recall at 1
and 3, nDCG at 10 over the questions that have an answer. Times are of the processor, all threads,
but for p50 and p95, by the clock.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median, quantiles
from sysconfig import get_path

from assistant.embedding.default_model import default_encoder_folder
from assistant.evaluation.question_files import Question, read_questions
from assistant.index.catalog import CATALOG, Catalog
from assistant.settings import Settings
from bench.before_after import SYNC
from bench.scale import QUESTIONS, ROOT

#: What each peer's environment has besides this one's libraries.
PEERS = {
    "haystack": ("haystack-ai", "sentence-transformers-haystack"),
    "txtai": ("txtai",),
    "llamaindex": (
        "llama-index-core", "llama-index-embeddings-huggingface", "llama-index-retrievers-bm25",
    ),
    "lancedb": ("lancedb", "pandas"),
}  # fmt: skip
OURS = "ours"
SCRIPTS = Path(__file__).parent / "peers"
Figures = dict[str, float]


def environment(name: str, folder: Path) -> str:
    """Return the interpreter of a peer's environment, made if need be."""
    place = folder / name
    python = place / "bin" / "python"
    done = place / "installed"
    if not done.exists():
        venv.create(place, with_pip=False, clear=True)
        (site,) = place.glob("lib/python*/site-packages")
        (site / "ours.pth").write_text(get_path("purelib"), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        subprocess.run([*pip, *PEERS[name]], check=True)
        done.touch()
    return str(python)


def spent(command: Sequence[str]) -> tuple[float, str]:
    """Run a command; return the processor time of all its processes, and what it printed."""
    before = os.times()
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    after = os.times()
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system, done.stdout


def size_of(folder: Path) -> float:
    """Return the bytes of a folder, in MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def quality(found: Sequence[Sequence[str]], questions: Sequence[Question]) -> Figures:
    """Return recall and nDCG of the documents found, one list a question, best first."""
    rows = []
    for documents, question in zip(found, questions, strict=True):
        right = {gold.document for gold in question.golds}
        ranks = [rank for rank, one in enumerate(documents, start=1) if one in right]
        best = sum(1 / math.log2(1 + rank) for rank in range(1, 1 + min(len(right), 10)))
        gained = sum(1 / math.log2(1 + rank) for rank in ranks) / best
        rows.append((min(ranks, default=99) <= 1, min(ranks, default=99) <= 3, gained))
    names = ("recall@1", "recall@3", "nDCG@10")
    return {name: mean(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def measured(command: Sequence[str], work: Path, kept: Path, texts: dict[str, Path]) -> Figures:
    """Return the figures of one tool in one round; `kept` is where its index lies."""
    model, index = str(default_encoder_folder(Settings().models)), str(work)
    by_what = {"index": texts["passages"], "ask": texts["questions"], "one": texts["one"]}
    indexing, _ = spent([*command, "index", index, model, str(by_what["index"])])
    cold, _ = spent([*command, "ask", index, model, str(by_what["one"])])
    _, printed = spent([*command, "ask", index, model, str(by_what["ask"])])
    said = json.loads(printed.splitlines()[-1])
    questions = [one for one in read_questions(QUESTIONS) if one.answerable]
    return {
        "indexing, s": indexing,
        "first answer, s": cold,
        "question, ms": median(said["processor"]),
        "p50, ms": median(said["clock"]),
        "p95, ms": quantiles(said["clock"], n=20)[-1],
        "memory, MB": said["peak"],
        "disk, MB": size_of(kept),
        **quality(said["found"], questions),
    }


def write_texts(index: Path, folder: Path) -> dict[str, Path]:
    """Write the passages of an index, and the questions, for all tools."""
    with Catalog(index / CATALOG, read_only=True) as catalog:
        passages = [
            {"document": one.document_id, "text": one.encoded_text}
            for one, _, _ in catalog.all_passages()
        ]
    questions = [one.text for one in read_questions(QUESTIONS) if one.answerable]
    written = {"passages": passages, "questions": questions, "one": questions[:1]}
    for name, values in written.items():
        (folder / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
    return {name: folder / f"{name}.json" for name in written}


def ratio_table(rounds: Sequence[dict[str, Figures]]) -> dict[str, Figures]:
    """Return the medians of each tool, printed with their ratio to ours."""
    table = {
        name: {what: median(one[name][what] for one in rounds) for what in rounds[0][name]}
        for name in rounds[0]
    }
    for what in table[OURS]:
        ours = table[OURS][what]
        cells = [
            f"{name} {own[what]:.3g} (× {own[what] / ours:.2f})" for name, own in table.items()
        ]
        print(f"{what}: {', '.join(cells)}")
    return table


def main() -> None:
    """Measure all tools in turns, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--environments", type=Path, default=ROOT / ".bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    commands = {OURS: [sys.executable, str(SCRIPTS / "with_ours.py")]}
    for name in options.peers.split(","):
        python = environment(name, options.environments.absolute())
        commands[name] = [python, str(SCRIPTS / f"with_{name}.py")]
    with tempfile.TemporaryDirectory() as folder:
        index = options.index
        if not index:
            index = Path(folder) / "index"
            spent([sys.executable, "-c", SYNC, str(ROOT / "corpus"), str(index)])
        texts = write_texts(index, Path(folder))
        rounds = []
        for number in range(options.rounds):
            found = {}
            for name, command in commands.items():
                work = Path(folder) / f"{name}-{number}"
                found[name] = measured(command, work, work, texts)
                print(f"round {number + 1}, {name}: {found[name]}", file=sys.stderr, flush=True)
            rounds.append(found)
    table = ratio_table(rounds)
    if options.json:
        options.json.write_text(json.dumps(table, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
