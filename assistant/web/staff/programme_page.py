"""The staff pages of the programme: choose an event, edit its table, take it away as CSV.

What is typed is never lost: where it can't be saved, the page shows it again with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.core import Assistant
from assistant.corpus.programme import COLUMNS
from assistant.curation.programme_checks import check_table
from assistant.curation.programme_table import Row, Table, load_table
from assistant.curation.programme_writing import as_csv, save_table
from assistant.errors import AssistantError
from assistant.i18n import say
from assistant.web.http.authentication import identity
from assistant.web.http.responses import missing
from assistant.web.shared.languages import language_of
from assistant.web.staff.indexing import soon_of
from assistant.web.staff.layout import PROGRAMME, done, staff_page
from assistant.web.staff.paging import MOST_FIELDS, number_of
from assistant.web.staff.programme_form import (
    ADD,
    FormLine,
    events_of,
    lines_of,
    mark_of,
    page_of,
    programme_address,
    programme_of,
)

_FIELD = re.compile(r"([lpn])(\d{1,5})\.([a-z]{1,20})")


@dataclass(frozen=True, slots=True)
class ProgrammeClosedPage:
    """Why a programme can't be edited now, and what was typed, line by line."""

    fault: str
    typed: Sequence[str]


def programme_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the programme's pages."""
    routes = APIRouter(include_in_schema=False)
    corpus = assistant.settings.corpus

    @routes.get(PROGRAMME)
    def choose(request: Request) -> Response:
        language = language_of(request.scope)
        title, page = say("schedule.choose", language), events_of(corpus, language)
        template = "staff/programme_events.html"
        return staff_page(request, "documents", title, template=template, page=page)

    @routes.get(f"{PROGRAMME}/{{event}}/telecharger")
    def download(event: str, request: Request) -> Response:
        try:
            content = as_csv(load_table(corpus, event))
        except AssistantError as e:
            return _closed(request, event, e)
        headers = {
            "Content-Disposition": 'attachment; filename="programme.csv"',
            "Cache-Control": "no-store",
        }
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)

    @routes.get(f"{PROGRAMME}/{{event}}")
    def shown(event: str, request: Request, page: str = "", fait: str = "") -> Response:
        try:
            table = load_table(corpus, event)
        except AssistantError as e:
            return _closed(request, event, e)
        at = number_of(page)
        lines = lines_of(table, page_of(table, at))
        return _page(request, table, lines, at, is_saved=fait == "1")

    @routes.post(f"{PROGRAMME}/{{event}}")
    async def change(event: str, request: Request, page: str = "") -> Response:
        form = await request.form(max_fields=MOST_FIELDS)
        return await run_in_threadpool(_changed, event, request, number_of(page), form)

    def _changed(event: str, request: Request, page: int, form: FormData) -> Response:
        language = language_of(request.scope)
        lines = lines_in(form)
        try:
            table = load_table(corpus, event)
        except AssistantError as e:
            return _closed(request, event, e, lines)
        version = _text(form, "version")
        if form.get("geste") == ADD and version == table.version:
            return _page(request, table, [*lines, added(lines)], page)
        try:
            save_table(corpus, replace(with_lines(table, lines), version=version))
        except AssistantError as e:
            fault = e.in_a_line(language)
            if e.key == "programme_table_changed":
                fault = f"{e.message(language)} {say('schedule.merged', language)}"
                table = load_table(corpus, event)
                lines = merged(table, lines, page)
            return _page(request, table, lines, page, fault=fault)
        assistant.trail.record("programme.saved", identity(request).name, [event])
        address = programme_address(event, page, is_saved=True)
        return done(request, address, say("schedule.saved", language))

    def _page(
        request: Request,
        table: Table,
        lines: Sequence[FormLine],
        page: int,
        *,
        fault: str = "",
        is_saved: bool = False,
    ) -> Response:
        """Return the page of these lines, as they are in the file or as they were typed."""
        language = language_of(request.scope)
        shown = programme_of(table, lines, check_table(corpus, table), page, fault, language)
        if is_saved:
            soon = soon_of(assistant.settings.index, say("schedule.soon", language))
            shown = replace(shown, soon=soon)
        title, status = say("schedule.title", language, event=table.event), 409 if fault else 200
        template = "staff/programme.html"
        return staff_page(request, "documents", title, template=template, page=shown, status=status)

    return routes


def lines_in(form: FormData) -> list[FormLine]:
    """Return the lines that a form sends, in the order of the form."""
    cells: dict[tuple[str, int], dict[str, str]] = {}
    for field in form:
        found = _FIELD.fullmatch(field)
        if found and found[3] in COLUMNS:
            typed = " ".join(_text(form, field).split())
            cells.setdefault((found[1], int(found[2])), {})[found[3]] = typed
    return [
        FormLine(
            kind,
            number,
            values,
            ticked=form.get(f"{kind}{number}") == "1",
            folder=_text(form, f"d{kind}{number}"),
            before=_text(form, f"m{kind}{number}").split(),
        )
        for (kind, number), values in cells.items()
    ]


def added(lines: Sequence[FormLine]) -> FormLine:
    """Return a blank line, to be added to those of a form."""
    number = max((line.number for line in lines if line.kind == "n"), default=-1) + 1
    return FormLine("n", number, dict.fromkeys(COLUMNS, ""))


def with_lines(table: Table, lines: Sequence[FormLine]) -> Table:
    """Return a table with the lines that a form sent in place of its own. Pure.

    A line of the file that was not sent stays; a proposed one is taken when it was ticked, or
    changed; a new one unless it is blank.
    """
    sent = {line.number: line for line in lines if line.kind == "l"}
    rows = [
        _written_over(table, row, sent[at]) if at in sent else row
        for at, row in enumerate(table.rows)
        if not row.proposed and not (at in sent and sent[at].ticked)
    ]
    blank = Row(("",) * len(table.columns))
    for line in lines:
        if line.kind != "l" and (line.ticked or line.changes()):
            rows.append(_written_over(table, blank, line))
    return replace(table, rows=tuple(rows))


def merged(table: Table, lines: Sequence[FormLine], page: int) -> list[FormLine]:
    """Return a page of a table that changed meanwhile, with what was typed over the former one.

    A line is found again by the folder that it named; one that is gone is a new line. Pure.
    """
    every = {line.folder: line for line in reversed(lines_of(table, range(len(table.rows))))}
    shown = {line.key: line for line in lines_of(table, page_of(table, page))}
    extra: list[FormLine] = []
    for line in lines:
        changes = line.changes()
        now = every.get(line.folder) if line.kind != "n" else None
        if not changes and not line.ticked:
            continue
        if now is None:
            extra.append(FormLine("n", len(extra), line.cells))
            continue
        meanwhile = {
            name: now.cells.get(name, "")
            for name in changes
            if mark_of(now.cells.get(name, "")) != line.mark(name)
        }
        shown[now.key] = replace(
            now,
            cells={**now.cells, **changes},
            ticked=line.ticked and line.kind == now.kind,
            meanwhile=meanwhile,
        )
    return [*(shown[key] for key in sorted(shown)), *extra]


def _written_over(table: Table, row: Row, line: FormLine) -> Row:
    """Return a row with the cells that were typed; those left alone stay as they are written."""
    cells = list(row.cells)
    for at, name in enumerate(table.names):
        if name in line.cells and line.cells[name] != " ".join(cells[at].split()):
            cells[at] = line.cells[name]
    return Row(tuple(cells))


def _closed(
    request: Request, event: str, error: AssistantError, typed: Sequence[FormLine] = ()
) -> Response:
    """Return why a programme can't be edited now, with what was typed."""
    language = language_of(request.scope)
    kept = [" ; ".join(line.cells.values()) for line in typed if line.changes()]
    if error.key == "event_unknown" and not kept:
        return missing(language)
    page = ProgrammeClosedPage(error.in_a_line(language), kept)
    title = say("schedule.title", language, event=event)
    template, status = "staff/programme_closed.html", 409 if kept else 200
    return staff_page(request, "documents", title, template=template, page=page, status=status)


def _text(form: FormData, field: str) -> str:
    found = form.get(field)
    return found if isinstance(found, str) else ""
