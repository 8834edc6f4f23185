"""The staff pages of an upload: files sent, what may become of each, and those that are accepted.

A deposit is aside until it is accepted (`curation.uploads`); its page is at its key, which nobody
can guess. Nothing of it is indexed before the next run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qsl

from anyio import CapacityLimiter
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse
from starlette.requests import ClientDisconnect

from assistant.core import Assistant
from assistant.curation.upload_checks import Staged, Verdict
from assistant.curation.uploads import Choice, Staging, drop_forgotten
from assistant.errors import CorpusError, DepositError
from assistant.i18n import Language, count, say
from assistant.readers import READERS
from assistant.settings import Settings
from assistant.web.http.authentication import STAFF
from assistant.web.http.guard import MOST_FORM_BYTES
from assistant.web.http.guard import UPLOADS as HERE
from assistant.web.shared.escaping import escape
from assistant.web.shared.languages import language_of
from assistant.web.staff.destinations import asked, chooser_piece, chosen_in, words_of
from assistant.web.staff.document_list import document_page, size_of
from assistant.web.staff.layout import SECTIONS, done, staff_page
from assistant.web.staff.multipart import MOST_AT_ONCE, UploadBroken, upload_of

ACCEPT, DROP = "accepter", "abandonner"
#: What a script asks for, to be told where to go instead of being led there.
ADDRESS_ONLY = "text/plain"
#: The choices of a file, by what it is; the first is chosen.
CHOICES: dict[str, tuple[str, ...]] = {
    "ok": ("keep", "leave"),
    "same_name": ("leave", "replace", "both"),
    "same_content": ("leave", "both"),
}
_CHOICE = re.compile(r"choix-(\d{1,5})")
COLUMNS = ("file", "size", "verdict", "choice")


def deposit_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of deposits."""
    routes = APIRouter(include_in_schema=False)
    settings = assistant.settings
    places = CapacityLimiter(MOST_AT_ONCE)

    @routes.get(HERE)
    def start(request: Request) -> Response:
        language = language_of(request.scope)
        body = _sending(settings, language)
        return staff_page(request, "documents", say("depositing.title", language), body)

    @routes.post(HERE)
    async def send(request: Request) -> Response:
        await run_in_threadpool(drop_forgotten, settings)
        try:
            address = await _taken(request, settings, places)
        except ClientDisconnect:
            return Response(status_code=400)
        return led(request, address)

    @routes.get(f"{HERE}/{{key}}")
    def shown(request: Request, key: str) -> Response:
        language = language_of(request.scope)
        event, session = _place_in(dict(request.query_params))
        try:
            body = _checked(settings.corpus, Staging(settings, key), event, session, language)
        except DepositError as e:
            return _gone(request, e)
        return staff_page(request, "documents", say("depositing.check_title", language), body)

    @routes.post(f"{HERE}/{{key}}")
    async def settle(request: Request, key: str) -> Response:
        form = await plain_form(request)
        if form is None:
            return Response(status_code=413)
        return await run_in_threadpool(_settled, request, settings, key, form)

    return routes


def led(request: Request, response: Response) -> Response:
    """Return a response that leads elsewhere, in words for a script that asks so."""
    if request.headers.get("accept") != ADDRESS_ONLY:
        return response
    return PlainTextResponse(response.headers["location"], headers={"Cache-Control": "no-store"})


async def plain_form(request: Request) -> dict[str, str] | None:
    """Return a form without files, or None where it is too large: uploads may be larger."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_FORM_BYTES:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


async def _taken(request: Request, settings: Settings, places: CapacityLimiter) -> Response:
    """Take what is sent, and return the way to its page, or back with what is wrong."""
    language = language_of(request.scope)
    try:
        upload = await upload_of(request, settings, places)
    except UploadBroken:
        return done(request, HERE, say("depositing.broken", language), kind="fault")
    except DepositError as e:
        return done(request, HERE, e.in_a_line(language), kind="fault")
    faults = [f"{name} – {error.in_a_line(language)}" for name, error in upload.faults]
    if upload.staging is None:
        words = say(f"depositing.{'none_kept' if faults else 'none_sent'}", language)
        return done(request, HERE, words, kind="fault", details=faults)
    address = _address(upload.staging.key, *chosen_in(upload.fields))
    if faults:
        words = say("depositing.some_kept", language)
        return done(request, address, words, kind="fault", details=faults)
    words = count("depositing.received", len(upload.staging.files()), language)
    return done(request, address, words)


def _settled(request: Request, settings: Settings, key: str, form: Mapping[str, str]) -> Response:
    """Accept a deposit, or drop it, and return the way on."""
    language = language_of(request.scope)
    event, session = _place_in(form)
    here = _address(key, event, session)
    try:
        staging = Staging(settings, key)
        if form.get("geste") == DROP:
            staging.drop()
            return done(request, STAFF, say("depositing.dropped", language))
        choices = _choices(form, staging.files())
        accepted = staging.accept(event, session, choices)
    except CorpusError as e:
        return done(request, here, e.in_a_line(language), kind="fault")
    except DepositError as e:
        back = HERE if e.key == "deposit_gone" else here
        return done(request, back, e.in_a_line(language), kind="fault")
    details = [*accepted.added, *accepted.replaced]
    words = _accepted_words(len(accepted.added), len(accepted.replaced), language)
    # What nobody has chosen to leave out became another matter since it was shown: ask again.
    doubtful = [
        one
        for one in accepted.left
        if one.state != "refused" and choices.get(one.staged.number) != "leave"
    ]
    for one in accepted.left:
        if one not in doubtful:
            staging.forget(one.staged)
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
    said = {int(found[1]): form[one] for one in form if (found := _CHOICE.fullmatch(one))}
    choices: dict[int, Choice] = {}
    for one in files:
        match said.get(one.number, "leave"):
            case "keep":
                pass
            case "replace":
                choices[one.number] = "replace"
            case "both":
                choices[one.number] = "both"
            case _:
                choices[one.number] = "leave"
    return choices


def _accepted_words(added: int, replaced: int, language: Language) -> str:
    parts = [count("depositing.added", added, language)] if added else []
    parts += [count("depositing.replaced", replaced, language)] if replaced else []
    if not parts:
        return say("depositing.nothing_added", language)
    return " ".join((*parts, say("depositing.then_reindex", language)))


# --- Pages -------------------------------------------------------------------------------------


def _sending(settings: Settings, language: Language) -> str:
    """Return the form that sends files."""
    suffixes = sorted(one for one in READERS if one != ".htm")
    formats = ", ".join(one[1:].upper() for one in suffixes)
    accepted = ",".join((*READERS, ".zip"))
    said = "".join(
        f' data-{name}="{_for_script(key, language)}"'
        for name, key in (
            ("envoi", "sending"), ("verification", "checking"), ("trop", "too_much"),
            ("coupure", "cut_off"), ("deconnecte", "signed_out"), ("fichiers", "chosen"),
        )
    )  # fmt: skip
    most = settings.max_upload_megabytes
    return (
        f"<p>{_told('introduction', language)}</p>"
        f'<form class="depot" method="post" action="{HERE}" enctype="multipart/form-data"'
        f' data-plus="{most * 1_000_000}"{said}>'
        f"{chooser_piece(settings.corpus, ('', ''), language)}"
        f'<div class="champ zone"><label for="fichiers">{_told("files", language)}</label>'
        f'<input id="fichiers" name="fichiers" type="file" multiple required'
        f' accept="{escape(accepted)}" aria-describedby="fichiers-aide">'
        f'<p class="aide" id="fichiers-aide">{_told("files_help", language)}</p>'
        f'<p class="aide glisser" hidden>{_told("drag", language)}</p>'
        f'<p class="choisis" role="status"></p></div>'
        f'<details class="formats"><summary>{_told("formats", language)}</summary>'
        f"<p>{escape(formats)}</p>"
        f"<p>{escape(say('depositing.limit', language, most=most))}</p></details>"
        f'<div class="envoi" hidden><progress max="100" value="0"'
        f' aria-label="{_told("progress", language)}"></progress><p role="status"></p></div>'
        f'<div class="gestes"><button class="principal">{_told("send", language)}</button>'
        f'<button type="button" class="interrompre" hidden>{_told("stop", language)}</button>'
        f'<a class="lien" href="{STAFF}">{_told("back", language)}</a></div></form>'
    )


def _checked(corpus: Path, staging: Staging, event: str, session: str, language: Language) -> str:
    """Return the page of a deposit: where it goes, each file with its verdict, what to do."""
    fault, verdicts = "", None
    if event:
        try:
            verdicts = staging.check(event, session)
        except CorpusError as e:
            fault = e.in_a_line(language)
    else:
        fault = say("depositing.no_place", language)
    here = f"{HERE}/{staging.key}"
    moving = (
        f'<form method="get" action="{here}">{chooser_piece(corpus, (event, session), language)}'
        f"<p><button>{_told('put_there', language)}</button></p></form>"
    )
    dropping = (
        f'<form method="post" action="{here}" data-confirmer="{_told("drop_question", language)}">'
        f'<input type="hidden" name="geste" value="{DROP}">'
        f'<button class="grave">{_told("drop", language)}</button></form>'
    )
    if verdicts is None:
        return f'<p class="avis">{escape(fault)}</p>{moving}<div class="gestes">{dropping}</div>'
    place = escape(words_of(corpus, event, session))
    rows = "".join(_row(one, language) for one in verdicts)
    head = "".join(
        f'<th scope="col" role="columnheader"{_look(one)}>'
        f"{escape(say(f'depositing.column_{one}', language))}</th>"
        for one in COLUMNS
    )
    is_any_good = any(one.state != "refused" for one in verdicts)
    accepting = ""
    if is_any_good:
        words = _told("accept", language)
        accepting = f'<button class="principal" form="acceptation">{words}</button>'
    return (
        f"<p>{_told('place', language)} <b>{place}</b></p>"
        f'<details class="ailleurs"><summary>{_told("elsewhere", language)}</summary>{moving}'
        f'</details><form method="post" action="{here}" id="acceptation">'
        f'<input type="hidden" name="evenement" value="{escape(event)}">'
        f'<input type="hidden" name="seance" value="{escape(session)}">'
        f'<div class="tableau deposes"><table role="table">'
        f"<caption>{_summary(verdicts, language)}</caption>"
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
        f'<input type="hidden" name="geste" value="{ACCEPT}"></form>'
        f'<div class="gestes">{accepting}{dropping}</div>'
        f'<p class="aide">{_told("kept_aside", language)}</p>'
    )


def _look(column: str) -> str:
    return ' class="nombre"' if column == "size" else ""


def _summary(verdicts: Sequence[Verdict], language: Language) -> str:
    states = [one.state for one in verdicts]
    named = ("ok", "same_name", "same_content", "refused")
    parts = [
        count(f"depositing.sum_{name}", states.count(name), language)
        for name in named
        if name in states
    ]
    return escape(", ".join(parts))


def _row(verdict: Verdict, language: Language) -> str:
    staged = verdict.staged
    look = "etiquette" if verdict.state == "ok" else "etiquette probleme"
    state = say(f"depositing.state_{verdict.state}", language)
    reasons = "".join(f"<li>{escape(one.words(language))}</li>" for one in verdict.reasons)
    there = ""
    if verdict.existing:
        there = (
            f'<p><a class="lien" href="{escape(document_page(verdict.existing))}">'
            f"{_told('existing', language)}"
            f'<span class="lu-seulement"> {escape(verdict.existing)}</span></a></p>'
        )
    target = ""
    if verdict.target:
        target = (
            f'<br><span class="fil">{_told("target", language)} {escape(verdict.target)}</span>'
        )
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{escape(staged.claimed)}{target}</th>'
        f'<td role="cell" class="nombre">{escape(size_of(staged.size, language))}</td>'
        f'<td role="cell"><span class="{look}">{escape(state)}</span>'
        f'{f"""<ul class="ennuis">{reasons}</ul>""" if reasons else ""}{there}</td>'
        f'<td role="cell">{_choice(verdict, language)}</td></tr>'
    )


def _choice(verdict: Verdict, language: Language) -> str:
    """Return what can be chosen for a file, as radio buttons."""
    if verdict.state == "refused":
        return _told("not_kept", language)
    number = verdict.staged.number
    radios = "".join(
        f'<label><input type="radio" name="choix-{number}" value="{name}"'
        f"{' checked' if at == 0 else ''}>"
        f" {escape(say(f'depositing.choose_{name}', language))}</label>"
        for at, name in enumerate(CHOICES[verdict.state])
    )
    legend = escape(say("depositing.choice_of", language, name=verdict.staged.claimed))
    named = f'<legend class="lu-seulement">{legend}</legend>'
    return f'<fieldset class="choix-fichier">{named}{radios}</fieldset>'


def _gone(request: Request, error: DepositError) -> HTMLResponse:
    if error.key != "deposit_gone":
        raise error
    language = language_of(request.scope)
    body = (
        f"<p>{escape(error.remedy_in(language))}</p>"
        f'<p><a class="bouton" href="{HERE}">{_told("title", language)}</a></p>'
    )
    return staff_page(request, "documents", error.message(language), body, status=404)


def _place_in(form: Mapping[str, str]) -> tuple[str, str]:
    """Return the event and the session of a form: chosen in the list, or carried along."""
    if "lieu" in form:
        return chosen_in(form)
    return form.get("evenement", "")[:300], form.get("seance", "")[:300]


def _address(key: str, event: str, session: str) -> str:
    return f"{HERE}/{key}?{asked(event, session)}"


def _for_script(key: str, language: Language) -> str:
    """Return a message whose figures the script fills in."""
    unfilled = {name: f"{{{name}}}" for name in ("n", "mo", "pour_cent", "fait", "tout")}
    return escape(say(f"depositing.{key}", language, **unfilled))


def _told(key: str, language: Language) -> str:
    return escape(say(f"depositing.{key}", language))
