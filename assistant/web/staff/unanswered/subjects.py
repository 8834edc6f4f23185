"""Questions that got no answer, as the page shows them: `Register` → `RegisterPage`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.feedback.clusters import Group
from assistant.i18n import Language, count, say
from assistant.records.answers import Status
from assistant.web.shared.addresses import TRIAL, question_address
from assistant.web.staff.unanswered.register import (
    ADDRESS,
    EVERYTHING,
    KINDS,
    MOST_WORDINGS,
    PAGE,
    PERIODS,
    Register,
    RegisterChoice,
    after_words,
    key_of,
    on_page,
    outcome_words,
    pages_of,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """One way in which a subject was asked, and the key by which a form names it."""

    question: str
    after: str
    number: int
    key: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What was asked alike: how often, and what goes with it.

    `told` says how often and when last, `checked` what asking it again gave, empty where it was
    not asked. `details` are what agents wrote, what was quoted, where was searched. `again` is the
    address that asks it again.
    """

    number: int
    unit: str
    question: str
    after: str
    told: str
    checked: Status | Literal[""]
    details: Mapping[str, Sequence[str]]
    wordings: Sequence[Wording]
    again: str

    @property
    def keys(self) -> str:
        """All its wordings, as a form names them."""
        return ",".join(wording.key for wording in self.wordings)


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """What agents couldn't find, as staff chose to see it.

    `state`: nothing is kept at all ("off"), nothing is kept now ("empty"), nothing of the choice
    ("filtered"), or there is a "list". `kept` says how long what is here stays. One is on page
    `at` of `total`; `start` is the number of its first subject. `cut_off` is how many wordings
    are looked at where there are more, else 0.
    """

    state: Literal["off", "empty", "filtered", "list"]
    kept: str
    choice: RegisterChoice
    numbers: Mapping[str, int]
    exports: Mapping[str, str]
    can_check: bool
    by_meaning: bool
    cut_off: int
    subjects: Sequence[Subject]
    start: int
    at: int
    total: int
    before: str
    after: str
    address: str = ADDRESS
    everything: str = EVERYTHING
    kinds: Sequence[str] = KINDS
    periods: Mapping[int, str] = field(default_factory=lambda: PERIODS)


def page_of(register: Register) -> RegisterPage:
    """Return what stands under the heading of the page."""
    groups, choice, total = register.groups, register.choice, pages_of(register)
    at = min(choice.page, total)
    before, after = (
        choice.address(page=number) if 0 < number <= total else "" for number in (at - 1, at + 1)
    )
    shown = on_page(register)
    return RegisterPage(
        state=_state(register),
        kept=_kept(register),
        choice=choice,
        numbers={
            "groups": len(groups),
            "refused": sum(group.refused for group in groups),
            "useless": sum(group.useless for group in groups),
        },
        exports={suffix: choice.address(f"/export.{suffix}") for suffix in ("odt", "csv")},
        can_check=any(group.refused for group in shown),
        by_meaning=register.by_meaning,
        cut_off=MOST_WORDINGS if register.is_cut else 0,
        subjects=[_subject(group, register) for group in shown],
        start=(at - 1) * PAGE + 1,
        at=at,
        total=total,
        before=before,
        after=after,
    )


def _state(register: Register) -> Literal["off", "empty", "filtered", "list"]:
    if not any(register.days):
        return "off"
    if not register.has_any:
        return "empty"
    return "list" if register.groups else "filtered"


def _kept(register: Register) -> str:
    """Return how long what is here stays."""
    language = register.language
    told = [say("register.without_who", language)]
    for key, off, days in zip(
        ("kept_unanswered", "kept_opinions"), ("off", "off_opinions"), register.days, strict=True
    ):
        kept = count(f"register.{key}", days, language) if days else ""
        told.append(kept or say(f"register.{off}", language))
    return " ".join(told)


def _subject(group: Group, register: Register) -> Subject:
    """Return one subject: what was asked, how often, what goes with it."""
    language = register.language
    one = group.central
    told = outcome_words(group, language)
    checked = register.checked.get((one.question, one.subject)) if group.refused else None
    return Subject(
        number=group.count,
        unit=_unit(group.count, language),
        question=one.question,
        after=after_words(one, language),
        told=" · ".join(told),
        checked=checked or "",
        details={
            "words": [say("page.quoted", language, text=word) for word in group.words],
            "documents": [register.titles.get(document, document) for document in group.documents],
            "searched": [register.searched[one] for one in group.filters],
        },
        wordings=[
            Wording(entry.question, after_words(entry, language), entry.count, key_of(entry))
            for entry in group.entries
        ],
        again=f"{question_address(one.question, None, one.subject, language)}&{TRIAL}=1",
    )


def _unit(number: int, language: Language) -> str:
    """Return the word that follows the number of times."""
    return count("register.times", number, language).removeprefix(str(number)).strip()
