"""The guard around the page: what may be asked, by whom, and what the browser may then do.

Everything passes here first, Gradio included. What stock Gradio lets through is in
docs/web.md: open routes, any Origin trusted, anonymous uploads, addresses that users choose.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.i18n import Language, say
from assistant.web.http.calls import CALLS, replayed
from assistant.web.http.failures import log_failure
from assistant.web.http.problem_details import is_for_programs, problem, told_in
from assistant.web.http.responses import again, missing
from assistant.web.shared.assets import KEPT, compressed
from assistant.web.shared.languages import home, language_of
from assistant.web.shared.page_shell import message_page
from assistant.web.shared.public_path import public_path
from assistant.web.shared.templates import render

#: The addresses that answer; all others, of Gradio or not, don't exist.
OPEN_TO_READ = re.compile(
    r"(?:/en)?/(?:theme\.css|gradio_api/(?:theme\.css|app_id|startup-events|queue/data)"
    r"|gradio_api/heartbeat/\w+|(?:assets|static|svelte)/[\w./-]+)?"
    r"|/en|/langue/(?:fr|en)|/favicon\.ico|/sante|/mesures|/accessibilite"
    r"|/fiche(?:/(?:seance|evenement)/.+)?\.(?:odt|html)|/(?:document|enregistrement|passage|lecture|sous-titres)/.+"
    r"|/(?:vignette|page|surligne)/.+|/apparence/[\w.]+"
    r"|/seance/.+|/evenement(?:/.+)?|/connexion(?:/(?:ailleurs|retour|invitation|mot-de-passe))?|/personnel(?:/.+)?"
)
OPEN_TO_WRITE = re.compile(rf"{CALLS.pattern}|/avis")
#: Where forms of our own are sent, which Gradio never sees.
FORMS = re.compile(r"/connexion(?:/(?:invitation|mot-de-passe))?|/deconnexion|/personnel(?:/.+)?")
#: Where staff send documents.
UPLOADS = "/personnel/depot"

#: A question of 10,000 characters must reach the page's own message; a file must not.
MOST_BYTES = 200_000
#: The corrected lines of a long transcript, as a form sends them.
MOST_FORM_BYTES = 2_000_000
#: What a program asks: a question and names to look under.
MOST_API_BYTES = 20_000
#: No file has a longer name, in bytes: the system refuses to look for one.
_LONGEST_NAME = 255
#: What the API hears, to refuse most of it itself.
API_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "frame-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'; object-src 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make forms send `Origin: null`, which is refused below.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
ADVERTISING = re.compile(r"<meta\s+(?:property=\"og:|name=\"twitter:)[^<>]*>\s*", re.DOTALL)
#: For pages shown inside others, which ours isn't.
RESIZER = re.compile(r"(iframeResizer[^<]*?)document\.head\.appendChild\(script\);")
MANIFEST = re.compile(r"<link\s+rel=\"manifest\"[^<>]*>")
#: Where Gradio's script is told that its server is: the scheme and the name.
SERVER = re.compile(r"(?<=\"root\":\")https?://[^/\"]+(?=[^\"]*\"\};</script>)")
SCRIPT = re.compile(r"<script(?=[\s>])")
#: What programs are told in place of a message of the page: what is wrong, and what to do.
_TOLD_PROGRAMS = {
    "unknown_name": ("api.refused_name", "api.refused_name_remedy"),
    "forbidden": ("api.refused_origin", "api.refused_origin_remedy"),
    "too_much": ("api.refused_length", "api.refused_length_remedy"),
    "unexpected_remedy": ("api.failed", "api.failed_remedy"),
}
#: "name", "name:port", "[::1]" or "[::1]:port".
HOST = re.compile(r"(?:\[(?P<address>[\da-fA-F:.]+)\]|(?P<name>[\w.-]+))(?::\d{1,5})?", re.ASCII)


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
        self.public_names = {_plain(name) for name in public_names if name.strip()}
        self.names = self.public_names | {_plain(name) for name in own_names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self._misnamed(scope) or _refusal(scope, self.public_names)
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
            body, refusal = await _words_only(receive)
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
                await _message(scope, 413, "too_much_title", "too_much")(scope, receive, send)

    def _misnamed(self, scope: Scope) -> Response | None:
        """Return the refusal of a request under a name that isn't ours, or None.

        Gradio makes its addresses of `X-Forwarded-Host`, so that one counts as much.
        """
        headers = Headers(scope=scope)
        asked = [headers.get("host", ""), *headers.getlist("x-forwarded-host")]
        if all(host_name(one.split(",")[0]) in self.names for one in asked):
            return None
        return _message(scope, 400, "unknown_name_title", "unknown_name")


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


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port; empty when it is written wrongly."""
    written = HOST.fullmatch(host.strip())
    return _plain(written["address"] or written["name"]) if written else ""


def _plain(name: str) -> str:
    """Return a name or an address as it is compared: "[0:0::1]" as "::1", "Ville.FR." as a name."""
    name = name.strip().strip("[]").lower().removesuffix(".")
    try:
        return str(ip_address(name))
    except ValueError:
        return name


class Protection:
    """Put the protecting headers on every answer, and Gradio's pages into our terms.

    What fails unforeseen becomes a page too: Starlette's own would go without the headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(18)
        is_page = scope["path"] in (home("fr"), home("en"))
        asked = Headers(scope=scope)
        if is_page:
            # The page is rewritten, so it must not come compressed.
            kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        start: Message = {}
        body = b""
        is_started = is_replaced = False

        async def dressed(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                _dress(message, nonce)
            await send(message)

        async def protected(message: Message) -> None:
            nonlocal start, body, is_page, is_replaced
            if message["type"] == "http.response.start":
                is_page = is_page and message["status"] == 200
                is_replaced = _is_gradios_404(scope, message)
                if is_replaced:
                    await missing(language_of(scope))(scope, receive, dressed)
                elif is_page:
                    MutableHeaders(raw=message["headers"])["Cache-Control"] = "no-store"
                    start = message
                else:
                    if scope["path"].endswith("/theme.css") and b"v=" in scope["query_string"]:
                        # Its address holds a hash of it, as those of Gradio's other files do.
                        MutableHeaders(raw=message["headers"])["Cache-Control"] = KEPT
                    await dressed(message)
            elif message["type"] != "http.response.body" or not (is_page or is_replaced):
                await send(message)
            elif not is_replaced:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                rewritten = _rewritten(body.decode(), nonce, language_of(scope)).encode()
                sent, headers = compressed(rewritten, asked)
                if scope["method"] != "HEAD":
                    headers["Content-Length"] = str(len(sent))
                MutableHeaders(raw=start["headers"]).update(headers)
                await dressed(start)
                await send({"type": "http.response.body", "body": sent})

        try:
            await self.app(scope, receive, protected)
        except Exception as e:
            # The last boundary before the browser. An answer half sent is cut off by the server.
            log_failure("A request failed", e)
            if not is_started:
                page = _message(scope, 500, "unexpected", "unexpected_remedy")
                await page(scope, receive, dressed)


def _dress(start: Message, nonce: str) -> None:
    """Put the protecting headers on the start of an answer."""
    headers = MutableHeaders(raw=start["headers"])
    for name, value in HEADERS.items():
        headers[name] = value
    headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))


def _is_gradios_404(scope: Scope, start: Message) -> bool:
    """Tell whether an answer is Gradio's "not found", in its own words, to who opens a page."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    is_read = scope["method"] in ("GET", "HEAD") and "/gradio_api/" not in scope["path"]
    if is_for_programs(scope):
        return False
    return is_read and start["status"] == 404 and not kind.startswith("text/html")


def _rewritten(html: str, nonce: str, language: Language) -> str:
    """Return Gradio's page as ours: its language, our nonce, nothing that names other sites."""
    html = ADVERTISING.sub("", html).replace('lang="en"', f'lang="{language}"', 1)
    html = RESIZER.sub(r"\1", MANIFEST.sub("", html))
    html = SERVER.sub(lambda server: server[0] + public_path(), html)
    # Put in here: Gradio's own `head` adds it too late, after a first paint.
    html = html.replace("</head>", f"{render('shared/head.html', language)}</head>", 1)
    html = SCRIPT.sub(f'<script nonce="{nonce}"', html)
    return html.replace("</body>", f"{render('shared/no_script.html', language)}</body>", 1)


def _refusal(scope: Scope, public_names: set[str]) -> Response | None:
    """Return why a request goes no further, or None when it may."""
    path: str = scope["path"]
    names = path.split("/")
    if ".." in names or "\\" in path or "\0" in path or max(map(_length, names)) > _LONGEST_NAME:
        return missing(language_of(scope))
    headers = Headers(scope=scope)
    if is_for_programs(scope):
        if scope["method"] not in API_METHODS:
            return missing(language_of(scope))
        # Programs send no origin. A page of another site can't send our token either, unasked;
        # one that is there all the same is none of ours. Ours need not ask whether they may.
        is_ours = scope["method"] != "OPTIONS" and _is_ours(headers, public_names)
        is_foreign = "origin" in headers and not is_ours
        return _forbidden(scope) if is_foreign or not _is_same_site(headers) else None
    if scope["method"] in ("GET", "HEAD"):
        return None if OPEN_TO_READ.fullmatch(path) else missing(language_of(scope))
    may_write = OPEN_TO_WRITE.fullmatch(path) or FORMS.fullmatch(path)
    if scope["method"] == "OPTIONS" and may_write:
        return _forbidden(scope)
    if scope["method"] != "POST" or not may_write:
        return missing(language_of(scope))
    may_ask = _is_ours(headers, public_names) and _is_same_site(headers)
    return None if may_ask else _forbidden(scope)


def _length(name: str) -> int:
    return len(name.encode("utf-8", "replace"))


def _is_ours(headers: Headers, public_names: set[str]) -> bool:
    """Tell whether a request comes from a page of ours, by its origin."""
    origin = urlsplit(headers.get("origin", "")).netloc
    # Behind a proxy, `Host` may be the name it knows us by; only public names vouch for themselves:
    # another port of "localhost" is another site.
    return origin != "" and (origin == headers.get("host") or host_name(origin) in public_names)


def _is_same_site(headers: Headers) -> bool:
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


async def _words_only(receive: Receive) -> tuple[bytes, Response | None]:
    """Return the body of a request, and why it is refused unless it holds words only.

    Gradio fetches or copies whatever calls itself a file in the data it is sent, for any
    component: an object has no place there.
    """
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body, PlainTextResponse("", 400)
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            return b"", PlainTextResponse("", 413)
    try:
        sent = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return body, PlainTextResponse("", 400)
    if not isinstance(sent, dict) or not _are_words(sent.get("data") or []):
        return body, PlainTextResponse("", 400)
    return body, None


def _are_words(data: object) -> bool:
    """Tell whether `data` is a list of texts, of lists of texts, or of nothing."""
    if not isinstance(data, list):
        return False
    items = [value for item in data for value in (item if isinstance(item, list) else [item])]
    return all(item is None or isinstance(item, str) for item in items)


def _forbidden(scope: Scope) -> Response:
    return _message(scope, 403, "forbidden_title", "forbidden")


def _message(scope: Scope, status: int, title: str, message: str) -> Response:
    """Return a page that says one thing, its words by their keys, in the language asked for."""
    if is_for_programs(scope):
        language = told_in(scope)
        detail, remedy = (say(key, language) for key in _TOLD_PROGRAMS[message])
        return problem(scope, status, message.removesuffix("_remedy"), detail, remedy)
    language = language_of(scope)
    words = say(f"page.{title}", language), say(f"page.{message}", language)
    retry = again(scope) if status == 500 and scope["method"] == "GET" else ""
    return HTMLResponse(message_page(*words, language, retry=retry), status)
