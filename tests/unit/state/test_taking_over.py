"""A file's rows put into another database: all of them, once, and the file is gone."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from assistant.state import taking_over
from assistant.state.opening import in_file
from assistant.state.tables import Database, StoreTables
from assistant.state.taking_over import left_in_file, take_over


def _make(db: Database) -> None:
    db.execute("CREATE TABLE said (at TEXT NOT NULL, word TEXT NOT NULL)")
    db.execute("CREATE TABLE names (name TEXT PRIMARY KEY, times INTEGER NOT NULL)")


TABLES = StoreTables("words", {0: _make})
COLUMNS = {"said": "at, word", "names": "name, times"}
SAID = [("1", "un"), ("1", "un"), ("2", "deux")]


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file that stands for the shared database."""
    path = tmp_path / "shared"

    def writing(_: Path, tables: StoreTables) -> AbstractContextManager[Database]:
        return in_file(path, tables, is_written=True)

    monkeypatch.setattr(taking_over, "writing", writing)
    return path


def _fill(path: Path, said: list[tuple[str, str]], names: list[tuple[str, int]]) -> None:
    with in_file(path, TABLES, is_written=True) as db:
        db.executemany("INSERT INTO said VALUES (?, ?)", said)
        db.executemany("INSERT INTO names VALUES (?, ?)", names)


def _held(path: Path) -> tuple[list[object], list[object]]:
    with in_file(path, TABLES, is_written=False) as db:
        said = db.execute("SELECT at, word FROM said ORDER BY at, word").fetchall()
        return said, db.execute("SELECT name, times FROM names ORDER BY name").fetchall()


def test_what_a_file_has_comes_and_the_file_is_gone(tmp_path: Path, shared: Path) -> None:
    own = tmp_path / "own"
    _fill(own, SAID, [("a", 3), ("b", 1)])
    _fill(shared, [("0", "avant")], [("a", 7)])
    assert left_in_file(own, TABLES, COLUMNS) == {"said": 3, "names": 2}
    assert take_over(own, TABLES, COLUMNS) == {"said": 3, "names": 1}
    assert _held(shared) == ([("0", "avant"), *SAID], [("a", 7), ("b", 1)])
    assert [path.name for path in tmp_path.glob("own*")] == []
    assert left_in_file(own, TABLES, COLUMNS) == {} == take_over(own, TABLES, COLUMNS)


def test_killed_before_the_file_is_gone_nothing_is_there_twice(
    tmp_path: Path, shared: Path
) -> None:
    own = tmp_path / "own"
    _fill(own, SAID, [("a", 3)])
    take_over(own, TABLES, COLUMNS)
    _fill(own, SAID, [("a", 3)])
    assert take_over(own, TABLES, COLUMNS) == {"said": 0, "names": 0}
    assert _held(shared) == (SAID, [("a", 3)])


def test_what_the_database_refuses_leaves_the_file(
    tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    _fill(own, SAID, [("a", 3)])
    monkeypatch.setattr(taking_over, "_add", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_over(own, TABLES, COLUMNS)
    assert left_in_file(own, TABLES, COLUMNS) == {"said": 3, "names": 1}
    assert _held(shared) == ([], [])
