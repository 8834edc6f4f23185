"""Where readers see different things, nothing that one was shown is kept for another.

In: an answer on its way out. Out: the same, which neither a browser nor a proxy keeps, while the
site has rights to read. What is the same for all (scripts, styles, icons) is kept as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What is the same for everybody.
_FOR_ALL = re.compile(
    r"(?:/en)?/(?:assets|static|svelte|apparence)/.*|/favicon\.ico|.*/?theme\.css", re.DOTALL
)


class Unkept:
    """Have nothing kept of what a reader is shown, while `has_rights` says that readers differ."""

    def __init__(self, app: ASGIApp, has_rights: Callable[[], bool]) -> None:
        self.app = app
        self.has_rights = has_rights

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_theirs = scope["type"] == "http" and not _FOR_ALL.fullmatch(scope["path"])
        if not is_theirs or not self.has_rights():
            await self.app(scope, receive, send)
            return

        async def unkept(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(raw=message["headers"])["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, unkept)
