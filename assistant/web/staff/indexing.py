"""The staff page of the indexing: what would change, the button, how far it is, what came of it.

A run is a process of its own (`jobs.runs`), which this page starts, follows and cancels, whoever
started it. What it shows while one is under way is fetched again by `staff.js`, or by reloading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.i18n import Language, count, say
from assistant.i18n import in_words as say_message
from assistant.i18n.days import date_in_words
from assistant.ingest.planning import Plan
from assistant.jobs import runs
from assistant.jobs.run_state import RunState, in_words, left_in_words
from assistant.records.messages import Problem
from assistant.web.http.authentication import identity
from assistant.web.shared.languages import language_of
from assistant.web.shared.templates import render
from assistant.web.staff.layout import SECTIONS, done, staff_page

HERE = SECTIONS["runs"]
#: Where the script asks how far a run is.
FOLLOWED = f"{HERE}/avancement"
#: What the forms ask for, besides starting a run.
REBUILD, CANCEL = "relire", "arreter"
#: Documents named of each kind of change.
_MOST_NAMED = 20


def indexing_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the indexing's page."""
    routes = APIRouter(include_in_schema=False)
    settings = assistant.settings

    async def recorded(what: str, request: Request) -> None:
        who = identity(request).name
        await run_in_threadpool(assistant.trail.record, f"run.{what}", who)

    @routes.get(HERE)
    def shown(request: Request) -> Response:
        language = language_of(request.scope)
        title, page = say("running.title", language), runs_page(assistant, language)
        return staff_page(request, "runs", title, template="staff/indexing.html", page=page)

    @routes.get(FOLLOWED)
    def followed(request: Request) -> Response:
        language = language_of(request.scope)
        state = runs.state(settings.index)
        html = ""  # a run that has ended tells the script to reload the page
        if state.running:
            progress = progress_of(state, language)
            html = render("staff/indexing_progress.html", language, progress=progress)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    @routes.post(HERE)
    async def change(request: Request) -> Response:
        language = language_of(request.scope)
        wish = (await request.form()).get("geste")
        if wish == CANCEL:
            ended = await run_in_threadpool(runs.cancel, settings.index)
            if ended:
                await recorded("cancelled", request)
            words = say(f"running.{'cancelled' if ended else 'not_cancelled'}", language)
            return done(request, HERE, words, kind="done" if ended else "fault")
        try:
            await run_in_threadpool(runs.start, settings, rebuild=wish == REBUILD)
        except AssistantError as e:
            words = e.in_a_line(language)
            return done(request, HERE, words, kind="fault")
        await recorded("rebuilt" if wish == REBUILD else "started", request)
        return done(request, HERE, say("running.started", language))

    return routes


@dataclass(frozen=True, slots=True)
class Soon:
    """What was changed waits for the indexing, in words; whether a run is under way."""

    words: str
    is_running: bool


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is: in words, in files, and the one at hand."""

    words: str
    done: int
    total: int
    at_hand: str


@dataclass(frozen=True, slots=True)
class Change:
    """Documents that the next run would add, change, rename or remove; some are named."""

    kind: str
    number: int
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Pending:
    """What the next run would do, or why that can't be told."""

    changes: Sequence[Change]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class LastRun:
    """What came of the last run, in words, and when it ended."""

    words: str
    when: str
    is_done: bool
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class RunsPage:
    """The indexing: the run under way, or what the next would do and what came of the last."""

    progress: RunProgress | None
    pending: Pending | None
    last: LastRun | None
    log: str
    followed: str = FOLLOWED


def runs_page(assistant: Assistant, language: Language) -> RunsPage:
    """Return what the page shows now."""
    index = assistant.settings.index
    state = runs.state(index)
    log = "\n".join(runs.log_lines(index))
    if state.running:
        return RunsPage(progress_of(state, language), None, None, log)
    return RunsPage(None, _pending(assistant, language), _last(state, language), log)


def soon_of(index: Path, words: str) -> Soon:
    """Return that what was changed waits for the indexing; `words` say what waits."""
    return Soon(words, runs.state(index).running)


def progress_of(state: RunState, language: Language) -> RunProgress:
    """Return how far a run is."""
    stage = "running.starting" if state.stage in ("", "starting") else f"cli.stage_{state.stage}"
    done = min(state.done, state.total)
    words = [say(stage, language)]
    if state.total:
        words.append(count("running.files", state.total, language, done=done))
    if state.pages:
        words.append(count("running.pages", state.pages, language))
    if state.passages:
        words.append(count("running.passages", state.passages, language))
    if state.seconds_left is not None:
        words.append(left_in_words(state.seconds_left, language))
    detail = f" ({say_message(state.detail, language)})" if state.detail else ""
    at_hand = state.document_id + detail if state.document_id else ""
    return RunProgress(" – ".join(words), done, state.total, at_hand)


def _pending(assistant: Assistant, language: Language) -> Pending:
    """Return what the next run would do."""
    try:
        return Pending(_changes(assistant.preview()))
    except AssistantError as e:
        return Pending((), e.in_a_line(language))


def _changes(plan: Plan) -> list[Change]:
    """Return what a plan would add, change, rename and remove."""
    kinds = {
        "added": plan.added,
        "changed": plan.changed,
        "renamed": tuple(f"{old} → {new}" for old, new in plan.renamed),
        "removed": plan.removed,
    }
    return [Change(kind, len(names), names[:_MOST_NAMED]) for kind, names in kinds.items() if names]


def _last(state: RunState, language: Language) -> LastRun | None:
    """Return what came of the last run; None where there was none."""
    if state.outcome == "none":
        return None
    words = in_words(state, language)
    when = ""
    if state.ended_at:
        moment = datetime.fromtimestamp(state.ended_at, UTC).astimezone()
        when = date_in_words(moment, say("running.moment", language), language)
    problems = state.report.problems if state.report else ()
    return LastRun(words[:1].upper() + words[1:], when, state.outcome == "done", problems)
