"""One generation of the index as one request sees it, whatever is published meanwhile.

In: what was opened of the index (`retrieval.pipeline.Retriever`) and the corpus beside it. Out:
answers, and everything that is shown with them: titles, files, recordings, what was on screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter

from assistant.errors import AssistantError, SheetError
from assistant.indexed_content import IndexedContent
from assistant.query.answer_type import asked_kind
from assistant.query.comparison import side_inquiries, sides_of
from assistant.query.follow_up_phrase import own_words
from assistant.query.followup import (
    carried,
    carried_by_programme,
    last_question,
    with_subject,
)
from assistant.query.intent import Inquiry, asks_more, inquiry_of
from assistant.query.leaning import on_one_line
from assistant.query.short_spellings import written_out
from assistant.query.slots import slot_of
from assistant.query.titles import says_its_theme
from assistant.records.answers import Answer, Citation, ListedDocument
from assistant.records.documents import Session
from assistant.records.hits import Filters, Hit
from assistant.retrieval import quoting
from assistant.retrieval.answerability import Evidence
from assistant.retrieval.answers.broad import broad_answer
from assistant.retrieval.answers.comparison import side_by_side
from assistant.retrieval.answers.contradictions import with_contradiction
from assistant.retrieval.answers.explanation import Explanation, compared, explanation_of
from assistant.retrieval.answers.follow_ups import follow_up_answer, more_of
from assistant.retrieval.answers.sections import with_sections
from assistant.retrieval.answers.suggestions import with_answered
from assistant.retrieval.catalogue_answers import (
    Shelf,
    catalogue_answer,
    is_unannounced,
    unannounced_answer,
    with_mentions,
    with_sessions_near,
)
from assistant.retrieval.overviews.citing import with_more
from assistant.retrieval.overviews.theme_passages import pool, sessions_by_document, speaking
from assistant.retrieval.pipeline import Retriever
from assistant.retrieval.search import Results, check_question
from assistant.retrieval.sentences import best_first
from assistant.retrieval.small_talk import small_talk
from assistant.settings.options import AnswerOptions
from assistant.text.analysis import terms

#: What `assistant` makes public.
__all__ = ["View"]

#: Passages looked at for an answer; those beyond the quotes are shown as the closest.
_CONSIDERED = 10
#: A follow-up asks for something that may stand a few slides further.
_CONSIDERED_AFTER = 20
#: … and where what was said besides the answer follows it: those that are compared word by word.
_WIDELY = 30
#: So many are looked through for the sessions that say the words of a theme.
_MENTIONS = 100
#: Open questions, that one sentence rarely answers; so are those that ask for no kind of thing.
_ASK_MORE = frozenset({"how", "reason", "list", "comparison", "opinion"})


@dataclass(frozen=True, slots=True)
class Examined:
    """An answer with what judges it: its quotes, as if nothing were refused, and the evidence."""

    answer: Answer
    quotes: tuple[Citation, ...]
    evidence: Evidence


class View(IndexedContent):
    """Answers from one generation, and tells what stands beside its answers.

    Take one for each request (`Assistant.view`) and let go of it afterwards: it keeps its
    generation open until then. Methods may be called from several threads.
    """

    def __init__(
        self,
        retriever: Retriever,
        options: AnswerOptions,
        audience: str = "",
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        """Documents `hidden` are those that the index at hand leaves out, by an `audience`."""
        super().__init__(retriever, options.corpus, options.index, hidden)
        #: The name of the audience whose part this is, empty for the whole.
        self.audience = audience
        self._longest = options.max_question_characters
        self._threshold = options.answer_threshold
        self._perhaps = options.perhaps_threshold
        self._max_quotes = options.max_quotes

    def ask(self, question: str, filters: Filters | None = None, previous: str = "") -> Answer:
        """Answer with quotes, or refuse.

        A question that leans on `previous`, the one asked before it, keeps its subject.
        Raises QuestionError, ModelError.
        """
        answer = self._led_on(self._asked(question, filters, written_out(previous)))
        answer = replace(answer, question=check_question(question, longest=self._longest))
        return with_answered(answer, self._is_answered)

    def _is_answered(self, suggested: str) -> bool:
        """Tell whether a question to try is answered; asked once a generation."""
        known = self._retriever.suggested
        if suggested not in known:
            try:
                known[suggested] = self._asked(suggested, None, "").status == "answered"
            except AssistantError:
                return False
        return known[suggested]

    def _asked(
        self, question: str, filters: Filters | None, previous: str, *, is_first: bool = False
    ) -> Answer:
        """Answer as `ask` does; where it `is_first`, whatever was answered before."""
        started = perf_counter()
        asked = self._checked(question)
        typed = inquiry_of(asked)
        if typed.talk:
            return small_talk(asked, typed.talk, self.sessions, started)
        if told := self._from_programme(asked, typed, previous, started):
            return told
        if is_unannounced(typed, self._shelf):
            said = self._broad(asked, Inquiry("overview", typed.subject), filters, started)
            return unannounced_answer(asked, typed, said, self._shelf, started)
        inquiry = carried(previous, asked)
        if compared := self._compared(asked, filters, started):
            return compared
        broad = self._broad(asked, inquiry, filters, started) if inquiry.is_broad else None
        if broad and (broad.status != "refused" or not asks_more(asked)):
            self._look_up(broad.hits)
            return replace(broad, subject=on_one_line(previous) if inquiry != typed else "")
        answer = self._quoted(asked, inquiry, filters, previous, started, is_first=is_first)
        self._look_up(answer.hits)
        return replace(answer, question=asked, intent=inquiry.intent)

    def _from_programme(
        self, asked: str, inquiry: Inquiry, previous: str, started: float
    ) -> Answer | None:
        """Answer from the programme, alone or as the question before; None where it can't tell."""
        slot = slot_of(asked, self.sessions)
        asks_it = slot is not None or inquiry.catalogue
        if asks_it and (told := catalogue_answer(asked, inquiry, self._shelf, started, slot)):
            if inquiry.catalogue == "about":
                speaking = self._speaking_of(inquiry.subject)
                return with_mentions(told, inquiry, speaking, self._shelf)
            return told
        same = carried_by_programme(previous, asked)
        told = catalogue_answer(asked, same, self._shelf, started) if same else None
        return replace(told, subject=on_one_line(previous)) if told else None

    def _speaking_of(self, theme: str) -> set[str]:
        """Return the ids of the sessions in which a passage has all the words of a theme.

        None where nothing can be searched: the programme answers all the same.
        """
        wanted = set(terms(theme))
        try:
            hits = self._find(theme, _MENTIONS, None).hits
        except AssistantError:
            return set()
        found = [hit.passage for hit in hits if wanted <= set(terms(hit.passage.text))]
        return {self.document(one.document_id).facts.get("session", "") for one in found}

    def _quoted(
        self,
        asked: str,
        inquiry: Inquiry,
        filters: Filters | None,
        previous: str,
        started: float,
        *,
        is_first: bool,
    ) -> Answer:
        """Answer with quotes; one that leans on the question before keeps its subject."""

        def find(text: str, own: str) -> Results:
            k = _CONSIDERED_AFTER if own else _CONSIDERED
            return self._find(text, k, filters, own, answering=k)

        def quote(results: Results, claims: bool) -> Answer:
            return self._answer(results, self._threshold, started, claims=claims)

        searched = with_subject(previous, asked)
        if searched == asked or len(searched) > self._longest:
            if is_first:
                return quote(find(asked, ""), True)
            results = self._find(asked, _considered(inquiry, asked), filters)
            return self._with_more(quote(results, True), results, inquiry)
        last, earlier = last_question(previous)
        before = None if is_first else self._asked(last, filters, earlier, is_first=True)
        if before and asks_more(asked):
            more = more_of(before, find(with_subject(earlier, last), ""), quote)
            return replace(more, subject=on_one_line(previous))
        return follow_up_answer(asked, previous, before, find, quote)

    def explain(
        self, question: str, filters: Filters | None = None, previous: str = ""
    ) -> Explanation:
        """Return why a question is answered as it is. Raises as `ask` does."""
        answer = self.ask(question, filters, previous)
        asked, previous = self._checked(question), written_out(previous)
        sides = sides_of(asked) if answer.intent == "comparison" else None
        if sides and not answer.subject:
            told = [self._explained_side(side, filters) for side in side_inquiries(sides)]
            return compared(answer, told)
        inquiry = carried(previous, asked)
        searched = with_subject(answer.subject, asked)
        leans_on_it = searched != answer.question and not inquiry.is_broad
        considered = _CONSIDERED_AFTER if leans_on_it else _CONSIDERED
        results = self._find(
            inquiry.theme if inquiry.is_broad else searched,
            considered,
            filters,
            own_words(asked) if leans_on_it else "",
            answering=considered,
        )
        return self._explanation(answer, results)

    def _explained_side(self, side: Inquiry, filters: Filters | None) -> Explanation:
        """Return why one side of a comparison is answered as it is."""
        started = perf_counter()
        results = self._find(side.theme, _CONSIDERED, filters)
        told = self._broad(side.theme, side, filters, started)
        return self._explanation(told or self._answer(results, self._threshold, started), results)

    def _explanation(self, answer: Answer, results: Results) -> Explanation:
        return explanation_of(
            answer,
            results,
            self._retriever.gate,
            threshold=self._threshold,
            perhaps=min(self._threshold, self._perhaps),
        )

    def examine(self, question: str) -> Examined:
        """Answer, and give what measuring looks at besides. Raises as `ask` does."""
        started = perf_counter()
        inquiry = inquiry_of(self._checked(question))
        results = self._find(question, _considered(inquiry, question), None)
        shown = self._answer(results, self._threshold, started)
        answer = self._with_more(shown, results, inquiry)
        quotes = answer.citations or self._answer(results, 0.0, started).citations
        return Examined(answer, quotes, results.evidence)

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return the at most `k` passages that answer best. Raises as `ask` does."""
        found = self._find(question, k, filters)
        hits = best_first(found.hits, found.candidates)
        self._look_up(hits)
        return list(hits)

    def _find(
        self,
        question: str,
        k: int,
        filters: Filters | None,
        own: str = "",
        answering: int = _CONSIDERED,
    ) -> Results:
        asked, within = self._checked(question), filters or Filters()
        return self._retriever.find(asked, k=k, filters=within, own=own, answering=answering)

    def _checked(self, question: str) -> str:
        return written_out(check_question(question, longest=self._longest))

    def _answer(
        self, results: Results, threshold: float, started: float, *, claims: bool = True
    ) -> Answer:
        documents = self._index.documents()
        return with_contradiction(
            quoting.answer(
                results,
                self._retriever.gate,
                threshold=threshold,
                perhaps=min(threshold, self._perhaps),
                max_quotes=self._max_quotes,
                started=started,
                claims=claims,
            ),
            results,
            lambda one, number: quoting.citation_of(results, one, number),
            lambda id_: documents[id_].facts.get("date", ""),
        )

    def _broad(
        self, asked: str, inquiry: Inquiry, filters: Filters | None, started: float
    ) -> Answer | None:
        """Show what was said of a theme or in a session; None where a fact may be asked for."""
        return broad_answer(
            asked,
            inquiry,
            self._retriever,
            filters or Filters(),
            self._points,
            threshold=self._threshold,
            perhaps=min(self._threshold, self._perhaps),
            started=started,
        )

    def _compared(self, asked: str, filters: Filters | None, started: float) -> Answer | None:
        """Show what is said of both sides that a question compares; None where it states none."""
        sides = sides_of(asked)
        if sides is None:
            return None
        found = [self._broad(asked, side, filters, started) for side in side_inquiries(sides)]
        answer = side_by_side(asked, sides, found, sessions_by_document(self._index))
        if answer:
            self._look_up(answer.hits)
        return answer

    def _points(self, session: Session) -> tuple[Citation, ...]:
        """Return what a session's sheet keeps of it; nothing where there is no sheet yet.

        Nothing either where a session has neither slides nor a synthesis of its own: of speech
        alone, what was found of its theme tells more (docs/retrieval.md), if its title says one.
        """
        try:
            sheet = self.sheet(session.id)
        except SheetError:
            return ()
        points = (*sheet.synthesis, *sheet.points)
        kinds = {self.document(one.passage.document_id).facts.get("kind") for one in points}
        is_kept = sheet.synthesis or "slides" in kinds or not says_its_theme(session)
        return points if is_kept else ()

    def _with_more(self, answer: Answer, results: Results, inquiry: Inquiry) -> Answer:
        """Let what else was said of what is asked follow an answer to an open question."""
        if answer.citations and len(results.hits) > _CONSIDERED:
            session_of = sessions_by_document(self._index)
            quoted = [session_of(citation.passage.document_id) for citation in answer.citations]
            answering = quoted if answer.status == "answered" else []
            found = pool(results, self._index, session_of, answering=answering)
            more = with_more(answer, found, results.asked, inquiry.intent, session_of)
            answer = with_sections(more, session_of, speaking(results))
        return replace(answer, hits=answer.hits[:_CONSIDERED])

    def _led_on(self, answer: Answer) -> Answer:
        """Return an answer by session; a refusal with the sessions near, which needs the shelf."""
        if answer.status == "refused":
            return with_sessions_near(answer, self._shelf)
        return with_sections(answer, sessions_by_document(self._index))

    @cached_property
    def _shelf(self) -> Shelf:
        """The sessions and the documents of each, as the programme's answers need them."""
        listed: dict[str, list[ListedDocument]] = {}
        for one in self._index.documents().values():
            document = ListedDocument(one.id, one.title or one.id, one.facts.get("kind", ""))
            listed.setdefault(one.facts.get("session", ""), []).append(document)
        return Shelf(self.sessions, listed, self._retriever.lexicon)

    def _look_up(self, hits: tuple[Hit, ...]) -> None:
        """Look for the files of what was found now: one may be renamed before it is shown."""
        for hit in hits:
            _ = self.document(hit.passage.document_id).recording


def _considered(inquiry: Inquiry, asked: str) -> int:
    """Return how many passages are looked at: more where the question is open."""
    is_open = inquiry.intent in _ASK_MORE or (inquiry.intent == "fact" and not asked_kind(asked))
    return _WIDELY if is_open else _CONSIDERED
