"""Signing in at a real provider and by a real directory, through our pages and their guard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.testclient import TestClient

from assistant.accounts import set_password
from assistant.audit import UNSETTLED, AuditQuery, Trail
from assistant.identity.opening import opened
from assistant.identity.options import ldap_options, oidc_options
from assistant.settings import Settings
from assistant.web.http.authentication import COOKIE, STAFF, Authentication, reader_of
from assistant.web.http.guard import Guard
from assistant.web.http.protection import Protection
from assistant.web.http.sessions import FILE, Sessions
from assistant.web.staff.accounts.single_sign_on import (
    ATTEMPT_COOKIE,
    PATIENCE,
    Attempts,
    single_sign_on_routes,
)
from assistant.web.staff.signin import SignInPage, signin_routes
from tests.support.identity import BASE, CLIENT
from tests.support.oidc_provider import SECRET
from tests.support.oidc_provider import Provider as RealProvider
from tests.support.oidc_provider import provider as real_provider
from tests.support.slapd import PASSWORD, PROGRAM, READER, READER_PASSWORD, Slapd, slapd

HOST = "https://assistant.ville.fr"
OWN_PASSWORD = "quatre mots bien rangés"
USER = {"sub": "f3a1", "preferred_username": "accueil", "groups": ["/ville/rh"]}


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def running() -> Iterator[RealProvider]:
    with real_provider(CLIENT, f"{HOST}/connexion/retour") as found:
        yield found


@pytest.fixture
def real(running: RealProvider) -> RealProvider:
    running.user, running.said, running.described = dict(USER), {}, {}
    return running


@pytest.fixture
def settings(tmp_path: Path, real: RealProvider) -> Settings:
    (tmp_path / "secret-oidc").write_text(SECRET, encoding="utf-8")
    (tmp_path / "secret-ldap").write_text(READER_PASSWORD, encoding="utf-8")
    return Settings(
        index=tmp_path / "index",
        accounts=tmp_path / "comptes.json",
        oidc_issuer=real.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=str(tmp_path / "secret-oidc"),
        oidc_staff_groups="documentation",
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


def site(settings: Settings, clock: Clock | None = None, trail: Trail | None = None) -> TestClient:
    """Return a browser before a site: the real guard, gate and ways to sign in."""
    values = settings.identity()
    elsewhere = opened(oidc_options(values), ldap_options(values))
    sessions = Sessions(
        settings.index / FILE, settings.accounts, 8, trail=trail,
        staff_groups=elsewhere.staff_groups,
    )  # fmt: skip
    app = FastAPI()
    app.add_middleware(Authentication, access=settings.access_options(), sessions=sessions)
    app.add_middleware(Guard, own_names=("assistant.ville.fr",))
    app.add_middleware(Protection)
    app.include_router(signin_routes(settings.accounts, 8, sessions, elsewhere))
    page = SignInPage(settings.accounts, 8, elsewhere, sessions.trail)
    attempts = Attempts(clock or Clock())
    app.include_router(single_sign_on_routes(page, sessions, elsewhere, attempts))

    @app.get("/document/qui")
    @app.get(STAFF)
    def who(request: Request) -> Response:
        reader = reader_of(request)
        return PlainTextResponse(f"{sorted(reader.groups)} {reader.sees_all}")

    return TestClient(app, HOST, follow_redirects=False, headers={"Accept-Language": "fr"})


@pytest.fixture
def browser(settings: Settings, clock: Clock) -> Iterator[TestClient]:
    with site(settings, clock) as opened_:
        yield opened_


def gone(browser: TestClient, back: str = STAFF) -> str:
    """Begin to sign in there, as far as the provider's answer; return the address it leads to."""
    led = browser.get("/connexion/ailleurs", params={"retour": back})
    assert led.status_code == 303, led.text
    cookie = led.headers["set-cookie"].lower()
    for wanted in ("__host-entree=", "httponly", "secure", "samesite=lax", "path=/"):
        assert wanted in cookie
    answer = httpx2.get(led.headers["location"])
    return str(answer.headers["location"]).removeprefix(HOST)


def test_the_sign_in_page_leads_there_and_back_to_where_one_was_going(
    browser: TestClient, real: RealProvider
) -> None:
    form = browser.get("/connexion", params={"retour": "/personnel?q=1"})
    assert "/connexion/ailleurs?retour=%2Fpersonnel%3Fq%3D1" in unescape(form.text)
    assert "mot_de_passe" not in form.text  # there is no account here
    real.user["groups"] = ["documentation"]
    back = browser.get(gone(browser, "/personnel?q=1"), headers={"Sec-Fetch-Site": "cross-site"})
    # A page that leads on, not a redirect: from another site our cookie would not come along.
    assert back.status_code == 200
    assert 'content="0;url=/personnel?q=1"' in unescape(back.text)
    cookie = back.headers["set-cookie"].lower()
    assert "__host-session=" in cookie and "samesite=strict" in cookie
    assert browser.get(STAFF).text == "[] True"


def test_groups_there_are_those_of_the_rights_to_read(browser: TestClient) -> None:
    browser.get(gone(browser))
    assert browser.get("/document/qui").text == "['/ville/rh'] False"
    assert browser.get(STAFF).status_code == 403


def test_what_groups_make_of_somebody_is_looked_at_for_each_request(
    browser: TestClient, settings: Settings
) -> None:
    browser.get(gone(browser))
    token = {"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}
    with site(replace(settings, oidc_staff_groups="/ville/rh")) as later:
        assert later.get(STAFF, headers=token).status_code == 200
    with site(replace(settings, oidc_issuer="", sso_secret="/x", public=False)) as without:
        # The site no longer asks there: whom it vouched for is nobody.
        assert without.get("/document/qui", headers=token).status_code != 200


def test_another_browser_can_not_end_what_this_one_began(
    browser: TestClient, settings: Settings, real: RealProvider
) -> None:
    """Else somebody could have others work, or ask, under an account of their own."""
    back = gone(browser)
    other = TestClient(browser.app, HOST, follow_redirects=False)
    assert other.get(back).status_code == 503
    other.cookies.set(ATTEMPT_COOKIE, "x" * 43)
    refused = other.get(back)
    assert refused.status_code == 503 and COOKIE not in other.cookies
    assert "a expiré" in unescape(refused.text) or "has expired" in unescape(refused.text)
    assert browser.get(back).status_code == 200
    # And it counts once.
    assert browser.get(back).status_code == 503


@pytest.mark.parametrize(
    "change",
    [
        lambda back: back.replace("state=", "state=x"),
        lambda back: back.partition("?")[0],
        lambda back: back.replace("code=", "code=x"),
        lambda back: back.replace("code=", "autre="),
        lambda back: back + "&iss=https%3A%2F%2Fsso.autre.fr",
        lambda back: back.replace("code=", "error=access_denied&autre="),
        lambda back: back.replace("code=", "error=%3Cscript%3E&autre="),
    ],
    ids=["state", "nothing", "code", "no code", "another issuer", "given up", "an error"],
)
def test_what_comes_back_changed_signs_nobody_in(browser: TestClient, change: object) -> None:
    refused = browser.get(change(gone(browser)))  # type: ignore[operator]
    assert refused.status_code == 503
    assert COOKIE not in browser.cookies
    assert "<script>" not in refused.text.partition("<form")[2]


def test_who_takes_too_long_begins_again(browser: TestClient, clock: Clock) -> None:
    back = gone(browser)
    clock.seconds += PATIENCE + 1
    assert "a expiré" in unescape(browser.get(back).text)


def test_two_tabs_of_one_browser_both_sign_in(browser: TestClient) -> None:
    first, second = gone(browser), gone(browser)
    assert browser.get(first).status_code == 200
    browser.cookies.delete(COOKIE)
    assert browser.get(second).status_code in (200, 503)


def test_only_those_whom_the_site_is_for_come_in(settings: Settings, real: RealProvider) -> None:
    with site(replace(settings, oidc_only="siret=21350238800019")) as browser:
        assert "pas parmi ceux" in unescape(browser.get(gone(browser)).text)
        real.user["siret"] = "21350238800019"
        assert browser.get(gone(browser)).status_code == 200


def test_who_is_refused_there_is_in_the_audit_trail_and_counted(
    settings: Settings, real: RealProvider
) -> None:
    trail = Trail(settings.index, 365)
    with site(replace(settings, oidc_only="siret=0"), trail=trail) as browser:
        browser.get(gone(browser))
        browser.get(gone(browser).replace("state=", "state=x"))
        browser.get(gone(browser).replace("code=", "error=access_denied&autre="))
    with site(replace(settings, oidc_issuer="http://127.0.0.1:9"), trail=trail) as browser:
        browser.get("/connexion/ailleurs")
    kept = [(one.action, one.account) for one in trail.read(AuditQuery(), most=10)]
    assert kept == [("access.refused", "")] * 2
    # Who changed their mind there is neither refused nor a fault.
    assert (trail.counts["access.refused"], trail.counts[UNSETTLED]) == (2, 1)


def test_signing_out_ends_the_session_here_and_leads_there(
    browser: TestClient, real: RealProvider
) -> None:
    browser.get(gone(browser))
    token = browser.cookies[COOKIE]
    left = browser.post("/deconnexion", headers={"Origin": HOST})
    assert f"url={real.issuer}/logout?" in unescape(left.text)
    assert "id_token_hint=" in left.text
    assert "'self'" in left.headers["content-security-policy"]
    assert browser.get(STAFF, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 303


def test_a_provider_that_is_dead_is_told_without_settings_or_addresses(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    set_password(settings.accounts, "relais", OWN_PASSWORD)
    with site(replace(settings, oidc_issuer="http://127.0.0.1:9")) as browser:
        refused = browser.get("/connexion/ailleurs?retour=/personnel")
        words = unescape(refused.text)
        assert refused.status_code == 503
        assert "ne fonctionne pas en ce moment" in words
        assert "127.0.0.1:9" not in words and "oidc_" not in words
        assert "IPAddressAllow" in caplog.text
        # Accounts of the site's own still sign in.
        form = {"nom": "relais", "mot_de_passe": OWN_PASSWORD}
        assert browser.post("/connexion", data=form, headers={"Origin": HOST}).status_code == 303


def test_without_a_provider_there_is_no_way_there(settings: Settings) -> None:
    set_password(settings.accounts, "relais", OWN_PASSWORD)
    with site(replace(settings, oidc_issuer="")) as browser:
        assert browser.get("/connexion/ailleurs").status_code == 404
        assert browser.get("/connexion/retour?state=x&code=y").status_code == 404
        assert "/connexion/ailleurs" not in browser.get("/connexion").text


# --- A directory ---------------------------------------------------------------------------------

needs_slapd = pytest.mark.skipif(not PROGRAM, reason="slapd is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with slapd(tmp_path_factory.mktemp("slapd")) as found:
        yield found


def by_directory(settings: Settings, address: str) -> Settings:
    return replace(
        settings,
        oidc_issuer="",
        ldap_servers=address,
        ldap_base=BASE,
        ldap_bind=READER,
        ldap_password=str(settings.accounts.with_name("secret-ldap")),
        ldap_staff_groups="documentation",
    )


def sign_in(browser: TestClient, name: str, password: str) -> int:
    form = {"nom": name, "mot_de_passe": password}
    return browser.post("/connexion", data=form, headers={"Origin": HOST}).status_code


@needs_slapd
def test_passwords_of_the_directory_sign_in_beside_our_own(
    settings: Settings, server: Slapd
) -> None:
    set_password(settings.accounts, "direction", OWN_PASSWORD)
    with site(by_directory(settings, server.plain)) as browser:
        assert sign_in(browser, "archiviste", PASSWORD) == 303
        assert browser.get(STAFF).text == "[] True"
        browser.cookies.clear()
        assert sign_in(browser, "accueil", PASSWORD) == 303
        assert browser.get(STAFF).status_code == 403
        browser.cookies.clear()
        assert sign_in(browser, "accueil", "faux") == 403
        # A name that has an account here is that account's, whatever the directory knows.
        assert sign_in(browser, "direction", PASSWORD) == 403
        assert sign_in(browser, "direction", OWN_PASSWORD) == 303


@needs_slapd
def test_whom_the_directory_refuses_is_in_the_audit_trail_and_its_failures_are_counted(
    settings: Settings, server: Slapd
) -> None:
    trail = Trail(settings.index, 365)
    with site(by_directory(settings, server.plain), trail=trail) as browser:
        sign_in(browser, "archiviste", "faux")
    with site(by_directory(settings, "ldap://127.0.0.1:9"), trail=trail) as browser:
        sign_in(browser, "archiviste", PASSWORD)
    kept = [(one.action, one.account) for one in trail.read(AuditQuery(), most=10)]
    assert kept == [("access.refused", "")]
    assert (trail.counts["access.refused"], trail.counts[UNSETTLED]) == (1, 1)


@needs_slapd
def test_the_directory_is_asked_no_more_than_passwords_here(
    settings: Settings, server: Slapd
) -> None:
    with site(by_directory(settings, server.plain)) as browser:
        statuses = [sign_in(browser, "archiviste", "faux") for _ in range(6)]
        assert statuses == [403] * 5 + [429]


@needs_slapd
def test_a_dead_directory_is_told_and_our_accounts_sign_in(settings: Settings) -> None:
    set_password(settings.accounts, "relais", OWN_PASSWORD)
    with site(by_directory(settings, "ldap://127.0.0.1:9")) as browser:
        for _ in range(7):  # and costs nobody a wait
            assert sign_in(browser, "archiviste", PASSWORD) == 503
        form = {"nom": "archiviste", "mot_de_passe": PASSWORD}
        told = browser.post("/connexion", data=form, headers={"Origin": HOST})
        assert "comptes propres à l'assistant se connectent toujours" in unescape(told.text)
        assert "127.0.0.1:9" not in told.text
        assert sign_in(browser, "relais", OWN_PASSWORD) == 303


def test_the_address_that_providers_lead_back_to_is_the_browsers(browser: TestClient) -> None:
    behind = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "assistant.ville.fr"}
    inside = TestClient(browser.app, "http://assistant.ville.fr:7860", follow_redirects=False)
    led = inside.get("/connexion/ailleurs", headers=behind)
    asked = urlsplit(led.headers["location"]).query
    assert "redirect_uri=https%3A%2F%2Fassistant.ville.fr%2Fconnexion%2Fretour" in asked
