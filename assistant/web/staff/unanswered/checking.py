"""Questions that got no answer, put together by meaning and asked again → `Register`.

Grouping encodes the questions, and checking asks them again. Each costs what a question of an
agent costs, so they are done one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from assistant.core import Assistant
from assistant.errors import AssistantError, QuestionError
from assistant.feedback import store
from assistant.feedback.clusters import Group, RegisterEntry, entries, grouped
from assistant.feedback.question_vectors import QuestionVectors
from assistant.i18n import Language
from assistant.records.answers import Status
from assistant.records.hits import Filters
from assistant.records.vectors import Vectors
from assistant.rights.rules import EVERY_RIGHT
from assistant.serving import newest_view
from assistant.view import View
from assistant.web.shared.facets import FACETS, choices_of
from assistant.web.staff.unanswered.register import (
    EVERYTHING,
    MOST_WORDINGS,
    Register,
    RegisterChoice,
    key_of,
    on_page,
)

#: Answers remembered from asking again.
_MOST_CHECKED = 2_000


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
