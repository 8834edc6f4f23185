"""The frame of the staff pages: who is signed in, where one is, what has just been done.

Our own pages, forms and tables, which work without a script; `staff.js` makes them pleasanter.
Everything under `staff_tree.STAFF` asks for an account of staff.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.web.http.authentication import OWN_PASSWORD, SIGN_OUT, Identity, identity
from assistant.web.http.staff_tree import STAFF
from assistant.web.shared.languages import language_of
from assistant.web.shared.templates import render

#: The pages of the navigation: their keys in the catalogue, and their addresses.
SECTIONS = {
    "documents": STAFF,
    "runs": f"{STAFF}/indexation",
    "questions": f"{STAFF}/questions",
    "state": f"{STAFF}/etat",
    "accounts": f"{STAFF}/comptes",
}
#: Where staff go, by the names that templates use.
ADDRESSES = SECTIONS | {
    "deposit": f"{STAFF}/depot",
    "document": f"{STAFF}/document",
    "programme": f"{STAFF}/programme",
    "receipts": f"{STAFF}/recus",
    "rights": f"{STAFF}/droits",
    "audit": f"{STAFF}/historique",
}
DOCUMENT, PROGRAMME, RECEIPTS = (ADDRESSES[one] for one in ("document", "programme", "receipts"))

#: People whose messages wait to be shown.
_MOST_WAITING = 200


def document_page(document_id: str) -> str:
    """Return the address of the staff page of a document."""
    return f"{DOCUMENT}/{quote(document_id)}"


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
        self._waiting.setdefault(_key(who), []).append(notice)
        self._waiting.move_to_end(_key(who))
        while len(self._waiting) > _MOST_WAITING:
            self._waiting.popitem(last=False)

    def take(self, who: Identity) -> list[Notice]:
        """Return what somebody is to be told, once."""
        return self._waiting.pop(_key(who), [])


def _key(who: Identity) -> str:
    """Return what somebody is told under: the same name elsewhere may be another's."""
    return f"{who.by} {who.name}"


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


@dataclass(frozen=True, slots=True)
class StaffSection:
    """A page of the navigation: its key in the catalogue, its address, whether one is there.

    `current`: "page" on that page, "true" on one below it, "" elsewhere.
    """

    key: str
    address: str
    current: Literal["page", "true", ""]


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the content of a staff page: `layout.html` shows it."""

    title: str
    sections: Sequence[StaffSection] = ()
    name: str = ""
    can_sign_out: bool = False
    sign_out: str = SIGN_OUT
    own_password: str = ""
    notices: Sequence[Notice] = ()


def staff_page(
    request: Request, here: str, title: str, *, template: str, page: object, status: int = 200
) -> HTMLResponse:
    """Return a staff page: a template that shows `page` under the heading `title`.

    `here` is a key of SECTIONS.
    """
    who = identity(request)
    frame = Frame(
        title=title,
        sections=[
            StaffSection(key, address, _current(key == here, request.url.path == address))
            for key, address in SECTIONS.items()
        ],
        name=who.name,
        can_sign_out=who.by != "proxy",
        own_password=OWN_PASSWORD if who.by == "session" else "",
        notices=NOTICES.take(who),
    )
    language = language_of(request.scope)
    html = render(template, language, page=page, frame=frame, addresses=ADDRESSES)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def _current(is_section: bool, is_page: bool) -> Literal["page", "true", ""]:
    if not is_section:
        return ""
    return "page" if is_page else "true"
