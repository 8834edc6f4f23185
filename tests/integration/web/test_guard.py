"""What is open, to whom: the page attacked with plain requests."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from assistant.document_view import DocumentView
from assistant.records import Passage, Place
from assistant.web.http.failures import log_failure
from assistant.web.http.guard import Guard
from assistant.web.http.host_names import host_name
from tests.support import patient
from tests.support.fakes import FakeEncoder, FakeIndex
from tests.support.pages import ROOT, Visit, running, stand_in_command

QUEUE = "/gradio_api/queue/join"


def _own(address: str) -> dict[str, str]:
    return {"Origin": address}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
        {"Origin": "SELF", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=["foreign", "null", "none", "cross-site"],
)
def test_a_question_from_another_site_is_refused(stand_in: str, headers: dict[str, str]) -> None:
    sent = {name: value.replace("SELF", stand_in) for name, value in headers.items()}
    refused = patient.post(stand_in + QUEUE, headers=sent, json={"data": [], "fn_index": 0})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


def test_no_foreign_site_may_read_an_answer(stand_in: str) -> None:
    answered = patient.get(stand_in, headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answered.headers
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert httpx.options(stand_in + QUEUE, headers=asked).status_code in (400, 403)


@pytest.mark.parametrize("path", ["/api/question", "/api/openapi.json", "/api/predict", "/api/x"])
def test_where_no_token_is_set_programs_reach_nothing_of_gradio_either(
    stand_in: str, path: str
) -> None:
    bearer = {"Authorization": "Bearer none"}
    for answer in (
        patient.get(stand_in + path, headers=bearer),
        patient.post(stand_in + path, headers=bearer, json={"q": "tampon", "data": []}),
    ):
        assert (answer.status_code, answer.headers["content-type"][:9]) == (404, "text/html")


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_another_host_name_is_refused_in_french(stand_in: str, header: str) -> None:
    refused = patient.get(stand_in, headers={header: "evil.example"})
    assert refused.status_code == 400
    assert "Adresse inconnue" in refused.text


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Ville.fr.", "ville.fr"), ("ville.fr:443", "ville.fr"), ("[::1]:7860", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"), ("127.0.0.1:7860", "127.0.0.1"), ("", ""), ("::1", ""),
        ("ville.fr:x", ""), ("a@ville.fr", ""), ("ville.fr/x", ""), ("[ville.fr]", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_host_is_read_strictly(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("assistant.ville.fr", "https://assistant.ville.fr", 200),
        ("127.0.0.1:7860", "https://assistant.ville.fr", 200),
        ("[::1]:7860", "http://[::1]:7860", 200),
        ("localhost:7860", "http://localhost:9000", 403),
        ("127.0.0.1:7860", "https://ville.fr", 403),
        ("ville.fr", "https://ville.fr", 400),
    ],
    ids=["proxy", "proxy that names us", "IPv6", "another port", "another site", "another name"],
)
def test_a_question_is_taken_under_the_names_that_are_ours(
    host: str, origin: str, status: int
) -> None:
    guard = Guard(
        PlainTextResponse("passé"), ("localhost", "127.0.0.1", "::1"), (" Assistant.ville.fr", "")
    )
    sent = {"Host": host, "Origin": origin}
    answered = TestClient(guard).post(QUEUE, headers=sent, json={"data": []})
    assert answered.status_code == status


@pytest.mark.parametrize("query", ["page=2", "page=", "%70age=x&q=", "deep_link=x"])
def test_what_gradio_would_look_up_is_not_asked_of_it(stand_in: str, query: str) -> None:
    for home in ("/", "/en/"):
        assert patient.get(f"{stand_in}{home}?{query}").status_code == 200


def test_what_fails_is_a_page_with_the_same_protection(stand_in: str) -> None:
    failed = patient.get(f"{stand_in}/document/panne.txt")
    assert failed.status_code == 500
    assert "Une erreur inattendue" in failed.text.replace("&#39;", "'").replace("&#32;", " ")
    assert "secret-de-la-trace" not in failed.text
    assert "script-src 'self' 'nonce-" in failed.headers["content-security-policy"]
    assert failed.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/static/absent.js", "/assets/absent.js", "/svelte/absent.js",
        f"/assets/{'a' * 300}", f"/passage/forum/{'é' * 200}", f"/fichier/{'é' * 200}",
    ],
)  # fmt: skip
def test_what_gradio_does_not_find_is_our_page(stand_in: str, path: str) -> None:
    page = patient.get(stand_in + path)
    assert page.status_code == 404
    assert "Page introuvable" in page.text


@pytest.mark.parametrize(
    "path", ["/passage/forum/atelier-3/note.html", "/favicon.ico", "/apparence/style.css", "/sante"]
)
def test_what_can_be_read_answers_to_head(stand_in: str, path: str) -> None:
    assert httpx.head(stand_in + path).status_code == 200


def test_a_failure_is_logged_without_the_question(caplog: pytest.LogCaptureFixture) -> None:
    try:
        try:
            raise ZeroDivisionError("secret")
        except ZeroDivisionError as e:
            raise ValueError("secret") from e
    except ValueError as e:
        log_failure("A question failed", e)
    assert "ValueError" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "test_a_failure_is_logged_without_the_question" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    "path",
    [
        "/config", "/openapi.json", "/docs", "/redoc", "/monitoring", "/monitoring/summary",
        "/info", "/token", "/user", "/runs", "/robots.txt", "/manifest.json", "/gradio_api/info",
        "/gradio_api/openapi.json", "/gradio_api/config", "/gradio_api/token", "/gradio_api/user",
        "/gradio_api/file=https://evil.example/x", "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=https://evil.example/", "/gradio_api/queue/status",
        "/gradio_api/call/ask", "/gradio_api/deep_link", "/gradio_api/run-history/buckets",
        "/file=/etc/passwd", "/proxy=https://evil.example/", "//config", "/assets/../config",
        "/assets/%2e%2e/config", "/profiling/traces", "/vibe-code", "/dev/reload",
    ],
)  # fmt: skip
def test_a_closed_address_does_not_exist(stand_in: str, path: str) -> None:
    assert _status(stand_in, path) == 404


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/upload", "/gradio_api/run/predict", "/gradio_api/api/predict", "/login",
     "/gradio_api/component_server", "/gradio_api/call/ask", "/gradio_api/process_recording"],
)  # fmt: skip
def test_a_closed_action_does_not_exist(stand_in: str, path: str) -> None:
    refused = patient.post(stand_in + path, headers=_own(stand_in), files={"files": b"x" * 1000})
    assert refused.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/document/../../etc/passwd", "/document/%2e%2e/%2e%2e/etc/passwd",
        "/document/..%2f..%2fetc%2fpasswd", "/document//etc/passwd", "/document/%2Fetc%2Fpasswd",
        "/document/secret.txt", "/document/forum/atelier-3/compte-rendu.pdf%00.txt",
        "/document/forum%5catelier-3", "/document/forum/atelier-3/./note.html",
        "/enregistrement/../../etc/passwd", "/enregistrement/forum/atelier-3/note.html",
        "/passage/secret.txt", "/apparence/app.py", "/apparence/..%2fapp.py", "/inconnu",
    ],
)  # fmt: skip
def test_only_what_is_indexed_is_served(stand_in: str, path: str) -> None:
    assert _status(stand_in, path) == 404


def test_what_is_missing_is_said_in_french(stand_in: str) -> None:
    page = patient.get(f"{stand_in}/document/absent.pdf")
    assert "Page introuvable" in page.text
    assert 'lang="fr"' in page.text


@pytest.mark.parametrize("name", ["note.html", "plan.svg"])
def test_a_document_that_could_act_is_shown_as_text(stand_in: str, name: str) -> None:
    served = patient.get(f"{stand_in}/document/forum/atelier-3/{name}")
    assert served.status_code == 200
    assert served.headers["content-type"].startswith("text/plain")
    assert "sandbox" in served.headers["content-security-policy"]
    assert served.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_type_is_downloaded(stand_in: str) -> None:
    served = patient.get(f"{stand_in}/document/forum/atelier-2/diapositives.pptx")
    assert served.headers["content-disposition"].startswith("attachment")


def test_a_name_with_spaces_accents_and_signs_is_served(stand_in: str) -> None:
    served = patient.get(
        f"{stand_in}/document/forum/atelier-3/m%C3%A9mo%20d%27%C3%A9t%C3%A9%20%231.txt"
    )
    assert served.headers["content-type"] == "text/plain; charset=utf-8"
    assert served.content.decode() == "Les badges d'été ouvrent la salle bleue."


def test_a_file_in_the_place_of_words_is_refused(stand_in: str) -> None:
    file = {"path": "x", "url": "https://evil.example/x", "meta": {"_type": "gradio.FileData"}}
    for data in ([file, []], [[file]], {"0": file}, [[["x"]]]):
        sent = {"data": data, "fn_index": 0, "session_hash": "a"}
        assert patient.post(stand_in + QUEUE, headers=_own(stand_in), json=sent).status_code == 400


def test_a_body_too_large_is_refused(stand_in: str) -> None:
    sent = {"data": ["x" * 300_000, []], "fn_index": 0, "session_hash": "a"}
    assert patient.post(stand_in + QUEUE, headers=_own(stand_in), json=sent).status_code == 413


@pytest.mark.parametrize("path", ["/", "/passage/forum/atelier-3/note.html", "/inconnu"])
def test_every_page_is_protected(stand_in: str, path: str) -> None:
    headers = patient.get(stand_in + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'nonce-" in policy
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=()" in headers["permissions-policy"]


def test_the_page_names_no_other_site(stand_in: str) -> None:
    page = patient.get(stand_in).text
    for name in ("gradio.app", "huggingface", "githubusercontent", "og:", "twitter:"):
        assert name not in page


def test_each_visit_has_its_own_nonce(stand_in: str) -> None:
    policies = {patient.get(stand_in).headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


def test_a_recording_that_is_a_link_out_of_the_corpus_is_not_served(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a.vtt", "b.vtt", "b.mp3", "../secret.mp3"):
        (corpus / name).write_bytes(b"x")
    (corpus / "a.mp3").symlink_to(tmp_path / "secret.mp3")
    said = [Passage(id_, 0, "Oui.", "", Place("second", 0, 1), 1) for id_ in ("a.vtt", "b.vtt")]
    index: Any = FakeIndex(said, FakeEncoder())
    assert DocumentView("a.vtt", index, corpus, tmp_path).recording is None
    assert DocumentView("b.vtt", index, corpus, tmp_path).recording == corpus / "b.mp3"


def test_what_gradio_keeps_lies_in_a_folder_of_our_own_that_goes_with_us(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    with running(stand_in_command(tmp_path / "corpus"), {"TMPDIR": str(tmp_path / "temporary")}):
        kept = [*(tmp_path / "temporary").glob("assistant-page-*")]
        assert [one.stat().st_mode & 0o777 for one in kept] == [0o700]
    assert [*(tmp_path / "temporary").glob("assistant-page-*")] == []


def test_a_port_already_taken_is_said_in_french(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "tests.support.stand_in", str(tmp_path), str(port)],
            cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert ended.returncode != 0
    assert f"Le port {port} de 127.0.0.1 est déjà utilisé" in ended.stderr


def test_without_an_index_agents_are_told_to_try_again(tmp_path: Path, visit: Visit) -> None:
    environment = {"ASSISTANT_INDEX": str(tmp_path), "ASSISTANT_PORT": "0"}
    with running([sys.executable, "app.py"], environment) as address:
        assert patient.get(f"{address}/sante").status_code == 503
        document = patient.get(f"{address}/document/a.pdf")
        assert document.status_code == 503
        # Commands and paths are for who runs the service.
        assert "sync" not in document.text and str(tmp_path) not in document.text
        assert "Réessayer" in document.text
        visit.page.goto(address)
        told = visit.page.locator(".erreur")
        expect(told).to_contain_text("prévenez le service informatique")
        expect(told.get_by_role("link", name="Réessayer")).to_be_visible()
        expect(told).not_to_contain_text("assistant sync")
        expect(told).not_to_contain_text("/")


def _status(address: str, path: str) -> int:
    """Return the status of a path sent as it is: clients tidy ".." away."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=patient.SECONDS) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()
        )
        return int(connection.makefile("rb").readline().split()[1])
