"""Attacks that stock Gradio falls to (docs/web.md), refused by the running application."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support import patient
from tests.support.pages import running
from tests.support.small_site import AGENT, PASSWORD, STAFF

COOKIE = "__Host-session"
TREE = (
    "/personnel", "/personnel/", "/personnel/indexation", "/personnel/indexation/avancement",
    "/personnel/questions", "/personnel/etat", "/personnel/depot", "/personnel/programme",
    "/personnel/recus", "/personnel/document/forum/voirie/notes.txt",
    "/personnel/document/../../etc/passwd", "/personnel/gradio_api/upload", "/personnel/x/config",
    "//personnel", "/personnel%2Fetat", "/Personnel", "/personnel;x", "/personnel/..%2fpersonnel",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the real application, with a staff account and an agent's."""
    folder = tmp_path_factory.mktemp("site")
    with running([sys.executable, "-m", "tests.support.small_site", str(folder)]) as address:
        yield address


@pytest.fixture(scope="module")
def cookies(site: str) -> dict[str, str]:
    """Return the cookies of two sessions, by the account: a password takes long to check."""
    found = {}
    for name in (STAFF, AGENT):
        sent = {"nom": name, "mot_de_passe": PASSWORD}
        opened = httpx.post(f"{site}/connexion", data=sent, headers={"Origin": site}, timeout=60)
        assert opened.status_code == 303
        token = opened.headers["set-cookie"].partition("=")[2].partition(";")[0]
        found[name] = f"{COOKIE}={token}"
    return found


def browser(site: str, cookie: str) -> httpx.Client:
    """Return a browser that sends a cookie over plain HTTP, as Chromium does on this machine."""
    return httpx.Client(base_url=site, headers={"Origin": site, "Cookie": cookie}, timeout=60)


@pytest.fixture
def staff(site: str, cookies: dict[str, str]) -> Iterator[httpx.Client]:
    with browser(site, cookies[STAFF]) as opened:
        yield opened


@pytest.fixture
def agent(site: str, cookies: dict[str, str]) -> Iterator[httpx.Client]:
    with browser(site, cookies[AGENT]) as opened:
        yield opened


@pytest.mark.parametrize("path", TREE)
def test_who_is_not_signed_in_reaches_nothing_of_the_staff_tree(site: str, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        answer = httpx.request(method, site + path, headers={"Origin": site}, timeout=60)
        assert answer.status_code in (303, 401, 403, 404, 405), f"{method} {answer.status_code}"
        assert "Espace du personnel" not in answer.text
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/connexion?")


@pytest.mark.parametrize("path", TREE[:10])
def test_an_agent_reaches_nothing_of_it_either(agent: httpx.Client, path: str) -> None:
    assert agent.get(path).status_code in (403, 404)
    assert agent.post(path).status_code in (403, 404)


def test_a_staff_session_opens_it(staff: httpx.Client) -> None:
    assert "Espace du personnel" in staff.get("/personnel").text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
def test_another_site_can_not_act_in_the_name_of_staff(staff: httpx.Client, origin: str) -> None:
    staff.headers["Origin"] = origin
    refused = staff.post("/personnel/indexation", data={"geste": "lancer"})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


def test_another_name_for_this_machine_opens_nothing(staff: httpx.Client) -> None:
    assert staff.get("/personnel", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/config", "/openapi.json", "/docs", "/redoc", "/monitoring", "/gradio_api/token",
        "/gradio_api/user", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/config",
        "/gradio_api/file=/etc/passwd", "/gradio_api/file=https://evil.example/x",
        "/gradio_api/stream/x", "/login", "/logout", "/robots.txt", "/mcp", "/gradio_api/mcp/",
        "/gradio_api/run/predict", "/gradio_api/call/x", "/gradio_api/upload", "/dev/reload",
    ],
)  # fmt: skip
def test_what_gradio_would_offer_besides_is_closed(site: str, path: str) -> None:
    assert patient.get(site + path).status_code == 404
    sent = {"data": []}
    assert patient.post(site + path, json=sent, headers={"Origin": site}).status_code == 404


def answered_before_the_body(site: str, path: str, announced: int, cookie: str = "") -> int:
    """Return the status that a request gets whose body is announced and never comes."""
    where = urlsplit(site)
    assert where.hostname is not None
    with socket.create_connection((where.hostname, where.port or 80), timeout=60) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: {site}\r\n{cookie}"
            f"Content-Type: multipart/form-data; boundary=x\r\n"
            f"Content-Length: {announced}\r\n\r\n".encode()
        )
        return int(line.recv(12).split()[1])


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/personnel/depot", "/personnel/depot/x"])
def test_who_is_not_signed_in_is_refused_before_their_upload_is_read(site: str, path: str) -> None:
    assert answered_before_the_body(site, path, 300_000_000) in (401, 404)


@pytest.mark.parametrize("path", ["/personnel/depot", "/personnel/indexation", "/connexion"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    site: str, cookies: dict[str, str], path: str
) -> None:
    cookie = f"Cookie: {cookies[STAFF]}\r\n"
    assert answered_before_the_body(site, path, 3_000_000_000, cookie) == 413


def test_the_sixth_wrong_password_in_five_minutes_waits(site: str) -> None:
    def tried(password: str) -> int:
        sent = {"nom": "intruse", "mot_de_passe": password}
        return httpx.post(
            f"{site}/connexion", data=sent, headers={"Origin": site}, timeout=60
        ).status_code

    assert [tried(f"faux numéro {number}") for number in range(6)] == [403] * 5 + [429]
    before = time.monotonic()
    assert {tried("encore faux") for _ in range(20)} == {429}
    # Refused without the work of a hash: nobody can tire the server out.
    assert time.monotonic() - before < 20


def test_headers_of_a_proxy_are_nobody_where_there_is_none(site: str) -> None:
    claimed = {
        "X-Forwarded-User": STAFF, "X-Forwarded-Email": STAFF, "X-Forwarded-Groups": "staff",
        "X-Assistant-Secret": "", "Remote-User": STAFF, "Authorization": f"Basic {STAFF}",
    }  # fmt: skip
    assert patient.get(f"{site}/personnel", headers=claimed).status_code == 303


def test_every_answer_carries_the_protecting_headers(staff: httpx.Client) -> None:
    pages = ("/personnel", "/personnel/etat", "/personnel/x", "/connexion")
    answers = [staff.get(path) for path in pages]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert {one.headers["cache-control"] for one in answers[:2]} == {"no-store"}
