"""A programme that staff edited → what is wrong with each of its cells, by the rules it is read by.

In: a `Table`, and the folders of its event. Out: `WrongCell`s in order; none of them keeps from
saving.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.corpus.programme import COLUMNS, TYPES, folders_of, iso_date, type_of
from assistant.curation.programme_table import Table, event_folder, folder_named
from assistant.i18n import Language, in_words, say
from assistant.records.messages import Message
from assistant.text.analysis import fold

_TIME = re.compile(r"(\d{1,2})\s?(?:h|:)\s?([0-5]\d)?(?:\s?(?:min)?)")
_BETWEEN_TIMES = re.compile(r"\s?(?:-|–|—|à)\s?")


@dataclass(frozen=True, slots=True)
class WrongCell:
    """What is wrong with one cell, numbered from 0; it doesn't keep from saving."""

    row: int
    column: int
    wrong: Message

    def in_a_line(self, language: Language = "fr") -> str:
        """Say what is wrong, then what to do."""
        remedy = say(f"{self.wrong.key}_remedy", language, **self.wrong.values)
        return f"{in_words(self.wrong, language)} {remedy}"


def check_table(corpus: Path, table: Table) -> tuple[WrongCell, ...]:
    """Return what is wrong with each cell, in order, by the rules by which `programme` reads.

    Nothing of it keeps from saving: a programme that is wrong never stops anything.
    """
    folders = {fold(name) for name in folders_of(event_folder(corpus, table.event))}
    names = table.names
    seen: dict[str, int] = {}
    wrong: list[WrongCell] = []

    def say_wrong(row: int, name: str, key: str, **values: str) -> None:
        wrong.append(WrongCell(row, names.index(name), Message(f"programme.{key}", values)))

    for at, row in enumerate(table.rows):
        if row.proposed or not any(cell.strip() for cell in row.cells):
            continue
        cell = {name: table.cell(row, name) for name in COLUMNS}
        folder = fold(folder_named(cell["seance"]))
        if folder and folder not in folders:
            say_wrong(at, "seance", "folder_unknown", folder=cell["seance"])
        elif folder in seen:
            say_wrong(
                at, "seance", "line_twice", folder=cell["seance"] or "*", first=str(seen[folder])
            )
        seen.setdefault(folder, at + 1)
        if folder and cell["type"] and not type_of(cell["type"]):
            known = ", ".join(TYPES.values())
            say_wrong(at, "type", "type_unknown", type=cell["type"], known=known)
        if cell["date"] and not _is_date(cell["date"]):
            say_wrong(at, "date", "date_unreadable", date=cell["date"])
        if cell["heure"] and not _is_time(cell["heure"]):
            say_wrong(at, "heure", "time_unreadable", time=cell["heure"])
    return tuple(wrong)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(iso_date(text)).isoformat() == iso_date(text)
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    """Tell whether a cell is a time ("9h30", "14:00", "14 h"), or two of them ("9h - 10h")."""
    times = _BETWEEN_TIMES.split(text.strip().lower())
    found = [_TIME.fullmatch(time) for time in times]
    return len(times) <= 2 and all(cell is not None and int(cell[1]) < 24 for cell in found)
