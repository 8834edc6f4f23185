"""A site under a path of its host: requests as a proxy passes them on ↔ the same as at the root.

In: requests for "/assistant/seance/…", or for "/seance/…" where the proxy takes the path off or who
asks stands on the machine itself. Out: to what is within, "/seance/…"; to the browser, addresses to
go to and cookies under the path. Cookies of the root are other applications' there: ours go by
another name, since browsers take `__Host-` for the whole host only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What a cookie's name begins with: within, and in a browser that has the site under a path.
WITHIN, OUTSIDE = "__Host-", "__Secure-assistant-"
_WHOLE_HOST = re.compile(r"(?<=; Path=)/(?=;|$)", re.IGNORECASE)
_Headers = list[tuple[bytes, bytes]]


class UnderPath:
    """Let what is within believe that it stands at the root. `path` is "/assistant", or empty."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app = app
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.path or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == self.path:
            asked = scope.get("query_string", b"").decode("latin-1")
            home = f"{self.path}/?{asked}" if asked else f"{self.path}/"
            await RedirectResponse(home, 308)(scope, receive, send)
            return

        async def outward(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._put_under(MutableHeaders(raw=message["headers"]))
            await send(message)

        await self.app(self._within(scope), receive, outward)

    def _within(self, scope: Scope) -> Scope:
        headers: _Headers = [
            (name, _inward(value) if name == b"cookie" else value)
            for name, value in scope["headers"]
        ]
        if not scope["path"].startswith(f"{self.path}/"):
            return {**scope, "headers": headers}
        raw = scope.get("raw_path") or scope["path"].encode()
        return {
            **scope,
            "headers": headers,
            "path": scope["path"].removeprefix(self.path),
            "raw_path": raw.removeprefix(self.path.encode()),
        }

    def _put_under(self, headers: MutableHeaders) -> None:
        address = headers.get("location", "")
        if address.startswith("/") and not address.startswith("//"):
            headers["location"] = self.path + address
        cookies = headers.getlist("set-cookie")
        if cookies:
            del headers["set-cookie"]
        for cookie in cookies:
            headers.append("set-cookie", self._narrowed(cookie))

    def _narrowed(self, cookie: str) -> str:
        """Return a cookie for the site's own path alone."""
        named = f"{OUTSIDE}{cookie.removeprefix(WITHIN)}" if cookie.startswith(WITHIN) else cookie
        return _WHOLE_HOST.sub(self.path, named)


def _inward(cookies: bytes) -> bytes:
    """Return what a browser kept for the site, as within; what is the whole host's is left out."""
    pairs = [one.strip() for one in cookies.decode("latin-1").split(";")]
    return "; ".join(_named(pairs)).encode("latin-1")


def _named(pairs: Iterable[str]) -> Iterable[str]:
    for pair in pairs:
        if pair.startswith(OUTSIDE):
            yield WITHIN + pair.removeprefix(OUTSIDE)
        elif not pair.startswith(WITHIN):
            yield pair
