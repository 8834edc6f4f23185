"""Accounts managed in the browser: invited by a link, changed, closed, unlocked, taken away."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from starlette.testclient import TestClient

from assistant import accounts
from assistant.accounts import FORMAT, accounts_in, remove_account, set_groups, set_password
from assistant.accounts.invitations import HOURS, accept, invite, invite_again, invited
from assistant.errors import AccountError
from assistant.settings import Settings
from assistant.web.http.sessions import FILE, Sessions
from assistant.web.http.throttle import FREE_TRIES, Throttle
from assistant.web.staff.accounts.invitation import password_routes
from assistant.web.staff.accounts.page import account_routes
from assistant.web.staff.layout import ADDRESSES
from tests.support.staffed import HOST, NAME, Staff, application, opened_session

HERE = ADDRESSES["accounts"]
PASSWORD, ANOTHER = "quatre mots bien rangés", "cinq autres mots sans lien"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "index", accounts=tmp_path / "comptes.json")


@pytest.fixture
def throttle() -> Throttle:
    return Throttle()


@pytest.fixture
def staff(settings: Settings, throttle: Throttle) -> Iterator[Staff]:
    sessions, token = opened_session(settings)
    set_password(settings.accounts, "relais", PASSWORD)
    hours = settings.session_hours
    app = application(
        settings,
        sessions,
        account_routes(settings.accounts, throttle, sessions.trail, is_elsewhere=False),
        password_routes(settings.accounts, hours, sessions, throttle),
    )
    with Staff(app, HOST, headers={"Accept-Language": "fr"}) as browser:
        browser.cookies.set("__Host-session", token)
        yield browser


def visitor(staff: Staff) -> TestClient:
    """Return another browser, of nobody yet."""
    return TestClient(staff.app, HOST, follow_redirects=False, headers={"Accept-Language": "fr"})


def invitation(staff: Staff, name: str = "accueil", **more: str) -> str:
    """Invite somebody, and return the path of the link as the page shows it."""
    page = staff.sent(HERE, {"geste": "inviter", "nom": name, "role": "agent", **more})
    found = re.search(rf"{HOST}(/connexion/invitation\?jeton=[\w-]+)", page)
    assert found, page
    return found[1]


def choose(browser: TestClient, link: str, first: str = PASSWORD, again: str = "") -> int:
    sent = {
        "jeton": link.partition("=")[2], "mot_de_passe": first, "encore": again or first,
    }  # fmt: skip
    answer = browser.post("/connexion/invitation", data=sent, headers={"Origin": HOST})
    return answer.status_code


def test_who_is_invited_chooses_a_password_and_is_signed_in(
    staff: Staff, settings: Settings
) -> None:
    link = invitation(staff, groupes="rh, elus")
    account = accounts_in(settings.accounts)["accueil"]
    assert (account.role, account.groups, account.is_open) == ("agent", ("rh", "elus"), False)
    assert link.partition("=")[2] not in settings.accounts.read_text()
    guest = visitor(staff)
    assert "accueil" in unescape(guest.get(link).text)
    assert choose(guest, link) == 200
    assert guest.get(HERE).status_code == 403  # signed in, and no staff
    assert accounts_in(settings.accounts)["accueil"].is_open


def test_a_link_opens_once_and_is_shown_once(staff: Staff) -> None:
    link = invitation(staff)
    assert "jeton" not in staff.read(HERE)
    assert choose(visitor(staff), link) == 200
    assert visitor(staff).get(link).status_code == 410
    assert choose(visitor(staff), link, ANOTHER) == 410


def test_a_link_expires_and_a_new_one_replaces_it(tmp_path: Path) -> None:
    path, now = tmp_path / "comptes.json", time.time()
    first = invite(path, "accueil", "agent")
    assert invited(path, first, now=lambda: now + HOURS * 3600 - 60)
    late = now + HOURS * 3600 + 60
    assert invited(path, first, now=lambda: late) is None
    with pytest.raises(AccountError, match="n'ouvre plus rien"):
        accept(path, first, PASSWORD, now=lambda: late)
    second = invite_again(path, "accueil")
    assert invited(path, first) is None
    assert accept(path, second, PASSWORD).is_open
    for token in ("", "x", second):
        assert invited(path, token) is None


def test_a_forgotten_password_is_replaced_by_a_link(staff: Staff, settings: Settings) -> None:
    page = staff.sent(HERE, {"geste": "lien", "nom": "relais"})
    link = re.search(rf"{HOST}(/connexion/invitation\?jeton=[\w-]+)", page)
    assert link
    assert accounts_in(settings.accounts)["relais"].is_open  # until it is used
    assert choose(visitor(staff), link[1], ANOTHER) == 200
    assert accounts_in(settings.accounts)["relais"].role == "staff"


@pytest.mark.parametrize(
    ("first", "again", "words"),
    [
        ("court", "", "moins de"),
        (PASSWORD, ANOTHER, "différents"),
        ("accueil-2025-été", "", "deviner"),
    ],
)
def test_a_password_that_will_not_do_is_asked_for_again(
    staff: Staff, settings: Settings, first: str, again: str, words: str
) -> None:
    link = invitation(staff)
    assert choose(visitor(staff), link, first, again) == 400
    assert not accounts_in(settings.accounts)["accueil"].is_open
    assert choose(visitor(staff), link) == 200


def test_a_name_that_is_taken_is_not_invited(staff: Staff, settings: Settings) -> None:
    before = accounts_in(settings.accounts)["relais"]
    page = staff.sent(HERE, {"geste": "inviter", "nom": "relais", "role": "staff"})
    assert "s'appelle déjà" in unescape(page)
    assert accounts_in(settings.accounts)["relais"] == before


def test_role_and_groups_are_changed_and_a_new_role_ends_the_sessions(
    staff: Staff, settings: Settings
) -> None:
    guest, link = visitor(staff), invitation(staff)
    choose(guest, link)
    assert guest.get("/connexion/mot-de-passe").status_code == 200
    kept = {"geste": "garder", "nom": "accueil", "role": "staff", "groupes": "rh"}
    staff.sent(HERE, kept)
    account = accounts_in(settings.accounts)["accueil"]
    assert (account.role, account.groups) == ("staff", ("rh",))
    assert guest.get("/connexion/mot-de-passe").status_code == 303


def test_a_closed_account_is_signed_out_and_stays_out(staff: Staff, settings: Settings) -> None:
    guest = visitor(staff)
    choose(guest, invitation(staff))
    kept = {"geste": "garder", "nom": "accueil", "role": "agent"}
    staff.sent(HERE, kept | {"ferme": "oui"})
    assert guest.get("/connexion/mot-de-passe").status_code == 303
    form = {"nom": "accueil", "mot_de_passe": PASSWORD}
    own = {"Origin": HOST}
    assert visitor(staff).post("/connexion", data=form, headers=own).status_code == 403
    # Nor by a link, while it is closed.
    token = invite_again(settings.accounts, "accueil")
    assert invited(settings.accounts, token) is None
    staff.sent(HERE, kept)
    assert visitor(staff).post("/connexion", data=form, headers=own).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"geste": "retirer", "nom": NAME},
        {"geste": "garder", "nom": NAME, "role": "agent"},
        {"geste": "garder", "nom": NAME, "role": "staff", "ferme": "oui"},
    ],
    ids=["taken away", "no staff", "closed"],
)
def test_the_last_of_staff_stays(staff: Staff, settings: Settings, form: dict[str, str]) -> None:
    remove_account(settings.accounts, "relais")
    page = staff.sent(HERE, form)
    assert "dernier du personnel" in unescape(page)
    assert accounts_in(settings.accounts)[NAME].role == "staff"


def test_staff_unlock_who_waits(staff: Staff, throttle: Throttle) -> None:
    for _ in range(FREE_TRIES):
        throttle.failed("relais", "10.0.0.1")
    assert "Ralenti" in staff.read(HERE)
    staff.sent(HERE, {"geste": "debloquer", "nom": "relais"})
    assert not throttle.wait("relais", "10.0.0.1")


def test_an_account_is_taken_away(staff: Staff, settings: Settings) -> None:
    staff.sent(HERE, {"geste": "retirer", "nom": "relais"})
    assert "relais" not in accounts_in(settings.accounts)
    assert staff.get(f"{HERE}?nom=relais").status_code == 404
    assert "Aucun compte" in unescape(
        staff.sent(
            HERE,
            {"geste": "lien", "nom": "relais"},
        )
    )


def test_one_changes_ones_password_and_other_sessions_end(staff: Staff, settings: Settings) -> None:
    link = invitation(staff)
    here = visitor(staff)
    choose(here, link)
    there = visitor(staff)
    form = {"nom": "accueil", "mot_de_passe": PASSWORD}
    there.post("/connexion", data=form, headers={"Origin": HOST})
    assert there.get("/connexion/mot-de-passe").status_code == 200

    def change(current: str) -> int:
        sent = {"actuel": current, "mot_de_passe": ANOTHER, "encore": ANOTHER}
        return here.post("/connexion/mot-de-passe", data=sent, headers={"Origin": HOST}).status_code

    assert change("faux") == 400
    assert change(PASSWORD) == 200
    assert here.get("/connexion/mot-de-passe").status_code == 200
    assert there.get("/connexion/mot-de-passe").status_code == 303


def test_wrong_current_passwords_are_not_tried_without_end(staff: Staff) -> None:
    sent = {"actuel": "faux", "mot_de_passe": ANOTHER, "encore": ANOTHER}
    for _ in range(FREE_TRIES):
        staff.post("/connexion/mot-de-passe", data=sent, headers={"Origin": HOST})
    right = {"actuel": PASSWORD, "mot_de_passe": ANOTHER, "encore": ANOTHER}
    answer = staff.post("/connexion/mot-de-passe", data=right, headers={"Origin": HOST})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", [HERE, f"{HERE}?nom=relais"])
def test_only_staff_see_accounts(staff: Staff, path: str) -> None:
    assert visitor(staff).get(path).status_code == 303
    guest = visitor(staff)
    choose(guest, invitation(staff))
    assert guest.get(path).status_code == 403
    sent = {"geste": "garder", "nom": "accueil", "role": "staff"}
    assert guest.post(HERE, data=sent, headers={"Origin": HOST}).status_code == 403


def test_a_form_of_another_site_changes_nothing(staff: Staff, settings: Settings) -> None:
    before = settings.accounts.read_text()
    for path in (HERE, "/connexion/invitation", "/connexion/mot-de-passe"):
        answer = staff.post(path, data={"geste": "retirer", "nom": "relais"},
                            headers={"Origin": "https://evil.example"})  # fmt: skip
        assert answer.status_code == 403
    assert settings.accounts.read_text() == before


def test_an_account_that_goes_away_meanwhile_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the page and the writing: it ended with an error of Python's."""
    set_password(settings.accounts, "accueil", PASSWORD)

    class Late(FileLock):
        def __enter__(self) -> Any:
            settings.accounts.write_text(f'{{"format": {FORMAT}, "accounts": []}}')
            return super().__enter__()

    monkeypatch.setattr(accounts, "FileLock", Late)
    with pytest.raises(AccountError, match="Aucun compte"):
        set_groups(settings.accounts, "accueil", ["rh"])


def test_sessions_of_a_file_of_before_go_on(settings: Settings) -> None:
    """A file of the first format gets its new columns, and nobody has to sign in again."""
    set_password(settings.accounts, "accueil", PASSWORD)
    sessions = Sessions(settings.index / FILE, settings.accounts, 8)
    token = sessions.open(accounts_in(settings.accounts)["accueil"])
    db = sqlite3.connect(settings.index / FILE)
    for column in ("source", "groups", "hint"):
        db.execute(f"ALTER TABLE sessions DROP COLUMN {column}")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    who = sessions.whose(token)
    assert who is not None and who.name == "accueil"
