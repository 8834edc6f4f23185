"""Staff's routes behind the real guard and gate, and a browser that is signed in, without a server.

No password is hashed: the account is written as it would be, and its session opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from fastapi import APIRouter, FastAPI
from httpx import Response
from starlette.testclient import TestClient

from assistant.accounts import FORMAT, accounts_in
from assistant.core import Assistant
from assistant.i18n import Language
from assistant.settings import Settings
from assistant.web.http.authentication import COOKIE, Authentication
from assistant.web.http.guard import Guard
from assistant.web.http.sessions import FILE, Sessions
from assistant.web.shared.templates import render
from assistant.web.staff.layout import ADDRESSES, Frame
from assistant.web.staff.signin import signin_routes
from tests.support.fakes import FakeEncoder

HOST = "https://assistant.ville.fr"
NAME = "archiviste"


def assistant_over(site: Settings) -> Assistant:
    """Return an assistant over a site that needs no neural network."""
    assistant = Assistant(site)
    assistant.__dict__["_encoder"] = FakeEncoder()
    return assistant


def content(template: str, page: object, language: Language = "fr") -> str:
    """Return a staff page as it is shown to nobody in particular."""
    return render(template, language, page=page, frame=Frame("Titre"), addresses=ADDRESSES)


class Staff(TestClient):
    """A browser of somebody signed in."""

    def sent(self, address: str, form: dict[str, Any] | None = None, **more: Any) -> str:
        """Send a form as the page does, follow where it leads, and return the page in words."""
        answer = self.post(address, data=form or {}, headers={"Origin": HOST}, **more)
        return self._read(answer)

    def read(self, address: str) -> str:
        """Return a page in words."""
        return self._read(self.get(address))

    def _read(self, answer: Response) -> str:
        assert answer.status_code < 400, f"{answer.status_code} {answer.text}"
        return unescape(answer.text)


def opened_session(settings: Settings) -> tuple[Sessions, str]:
    """Write the account, and return the site's sessions with the token of one of its own."""
    account = {"name": NAME, "role": "staff", "hash": "$argon2id$", "since": "2025-03-18"}
    settings.accounts.write_text(json.dumps({"format": FORMAT, "accounts": [account]}))
    sessions = Sessions(settings.index / FILE, settings.accounts, settings.session_hours)
    return sessions, sessions.open(accounts_in(settings.accounts)[NAME])


def application(
    settings: Settings, sessions: Sessions, *routes: APIRouter, name: str = "assistant.ville.fr"
) -> FastAPI:
    """Return an application of these routes, behind the guard and the gate, under a name."""
    app = FastAPI()
    app.add_middleware(Authentication, access=settings.access_options(), sessions=sessions)
    app.add_middleware(
        Guard,
        own_names=(name,),
        most_upload_bytes=settings.max_upload_megabytes * 1_000_000,
    )
    app.include_router(signin_routes(settings.accounts, settings.session_hours, sessions))
    for each in routes:
        app.include_router(each)
    return app


@contextmanager
def staffed(settings: Settings, *routes: APIRouter) -> Iterator[Staff]:
    """Give a browser signed in as staff before an application of these routes."""
    sessions, token = opened_session(settings)
    app = application(settings, sessions, *routes)
    with Staff(app, HOST, headers={"Accept-Language": "fr"}) as browser:
        browser.cookies.set(COOKIE, token)
        yield browser
