"""The rules of who reads what, without any file."""

from __future__ import annotations

import pytest

from assistant.rights.rules import ANYBODY, Reader, Rights, Standing, followed

RIGHTS = Rights(
    groups={"elus": (), "rh": ("/ville/rh", "3f2a-9c")},
    rules={
        "forum": ("agents",),
        "forum/atelier-1": ("rh", "elus"),
        "forum/atelier-1/affiche.pdf": ("tous",),
        "forum/atelier-2": ("rh",),
        "forum/note.txt": ("elus",),
    },
)
AGENT = Reader(is_signed_in=True)
RH = Reader(is_signed_in=True, groups=frozenset({"rh"}))
ELU = Reader(is_signed_in=True, groups=frozenset({"elus", "cantine"}))
PATHS = (
    "forum/accueil.txt",
    "forum/atelier-1/notes.txt",
    "forum/atelier-1/affiche.pdf",
    "forum/atelier-2/notes.txt",
    "forum/atelier-2 bis/notes.txt",
    "forum/note.txt",
    "salon/notes.txt",
)


@pytest.mark.parametrize(
    ("reader", "read"),
    [
        (ANYBODY, "..x...x"),
        (AGENT, "x.x.x.x"),
        (RH, "xxxxx.x"),
        (ELU, "xxx.xxx"),
        (Reader(is_signed_in=False, groups=frozenset({"rh"})), "..x...x"),
    ],
    ids=["anybody", "an agent", "a group", "another group", "groups without signing in"],
)
def test_the_rule_of_the_longest_path_says_who_reads(reader: Reader, read: str) -> None:
    standing = RIGHTS.standing_of(reader)
    assert "".join(".x"[RIGHTS.may_read(standing, path)] for path in PATHS) == read
    hidden = {path for path, mark in zip(PATHS, read, strict=True) if mark == "."}
    assert RIGHTS.hidden_from(standing, PATHS) == hidden


@pytest.mark.parametrize("told", ["rh", "/ville/rh", "ville/rh", "/rh/", "3f2a-9c"])
def test_a_group_goes_by_each_of_its_names(told: str) -> None:
    reader = Reader(is_signed_in=True, groups=frozenset({told, "autre"}))
    assert RIGHTS.standing_of(reader) == Standing(True, ("rh",))


@pytest.mark.parametrize("told", ["RH", "rh2", "r", "", "tous", "agents"])
def test_a_group_goes_by_no_other_name(told: str) -> None:
    reader = Reader(is_signed_in=True, groups=frozenset({told}))
    assert RIGHTS.standing_of(reader) == Standing(True, ())


def test_programs_read_what_everybody_does_unless_they_are_named() -> None:
    assert RIGHTS.for_programs() == ANYBODY
    named = Rights(RIGHTS.groups, RIGHTS.rules, ("agents",))
    assert named.standing_of(named.for_programs()) == Standing(True)
    named = Rights(RIGHTS.groups, RIGHTS.rules, ("tous", "rh"))
    assert named.standing_of(named.for_programs()) == Standing(True, ("rh",))


def test_a_rule_of_nothing_is_found() -> None:
    there = [path for path in PATHS if "atelier-2/" not in path and path != "forum/note.txt"]
    assert RIGHTS.unused(there) == ("forum/atelier-2", "forum/note.txt")
    assert RIGHTS.unused(PATHS) == ()


def renamed(rights: Rights, *pairs: tuple[str, str]) -> Rights:
    new = dict(pairs)
    return followed(rights, pairs, [new.get(path, path) for path in PATHS])


def test_a_rule_goes_with_the_document_that_is_renamed() -> None:
    after = renamed(RIGHTS, ("forum/note.txt", "forum/note-2.txt"))
    assert after == RIGHTS.without(["forum/note.txt"]).with_rule("forum/note-2.txt", ["elus"])


def test_a_rule_goes_with_the_folder_that_is_renamed() -> None:
    after = renamed(RIGHTS, ("forum/atelier-2/notes.txt", "forum/atelier-9/notes.txt"))
    assert after == RIGHTS.without(["forum/atelier-2"]).with_rule("forum/atelier-9", ["rh"])


@pytest.mark.parametrize(
    "new", ["salon/notes-2.txt", "forum/atelier-1/notes-2.txt", "forum/atelier-2 bis/x.txt"]
)
def test_a_document_moved_is_read_by_no_more_than_before(new: str) -> None:
    after = renamed(RIGHTS, ("forum/atelier-2/notes.txt", new))
    assert after.readers_of(new) == ("rh",)


def test_a_folder_that_joins_another_opens_and_closes_nothing_there() -> None:
    pair = ("forum/atelier-2/a.txt", "salon/a.txt")
    after = followed(RIGHTS, [pair], ["salon/a.txt", "salon/notes.txt"])
    assert after.readers_of("salon/a.txt") == ("rh",)
    assert after.readers_of("salon/notes.txt") == ("tous",)


def test_a_document_moved_where_fewer_read_needs_no_rule() -> None:
    after = renamed(RIGHTS, ("salon/notes.txt", "forum/atelier-2/autres.txt"))
    assert after == RIGHTS
