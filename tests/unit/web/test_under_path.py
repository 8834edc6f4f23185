"""A site under a path of its host: as at the root within, under the path for browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from starlette.testclient import TestClient

from assistant.errors import SettingsError
from assistant.ops.doctor import environment_checks
from assistant.settings import Settings
from assistant.web.http.under_path import UnderPath
from assistant.web.shared.page_shell import message_page
from assistant.web.shared.public_path import public_path, stand_under, under_path
from assistant.web.shared.templates import render

TEMPLATES = Path(__file__).parents[3] / "assistant/web/templates"


@pytest.fixture
def path() -> Iterator[str]:
    stand_under("/assistant")
    yield "/assistant"
    stand_under("")


@pytest.fixture
def browser() -> TestClient:
    app = FastAPI()
    app.add_middleware(UnderPath, path="/assistant")

    @app.get("/entree")
    def enter() -> Response:
        response = Response(status_code=303, headers={"Location": "/personnel?tri=nom"})
        response.set_cookie("__Host-session", "abc", path="/", secure=True, httponly=True)
        response.set_cookie("langue", "fr", path="/", max_age=60)
        return response

    @app.get("/ailleurs")
    def leave() -> Response:
        return Response(status_code=303, headers={"Location": "https://sso.ville.fr/"})

    @app.get("/recu/{rest:path}")
    def received(request: Request, rest: str) -> dict[str, str]:
        return {"rest": rest, "cookies": request.headers.get("cookie", "")}

    return TestClient(app, follow_redirects=False)


def test_where_one_is_led_is_under_the_path(browser: TestClient) -> None:
    assert browser.get("/assistant/entree").headers["location"] == "/assistant/personnel?tri=nom"
    assert browser.get("/assistant/ailleurs").headers["location"] == "https://sso.ville.fr/"
    assert browser.get("/assistant?q=a").headers["location"] == "/assistant/?q=a"


def test_cookies_are_for_the_path_alone(browser: TestClient) -> None:
    session, language = browser.get("/assistant/entree").headers.get_list("set-cookie")
    assert session.startswith("__Secure-assistant-session=abc;")
    assert "Path=/assistant;" in session
    assert "Secure" in session
    assert re.search(r"Path=/assistant(;|$)", language)


def test_cookies_of_the_whole_host_are_anothers(browser: TestClient) -> None:
    sent = {"Cookie": "__Host-session=theirs; __Secure-assistant-session=ours; langue=fr"}
    received = browser.get("/assistant/recu/a", headers=sent).json()
    assert received["cookies"] == "__Host-session=ours; langue=fr"


@pytest.mark.parametrize("address", ["/assistant/recu/a%2Fb/c", "/recu/a%2Fb/c"])
def test_a_proxy_may_pass_the_path_on_or_take_it_off(browser: TestClient, address: str) -> None:
    assert browser.get(address).json()["rest"] == "a/b/c"


def test_a_name_that_only_begins_so_is_not_the_path(browser: TestClient) -> None:
    assert browser.get("/assistante/recu/a").status_code == 404


def test_templates_put_addresses_under_the_path(path: str) -> None:
    assert 'href="/assistant/"' in message_page("Titre", "Message", "fr")
    shown = render("shared/one_moment.html", "fr", address="/personnel", refresh="0")
    assert 'href="/assistant/personnel"' in shown
    assert under_path("") == ""
    assert under_path("//ailleurs.fr/") == "//ailleurs.fr/"
    assert public_path() == path


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda one: one.stem)
def test_no_template_writes_an_address_by_itself(template: Path) -> None:
    assert not re.search(r'="/', template.read_text("utf-8"))


@pytest.mark.parametrize("written", ["assistant", "/assistant/", "/", "//a", "/a b", "/../a"])
def test_what_is_no_path_is_refused(written: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(public_path=written)
    assert caught.value.key == "setting_not_a_path"


def test_the_doctor_says_where_agents_open_it() -> None:
    (named,) = environment_checks.under_path("intranet.ville.fr", "/assistant", "fr")
    assert (named.severity, "https://intranet.ville.fr/assistant/" in named.message) == ("ok", True)
    (unnamed,) = environment_checks.under_path("", "/assistant", "fr")
    assert unnamed.severity == "warning"
    assert not [*environment_checks.under_path("a", "", "fr")]
