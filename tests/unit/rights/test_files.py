"""The file of the rights: read, refused with what to do, written back the same."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import RightsError
from assistant.rights import standings
from assistant.rights.files import (
    FILE,
    RightsFile,
    change,
    keep_rights,
    parsed,
    place_of,
    rights_in,
    written,
)
from assistant.rights.rules import Rights, Standing

WRITTEN = """
programmes = ["agents"]
[groupes]
rh = ["/ville/rh"]
elus = []
[lecteurs]
"forum/atelier-3/" = ["rh", "elus"]
"forum/note d'été.txt" = "tous"
"""


def test_a_file_says_who_reads_what() -> None:
    assert parsed(WRITTEN.encode()) == Rights(
        {"rh": ("/ville/rh",), "elus": ()},
        {"forum/atelier-3": ("rh", "elus"), "forum/note d'été.txt": ("tous",)},
        ("agents",),
    )
    assert parsed(b"") == Rights()


@pytest.mark.parametrize(
    ("content", "key", "told"),
    [
        ("[groupes]\n[lecteurs", "rights_not_toml", "ligne 2"),
        ("\xff", "rights_not_utf8", FILE),
        ("[lecteur]", "rights_key_unknown", "lecteur"),
        ("lecteurs = 3", "rights_not_a_table", "lecteurs"),
        ('[groupes]\n"a,b" = []', "rights_group_name", "a,b"),
        ("[groupes]\nagents = []", "rights_group_name", "agents"),
        ('[groupes]\nrh = 3\n[lecteurs]\n"f" = ["rh"]', "rights_not_names", "rh"),
        (
            '[groupes]\nrh = []\n[lecteurs]\n"f" = ["hr"]',
            "rights_group_unknown",
            "tous, agents, rh",
        ),
        ('programmes = ["rh"]', "rights_group_unknown", "programmes"),
        ('[lecteurs]\n"f" = []', "rights_no_reader", "f"),
        ('[lecteurs]\n"f" = [3]', "rights_not_names", "f"),
        ('[lecteurs]\n"a/../b" = ["tous"]', "rights_path", "a/../b"),
        ('[lecteurs]\n"f/" = ["tous"]\n"f" = ["agents"]', "rights_twice", "f"),
    ],
)
def test_a_file_that_says_what_cannot_be_is_refused(content: str, key: str, told: str) -> None:
    with pytest.raises(RightsError) as caught:
        parsed(content.encode("latin-1"))
    assert caught.value.key == key
    assert told in caught.value.in_a_line()


NAMES = st.text(min_size=1).map(str.strip).filter(lambda one: one and one.isprintable())
GROUPS = NAMES.filter(lambda one: "," not in one and one not in ("tous", "agents"))


@given(
    st.dictionaries(GROUPS, st.lists(NAMES, max_size=2).map(tuple), max_size=3),
    st.lists(NAMES.map(place_of).filter(bool), unique=True, max_size=3),
)
def test_what_is_written_is_read_back(groups: dict[str, tuple[str, ...]], paths: list[str]) -> None:
    readers = ("agents", *groups)
    rights = Rights(groups, {path: readers for path in sorted(paths)}, readers)
    assert parsed(written(rights).encode()) == rights


def test_a_change_is_seen_at_once(tmp_path: Path) -> None:
    file = RightsFile(tmp_path)
    assert file.read() is None
    change(tmp_path, lambda rights: rights.with_rule("forum", ["agents"]))
    first = file.read()
    assert first == Rights(rules={"forum": ("agents",)})
    assert file.read() is first
    change(tmp_path, lambda rights: rights.with_rule("forum", ["tous"]))
    assert file.read() == Rights(rules={"forum": ("tous",)})


def test_what_would_not_be_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(RightsError):
        change(tmp_path, lambda rights: rights.with_rule("forum", ["inconnu"]))
    assert rights_in(tmp_path) is None


def test_a_file_that_is_wrong_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[lecteurs")
    with pytest.raises(RightsError):
        change(tmp_path, lambda rights: rights)
    assert (tmp_path / FILE).read_text() == "[lecteurs"


def test_standings_that_came_of_late_are_in_use(tmp_path: Path) -> None:
    today = date(2026, 3, 12)
    rights = Rights({"elus": (), "rh": ()}, {}, ())
    both, old = Standing(True, ("elus", "rh")), Standing(True, ("rh",))
    standings.note(tmp_path, old, today - timedelta(days=31))
    standings.note(tmp_path, both, today - timedelta(days=29))
    assert standings.standings_in(tmp_path, rights, today) == (*standings.ALWAYS, both)
    # A group that the rules don't know any more makes no standing.
    fewer = Rights({"rh": ()}, {}, ())
    assert standings.standings_in(tmp_path, fewer, today) == standings.ALWAYS


def test_a_restore_keeps_the_rights_of_today(tmp_path: Path) -> None:
    today, then = tmp_path / "today", tmp_path / "then"
    for folder, rule in ((today, "forum/a"), (then, "forum/b")):
        folder.mkdir()
        change(folder, lambda now, rule=rule: now.with_rule(rule, ["agents"]))
    change(then, lambda now: now.with_rule("forum/a", ["tous"]))
    keep_rights(today, then)
    assert rights_in(then) == Rights(rules={"forum/a": ("agents",), "forum/b": ("agents",)})
    # One that can't be read stays so: it is put right by a person.
    (today / FILE).write_text("[lecteurs")
    keep_rights(today, then)
    assert (then / FILE).read_text() == "[lecteurs"
    # Where there is none today, that of the backup counts.
    (today / FILE).unlink()
    (then / FILE).write_text("")
    keep_rights(today, then)
    assert rights_in(then) == Rights()
