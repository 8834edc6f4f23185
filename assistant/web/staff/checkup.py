"""The staff page "État": what `assistant doctor` finds, with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from assistant.core import Assistant
from assistant.i18n import Language, count, say
from assistant.ops.doctor import examine
from assistant.ops.doctor.check_results import Finding
from assistant.web.shared.escaping import escape
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
        findings = examine(assistant.settings, deep=bool(tout), language=language)
        body = state_body(findings, deep=bool(tout), language=language)
        return staff_page(request, "state", say("checkup.title", language), body)

    return routes


def state_body(findings: Sequence[Finding], *, deep: bool, language: Language) -> str:
    """Return the page: how many of each kind, then each finding with its remedy."""
    numbers = {kind: sum(one.severity == kind for one in findings) for kind in ORDER}
    figures = "".join(
        f"<li>{escape(count(f'checkup.figure_{kind}', number, language))}</li>"
        for kind, number in numbers.items()
    )
    kinds = "".join(
        _kind(kind, [one for one in findings if one.severity == kind], language)
        for kind in ORDER
        if numbers[kind]
    )
    more = "" if deep else _deeper(language)
    return f'<ul class="chiffres">{figures}</ul>{more}{kinds}'


def _kind(kind: str, findings: Sequence[Finding], language: Language) -> str:
    items = "".join(_item(one) for one in findings)
    title = escape(say(f"checkup.{kind}", language))
    return f'<h2>{title}</h2><ul class="constats {kind}">{items}</ul>'


def _item(finding: Finding) -> str:
    remedy = f'<span class="aide">{escape(finding.remedy)}</span>' if finding.remedy else ""
    return f"<li>{escape(finding.message)}{remedy}</li>"


def _deeper(language: Language) -> str:
    words = escape(say("checkup.deeper", language))
    hint = escape(say("checkup.deeper_hint", language))
    return (
        f'<div class="gestes"><form method="get" action="{HERE}">'
        f'<input type="hidden" name="tout" value="1"><button>{words}</button></form>'
        f'<p class="aide">{hint}</p></div>'
    )
