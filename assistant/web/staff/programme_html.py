"""The form that edits a programme, and the list of the events → HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from assistant.corpus.corrections import text_hash
from assistant.corpus.programme import COLUMNS, TYPES, folders_of
from assistant.curation.programme_table import Table, WrongCell, load_table
from assistant.errors import AssistantError
from assistant.i18n import Language, count, say
from assistant.text.analysis import clean
from assistant.web.shared.escaping import escape
from assistant.web.staff.document_list import PROGRAMME
from assistant.web.staff.paging import PLACES, pages_of, pages_piece

#: Lines on a page.
_MOST_LINES = 100
#: What the form may ask for besides saving.
ADD = "ajouter"
#: The columns that hold sentences, which may go on over several lines.
_LONG = ("seance", "titre", "intervenants")
#: Characters of a hash that tell one cell's former text from another.
_MARK_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Line:
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


def lines_of(table: Table, rows: range) -> list[Line]:
    """Return lines of a table as the form shows them.

    Where there is no file yet, what is proposed is ticked.
    """
    return [
        Line(
            kind="p" if table.rows[at].proposed else "l",
            number=at,
            cells={name: table.cell(table.rows[at], name) for name in COLUMNS},
            ticked=table.rows[at].proposed and not table.version,
            folder=table.cell(table.rows[at], "seance"),
        )
        for at in rows
    ]


# --- The events --------------------------------------------------------------------------------


def events_piece(corpus: Path, language: Language) -> str:
    """Return the events, each with what its programme holds."""
    rows = "".join(_event(corpus, event, language) for event in folders_of(corpus))
    if not rows:
        return f"<p>{_told('no_event', language)}</p>"
    head = "".join(
        f'<th scope="col">{_told(one, language)}</th>' for one in ("events_event", "events_state")
    )
    return (
        f'<p class="aide">{_told("choose_help", language)}</p>'
        f'<div class="tableau"><table><caption>{_told("events", language)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _event(corpus: Path, event: str, language: Language) -> str:
    try:
        table = load_table(corpus, event)
    except AssistantError as e:
        state = f'<span class="etiquette probleme">{_told("unreadable", language)}</span>'
        state += f' <span class="aide">{escape(e.message(language))}</span>'
    else:
        proposed = sum(row.proposed for row in table.rows)
        words = [count("schedule.lines", len(table.rows) - proposed, language)]
        if not table.version:
            words = [say("schedule.no_file", language)]
        if proposed:
            words.append(count("schedule.without_line", proposed, language))
        state = escape(", ".join(words))
    address = escape(programme_address(event))
    return f'<tr><th scope="row"><a href="{address}">{escape(event)}</a></th><td>{state}</td></tr>'


# --- The table ---------------------------------------------------------------------------------


def programme_body(
    table: Table,
    lines: Sequence[Line],
    wrong: Sequence[WrongCell],
    page: int,
    fault: str,
    language: Language,
) -> str:
    """Return the page: what to know, the table to edit, the ways to other pages."""
    pages = _pages(table)
    at = min(page, len(pages))
    shown = _Shared(table, {(one.row, one.column): one for one in wrong}, language)
    head = _head(shown)
    rows = "".join(_row(position, line, shown) for position, line in enumerate(lines, 1))
    types = "".join(f'<option value="{escape(one)}"></option>' for one in TYPES.values())
    notice = f'<div class="avis" role="alert"><p>{escape(fault)}</p></div>' if fault else ""
    if wrong and not fault:
        words = escape(count("schedule.wrong", len(wrong), language))
        notice = f'<p class="avis">{words}</p>'
    above = below = ""
    if not fault:
        above, below = (
            pages_piece(
                at,
                len(pages),
                lambda number: programme_address(table.event, number),
                name,
                language,
            )
            for name in PLACES
        )
    download = f"{programme_address(table.event)}/telecharger"
    return (
        f'<p class="liens"><a class="lien" href="{PROGRAMME}">{_told("others", language)}</a>'
        f'<a class="lien" href="{escape(download)}">{_told("download", language)}</a></p>'
        f'{notice}<p class="aide" id="aide-programme">{_told("help", language)}</p>'
        f'<form method="post" action="{escape(programme_address(table.event, at))}"'
        f' data-quitter="{escape(say("correcting.leaving", language))}">'
        # The first button of the form is the one that the Enter key presses.
        f'<button hidden></button><input type="hidden" name="version"'
        f' value="{escape(table.version)}"><datalist id="types">{types}</datalist>{above}'
        f'<div class="tableau programme"><table><caption class="lu-seulement">'
        f"{_told('caption', language)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{below}"
        f'<div class="gestes enregistrer"><button class="principal">'
        f"{escape(say('correcting.save', language))}</button>"
        f'<button name="geste" value="{ADD}">{_told("add", language)}</button></div></form>'
    )


@dataclass(frozen=True, slots=True)
class _Shared:
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


def _head(shown: _Shared) -> str:
    """Return the titles of the columns: those that `programme` reads, then the town's own."""
    language = shown.language
    known = "".join(
        f'<th scope="col" class="col-{name}">{_told(f"column_{name}", language)}</th>'
        for name in COLUMNS
    )
    own = "".join(f'<th scope="col">{escape(shown.table.columns[at])}</th>' for at in shown.own)
    return (
        f'<th scope="col">{_told("line", language)}</th>{known}{own}'
        f'<th scope="col">{_told("choice", language)}</th>'
    )


def _row(position: int, line: Line, shown: _Shared) -> str:
    """Return a line of the table: its cells to edit, those of the town's own as they are."""
    language = shown.language
    at = f"{line.kind}{line.number}"
    named = say("schedule.line_named", language, number=position, folder=line.folder)
    notes = {name: _notes(name, line, shown) for name in COLUMNS}
    cells = "".join(_cell(name, line, named, notes[name], language) for name in COLUMNS)
    own = "".join(_own_cell(column, line, shown) for column in shown.own)
    tag = choice = ""
    if line.kind != "l":
        words = _told("proposed" if line.kind == "p" else "new", language)
        tag = f'<span class="etiquette">{words}</span>'
    if line.kind != "n":
        ticked = " checked" if line.ticked else ""
        words = _told("remove" if line.kind == "l" else "take", language)
        choice = (
            f'<label class="coche"><input type="checkbox" name="{at}" value="1"{ticked}> {words}'
            f'<span class="lu-seulement"> – {escape(named)}</span></label>'
        )
    before = ""
    if line.kind != "n":
        marks = " ".join(line.before)
        if not marks:
            row = shown.table.rows[line.number]
            marks = " ".join(mark_of(shown.table.cell(row, name)) for name in COLUMNS)
        before = (
            f'<input type="hidden" name="d{at}" value="{escape(line.folder)}">'
            f'<input type="hidden" name="m{at}" value="{marks}">'
        )
    return (
        f'<tr{_look(line)}><th scope="row">{position}{tag}{before}</th>{cells}{own}'
        f"<td>{choice}</td></tr>{_remarks(line, notes, shown)}"
    )


def _cell(name: str, line: Line, named: str, notes: Mapping[str, str], language: Language) -> str:
    """Return a cell to edit; `notes` are what is said of it below its line, by kind."""
    header = say(f"schedule.column_{name}", language)
    at = f"{line.kind}{line.number}.{name}"
    value = line.cells.get(name, "")
    ids = " ".join(f"{at}-{kind}" for kind in notes)
    described = f' aria-describedby="{ids}"' if ids else ""
    invalid = ' aria-invalid="true"' if "faute" in notes else ""
    listed = ' list="types"' if name == "type" else ""
    label = escape(f"{header}, {named}")
    known = f' name="{at}" aria-label="{label}" autocomplete="off"{described}{invalid}'
    if name in _LONG:
        box = f'<textarea{known} rows="{1 + len(value) // 24}">\n{escape(value)}</textarea>'
    else:
        box = f'<input{known} value="{escape(value)}"{listed}>'
    return f'<td class="col-{name}" data-titre="{escape(header)}">{box}</td>'


def _notes(name: str, line: Line, shown: _Shared) -> dict[str, str]:
    """Return what is to be said of a cell: what is wrong with it, what others wrote meanwhile."""
    language = shown.language
    notes = {}
    if wrong := _wrong(name, line, line.cells.get(name, ""), shown):
        notes["faute"] = f"{wrong.message} {wrong.remedy}"
    if name in line.meanwhile:
        words = line.meanwhile[name] or say("schedule.nothing", language)
        notes["autre"] = say("schedule.meanwhile", language, text=words)
    return notes


def _remarks(line: Line, notes: Mapping[str, Mapping[str, str]], shown: _Shared) -> str:
    """Return the row below a line that says what is to be said of its cells."""
    said = "".join(
        f'<p class="faute" id="{line.kind}{line.number}.{name}-{kind}">'
        f"<b>{_told(f'column_{name}', shown.language)}</b>"
        f"{escape(say('correcting.colon', shown.language))} {escape(words)}</p>"
        for name, of_cell in notes.items()
        for kind, words in of_cell.items()
    )
    columns = len(COLUMNS) + len(shown.own) + 2
    return f'<tr class="remarques"><td colspan="{columns}">{said}</td></tr>' if said else ""


def _wrong(name: str, line: Line, value: str, shown: _Shared) -> WrongCell | None:
    """Return what is wrong with a cell as the file has it; what was typed is not saved yet."""
    if line.kind != "l" or name not in shown.table.names or line.number >= len(shown.table.rows):
        return None
    if shown.table.cell(shown.table.rows[line.number], name) != value:
        return None
    return shown.wrong.get((line.number, shown.table.names.index(name)))


def _own_cell(column: int, line: Line, shown: _Shared) -> str:
    title = escape(shown.table.columns[column])
    text = ""
    if line.kind == "l" and line.number < len(shown.table.rows):
        text = escape(shown.table.rows[line.number].cells[column])
    return f'<td class="propre" data-titre="{title}">{text}</td>'


def _look(line: Line) -> str:
    return ' class="proposee"' if line.kind == "p" else ""


def _told(key: str, language: Language) -> str:
    return escape(say(f"schedule.{key}", language))
