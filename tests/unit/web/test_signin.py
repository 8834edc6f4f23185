"""Signing in: sessions, wrong passwords, the gate before the staff tree, a proxy's word for it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.testclient import TestClient

from assistant.accounts import remove_account, set_password
from assistant.audit import AuditQuery, Trail
from assistant.settings import Settings
from assistant.web.http.authentication import COOKIE, STAFF, Authentication, identity
from assistant.web.http.guard import MOST_FORM_BYTES, Guard
from assistant.web.http.sessions import FILE, IDLE_SECONDS, Sessions
from assistant.web.http.throttle import (
    FIRST_WAIT,
    FORGOTTEN_AFTER,
    FREE_TRIES,
    FREE_TRIES_FOR,
    LONGEST_WAIT,
    LONGEST_WAIT_FOR,
    Throttle,
)
from assistant.web.staff.signin import signin_routes

HOST = "https://assistant.ville.fr"
PASSWORD = "quatre mots bien rangés"
SECRET = "0123456789abcdef" * 4
UPLOAD_BYTES = 5_000_000


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "comptes.json"
    set_password(path, "archiviste", PASSWORD)
    set_password(path, "accueil", PASSWORD, "agent")
    return path


@pytest.fixture
def settings(tmp_path: Path, accounts: Path) -> Settings:
    own = tmp_path / "comptes.json"
    own.write_bytes(accounts.read_bytes())
    return Settings(index=tmp_path / "index", accounts=own)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def site(settings: Settings, clock: Clock | None = None, trail: Trail | None = None) -> TestClient:
    """Return a browser before a site: the real guard, gate and sign-in, over pages of one word."""
    sessions = Sessions(
        settings.index / FILE, settings.accounts, settings.session_hours, clock or Clock(), trail
    )
    app = FastAPI()
    app.add_middleware(Authentication, access=settings.access_options(), sessions=sessions)
    app.add_middleware(Guard, own_names=("assistant.ville.fr",), most_upload_bytes=UPLOAD_BYTES)
    app.include_router(signin_routes(settings.accounts, settings.session_hours, sessions))

    @app.get("/")
    def asking() -> Response:
        return PlainTextResponse("la page")

    @app.get(STAFF)
    def staff(request: Request) -> Response:
        return PlainTextResponse(identity(request).name)

    @app.post("/personnel/{rest:path}")
    async def form(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    return TestClient(app, HOST, follow_redirects=False, headers={"Accept-Language": "fr"})


def sign_in(browser: TestClient, name: str = "archiviste", password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    sent = {"nom": name, "mot_de_passe": password, **more}
    return browser.post("/connexion", data=sent, headers={"Origin": HOST})


@pytest.fixture
def browser(settings: Settings, clock: Clock) -> Iterator[TestClient]:
    with site(settings, clock) as opened:
        yield opened


def test_without_an_account_there_is_no_staff_page(settings: Settings) -> None:
    settings.accounts.unlink()
    with site(settings) as browser:
        assert browser.get(STAFF).status_code == 404
        assert browser.get("/connexion").status_code == 404
        assert sign_in(browser).status_code == 404
        assert browser.get("/").status_code == 200


def test_who_signed_in_or_was_refused_is_kept_and_nothing_that_was_typed(
    settings: Settings, clock: Clock
) -> None:
    trail = Trail(settings.index, 365)
    with site(settings, clock, trail) as browser:
        sign_in(browser)
        sign_in(browser, password="un autre mot de passe")
        sign_in(browser, name="quatre mots bien rangés")
    kept = [(one.action, one.account) for one in trail.read(AuditQuery(), most=10)]
    assert kept == [
        ("access.refused", ""),
        ("access.refused", "archiviste"),
        ("access.accepted", "archiviste"),
    ]
    assert b"quatre mots" not in trail.path.read_bytes()


@pytest.mark.parametrize("path", ["/personnel", "/personnel/etat", "/personnel/a/b?c=d"])
def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(
    browser: TestClient, path: str
) -> None:
    led = browser.get(path)
    assert led.status_code == 303
    assert led.headers["location"].startswith("/connexion?retour=%2Fpersonnel")
    form = browser.get(led.headers["location"])
    assert f'name="retour" value="{path}"' in unescape(form.text)


def test_a_form_without_a_session_changes_nothing_and_says_so(browser: TestClient) -> None:
    refused = browser.post("/personnel/depot", headers={"Origin": HOST}, content=b"x")
    assert refused.status_code == 401
    assert "rien n'a été changé" in unescape(refused.text)


def test_the_right_password_opens_the_staff_pages(browser: TestClient) -> None:
    opened = sign_in(browser, retour="/personnel/etat")
    assert (opened.status_code, opened.headers["location"]) == (303, "/personnel/etat")
    cookie = opened.headers["set-cookie"].lower()
    for wanted in ("__host-session=", "httponly", "secure", "samesite=strict", "path=/;"):
        assert wanted in cookie
    assert "domain" not in cookie
    assert browser.get(STAFF).text == "archiviste"


@pytest.mark.parametrize(
    "back",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "",
     "/connexion", "/deconnexion", "/a\r\nSet-Cookie: a=b"],
)  # fmt: skip
def test_one_is_led_back_to_this_site_only(browser: TestClient, back: str) -> None:
    assert sign_in(browser, retour=back).headers["location"] == "/personnel"


def test_an_agent_may_not_see_the_staff_pages(browser: TestClient) -> None:
    sign_in(browser, "accueil")
    assert browser.get(STAFF).status_code == 403
    assert browser.post("/personnel/depot", headers={"Origin": HOST}).status_code == 403


def test_the_sixth_wrong_password_is_not_even_tried(browser: TestClient) -> None:
    statuses = [sign_in(browser, password="faux").status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    # The right one neither, until the time is over; another account is not concerned.
    assert sign_in(browser).status_code == 429
    assert sign_in(browser, "accueil").status_code == 303


def test_names_in_other_letters_are_the_same_name(browser: TestClient) -> None:
    for name in ("archiviste", "Archiviste", "ARCHIVISTE", "archivistE", "aRchiviste"):
        sign_in(browser, name, "faux")
    assert sign_in(browser).status_code == 429


def test_an_unknown_name_reads_like_a_wrong_password(browser: TestClient) -> None:
    known, unknown = sign_in(browser, password="faux"), sign_in(browser, "personne", "faux")
    assert known.status_code == unknown.status_code == 403
    assert known.text.replace("archiviste", "personne") == unknown.text


def test_what_is_typed_as_a_name_is_only_shown(browser: TestClient) -> None:
    assert "<script>" not in sign_in(browser, '"><script>alert(1)</script>', "faux").text


def test_signing_in_from_another_site_is_refused(browser: TestClient) -> None:
    sent = {"nom": "archiviste", "mot_de_passe": PASSWORD}
    for origin in ("https://evil.example", "null"):
        assert browser.post("/connexion", data=sent, headers={"Origin": origin}).status_code == 403
    assert browser.post("/connexion", data=sent).status_code == 403


def test_signing_out_ends_the_session_on_the_server(browser: TestClient) -> None:
    sign_in(browser)
    token = browser.cookies[COOKIE]
    browser.post("/deconnexion", headers={"Origin": HOST})
    assert browser.get(STAFF, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 303


def test_a_session_ends_after_its_hours_and_after_a_time_without_use(
    browser: TestClient, clock: Clock
) -> None:
    sign_in(browser)
    for _ in range(7):
        clock.seconds += 3600
        assert browser.get(STAFF).status_code == 200
    clock.seconds += 3601
    assert browser.get(STAFF).status_code == 303
    sign_in(browser)
    clock.seconds += IDLE_SECONDS + 1
    assert browser.get(STAFF).status_code == 303


def test_a_session_is_kept_over_a_restart(settings: Settings, clock: Clock) -> None:
    with site(settings, clock) as before:
        sign_in(before)
        token = before.cookies[COOKIE]
    with site(settings, clock) as after:
        assert after.get(STAFF, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 200


def test_another_password_or_no_account_ends_the_sessions(
    browser: TestClient, settings: Settings
) -> None:
    sign_in(browser)
    set_password(settings.accounts, "archiviste", "cinq autres mots sans lien")
    assert browser.get(STAFF).status_code == 303
    sign_in(browser, password="cinq autres mots sans lien")
    assert browser.get(STAFF).status_code == 200
    remove_account(settings.accounts, "archiviste")
    assert browser.get(STAFF).status_code == 303


def test_what_the_disk_holds_of_a_session_opens_none(
    browser: TestClient, settings: Settings
) -> None:
    sign_in(browser)
    token = browser.cookies[COOKIE]
    db = sqlite3.connect(settings.index / FILE)
    ((kept,),) = db.execute("SELECT hash FROM sessions").fetchall()
    db.close()
    assert token not in (settings.index / FILE).read_bytes().decode("latin-1")
    browser.cookies.clear()
    assert browser.get(STAFF, headers={"Cookie": f"{COOKIE}={kept}"}).status_code == 303
    assert (settings.index / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("cookie", ["", "x", "é", '"', "a" * 5000, "x; __Host-session"])
def test_a_made_up_token_opens_nothing(browser: TestClient, cookie: str) -> None:
    sign_in(browser)
    browser.cookies.clear()
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
    assert browser.get(STAFF, headers=headers).status_code == 303


def test_a_link_from_a_mail_is_asked_for_again_with_the_cookie(browser: TestClient) -> None:
    asked = browser.get(STAFF, headers={"Sec-Fetch-Site": "cross-site"})
    assert asked.status_code == 200
    assert 'http-equiv="refresh"' in asked.text


def test_a_form_may_hold_so_much_and_an_upload_more(browser: TestClient) -> None:
    sign_in(browser)
    for path, most in (
        ("/personnel/programme", MOST_FORM_BYTES),
        ("/personnel/depot", UPLOAD_BYTES),
    ):
        pieces = [b"x" * 500_000] * (most // 500_000)
        own = {"Origin": HOST}
        assert browser.post(path, headers=own, content=iter(pieces)).text == str(most)
        assert browser.post(path, headers=own, content=iter([*pieces, b"x"])).status_code == 413
        assert browser.post(path, headers=own, content=b"x" * (most + 1)).status_code == 413


def test_a_site_that_is_not_public_asks_everybody_for_an_account(settings: Settings) -> None:
    with site(replace(settings, public=False)) as browser:
        assert (
            browser.get("/?q=cantine").headers["location"] == "/connexion?retour=%2F%3Fq%3Dcantine"
        )
        for path in ("/document/secret.pdf", "/seance/forum/secret", "/evenement"):
            assert browser.get(path).status_code == 303
        assert (
            browser.post("/gradio_api/queue/join", headers={"Origin": HOST}, json={}).status_code
            == 401
        )
        sign_in(browser, "accueil")
        assert browser.get("/").text == "la page"


# --- A reverse proxy's word for it ---------------------------------------------------------------


@pytest.fixture
def behind_proxy(settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    settings.accounts.unlink()
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    chosen = replace(settings, sso_secret=str(secret), sso_staff_group="documentation")
    with site(chosen) as opened:
        yield opened


def proved(
    groups: str = "documentation", name: str = "a.b@ville.fr", secret: str = SECRET
) -> dict[str, str]:
    return {
        "X-Assistant-Secret": secret, "X-Forwarded-Email": name, "X-Forwarded-Groups": groups,
    }  # fmt: skip


def test_whom_the_proxy_vouches_for_is_staff_by_their_group(behind_proxy: TestClient) -> None:
    assert behind_proxy.get(STAFF, headers=proved()).text == "a.b@ville.fr"
    assert behind_proxy.get(STAFF, headers=proved("accueil, /documentation")).status_code == 200
    assert behind_proxy.get(STAFF, headers=proved("accueil")).status_code == 403
    assert behind_proxy.get(STAFF, headers=proved("")).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Email": "a@ville.fr", "X-Forwarded-Groups": "documentation"},
        proved(secret="0" * 64), proved(secret=""), proved(name=""), proved(name="x" * 201),
        proved(name="a\tb"),
    ],
    ids=["no proof", "a wrong one", "an empty one", "nobody", "a long name", "a control"],
)  # fmt: skip
def test_headers_without_the_secret_are_nobody(
    behind_proxy: TestClient, headers: dict[str, str]
) -> None:
    assert behind_proxy.get(STAFF, headers=headers).status_code == 303


def test_two_secrets_are_none(behind_proxy: TestClient) -> None:
    twice = [*proved().items(), ("X-Assistant-Secret", SECRET)]
    assert behind_proxy.get(STAFF, headers=twice).status_code == 303


@pytest.mark.parametrize("content", [None, "court"])
def test_a_secret_that_will_not_do_closes_everything_and_says_so(
    settings: Settings, tmp_path: Path, content: str | None
) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_text(content)
    with site(replace(settings, sso_secret=str(secret))) as browser:
        refused = browser.get(STAFF, headers=proved(secret=content or ""))
        assert refused.status_code == 503
        assert re.search("secret", refused.text)


def test_spaces_around_a_name_are_no_new_tries(browser: TestClient) -> None:
    for spaces in range(5):
        sign_in(browser, " " * spaces + "archiviste", "faux")
    assert sign_in(browser).status_code == 429


def failing(throttle: Throttle, name: str, address: str, times: int) -> None:
    for _ in range(times):
        throttle.failed(name, address)


def test_who_tries_a_name_from_elsewhere_does_not_keep_its_owner_out() -> None:
    throttle = Throttle(Clock())
    failing(throttle, "archiviste", "10.0.0.66", FREE_TRIES)
    assert throttle.wait("archiviste", "10.0.0.66")
    assert not throttle.wait("archiviste", "10.0.0.1")
    # From many places at once, a name is guarded all the same.
    throttle.succeeded("archiviste", "10.0.0.2")
    for number in range(FREE_TRIES_FOR):
        throttle.failed("archiviste", f"10.1.0.{number}")
    assert throttle.wait("archiviste", "10.0.0.1")
    assert not throttle.wait("accueil", "10.0.0.1")
    # Its owner still signs in from where they did before.
    assert not throttle.wait("archiviste", "10.0.0.2")


def test_wrong_passwords_of_colleagues_never_close_a_building() -> None:
    throttle = Throttle(Clock())
    for number in range(400):
        failing(throttle, f"agent-{number}", "10.0.0.1", FREE_TRIES + 3)
    assert throttle.wait("agent-3", "10.0.0.1")
    assert not throttle.wait("archiviste", "10.0.0.1")


def test_each_wrong_password_waits_twice_as_long_up_to_five_minutes() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    failing(throttle, "archiviste", "10.0.0.1", FREE_TRIES - 1)
    waits = []
    for _ in range(9):
        throttle.failed("archiviste", "10.0.0.1")
        waits.append(throttle.wait("archiviste", "10.0.0.1"))
        clock.seconds += waits[-1]
        assert not throttle.wait("archiviste", "10.0.0.1")
    assert waits[:4] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT, 8 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    clock.seconds += FORGOTTEN_AFTER + 1
    throttle.failed("archiviste", "10.0.0.1")
    assert not throttle.wait("archiviste", "10.0.0.1")


def test_a_name_tried_from_everywhere_waits_a_minute_at_most() -> None:
    throttle = Throttle(Clock())
    for number in range(500):
        throttle.failed("archiviste", f"10.1.{number % 250}.{number}")
    assert throttle.wait("archiviste", "10.0.0.1") == LONGEST_WAIT_FOR


def test_right_passwords_never_make_anybody_wait() -> None:
    throttle = Throttle(Clock())
    for _ in range(FREE_TRIES_FOR + 5):
        throttle.failed("archiviste", "10.0.0.1")
        throttle.succeeded("archiviste", "10.0.0.1")
    assert not throttle.wait("archiviste", "10.0.0.9")


def test_a_try_that_nothing_was_asked_for_is_none() -> None:
    throttle = Throttle(Clock())
    for _ in range(FREE_TRIES + 5):
        throttle.failed("archiviste", "10.0.0.1")
        throttle.took_back("archiviste", "10.0.0.1")
    assert not throttle.wait("archiviste", "10.0.0.1")


def test_a_name_is_unlocked_everywhere() -> None:
    throttle = Throttle(Clock())
    failing(throttle, "Archiviste ", "10.0.0.1", FREE_TRIES)
    failing(throttle, "archiviste-2", "10.0.0.1", FREE_TRIES)
    assert throttle.is_slowed("archiviste")
    throttle.forget("archiviste")
    assert not throttle.is_slowed("archiviste")
    assert throttle.is_slowed("archiviste-2")


def test_an_address_of_ipv6_counts_with_its_whole_network() -> None:
    throttle = Throttle(Clock())
    for number in range(FREE_TRIES):
        throttle.failed("archiviste", f"2001:db8::{number:x}")
    assert throttle.wait("archiviste", "2001:db8::ffff")
    assert not throttle.wait("archiviste", "2001:db8:0:1::1")


def test_a_session_that_ended_leads_to_signing_in_beside_the_form(browser: TestClient) -> None:
    refused = browser.post("/personnel/programme", headers={"Origin": HOST}, content=b"x")
    assert 'target="_blank"' in refused.text
    assert "rechargez cette page" in unescape(refused.text)
