"""The guard around the page: everything passes here first, Gradio included.

`refusals` says what may be asked, and the guard how much may be sent; what the browser may then do
is in `protection`. What stock Gradio lets through is in docs/web.md: open routes, any Origin
trusted, anonymous uploads, addresses that users choose.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.http.calls import replayed
from assistant.web.http.host_names import host_name, plain_name
from assistant.web.http.problem_details import is_for_programs
from assistant.web.http.refusals import FORMS, message_of, refusal_of, words_only

#: Where staff send documents.
UPLOADS = "/personnel/depot"

#: The corrected lines of a long transcript, as a form sends them.
MOST_FORM_BYTES = 2_000_000
#: What a program asks: a question and names to look under.
MOST_API_BYTES = 20_000


class Guard:
    """Let through what the page needs, from the page itself, and nothing else.

    The page is asked for under its own names or under public ones, those that a reverse proxy
    passes on: a name that somebody else points at this machine opens nothing.
    """

    def __init__(
        self,
        app: ASGIApp,
        own_names: Iterable[str],
        public_names: Iterable[str] = (),
        most_upload_bytes: int = 0,
    ) -> None:
        self.app = app
        self.most_upload_bytes = most_upload_bytes
        self.public_names = {plain_name(name) for name in public_names if name.strip()}
        self.names = self.public_names | {plain_name(name) for name in own_names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self._misnamed(scope) or refusal_of(scope, self.public_names)
        if refusal is not None:
            await refusal(scope, receive, send)
        elif is_for_programs(scope):
            await self._bounded(scope, receive, send, MOST_API_BYTES)
        elif scope["method"] != "POST":
            await self.app(scope, receive, send)
        elif FORMS.fullmatch(scope["path"]):
            is_upload = scope["path"] == UPLOADS or scope["path"].startswith(f"{UPLOADS}/")
            most = self.most_upload_bytes if is_upload else MOST_FORM_BYTES
            await self._bounded(scope, receive, send, most)
        else:
            body, refusal = await words_only(receive)
            await (refusal or self.app)(scope, replayed(body, receive), send)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """Pass a body on as it comes, up to the most that it may hold."""
        bounded = _BoundedBody(receive, most)
        is_started = False

        async def noted(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        announced = Headers(scope=scope).get("content-length", "0")
        try:
            if not announced.isdecimal() or int(announced[:20]) > most:
                raise _TooMuch
            await self.app(scope, bounded, noted)
        except _TooMuch:
            if not is_started:
                await message_of(scope, 413, "too_much_title", "too_much")(scope, receive, send)

    def _misnamed(self, scope: Scope) -> Response | None:
        """Return the refusal of a request under a name that isn't ours, or None.

        Gradio makes its addresses of `X-Forwarded-Host`, so that one counts as much.
        """
        headers = Headers(scope=scope)
        asked = [headers.get("host", ""), *headers.getlist("x-forwarded-host")]
        if all(host_name(one.split(",")[0]) in self.names for one in asked):
            return None
        return message_of(scope, 400, "unknown_name_title", "unknown_name")


class _TooMuch(Exception):  # noqa: N818  # never leaves this module
    """A body holds more than it may."""


class _BoundedBody:
    """What is received of a body, until it is too much."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooMuch
        return message
