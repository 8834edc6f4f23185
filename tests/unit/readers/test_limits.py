"""Bounds: how much one file may give, and in what shape."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.readers import limits
from assistant.readers.limits import bounded
from assistant.readers.parts import MAX_BLOCK_CHARACTERS, Defect, Fact, Part
from assistant.records import Block, Place

PLACE = Place("page", 3, 3)


def block(text: str, speaker: str = "") -> Block:
    return Block(text, "paragraph", PLACE, level=2, speaker=speaker)


def texts(parts: list[Part]) -> list[str]:
    return [part.text for part in parts if isinstance(part, Block)]


def test_what_is_within_the_bounds_passes_as_it_is() -> None:
    parts = [
        Fact("kind", "report"),
        block("Un texte.", "Mme la maire"),
        Defect("empty", {"a": "b"}),
    ]
    assert list(bounded(parts)) == parts


def test_a_block_that_is_too_long_is_cut_at_a_space_and_keeps_its_place_and_level() -> None:
    words = "phrase " * (MAX_BLOCK_CHARACTERS // 4)
    pieces = list(bounded([block(words.strip())]))
    assert " ".join(texts(pieces)) == words.strip()
    assert {len(text) <= MAX_BLOCK_CHARACTERS for text in texts(pieces)} == {True}
    assert {(p.place, p.level) for p in pieces if isinstance(p, Block)} == {(PLACE, 2)}


def test_a_word_without_end_is_cut_all_the_same_and_nothing_is_lost() -> None:
    word = "a" * (2 * MAX_BLOCK_CHARACTERS + 5)
    assert [len(text) for text in texts(list(bounded([block(word)])))] == [
        MAX_BLOCK_CHARACTERS, MAX_BLOCK_CHARACTERS, 5,
    ]  # fmt: skip


def endless(part: Part) -> Iterator[Part]:
    while True:
        yield part


@pytest.mark.parametrize(
    ("limit", "value", "kept"), [("MAX_CHARACTERS", 25, 2), ("MAX_BLOCKS", 3, 3)]
)
def test_a_file_that_gives_without_end_is_stopped_with_a_defect(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int, kept: int
) -> None:
    monkeypatch.setattr(limits, limit, value)
    *blocks, last = bounded(endless(block("dix lettres")))
    assert blocks == [block("dix lettres")] * kept
    assert isinstance(last, Defect) and last.key == "too_much_text"


def test_facts_beyond_their_number_go_and_the_text_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FACTS", 2)
    parts = list(bounded([*[Fact(str(n), "x") for n in range(5)], block("Le texte.")]))
    assert parts == [Fact("0", "x"), Fact("1", "x"), block("Le texte.")]


def test_a_fact_a_defect_and_a_speaker_are_short() -> None:
    long = "n" * 5_000
    fact, defect, spoken = bounded([Fact("a", long), Defect("k", {"v": long}), block("x", long)])
    assert isinstance(fact, Fact) and isinstance(defect, Defect) and isinstance(spoken, Block)
    assert {len(fact.value), len(defect.values["v"]), len(spoken.speaker)} == {2_000}


@pytest.mark.parametrize("character", ["\ud83d", "\x00"])
def test_what_no_file_can_hold_becomes_a_mark(character: str) -> None:
    text = f"avant{character}après"
    fact, read = bounded([Fact("a", text), block(text, text)])
    assert isinstance(fact, Fact) and isinstance(read, Block)
    assert {fact.value, read.text, read.speaker} == {"avant\ufffdaprès"}
    read.text.encode("utf-8")
