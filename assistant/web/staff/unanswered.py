"""Questions that got no answer, grouped by meaning, as staff chose to see them → `Register`.

Grouping encodes the questions, and checking asks them again. Each costs what a question of an
agent costs, so they are done one at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from urllib.parse import urlencode

from assistant.core import Assistant
from assistant.errors import AssistantError, QuestionError
from assistant.feedback import store
from assistant.feedback.clusters import Group, RegisterEntry, entries, grouped
from assistant.feedback.question_vectors import QuestionVectors
from assistant.i18n import Language, say
from assistant.i18n.days import date_in_words
from assistant.records import Filters, Status, Vectors
from assistant.rights.rules import EVERY_RIGHT
from assistant.serving import newest_view
from assistant.view import View
from assistant.web.shared.facets import FACETS, choices_of
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
#: Answers remembered from asking again.
_MOST_CHECKED = 2_000


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


class UnansweredSubjects:
    """What is kept, put together, and what asking it again gave."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._path = assistant.settings.index / store.FILE
        self._vectors = QuestionVectors(assistant.question_vectors)
        self._checked: dict[tuple[str, str, str], Status] = {}
        self._checking = Lock()
        self._last: tuple[tuple[list[RegisterEntry], bool], list[Group]] | None = None

    def register(self, choice: RegisterChoice, language: Language) -> Register:
        """Return what is kept and was chosen. Raises FeedbackError."""
        view = self._newest()
        settings = self._assistant.settings
        everything = self._entries(RegisterChoice())
        chosen_ones = everything if choice == RegisterChoice() else self._entries(choice)
        own = chosen_ones[:MOST_WORDINGS]
        vectors = self._vectors.of([entry.text for entry in own])
        groups = self._grouped(own, vectors)
        documents = {id_ for group in groups for id_ in group.documents}
        searched = {chosen for group in groups for chosen in group.filters}
        return Register(
            groups=groups,
            choice=choice,
            by_meaning=vectors is not None or len(own) < 2,
            is_cut=len(chosen_ones) > len(own),
            has_any=bool(everything),
            days=(settings.unanswered_days, settings.feedback_days),
            checked=self._checks_of(view.generation if view else ""),
            titles={id_: _title(view, id_) for id_ in documents},
            searched={
                chosen_filters: _searched(view, chosen_filters, language)
                for chosen_filters in searched
            },
            language=language,
        )

    def _grouped(
        self, own: list[RegisterEntry], vectors: tuple[Vectors, Vectors] | None
    ) -> list[Group]:
        """Group entries, or give the groups of last time where nothing has changed."""
        of = (own, vectors is not None)
        known = self._last
        if known is None or known[0] != of:
            known = self._last = of, grouped(own, *(vectors or (None, None)))
        return known[1]

    def erase(self, sent: str) -> int:
        """Erase the wordings of these keys, everything where it is `EVERYTHING`."""
        if sent == EVERYTHING:
            self._vectors.forget()
            self._checked.clear()
            self._last = None
            return store.erase(self._path)
        keys = set(sent.split(","))
        gone = [entry for entry in self._entries(RegisterChoice()) if key_of(entry) in keys]
        self._vectors.forget({entry.text for entry in gone})
        for known in list(self._checked):
            if known[1:] in {(entry.question, entry.subject) for entry in gone}:
                del self._checked[known]
        self._last = None
        return store.erase(self._path, {entry.wording for entry in gone})

    def check(self, choice: RegisterChoice, language: Language) -> int | None:
        """Ask the questions of a page again; return how many, None while others are asked."""
        if not self._checking.acquire(blocking=False):
            return None
        try:
            register = self.register(choice, language)
            view = self._assistant.view()
            asked = [one for one in on_page(register) if one.refused]
            while len(self._checked) > _MOST_CHECKED:
                del self._checked[next(iter(self._checked))]
            for group in asked:
                one = group.central
                self._checked[view.generation, one.question, one.subject] = _status(view, one)
            return len(asked)
        finally:
            self._checking.release()

    def _entries(self, choice: RegisterChoice) -> list[RegisterEntry]:
        settings = self._assistant.settings
        days = [settings.unanswered_days, settings.feedback_days]
        if choice.period:
            days = [min(number, choice.period) for number in days]
        refused = store.read_unanswered(self._path, days=days[0]) if days[0] else []
        opinions = store.read(self._path, days=days[1]) if days[1] else []
        if choice.kind == "refused":
            opinions = []
        elif choice.kind == "useless":
            refused = []
        return entries(refused, opinions)

    def _newest(self) -> View | None:
        """Return a view of the newest index; None where there is none, as other pages say."""
        try:
            return newest_view(self._assistant, EVERY_RIGHT)
        except AssistantError:
            return None

    def _checks_of(self, generation: str) -> Mapping[tuple[str, str], Status]:
        known = list(self._checked.items())
        return {(one[1], one[2]): status for one, status in known if one[0] == generation}


def _status(view: View, entry: RegisterEntry) -> Status:
    """Return how a question ends when it is asked again."""
    try:
        return view.ask(entry.question, None, entry.subject).status
    except QuestionError:
        # Masked, or cut, it may be no question any more.
        return "refused"


def _title(view: View | None, document_id: str) -> str:
    return (view.document(document_id).title if view else "") or document_id


def _searched(view: View | None, filters: Filters, language: Language) -> str:
    """Return where a question was searched, in words; by ids where there is no index."""
    sessions = view.sessions if view else ()
    names = []
    for facet, (_, values) in zip(FACETS, filters.by_facet(), strict=True):
        labels = {value: label for label, value in choices_of(facet, values, sessions, language)}
        names += [labels.get(value, value) for value in values]
    return ", ".join(names)


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


def after_words(entry: RegisterEntry, language: Language) -> str:
    """Return what a wording leaned on, nothing where on nothing."""
    return say("register.after", language, subject=entry.subject) if entry.subject else ""


def key_of(entry: RegisterEntry) -> str:
    """Return a short name of a wording, as forms send it."""
    return hashlib.blake2b(entry.wording.encode("utf-8", "replace"), digest_size=10).hexdigest()
