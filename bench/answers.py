"""Answers to be read: what this build says to each question, beside the build before it.

python -m bench.answers QUESTIONS --corpus CORPUS --index INDEX
    [--before TREE [--before-index INDEX]] [--number 50] [--changed]

QUESTIONS is a question file (guide-evaluation.md), or a CSV with `question` (or `wording`), and
`answer` and `previous` where they are known. Prints, for each question, what became of it and what
is quoted, then how many hold the gold answer, in the first quote and in any. With `--before`, TREE
(another working tree) is asked too, with its own code, and both are printed; `--changed` leaves out
what did not change. A figure that rose while the answers read worse is wrong: read them.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Asked = dict[str, Any]
#: A quote is printed on one line, to so many characters.
_SHOWN = 400


def read(path: Path) -> list[Asked]:
    """Return the questions of a file, each with the one before it and its gold answers."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows: list[Asked] = list(csv.DictReader(file))
    else:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        {
            "question": row.get("question") or row["wording"],
            "previous": row.get("previous") or "",
            "golds": [one["answer"] for one in (row, *row.get("also", ())) if one.get("answer")],
            "kind": row.get("kind") or row.get("category") or "",
            "answerable": row.get("document", "") is not None,
        }
        for row in rows
    ]


def ask_all(rows: Sequence[Asked], corpus: Path | None, index: Path | None) -> list[Asked]:
    """Return what the build that is imported answers to each question."""
    from assistant.core import Assistant
    from assistant.settings import load_settings

    found = []
    with Assistant(load_settings(corpus=corpus, index=index)) as assistant:
        assistant.warm_up()
        for row in rows:
            answer = assistant.ask(row["question"], previous=row["previous"])
            quotes = [one.quote for one in answer.citations]
            found.append(
                {"status": answer.status, "confidence": answer.confidence, "quotes": quotes}
            )
    return found


def ask_before(tree: Path, questions: Path, corpus: Path | None, index: Path | None) -> list[Asked]:
    """Return what the build of another working tree answers, asked in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), str(questions.resolve()), "--json"]
    for name, path in (("--corpus", corpus), ("--index", index)):
        if path:
            command += [name, str(path.resolve())]
    environment = os.environ | {"PYTHONPATH": str(tree.resolve())}
    done = subprocess.run(
        command, cwd=tree, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    answers: list[Asked] = json.loads(done.stdout)
    return answers


def lines(row: Asked, answers: Sequence[tuple[str, Asked]]) -> Iterator[str]:
    """Yield a question and its answers, each after the name of its build."""
    golds = " | ".join(row["golds"])
    yield f"# {row['previous'] + ' → ' if row['previous'] else ''}{row['question']}"
    yield f"  {row['kind']}{'' if row['answerable'] else ' (no answer)'} {golds}".rstrip()
    for build, answer in answers:
        yield f"  {build} {answer['status']} {answer['confidence']:.2f} {_mark(row, answer)}"
        yield from (f"    «{_on_one_line(one)}»" for one in answer["quotes"])


def totals(rows: Sequence[Asked], answers: Sequence[Asked]) -> str:
    """Return how many are answered, and how many hold the gold answer."""
    states = Counter(one["status"] for one in answers)
    known = [
        (_place_of(row, one), one["status"])
        for row, one in zip(rows, answers, strict=True)
        if row["golds"]
    ]
    right = sum(place == 0 for place, _ in known)
    anywhere = sum(place is not None for place, _ in known)
    wrong = sum(place is None and status == "answered" for place, status in known)
    return (
        f"{dict(states)}; of {len(known)} with a gold answer: {right} right first,"
        f" {anywhere} quoted, {wrong} claimed without it"
    )


def _place_of(row: Asked, answer: Asked) -> int | None:
    """Return the place, from 0, of the first quote that holds a gold answer."""
    from assistant.text.analysis import words

    def spaced(text: str) -> str:
        return f" {' '.join(words(text))} "

    golds = [spaced(one) for one in row["golds"]]
    quotes = map(spaced, answer["quotes"])
    return next((at for at, own in enumerate(quotes) if any(one in own for one in golds)), None)


def _mark(row: Asked, answer: Asked) -> str:
    if not row["golds"]:
        return ""
    place = _place_of(row, answer)
    return "not quoted" if place is None else "right first" if place == 0 else f"quote {place + 1}"


def _on_one_line(text: str) -> str:
    line = " ⏎ ".join(text.split("\n"))
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def main() -> None:
    """Ask, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--before", type=Path, metavar="TREE")
    parser.add_argument("--before-index", type=Path, metavar="INDEX")
    parser.add_argument("--number", type=int, default=50, help="print so many")
    parser.add_argument("--changed", action="store_true", help="print what changed only")
    parser.add_argument("--json", action="store_true", help="print the answers alone, as JSON")
    options = parser.parse_args()
    rows = read(options.questions)
    after = ask_all(rows, options.corpus, options.index)
    if options.json:
        print(json.dumps(after, ensure_ascii=False))
        return
    builds = [("now   ", after)]
    if options.before:
        index = options.before_index or options.index
        before = ask_before(options.before, options.questions, options.corpus, index)
        builds.insert(0, ("before", before))
    printed = 0
    for at, row in enumerate(rows):
        answers = [(build, own[at]) for build, own in builds]
        same = len({(one["status"], *one["quotes"]) for _, one in answers}) == 1
        if printed < options.number and not (options.changed and same):
            print("\n".join(lines(row, answers)))
            printed += 1
    for build, own in builds:
        print(f"{build.strip()}: {totals(rows, own)}")


if __name__ == "__main__":
    main()
