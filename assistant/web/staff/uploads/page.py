"""The staff pages of an upload: files sent, what may become of each, and those that are accepted.

A deposit is aside until it is accepted (`curation.uploads`); its page is at its key, which nobody
can guess. Nothing of it is indexed before the next run.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse
from starlette.requests import ClientDisconnect

from assistant.audit import Trail
from assistant.core import Assistant
from assistant.curation.accepting import Choice, accept
from assistant.curation.opening import open_all
from assistant.curation.upload_checks import Staged
from assistant.curation.uploads import Staging, drop_forgotten
from assistant.errors import CorpusError, DepositError
from assistant.i18n import Language, count, say
from assistant.web.http.authentication import identity
from assistant.web.http.guard import MOST_FORM_BYTES
from assistant.web.http.guard import UPLOADS as HERE
from assistant.web.http.staff_tree import STAFF
from assistant.web.shared.languages import language_of
from assistant.web.shared.public_path import under_path
from assistant.web.staff.layout import SECTIONS, done, staff_page
from assistant.web.staff.uploads.destinations import asked, chosen_in
from assistant.web.staff.uploads.forms import GonePage, checked_page, sending_page
from assistant.web.staff.uploads.multipart import MOST_AT_ONCE, UploadBroken, upload_of

DROP = "abandonner"
#: What a script asks for, to be told where to go instead of being led there.
ADDRESS_ONLY = "text/plain"
_CHOICE = re.compile(r"choix-(\d{1,5})")


def upload_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of deposits."""
    routes = APIRouter(include_in_schema=False)
    settings = assistant.settings
    deposit = partial(Staging, settings.upload_options())
    places = CapacityLimiter(MOST_AT_ONCE)
    # Each opens a process apart: one deposit after the other.
    one_at_a_time = CapacityLimiter(1)

    async def opening(staging: Staging) -> None:
        options = settings.reading_options()
        await to_thread.run_sync(open_all, staging, options, limiter=one_at_a_time)

    @routes.get(HERE)
    def start(request: Request) -> Response:
        most = settings.max_upload_megabytes
        language = language_of(request.scope)
        title, page = (
            say("depositing.title", language),
            sending_page(settings.corpus, most, language),
        )
        return staff_page(request, "documents", title, template="staff/upload.html", page=page)

    @routes.post(HERE)
    async def send(request: Request) -> Response:
        await run_in_threadpool(drop_forgotten, settings.corpus)
        try:
            address = await _taken(request, deposit, places, opening)
        except ClientDisconnect:
            return Response(status_code=400)
        return redirect_to(request, address)

    @routes.get(f"{HERE}/{{key}}")
    def shown(request: Request, key: str) -> Response:
        language = language_of(request.scope)
        event, session = _place_in(dict(request.query_params))
        try:
            page = checked_page(settings.corpus, deposit(key), event, session, language)
        except DepositError as e:
            return _gone(request, e)
        title, template = say("depositing.check_title", language), "staff/upload_check.html"
        return staff_page(request, "documents", title, template=template, page=page)

    @routes.post(f"{HERE}/{{key}}")
    async def settle(request: Request, key: str) -> Response:
        form = await plain_form(request)
        if form is None:
            return Response(status_code=413)
        return await run_in_threadpool(_settled, request, deposit, key, form, assistant.trail)

    return routes


def redirect_to(request: Request, response: Response) -> Response:
    """Return a response that leads elsewhere, in words for a script that asks so."""
    if request.headers.get("accept") != ADDRESS_ONLY:
        return response
    # Words are not put under the site's path, as an address to go to is.
    address = under_path(response.headers["location"])
    return PlainTextResponse(address, headers={"Cache-Control": "no-store"})


async def plain_form(request: Request) -> dict[str, str] | None:
    """Return a form without files, or None where it is too large: uploads may be larger."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_FORM_BYTES:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


async def _taken(
    request: Request,
    deposit: Callable[[], Staging],
    places: CapacityLimiter,
    opening: Callable[[Staging], Awaitable[None]],
) -> Response:
    """Take what is sent, open it, and return the way to its page, or back with what is wrong."""
    language = language_of(request.scope)
    try:
        upload = await upload_of(request, deposit, places)
    except UploadBroken:
        return done(request, HERE, say("depositing.broken", language), kind="fault")
    except DepositError as e:
        return done(request, HERE, e.in_a_line(language), kind="fault")
    faults = [f"{name} – {error.in_a_line(language)}" for name, error in upload.faults]
    if upload.staging is None:
        words = say(f"depositing.{'none_kept' if faults else 'none_sent'}", language)
        return done(request, HERE, words, kind="fault", details=faults)
    await opening(upload.staging)
    address = _address(upload.staging.key, *chosen_in(upload.fields))
    if faults:
        words = say("depositing.some_kept", language)
        return done(request, address, words, kind="fault", details=faults)
    words = count("depositing.received", len(upload.staging.files()), language)
    return done(request, address, words)


def _settled(
    request: Request,
    deposit: Callable[[str], Staging],
    key: str,
    form: Mapping[str, str],
    trail: Trail,
) -> Response:
    """Accept a deposit, or drop it, and return the way on."""
    language = language_of(request.scope)
    event, session = _place_in(form)
    here = _address(key, event, session)
    try:
        staging = deposit(key)
        if form.get("geste") == DROP:
            staging.drop()
            return done(request, STAFF, say("depositing.dropped", language))
        choices = _choices(form, staging.files())
        accepted = accept(staging, event, session, choices)
    except CorpusError as e:
        return done(request, here, e.in_a_line(language), kind="fault")
    except DepositError as e:
        back = HERE if e.key == "deposit_gone" else here
        return done(request, back, e.in_a_line(language), kind="fault")
    who = identity(request).name
    trail.record("deposit.added", who, accepted.added)
    trail.record("deposit.replaced", who, accepted.replaced)
    details = [*accepted.added, *accepted.replaced]
    words = _accepted_words(len(accepted.added), len(accepted.replaced), language)
    # What nobody has chosen to leave out became another matter since it was shown: ask again.
    doubtful = [
        check
        for check in accepted.left
        if check.state != "refused" and choices.get(check.staged.number) != "leave"
    ]
    for check in accepted.left:
        if check not in doubtful:
            staging.forget(check.staged)
    if doubtful:
        words += " " + count("depositing.changed", len(doubtful), language)
        return done(request, here, words, kind="fault", details=details)
    if not details:
        return done(request, STAFF, say("depositing.nothing_added", language))
    return done(request, SECTIONS["runs"], words, details=details[:50])


def _choices(form: Mapping[str, str], files: Sequence[Staged]) -> dict[int, Choice]:
    """Return what a form chooses for each file; what it says nothing of is left out.

    What is to be kept is not named: it is judged anew.
    """
    choice_of = {
        int(found[1]): form[field] for field in form if (found := _CHOICE.fullmatch(field))
    }
    choices: dict[int, Choice] = {}
    for file in files:
        match choice_of.get(file.number, "leave"):
            case "keep":
                pass
            case "replace":
                choices[file.number] = "replace"
            case "both" | "anyway":
                choices[file.number] = "both"
            case _:
                choices[file.number] = "leave"
    return choices


def _accepted_words(added: int, replaced: int, language: Language) -> str:
    parts = [count("depositing.added", added, language)] if added else []
    parts += [count("depositing.replaced", replaced, language)] if replaced else []
    if not parts:
        return say("depositing.nothing_added", language)
    return " ".join((*parts, say("depositing.then_reindex", language)))


def _gone(request: Request, error: DepositError) -> HTMLResponse:
    if error.key != "deposit_gone":
        raise error
    language = language_of(request.scope)
    title, page = error.message(language), GonePage(error.remedy_in(language))
    template = "staff/upload_gone.html"
    return staff_page(request, "documents", title, template=template, page=page, status=404)


def _place_in(form: Mapping[str, str]) -> tuple[str, str]:
    """Return the event and the session of a form: chosen in the list, or carried along."""
    if "lieu" in form:
        return chosen_in(form)
    return form.get("evenement", "")[:300], form.get("seance", "")[:300]


def _address(key: str, event: str, session: str) -> str:
    return f"{HERE}/{key}?{asked(event, session)}"
