"""The day that a question names: "le 18 mars", "18/03/2025", as the index writes it.

Pure functions of a question's words and the days of an event.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.query.tokens import Token, terms_of, word_at
from assistant.text.calendar_names import FOLDED_MONTHS


def day_terms(date: str) -> frozenset[str]:
    """Return the terms that write a day, given as "2025-03-18"."""
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", date)
    if not found or not 1 <= int(found[2]) <= 12:
        return frozenset()
    day, month = str(int(found[3])), FOLDED_MONTHS[int(found[2]) - 1]
    return frozenset({day, found[1], *terms_of(month)})


def day_at(tokens: Sequence[Token], at: int, days: Sequence[str]) -> tuple[int, str | None]:
    """Return how many tokens from `at` on write a date, and which one of `days` it is."""
    size, day, month, year = 0, 0, 0, ""
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?", tokens[at].text):
        size, day, month, year = 1, int(found[1]), int(found[2]), found[3] or ""
    elif (number := re.fullmatch(r"(\d{1,2})(?:er)?", tokens[at].word)) and word_at(
        tokens, at + 1
    ) in FOLDED_MONTHS:
        size, day, month = 2, int(number[1]), FOLDED_MONTHS.index(tokens[at + 1].word) + 1
        if re.fullmatch(r"\d{4}", word_at(tokens, at + 2)):
            size, year = 3, tokens[at + 2].word
    meant = [one for one in days if one.endswith(f"-{month:02d}-{day:02d}")]
    meant = [one for one in meant if one.startswith(year)]
    return size, meant[0] if len(meant) == 1 else None
