"""What may be asked: a request → the page that refuses it, or None.

In: an address, a method and headers; a body that may hold words only. Out: why a request goes no
further, in a person's language or, to a program, as a problem (RFC 9457).
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope

from assistant.i18n import say
from assistant.web.http.calls import CALLS
from assistant.web.http.host_names import host_name
from assistant.web.http.problem_details import is_for_programs, problem, told_in
from assistant.web.http.responses import again, missing
from assistant.web.shared.languages import language_of
from assistant.web.shared.page_shell import message_page

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
#: A question of 10,000 characters must reach the page's own message; a file must not.
MOST_BYTES = 200_000
#: No file has a longer name, in bytes: the system refuses to look for one.
_LONGEST_NAME = 255
#: What the API hears, to refuse most of it itself.
API_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: What programs are told in place of a message of the page: what is wrong, and what to do.
_TOLD_PROGRAMS = {
    "unknown_name": ("api.refused_name", "api.refused_name_remedy"),
    "forbidden": ("api.refused_origin", "api.refused_origin_remedy"),
    "too_much": ("api.refused_length", "api.refused_length_remedy"),
    "unexpected_remedy": ("api.failed", "api.failed_remedy"),
}


def refusal_of(scope: Scope, public_names: set[str]) -> Response | None:
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


async def words_only(receive: Receive) -> tuple[bytes, Response | None]:
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
    return message_of(scope, 403, "forbidden_title", "forbidden")


def message_of(scope: Scope, status: int, title: str, message: str) -> Response:
    """Return a page that says one thing, its words by their keys, in the language asked for."""
    if is_for_programs(scope):
        language = told_in(scope)
        detail, remedy = (say(key, language) for key in _TOLD_PROGRAMS[message])
        return problem(scope, status, message.removesuffix("_remedy"), detail, remedy)
    language = language_of(scope)
    words = say(f"page.{title}", language), say(f"page.{message}", language)
    retry = again(scope) if status == 500 and scope["method"] == "GET" else ""
    return HTMLResponse(message_page(*words, language, retry=retry), status)
