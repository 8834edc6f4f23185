"""Calls of the page's functions, as its script sends them → what Gradio may see of each.

In: the JSON that comes for Gradio's queue, and what each function takes. Out: the same call without
anything that the page doesn't send, or why it goes no further. Gradio prints a call that has too
few values, with its words, and asks a component of whatever else it is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.i18n import Language, say
from assistant.web.shared.languages import home

#: What a function takes for a value: a text, or texts chosen in check boxes; null is both.
Kind = Literal["text", "texts"]
#: What each function of a page takes, by the number under which the page calls it.
Functions = Mapping[int, Sequence[Kind]]

#: Where the page's script sends what Gradio is to do.
CALLS = re.compile(r"(?P<english>/en)?/gradio_api/(?P<action>queue/join|cancel|reset)/?")
#: Gradio's own parameters of a page: ours has one page, and no such links.
_GRADIOS = frozenset({"page", "deep_link"})
_KEY = re.compile(r"[\w-]{1,100}", re.ASCII)


class MalformedCall(Exception):  # noqa: N818  # it stays within `web.http`
    """What was sent is no call that any page of ours ever sent."""


class UnknownCall(Exception):  # noqa: N818  # it stays within `web.http`
    """A call of a function that isn't there, or takes other values: of a page from before."""


class KnownCalls:
    """Let through to Gradio what its pages send, once the guard has let it in.

    `functions` are what each page may call, by the page's address.
    """

    def __init__(self, app: ASGIApp, functions: Mapping[str, Functions]) -> None:
        self.app = app
        self.functions = functions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = CALLS.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if scope["type"] == "http" and scope["path"] in self.functions:
            scope = {**scope, "query_string": _without_gradios(scope["query_string"])}
        if not found or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        language: Language = "en" if found["english"] else "fr"
        try:
            body = checked(
                found["action"],
                await Request(scope, receive).body(),
                self.functions[home(language)],
            )
        except MalformedCall:
            await PlainTextResponse("", 400)(scope, receive, send)
        except UnknownCall:
            # Gradio's script shows these words, and nothing else of an answer that refuses.
            told = {"detail": say("page.outdated", language)}
            await JSONResponse(told, 409)(scope, receive, send)
        else:
            await self.app(scope, replayed(body, receive), send)


def _without_gradios(query: bytes) -> bytes:
    """Return a query without what Gradio would look up, and fail where it isn't there."""
    asked = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")
    kept = [(name, value) for name, value in asked if name not in _GRADIOS]
    return query if len(kept) == len(asked) else urlencode(kept).encode()


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives `body` once, then what comes after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def checked(action: str, body: bytes, functions: Functions) -> bytes:
    """Return a call as Gradio may see it; `action` is the end of its address.

    Raises MalformedCall, UnknownCall.
    """
    check = {"queue/join": _join, "cancel": _cancel, "reset": _reset}[action]
    return json.dumps(check(_object_in(body), functions)).encode()


def _object_in(body: bytes) -> dict[str, object]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as e:
        raise MalformedCall from e
    if not isinstance(sent, dict):
        raise MalformedCall
    return sent


def _join(sent: Mapping[str, object], functions: Functions) -> dict[str, object]:
    data, trigger = sent.get("data"), sent.get("trigger_id")
    if not isinstance(data, list) or not (trigger is None or _is_number(trigger)):
        raise MalformedCall
    fits: dict[Kind, Callable[[object], bool]] = {"text": _is_text, "texts": _are_texts}
    number = _function(sent, functions)
    kinds = functions[number]
    if len(data) != len(kinds) or not all(
        fits[kind](one) for kind, one in zip(kinds, data, strict=True)
    ):
        raise UnknownCall
    return {
        "data": data,
        "event_data": None,
        "fn_index": number,
        "trigger_id": trigger,
        "session_hash": _key(sent, "session_hash"),
    }


def _cancel(sent: Mapping[str, object], functions: Functions) -> dict[str, object]:
    keys = {name: _key(sent, name) for name in ("session_hash", "event_id")}
    return {"fn_index": _function(sent, functions), **keys}


def _reset(sent: Mapping[str, object], _: Functions) -> dict[str, object]:
    return {"event_id": _key(sent, "event_id")}


def _function(sent: Mapping[str, object], functions: Functions) -> int:
    number = sent.get("fn_index")
    if not isinstance(number, int) or isinstance(number, bool):
        raise MalformedCall
    if number not in functions:
        raise UnknownCall
    return number


def _key(sent: Mapping[str, object], name: str) -> str:
    """Return a key that the page's script drew."""
    value = sent.get(name)
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise MalformedCall
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _are_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))
