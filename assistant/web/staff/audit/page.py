"""The staff page of the audit trail: its list, filtered, a page at a time, and its exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response

from assistant.audit import KINDS, Trail
from assistant.core import Assistant
from assistant.errors import AuditError
from assistant.i18n import Language, count, say
from assistant.web.shared.languages import language_of
from assistant.web.staff.audit.entries import AuditChoice, AuditLine, choice_of, line_of
from assistant.web.staff.audit.files import ODS, trail_csv, trail_ods
from assistant.web.staff.layout import ADDRESSES, staff_page
from assistant.web.staff.paging import PageLinks, links_of, number_of

HERE = ADDRESSES["audit"]
#: Entries on a page, and in a file: a year of a town's has fewer.
ON_A_PAGE = 100
MOST_IN_A_FILE = 50_000


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Who did what: the lines of a page, what was chosen, what can be, how long it is kept.

    `fault` is why the trail can't be read; `is_off` that nothing is kept.
    """

    choice: AuditChoice
    lines: Sequence[AuditLine] = ()
    number: str = ""
    accounts: Sequence[str] = ()
    pages: PageLinks | None = None
    exports: Mapping[str, str] | None = None
    kept: str = ""
    is_off: bool = False
    fault: str = ""
    kinds: Sequence[str] = tuple(KINDS)
    action: str = HERE


def audit_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the page and of its files."""
    routes = APIRouter(include_in_schema=False)
    trail = assistant.trail

    @routes.get(HERE)
    def shown(request: Request) -> Response:
        language, sent = language_of(request.scope), request.query_params
        choice = choice_of(sent)
        try:
            page = _page(trail, choice, number_of(sent.get("page", "")), language)
        except AuditError as e:
            page = AuditPage(choice, fault=e.in_a_line(language))
        title = say("audit.title", language)
        return staff_page(request, "state", title, template="staff/audit.html", page=page)

    @routes.get(f"{HERE}/export.csv")
    def table(request: Request) -> Response:
        return _file(request, trail, "csv")

    @routes.get(f"{HERE}/export.ods")
    def sheet(request: Request) -> Response:
        return _file(request, trail, "ods")

    return routes


def _page(trail: Trail, choice: AuditChoice, at: int, language: Language) -> AuditPage:
    """Return page `at` of what is chosen. Raises AuditError."""
    query = choice.query()
    number = trail.number(query)
    total = max(1, -(-number // ON_A_PAGE))
    at = min(at, total)
    entries = trail.read(query, most=ON_A_PAGE, skipped=(at - 1) * ON_A_PAGE)
    asked = f"?{choice.asked()}" if choice.asked() else ""
    return AuditPage(
        choice,
        lines=[line_of(entry, language) for entry in entries],
        number=count("audit.figure", number, language),
        accounts=trail.accounts(),
        pages=links_of(at, total, lambda one: f"{HERE}?{choice.asked(one)}"),
        exports={one: f"{HERE}/export.{one}{asked}" for one in ("csv", "ods")},
        kept=count("audit.kept", trail.days, language),
        is_off=not trail.days,
    )


def _file(request: Request, trail: Trail, suffix: str) -> Response:
    language = language_of(request.scope)
    entries = trail.read(choice_of(request.query_params).query(), most=MOST_IN_A_FILE)
    written, media = (trail_csv, "text/csv; charset=utf-8") if suffix == "csv" else (trail_ods, ODS)
    name = f"{say('audit.file_name', language)}-{date.today().isoformat()}.{suffix}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(written(entries, language), media_type=media, headers=headers)
