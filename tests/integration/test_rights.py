"""Documents for some only: whoever may not read them meets a site that never had them.

What is compared is a whole site and its twins, indexed without those documents: the same answers,
scores and pages, byte for byte, are the same counts, suggestions and frequencies too.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from assistant import core, serving
from assistant.accounts import Role
from assistant.cli import main
from assistant.core import Assistant
from assistant.errors import AudiencePending, RightsError
from assistant.index.audiences import audience_folder, audiences_in
from assistant.index.manifest import read_manifest
from assistant.ingest.erasure import forget
from assistant.mcp_server import Tools
from assistant.ops.doctor import examine
from assistant.records import Answer, Filters
from assistant.rights.files import FILE, change, rights_in
from assistant.rights.rules import ANYBODY, EVERY_RIGHT, Reader
from assistant.view import View
from assistant.web.agents import result
from assistant.web.agents.asking import Asking
from assistant.web.agents.examples import Examples
from assistant.web.http.authentication import Identity
from assistant.web.ops.health import Health
from assistant.web.ops.metrics import Meters
from assistant.web.shared.facets import FACETS
from tests.support import patient
from tests.support.asked import ask, shown
from tests.support.fakes import FakeEncoder
from tests.support.pages import running
from tests.support.private_site import (
    DOCUMENTS,
    ROLES,
    SSO,
    TOKEN,
    Site,
    copied,
    indexed,
    reads,
    write_site,
    write_twin,
)
from tests.support.staffed import assistant_over

ELECTED = Reader(is_signed_in=True, groups=frozenset({"elus"}))
READERS = {
    "anonymous": ANYBODY,
    "agent": Reader(is_signed_in=True),
    "hr": Reader(is_signed_in=True, groups=frozenset({"rh"})),
    "elected": ELECTED,
    "staff": EVERY_RIGHT,
}
#: Of who reads less than all, those whose twins are made: nobody known, and the wrong group.
TWINS = ("anonymous", "elected")

#: What of the private session somebody may have heard of, and how it is asked.
HEARD = (
    "Zéphyr", "le projet Zéphyr", "la réorganisation", "les postes supprimés", "Cabinet Xanthos",
    "la MAJ", "le scénario turquoise", "les saisonniers", "la cuisine centrale", "la voirie",
    "les indemnités", "l'atelier 9", "dix-sept postes", "l'épeautre", "les effectifs de juin",
    "le budget de trois millions", "zefyr", "la Mission d'Accompagnement Juridique", "les bilans",
    "ce qui se dit à huis clos",
)  # fmt: skip
ASKED = (
    "Combien de postes concerne {heard} ?", "Que dit-on de {heard} ?", "Qui parle de {heard} ?",
    "Quand {heard} sera annoncé ?", "Pourquoi {heard} ?", "{heard}",
    "Résume {heard}", "Quels documents parlent de {heard} ?", "Quel est le budget pour {heard} ?",
    "Compare {heard} et les cantines",
)  # fmt: skip
QUESTIONS = [asked.format(heard=heard) for heard in HEARD for asked in ASKED]
#: Words that stand in the private documents, and in no question above.
WORDS = re.compile(
    r"indemnités Zéphyr|annoncé en juin|vingt-deux|perd neuf|huit mille|concernés", re.I
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with indexed(write_site(tmp_path_factory.mktemp("site"))) as assistant:
        for reader in READERS.values():
            ready(assistant, reader)
        yield assistant


@pytest.fixture(scope="module")
def site(opened: Assistant) -> Iterator[Site]:
    made = Site(opened)
    yield made
    made.close()


@pytest.fixture(scope="module")
def twin_of(
    opened: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Site]]:
    folder = tmp_path_factory.mktemp("twins")
    made: dict[str, Site] = {}

    def twin(role: str) -> Site:
        if role not in made:
            made[role] = Site(indexed(write_twin(opened.settings, role, folder)))
        return made[role]

    yield twin
    for one in made.values():
        one.close()
        one.assistant.close()


@pytest.fixture
def own(opened: Assistant, tmp_path: Path) -> Iterator[Assistant]:
    """Give a copy of the site, which a test may change."""
    with assistant_over(copied(opened.settings, tmp_path / "own")) as assistant:
        yield assistant


def ready(assistant: Assistant, reader: Reader) -> View:
    """Return what a reader reads, made ready where it isn't."""
    try:
        return assistant.view_for(reader)
    except AudiencePending:
        assistant.apply_rights()
        return assistant.view_for(reader)


def timeless(answer: Answer) -> Answer:
    return replace(answer, seconds=0.0)


def even(text: str) -> str:
    """Return a page without what is measured for it, and what only staff may do there."""
    return re.sub(r'\d+,\d+ s\b|<a class="lien" href="/personnel/[^>]*>[^<]*</a>', "", text)


# --- As if it weren't there --------------------------------------------------------------------


@pytest.mark.parametrize("role", TWINS)
def test_an_audience_is_what_a_site_without_the_rest_would_have(
    opened: Assistant, twin_of: Callable[[str], Site], role: str
) -> None:
    other = twin_of(role).assistant
    whole = opened.settings.index / opened.published
    own = audience_folder(whole, opened.view_for(READERS[role]).audience)
    found, wanted = (
        {path: one for path, one in read_manifest(folder).files.items() if "lexical" not in path}
        for folder in (own, other.settings.index / other.published)
    )
    assert found == wanted
    assert len(found) >= 6


def test_two_hundred_questions_of_the_wrong_group_are_answered_as_without_the_session(
    opened: Assistant, twin_of: Callable[[str], Site]
) -> None:
    assert len(QUESTIONS) == 200
    view, other = opened.view_for(ELECTED), twin_of("elected").assistant.view()
    assert not [question for question in QUESTIONS if WORDS.search(question)]
    for question in QUESTIONS:
        answer = view.ask(question)
        assert timeless(answer) == timeless(other.ask(question)), question
        assert not WORDS.search(repr(answer)), question
        assert view.search(question, 20) == other.search(question, 20), question


def test_the_group_itself_is_answered(opened: Assistant) -> None:
    answers = [opened.view_for(READERS["hr"]).ask(question) for question in QUESTIONS[:20]]
    assert any(WORDS.search(repr(answer)) for answer in answers)


@pytest.mark.parametrize("role", TWINS)
def test_the_page_shows_the_same_as_without_the_session(
    opened: Assistant,
    twin_of: Callable[[str], Site],
    role: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What an opinion is sent under is drawn for each answer.
    monkeypatch.setattr(result, "token_urlsafe", lambda size: "a" * 22)
    pages = []
    for assistant, who in ((opened, role), (twin_of(role).assistant, "staff")):
        examples = Examples(assistant)
        examples.find(assistant.view_for(READERS[who]))
        asking = Asking(assistant, examples, "fr", Meters(assistant, Health(assistant).report))
        shown = [asking.start(gradio_request(who))]
        boxes: list[list[str]] = [[] for _ in FACETS]
        for question in QUESTIONS[::7]:
            shown.append([*asking.ask(question, None, None, gradio_request(who), *boxes)])
        pages.append(even(repr(shown)))
    assert pages[0] == pages[1]
    assert not WORDS.search(pages[0])


def gradio_request(role: str) -> Any:
    """Return a request as Gradio passes it on, from somebody of a role."""
    reader = READERS[role]
    known: dict[str, Identity] = {}
    if reader.is_signed_in:
        own: Role = "staff" if reader.sees_all else "agent"
        known["identity"] = Identity(role, own, "session", reader.groups)
    scope = {"type": "http", "query_string": b"", "headers": [], "state": known}
    return gr.Request(Request(scope))


@pytest.mark.parametrize("role", TWINS)
def test_what_is_listed_and_exported_is_the_same_as_without_the_session(
    site: Site, twin_of: Callable[[str], Site], role: str
) -> None:
    client, other = site.as_role(role), twin_of(role).as_role("staff")
    for address in (
        "/evenement", "/evenement/forum", "/evenement/zephyr", "/fiche/evenement/forum.html",
        "/seance/forum/conference-1", "/seance/forum/atelier-9", "/seance/forum/atelier",
        "/fiche/seance/forum/conference-1.html", "/fiche/seance/forum/atelier-9.html",
        "/seance/Zéphyr", "/accessibilite",
        *(f"/fiche.html?q={question}" for question in QUESTIONS[::11]),
        "/fiche.html?q=Que dit-on de la cuisine centrale ?&seance=forum/atelier-9",
    ):  # fmt: skip
        found, wanted = client.get(address), other.get(address)
        assert found.status_code == wanted.status_code, address
        assert even(found.text) == even(wanted.text), address
        assert not WORDS.search(found.text), address


def test_files_to_keep_hold_the_same_as_without_the_session(
    site: Site, twin_of: Callable[[str], Site]
) -> None:
    client, other = site.as_role("elected"), twin_of("elected").as_role("staff")
    for address in (
        "/fiche/evenement/forum.odt", "/fiche/seance/forum/conference-1.odt",
        "/fiche/seance/forum/atelier-9.odt",
        *(f"/fiche.odt?q={question}" for question in QUESTIONS[::40]),
    ):  # fmt: skip
        found, wanted = client.get(address), other.get(address)
        assert found.status_code == wanted.status_code, address
        if found.status_code == 200:
            assert _text_of(found.content) == _text_of(wanted.content), address
            assert not WORDS.search(_text_of(found.content)), address


def _text_of(odt: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(odt)) as archive:
        text = "".join(archive.read(name).decode() for name in ("content.xml", "meta.xml"))
    # When each file was made, to the second.
    return even(re.sub(r"(?<=date>)[^<]+", "", text))


def test_programs_and_tools_read_what_everybody_does(
    site: Site, opened: Assistant, twin_of: Callable[[str], Site]
) -> None:
    other = twin_of("anonymous")
    headers = {"Authorization": f"Bearer {TOKEN}"}

    def asked(where: Site, address: str, body: dict[str, Any]) -> Any:
        client = TestClient(where.app, "https://assistant.ville.fr", headers=headers)
        answer = client.post(address, json=body)
        return {**answer.json(), "seconds": 0, "status_code": answer.status_code}

    for address, body in (
        *(("/api/question", {"question": question}) for question in QUESTIONS[::23]),
        *(("/api/recherche", {"question": question}) for question in QUESTIONS[::23]),
        ("/api/fiche-seance", {"seance": "forum/atelier-9"}),
        ("/api/fiche-seance", {"seance": "Les cantines demain"}),
        ("/api/fiche-evenement", {"evenement": "forum"}),
    ):
        assert asked(site, address, body) == asked(other, address, body), body
    tools, others = Tools(opened), Tools(other.assistant)
    for question in QUESTIONS[::23]:
        fields = {"question": question}
        assert tools.call("ask", fields) == others.call("ask", fields)
    named = Tools(opened, READERS["hr"])
    assert named.call("event_sheet", {}) != tools.call("event_sheet", {})


# --- Every route, as each role -----------------------------------------------------------------

#: Where a document, or what is made of one, is given: its address, and the id of one that isn't.
OF_A_DOCUMENT = (
    "/document/{}", "/enregistrement/{}", "/passage/{}", "/lecture/{}", "/sous-titres/{}.vtt",
    "/vignette/{}?page=1", "/page/{}?page=1", "/surligne/{}",
)  # fmt: skip
#: Of all others: what the tests above compare, what needs staff, and what shows no document.
COMPARED = {
    "/accessibilite", "/fiche.odt", "/fiche.html", "/fiche/{kind}/{subject:path}.html",
    "/fiche/{kind}/{subject:path}.odt", "/seance/{session_id:path}", "/evenement/{event:path}",
    "/evenement", "/api/{rest:path}", "/avis",
}  # fmt: skip
OF_NO_DOCUMENT = {
    "/sante", "/mesures", "/connexion", "/connexion/ailleurs", "/connexion/retour",
    "/connexion/invitation", "/connexion/mot-de-passe", "/deconnexion",
}  # fmt: skip


def test_every_route_is_walked(site: Site) -> None:
    routes = site.paths
    walked = {re.sub(r"\?.*", "", one).replace("{}", "{document_id:path}") for one in OF_A_DOCUMENT}
    left = routes - walked - COMPARED - OF_NO_DOCUMENT
    assert left
    assert all(one.startswith("/personnel") for one in left)
    assert walked | COMPARED | OF_NO_DOCUMENT <= routes


@pytest.mark.parametrize("role", ROLES)
def test_a_document_for_others_is_as_one_that_does_not_exist(site: Site, role: str) -> None:
    client = site.as_role(role)
    given = set()
    for template in OF_A_DOCUMENT:
        for id_ in DOCUMENTS:
            suffix = id_.rpartition(".")[2]
            found = client.get(template.format(id_))
            unknown = client.get(template.format(f"forum/inconnu/rien.{suffix}"))
            assert found.headers["cache-control"] == "no-store"
            same = (found.status_code, found.content) == (unknown.status_code, unknown.content)
            if not reads(role, id_):
                assert same, (template, id_)
                assert found.headers.keys() == unknown.headers.keys()
            elif not same:
                given.add((template, id_))
    # What is to be read is: each document, and of each kind of route something.
    assert {id_ for _, id_ in given} == {id_ for id_ in DOCUMENTS if reads(role, id_)}
    assert {template for template, _ in given} == set(OF_A_DOCUMENT)


@pytest.mark.parametrize("role", ROLES)
def test_a_recording_is_heard_by_who_reads_its_transcript(site: Site, role: str) -> None:
    client = site.as_role(role)
    hears = reads(role, "forum/conference-1/huis-clos.vtt")
    for beside in ("huis-clos.pdf", "huis-clos.vtt"):
        found = client.get(f"/enregistrement/forum/conference-1/{beside}")
        assert found.status_code == (200 if hears else 404)


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_of_staff_are_for_staff(site: Site, role: str) -> None:
    client = site.as_role(role)
    for path in sorted(one for one in site.paths if one.startswith("/personnel")):
        address = re.sub(r"\{document_id:path\}", "forum/atelier-9/notes.md", path)
        found = client.get(re.sub(r"\{\w+(?::path)?\}", "forum", address))
        if role == "staff":
            assert found.status_code in (200, 303, 404, 405), path
        else:
            assert found.status_code in (303, 403), path
            assert not WORDS.search(found.text)


def test_an_opinion_names_no_document_that_its_sender_may_not_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr(
        "assistant.feedback.store.keep", lambda path, given, **more: kept.append(given)
    )
    sessions = ["forum/atelier-9", "forum/conference-1"]
    documents = ["forum/atelier-9/notes.md", "forum/conference-1/resume.md"]
    data = ["a" * 20, "Zéphyr ?", "", "answered", "gen-000001", sessions, documents, "oui", ""]
    for role, number in (("elected", 1), ("hr", 2)):
        answer = site.as_role(role).post("/avis", json={"data": data})
        assert answer.status_code == 200, answer.text
        assert len(kept[-1].sessions) == len(kept[-1].documents) == number


# --- Rights that change ------------------------------------------------------------------------


def test_a_change_of_rights_counts_at_once_and_encodes_nothing(
    own: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, bool]] = []
    monkeypatch.setattr(serving.runs, "start", lambda settings, **how: started.append(how))
    before = own._encoder.calls  # type: ignore[attr-defined]
    assert "forum/conference-1/resume.md" in own.view_for(ANYBODY).document_ids
    change(own.settings.corpus, lambda now: now.with_rule("forum/conference-1", ["rh"]))
    with pytest.raises(AudiencePending):
        serving.newest_view(own, ANYBODY)
    own.apply_rights()
    view = serving.newest_view(own, ANYBODY)
    assert view.document_ids == ("forum/atelier-2/notes.txt",)
    assert view.generation == own.published == "gen-000001"
    hr = ready(own, READERS["hr"]).document_ids
    assert "forum/conference-1/resume.md" in hr
    assert own._encoder.calls == before  # type: ignore[attr-defined]
    serving._made_ready.clear()


def test_who_waits_has_it_made_ready(own: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[dict[str, bool]] = []
    monkeypatch.setattr(serving.runs, "start", lambda settings, **how: started.append(how))
    monkeypatch.setattr(serving, "Thread", _AtOnce)
    change(own.settings.corpus, lambda now: now.with_rule("forum", ["elus"]))
    for _ in range(3):
        with pytest.raises(AudiencePending) as caught:
            serving.newest_view(own, ANYBODY)
    assert started == [{"rights_only": True}]
    told = unescape(result.fault_result(caught.value, "Zéphyr ?", Filters(), "", "fr"))
    assert "en cours de préparation" in told
    assert "Rechargez la page dans quelques instants." in told


class _AtOnce:
    """A thread that has ended when it has begun."""

    def __init__(self, target: Callable[..., None], args: list[Any], **more: Any) -> None:
        self.start = lambda: target(*args)


def test_nothing_at_all_to_read_is_an_empty_site(own: Assistant) -> None:
    change(own.settings.corpus, lambda now: now.with_rule("forum", ["elus"]))
    view = ready(own, ANYBODY)
    assert (view.document_ids, view.sessions, view.search("Zéphyr")) == ((), (), [])
    assert view.ask("Que dit-on de la cuisine centrale ?").status == "refused"


@pytest.mark.parametrize("how", ["wrong", "gone", "not to be opened"])
def test_rights_that_cannot_be_read_close_the_site_but_to_staff(own: Assistant, how: str) -> None:
    path = own.settings.corpus / FILE
    own.view_for(ANYBODY)
    if how == "wrong":
        path.write_text('[lecteurs]\n"forum" = ["inconnu"]\n')
    elif how == "gone":
        path.unlink()
    else:
        path.unlink()
        path.mkdir()
    for reader in (ANYBODY, READERS["hr"]):
        with pytest.raises(RightsError) as caught:
            own.view_for(reader)
        assert str(path) not in caught.value.in_a_line()
    with pytest.raises(RightsError):
        serving.program_view(own)
    assert "forum/atelier-9/notes.md" in own.view_for(EVERY_RIGHT).document_ids
    # Indexing goes on, and says what is wrong.
    if how == "wrong":
        assert [one.key for one in own.sync().problems] == ["errors.rights_group_unknown"]


def test_a_site_without_rights_is_as_ever(own: Assistant) -> None:
    settings = own.settings
    (settings.corpus / FILE).unlink()
    (settings.index / "audiences.json").unlink()
    with indexed(settings) as other:
        assert other.view_for(ANYBODY).document_ids == other.view().document_ids
        assert other.view_for(ANYBODY).audience == ""
        assert not audiences_in(settings.index / other.published)
        assert not (settings.index / "audiences.json").exists()
        made = Site(other)
        found = made.as_role("anonymous").get("/document/forum/atelier-9/notes.md")
        assert (found.status_code, found.headers.get("cache-control")) == (200, None)
        made.close()


def test_a_document_that_is_renamed_keeps_its_readers(own: Assistant) -> None:
    session = own.settings.corpus / "forum" / "atelier-9"
    session.rename(session.with_name("atelier-12"))
    alone = own.settings.corpus / "forum" / "atelier-2" / "interne.md"
    alone.rename(alone.with_name("externe.md"))
    own.sync()
    seen = ready(own, ANYBODY).document_ids
    assert not [id_ for id_ in seen if "atelier-12" in id_ or "externe" in id_]
    rights = rights_in(own.settings.corpus)
    assert rights
    assert rights.rules["forum/atelier-12"] == ("rh",)
    assert rights.rules["forum/atelier-2/externe.md"] == ("agents",)
    assert len(rights.rules) == 4


def test_a_document_that_is_renamed_keeps_its_readers_where_indexing_stops_midway(
    own: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = own.settings.corpus / "forum" / "atelier-9"
    session.rename(session.with_name("atelier-12"))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("assistant.ingest.sync.settle_renamed", stop)
        with pytest.raises(KeyboardInterrupt):
            own.sync()
    own.sync()
    assert not [id_ for id_ in ready(own, ANYBODY).document_ids if "atelier-12" in id_]


def test_documents_renamed_under_rights_that_cannot_be_read_are_not_published(
    own: Assistant,
) -> None:
    session = own.settings.corpus / "forum" / "atelier-9"
    session.rename(session.with_name("atelier-12"))
    (own.settings.corpus / FILE).write_text("[lecteurs")
    with pytest.raises(RightsError):
        own.sync()
    assert not [id_ for id_ in own.view().document_ids if "atelier-12" in id_]


def test_more_audiences_than_there_may_be_are_refused(
    own: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.ingest.audiences.MOST_AUDIENCES", 2)
    own.apply_rights()
    assert own.view_for(ANYBODY).document_ids
    with pytest.raises(RightsError) as caught:
        own.view_for(READERS["hr"])
    assert caught.value.key == "audiences_full"


def test_what_is_erased_goes_from_the_rights_and_from_every_audience(own: Assistant) -> None:
    ready(own, READERS["hr"])
    gone = "forum/conference-1/huis-clos.vtt"
    forget(own.settings.index, own.settings.corpus, [gone], asked_by="archiviste")
    own.refresh()
    rights = rights_in(own.settings.corpus)
    assert rights
    assert gone not in rights.rules
    assert gone not in own.view_for(READERS["hr"]).document_ids
    assert own.view_for(ANYBODY).document_ids
    left = [path.read_bytes() for path in own.settings.index.rglob("*") if path.is_file()]
    assert not [one for one in left if "stock d'épeautre".encode() in one]


# --- The commands ------------------------------------------------------------------------------


def test_the_commands_show_all_or_what_a_group_sees(
    own: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(core, "open_encoder", lambda settings: FakeEncoder())
    where = ["--corpus", str(own.settings.corpus), "--index", str(own.settings.index)]

    def run(*words: str) -> tuple[int, str]:
        status = main([*where, *words])
        return status, capsys.readouterr().out

    change(own.settings.corpus, lambda now: replace(now, groups={**now.groups, "autres": ()}))
    asked = ("search", "Zéphyr supprime combien de postes")
    assert WORDS.search(run(*asked)[1])
    assert not WORDS.search(run(*asked, "--as-group", "tous")[1])
    assert WORDS.search(run(*asked, "--as-group", "rh", "--as-group", "elus")[1])
    assert "atelier-9" not in run("sheet", "--as-group", "autres", "--json")[1]
    assert run("ask", "Zéphyr ?", "--as-group", "inconnu")[0] == 1
    assert run("sync", "--rights-only")[0] == 0


def test_the_doctor_says_what_is_wrong_with_the_rights(own: Assistant) -> None:
    def told() -> list[tuple[str, str]]:
        results = examine(own.settings)
        return [(one.severity, one.message) for one in results if one.check == "rights"]

    assert [severity for severity, _ in told()] == ["ok"]
    change(own.settings.corpus, lambda now: now.with_rule("forum/ancienne", ["rh"]))
    assert "« forum/ancienne »" in told()[0][1]
    (own.settings.corpus / FILE).unlink()
    own.apply_rights()
    (own.settings.index / "audiences.json").write_text("{}")
    assert [severity for severity, _ in told()] == ["error"]


# --- Through Gradio ----------------------------------------------------------------------------


def test_the_page_answers_as_the_reader_who_asks(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.private_page", str(tmp_path)]
    question = "Combien de postes supprime le projet Zéphyr ?"
    with running(command) as address, patient.client() as client:
        nobody = shown(ask(client, address, question))
        # What others send in the proxy's name is nothing.
        client.headers.update({name: SSO[name] for name in SSO if "Secret" not in name})
        liar = shown(ask(client, address, question))
        client.headers.update(SSO)
        theirs = shown(ask(client, address, question))
        page = client.get(f"{address}/").headers["cache-control"]
    assert "supprime dix-sept postes" in unescape(theirs)
    assert "dix-sept" not in unescape(nobody + liar)
    assert page == "no-store"
