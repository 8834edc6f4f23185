"""What staff see of questions that got no answer: what they chose, and `Register`. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from assistant.feedback.clusters import Group, RegisterEntry
from assistant.i18n import Language, count, say
from assistant.i18n.days import date_in_words
from assistant.records.answers import Status
from assistant.records.hits import Filters
from assistant.web.staff.layout import SECTIONS

ADDRESS = SECTIONS["questions"]
#: In days, by what they are called; 0: all that is kept.
PERIODS = {0: "all", 7: "week", 30: "month"}
KINDS = ("all", "refused", "useless")
#: Groups on a page, and thus questions asked again at once.
PAGE = 20
#: All pairs of wordings are compared: twice as many take four times as long.
MOST_WORDINGS = 2_000
#: What a form sends to erase everything, in place of keys.
EVERYTHING = "tout"


@dataclass(frozen=True, slots=True)
class RegisterChoice:
    """What staff chose to see: a period, a kind of question, a page of it (from 1)."""

    period: int = 0
    kind: str = "all"
    page: int = 1

    def address(self, path: str = "", **others: object) -> str:
        """Return an address under the page's that keeps the choice."""
        asked = {"periode": self.period or "", "genre": "" if self.kind == "all" else self.kind}
        asked |= {name: str(value) for name, value in others.items()}
        kept = urlencode({name: value for name, value in asked.items() if value})
        return f"{ADDRESS}{path}?{kept}" if kept else ADDRESS + path


@dataclass(frozen=True, slots=True)
class Register:
    """What is shown: all groups of the choice, and what is known of them."""

    groups: Sequence[Group]
    choice: RegisterChoice
    #: By which questions are put together: their meaning, or their words only for now.
    by_meaning: bool
    is_cut: bool
    has_any: bool
    days: tuple[int, int]
    #: What asking again gave, of the index that answers now.
    checked: Mapping[tuple[str, str], Status]
    titles: Mapping[str, str]
    searched: Mapping[Filters, str]
    language: Language


def chosen(asked: Mapping[str, str]) -> RegisterChoice:
    """Return what an address or a form asks to see; everything, for what it can't ask."""
    period, page = asked.get("periode", ""), asked.get("page", "")
    kind = asked.get("genre", "")
    return RegisterChoice(
        period=next((one for one in PERIODS if str(one) == period), 0),
        kind=kind if kind in KINDS else "all",
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 else 1,
    )


def on_page(register: Register) -> Sequence[Group]:
    """Return the groups of the page chosen, of the last one where there are fewer."""
    page = min(max(1, register.choice.page), pages_of(register))
    return register.groups[(page - 1) * PAGE : page * PAGE]


def pages_of(register: Register) -> int:
    """Return how many pages there are, at least one."""
    return max(1, -(-len(register.groups) // PAGE))


def day_words(day: str, language: Language) -> str:
    """Return a day in words: "12 mars 2026"."""
    return date_in_words(date.fromisoformat(day), "long", language)


def outcome_words(group: Group, language: Language) -> list[str]:
    """Return how often a group was refused or of no use, and when it was asked last."""
    told = []
    if group.refused:
        told.append(count("register.refused_times", group.refused, language))
    if group.useless:
        given = group.useless + group.useful
        told.append(count("register.share", given, language, useless=group.useless))
    told.append(say("register.last", language, day=day_words(group.last, language)))
    return told


def after_words(entry: RegisterEntry, language: Language) -> str:
    """Return what a wording leaned on, nothing where on nothing."""
    return say("register.after", language, subject=entry.subject) if entry.subject else ""


def key_of(entry: RegisterEntry) -> str:
    """Return a short name of a wording, as forms send it."""
    return hashlib.blake2b(entry.wording.encode("utf-8", "replace"), digest_size=10).hexdigest()
