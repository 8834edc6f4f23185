"""How SQLite files are opened: one way for all of ours."""

from __future__ import annotations

import ast
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import assistant
from assistant.system.databases import (
    Migration,
    copy_database,
    empty_log,
    migrate,
    open_to_read,
    open_to_write,
    user_version,
)

PACKAGE = Path(next(iter(assistant.__path__)))


def _written(path: Path, word: str) -> Path:
    with closing(open_to_write(path)) as db:
        db.execute("CREATE TABLE words (word TEXT)")
        db.execute("INSERT INTO words VALUES (?)", (word,))
    return path


def test_nothing_else_of_the_package_connects_to_sqlite() -> None:
    connecting = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "connect"
        if isinstance(node.value, ast.Name) and node.value.id == "sqlite3"
    }
    assert connecting == {"system/databases.py"}


def test_what_is_deleted_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.sqlite3", "turlupin")
    assert b"turlupin" in path.read_bytes()
    with closing(open_to_write(path)) as db:
        db.execute("DELETE FROM words")
        assert empty_log(db)
    assert b"turlupin" not in path.read_bytes()


def test_a_reader_changes_nothing_and_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError), closing(open_to_read(tmp_path / "no")) as db:
        db.execute("SELECT 1 FROM sqlite_master")
    assert not list(tmp_path.iterdir())
    path = _written(tmp_path / "a.sqlite3", "lu")
    with (
        pytest.raises(sqlite3.OperationalError, match="readonly"),
        closing(open_to_read(path)) as db,
    ):
        db.execute("DELETE FROM words")


def test_a_reader_sees_what_was_committed_while_another_writes(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.sqlite3", "avant")
    with closing(open_to_write(path)) as writer, closing(open_to_read(path, patience=0)) as reader:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE words SET word = 'après'")
        assert reader.execute("SELECT word FROM words").fetchall() == [("avant",)]
        writer.execute("COMMIT")
        assert reader.execute("SELECT word FROM words").fetchall() == [("après",)]


def test_a_copy_is_whole_with_what_the_log_still_holds(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.sqlite3", "avant")
    with closing(open_to_write(path)) as writer:
        writer.execute("INSERT INTO words VALUES ('dans le journal')")
        copy_database(path, tmp_path / "b.sqlite3")
    with closing(open_to_read(tmp_path / "b.sqlite3")) as db:
        assert db.execute("SELECT count(*) FROM words").fetchone() == (2,)


def _adding(column: str) -> Migration:
    def step(db: sqlite3.Connection) -> None:
        db.execute(f"ALTER TABLE words ADD COLUMN {column}")

    return step


def _columns(path: Path) -> list[str]:
    with closing(open_to_read(path)) as db:
        return [name for _, name, *_ in db.execute("PRAGMA table_info(words)")]


def test_a_database_takes_each_step_that_it_lacks_once(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.sqlite3", "gardé")
    for _ in range(2):
        with closing(open_to_write(path)) as db:
            assert migrate(db, {0: _adding("a"), 1: _adding("b")}) == 2
    assert _columns(path) == ["word", "a", "b"]


def test_steps_that_fail_leave_the_database_as_it_was(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.sqlite3", "gardé")
    with closing(open_to_write(path)) as db, pytest.raises(sqlite3.OperationalError):
        migrate(db, {0: _adding("a"), 1: _adding("a")})
    assert _columns(path) == ["word"]
    with closing(open_to_read(path)) as db:
        assert user_version(db) == 0


def test_a_format_that_no_step_starts_from_stays(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.sqlite3", "gardé")
    with closing(open_to_write(path)) as db:
        db.execute("PRAGMA user_version = 9")
        assert migrate(db, {0: _adding("a")}) == 9
    assert _columns(path) == ["word"]


def test_a_damaged_name_in_what_sqlite_says_is_a_fault_of_sqlite(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.sqlite3", "lu")
    path.write_bytes(path.read_bytes().replace(b"words", b"w\xa2rds").replace(b"TABLE", b"TABBE"))
    for opened in (open_to_read, open_to_write):
        with pytest.raises(sqlite3.DatabaseError), closing(opened(path)) as db:
            db.execute("SELECT word FROM words")
