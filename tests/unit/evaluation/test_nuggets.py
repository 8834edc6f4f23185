"""Nugget files, and what it takes to hold a nugget."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import QuestionError
from assistant.evaluation.nuggets import Clause, Nugget, holds, read_broad

CLAUSE = "Le conseil a voté un plan contre le bruit en mai 2024"


def nugget(*clauses: str) -> Nugget:
    return Nugget(tuple(Clause("e/a.md", one) for one in clauses), vital=True)


@pytest.mark.parametrize(
    ("quotes", "held"),
    [
        ([f"Donc, {CLAUSE.lower()}."], True),
        (["le conseil a voté un plan", "plan contre le bruit en mai 2024"], True),
        (["le conseil a voté"], False),
        (["Le plan de mai 2024 est contre le bruit"], False),
        ([], False),
    ],
)
def test_a_nugget_is_held_by_its_words_in_their_order(quotes: list[str], held: bool) -> None:
    assert holds(quotes, nugget(CLAUSE)) is held


def test_any_clause_makes_the_point() -> None:
    assert holds(["Un plan est voté"], nugget(CLAUSE, "un plan est voté"))


def test_a_short_clause_is_held_whole_or_not() -> None:
    assert not holds(["trois des quatre"], nugget("trois des quatre buts"))


def test_a_file_is_read(tmp_path: Path) -> None:
    line = {
        "id": "b1",
        "question": "Que dit-on du bruit ?",
        "kind": "overview",
        "nuggets": [
            {"doc": "e/a.md", "evidence": CLAUSE, "vital": True, "also": [
                {"doc": "e/b.md", "evidence": "un plan est voté"}]},
        ],
    }  # fmt: skip
    path = tmp_path / "broad.jsonl"
    path.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    (found,) = read_broad(path)
    assert (found.question, found.kind) == ("Que dit-on du bruit ?", "overview")
    assert [one.document for one in found.nuggets[0].clauses] == ["e/a.md", "e/b.md"]


def test_what_is_no_nugget_file_says_where(tmp_path: Path) -> None:
    path = tmp_path / "broad.jsonl"
    path.write_text('{"id": "b1", "question": "?"}\n', encoding="utf-8")
    with pytest.raises(QuestionError, match="1"):
        read_broad(path)
