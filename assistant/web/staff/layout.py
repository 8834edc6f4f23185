"""The frame of the staff pages: who is signed in, where one is, what has just been done.

Our own pages, forms and tables, which work without a script; `staff.js` makes them pleasanter.
Everything under `gate.STAFF` is behind the gate.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.i18n import Language, say
from assistant.web.http.authentication import SIGN_OUT, STAFF, Identity, identity
from assistant.web.shared.assets import address_of
from assistant.web.shared.escaping import escape
from assistant.web.shared.languages import home, language_of
from assistant.web.shared.page_shell import page

#: The pages of the navigation: their keys in the catalogue, and their addresses.
SECTIONS = {
    "documents": STAFF,
    "runs": f"{STAFF}/indexation",
    "questions": f"{STAFF}/questions",
    "state": f"{STAFF}/etat",
}
#: People whose messages wait to be shown.
_MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """What has just been done, or why it was not; `details` one a line."""

    words: str
    kind: Literal["done", "fault"] = "done"
    details: Sequence[str] = ()


class Notices:
    """What a person is told on the next page they see, after a form that led there."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, list[Notice]] = OrderedDict()

    def tell(self, who: Identity, notice: Notice) -> None:
        """Keep a message for somebody's next page."""
        self._waiting.setdefault(who.name, []).append(notice)
        self._waiting.move_to_end(who.name)
        while len(self._waiting) > _MOST_WAITING:
            self._waiting.popitem(last=False)

    def take(self, who: Identity) -> list[Notice]:
        """Return what somebody is to be told, once."""
        return self._waiting.pop(who.name, [])


NOTICES = Notices()


def done(
    request: Request,
    address: str,
    words: str,
    *,
    kind: Literal["done", "fault"] = "done",
    details: Sequence[str] = (),
) -> RedirectResponse:
    """Lead to a page after a form, which says there what came of it."""
    NOTICES.tell(identity(request), Notice(words, kind, details))
    return RedirectResponse(address, 303)


def staff_page(
    request: Request, here: str, title: str, body: str, *, status: int = 200
) -> HTMLResponse:
    """Return a staff page: `body` is HTML under the heading `title`, `here` a key of SECTIONS."""
    language = language_of(request.scope)
    who = identity(request)
    links = "".join(
        f'<li><a href="{address}"{_current(name == here, request.url.path == address)}>'
        f"{escape(say(f'staff.nav_{name}', language))}</a></li>"
        for name, address in SECTIONS.items()
    )
    out = ""
    if who.by == "session":
        out = (
            f'<form method="post" action="{SIGN_OUT}">'
            f'<button class="discret">{_told("sign_out", language)}</button></form>'
        )
    notices = "".join(_notice(one) for one in NOTICES.take(who))
    content = (
        f'<a class="evitement" href="#contenu">{_told("skip_link", language)}</a>'
        f'<header class="personnel-entete"><p class="marque">{_told("heading", language)}</p>'
        f'<nav aria-label="{_told("nav", language)}"><ul>{links}</ul></nav>'
        f'<div class="compte"><span>{escape(who.name)}</span>{out}'
        f'<a class="lien" href="{home(language)}">{_told("to_questions", language)}</a></div>'
        f'</header><main class="feuille large" id="contenu" tabindex="-1">'
        f"<h1>{escape(title)}</h1>"
        f'<div id="annonces" role="status">{notices}</div>{body}</main>'
    )
    shown = say("staff.title", language, title=title)
    html = page(shown, content, language, head=head_of_staff())
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def head_of_staff() -> str:
    """Return what the head of a page with forms has besides: their look, and their script."""
    return (
        f'<link rel="stylesheet" href="{address_of("staff.css")}">'
        f'<script src="{address_of("staff.js")}" defer></script>'
    )


def _current(is_section: bool, is_page: bool) -> str:
    if not is_section:
        return ""
    return ' aria-current="page"' if is_page else ' aria-current="true"'


def _notice(notice: Notice) -> str:
    details = "".join(f"<li>{escape(one)}</li>" for one in notice.details)
    listed = f"<ul>{details}</ul>" if details else ""
    look = "reussite" if notice.kind == "done" else "avis"
    return f'<div class="{look}"><p>{escape(notice.words)}</p>{listed}</div>'


def _told(key: str, language: Language) -> str:
    return escape(say(f"staff.{key}", language))
