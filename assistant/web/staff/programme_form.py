"""The form that edits a programme, and the list of the events: tables → records of pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from assistant.corpus.corrections import text_hash
from assistant.corpus.programme import COLUMNS, TYPES, folders_of
from assistant.curation.programme_checks import WrongCell
from assistant.curation.programme_table import Table, load_table
from assistant.errors import AssistantError
from assistant.i18n import Language, count, say
from assistant.text.analysis import clean
from assistant.web.staff.indexing import Soon
from assistant.web.staff.layout import PROGRAMME
from assistant.web.staff.paging import PageLinks, links_of, pages_of

#: Lines on a page.
_MOST_LINES = 100
#: What the form may ask for besides saving.
ADD = "ajouter"
#: The columns that hold sentences, which may go on over several lines.
_LONG = ("seance", "titre", "intervenants")
#: Characters of a hash that tell one cell's former text from another.
_MARK_LENGTH = 12


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line of the form: of the file ("l"), proposed ("p") or new ("n"), its cells by column.

    `ticked`: to be removed, or to be added where it is proposed. `folder` is what it named, and
    `before` the marks of its cells, when it was shown; `meanwhile` what others wrote since.
    """

    kind: str
    number: int
    cells: Mapping[str, str]
    ticked: bool = False
    folder: str = ""
    before: Sequence[str] = ()
    meanwhile: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        """What it is called in the form; in the order in which lines stand."""
        return self.kind, self.number

    def mark(self, name: str) -> str:
        """Return the mark of a cell when it was shown."""
        marks = dict(zip(COLUMNS, self.before, strict=False))
        return marks.get(name) or mark_of("")

    def changes(self) -> dict[str, str]:
        """Return the cells that were changed since they were shown."""
        return {name: cell for name, cell in self.cells.items() if mark_of(cell) != self.mark(name)}


def mark_of(cell: str) -> str:
    """Return what tells whether a cell was changed in the form."""
    return text_hash(" ".join(clean(cell).split()))[:_MARK_LENGTH]


def programme_address(event: str, page: int = 1, *, is_saved: bool = False) -> str:
    """Return the address of the page that edits an event's programme."""
    asked = [f"page={page}"] if page > 1 else []
    asked += ["fait=1"] if is_saved else []
    return f"{PROGRAMME}/{quote(event, safe='')}{'?' if asked else ''}{'&'.join(asked)}"


def page_of(table: Table, page: int) -> range:
    """Return which rows of a table stand on a page."""
    pages = _pages(table)
    return pages[min(page, len(pages)) - 1]


def _pages(table: Table) -> list[range]:
    return pages_of([sum(map(len, row.cells)) for row in table.rows], _MOST_LINES)


def lines_of(table: Table, rows: range) -> list[FormLine]:
    """Return lines of a table as the form shows them.

    Where there is no file yet, what is proposed is ticked.
    """
    return [
        FormLine(
            kind="p" if table.rows[at].proposed else "l",
            number=at,
            cells={name: table.cell(table.rows[at], name) for name in COLUMNS},
            ticked=table.rows[at].proposed and not table.version,
            folder=table.cell(table.rows[at], "seance"),
        )
        for at in rows
    ]


# --- The events --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """An event, with what its programme holds in words, or the `fault` that keeps it closed."""

    name: str
    address: str
    words: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class EventsPage:
    """The events there are."""

    events: Sequence[Event]


def events_of(corpus: Path, language: Language) -> EventsPage:
    """Return the events, each with what its programme holds."""
    return EventsPage([_event(corpus, event, language) for event in folders_of(corpus)])


def _event(corpus: Path, event: str, language: Language) -> Event:
    address = programme_address(event)
    try:
        table = load_table(corpus, event)
    except AssistantError as e:
        return Event(event, address, "", e.message(language))
    proposed = sum(row.proposed for row in table.rows)
    words = [count("schedule.lines", len(table.rows) - proposed, language)]
    if not table.version:
        words = [say("schedule.no_file", language)]
    if proposed:
        words.append(count("schedule.without_line", proposed, language))
    return Event(event, address, ", ".join(words))


# --- The table ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """What is said below its line of a cell: what is wrong, or what others wrote meanwhile."""

    id: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class CellBox:
    """A cell to edit; `rows` is 0 for a box of one line."""

    name: str
    column: str
    title: str
    label: str
    value: str
    rows: int
    notes: Sequence[Note]
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class FormLineBox:
    """A line of the form as it is shown; `own` are the cells of the town's own columns."""

    key: str
    kind: str
    position: int
    named: str
    ticked: bool
    folder: str
    marks: str
    cells: Sequence[CellBox]
    own: Sequence[str]

    @property
    def notes(self) -> list[Note]:
        """What is said below the line."""
        return [note for cell in self.cells for note in cell.notes]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """The table to edit, what to know of it, the ways to other pages.

    `columns` are those that `programme` reads, by their names, `own_columns` the others, by their
    titles. `fault` says why what was typed is not saved.
    """

    action: str
    download: str
    version: str
    fault: str
    wrong_number: int
    columns: Sequence[str]
    own_columns: Sequence[str]
    lines: Sequence[FormLineBox]
    pages: PageLinks | None
    types: Sequence[str] = tuple(TYPES.values())
    soon: Soon | None = None


def programme_of(
    table: Table,
    lines: Sequence[FormLine],
    wrong: Sequence[WrongCell],
    page: int,
    fault: str,
    language: Language,
) -> ProgrammePage:
    """Return the page of these lines, as they are in the file or as they were typed."""
    total = len(_pages(table))
    at = min(page, total)
    shown = _CellContext(table, {(cell.row, cell.column): cell for cell in wrong}, language)

    def address(number: int) -> str:
        return programme_address(table.event, number)

    return ProgrammePage(
        action=address(at),
        download=f"{programme_address(table.event)}/telecharger",
        version=table.version,
        fault=fault,
        wrong_number=len(wrong),
        columns=COLUMNS,
        own_columns=[table.columns[column] for column in shown.own],
        lines=[_line(position, line, shown) for position, line in enumerate(lines, 1)],
        pages=None if fault else links_of(at, total, address),
    )


@dataclass(frozen=True, slots=True)
class _CellContext:
    """What each cell of the form needs."""

    table: Table
    wrong: Mapping[tuple[int, int], WrongCell]
    language: Language

    @property
    def own(self) -> list[int]:
        """The columns of the town's own that have a title or hold something."""
        rows = [row for row in self.table.rows if not row.proposed]
        return [
            at
            for at, name in enumerate(self.table.names)
            if not name
            and (self.table.columns[at].strip() or any(row.cells[at].strip() for row in rows))
        ]


def _line(position: int, line: FormLine, shown: _CellContext) -> FormLineBox:
    """Return a line as it is shown: its cells to edit, those of the town's own as they are."""
    named = say("schedule.line_named", shown.language, number=position, folder=line.folder)
    return FormLineBox(
        key=f"{line.kind}{line.number}",
        kind=line.kind,
        position=position,
        named=named,
        ticked=line.ticked,
        folder=line.folder,
        marks=_marks(line, shown.table),
        cells=[_cell(name, line, named, shown) for name in COLUMNS],
        own=[_own_text(column, line, shown.table) for column in shown.own],
    )


def _marks(line: FormLine, table: Table) -> str:
    """Return the marks of a line's cells; none of a new line."""
    if line.kind == "n" or line.before:
        return " ".join(line.before)
    row = table.rows[line.number]
    return " ".join(mark_of(table.cell(row, name)) for name in COLUMNS)


def _cell(name: str, line: FormLine, named: str, shown: _CellContext) -> CellBox:
    """Return a cell to edit."""
    title = say(f"schedule.column_{name}", shown.language)
    key = f"{line.kind}{line.number}.{name}"
    value = line.cells.get(name, "")
    notes = _notes(name, line, shown)
    return CellBox(
        name=key,
        column=name,
        title=title,
        label=f"{title}, {named}",
        value=value,
        rows=1 + len(value) // 24 if name in _LONG else 0,
        notes=[Note(f"{key}-{kind}", title, words) for kind, words in notes.items()],
        is_wrong="faute" in notes,
    )


def _notes(name: str, line: FormLine, shown: _CellContext) -> dict[str, str]:
    """Return what is to be said of a cell: what is wrong with it, what others wrote meanwhile."""
    language = shown.language
    notes = {}
    if wrong := _wrong(name, line, line.cells.get(name, ""), shown):
        notes["faute"] = wrong.in_a_line(language)
    if name in line.meanwhile:
        words = line.meanwhile[name] or say("schedule.nothing", language)
        notes["autre"] = say("schedule.meanwhile", language, text=words)
    return notes


def _wrong(name: str, line: FormLine, value: str, shown: _CellContext) -> WrongCell | None:
    """Return what is wrong with a cell as the file has it; what was typed is not saved yet."""
    if line.kind != "l" or name not in shown.table.names or line.number >= len(shown.table.rows):
        return None
    if shown.table.cell(shown.table.rows[line.number], name) != value:
        return None
    return shown.wrong.get((line.number, shown.table.names.index(name)))


def _own_text(column: int, line: FormLine, table: Table) -> str:
    if line.kind == "l" and line.number < len(table.rows):
        return table.rows[line.number].cells[column]
    return ""
