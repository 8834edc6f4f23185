"""The route that takes an opinion: what the page sends → `Feedback`, kept by `feedback`.

The guard has checked that it comes from the page and holds texts only; here each is checked to
be one that the page can send. Who sends is neither looked at nor kept.
"""

from __future__ import annotations

import re
from contextlib import suppress

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from assistant.core import Assistant
from assistant.errors import FeedbackError
from assistant.feedback import store
from assistant.feedback.store import Feedback
from assistant.i18n import say
from assistant.ingest.former_copies import former_folders
from assistant.records.answers import Status
from assistant.rights.rules import Reader
from assistant.web.agents.around import MOST_WORD_CHARACTERS, OPINION_ADDRESS
from assistant.web.http.authentication import reader_of
from assistant.web.http.responses import missing
from assistant.web.shared.escaping import plain
from assistant.web.shared.languages import language_of

KEY = re.compile(r"[\w-]{16,40}", re.ASCII)
GENERATION = re.compile(r"gen-\d{1,12}", re.ASCII)
STATUSES: dict[str, Status] = {
    "answered": "answered",
    "perhaps": "perhaps",
    "refused": "refused",
}
JUDGEMENTS = {"oui": True, "non": False}


def opinion_routes(assistant: Assistant) -> APIRouter:
    """Return the route of opinions; there is none where they are not kept."""
    routes = APIRouter(include_in_schema=False)
    days = assistant.settings.feedback_days
    path = assistant.settings.index / store.FILE

    @routes.post(OPINION_ADDRESS)
    async def opinion(request: Request) -> Response:
        language = language_of(request.scope)
        if not days:
            return missing(language)
        body = await request.json() if await request.body() else {}
        # The index is looked into, and the disk written to: not on the server's one loop.
        reader = reader_of(request)
        sent = await run_in_threadpool(opinion_of, assistant, body.get("data"), reader)
        if sent is None:
            return PlainTextResponse(say("around.too_long", language), 400)
        key, given = sent
        try:
            await run_in_threadpool(store.keep, path, given, key=key, days=days)
        except FeedbackError as e:
            return PlainTextResponse(e.in_a_line(language), 503)
        thanks = "thanks_word" if given.word else "thanks"
        return PlainTextResponse(say(f"around.{thanks}", language))

    return routes


def drop_old(assistant: Assistant) -> None:
    """Drop the opinions that have been kept long enough, all of them where none is to be."""
    settings = assistant.settings
    # A disk that refuses is logged there; the page is of use without.
    for folder in (settings.index, *former_folders(settings.index)):
        with suppress(FeedbackError):
            store.forget(folder / store.FILE, days=settings.feedback_days)


def opinion_of(assistant: Assistant, data: object, reader: Reader) -> tuple[str, Feedback] | None:
    """Return the key and the opinion that the page sent, or None for what it can't send.

    Sessions and documents that are no longer in the index, or that the reader may not read, are
    left out, and so are more documents than an answer quotes.
    """
    match data:
        case [str(key), str(asked), str(subject), str(status), str(generation),
              list(sessions), list(documents), str(useful), str(word)]:  # fmt: skip
            pass
        case _:
            return None
    question, subject, word = (_tidy(one) for one in (asked, subject, word))
    longest = assistant.settings.max_question_characters
    lengths = ((question, longest), (subject, longest), (word, MOST_WORD_CHARACTERS))
    is_known = (
        KEY.fullmatch(key)
        and GENERATION.fullmatch(generation)
        and status in STATUSES
        and useful in JUDGEMENTS
        and question
        and all(len(text) <= most for text, most in lengths)
    )
    if not is_known:
        return None
    view = assistant.view_for(reader)
    return key, Feedback(
        question=question,
        status=STATUSES[status],
        useful=JUDGEMENTS[useful],
        word=word,
        subject=subject,
        sessions=_among(sessions, view.values("session")),
        documents=_among(documents, view.document_ids)[: assistant.settings.max_quotes],
        generation=generation,
    )


def _tidy(text: str) -> str:
    """Return a text on one line, without what a file can't hold."""
    return " ".join(plain(text).split())


def _among(sent: list[str | None], known: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `known` that were sent, once each: as many as there are at most."""
    named = set(sent)
    return tuple(one for one in known if one in named)
