"""What is wrong with files, as the catalog keeps it: seen while reading them, or while walking.

In: problems by their subject, in a catalog's transaction. Out: the same, and what became of a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from assistant.index.catalog.rows import parsed
from assistant.index.catalog.schema import Tables
from assistant.records.messages import FileState, Problem, values_from_plain


class ProblemStore(Tables):
    """A catalog's problems."""

    def _put_problems(self, problems: Iterable[Problem], *, walked: bool = False) -> None:
        self._db.executemany(
            "INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (p.subject, p.severity, p.key, _filled(p), p.state, p.pages, walked)
                for p in problems
            ),
        )

    def _forget_problems(self, document_id: str) -> None:
        """Delete the problems that reading a document had."""
        self._db.execute("DELETE FROM problems WHERE subject = ? AND NOT walked", (document_id,))

    def set_walk_problems(self, problems: Sequence[Problem]) -> None:
        """Keep the problems seen without reading (programmes, links, unknown suffixes)."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM problems WHERE walked")
            self._put_problems(problems, walked=True)

    def problems(self) -> list[Problem]:
        """Return every problem on record, by subject."""
        rows = self._db.execute(
            "SELECT subject, severity, key, filled, state, pages FROM problems"
            " ORDER BY subject, rowid"
        )
        return [
            Problem(subject, severity, key, values_from_plain(parsed(filled)), state, pages)
            for subject, severity, key, filled, state, pages in rows
        ]


def state_of(problems: Sequence[Problem]) -> FileState:
    """Return what became of a file: what refused it, else whether something of it is missing."""
    for problem in problems:
        if problem.severity == "error":
            return problem.state
    if problems and all(problem.state == "needs_extra" for problem in problems):
        return "needs_extra"
    return "ok" if all(problem.state == "ok" for problem in problems) else "partial"


def _filled(problem: Problem) -> str:
    """Return the values of a problem as JSON; those that are words in their turn by their key."""
    return json.dumps(asdict(problem)["values"], ensure_ascii=False, sort_keys=True)
