"""The staff page that corrects a document: speakers renamed, texts changed or taken out.

What is typed is never lost: where it can't be saved, the page shows it again with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.core import Assistant
from assistant.curation.cached_reading import LastRead
from assistant.curation.correcting import blocks_of, correct, drop_unfit, rename_speakers, undo_all
from assistant.document_view import DocumentView
from assistant.errors import AssistantError
from assistant.i18n import Language, say
from assistant.rights.rules import EVERY_RIGHT
from assistant.serving import newest_view
from assistant.web.http.authentication import identity
from assistant.web.http.responses import missing
from assistant.web.shared.languages import language_of
from assistant.web.staff.corrections.form import DROP, UNDO_ALL, back_to, correction_of, mark_of
from assistant.web.staff.corrections.form_parts import Back
from assistant.web.staff.corrections.query import BlockQuery, Typed, correction_address
from assistant.web.staff.indexing import soon_of
from assistant.web.staff.layout import DOCUMENT, done, staff_page
from assistant.web.staff.paging import MOST_FIELDS

_BLOCK = re.compile(r"t(\d{1,7})")
_SPEAKER = re.compile(r"s(\d{1,7})")


@dataclass(frozen=True, slots=True)
class CorrectionClosedPage:
    """Why a document can't be corrected now, and the texts that were typed."""

    back: Back
    fault: str
    typed: Sequence[str]


def correction_routes(assistant: Assistant) -> APIRouter:
    """Return the routes that correct a document; before those of the document itself."""
    routes = APIRouter(include_in_schema=False)
    settings = assistant.settings
    last = LastRead()

    @routes.get(f"{DOCUMENT}/{{document_id:path}}/corriger")
    def shown(
        document_id: str, request: Request, page: str = "", q: str = "", etat: str = ""
    ) -> Response:
        asked = BlockQuery.of(page, q, etat)
        return _page(assistant, request, document_id, asked, Typed(), last)

    @routes.post(f"{DOCUMENT}/{{document_id:path}}/corriger")
    async def change(
        document_id: str, request: Request, page: str = "", q: str = "", etat: str = ""
    ) -> Response:
        asked = BlockQuery.of(page, q, etat)
        form = await request.form(max_fields=MOST_FIELDS)
        return await run_in_threadpool(_changed, assistant, request, document_id, asked, form, last)

    def _changed(
        assistant: Assistant,
        request: Request,
        document_id: str,
        asked: BlockQuery,
        form: FormData,
        last: LastRead,
    ) -> Response:
        language = language_of(request.scope)
        sent = typed_in(form)
        back = correction_address(document_id, asked)
        wish, undone = _text(form, "geste"), _text(form, "retablir")
        try:
            if wish == UNDO_ALL:
                undo_all(settings.reading_options(), document_id, sent.version)
                _record(assistant, request, "undone", document_id)
                return done(request, back, say("correcting.all_undone", language))
            if wish == DROP:
                drop_unfit(settings.reading_options(), document_id, sent.version, last)
                _record(assistant, request, "dropped", document_id)
                return done(request, back, say("correcting.dropped", language))
            is_changed = _save(assistant, document_id, sent, last)
        except AssistantError as e:
            if e.key == "document_unknown":
                return missing(language)
            fault = e.in_a_line(language)
            again = Typed(sent.version, sent.texts, sent.names, sent.numbers, fault, e.key)
            return _page(assistant, request, document_id, asked, again, last)
        if is_changed:
            _record(assistant, request, "saved", document_id)
        anchor = f"#b{undone}" if undone.isdecimal() else ""
        words = "saved" if is_changed else "nothing_changed"
        return done(request, back + anchor, say(f"correcting.{words}", language))

    return routes


def _record(assistant: Assistant, request: Request, what: str, document_id: str) -> None:
    """Keep who corrected a document, and nothing of what they wrote."""
    assistant.trail.record(f"correction.{what}", identity(request).name, [document_id])


def typed_in(form: FormData) -> Typed:
    """Return what a form changes: only what differs from what it showed."""
    texts: dict[int, str | None] = {}
    numbers: list[int] = []
    names: dict[str, str | None] = {}
    for field in form:
        if found := _BLOCK.fullmatch(field):
            number = int(found[1])
            numbers.append(number)
            text = _text(form, field)
            if mark_of(text) != _text(form, f"e{number}"):
                texts[number] = text
        elif found := _SPEAKER.fullmatch(field):
            name = " ".join(_text(form, field).split())
            if name != " ".join(_text(form, f"m{found[1]}").split()):
                names[_text(form, f"o{found[1]}")] = name or None
    undone = _text(form, "retablir")
    if undone.isascii() and undone.isdecimal() and len(undone) < 8:
        texts[int(undone)] = None
    if renamed := _text(form, "rendre"):
        names[renamed] = None
    return Typed(_text(form, "version"), texts, names, tuple(numbers))


def _save(assistant: Assistant, document_id: str, sent: Typed, last: LastRead) -> bool:
    """Save what was typed; tell whether that is anything. Raises CorpusError, ReadError."""
    options, version = assistant.settings.reading_options(), sent.version
    if sent.names:
        version = rename_speakers(options, document_id, sent.names, version, last)
    if sent.texts:
        correct(options, document_id, sent.texts, version, last)
    return bool(sent.names or sent.texts)


def _page(
    assistant: Assistant,
    request: Request,
    document_id: str,
    asked: BlockQuery,
    typed: Typed,
    last: LastRead,
) -> Response:
    """Return the page as it is now, with what was typed and could not be saved."""
    language = language_of(request.scope)
    try:
        opened = blocks_of(assistant.settings.reading_options(), document_id, last)
    except AssistantError as e:
        if e.key == "document_unknown":
            return missing(language)
        return _closed(request, document_id, e, typed, language)
    indexed = _indexed(assistant, document_id)
    page = correction_of(
        opened,
        asked,
        typed,
        language,
        is_indexed=indexed is not None,
        is_heard=indexed is not None and indexed.recording is not None,
    )
    if (indexed.facts.get("corrections", "") if indexed else "") != opened.applied:
        soon = soon_of(assistant.settings.index, say("correcting.soon", language))
        page = replace(page, soon=soon)
    title, status = say("correcting.title", language, title=opened.title), _status(typed)
    template = "staff/correction.html"
    return staff_page(request, "documents", title, template=template, page=page, status=status)


def _status(typed: Typed) -> int:
    return 409 if typed.fault else 200


def _indexed(assistant: Assistant, document_id: str) -> DocumentView | None:
    """Return a document as the index that answers holds it; None where it is not indexed."""
    try:
        found = newest_view(assistant, EVERY_RIGHT).document(document_id)
    except AssistantError:
        return None
    return found if found.is_indexed else None


def _closed(
    request: Request, document_id: str, error: AssistantError, typed: Typed, language: Language
) -> Response:
    """Return why a document can't be corrected now, with what was typed."""
    kept = [text for text in typed.texts.values() if text]
    page = CorrectionClosedPage(back_to(document_id, ""), error.in_a_line(language), kept)
    title, status = say("correcting.closed", language), _status(typed)
    template = "staff/correction_closed.html"
    return staff_page(request, "documents", title, template=template, page=page, status=status)


def _text(form: FormData, field: str) -> str:
    found = form.get(field)
    return found if isinstance(found, str) else ""
