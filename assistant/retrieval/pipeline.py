"""A question as a person types it → `Results`: understood first, then searched.

Its words become those of the documents (`query.rewriting`); the session, the speaker or the kind of
document that it names for certain become filters (`scope`), unless nothing convincing is found
there: then the whole corpus is searched, as if none had been named. Where that finds nothing
convincing either and somebody is named in full who speaks at sessions, these are searched for the
rest of the question, and what is surer is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.corpus.programme import in_order
from assistant.embedding.models import Encoder, Reranker
from assistant.index.search_index import IndexedDocument, PublishedIndex
from assistant.query.answer_signs import signs_of
from assistant.query.intent import inquiry_of
from assistant.query.rewriting import Rewritten, rewritten
from assistant.query.scope import scope_of
from assistant.query.settling import settled
from assistant.query.speakers import without_speaker, words_of_names
from assistant.records.documents import Session, speakers_of
from assistant.records.hits import Filters
from assistant.retrieval.answerability import Gate
from assistant.retrieval.search import ANSWERING, HybridSearch, Query, Results, check_filters
from assistant.settings.options import SearchOptions
from assistant.text.english import is_english
from assistant.text.lexicon import Lexicon, site_lexicon
from assistant.text.thesaurus import Thesaurus, site_thesaurus

#: A word that no corpus has: what looks for it has all spellings read.
_MISTYPED = "bonjuor"


@dataclass(frozen=True, slots=True)
class Retriever:
    """What finds passages in one generation: made once, and as long-lived as it.

    `sure` is the confidence from which what a question names is where its answer stands,
    `suggested` the questions to try and whether they are answered, as far as that is known. Methods
    may be called from several threads.
    """

    index: PublishedIndex
    hybrid: HybridSearch
    gate: Gate
    lexicon: Lexicon
    thesaurus: Thesaurus | None
    sessions: tuple[Session, ...]
    sure: float
    suggested: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def over(
        cls,
        index: PublishedIndex,
        encoder: Encoder,
        reranker: Reranker | None,
        gate: Gate,
        options: SearchOptions,
    ) -> Retriever:
        """Return a retriever over a generation. Raises SettingsError for its words."""
        return cls(
            index,
            HybridSearch(index, encoder, options.candidates, reranker, options.reranker_candidates),
            gate,
            site_lexicon(options.lexicon),
            site_thesaurus(options.thesaurus),
            sessions_of(index.documents().values()),
            options.answer_threshold,
        )

    def find(
        self,
        question: str,
        *,
        k: int,
        filters: Filters,
        own: str = "",
        answering: int = ANSWERING,
    ) -> Results:
        """Return the at most `k` best passages for a checked question. Raises QuestionError.

        The first `answering` of them may answer by a sentence of theirs. After `own`, what it asks
        itself, may come the subject of the one before it. The words of its frame are not searched:
        "que dit-on de ChatGPT" searches "ChatGPT".
        """
        check_filters(filters, self.index.values)
        language = "en" if is_english(question) else "fr"
        inquiry = inquiry_of(question)
        asked = question if inquiry.subject else inquiry.theme
        scope = scope_of(
            asked,
            self.sessions,
            self.index.values("speaker"),
            kinds=self.index.values("kind"),
            given=filters,
        )
        if scope:
            pairs = zip(filters.by_facet(), scope.filters.by_facet(), strict=True)
            merged = Filters(*(given or named for (_, given), (_, named) in pairs))
            results = self._search(scope.rest, k, merged, own, answering, language)
            if self._confidence(results) >= self.sure:
                return replace(results, question=question, scope=scope.understood)
        results = self._search(asked, k, filters, own, answering, language)
        sure = self._confidence(results)
        if sure < self.sure and not (filters.sessions or "person" in signs_of(question)):
            # What somebody says of themselves rarely has their name.
            rest, ids = without_speaker(asked, self.sessions)
            if ids:
                theirs = replace(filters, sessions=ids)
                found = self._search(rest, k, theirs, own, answering, language)
                results = found if self._confidence(found) > sure else results
        return replace(results, question=question)

    def _confidence(self, results: Results) -> float:
        return self.gate.confidence(results.evidence) if results.hits else 0.0

    def warm_up(self) -> None:
        """Load what the first question would wait for, the encoder aside. Raises ModelError."""
        self.index.nearest(_MISTYPED, edits=1)
        if self.hybrid.reranker:
            self.hybrid.reranker.scores("bonjour", ["bonjour"])

    def _search(
        self, question: str, k: int, filters: Filters, own: str, answering: int, language: str
    ) -> Results:
        found = self._understood(question)
        own = self._understood(own, ends=False).text if own else ""
        # Words that became filters, or are understood otherwise with those around them, leave
        # nothing that could be judged by itself. A capital is settled for the whole question.
        begins = found.text.lower().startswith(own.lower())
        own = found.text[: len(own)] if begins else ""
        results = self.hybrid.search(
            Query(found.text, filters, own, found.expansions, found.encoded, language), k, answering
        )
        return replace(results, changes=found.changes)

    def _understood(self, question: str, *, ends: bool = True) -> Rewritten:
        """Return a question as it is searched; where it doesn't `ends`, another follows it."""
        names = words_of_names(tuple(self.index.values("speaker")))
        found = rewritten(question, self.index, self.lexicon, self.thesaurus, names)
        return replace(found, text=settled(found.text, ends=ends))


def sessions_of(documents: Iterable[IndexedDocument]) -> tuple[Session, ...]:
    """Return the sessions that have something indexed, by date, time and id."""
    found: dict[str, Session] = {}
    titles: dict[str, list[str]] = {}
    for document in documents:
        facts = document.facts
        if id_ := facts.get("session"):
            titles.setdefault(id_, []).append(document.title)
            found[id_] = Session(
                id=id_,
                event=facts.get("event", ""),
                title=facts.get("session_title", ""),
                event_title=facts.get("event_title", ""),
                type=facts.get("type", ""),
                speakers=speakers_of(facts),
                date=facts.get("date", ""),
                time=facts.get("time", ""),
                room=facts.get("room", ""),
                document_titles=tuple(titles[id_]),
            )
    return tuple(sorted(found.values(), key=in_order))
