"""The audit trail to take away: entries → a table, as CSV or as an OpenDocument sheet.

Moments are given twice: as they are kept (UTC, to sort by) and as Paris has them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO

from odfdo import Document, Row, Table

from assistant.audit import AuditEntry
from assistant.i18n import Language, say
from assistant.web.shared.escaping import harmless, plain
from assistant.web.staff.audit.entries import line_of

_COLUMNS = ("at", "when", "kind", "what", "who", "subject")
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def trail_csv(entries: Sequence[AuditEntry], language: Language) -> bytes:
    """Return a line an entry, as spreadsheets in French take them: semicolons, marked UTF-8."""
    written = StringIO(newline="")
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerows([harmless(cell) for cell in row] for row in _rows(entries, language))
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8", "replace")


def trail_ods(entries: Sequence[AuditEntry], language: Language) -> bytes:
    """Return the same table as an OpenDocument sheet; its cells are texts, and run nothing."""
    document = Document("spreadsheet")
    document.body.clear()
    table = Table(say("audit.title", language))
    for cells in _rows(entries, language):
        row = Row()
        row.set_values([plain(cell) for cell in cells])
        table.append_row(row)
    document.body.append(table)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _rows(entries: Sequence[AuditEntry], language: Language) -> Iterator[tuple[str, ...]]:
    yield tuple(say(f"audit.column_{name}", language) for name in _COLUMNS)
    for entry in entries:
        line = line_of(entry, language)
        yield entry.at, line.when, line.kind, line.what, line.who, line.subject
