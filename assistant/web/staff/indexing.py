"""The staff page of the indexing: what would change, the button, how far it is, what came of it.

A run is a process of its own (`runs`), which this page starts, follows and cancels, whoever started
it. What it shows while one is under way is fetched again by `staff.js`, or by reloading.
"""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from assistant.core import Assistant
from assistant.errors import AssistantError
from assistant.i18n import Language, count, say
from assistant.i18n.days import date_in_words
from assistant.ingest.planning import Plan
from assistant.jobs import runs
from assistant.jobs.run_state import RunState, in_words, left_in_words
from assistant.settings import Settings
from assistant.web.shared.escaping import escape
from assistant.web.shared.languages import language_of
from assistant.web.staff.document_list import problems_by_subject
from assistant.web.staff.layout import SECTIONS, done, staff_page

HERE = SECTIONS["runs"]
#: Where the script asks how far a run is.
FOLLOWED = f"{HERE}/avancement"
START, REBUILD, CANCEL = "lancer", "relire", "arreter"
#: Documents named of each kind of change.
_MOST_NAMED = 20


def running_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the indexing's page."""
    routes = APIRouter(include_in_schema=False)
    settings = assistant.settings

    @routes.get(HERE)
    def shown(request: Request) -> Response:
        language = language_of(request.scope)
        state = runs.state(settings)
        body = _now(state, language) + _pending(assistant, state, language)
        body += _last(state, language) + _log(runs.log_lines(settings), language)
        return staff_page(request, "runs", say("running.title", language), body)

    @routes.get(FOLLOWED)
    def followed(request: Request) -> Response:
        language = language_of(request.scope)
        html = _progress(runs.state(settings), language)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    @routes.post(HERE)
    async def change(request: Request) -> Response:
        language = language_of(request.scope)
        wish = (await request.form()).get("geste")
        if wish == CANCEL:
            ended = await run_in_threadpool(runs.cancel, settings)
            words = say(f"running.{'cancelled' if ended else 'not_cancelled'}", language)
            return done(request, HERE, words, kind="done" if ended else "fault")
        try:
            await run_in_threadpool(runs.start, settings, rebuild=wish == REBUILD)
        except AssistantError as e:
            words = e.in_a_line(language)
            return done(request, HERE, words, kind="fault")
        return done(request, HERE, say("running.started", language))

    return routes


def start_piece(language: Language) -> str:
    """Return the button that starts the indexing."""
    return (
        f'<form method="post" action="{HERE}"><input type="hidden" name="geste" value="{START}">'
        f'<button class="principal">{_told("start", language)}</button></form>'
    )


def soon_piece(settings: Settings, words: str, language: Language) -> str:
    """Return that what was changed waits for the indexing, and the button that starts it.

    `words` say what waits; while a run is under way, its page is linked instead.
    """
    way = start_piece(language)
    if runs.state(settings).running:
        way = f'<a class="bouton" href="{HERE}">{_told("under_way", language)}</a>'
    return f'<div class="attente"><p>{escape(words)}</p>{way}</div>'


def _now(state: RunState, language: Language) -> str:
    """Return what can be done now: start a run, or follow and cancel the one under way."""
    if not state.running:
        return f'<div class="gestes">{start_piece(language)}</div>{_rebuild_piece(language)}'
    question = escape(say("running.cancel_question", language))
    return (
        f'<div id="avancement" data-suite="{FOLLOWED}" data-ici="{HERE}">'
        f"{_progress(state, language)}</div>"
        f'<div class="gestes"><form method="post" action="{HERE}" data-confirmer="{question}">'
        f'<input type="hidden" name="geste" value="{CANCEL}">'
        f'<button class="grave">{_told("cancel", language)}</button></form>'
        f'<a class="lien sans-script" href="{HERE}">{_told("reload", language)}</a></div>'
    )


def _rebuild_piece(language: Language) -> str:
    """Return the way to have everything read again, folded: it is seldom needed, and long."""
    return (
        f'<details class="changement"><summary>{_told("rebuild", language)}</summary>'
        f'<form method="post" action="{HERE}"><p>{_told("rebuild_help", language)}</p>'
        f'<input type="hidden" name="geste" value="{REBUILD}">'
        f"<p><button>{_told('rebuild', language)}</button></p></form></details>"
    )


def _progress(state: RunState, language: Language) -> str:
    """Return how far a run is; nothing once it has ended, which tells the script to reload."""
    if not state.running:
        return ""
    stage = "running.starting" if state.stage in ("", "starting") else f"cli.stage_{state.stage}"
    words = [say(stage, language)]
    if state.total:
        words.append(
            count("running.files", state.total, language, done=min(state.done, state.total))
        )
    if state.pages:
        words.append(count("running.pages", state.pages, language))
    if state.passages:
        words.append(count("running.passages", state.passages, language))
    if state.seconds_left is not None:
        words.append(left_in_words(state.seconds_left, language))
    bar = f' value="{min(state.done, state.total)}" max="{state.total}"' if state.total else ""
    detail = f" ({state.detail})" if state.detail else ""
    at_hand = (
        f'<p class="fil">{escape(state.document_id + detail)}</p>' if state.document_id else ""
    )
    return (
        f"<p>{escape(' – '.join(words))}</p>"
        f'<progress{bar} aria-label="{_told("progress", language)}"></progress>{at_hand}'
    )


def _pending(assistant: Assistant, state: RunState, language: Language) -> str:
    """Return what the next run would do; nothing while one is doing it."""
    if state.running:
        return ""
    try:
        plan = assistant.preview()
    except AssistantError as e:
        return (
            f"<h2>{_told('pending', language)}</h2>"
            f'<p class="avis">{escape(e.in_a_line(language))}</p>'
        )
    found = "".join(_changes(plan, language))
    listed = f'<ul class="changements">{found}</ul>' if found else ""
    nothing = "" if found else f"<p>{_told('in_step', language)}</p>"
    return f"<h2>{_told('pending', language)}</h2>{nothing}{listed}"


def _changes(plan: Plan, language: Language) -> list[str]:
    """Return what a plan would add, change, rename and remove, each kind in one item."""
    kinds = {
        "added": plan.added,
        "changed": plan.changed,
        "renamed": tuple(f"{old} → {new}" for old, new in plan.renamed),
        "removed": plan.removed,
    }
    items = []
    for kind, names in kinds.items():
        if names:
            words = count(f"running.would_{kind}", len(names), language)
            listed = "".join(f"<li>{escape(one)}</li>" for one in names[:_MOST_NAMED])
            if len(names) > _MOST_NAMED:
                listed += f"<li>{_counted('more', len(names) - _MOST_NAMED, language)}</li>"
            items.append(
                f"<li><details><summary>{escape(words)}</summary><ul>{listed}</ul></details></li>"
            )
    return items


def _last(state: RunState, language: Language) -> str:
    """Return what came of the last run."""
    if state.running or state.outcome == "none":
        return ""
    words = in_words(state, language)
    when = ""
    if state.ended_at:
        moment = datetime.fromtimestamp(state.ended_at, UTC).astimezone()
        written = date_in_words(moment, say("running.moment", language), language)
        when = f'<p class="fil">{escape(written)}</p>'
    look = "reussite" if state.outcome == "done" else "avis"
    problems = problems_by_subject(state.report.problems if state.report else (), language)
    return (
        f"<h2>{_told('last', language)}</h2>{when}"
        f'<div class="{look}"><p>{escape(words[:1].upper() + words[1:])}</p></div>{problems}'
    )


def _log(lines: list[str], language: Language) -> str:
    if not lines:
        return ""
    return (
        f"<details><summary>{_told('log', language)}</summary>"
        f'<pre class="journal" tabindex="0">{escape(chr(10).join(lines))}</pre></details>'
    )


def _counted(key: str, number: int, language: Language) -> str:
    return escape(count(f"running.{key}", number, language))


def _told(key: str, language: Language) -> str:
    return escape(say(f"running.{key}", language))
