"""The staff page of what agents couldn't find: its list, its files, its forms."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from assistant.core import Assistant
from assistant.errors import FeedbackError
from assistant.i18n import Language, count, say
from assistant.web.http.authentication import identity
from assistant.web.shared.languages import language_of
from assistant.web.sheets.routes import ODT, origin_of
from assistant.web.staff.layout import done, staff_page
from assistant.web.staff.unanswered.checking import UnansweredSubjects
from assistant.web.staff.unanswered.files import register_csv, register_odt
from assistant.web.staff.unanswered.register import ADDRESS, chosen
from assistant.web.staff.unanswered.subjects import page_of


def unanswered_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the page, its files and its forms."""
    routes = APIRouter(include_in_schema=False)
    subjects = UnansweredSubjects(assistant)

    @routes.get(ADDRESS)
    def shown(request: Request) -> Response:
        language = language_of(request.scope)
        register = subjects.register(chosen(request.query_params), language)
        title, page = say("register.title", language), page_of(register)
        return staff_page(request, "questions", title, template="staff/unanswered.html", page=page)

    @routes.get(f"{ADDRESS}/export.csv")
    def table(request: Request) -> Response:
        language = language_of(request.scope)
        register = subjects.register(chosen(request.query_params), language)
        return _file(register_csv(register), "text/csv; charset=utf-8", "csv", language)

    @routes.get(f"{ADDRESS}/export.odt")
    def sheet(request: Request) -> Response:
        language = language_of(request.scope)
        register = subjects.register(chosen(request.query_params), language)
        return _file(register_odt(register, origin_of(request)), ODT, "odt", language)

    @routes.post(f"{ADDRESS}/effacer")
    async def erase(request: Request) -> Response:
        language = language_of(request.scope)
        sent = {name: str(value) for name, value in (await request.form()).items()}
        address = chosen(sent).address()
        try:
            gone = await run_in_threadpool(subjects.erase, sent.get("cles", ""))
        except FeedbackError as e:
            words = e.in_a_line(language)
            return done(request, address, words, kind="fault")
        if gone:
            who = identity(request).name
            await run_in_threadpool(assistant.trail.record, "erasure.questions", who, number=gone)
        words = say("register.erased" if gone else "register.erased_nothing", language)
        return done(request, address, words)

    @routes.post(f"{ADDRESS}/verifier")
    async def check(request: Request) -> Response:
        language = language_of(request.scope)
        choice = chosen({name: str(value) for name, value in (await request.form()).items()})
        address = choice.address(page=choice.page)
        number = await run_in_threadpool(subjects.check, choice, language)
        if number is None:
            return done(request, address, say("register.check_busy", language), kind="fault")
        return done(request, address, count("register.checked", number, language))

    return routes


def _file(content: bytes, media: str, suffix: str, language: Language) -> Response:
    name = f"{say('register.file_name', language)}-{date.today().isoformat()}.{suffix}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media, headers=headers)
