"""The API for programs: who may ask, what is refused and how, and what its description says."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import AliasChoices
from starlette.testclient import TestClient

import assistant.core
from assistant import records
from assistant.core import Assistant
from assistant.errors import SettingsError
from assistant.i18n import Language
from assistant.settings import Settings
from assistant.view import View
from assistant.web.api import desk
from assistant.web.api.desk import MOST_AT_ONCE, MOST_WAITING
from assistant.web.api.requests import ProgramRequest, QuestionRequest, SearchRequest
from assistant.web.api.routes import api_routes, description
from assistant.web.documents.routes import document_routes
from assistant.web.http.authentication import Authentication
from assistant.web.http.guard import MOST_API_BYTES, Guard
from assistant.web.http.protection import Protection
from assistant.web.http.sessions import FILE, Sessions
from assistant.web.ops.health import Health
from assistant.web.ops.metrics import Meters
from assistant.web.shared.facets import FACETS, filters_of
from assistant.web.shared.languages import LANGUAGES
from tests.conftest import ROOT
from tests.support import patient
from tests.support.descriptions import lost, reduced
from tests.support.fakes import FakeEncoder

HOST = "https://assistant.ville.fr"
TOKEN = "0123456789abcdef" * 2
BEARER = {"Authorization": f"Bearer {TOKEN}"}
DOCUMENTS = {
    "forum/cantine/compte-rendu.md": "# Cantines\n\nLa cuisine centrale sert 900 repas par jour.\n",
    "forum/voirie/notes.txt": "Quarante nids-de-poule ont été signalés au mois de mars.\n",
}
QUESTION = "Combien de repas la cuisine centrale sert-elle par jour ?"
#: The description that programs were first written against. It never changes: fields may be added
#: to what is described today, and nothing of this may be taken away.
PUBLISHED = Path(__file__).with_name("published-openapi.json")
SECRET = "xylophone ultraconfidentiel"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("api")
    for name, text in DOCUMENTS.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "jeton").write_text(f"{TOKEN}\n")
    return Settings(
        corpus=folder / "corpus",
        index=folder / "index",
        accounts=folder / "comptes.json",
        api_token=str(folder / "jeton"),
    )


@pytest.fixture(scope="module")
def opened(settings: Settings) -> Iterator[Assistant]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assistant.core, "open_encoder", lambda _: FakeEncoder())
        with Assistant(settings) as one:
            one.sync()
            yield one


def app_of(one: Assistant, settings: Settings) -> FastAPI:
    """Return the API behind the real guard and gate, before a stranger under "/" as Gradio is."""
    app = FastAPI(openapi_url=None)
    sessions = Sessions(settings.index / FILE, settings.accounts, settings.session_hours)
    app.add_middleware(Authentication, access=settings.access_options(), sessions=sessions)
    app.add_middleware(
        Guard, own_names=("127.0.0.1",), public_names=("assistant.ville.fr",), most_upload_bytes=1
    )
    app.add_middleware(Protection)
    meters = Meters(one, Health(one).report)
    app.state.meters = meters
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(one, "settings", settings)
        app.include_router(api_routes(one, meters))
    app.include_router(document_routes(one))

    @app.post("/{rest:path}")
    @app.get("/{rest:path}")
    def stranger() -> PlainTextResponse:
        return PlainTextResponse("Gradio")

    return app


@pytest.fixture(scope="module")
def program(opened: Assistant, settings: Settings) -> Iterator[TestClient]:
    with TestClient(app_of(opened, settings), HOST, headers=BEARER) as client:
        client.headers["Accept-Language"] = "fr"
        yield client


def told(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Make sure of a problem, and return it."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    found: dict[str, Any] = answer.json()
    assert (found["status"], found["code"]) == (status, code)
    assert not list(schema("Problem").iter_errors(found))
    return found


def names_of(kind: type[ProgramRequest]) -> list[list[str]]:
    """Return the names of each field, the first being the one described."""
    aliases = [field.validation_alias for field in kind.model_fields.values()]
    return [[str(name) for name in one.choices] for one in aliases if isinstance(one, AliasChoices)]


def schema(name: str) -> Draft202012Validator:
    """Return what checks that something is as the description says."""
    whole = {"$ref": f"#/components/schemas/{name}", "components": description()["components"]}
    return Draft202012Validator(whole)


# --- Whether it exists -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["recherche", "question", "openapi.json", "predict", "x/y"])
def test_without_a_token_set_there_is_no_api(
    opened: Assistant, settings: Settings, path: str
) -> None:
    with TestClient(app_of(opened, replace(settings, api_token="")), HOST) as client:
        for headers in ({}, BEARER, {"Authorization": "Bearer "}):
            for answer in (
                client.get(f"/api/{path}", headers=headers),
                client.post(f"/api/{path}", headers=headers, json={"q": QUESTION}),
            ):
                assert answer.status_code == 404
                assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "written", ["", "0123456789abcdef", "0123456789abcdef " * 3, "é" * 40, None]
)
def test_a_token_that_won_t_do_is_refused_at_the_start(
    opened: Assistant, settings: Settings, tmp_path: Path, written: str | None
) -> None:
    file = tmp_path / "jeton"
    if written is not None:
        file.write_text(written)
    with pytest.raises(SettingsError) as refused:
        app_of(opened, replace(settings, api_token=str(file)))
    assert "« api_token »" in refused.value.remedy


def test_the_token_is_read_at_the_start_only(
    opened: Assistant, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "jeton"
    file.write_text(TOKEN)
    with TestClient(app_of(opened, replace(settings, api_token=str(file))), HOST) as client:
        file.unlink()
        assert client.post("/api/question", headers=BEARER, json={"q": "repas"}).status_code == 200


# --- Who may ask -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "Bearer")],
        [("Authorization", "Bearer ")],
        [("Authorization", f"Bearer {TOKEN[:-1]}")],
        [("Authorization", f"Bearer {TOKEN}0")],
        [("Authorization", f"Bearer {TOKEN.upper()}")],
        [("Authorization", f"Basic {TOKEN}")],
        [("Authorization", TOKEN)],
        [("Authorization", f"Bearer {TOKEN}"), ("Authorization", f"Bearer {TOKEN}")],
        [("Authorization", "Bearer x"), ("Authorization", f"Bearer {TOKEN}")],
        [("Authorization", "Bearer é".encode("latin-1"))],
        [("Cookie", f"__Host-session={TOKEN}; token={TOKEN}")],
        [("X-Assistant-Secret", TOKEN)],
    ],
)
def test_who_brings_no_right_token_learns_nothing(
    program: TestClient, headers: list[tuple[str, str]]
) -> None:
    with TestClient(program.app, HOST) as anybody:
        for answer in (
            anybody.post("/api/question", headers=headers, json={"q": QUESTION}),
            anybody.post("/api/recherche", headers=headers, content=b"{"),
            anybody.get("/api/openapi.json", headers=headers),
            anybody.put("/api/nothing", headers=headers),
        ):
            told(answer, 401, "api_token_wrong")
            assert answer.headers["www-authenticate"] == 'Bearer realm="assistant"'


def test_a_token_in_the_address_counts_for_nothing(program: TestClient) -> None:
    with TestClient(program.app, HOST) as anybody:
        answer = anybody.get(f"/api/openapi.json?access_token={TOKEN}&token={TOKEN}")
        told(answer, 401, "api_token_wrong")


def test_the_scheme_may_be_written_in_any_case(program: TestClient) -> None:
    answer = program.get("/api/openapi.json", headers={"Authorization": f"bearer {TOKEN}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://assistant.ville.fr.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_another_sites_page_may_not_ask_even_with_the_token(
    program: TestClient, headers: dict[str, str], method: str
) -> None:
    answer = program.request(method, "/api/question", headers=headers, json={"q": QUESTION})
    told(answer, 403, "forbidden")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_page_of_ours_may_ask(program: TestClient) -> None:
    answer = program.post("/api/question", headers={"Origin": HOST}, json={"q": QUESTION})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_no_page_is_told_that_it_may_ask(program: TestClient) -> None:
    asking = {"Origin": HOST, "Access-Control-Request-Method": "POST"}
    answer = program.options("/api/question", headers=asking)
    told(answer, 403, "forbidden")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_under_another_name_nothing_is_answered(program: TestClient) -> None:
    answer = program.post("/api/question", headers={"Host": "evil.example"}, json={"q": QUESTION})
    told(answer, 400, "unknown_name")


def test_a_site_for_accounts_only_answers_a_program_by_its_token(
    opened: Assistant, settings: Settings
) -> None:
    with TestClient(app_of(opened, replace(settings, public=False)), HOST) as client:
        told(client.post("/api/question", json={"q": QUESTION}), 401, "api_token_wrong")
        answer = client.post("/api/question", headers=BEARER, json={"q": QUESTION})
        assert answer.status_code == 200


# --- How to ask --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["recherche", "question"])
def test_a_question_comes_by_post_only(program: TestClient, method: str, path: str) -> None:
    answer = program.request(method, f"/api/{path}?q=repas")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        assert "journaux" in told(answer, 405, "api_method")["remedy"]


def test_the_description_is_read_and_not_written(program: TestClient) -> None:
    assert program.head("/api/openapi.json").status_code == 200
    answer = program.post("/api/openapi.json", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_method_of_nobody_s_reaches_nothing(program: TestClient) -> None:
    assert program.request("BREW", "/api/question").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/predict", "/api/question/", "/api/question/x", "/api/docs", "/api/redoc"],
)
def test_no_other_address_of_the_api_answers(program: TestClient, path: str) -> None:
    told(program.post(path, json={"q": QUESTION}), 404, "api_address_unknown")
    told(program.get(path), 404, "api_address_unknown")


@pytest.mark.parametrize("path", ["/api", "/en/api/question", "/API/question"])
def test_the_api_has_one_address(program: TestClient, path: str) -> None:
    assert program.post(path, json={"q": QUESTION}, headers={"Origin": HOST}).status_code == 404


def test_a_question_in_the_address_is_refused(program: TestClient) -> None:
    answer = program.post("/api/question?q=repas", json={"q": QUESTION})
    told(answer, 400, "api_query")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b'"repas"', b"null", b"12", b'{"q": NaN}', b'{"q": "caf\xe9"}',
        b"\xff\xfe{\x00", b'{"q": "\\ud800"}', b'{"\\udfff": 1}', b"[" * 15_000,
        b'{"q": ' + b"[" * 9_000 + b"]" * 9_000 + b"}", b'{"k": ' + b"9" * 6_000 + b"}",
    ],
    ids=range(14),
)  # fmt: skip
def test_what_is_no_json_object_is_refused(program: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    told(program.post("/api/question", headers=headers, content=content), 400, "api_not_json")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": ""},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_that_is_not_announced_as_json_is_refused(
    program: TestClient, headers: dict[str, str]
) -> None:
    content = json.dumps({"q": QUESTION}).encode()
    answer = program.post("/api/question", headers=headers, content=content)
    told(answer, 415, "api_media_type")


def test_a_body_that_is_too_long_is_refused_announced_or_not(program: TestClient) -> None:
    long = json.dumps({"q": "a" * MOST_API_BYTES}).encode()
    headers = {"Content-Type": "application/json"}
    told(program.post("/api/question", headers=headers, content=long), 413, "too_much")
    pieces = (long[at : at + 1000] for at in range(0, len(long), 1000))
    told(program.post("/api/question", headers=headers, content=pieces), 413, "too_much")


@pytest.mark.parametrize(
    ("sent", "code", "named"),
    [
        ({}, "field_missing", "« q »"),
        ({"q": 12}, "field_not_text", "« q »"),
        ({"q": None}, "field_not_text", "« q »"),
        ({"q": {"path": "/etc/passwd"}}, "field_not_text", "« q »"),
        ({"question": 12}, "field_not_text", "« question »"),
        ({"query": ""}, "question_empty", ""),
        ({"q": "repas", "séance": []}, "field_unknown", "« séance »"),
        ({"q": "repas", "question": "repas"}, "field_twice", "« question » et « q »"),
        ({"q": "repas", "event": [], "events": []}, "field_twice", "« events » et « event »"),
        ({"q": "repas", "k": 3}, "field_unknown", "« k »"),
        ({"q": "repas", "seance": "forum/cantine"}, "field_not_texts", "« seance »"),
        ({"q": "repas", "sessions": "forum/cantine"}, "field_not_texts", "« sessions »"),
        ({"q": "repas", "seance": [["forum"]]}, "field_not_texts", "« seance »"),
        ({"q": "repas", "seance": ["a"] * 51}, "field_not_texts", "« seance »"),
        ({"q": "repas", "precedente": ["a"]}, "field_not_text", "« precedente »"),
        ({"q": "repas", "seance": ["forum/cantines"]}, "filter_unknown", "« forum/cantines »"),
        ({"q": ""}, "question_empty", ""),
        ({"q": "?!"}, "question_empty", ""),
        ({"q": "a" * 1001}, "question_too_long", "1001"),
    ],
)
def test_what_can_t_be_asked_is_refused_with_what_to_do(
    program: TestClient, sent: dict[str, Any], code: str, named: str
) -> None:
    problem = told(program.post("/api/question", json=sent), 422, code)
    assert named in problem["detail"]
    assert problem["remedy"]


@pytest.mark.parametrize("k", [0, -1, 51, 2.0, "3", True, None, [3]])
def test_a_number_of_passages_is_a_number_within_bounds(program: TestClient, k: object) -> None:
    problem = told(
        program.post("/api/recherche", json={"q": "repas", "k": k}), 422, "field_not_number"
    )
    assert "1 à 50" in problem["detail"]


def test_the_nearest_field_and_filter_are_suggested(program: TestClient) -> None:
    problem = told(program.post("/api/question", json={"q": "x", "kk": 1}), 422, "field_unknown")
    assert "precedente" in problem["remedy"]
    sent = {"q": "repas", "seance": ["forum/cantines"]}
    problem = told(program.post("/api/question", json=sent), 422, "filter_unknown")
    assert "« forum/cantine »" in problem["remedy"]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("séance", "seance"), ("Sessions", "seance"), ("intervenante", "intervenant"), ("kk", "type")],
)
def test_the_nearest_name_is_told_by_the_field_s_first(
    program: TestClient, name: str, nearest: str
) -> None:
    sent = {"q": "repas", name: []}
    problem = told(program.post("/api/question", json=sent), 422, "field_unknown")
    assert f"Vouliez-vous dire « {nearest} » ?" in problem["remedy"]


@pytest.mark.parametrize("name", ["prompt", "texte", "message", "input", "qq"])
def test_an_unknown_field_in_place_of_the_question_is_told_to_be_it(
    program: TestClient, name: str
) -> None:
    problem = told(program.post("/api/question", json={name: "repas"}), 422, "field_unknown")
    assert "Vouliez-vous dire « q » ?" in problem["remedy"]


@pytest.mark.parametrize("name", ["q", "question", "query"])
def test_a_question_goes_by_the_names_that_a_program_would_guess(
    program: TestClient, name: str
) -> None:
    found = program.post("/api/question", json={name: QUESTION}).json()
    assert (found["question"], found["status"]) == (QUESTION, "answered")


@pytest.mark.parametrize("name", ["seance", "seances", "session", "sessions"])
def test_a_filter_goes_by_the_names_that_a_program_would_guess(
    program: TestClient, name: str
) -> None:
    sent = {"q": "repas de la cuisine", name: ["forum/voirie"]}
    found = program.post("/api/recherche", json=sent).json()
    assert {one["passage"]["document_id"] for one in found["hits"]} == {"forum/voirie/notes.txt"}


@pytest.mark.parametrize("kind", [SearchRequest, QuestionRequest])
def test_a_name_means_one_field(kind: type[ProgramRequest]) -> None:
    names = [one for names in names_of(kind) for one in names]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("kind", [SearchRequest, QuestionRequest])
def test_filters_are_called_as_in_the_pages_addresses(kind: type[ProgramRequest]) -> None:
    fields = {name: names_of(kind)[at][0] for at, name in enumerate(kind.model_fields)}
    assert {one.field: one.parameter for one in FACETS}.items() <= fields.items()
    asked = kind.model_validate({"q": "x", **{one.parameter: [one.field] for one in FACETS}})
    assert asked.filters == filters_of([[one.field] for one in FACETS])


def test_the_guide_names_every_field_and_its_other_names() -> None:
    guide = (ROOT / "docs" / "guide-programmes.md").read_text(encoding="utf-8")
    every = {
        one
        for kind in (SearchRequest, QuestionRequest)
        for names in names_of(kind)
        for one in names
    }
    assert {name for name in every if f"`{name}`" not in guide} == set()


def test_errors_are_told_in_the_language_asked_for(program: TestClient) -> None:
    cookie = {"Cookie": "langue=fr"}
    for language, words in (("fr, en;q=0.5", "Le champ"), ("en-GB, fr;q=0.5", "The field")):
        headers = {"Accept-Language": language, **cookie}
        answer = program.post("/api/question", headers=headers, json={})
        assert told(answer, 422, "field_missing")["detail"].startswith(words)
        assert answer.headers["content-language"] == language[:2]


# --- What is answered --------------------------------------------------------------------------


def test_an_answer_cites_its_source_and_says_where_it_opens(program: TestClient) -> None:
    answer = program.post("/api/question", json={"q": QUESTION})
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert not list(schema("Answer").iter_errors(found))
    assert found["status"] == "answered"
    (citation, *_) = found["citations"]
    assert "900 repas" in citation["quote"]
    assert citation["passage"]["document_id"] == "forum/cantine/compte-rendu.md"
    assert citation["place_in_words"].startswith("ligne")
    assert "mark" in program.get(citation["addresses"]["passage"]).text
    assert "900 repas" in program.get(citation["addresses"]["document"]).text


def test_the_sheet_of_a_session_cites_its_sources(program: TestClient) -> None:
    found = program.post("/api/fiche-seance", json={"seance": "cantine"}).json()
    assert not list(schema("SessionSheet").iter_errors(found))
    assert found["session"]["id"] == "forum/cantine"
    (figure,) = (one for one in (*found["points"], *found["figures"]) if "900" in one["quote"])
    assert "900 repas" in program.get(figure["addresses"]["document"]).text
    assert found["documents"][0]["address"].startswith("/passage/forum/cantine/")


def test_the_sheet_of_the_event_lists_its_sessions(program: TestClient) -> None:
    found = program.post("/api/fiche-evenement", json={}).json()
    assert not list(schema("EventSheet").iter_errors(found))
    assert [one["id"] for one in found["sessions"]] == ["forum/cantine", "forum/voirie"]


def test_a_sheet_of_nothing_is_told_with_the_nearest(program: TestClient) -> None:
    answer = program.post("/api/fiche-seance", json={"seance": "la piscine"})
    assert "forum/cantine" in told(answer, 404, "session_unknown")["remedy"]
    told(
        program.post("/api/fiche-evenement", json={"evenement": "gala"}), 404, "sheet_event_unknown"
    )
    told(program.post("/api/fiche-seance", json={}), 422, "field_missing")
    told(program.post("/api/fiche-seance", json={"seance": 3}), 422, "field_not_text")
    told(program.post("/api/fiche-seance", json={"seances": "a"}), 422, "field_unknown")


def test_what_the_documents_don_t_say_is_refused(program: TestClient) -> None:
    found = program.post("/api/question", json={"q": "Qui a peint la Joconde ?"}).json()
    assert not list(schema("Answer").iter_errors(found))
    assert (found["status"], found["text"], found["citations"]) == ("refused", "", [])


def test_a_greeting_is_answered_in_the_reader_s_language(program: TestClient) -> None:
    headers = {"Accept-Language": "en"}
    answer = program.post("/api/question", json={"q": "Hello"}, headers=headers).json()
    assert not list(schema("Answer").iter_errors(answer))
    assert (answer["engine"], answer["intent"], answer["hits"]) == ("talk", "talk", [])
    assert answer["told"][0]["words"].startswith("Hello!")
    assert answer["text"].startswith("Hello!")


def test_a_perhaps_claims_nothing(opened: Assistant, settings: Settings) -> None:
    doubtful = replace(settings, answer_threshold=1.0, perhaps_threshold=0.0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(opened, "settings", doubtful)
        with TestClient(app_of(opened, doubtful), HOST, headers=BEARER) as client:
            found = client.post("/api/question", json={"q": QUESTION}).json()
    assert not list(schema("Answer").iter_errors(found))
    assert (found["status"], found["text"]) == ("perhaps", "")
    assert found["citations"]


def test_passages_are_given_as_the_description_says(program: TestClient) -> None:
    found = program.post("/api/recherche", json={"q": "repas de la cuisine", "k": 1}).json()
    assert not list(schema("Hits").iter_errors(found))
    (hit,) = found["hits"]
    assert (hit["rank"], hit["passage"]["document_id"]) == (1, "forum/cantine/compte-rendu.md")


def test_filters_limit_what_is_found(program: TestClient) -> None:
    sent = {"q": "repas de la cuisine", "seance": ["forum/voirie"], "evenement": ["forum"]}
    found = program.post("/api/recherche", json=sent).json()
    assert {one["passage"]["document_id"] for one in found["hits"]} == {"forum/voirie/notes.txt"}


def test_a_follow_up_keeps_the_subject_of_the_question_before(program: TestClient) -> None:
    sent = {"q": "Et combien par jour ?", "precedente": "Que sert la cuisine centrale ?"}
    found = program.post("/api/question", json=sent).json()
    assert found["subject"] == "Que sert la cuisine centrale ?"


def test_words_and_addresses_are_in_the_language_asked_for(program: TestClient) -> None:
    headers = {"Accept-Language": "en"}
    found = program.post("/api/question", headers=headers, json={"q": QUESTION}).json()
    (citation, *_) = found["citations"]
    assert citation["place_in_words"].startswith("line")
    assert "langue=en" in citation["addresses"]["passage"]


def test_a_document_that_is_gone_has_no_address(program: TestClient, settings: Settings) -> None:
    file = settings.corpus / "forum/voirie/notes.txt"
    kept = file.read_bytes()
    file.unlink()
    try:
        found = program.post("/api/recherche", json={"q": "nids-de-poule signalés"}).json()
    finally:
        file.write_bytes(kept)
    assert not list(schema("Hits").iter_errors(found))
    assert found["hits"][0]["addresses"]["document"] is None


# --- The page is not starved, and nothing is kept ----------------------------------------------


def test_past_a_few_at_once_programs_are_told_to_come_back(
    program: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, places = threading.Event(), threading.Semaphore(MOST_AT_ONCE)
    had_place: list[bool] = []

    def slow(*_: object) -> list[records.Hit]:
        had_place.append(places.acquire(blocking=False))
        may_end.wait(patient.SECONDS)
        places.release()
        return []

    monkeypatch.setattr(View, "search", slow)
    number = MOST_AT_ONCE + MOST_WAITING + 1
    with ThreadPoolExecutor(number) as programs:
        asked = [
            programs.submit(program.post, "/api/recherche", json={"q": "repas"})
            for _ in range(number)
        ]
        try:
            # None of those taken ends before it may: the first to end is the one too many.
            refused = next(as_completed(asked, timeout=patient.SECONDS)).result()
        finally:
            may_end.set()
        statuses = sorted(one.result().status_code for one in asked)
    told(refused, 503, "api_busy")
    assert refused.headers["retry-after"] == "2"
    assert statuses == [200] * (number - 1) + [503]
    assert had_place == [True] * (number - 1)
    counted = program.app.state.meters.registry.get_sample_value(  # type: ignore[attr-defined]
        "assistant_busy_total", {"place": "api"}
    )
    assert counted == 1
    assert program.post("/api/recherche", json={"q": "repas"}).status_code == 200


def test_a_fault_of_ours_is_told_without_the_question_in_the_log(
    program: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(view: View, question: str, *_: object) -> None:
        raise ValueError(question)

    monkeypatch.setattr(View, "ask", failing)
    with caplog.at_level(logging.DEBUG):
        answer = program.post("/api/question", json={"q": SECRET})
    told(answer, 500, "unexpected")
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text + answer.text


def test_an_answer_that_is_not_as_described_is_a_fault_of_ours(
    program: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def more(*_: object) -> dict[str, object]:
        return {"question": SECRET, "undescribed": 1}

    monkeypatch.setattr(desk, "answer_fields", more)
    with caplog.at_level(logging.DEBUG):
        answer = program.post("/api/question", json={"q": SECRET})
    told(answer, 500, "unexpected")
    assert "ResponseValidationError" in caplog.text
    assert SECRET not in caplog.text + answer.text


def test_no_question_is_logged(program: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        program.post("/api/question", json={"q": SECRET})
        program.post("/api/recherche", json={"q": SECRET, "k": SECRET})
        program.post("/api/recherche", json={"q": "repas", "seance": [SECRET]})
    assert "question" in caplog.text
    assert SECRET not in caplog.text


def test_without_an_index_the_remedy_is_told(settings: Settings, tmp_path: Path) -> None:
    empty = replace(settings, index=tmp_path / "index")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assistant.core, "open_encoder", lambda _: FakeEncoder())
        with Assistant(empty) as one, TestClient(app_of(one, empty), HOST) as client:
            answer = client.post("/api/question", headers=BEARER, json={"q": QUESTION})
    assert "assistant sync" in told(answer, 503, "index_missing")["remedy"]


# --- The description ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_is_openapi(language: Language) -> None:
    OpenAPIV31SpecValidator(description(language)).validate()
    for one in description(language)["components"]["schemas"].values():
        validator_for(one, default=Draft202012Validator).check_schema(one)


def test_the_description_is_given_as_it_is(program: TestClient) -> None:
    assert program.get("/api/openapi.json").json() == description()
    english = program.get("/api/openapi.json", headers={"Accept-Language": "en"})
    assert english.headers["content-language"] == "en"
    assert english.json() == description("en")
    assert english.json()["components"]["schemas"]["Answer"]["description"].startswith("What")


def test_programs_that_work_today_go_on_working() -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    now = description()
    paths = reduced(published["paths"], published, "paths"), reduced(now["paths"], now, "paths")
    assert [*lost(*paths, "/paths")] == []
    assert now["security"] == published["security"]
    assert now["servers"] == published["servers"]
    assert now["components"]["securitySchemes"] == published["components"]["securitySchemes"]
    # Of which generators of code make names.
    assert set(now["components"]["schemas"]) >= set(published["components"]["schemas"])


def _answer(described: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = described["components"]["schemas"]["Answer"]
    return answer


def _asked(described: dict[str, Any]) -> dict[str, Any]:
    asked: dict[str, Any] = described["components"]["schemas"]["Question"]
    return asked


@pytest.mark.parametrize(
    "change",
    [
        lambda now: now["paths"].pop("/api/recherche"),
        lambda now: now["paths"]["/api/question"]["post"]["responses"].pop("422"),
        lambda now: now["paths"]["/api/question"]["post"].update(operationId="ask"),
        lambda now: _answer(now)["properties"].pop("text"),
        lambda now: _answer(now)["required"].remove("text"),
        lambda now: _answer(now)["properties"]["status"]["enum"].remove("perhaps"),
        lambda now: _answer(now)["properties"]["seconds"].update(type="string"),
        lambda now: _asked(now)["properties"].pop("seance"),
        lambda now: _asked(now)["required"].append("k"),
        lambda now: _asked(now)["properties"]["q"].update(maxLength=100),
    ],
    ids=range(10),
)
def test_a_change_that_breaks_a_program_is_seen(change: Callable[[Any], object]) -> None:
    before, now = description(), deepcopy(description())
    change(now)
    paths = reduced(before["paths"], before, "paths"), reduced(now["paths"], now, "paths")
    assert [*lost(*paths, "/paths")]


@pytest.mark.parametrize(
    "change",
    [
        lambda now: now["paths"].update({"/api/sources": {"get": {}}}),
        lambda now: _answer(now)["properties"].update(more={"type": "string"}),
        lambda now: _answer(now)["properties"]["engine"]["enum"].append("other"),
        lambda now: _asked(now)["properties"].update(more={"type": "string"}),
    ],
    ids=range(4),
)
def test_what_is_added_breaks_no_program(change: Callable[[Any], object]) -> None:
    before, now = description(), deepcopy(description())
    change(now)
    paths = reduced(before["paths"], before, "paths"), reduced(now["paths"], now, "paths")
    assert [*lost(*paths, "/paths")] == []


@pytest.mark.parametrize("name", ["Answer", "Hit", "Citation", "Cell", "Passage", "Place", "Mark"])
def test_every_field_of_a_record_is_described(name: str) -> None:
    described = description()["components"]["schemas"][name]
    own = {one.name for one in fields(getattr(records, name))}
    assert own <= set(described["properties"]) == set(described["required"])
    assert described["additionalProperties"] is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_described_is_described_in_words(language: Language) -> None:
    bare: list[str] = []

    def look(node: object, path: str) -> None:
        if isinstance(node, dict):
            for name, one in node.get("properties", {}).items():
                if "$ref" not in one and not one.get("description", "").endswith("."):
                    bare.append(f"{path}/{name}")
            for name, one in node.items():
                look(one, f"{path}/{name}")

    look(description(language)["components"]["schemas"], "")
    assert not bare
    assert "openapi." not in json.dumps(description(language)).replace("openapi.json", "")
