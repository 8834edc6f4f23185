"""The staff page "État": what `assistant doctor` finds, with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from assistant.core import Assistant
from assistant.i18n import say
from assistant.ops.doctor import examine
from assistant.ops.doctor.check_results import CheckResult
from assistant.web.shared.languages import language_of
from assistant.web.staff.layout import SECTIONS, staff_page

HERE = SECTIONS["state"]
#: What is shown first is what asks for something.
ORDER = ("error", "warning", "ok")


def checkup_routes(assistant: Assistant) -> APIRouter:
    """Return the route of the page: it looks when it is opened, which changes nothing."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(HERE)
    def state(request: Request, tout: str = "") -> Response:
        language = language_of(request.scope)
        results = examine(assistant.settings, deep=bool(tout), language=language)
        title = say("checkup.title", language)
        page = state_of(results, deep=bool(tout))
        return staff_page(request, "state", title, template="staff/state.html", page=page)

    return routes


@dataclass(frozen=True, slots=True)
class Kind:
    """The check results of one severity."""

    name: str
    results: Sequence[CheckResult]


@dataclass(frozen=True, slots=True)
class StatePage:
    """What was found, by kind in the order of `ORDER`; `deep`: everything was looked at."""

    kinds: Sequence[Kind]
    deep: bool
    address: str = HERE


def state_of(results: Sequence[CheckResult], *, deep: bool) -> StatePage:
    """Return check results as the page shows them."""
    kinds = [
        Kind(name, [result for result in results if result.severity == name]) for name in ORDER
    ]
    return StatePage(kinds, deep)
