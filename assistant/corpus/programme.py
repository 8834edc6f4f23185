"""The programme: sessions and facets, from `programme.csv`, a calendar and the names of folders.

In: an event's folder. Out: its sessions by folder, and what every document of it shares. A
programme that is wrong never stops anything: it is problems, and folder names stand in.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from assistant.corpus.calendar_programme import calendar_in, rows_of
from assistant.errors import ReadError
from assistant.readers.encodings import decode
from assistant.readers.titles import humanise
from assistant.records.documents import SPEAKER_SEPARATOR, Session
from assistant.records.messages import Message, Problem
from assistant.text.analysis import fold

COLUMNS = ("seance", "titre", "type", "intervenants", "date", "heure", "salle")
TYPES = {"conference": "conférence", "atelier": "atelier"}
#: Other words that programmes have for these, folded and without the plural's -s.
_OTHER_WORDS = {
    **dict.fromkeys(("keynote", "talk", "expose", "pleniere"), "conférence"),
    "workshop": "atelier",
}
FILE_NAME = "programme.csv"
#: The version before the last edit on the page, one of them, hidden from `corpus.walk.walk`.
FORMER_NAME = ".programme.former.csv"
MAX_BYTES = 5_000_000
#: As `curation.programme_writing.guard` writes what a spreadsheet would take for a formula.
_GUARDED = re.compile(r"'[\s']*[=+\-@＝＋－＠]")

#: A session's folder → the session; "" → the event itself, its title as `title`.
Programme = Mapping[str, Session]


def load_programmes(corpus: Path) -> tuple[dict[str, dict[str, Session]], list[Problem]]:
    """Return the programme of each event of the corpus, by the event's folder."""
    programmes: dict[str, dict[str, Session]] = {}
    problems: list[Problem] = []
    for event, folder in folders_of(corpus).items():
        sessions, found = load_programme(folder)
        programmes[event] = sessions
        problems += found
    return programmes, problems


def load_programme(event_folder: Path) -> tuple[dict[str, Session], list[Problem]]:
    """Return the sessions of an event, those of the programme first, in its order.

    Only folders that exist are sessions. The event itself is at "".
    """
    event = unicodedata.normalize("NFC", event_folder.name)
    folders = folders_of(event_folder)
    reading = _ProgrammeParser(event, list(folders))
    files = files_of(event_folder)
    file = next((path for path in files if path.name.lower() == FILE_NAME), None)
    if file:
        reading.read(file)
    elif calendar := calendar_in(files):
        reading.read_calendar(calendar)
    sessions = {"": reading.event, **reading.sessions}
    for folder in folders:
        sessions.setdefault(folder, session_of_name(event, folder))
    return sessions, reading.problems


def facts_of(document_id: str, programmes: Mapping[str, Programme]) -> dict[str, str]:
    """Return what a document shares with its session and its event; unknown facts are empty.

    A file directly under the event has no session; nested folders belong to theirs. A file
    directly under the corpus has nothing to share.
    """
    if "/" not in document_id:
        return {}
    event, _, rest = document_id.partition("/")
    folder = rest.partition("/")[0] if "/" in rest else ""
    programme = programmes.get(event, {})
    whole = programme.get("") or Session(id="", event=event, title=humanise(event))
    session = programme.get(folder) or session_of_name(event, folder)
    return {
        "event": event,
        "event_title": whole.title,
        "session": session.id,
        "session_title": session.title if folder else "",
        "type": session.type,
        "speakers": SPEAKER_SEPARATOR.join(session.speakers),
        "date": session.date or whole.date,
        "time": session.time,
        "room": session.room or whole.room,
    }


def folders_of(parent: Path) -> dict[str, Path]:
    """Return the folders of a folder by their names in NFC, "atelier-2" before "atelier-10"."""
    try:
        found = {
            unicodedata.normalize("NFC", path.name): path
            for path in parent.iterdir()
            if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")
        }
    except OSError:
        return {}  # `walk` reports the folder
    return {name: found[name] for name in sorted(found, key=_natural)}


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder, in order of their names."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []  # `walk` reports the folder


def _natural(name: str) -> list[tuple[int, str]]:
    return [
        (int(piece), "") if piece.isdecimal() else (-1, fold(piece))
        for piece in re.split(r"(\d{1,9})", name)
    ]


def type_of(written: str) -> str:
    """Return the type of session that a programme writes ("Keynotes": conférence); "" for none."""
    words = fold(written).split() or [""]
    # "Conférence plénière", "keynote d'ouverture" are the type of their first word.
    single = words[0].rstrip("s")
    return TYPES.get(single, _OTHER_WORDS.get(single, ""))


def session_of_name(event: str, folder: str) -> Session:
    """Return the session that a folder's name alone tells."""
    if not folder:
        return Session(id="", event=event, title="")
    kind = next((shown for word, shown in TYPES.items() if fold(folder).startswith(word)), "")
    return Session(id=f"{event}/{folder}", event=event, title=humanise(folder), type=kind)


class _ProgrammeParser:
    """The reading of one programme: its sessions so far, and what was wrong with its lines."""

    def __init__(self, event: str, folders: list[str]) -> None:
        self.event = Session(id="", event=event, title=humanise(event))
        self.sessions: dict[str, Session] = {}
        self.problems: list[Problem] = []
        self._subject = f"{event}/{FILE_NAME}"
        self._folders = {fold(folder): folder for folder in folders}
        self._lines: dict[str, int] = {}

    def read(self, file: Path) -> None:
        try:
            if file.stat().st_size > MAX_BYTES:
                self._report("programme_unreadable", cause=Message("reading.programme_too_large"))
                return
            data = file.read_bytes()
        except OSError as e:
            self._report("programme_unreadable", cause=e.strerror or type(e).__name__)
            return
        if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            self._report("programme_unreadable", cause=Message("reading.programme_is_a_workbook"))
            return
        text = decode(data)
        if not text.strip():
            self._report("programme_unreadable", cause=Message("reading.programme_empty"))
            return
        try:
            rows = list(raw_rows(text))
        except csv.Error as e:
            self._report("programme_unreadable", cause=str(e))
            return
        if not rows:
            self._report("programme_unreadable", cause=Message("reading.programme_empty"))
            return
        header = [column_of(unguarded(name)) for name in rows[0][1]]
        if "seance" not in header:
            found = ", ".join(name.strip() for name in rows[0][1] if name.strip())
            self._report("programme_without_seance", found=found)
            return
        for line, cells in rows[1:]:
            values = dict.fromkeys(COLUMNS, "") | {
                name: " ".join(unguarded(cell).split())
                for name, cell in zip(header, cells, strict=False)
                if name in COLUMNS
            }
            self._row(line, values)

    def read_calendar(self, file: Path) -> None:
        """Read a calendar in place of a programme; one that can't be is told as a document."""
        with suppress(ReadError, OSError):
            if file.stat().st_size <= MAX_BYTES:
                for line, values in enumerate(rows_of(file, list(self._folders.values())), start=1):
                    self._row(line, values)

    def _row(self, line: int, values: Mapping[str, str]) -> None:
        named = values["seance"].strip("/ ")
        folder = "" if named in ("", "*") else self._folders.get(fold(named))
        if folder is None:
            self._report("programme_folder_unknown", line=line, folder=named)
            return
        if folder in self._lines:
            first = self._lines[folder]
            self._report("programme_line_twice", line=line, first=first, folder=named or "*")
            return
        self._lines[folder] = line
        session = self._session(folder, line, values)
        if folder:
            self.sessions[folder] = session
        else:
            self.event = session

    def _session(self, folder: str, line: int, values: Mapping[str, str]) -> Session:
        event = self.event.event
        unnamed = session_of_name(event, folder) if folder else self.event
        kind = type_of(values["type"])
        if values["type"] and not kind and folder:
            known = ", ".join(TYPES.values())
            self._report("programme_type_unknown", line=line, type=values["type"], known=known)
        return Session(
            id=f"{event}/{folder}" if folder else "",
            event=event,
            title=values["titre"] or unnamed.title,
            type=kind or unnamed.type,
            speakers=tuple(
                speaker.strip()
                for speaker in re.split(r"\s+/\s+|\|", values["intervenants"])
                if speaker.strip()
            ),
            date=iso_date(values["date"]),
            time=values["heure"],
            room=values["salle"],
        )

    def _report(self, key: str, **values: str | int | Message) -> None:
        """Report a line, or the whole programme: only then is it an error."""
        whole = key in ("programme_unreadable", "programme_without_seance")
        self.problems.append(
            Problem(
                subject=self._subject,
                severity="error" if whole else "warning",
                key=f"reading.{key}",
                values={
                    name: str(value) if isinstance(value, int) else value
                    for name, value in values.items()
                },
            )
        )


def in_order(session: Session) -> tuple[object, ...]:
    """Return what sorts sessions: event, date, time ("9h30" before "14h00"), then id."""
    return (session.event, session.date, _natural(session.time), _natural(session.id))


def iso_date(date: str) -> str:
    """Return a date written "18/03/2025" as "2025-03-18"; any other as it is."""
    found = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", date)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else date


def raw_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the line it starts at. Raises csv.Error."""
    lines = text.split("\n")
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=separator_of(text))
    start = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield start, row
        start = reader.line_num + 1


def separator_of(text: str) -> str:
    """Return what parts the cells of a programme: what its titles have most of."""
    header = text.lstrip("\n").split("\n", 1)[0]
    return max(";\t,", key=header.count)


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if _GUARDED.match(cell) else cell


def column_of(name: str) -> str:
    """Return a column's name without case, accents and plural: "Séances" → "seance"."""
    folded = re.sub(r"[^a-z]", "", fold(name))
    if folded == "intervenant":
        return "intervenants"
    return folded if folded in COLUMNS else folded.rstrip("s")
