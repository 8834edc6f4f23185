"""The staff page of a document: its routes; renaming, moving, replacing, removing it.

Every file of the corpus has one, indexed or not, read or in error. What changes here changes on the
disk (`curation.documents`); a removal leaves answers at once, with a receipt, all else with the
next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from anyio import CapacityLimiter
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect

from assistant.audit import ERASED
from assistant.core import Assistant
from assistant.corpus.paths import find
from assistant.corpus.programme import facts_of, load_programmes
from assistant.curation import documents
from assistant.curation.uploads import Staging
from assistant.errors import AssistantError, CorpusError, IndexMissing
from assistant.i18n import Language, count, say
from assistant.ingest.receipts import Receipt, receipt_name
from assistant.jobs import runs
from assistant.serving import take_up_newest
from assistant.web.http.authentication import identity
from assistant.web.http.responses import missing
from assistant.web.http.staff_tree import STAFF
from assistant.web.shared.languages import language_of
from assistant.web.staff.document_details import (
    ERASE,
    MOVE,
    REMOVE,
    RENAME,
    REPLACEMENT,
    SEEN,
    Kept,
    document_of,
    removal_of,
)
from assistant.web.staff.layout import DOCUMENT, RECEIPTS, document_page, done, staff_page
from assistant.web.staff.uploads.destinations import chosen_in
from assistant.web.staff.uploads.multipart import MOST_AT_ONCE, UploadBroken, upload_of
from assistant.web.staff.uploads.page import redirect_to

#: How long a removal waits for a run that can't be interrupted.
PATIENCE_SECONDS = 10.0


def document_page_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of documents' pages."""
    routes = APIRouter(include_in_schema=False)
    settings = assistant.settings
    places = CapacityLimiter(MOST_AT_ONCE)

    @routes.get(f"{DOCUMENT}/{{document_id:path}}")
    def shown(request: Request, document_id: str, geste: str = "") -> Response:
        language = language_of(request.scope)
        kept = kept_document(assistant, document_id)
        if kept is None:
            return missing(language)
        if geste == REMOVE:
            title = say("dossier.remove_title", language, title=kept.title)
            removal = removal_of(kept, language)
            return staff_page(
                request, "documents", title, template="staff/removal.html", page=removal
            )
        page = document_of(kept, settings.corpus, language)
        return staff_page(
            request, "documents", kept.title, template="staff/document.html", page=page
        )

    @routes.post(f"{DOCUMENT}/{{document_id:path}}")
    async def change(request: Request, document_id: str) -> Response:
        form = await request.form()
        return await run_in_threadpool(_changed, request, assistant, document_id, form)

    @routes.post(f"{REPLACEMENT}/{{document_id:path}}")
    async def replace(request: Request, document_id: str) -> Response:
        language = language_of(request.scope)
        here = document_page(document_id)
        try:
            upload = await upload_of(request, partial(Staging, settings.upload_options()), places)
        except ClientDisconnect:
            return Response(status_code=400)
        except UploadBroken:
            words = say("depositing.broken", language)
            return redirect_to(request, done(request, here, words, kind="fault"))
        except AssistantError as e:
            return redirect_to(request, done(request, here, e.in_a_line(language), kind="fault"))
        try:
            if upload.faults:
                raise upload.faults[0][1]
            if upload.staging is None or len(upload.staging.files()) != 1:
                words = say("dossier.one_file", language)
                return redirect_to(request, done(request, here, words, kind="fault"))
            await run_in_threadpool(
                documents.replace,
                settings.corpus,
                document_id,
                upload.staging,
                seen=upload.fields.get(SEEN),
            )
        except AssistantError as e:
            return redirect_to(request, done(request, here, e.in_a_line(language), kind="fault"))
        finally:
            upload.drop()
        await run_in_threadpool(
            assistant.trail.record, "document.replaced", identity(request).name, [document_id]
        )
        return redirect_to(request, done(request, here, say("dossier.replaced", language)))

    return routes


def kept_document(assistant: Assistant, document_id: str) -> Kept | None:
    """Return what is known of a document by its id; None where there is none."""
    settings = assistant.settings
    try:
        state = next(
            (document for document in assistant.documents() if document.id == document_id), None
        )
    except IndexMissing:
        state = None
    file = find(settings.corpus, document_id, state.facts.get("path", "") if state else "")
    if state is None and file is None:
        return None
    try:
        beside = documents.companions(settings.corpus, document_id) if file else ()
    except (CorpusError, OSError):
        beside = ()  # it went away meanwhile
    facts = state.facts if state else facts_of(document_id, load_programmes(settings.corpus)[0])
    return Kept(document_id, state, file, facts, beside)


# --- Changes -----------------------------------------------------------------------------------


def _changed(request: Request, assistant: Assistant, id_: str, form: FormData) -> Response:
    """Do what a form asks of a document, and return the way on."""
    language = language_of(request.scope)
    kept = kept_document(assistant, id_)
    if kept is None:
        return missing(language)
    settings = assistant.settings
    words = {name: value for name, value in form.items() if isinstance(value, str)}
    gesture = words.get("geste")
    beside = {companion.id for companion in kept.companions}
    together = [
        companion_id
        for companion_id in form.getlist("aussi")
        if isinstance(companion_id, str) and companion_id in beside
    ]
    try:
        if gesture == RENAME:
            moved = documents.rename(settings.corpus, id_, words.get("nom", ""), together=together)
            done_words = say("dossier.renamed", language)
        elif gesture == MOVE:
            event, session = chosen_in(words)
            if not event:
                raise CorpusError("name_refused", name="")
            moved = documents.move(settings.corpus, [id_, *together], event, session)
            done_words = count("dossier.moved", len(moved), language)
        elif gesture == ERASE:
            return _removed(request, assistant, [id_, *together], words.get(SEEN))
        else:
            return missing(language)
    except AssistantError as e:
        return done(request, document_page(id_), e.in_a_line(language), kind="fault")
    former = {new: old for old, new in moved.items() if new != old}
    who = identity(request).name
    assistant.trail.record("document.renamed", who, list(former), former=former)
    return done(request, document_page(moved[id_]), done_words)


def _removed(
    request: Request, assistant: Assistant, ids: Sequence[str], seen: str | None
) -> Response:
    """Remove documents, whatever run is under way, and lead to their receipts.

    `seen` is the version of the first that its page showed.
    """
    language = language_of(request.scope)
    settings = assistant.settings
    is_interrupted = runs.state(settings.index).running and runs.cancel(settings.index)
    fault, receipts = "", tuple[Receipt, ...]()
    try:
        receipts = documents.remove(
            settings.index,
            settings.corpus,
            ids,
            asked_by=identity(request).name,
            wait_seconds=PATIENCE_SECONDS,
            seen=None if seen is None else {ids[0]: seen},
        )
    except AssistantError as e:
        fault = e.in_a_line(language)
    # The erasure has put receipts in place of the names in what was kept of them before.
    marks = [f"{ERASED}{receipt_name(receipt)}" for receipt in receipts]
    assistant.trail.record("erasure.document", identity(request).name, marks)
    take_up_newest(assistant)
    details = [_restarted(assistant, language)] if is_interrupted else []
    if fault:
        is_there = kept_document(assistant, ids[0]) is not None
        back = document_page(ids[0]) if is_there else STAFF
        return done(request, back, fault, kind="fault", details=details)
    here = f"{RECEIPTS}/{receipt_name(receipts[0])}" if len(receipts) == 1 else RECEIPTS
    words = count("dossier.removed", len(receipts), language)
    return done(request, here, words, details=details)


def _restarted(assistant: Assistant, language: Language) -> str:
    """Start the run again that a removal interrupted, and say what came of it."""
    try:
        runs.start(assistant.settings)
    except AssistantError as e:
        return f"{say('dossier.not_restarted', language)} {e.in_a_line(language)}"
    return say("dossier.restarted", language)
