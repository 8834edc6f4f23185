"""Planning: `plan` by tables."""

from __future__ import annotations

import pytest

from assistant.index.catalog.rows import KnownDocument, Stamp
from assistant.ingest.planning import Found, Plan, plan


def seen(content: str, **given: str) -> Found:
    return Found(Stamp(content, 1, 1), given)


def stored(content: str, *, failed: bool = False, **given: str) -> KnownDocument:
    return KnownDocument(Stamp(content, 1, 1), given, failed)


def planned(**parts: object) -> Plan:
    names = ("added", "changed", "renamed", "removed", "unchanged", "failed")
    return Plan(**{name: parts.get(name, ()) for name in names})  # type: ignore[arg-type]


PLANS = {
    "nothing anywhere": ({}, {}, planned()),
    "a new file": ({"a": seen("1")}, {}, planned(added=("a",))),
    "the same file": ({"a": seen("1")}, {"a": stored("1")}, planned(unchanged=("a",))),
    "an edited file": ({"a": seen("2")}, {"a": stored("1")}, planned(changed=("a",))),
    "a file that is gone": ({}, {"a": stored("1")}, planned(removed=("a",))),
    "a renamed file": ({"b": seen("1")}, {"a": stored("1")}, planned(renamed=(("a", "b"),))),
    "a renamed and edited file": (
        {"b": seen("2")},
        {"a": stored("1")},
        planned(added=("b",), removed=("a",)),
    ),
    "a copy beside its original": (
        {"a": seen("1"), "b": seen("1")},
        {"a": stored("1")},
        planned(unchanged=("a",), added=("b",)),
    ),
    "two copies of which one is renamed": (
        {"b": seen("1"), "c": seen("1")},
        {"a": stored("1"), "b": stored("1")},
        planned(unchanged=("b",), renamed=(("a", "c"),)),
    ),
    "two files that exchange their names": (
        {"a": seen("2"), "b": seen("1")},
        {"a": stored("1"), "b": stored("2")},
        planned(changed=("a", "b")),
    ),
    "a session that is given another title": (
        {"a": seen("1", session_title="Après")},
        {"a": stored("1", session_title="Avant")},
        planned(changed=("a",)),
    ),
    "a file that failed and is the same": (
        {"a": seen("1")},
        {"a": stored("1", failed=True)},
        planned(failed=("a",)),
    ),
    "a file that failed and is another": (
        {"a": seen("2")},
        {"a": stored("1", failed=True)},
        planned(changed=("a",)),
    ),
    "a document that is to be read again": (
        {"a": seen("1")},
        {"a": stored("")},
        planned(changed=("a",)),
    ),
}


@pytest.mark.parametrize("case", PLANS.values(), ids=PLANS.keys())
def test_plan(case: tuple[dict[str, Found], dict[str, KnownDocument], Plan]) -> None:
    found, known, expected = case
    assert plan(found, known) == expected


@pytest.mark.parametrize("withheld", ["e/s/a", "e/s", "e"])
def test_what_may_not_be_read_now_keeps_what_is_known_of_it(withheld: str) -> None:
    assert plan({}, {"e/s/a": stored("1")}, withheld=frozenset({withheld})) == planned()
