"""Days and moments in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assistant.i18n import Language
from assistant.i18n.days import date_in_words


@pytest.mark.parametrize(
    ("day", "pattern", "language", "words"),
    [
        (date(2025, 3, 18), "full", "fr", "mardi 18 mars 2025"),
        (date(2025, 3, 1), "full", "fr", "samedi 1er mars 2025"),
        (date(2025, 3, 1), "long", "fr", "1er mars 2025"),
        (date(2025, 3, 1), "long", "en", "March 1, 2025"),
        (date(2025, 3, 11), "d MMM y", "fr", "11 mars 2025"),
        (date(2025, 3, 21), "long", "fr", "21 mars 2025"),
        (datetime(2025, 8, 1, 1, 1, tzinfo=UTC), "d MMM y, HH:mm", "fr", "1er août 2025, 01:01"),
        (datetime(2025, 8, 2, 1, 1, tzinfo=UTC), "EEEE d MMMM y 'à' HH:mm", "fr",
         "samedi 2 août 2025 à 01:01"),
    ],
)  # fmt: skip
def test_a_day_is_written_as_people_write_it(
    day: date, pattern: str, language: Language, words: str
) -> None:
    assert date_in_words(day, pattern, language) == words
