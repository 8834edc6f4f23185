"""A file of broad questions and their nuggets → records, and whether quotes hold a nugget.

One JSON object a line: `id`, `question`, `kind`, and `nuggets`: the points that a good note-taker
would keep, each with `doc` (a path under the corpus), `evidence` (a clause of it, word for word),
`vital` (a good answer has it) and `also` (other clauses that make the same point). A question
without nuggets is one that nothing answers.

A nugget is held by quotes that have the whole of one of its clauses, or that have together 60 % of
the clause's runs of three words (after the nuggets of TREC's question answering, Voorhees, 2003).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import QuestionError
from assistant.text.analysis import folded_words

#: Quotes hold a clause of so many words or more where they have this share of its runs of three.
_LONG = 6
_HELD = 0.6


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a document that make a point."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Nugget:
    """A point that a good answer has, where it is `vital`, or may have; any clause makes it."""

    clauses: tuple[Clause, ...]
    vital: bool


@dataclass(frozen=True, slots=True)
class BroadQuestion:
    """A question that many passages answer together; one without nuggets has no answer."""

    id: str
    question: str
    kind: str
    nuggets: tuple[Nugget, ...]


def is_broad(path: Path) -> bool:
    """Tell whether a file's first line is a broad question; False where it can't be read."""
    try:
        with path.open(encoding="utf-8") as lines:
            return "nuggets" in json.loads(next(lines))
    except (OSError, ValueError, StopIteration, TypeError):
        return False


def read_broad(path: Path, *, prefix: str = "") -> list[BroadQuestion]:
    """Return the questions of a nugget file. Raises QuestionError for what isn't one.

    `prefix` is put before the documents' paths.
    """
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            nuggets = tuple(
                Nugget(
                    tuple(
                        Clause(
                            unicodedata.normalize("NFC", prefix + clause["doc"]), clause["evidence"]
                        )
                        for clause in (nugget, *nugget.get("also", ()))
                    ),
                    bool(nugget["vital"]),
                )
                for nugget in found["nuggets"]
            )
            questions.append(
                BroadQuestion(found["id"], found["question"], found.get("kind", ""), nuggets)
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionError(
                "nuggets_unreadable", path=path, line=number, cause=error
            ) from error
    return questions


def holds(quotes: Iterable[str], nugget: Nugget) -> bool:
    """Tell whether quotes hold a nugget together."""
    texts = [folded_words(quote) for quote in quotes]
    return any(_held(folded_words(clause.text), texts) for clause in nugget.clauses)


def runs_of_three(text: str) -> set[str]:
    """Return the runs of three words of a text, folded."""
    found = folded_words(text).split()
    return {" ".join(found[at : at + 3]) for at in range(len(found) - 2)}


def _held(clause: str, texts: Sequence[str]) -> bool:
    if any(clause in text for text in texts):
        return True
    own = runs_of_three(clause)
    if len(clause.split()) < _LONG:
        return False
    met = own & set[str]().union(*(runs_of_three(text) for text in texts))
    return len(met) >= _HELD * len(own)
