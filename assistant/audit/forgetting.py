"""What erasing takes out of the trail: the names of documents, and of people.

Erasing a document takes its name, and those it had before, out of the trail: its receipt, which
proves the erasure, stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from assistant.audit.database import take_in, written
from assistant.audit.entries import ERASED, FILE
from assistant.state.places import is_kept
from assistant.state.tables import Database
from assistant.text.folding import fold

_WORD = re.compile(r"[^\W_]+")


def forget_documents(index: Path, receipts: Mapping[str, str]) -> None:
    """Take the names of erased documents out of the trail, and those they had before.

    `receipts` gives by a document's id the name of its receipt, which stands there instead. Raises
    AuditError.
    """
    take_in(index / FILE)
    if is_kept(index / FILE):
        with written(index / FILE, erasing=("entries",)) as db:
            for id_, receipt in receipts.items():
                _put_out(db, _rows_of(db, id_, None), f"{ERASED}{receipt}")


def forget_name(index: Path, name: str) -> None:
    """Take what has somebody's name in it out of the trail, case and accents aside.

    Raises AuditError.
    """
    take_in(index / FILE)
    if is_kept(index / FILE):
        with written(index / FILE, erasing=("entries",)) as db:
            rows = db.execute("SELECT id, subject, former FROM entries").fetchall()
            held = [id_ for id_, *texts in rows if any(_holds(text, name) for text in texts)]
            _put_out(db, held, ERASED)


def _put_out(db: Database, ids: Collection[int], mark: str) -> None:
    db.executemany(
        "UPDATE entries SET subject = ?, former = CASE former WHEN '' THEN '' ELSE ? END"
        " WHERE id = ?",
        [(mark, mark, id_) for id_ in ids],
    )


def _rows_of(db: Database, name: str, before: int | None) -> list[int]:
    """Return the entries on a document called `name` up to entry `before`, whatever it was called.

    What had that name before, and was renamed, is another document.
    """
    last = before if before is not None else 1 << 62
    (left,) = db.execute(
        "SELECT coalesce(max(id), 0) FROM entries WHERE former = ? AND id < ?", (name, last)
    ).fetchone()
    found = db.execute(
        "SELECT id, former FROM entries WHERE subject = ? AND id > ? AND id < ?",
        (name, left, last),
    ).fetchall()
    rows = [id_ for id_, _ in found]
    for id_, former in found:
        if former and former != name:
            rows += _rows_of(db, former, id_)
    return rows


def _holds(text: str, name: str) -> bool:
    """Tell whether the words of a name stand one after the other in a text."""
    own, asked = (_WORD.findall(fold(one)) for one in (text, name))
    size = len(asked)
    return bool(size) and any(own[at : at + size] == asked for at in range(len(own) - size + 1))
