"""What every place of a site's state must do, as tests to inherit; give the fixture `site`.

`site` is the folder of an index whose stores are empty: in files beside it, or in a database that
servers share.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.accounts import account_named, accounts_in, remove_account, set_groups, verified
from assistant.accounts.invitations import accept, invite, invited
from assistant.audit import ERASED, AuditQuery, Trail, forget_documents, forget_name
from assistant.audit.database import TABLES as AUDIT
from assistant.errors import AccountError, FeedbackError
from assistant.feedback import store
from assistant.feedback.store import Feedback, Unanswered
from assistant.identity.people import Person
from assistant.state.opening import writing
from assistant.state.tables import StateFault
from assistant.web.http.sessions import FILE, IDLE_SECONDS, Sessions
from assistant.web.http.shared_throttle import FILE as TRIES
from assistant.web.http.shared_throttle import SharedThrottle
from assistant.web.http.throttle import FIRST_WAIT, FORGOTTEN_AFTER, FREE_TRIES, FREE_TRIES_FOR
from assistant.web.staff.accounts.shared_sign_ins import FILE as SIGN_INS
from assistant.web.staff.accounts.shared_sign_ins import SharedSignIns
from assistant.web.staff.accounts.single_sign_on import PATIENCE

TODAY = date(2026, 3, 12)
PASSWORD = "cinq mots bien rangés ici"
YES = Feedback("Combien ?", "answered", True, word="Merci à l'accueil")


class Clock:
    """A clock that tests move on."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


class StateContract:
    """The stores, each as it is used."""

    def test_opinions_are_kept_changed_and_forgotten(self, site: Path) -> None:
        path = site / store.FILE
        store.keep(path, YES, key="a", days=30, today=TODAY)
        store.keep(path, Feedback("Où ?", "refused", False), key="a", days=30, today=TODAY)
        (kept,) = store.read(path, days=30, today=TODAY)
        assert (kept.question, kept.useful, kept.day) == ("Où ?", False, "2026-03-12")
        store.forget(path, days=30, today=TODAY + timedelta(days=30))
        assert store.read(path, days=30, today=TODAY) == []

    def test_a_day_is_full_at_some_time(self, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store, "MOST_A_DAY", 2)
        for key in "ab":
            store.keep(site / store.FILE, YES, key=key, days=30)
        with pytest.raises(FeedbackError):
            store.keep(site / store.FILE, YES, key="c", days=30)
        store.keep(site / store.FILE, YES, key="b", days=30)

    def test_what_is_asked_in_vain_at_once_is_counted_each_time(self, site: Path) -> None:
        one = Unanswered("Où sont les serres ?")
        with ThreadPoolExecutor(4) as threads:
            asking = [
                threads.submit(store.keep_unanswered, site / store.FILE, one, days=30)
                for _ in range(20)
            ]
        assert [done.result() for done in asking] == [None] * 20
        (kept,) = store.read_unanswered(site / store.FILE, days=30)
        assert kept.times == 20
        assert store.erase(site / store.FILE) == 1

    def test_who_did_what_is_told_newest_first_and_by_kind(self, site: Path) -> None:
        trail = Trail(site, 365)
        trail.record("deposit.added", "archiviste", ["a.pdf", "b%.pdf"])
        trail.record("rights.groups", "dsi", number=3)
        assert [one.action for one in trail.read(AuditQuery(), most=2)] == [
            "rights.groups",
            "deposit.added",
        ]
        assert trail.number(AuditQuery(kind="deposit")) == 2
        assert trail.accounts() == ["archiviste", "dsi"]
        assert trail.last("rights.groups")
        assert trail.read(AuditQuery(account="dsi"), most=9)[0].number == 3

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM entries",
            "UPDATE entries SET account = 'autre'",
            "UPDATE entries SET subject = 'autre.pdf'",
        ],
    )
    def test_what_was_done_can_be_neither_changed_nor_deleted(
        self, site: Path, statement: str
    ) -> None:
        trail = Trail(site, 365)
        trail.record("deposit.added", "archiviste", ["a.pdf"])
        with pytest.raises(StateFault), writing(trail.path, AUDIT) as db:
            db.execute(statement)
        assert trail.read(AuditQuery(), most=9)[0].subject == "a.pdf"

    def test_what_is_erased_leaves_the_trail_and_its_entry_stays(self, site: Path) -> None:
        trail = Trail(site, 365)
        trail.record("document.renamed", "dsi", ["b.pdf"], former={"b.pdf": "a.pdf"})
        trail.record("deposit.added", "dsi", ["notes/Élue Exemple.md"])
        forget_documents(site, {"b.pdf": "recu-1"})
        forget_name(site, "elue exemple")
        subjects = [(one.subject, one.former) for one in trail.read(AuditQuery(), most=9)]
        assert subjects == [(ERASED, ""), (f"{ERASED}recu-1", f"{ERASED}recu-1")]

    def test_only_what_is_older_than_the_retention_goes(self, site: Path) -> None:
        Trail(site, 365).record("run.started", "dsi")
        assert Trail(site, 365).drop_old() == 0
        assert Trail(site, 0).drop_old() == 1

    def test_settings_that_changed_are_told_by_name(self, site: Path) -> None:
        trail = Trail(site, 365)
        for title in ("Dijon", "Dijon", "Beaune"):
            trail.see_settings({"ASSISTANT_TITLE": title, "ASSISTANT_PUBLIC": "True"})
        assert [one.subject for one in trail.read(AuditQuery(), most=9)] == ["ASSISTANT_TITLE"]

    def test_an_account_is_invited_chooses_a_password_and_goes(self, site: Path) -> None:
        path = site / "comptes.json"
        assert accounts_in(path) == {}
        token = invite(path, "archiviste", "staff", ["rh"])
        found = invited(path, token)
        assert found and not found.is_open
        accept(path, token, PASSWORD)
        with pytest.raises(AccountError):
            accept(path, token, PASSWORD)
        set_groups(path, "archiviste", ["élus"])
        account = verified(path, "archiviste", PASSWORD)
        assert account and account == account_named(path, "archiviste")
        assert (account.groups, account.role) == (("élus",), "staff")
        with pytest.raises(AccountError):
            remove_account(path, "archiviste", keeps_staff=True)
        remove_account(path, "archiviste")
        assert account_named(path, "archiviste") is None

    def test_a_session_lasts_while_it_is_used_and_its_password_is_the_same(
        self, site: Path
    ) -> None:
        clock, accounts = Clock(), site / "comptes.json"
        token = invite(accounts, "archiviste", "staff", now=clock)
        account = accept(accounts, token, PASSWORD, now=clock)
        sessions = Sessions(site / FILE, accounts, 8, now=clock)
        kept = sessions.open(account)
        other = Sessions(site / FILE, accounts, 8, now=clock)
        for _ in range(3):
            clock.seconds += IDLE_SECONDS - 1
            found = other.whose(kept)
            assert found and found.name == "archiviste"
        assert other.whose("autre") is None
        sessions.close(kept)
        assert other.whose(kept) is None

    def test_who_signs_in_elsewhere_keeps_their_groups(self, site: Path) -> None:
        groups = {"oidc": ["dsi"]}
        sessions = Sessions(site / FILE, site / "comptes.json", 8, staff_groups=groups)
        token = sessions.open(Person("accueil", "oidc", frozenset({"dsi", "rh"}), "indice"))
        found = sessions.whose(token)
        assert found and (found.role, found.groups) == ("staff", ("dsi", "rh"))
        assert found.hint == "indice"

    def test_wrong_passwords_of_all_servers_count_together(self, site: Path) -> None:
        clock = Clock()
        servers = [SharedThrottle(site / TRIES, clock) for _ in range(3)]
        waits = [servers[at % 3].begin("Archiviste", "10.0.0.1") for at in range(FREE_TRIES + 2)]
        assert waits == [0] * FREE_TRIES + [FIRST_WAIT] * 2
        assert servers[0].is_slowed("archiviste") and not servers[0].is_slowed("accueil")
        assert not servers[1].wait("archiviste", "10.0.0.2")
        clock.seconds += FIRST_WAIT
        assert not servers[2].begin("archiviste", "10.0.0.1")
        assert servers[0].wait("archiviste", "10.0.0.1") == 2 * FIRST_WAIT
        servers[0].forget("archiviste")
        assert not servers[1].wait("archiviste", "10.0.0.1")

    def test_tries_sent_at_once_do_not_get_through_together(self, site: Path) -> None:
        throttle = SharedThrottle(site / TRIES)
        with ThreadPoolExecutor(6) as threads:
            trying = [threads.submit(throttle.begin, "accueil", "10.0.0.1") for _ in range(24)]
        assert sum(done.result() == 0 for done in trying) == FREE_TRIES

    def test_a_name_tried_from_everywhere_is_open_to_its_owner(self, site: Path) -> None:
        clock = Clock()
        throttle = SharedThrottle(site / TRIES, clock)
        throttle.failed("accueil", "10.0.0.2")
        throttle.succeeded("accueil", "10.0.0.2")
        for number in range(FREE_TRIES_FOR):
            throttle.failed("accueil", f"10.1.0.{number}")
        assert throttle.wait("accueil", "10.0.0.1")
        assert not throttle.wait("accueil", "10.0.0.2")
        throttle.took_back("accueil", "10.1.0.1")
        assert not throttle.wait("accueil", "10.0.0.1")
        clock.seconds += FORGOTTEN_AFTER + 1
        throttle.failed("accueil", "10.0.0.1")
        assert not throttle.is_slowed("accueil")

    def test_who_began_to_sign_in_on_one_server_ends_on_another_once(self, site: Path) -> None:
        clock = Clock()
        one, other = (SharedSignIns(site / SIGN_INS, clock) for _ in range(2))
        attempt = one.begin("navigateur", "/personnel", "https://a/retour")
        assert other.take(attempt.state, "autre") is None
        assert other.take(attempt.state, "navigateur") == (attempt, "/personnel")
        assert one.take(attempt.state, "navigateur") is None
        late = one.begin("navigateur", "", "")
        clock.seconds += PATIENCE + 1
        assert other.take(late.state, "navigateur") is None
