"""What several servers share in a real PostgreSQL: the stores, and what happens when it is away."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from assistant.accounts import set_password, verified
from assistant.audit import AuditQuery, Trail
from assistant.cli import main
from assistant.errors import AccountError, AuditError, FeedbackError, SettingsError
from assistant.feedback import store
from assistant.feedback.store import Feedback, Unanswered
from assistant.ops.doctor.state_checks import shared_state
from assistant.state.opening import reading, writing
from assistant.state.places import share
from assistant.state.tables import Database, StateFault, StoreTables
from assistant.web.http.sessions import FILE, Sessions
from tests.support.postgres import Postgres, postgres, programs
from tests.support.state_contract import PASSWORD, StateContract

pytestmark = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def address(server: Postgres) -> str:
    return server.database()


@pytest.fixture
def site(address: str, tmp_path: Path) -> Iterator[Path]:
    places = tmp_path / "index", tmp_path / "index" / "comptes.json"
    share(address, *places)
    yield places[0]
    share("", *places)


class TestInPostgresql(StateContract):
    def test_nothing_is_on_the_server_s_own_disk(self, site: Path) -> None:
        Trail(site, 30).record("run.started", "dsi")
        store.keep_unanswered(site / store.FILE, Unanswered("Où ?"), days=30)
        assert not site.exists()


#: Brings up the same stores as a server that starts.
STARTING = """
import sys
from pathlib import Path
from assistant.audit import Trail
from assistant.state.places import share
index = Path(sys.argv[2])
share(sys.argv[1], index)
sys.stdin.readline()
trail = Trail(index, 30)
trail.record("run.started", sys.argv[2])
print(trail.counts["unwritten"])
"""


def test_servers_that_start_at_once_on_an_empty_database_make_it_once(address: str) -> None:
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", STARTING, address, f"/serveur-{number}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(3)
    ]  # fmt: skip
    for one in starting:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.communicate(timeout=300)[0] for one in starting] == ["0\n"] * 3
    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT account FROM assistant_audit.entries").fetchall()
        assert sorted(rows) == [(f"/serveur-{number}",) for number in range(3)]
        assert connection.execute("SELECT number FROM assistant_audit.format").fetchall() == [(1,)]


def test_tables_are_brought_to_a_newer_format_with_what_they_hold(site: Path, address: str) -> None:
    def first(db: Database) -> None:
        db.execute("CREATE TABLE words (word TEXT)")

    def second(db: Database) -> None:
        db.execute("ALTER TABLE words ADD COLUMN times INTEGER NOT NULL DEFAULT 1")

    def broken(db: Database) -> None:
        db.execute("ALTER TABLE words ADD COLUMN more TEXT")
        db.execute("ALTER TABLE nothing ADD COLUMN more TEXT")

    with writing(site / "a", StoreTables("words", {0: first})) as db:
        db.execute("INSERT INTO words VALUES (?)", ("un",))
    share(f"{address}?application_name=autre", site)  # as another server, which has just started
    with (
        pytest.raises(StateFault),
        reading(site / "a", StoreTables("words", {0: first, 1: second, 2: broken})),
    ):
        pass
    with reading(site / "a", StoreTables("words", {0: first, 1: second})) as db:
        assert db.execute("SELECT word, times FROM words").fetchall() == [("un", 1)]
    share(f"{address}?application_name=ancien", site)
    with pytest.raises(StateFault) as newer, reading(site / "a", StoreTables("words", {0: first})):
        pass
    assert newer.value.told and newer.value.told.key == "errors.state_format"


def test_what_a_site_had_in_files_is_taken_over_by_the_command(
    address: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index, accounts = tmp_path / "index", tmp_path / "comptes.json"
    for name in ("accueil", "dsi"):
        set_password(accounts, name, PASSWORD)
    Trail(index, 30).record("account.made", "dsi", ["accueil", "dsi"])
    (entry, _) = Trail(index, 30).read(AuditQuery(), most=2)
    store.keep(index / store.FILE, Feedback("Où ?", "refused", False), key="a", days=30)
    store.keep_unanswered(index / store.FILE, Unanswered("Qui ?"), days=30)
    monkeypatch.setenv("ASSISTANT_ACCOUNTS", str(accounts))
    site = ["--index", str(index), "database"]
    assert main([*site, "--take-over"]) == 1
    assert "pas de base de données partagée" in capsys.readouterr().err
    monkeypatch.setenv("ASSISTANT_STATE_DATABASE", address)
    try:
        share(address, index, accounts)
        set_password(accounts, "dsi", f"{PASSWORD} et là")
        Trail(index, 30).record("run.started", "dsi")
        assert main(site) == 0
        assert "comptes : 2" in capsys.readouterr().out
        (told,) = [one for one in shared_state(index, accounts, "fr") if one.severity != "ok"]
        assert "2 compte(s) et 4 autre(s)" in told.message and "--take-over" in told.remedy
        assert main([*site, "--take-over"]) == 0
        told_now = capsys.readouterr().out
        assert "comptes : 1" in told_now and "l'historique : 2" in told_now
        assert "comme la base les a : dsi." in told_now
        assert verified(accounts, "accueil", PASSWORD)
        assert verified(accounts, "dsi", f"{PASSWORD} et là") and not accounts.exists()
        assert entry in Trail(index, 30).read(AuditQuery(), most=9)
        assert len(store.read(index / store.FILE, days=30)) == 1
        assert main(site) == 0
        assert "Aucun fichier" in capsys.readouterr().out
    finally:
        share("", index, accounts)


def test_a_database_that_is_away_is_said_and_is_back_without_a_restart(
    server: Postgres, site: Path
) -> None:
    accounts = site / "comptes.json"
    set_password(accounts, "accueil", PASSWORD)
    sessions, trail = Sessions(site / FILE, accounts, 8), Trail(site, 30)
    account = verified(accounts, "accueil", PASSWORD)
    assert account
    token = sessions.open(account)
    server.stop()
    try:
        with pytest.raises(AccountError, match="ne répond pas") as away:
            sessions.whose(token)
        assert "PostgreSQL" in away.value.remedy
        with pytest.raises(AuditError, match="ne répond pas"):
            trail.read(AuditQuery(), most=9)
        with pytest.raises(FeedbackError, match="ne répond pas"):
            store.keep(site / store.FILE, Feedback("Où ?", "refused", False), key="a", days=30)
        trail.record("deposit.added", "accueil", ["a.pdf"])
        assert trail.counts["unwritten"] == 0
    finally:
        server.start()
    for _ in _tries():
        try:
            found = sessions.whose(token)
        except AccountError:
            continue
        break
    assert found and found.name == "accueil"
    # What was done meanwhile comes with the next entry.
    trail.record("run.started", "accueil")
    assert {one.action for one in trail.read(AuditQuery(), most=9)} == {
        "deposit.added",
        "run.started",
    }


def test_a_database_that_was_restarted_meanwhile_is_noticed_by_nobody(
    server: Postgres, site: Path
) -> None:
    trail = Trail(site, 30)
    trail.record("run.started", "dsi")
    server.stop()
    server.start()
    assert trail.number(AuditQuery()) == 1


def _tries() -> Iterator[None]:
    for _ in range(3000):
        yield
        time.sleep(0.1)


def test_what_is_erased_is_not_left_in_the_files_of_the_tables(
    server: Postgres, site: Path, address: str
) -> None:
    for number in range(30):
        one = Unanswered(f"Question {number} sur le turlupin")
        store.keep_unanswered(site / store.FILE, one, days=30)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        assert _holding(server.folder / "data" / "base", b"turlupin")
        store.erase(site / store.FILE)
        connection.execute("CHECKPOINT")
    assert not _holding(server.folder / "data" / "base", b"turlupin")


def _holding(folder: Path, word: bytes) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file() and word in one.read_bytes()]


def test_an_address_outside_one_s_own_networks_is_refused(tmp_path: Path) -> None:
    share("postgresql://assistant@192.0.2.1/dijon", tmp_path)
    try:
        with pytest.raises(SettingsError, match="réseau privé"):
            Trail(tmp_path, 30).read(AuditQuery(), most=1)
    finally:
        share("", tmp_path)


def test_an_account_that_may_not_make_tables_is_told_so(address: str, tmp_path: Path) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE ROLE lecture LOGIN")
    share(address.replace("postgres@", "lecture@"), tmp_path)
    try:
        with pytest.raises(AuditError, match="InsufficientPrivilege") as refused:
            Trail(tmp_path, 30).read(AuditQuery(), most=1)
        assert "OWNER" in refused.value.remedy
    finally:
        share("", tmp_path)


def test_writers_of_one_store_wait_for_each_other(site: Path) -> None:
    def first(db: Database) -> None:
        db.execute("CREATE TABLE numbers (number INTEGER NOT NULL)")
        db.execute("INSERT INTO numbers VALUES (0)")

    tables = StoreTables("numbers", {0: first})

    def count(_: int) -> None:
        with writing(site / "a", tables) as db:
            (number,) = db.execute("SELECT number FROM numbers").fetchone()
            db.execute("UPDATE numbers SET number = ?", (number + 1,))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(count, range(60)))
    with reading(site / "a", tables) as db:
        assert db.execute("SELECT number FROM numbers").fetchone() == (60,)
