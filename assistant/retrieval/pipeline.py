"""A question as a person types it → `Results`: understood first, then searched.

Its words become those of the documents (`query.rewriting`); the session, the speaker or the kind of
document that it names for certain become filters (`scope`), unless nothing convincing is found
there: then the whole corpus is searched, as if none had been named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.embedding.models import Encoder, Reranker
from assistant.index.generation import Generation
from assistant.query.intent import inquiry_of
from assistant.query.rewriting import rewritten
from assistant.query.scope import scope_of
from assistant.records import Filters, Session
from assistant.retrieval.answerability import Gate
from assistant.retrieval.search import Results, search
from assistant.settings import Settings
from assistant.text.lexicon import site_lexicon


@dataclass(frozen=True, slots=True)
class Finder:
    """What finding needs besides a question, for as long as one generation answers."""

    settings: Settings
    index: Generation
    encoder: Encoder
    reranker: Reranker | None
    gate: Gate
    sessions: Sequence[Session]

    def find(self, question: str, *, k: int, filters: Filters, own: str = "") -> Results:
        """Return the at most `k` best passages for a checked question.

        After `own`, what it asks itself, may come the subject of the one before it. The words of
        its frame are not searched: "que dit-on de ChatGPT" searches "ChatGPT".
        """
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
            results = self._search(scope.rest, k, merged, own)
            sure = self.gate.confidence(results.evidence) >= self.settings.answer_threshold
            if results.hits and sure:
                return replace(results, question=question, scope=scope.understood)
        return replace(self._search(asked, k, filters, own), question=question)

    def _search(self, question: str, k: int, filters: Filters, own: str) -> Results:
        lexicon = site_lexicon(self.settings.lexicon)
        found = rewritten(question, self.index, lexicon)
        own = rewritten(own, self.index, lexicon).text if own else ""
        results = search(
            self.index,
            self.encoder,
            found.text,
            k=k,
            candidates=max(k, self.settings.candidates),
            filters=filters,
            # Words that became filters, or are understood otherwise with those around them, leave
            # nothing that could be judged by itself.
            own=own if found.text.startswith(own) else "",
            weightless=found.weightless,
            reranker=self.reranker,
            rerank=self.settings.reranker_candidates,
        )
        return replace(results, changes=found.changes)
