"""The staff page of the rights to read: who may read what, seen and changed.

In: `droits.toml` and what is indexed. Out: a table of events, sessions and documents with who reads
them, a form for one of them, and one for the groups. A change counts at once: a run without reading
or encoding makes ready what each reader then reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from assistant.core import Assistant
from assistant.errors import AssistantError, IndexMissing, RightsError, SyncRunning
from assistant.i18n import Language, say
from assistant.jobs import runs
from assistant.records.documents import DocumentState
from assistant.rights.files import change, names_in, place_of
from assistant.rights.rules import AGENTS, EVERYBODY, Rights
from assistant.web.http.authentication import identity
from assistant.web.http.responses import missing
from assistant.web.shared.languages import language_of
from assistant.web.staff.layout import ADDRESSES, done, staff_page

HERE = ADDRESSES["rights"]
#: What the form of a path may choose: the rule of the folder above, or one of its own.
INHERITED, GROUPS = "herite", "groupes"
CHOICES = (INHERITED, EVERYBODY, AGENTS, GROUPS)


def rights_routes(assistant: Assistant) -> APIRouter:
    """Return the routes of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(HERE)
    def shown(request: Request, chemin: str = "") -> Response:
        language = language_of(request.scope)
        fault, rights = "", Rights()
        try:
            rights = assistant.rights or rights
        except RightsError as e:
            fault = e.in_a_line(language)
        documents = _documents(assistant)
        if not chemin or fault:
            page: object = rights_of(rights, documents, fault, language)
            return staff_page(
                request, "documents", say("rights.title", language),
                template="staff/rights.html", page=page,
            )  # fmt: skip
        path = place_of(chemin)
        if not path:
            return missing(language)
        page = rule_of(rights, path, documents, language)
        return staff_page(
            request, "documents", say("rights.rule_title", language, name=page.name),
            template="staff/right.html", page=page,
        )  # fmt: skip

    @routes.post(HERE)
    async def change_rights(request: Request) -> Response:
        form = await request.form()
        return await run_in_threadpool(_changed, request, assistant, form)

    return routes


@dataclass(frozen=True, slots=True)
class RightRow:
    """A path with who reads it; `is_own`: by a rule of its own."""

    path: str
    name: str
    readers: str
    is_own: bool
    address: str


@dataclass(frozen=True, slots=True)
class RightsPage:
    """Who reads what; `unused` are rules of nothing; `groups` and `programs` as they are typed."""

    rows: Sequence[RightRow]
    unused: Sequence[RightRow]
    groups: str
    programs: str
    fault: str = ""
    action: str = HERE


@dataclass(frozen=True, slots=True)
class RulePage:
    """The form of a path: what is chosen, who reads it otherwise, and the groups there are."""

    path: str
    name: str
    choice: str
    inherited: str
    groups: Mapping[str, bool]
    is_known: bool
    choices: Sequence[str] = CHOICES
    action: str = HERE
    back: str = HERE


def rule_address(path: str) -> str:
    """Return where the readers of a path are chosen."""
    return f"{HERE}?{urlencode({'chemin': path})}"


def rights_of(
    rights: Rights, documents: Sequence[DocumentState], fault: str, language: Language
) -> RightsPage:
    """Return what the page shows."""
    names = _names(documents, language)
    documents_too = {document.id for document in documents} - rights.rules.keys()
    rows = [
        _row(rights, path, name, language)
        for path, name in names.items()
        if path not in documents_too
    ]
    unused = [
        _row(rights, path, path, language)
        for path in rights.unused(document.id for document in documents)
    ]
    groups = "\n".join(
        f"{group} = {', '.join(also)}" if also else group for group, also in rights.groups.items()
    )
    return RightsPage(rows, unused, groups, ", ".join(rights.programs), fault)


def rule_of(
    rights: Rights, path: str, documents: Sequence[DocumentState], language: Language
) -> RulePage:
    """Return what the form of a path shows."""
    own = rights.rules.get(path, ())
    names = _names(documents, language)
    choice = own[0] if own in ((EVERYBODY,), (AGENTS,)) else GROUPS if own else INHERITED
    above = readers_in_words(rights.with_rule(path, ()), path, language)
    groups = {group: group in own for group in rights.groups}
    return RulePage(path, names.get(path, path), choice, above, groups, path in names)


def readers_in_words(rights: Rights, path: str, language: Language) -> str:
    """Say who reads a path."""
    readers = rights.readers_of(path)
    for one in (EVERYBODY, AGENTS):
        if one in readers:
            return say(f"rights.{'everybody' if one == EVERYBODY else 'agents'}", language)
    return ", ".join(readers)


def _row(rights: Rights, path: str, name: str, language: Language) -> RightRow:
    words = readers_in_words(rights, path, language)
    is_own = path in rights.rules
    return RightRow(path, name, words, is_own, rule_address(path))


def _names(documents: Sequence[DocumentState], language: Language) -> dict[str, str]:
    """Return the events, sessions and documents by their paths, each below what holds it."""
    found: dict[str, str] = {}
    for document in documents:
        facts = document.facts
        if event := facts.get("event", ""):
            found[event] = facts.get("event_title", "") or event
        if session := facts.get("session", ""):
            found[session] = facts.get("session_title", "") or session
        found[document.id] = document.title or document.id
    return {path: found[path] for path in sorted(found, key=lambda path: path.split("/"))}


def _documents(assistant: Assistant) -> Sequence[DocumentState]:
    try:
        return assistant.documents()
    except IndexMissing:
        return ()


# --- Changes -----------------------------------------------------------------------------------


def _changed(request: Request, assistant: Assistant, form: FormData) -> Response:
    """Do what a form asks, have it made ready, and lead back to the table."""
    language = language_of(request.scope)
    words = {name: value for name, value in form.items() if isinstance(value, str)}
    corpus = assistant.settings.corpus
    try:
        if "chemin" in words:
            path = place_of(words["chemin"])
            if not path:
                raise RightsError("rights_path", path=HERE, name=words["chemin"])
            chosen = [value for value in form.getlist("groupe") if isinstance(value, str)]
            readers = _readers(words.get("lecteurs", ""), chosen, path)
            change(corpus, lambda now: now.with_rule(path, readers))
            assistant.trail.record("rights.rule", identity(request).name, [path])
        else:
            groups = dict(_groups(words.get("groupes", "")))
            programs = names_in(words.get("programmes", ""))
            change(corpus, lambda now: Rights(groups, now.rules, programs))
            assistant.trail.record("rights.groups", identity(request).name)
    except AssistantError as e:
        return done(request, HERE, e.in_a_line(language), kind="fault")
    details = _made_ready(assistant, language)
    return done(request, HERE, say("rights.saved", language), details=details)


def _readers(choice: str, groups: Sequence[str], path: str) -> tuple[str, ...]:
    """Return who a form names, nobody where the rule above is to count. Raises RightsError."""
    if choice == INHERITED:
        return ()
    if choice in (EVERYBODY, AGENTS):
        return (choice,)
    if not groups:
        raise RightsError("rights_no_reader", path=HERE, name=path)
    return tuple(groups)


def _groups(typed: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each group that is typed, a line each: "rh = /ville/rh, 3f2a"."""
    for line in typed.splitlines():
        name, _, also = line.partition("=")
        if name.strip():
            yield name.strip(), names_in(also)


def _made_ready(assistant: Assistant, language: Language) -> list[str]:
    """Start what makes ready what each reader reads; say what becomes of it where it can't be."""
    try:
        runs.start(assistant.settings, rights_only=True)
    except SyncRunning:
        return [say("rights.after_run", language)]
    except AssistantError as e:
        return [e.in_a_line(language)]
    return []
