"""How the pages look and act: our style and our scripts, each under an address that never changes.

The address holds a hash of the content, so that a browser keeps what it has for good, and asks
again after an update. What is sent is compressed where the browser takes it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from importlib.resources import files
from secrets import token_hex

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What is served, by its name: its type, and the files of this folder that it is made of.
SERVED = {
    "style.css": ("text/css", ("style.css",)),
    "session.css": ("text/css", ("session.css",)),
    "page.js": ("text/javascript", ("page.js", "asking.js", "player.js", "around.js")),
    "event.js": ("text/javascript", ("news.js",)),
    "staff.css": ("text/css", ("staff.css",)),
    "staff.js": ("text/javascript", ("staff.js", "correct.js", "deposit.js")),
    "icon.svg": ("image/svg+xml", ("icon.svg",)),
}
#: What is written for who reads the files: comments that are lines of their own, by the suffix.
COMMENTS = {
    "css": re.compile(rb"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n", re.MULTILINE),
    "js": re.compile(rb"^[ \t]*//[^\n]*\n", re.MULTILINE),
}
#: Where Gradio's own scripts and styles are, and how many bytes of them are kept in memory: the two
#: pages take less than 1 MB.
ASSETS = re.compile(r"(?:/en)?/assets/[\w./-]+")
MOST_ASSET_BYTES = 10_000_000
#: How Gradio packs them, the first that the browser takes.
CODINGS = ("br", "gzip")
#: For a year: another content has another address.
KEPT = "public, max-age=31536000, immutable"
#: Tells the page's script one server from another, and from itself before a restart.
SERVER_HEADER = "X-Assistant-Server"


@cache
def content_of(name: str) -> bytes:
    """Return what is served under a name of `SERVED`, without comments."""
    folder = files("assistant.web") / "static"
    whole = b"\n".join((folder / file).read_bytes() for file in SERVED[name][1])
    comments = COMMENTS.get(name.rpartition(".")[2])
    return comments.sub(b"", whole) if comments else whole


@cache
def address_of(name: str) -> str:
    """Return the address of one of `SERVED`, which is that of its content."""
    return f"/apparence/{name}?v={hashlib.sha256(content_of(name)).hexdigest()[:16]}"


def compressed(content: bytes, headers: Headers) -> tuple[bytes, dict[str, str]]:
    """Return a content as it is sent to who asks with `headers`, and the headers that say so."""
    if "gzip" not in headers.get("accept-encoding", ""):
        return content, {"Vary": "Accept-Encoding"}
    return gzip.compress(content, 6), {"Vary": "Accept-Encoding", "Content-Encoding": "gzip"}


def appearance_routes() -> APIRouter:
    """Return the routes of our style, our scripts and our icon."""
    routes = APIRouter(include_in_schema=False)
    server = token_hex(4)

    @routes.api_route("/apparence/{name}", methods=["GET", "HEAD"])
    def appearance(name: str, request: Request) -> Response:
        if name not in SERVED:
            return Response(status_code=404)
        content, headers = compressed(content_of(name), request.headers)
        asked = f"{request.url.path}?{request.url.query}"
        headers["Cache-Control"] = KEPT if asked == address_of(name) else "no-cache"
        headers[SERVER_HEADER] = server
        return Response(content, media_type=SERVED[name][0], headers=headers)

    @routes.api_route("/favicon.ico", methods=["GET", "HEAD"])
    def icon() -> Response:
        return Response(content_of("icon.svg"), media_type=SERVED["icon.svg"][0])

    return routes


class KeptAssets:
    """Keep Gradio's own scripts and styles as they were first sent: it packs them at each visit.

    Their names hold a hash of their content. A first visit asks for some sixty of them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[tuple[str, str], list[Message]] = {}
        self.room = MOST_ASSET_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_asset = scope["type"] == "http" and ASSETS.fullmatch(scope["path"])
        if not is_asset or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        taken = Headers(scope=scope).get("accept-encoding", "")
        key = (scope["path"], next((coding for coding in CODINGS if coding in taken), ""))
        messages = self.kept.get(key, [])
        for message in messages:
            # What is put on an answer on its way out is not for the next one.
            await send({**message, **_own_headers(message)})
        if messages:
            return

        async def noted(message: Message) -> None:
            messages.append({**message, **_own_headers(message)})
            await send(message)

        await self.app(scope, receive, noted)
        is_whole = bool(messages) and not messages[-1].get("more_body")
        size = sum(len(one.get("body", b"")) for one in messages)
        if is_whole and messages[0]["status"] == 200 and key not in self.kept and size < self.room:
            self.kept[key] = messages
            self.room -= size


def _own_headers(message: Message) -> Message:
    return {"headers": list(message["headers"])} if "headers" in message else {}
