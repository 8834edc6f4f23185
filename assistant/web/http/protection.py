"""What a browser may do with an answer: the protecting headers, and Gradio's pages in our terms.

In: an answer of any route, Gradio's included. Out: the same with a strict content security policy;
Gradio's page with our language and nothing that names other sites.
"""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.i18n import Language
from assistant.web.http.failures import log_failure
from assistant.web.http.problem_details import is_for_programs
from assistant.web.http.refusals import message_of
from assistant.web.http.responses import missing
from assistant.web.shared.assets import KEPT, compressed
from assistant.web.shared.languages import home, language_of
from assistant.web.shared.public_path import public_path
from assistant.web.shared.templates import render

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
                page = message_of(scope, 500, "unexpected", "unexpected_remedy")
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
