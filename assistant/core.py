"""The facade: the one place where concrete parts are chosen and put together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from time import perf_counter
from types import TracebackType

import numpy as np

from assistant.corpus.programme import in_order
from assistant.corpus.walk import recording_of
from assistant.embedding.models import Encoder, Reranker, open_encoder, open_reranker
from assistant.errors import CorpusError, IndexMismatch, IndexMissing
from assistant.i18n.places import automatic_of
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.generation import Generation, open_generation
from assistant.index.publishing import current_name
from assistant.index.slides import slide_during, when_said
from assistant.index.slides.hmm import SURE
from assistant.ingest import planning
from assistant.ingest import sync as indexing
from assistant.query.followup import on_one_line, with_subject
from assistant.query.intent import inquiry_of
from assistant.readers.speech import transcription_cache
from assistant.records import (
    SPEAKER_SEPARATOR,
    Answer,
    Automatic,
    Citation,
    DocumentState,
    Filters,
    Hit,
    ListedDocument,
    Passage,
    Place,
    PlaceKind,
    Problem,
    Progress,
    Said,
    Session,
    Shown,
    SyncReport,
    Vectors,
)
from assistant.retrieval import quoting
from assistant.retrieval.answerability import Evidence, Gate
from assistant.retrieval.catalogue_answers import Shelf, catalogue_answer
from assistant.retrieval.gate_files import gate_for
from assistant.retrieval.pipeline import Finder
from assistant.retrieval.search import Results, check_filters, check_question
from assistant.retrieval.small_talk import small_talk
from assistant.settings import Settings
from assistant.text.lexicon import site_lexicon

#: What `assistant` makes public.
__all__ = ["Assistant", "open_assistant"]

#: Passages looked at for an answer; those beyond the quotes are shown as the closest.
_CONSIDERED = 10
#: The places of what may have been on screen.
_SLIDE_KINDS = ("slide", "page")


@dataclass(frozen=True, slots=True)
class Examined:
    """An answer with what judges it: its quotes, as if nothing were refused, and the evidence."""

    answer: Answer
    quotes: tuple[Citation, ...]
    evidence: Evidence


class Assistant:
    """Answers questions over a corpus, and keeps its index.

    Opening reads nothing and changes nothing: the index and the encoder are opened when first
    needed. Methods may be called from several threads, `close` once they are done.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._generation: Generation | None = None
        self._opening = threading.Lock()
        self._refreshing = threading.Lock()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index."""
        with self._opening:
            if self._generation is not None:
                self._generation.close()
                self._generation = None

    # --- Asking --------------------------------------------------------------------------------

    def ask(self, question: str, filters: Filters | None = None, previous: str = "") -> Answer:
        """Answer with quotes, or refuse.

        A question that leans on `previous`, the one asked before it, keeps its subject.
        Raises QuestionError, IndexMissing, IndexMismatch, IndexDamaged, ModelError.
        """
        started = perf_counter()
        asked = self._checked(question)
        inquiry = inquiry_of(asked)
        if inquiry.talk:
            return small_talk(asked, inquiry.talk, self.sessions(), started)
        if inquiry.catalogue and (told := catalogue_answer(asked, inquiry, self._shelf, started)):
            return told
        searched = with_subject(previous, asked)
        if len(searched) > self.settings.max_question_characters:
            searched = asked
        own = asked if searched != asked else ""
        results = self._search(searched, _CONSIDERED, filters, own)
        answer = self._answer(results, self.settings.answer_threshold, started)
        subject = on_one_line(previous) if searched != asked else ""
        return replace(answer, question=asked, subject=subject, intent=inquiry.intent)

    @property
    def _shelf(self) -> Shelf:
        """The sessions and the documents of each, as the programme's answers need them."""
        index = self._index
        documents: dict[str, list[ListedDocument]] = {}
        for id_, one in index.documents().items():
            listed = ListedDocument(id_, one.title or id_, one.facts.get("kind", ""))
            documents.setdefault(one.facts.get("session", ""), []).append(listed)
        lexicon = site_lexicon(self.settings.lexicon)
        return Shelf(self._sessions(index), documents, lexicon)

    def examine(self, question: str) -> Examined:
        """Answer, and give what measuring looks at besides. Raises as `ask` does."""
        started = perf_counter()
        results = self._search(question, _CONSIDERED, None)
        answer = self._answer(results, self.settings.answer_threshold, started)
        quotes = answer.citations or self._answer(results, 0.0, started).citations
        return Examined(answer, quotes, results.evidence)

    def _answer(self, results: Results, threshold: float, started: float) -> Answer:
        return quoting.answer(
            results,
            self._gate,
            threshold=threshold,
            perhaps=min(threshold, self.settings.perhaps_threshold),
            max_quotes=self.settings.max_quotes,
            started=started,
        )

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return the at most `k` passages that answer best. Raises as `ask` does."""
        return list(self._search(question, k, filters).hits)

    def _search(self, question: str, k: int, filters: Filters | None, own: str = "") -> Results:
        asked = self._checked(question)
        index = self._index
        check_filters(filters or Filters(), index.values)
        finder = Finder(
            self.settings, index, self._encoder, self._reranker, self._gate, self._sessions(index)
        )
        return finder.find(asked, k=k, filters=filters or Filters(), own=own)

    def _checked(self, question: str) -> str:
        return check_question(question, longest=self.settings.max_question_characters)

    def warm_up(self) -> None:
        """Load the encoder and the index now, so that the first question doesn't wait."""
        self._encoder.encode_question("bonjour")
        _ = self._index.nearest("bonjuor", edits=1), self._gate
        if self._reranker:
            self._reranker.scores("bonjour", ["bonjour"])

    def question_vectors(self, questions: Sequence[str]) -> Vectors:
        """Return the vectors of questions, of length 1, to compare with each other.

        Raises ModelError.
        """
        found = [self._encoder.encode_question(one).vector for one in questions]
        return np.array(found, dtype=np.float32).reshape(len(found), self._encoder.dim)

    # --- What is indexed -----------------------------------------------------------------------

    def sessions(self) -> tuple[Session, ...]:
        """Return the sessions that have something indexed, by date, time and id."""
        return self._sessions(self._index)

    @staticmethod
    def _sessions(index: Generation) -> tuple[Session, ...]:
        found: dict[str, Session] = {}
        for document in index.documents().values():
            facts = document.facts
            if id_ := facts.get("session"):
                speakers = facts.get("speakers", "").split(SPEAKER_SEPARATOR)
                found[id_] = Session(
                    id=id_,
                    event=facts.get("event", ""),
                    title=facts.get("session_title", ""),
                    event_title=facts.get("event_title", ""),
                    type=facts.get("type", ""),
                    speakers=tuple(one for one in speakers if one),
                    date=facts.get("date", ""),
                    time=facts.get("time", ""),
                    room=facts.get("room", ""),
                )
        return tuple(sorted(found.values(), key=in_order))

    def values(self, facet: str) -> tuple[str, ...]:
        """Return what a facet of `Filters` ("event", "speaker", …) takes in the index, in order."""
        return tuple(self._index.values(facet))

    def documents(self) -> tuple[DocumentState, ...]:
        """Return the state of every document on record, from the catalog."""
        with self._catalog() as catalog:
            return tuple(catalog.states())

    def problems(self) -> tuple[Problem, ...]:
        """Return every problem on record, those of no document among them."""
        with self._catalog() as catalog:
            return tuple(catalog.problems())

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """Return a document's passages in order; none when it is not indexed."""
        return tuple(self._index.passages_of(document_id))

    def title(self, document_id: str) -> str:
        """Return the title of an indexed document, empty when it is not indexed."""
        document = self._index.documents().get(document_id)
        return document.title if document else ""

    def automatic(self, passage: Passage) -> Automatic:
        """Tell how an indexed passage's text came to be: "" where a person wrote it down."""
        document = self._index.documents().get(passage.document_id)
        return automatic_of(document.facts, passage.place) if document else ""

    def slide_of(self, passage: Passage, place: Place | None = None) -> Shown | None:
        """Return what was most likely on screen when a passage, or a `place` in it, was said.

        None where that is not sure enough, or where nothing was shown that is indexed.
        """
        at = place or passage.place
        talk = self._index.said_in(passage.document_id) if at.kind == "second" else None
        found = slide_during(talk[1], at.first, at.last) if talk else None
        if talk is None or found is None or found[1] < SURE:
            return None
        deck_id, (slide, confidence) = talk[0], found
        kind = self._slide_kind(deck_id)
        return Shown(deck_id, Place(kind, slide, slide), self.title(deck_id), confidence)

    def said_at(self, document: Passage | str, number: int | None = None) -> Said | None:
        """Return when a slide was spoken about, that of a passage or of a deck's id by `number`.

        None where that is not sure enough, or where no transcript follows the deck.
        """
        if isinstance(document, Passage):
            if document.place.kind not in _SLIDE_KINDS:
                return None
            number = number or round(document.place.first)
            document = document.document_id
        for transcript_id, spans in self._index.said_of(document).items():
            if number and (span := when_said(spans, number)):
                place = Place("second", span.first, span.last)
                return Said(transcript_id, place, span.confidence)
        return None

    def _slide_kind(self, deck_id: str) -> PlaceKind:
        """Return what a deck's slides are: pages where it is a PDF."""
        return next((one.place.kind for one in self._index.passages_of(deck_id)), "slide")

    def transcript(self, document_id: str) -> str:
        """Return the automatic transcription of a recording as WebVTT, to be corrected.

        Raises CorpusError when there is none.
        """
        digests = [one.sha256 for one in self.documents() if one.id == document_id]
        parts = transcription_cache.load(self.settings.index, digests[0]) if digests else None
        if parts is None:
            raise CorpusError("transcript_missing", id=document_id)
        return transcription_cache.to_vtt(parts)

    def document_ids(self) -> tuple[str, ...]:
        """Return the ids of the documents of the index that answers, in order."""
        return tuple(self._index.documents())

    def facts(self, document_id: str) -> Mapping[str, str]:
        """Return what is known of an indexed document besides its text; nothing of another."""
        document = self._index.documents().get(document_id)
        return document.facts if document else {}

    def language(self, document_id: str) -> str:
        """Return the language of an indexed document, empty where it is not known."""
        document = self._index.documents().get(document_id)
        return document.language if document else ""

    def file(self, document_id: str) -> Path | None:
        """Return the file of an indexed document; None when it is not indexed or not there."""
        document = self._index.documents().get(document_id)
        if document is None:
            return None
        return self._served(self.settings.corpus / document.facts.get("path", document_id))

    def recording(self, document_id: str) -> Path | None:
        """Return the recording that an indexed transcript goes with, or None."""
        file = self.file(document_id)
        found = recording_of(file) if file else None
        return self._served(found) if found else None

    def _served(self, path: Path) -> Path | None:
        """Return `path` when it is a file of the corpus, not a link that leads out of it."""
        inside = path.resolve().is_relative_to(self.settings.corpus.resolve())
        return path if inside and path.is_file() else None

    @property
    def published(self) -> str:
        """The name of the newest generation on disk, empty before the first `sync`."""
        return current_name(self.settings.index) or ""

    @property
    def generation(self) -> str:
        """The name of the generation that answers now."""
        return self._index.name

    @property
    def published_on(self) -> date | None:
        """The day on which the generation that answers was made; None where the disk can't say."""
        manifest = self.settings.index / self.generation / "manifest.json"
        try:
            return date.fromtimestamp(manifest.stat().st_mtime)
        except OSError:
            return None

    # --- Keeping the index ---------------------------------------------------------------------

    def sync(
        self,
        *,
        rebuild: bool = False,
        progress: Callable[[Progress], None] | None = None,
        locked: bool = False,
    ) -> SyncReport:
        """Bring the index in line with the corpus, and answer from it. See `ingest.sync.sync`."""
        report = indexing.sync(
            self.settings,
            self._encoder,
            rebuild=rebuild,
            progress=progress or (lambda step: None),
            locked=locked,
        )
        self.refresh()
        return report

    def preview(self) -> planning.Plan:
        """Say what `sync` would do; change nothing."""
        return planning.preview(self.settings)

    def refresh(self) -> bool:
        """Open the newest generation if there is one; tell whether it is another one.

        Opening a large one takes seconds, in which others are answered from the former one.
        """
        before = self._generation
        if before is None or before.name == current_name(self.settings.index):
            return False
        if not self._refreshing.acquire(blocking=False):
            return False  # another thread is opening it
        try:
            opened = self._open()
            with self._opening:
                if self._generation is not before:
                    opened.close()  # closed, or replaced, meanwhile
                    return False
                # Questions under way keep the former one; closed when the last lets go of it.
                self._generation = opened
                return True
        finally:
            self._refreshing.release()

    # --- Parts ---------------------------------------------------------------------------------

    @cached_property
    def _gate(self) -> Gate:
        return gate_for(self.settings.gate)

    @cached_property
    def _encoder(self) -> Encoder:
        return open_encoder(self.settings)

    @cached_property
    def _reranker(self) -> Reranker | None:
        return open_reranker(self.settings)

    @property
    def _index(self) -> Generation:
        with self._opening:
            if self._generation is None:
                self._generation = self._open()
            return self._generation

    def _open(self) -> Generation:
        opened = open_generation(self.settings.index)
        if opened.identity != self._encoder.identity:
            opened.close()
            raise IndexMismatch(
                "index_other_encoder", found=opened.identity, wanted=self._encoder.identity
            )
        return opened

    def _catalog(self) -> Catalog:
        path = self.settings.index / CATALOG
        if not path.exists():
            raise IndexMissing("index_missing", path=self.settings.index)
        return Catalog(path, read_only=True)


def open_assistant(settings: Settings | None = None) -> Assistant:
    """Return an assistant over a site's settings, the default ones if none are given."""
    return Assistant(settings or Settings())
