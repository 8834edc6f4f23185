"""What a site keeps, in files beside its index; and how its SQL is said to PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.state.dialect import in_postgresql
from assistant.state.opening import writing
from assistant.state.places import is_kept, share, shared_address
from assistant.state.tables import Database, StateFault, StoreTables
from tests.support.state_contract import StateContract

ADDRESS = "postgresql://assistant@127.0.0.1:5432/dijon"


class TestInFiles(StateContract):
    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        return tmp_path / "index"


def _words(db: Database) -> None:
    db.execute("CREATE TABLE words (word TEXT)")


WORDS = StoreTables("words", {0: _words})


def test_what_fails_in_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError), writing(tmp_path / "a", WORDS) as db:
        db.execute("INSERT INTO words VALUES (?)", ("un",))
        raise KeyError
    with writing(tmp_path / "a", WORDS) as db:
        assert db.execute("SELECT count(*) FROM words").fetchone() == (0,)


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a")) as db:
        db.execute("PRAGMA user_version = 7")
    with pytest.raises(StateFault), writing(tmp_path / "a", WORDS):
        pass


def test_a_folder_is_shared_by_who_says_so_and_no_other(tmp_path: Path) -> None:
    index, accounts = tmp_path / "index", tmp_path / "comptes.json"
    share(ADDRESS, index, accounts)
    try:
        assert shared_address(index / "retours.sqlite3") == shared_address(accounts) == ADDRESS
        assert is_kept(index / "retours.sqlite3")
        assert not shared_address(tmp_path / "autre" / "retours.sqlite3")
        # A copy of a former state in it is a folder of its own.
        assert not shared_address(index / ".avant" / "retours.sqlite3")
    finally:
        share("", index, accounts)
    assert not shared_address(index / "retours.sqlite3") and not is_kept(accounts)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://assistant:secret@base/dijon",
        "postgresql://base/dijon?password=secret",
        "postgresql://base/dijon?sslmode=require&password=secret",
        "mysql://base/dijon",
        "postgresql://base",
        "base",
    ],
)
def test_an_address_with_a_password_or_of_something_else_is_refused(address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings(state_database=address)
    assert "secret" not in f"{refused.value}{refused.value.remedy}"


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS,
        "postgresql://base/dijon",
        "postgresql:///dijon?host=/run/postgresql",
        "postgresql://a@un,deux/dijon?target_session_attrs=read-write&passfile=/etc/pgpass",
    ],
)
def test_an_address_of_a_database_will_do(address: str) -> None:
    assert Settings(state_database=address).state_database == address


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            "CREATE TABLE a (n INTEGER NOT NULL, t REAL, w TEXT PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE a (n BIGINT NOT NULL, t DOUBLE PRECISION,"
            ' w TEXT COLLATE "C" PRIMARY KEY)',
        ),
        (
            "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)",
            "CREATE TABLE a (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
        ),
        ("SELECT 1 FROM a WHERE w LIKE ? || '.%'", "SELECT 1 FROM a WHERE w LIKE %s || '.%%'"),
        ("SELECT 'TEXT' FROM a", "SELECT 'TEXT' FROM a"),
    ],
    ids=["types", "numbers", "values", "words"],
)
def test_a_statement_is_said_to_postgresql(ours: str, theirs: str) -> None:
    assert in_postgresql(ours) == theirs


def test_a_trigger_that_refuses_is_a_function_there() -> None:
    said = in_postgresql(
        "CREATE TRIGGER kept BEFORE DELETE ON a\nWHEN OLD.at >= (SELECT since FROM b)\n"
        "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    )
    assert "IF OLD.at >= (SELECT since FROM b) THEN RAISE EXCEPTION 'append-only'" in said
    assert "RETURN OLD;" in said and "FOR EACH ROW EXECUTE FUNCTION kept()" in said
