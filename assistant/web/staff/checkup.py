"""The staff page "État": what `assistant doctor` finds, with what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from assistant.core import Assistant
from assistant.i18n import Language, say
from assistant.ops.doctor import examine
from assistant.ops.doctor.check_results import CheckResult
from assistant.web.shared.languages import language_of
from assistant.web.staff.layout import ADDRESSES, SECTIONS, staff_page

HERE = SECTIONS["state"]
#: What is shown first is what asks for something.
ORDER = ("error", "warning", "ok")
#: Where staff mend what a check found, and what the way there is called.
_WAYS = {
    "catalog": ("reindex", SECTIONS["runs"]),
    "generation": ("reindex", SECTIONS["runs"]),
    "model": ("reindex", SECTIONS["runs"]),
    "corpus": ("at_fault", f"{SECTIONS['documents']}?etat=probleme"),
    "sources": ("at_fault", f"{SECTIONS['documents']}?etat=probleme"),
    "rights": ("rights", ADDRESSES["rights"]),
}
#: What is typed in a terminal: nothing for who reads a page.
_COMMAND = re.compile(
    r"(?<!['’])(?:assistant|make|pip|chmod|chown|date|systemctl|apt) [a-z0-9-]|docs/"
    r"|unité systemd|systemd unit|« date »|“date”|\.toml"
)


def checkup_routes(assistant: Assistant) -> APIRouter:
    """Return the route of the page: it looks when it is opened, which changes nothing."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(HERE)
    def state(request: Request, tout: str = "") -> Response:
        language = language_of(request.scope)
        results = examine(assistant.settings, deep=bool(tout), language=language)
        title = say("checkup.title", language)
        page = state_of(results, deep=bool(tout), language=language)
        return staff_page(request, "state", title, template="staff/state.html", page=page)

    return routes


@dataclass(frozen=True, slots=True)
class StateFinding:
    """What a check found, as staff read it: a remedy is none of commands, a way leads to a page.

    `way` is the page's key in the catalogue, `address` where it is; both empty where none helps.
    """

    message: str
    remedy: str
    way: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """The findings of one severity."""

    name: str
    results: Sequence[StateFinding]


@dataclass(frozen=True, slots=True)
class StatePage:
    """What was found, by kind in the order of `ORDER`; `deep`: everything was looked at."""

    kinds: Sequence[Kind]
    deep: bool
    address: str = HERE


def state_of(results: Sequence[CheckResult], *, deep: bool, language: Language = "fr") -> StatePage:
    """Return check results as the page shows them."""
    kinds = [
        Kind(name, [_finding(result, language) for result in results if result.severity == name])
        for name in ORDER
    ]
    return StatePage(kinds, deep)


def _finding(result: CheckResult, language: Language) -> StateFinding:
    """Return what a check found, with the page that mends it in place of a command."""
    if result.severity == "ok":
        return StateFinding(result.message, "")
    way, address = _WAYS.get(result.check, ("", ""))
    has_command = _COMMAND.search(result.remedy) is not None
    remedy = result.remedy
    if has_command:
        remedy = "" if way else say("checkup.for_operators", language)
    return StateFinding(result.message, remedy, way, address)
