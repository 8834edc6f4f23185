"""Kept pictures: found again, never more than their space, none of a document that is gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.rendering.cache import FOLDER, KeptPictures, drop_others

ONE, OTHER = "1" * 64, "2" * 64


def test_what_is_kept_is_found_again_by_another_start(tmp_path: Path) -> None:
    KeptPictures(tmp_path).keep(ONE, "1-page.webp", b"picture")
    assert KeptPictures(tmp_path).load(ONE, "1-page.webp") == b"picture"
    assert KeptPictures(tmp_path).load(OTHER, "1-page.webp") is None


def test_the_oldest_go_when_the_space_is_used_up(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, most=1000)
    for number in range(1, 13):
        kept.keep(ONE, f"{number}.webp", bytes(100))
        os.utime(tmp_path / FOLDER / ONE / f"{number}.webp", (number, number))
    there = sorted(int(file.stem) for file in (tmp_path / FOLDER / ONE).iterdir())
    assert len(there) * 100 <= 1000
    assert there[-1] == 12 and 1 not in there


def test_what_is_larger_than_the_space_is_not_kept(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, most=1000)
    kept.keep(ONE, "1.webp", b"small")
    kept.keep(ONE, "2.webp", bytes(2000))
    assert kept.load(ONE, "2.webp") is None
    assert kept.load(ONE, "1.webp") == b"small"


def test_a_folder_that_cannot_be_written_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder should be", encoding="utf-8")
    kept = KeptPictures(tmp_path)
    kept.keep(ONE, "1.webp", b"picture")
    assert kept.load(ONE, "1.webp") is None


@pytest.mark.parametrize("name", ["notes", "3" * 63])
def test_only_pictures_of_documents_that_are_gone_are_dropped(tmp_path: Path, name: str) -> None:
    kept = KeptPictures(tmp_path)
    kept.keep(ONE, "1.webp", b"picture")
    kept.keep(OTHER, "1.webp", b"picture")
    (tmp_path / FOLDER / name).mkdir()
    drop_others(tmp_path, {ONE})
    assert {file.name for file in (tmp_path / FOLDER).iterdir()} == {ONE, name}


def test_the_pages_of_a_deck_stay_and_take_no_more_than_their_space(tmp_path: Path) -> None:
    """Dropped, they would be made again and again: a minute of LibreOffice each time."""
    kept = KeptPictures(tmp_path, most=1000)
    kept.keep(ONE, "deck.pdf", bytes(700))
    for number in range(30):
        kept.keep(ONE, f"{number}.webp", bytes(100))
    assert kept.load(ONE, "deck.pdf") == bytes(700)
    kept.keep(OTHER, "deck.pdf", bytes(700))
    assert kept.load(OTHER, "deck.pdf") is None
    assert kept.load(ONE, "29.webp") == bytes(100)
