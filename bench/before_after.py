"""This tree beside an earlier one: processor time, memory and disk, in turns, as ratios.

git worktree add /tmp/before 620d34a
python -m bench.before_after --before /tmp/before [--rounds 3] [--rows indexing,notes]
    [--passages 60000] [--indexes FOLDER] [--json FILE]

Each row runs the same small program in either tree, in a process of its own, one tree after the
other in each round: what else the machine does slows both alike. Both trees run with this
interpreter; `--python` names another for the earlier one. `--indexes` keeps each tree's indexes,
for another time. The rows named "many" are of so many passages, the demonstration repeated and
perturbed by each tree's own `bench.scale`. Prints the medians of each row with the ratio of this
tree to the earlier one. Models are made before anything is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from bench.scale import QUESTIONS, ROOT

NOTES = 500
#: Subjects of the notes: each of them is other, so that none is encoded for another.
THINGS = ("le marché", "la piscine", "la crèche", "le gymnase", "la voirie", "le conservatoire")
WHAT = ("ouvre plus tôt", "ferme pour travaux", "change de salle", "cherche un agent")

SYNC = """
import sys
from pathlib import Path
from assistant import Assistant, Settings
with Assistant(Settings(corpus=Path(sys.argv[1]), index=Path(sys.argv[2]))) as assistant:
    assistant.sync()
"""
#: Answers questions as the page does, with the page's code loaded; prints the memory in MB and the
#: median processor time of a search in ms.
SERVE = """
import json, sys
from pathlib import Path
from statistics import median
from time import process_time
from assistant import Assistant, Settings
import assistant.web.app
def spent(question):
    before = process_time()
    assistant.search(question)
    return 1000 * (process_time() - before)
lines = Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()
questions = [json.loads(line)["question"] for line in lines][:64]
with Assistant(Settings(corpus=Path(sys.argv[1]), index=Path(sys.argv[2]))) as assistant:
    assistant.warm_up()
    for question in questions[:16]:
        assistant.ask(question)
    times = [spent(question) for question in questions[16:]]
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
    print(json.dumps({"memory": int(kilobytes) / 1000, "question": median(times)}))
"""
#: Makes an index of many passages.
GROW = """
import sys
from pathlib import Path
from bench.scale import enlarge
target = Path(sys.argv[2])
target.mkdir(parents=True)
enlarge(Path(sys.argv[1]), target, int(sys.argv[3]))
"""
#: Changes a slide in the catalog and publishes; prints the processor time, then that by the clock.
EDIT = """
import sys
from pathlib import Path
from time import perf_counter, process_time
try:
    from assistant.catalog import CATALOG, Catalog
    from assistant.snapshot import publish
    sheets = {}
except ImportError:
    from assistant.index.catalog import CATALOG, Catalog
    from assistant.index.publishing import publish
    from assistant.sheets.making import sheets_of
    sheets = {"sheets": sheets_of}
index = Path(sys.argv[1])
with Catalog(index / CATALOG) as catalog:
    decks = [id_ for id_, *_ in catalog.documents() if id_.endswith(".pptx")]
    with catalog._db as db:
        db.execute("BEGIN")
        db.execute(
            "UPDATE passages SET text = text || ' encore' WHERE document_id = ? AND ordinal = 1",
            (decks[len(decks) // 2],),
        )
        catalog._changed()
    clock, processor = perf_counter(), process_time()
    publish(catalog, index, keep=1, **sheets)
    print(process_time() - processor, perf_counter() - clock)
"""


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout, the interpreter that runs it, and where its indexes are made."""

    name: str
    folder: Path
    python: str
    indexes: Path
    passages: int

    def run(self, *arguments: str) -> tuple[float, str]:
        """Run Python there; return the processor time of all its processes, and what it printed."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder)}
        before = os.times()
        done = subprocess.run(
            [self.python, *arguments], cwd=self.folder, env=environment, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        after = os.times()
        if done.returncode not in (0, 3):  # 3: refused
            raise SystemExit(f"{self.name}: {done.stderr[-2000:]}")
        spent = after.children_user + after.children_system
        return spent - before.children_user - before.children_system, done.stdout

    def index(self, corpus: Path) -> Path:
        """Return the index of a corpus, made once."""
        index = self.indexes / corpus.name
        if not (index / "CURRENT").exists():
            self.run("-c", SYNC, str(corpus), str(index))
        return index

    def many(self) -> Path:
        """Return the index of many passages, made once."""
        index = self.indexes / str(self.passages)
        if not (index / "CURRENT").exists():
            small = str(self.index(self.folder / "corpus"))
            self.run("-c", GROW, small, str(index), str(self.passages))
        return index


def notes(folder: Path) -> Path:
    """Write notes of one passage each; return their folder."""
    corpus = folder / "notes"
    (corpus / "forum").mkdir(parents=True, exist_ok=True)
    for number in range(NOTES):
        thing, what = THINGS[number % len(THINGS)], WHAT[number % len(WHAT)]
        text = (
            f"Note {number} : {thing} {what} à partir du {1 + number % 28} mars. "
            f"Le service attend {number + 3} réponses des agents concernés avant la fin du mois. "
            "Chacun peut écrire à la direction, qui répondra à tous."
        )
        (corpus / "forum" / f"note-{number:03}.txt").write_text(text, encoding="utf-8")
    return corpus


def indexing(tree: Tree, corpus: Path) -> float:
    """Return the processor time of indexing a corpus from nothing, in seconds."""
    with tempfile.TemporaryDirectory() as index:
        return tree.run("-c", SYNC, str(corpus), index)[0]


def asking(tree: Tree, corpus: Path) -> float:
    """Return the processor time from the start of `assistant ask` to its end, in seconds."""
    index = str(tree.index(corpus))
    question = "Combien coûte la rénovation du gymnase ?"
    where = ("--corpus", str(corpus), "--index", index)
    return tree.run("-m", "assistant", *where, "ask", question)[0]


def serving(what: str, tree: Tree, corpus: Path, *, many: bool = False) -> float:
    """Return one of the figures of a process that answers questions (`SERVE`)."""
    index = tree.many() if many else tree.index(corpus)
    arguments = (str(corpus), str(index), str(QUESTIONS))
    return float(json.loads(tree.run("-c", SERVE, *arguments)[1])[what])


def editing(tree: Tree, corpus: Path) -> float:
    """Return the processor time of publishing after an edit among many passages, in seconds."""
    del corpus  # many are made of it
    return float(tree.run("-c", EDIT, str(tree.many()))[1].split()[0])


def on_disk(tree: Tree, corpus: Path, *, many: bool = False) -> float:
    """Return the bytes a passage of a generation, in kB."""
    index = tree.many() if many else tree.index(corpus)
    generation = index / (index / "CURRENT").read_text(encoding="ascii").strip()
    size = sum(file.stat().st_size for file in generation.rglob("*") if file.is_file())
    passages = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))["passages"]
    return float(size / passages / 1000)


#: What each row measures, and in which unit.
ROWS: Mapping[str, tuple[str, Callable[[Tree, Path], float], str]] = {
    "indexing": ("indexing the demonstration, processor", indexing, "s"),
    "notes": (f"{NOTES} notes of one passage, processor", indexing, "s"),
    "ask": ("`assistant ask`, start to end, processor", asking, "s"),
    "memory": ("memory of a process that answers", partial(serving, "memory"), "MB"),
    "question": ("a question, encoded and searched, processor", partial(serving, "question"), "ms"),
    "disk": ("a generation on disk, a passage", on_disk, "kB"),
    "memory-many": ("memory, many passages", partial(serving, "memory", many=True), "MB"),
    "question-many": (
        "a question, many passages, processor",
        partial(serving, "question", many=True),
        "ms",
    ),
    "disk-many": ("a passage on disk, of many", partial(on_disk, many=True), "kB"),
    "edit-many": ("publishing after an edit among many, processor", editing, "s"),
}


def main() -> None:
    """Measure both trees, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--passages", type=int, default=2_500)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--indexes", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.indexes or Path(folder)
        before, now = kept / "before", kept / "now"
        trees = (
            Tree("before", options.before.resolve(), options.python, before, options.passages),
            Tree("now", ROOT, sys.executable, now, options.passages),
        )
        made = notes(Path(folder))
        report = {
            row: measured(row, trees, made, options.rounds) for row in options.rows.split(",")
        }
    if options.json:
        options.json.write_text(json.dumps(report, indent=2), encoding="utf-8")


def measured(row: str, trees: tuple[Tree, Tree], made: Path, rounds: int) -> dict[str, float | str]:
    """Measure a row in both trees, in turns; print and return what was found."""
    what, measure, unit = ROWS[row]
    corpus = made if row == "notes" else ROOT / "corpus"
    found = [[measure(tree, corpus) for tree in trees] for _ in range(rounds)]
    before, now = (median(one) for one in zip(*found, strict=True))
    ratio = median(after / first for first, after in found)
    print(f"{what}: {before:.1f} → {now:.1f} {unit}, × {ratio:.3f}", flush=True)
    return {"before": before, "now": now, "unit": unit, "ratio": ratio}


if __name__ == "__main__":
    main()
