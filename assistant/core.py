"""The facade: the one place where concrete parts are chosen and put together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from types import TracebackType

import numpy as np

from assistant.audience import Audiences
from assistant.audit import Trail
from assistant.cluster.choosing import generations_of
from assistant.embedding.models import Encoder, Reranker
from assistant.embedding.site_models import open_encoder, open_reranker
from assistant.errors import CorpusError, IndexMismatch, IndexMissing
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.search_index import PublishedIndex
from assistant.ingest import planning
from assistant.ingest import sync as indexing
from assistant.ingest.workers import Workers
from assistant.readers.speech import transcription_cache
from assistant.readers.speech.webvtt import to_vtt
from assistant.records.answers import Answer
from assistant.records.documents import DocumentState, Session
from assistant.records.hits import Filters, Hit
from assistant.records.messages import Problem
from assistant.records.runs import Progress, SyncReport
from assistant.records.vectors import Vectors
from assistant.retrieval.answerability import Gate
from assistant.retrieval.gate_files import gate_for
from assistant.retrieval.pipeline import Retriever, sessions_of
from assistant.rights.rules import Reader, Rights
from assistant.settings import Settings
from assistant.state.places import share
from assistant.view import View

#: What `assistant` makes public.
__all__ = ["Assistant", "open_assistant"]


class Assistant:
    """Answers questions over a corpus, and keeps its index.

    Opening reads nothing and changes nothing: the index and the encoder are opened when first
    needed. Methods may be called from several threads, `close` once they are done.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        share(settings.state_database, settings.index, settings.accounts)
        self._retriever: Retriever | None = None
        self._opening = threading.Lock()
        self._refreshing = threading.Lock()
        #: Who did what.
        self.trail = Trail(settings.index, settings.audit_days)
        self._generations = generations_of(settings.milvus_options(), settings.index)
        self._audiences = Audiences(
            settings.corpus, settings.index, self._generations.open_audience, self._over
        )

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
        """Let go of the index, which closes with the last view of it."""
        with self._opening:
            self._retriever = None

    # --- Asking --------------------------------------------------------------------------------

    def view(self) -> View:
        """Return the index as it is now, for one request: what it tells is of one generation.

        Raises IndexMissing, IndexMismatch, IndexDamaged, ModelError, SettingsError.
        """
        return View(self._opened, self.settings.answer_options())

    def view_for(self, reader: Reader) -> View:
        """Return what a reader may read of the index as it is now, for one request.

        What they may not read isn't there. Raises as `view` does, and RightsError,
        AudiencePending: `apply_rights` makes it ready.
        """
        part = self._audiences.part_of(reader, self._opened)
        return View(part.retriever, self.settings.answer_options(), part.key, part.hidden)

    def sessions_for(self, reader: Reader) -> tuple[Session, ...]:
        """Return the sessions that a reader may know of, ready or not. Raises as `view_for`."""
        whole = self._opened
        hidden = self._audiences.hidden_from(reader, whole.index)
        if not hidden:
            return whole.sessions
        documents = whole.index.documents().items()
        return sessions_of(one for id_, one in documents if id_ not in hidden)

    @property
    def rights(self) -> Rights | None:
        """Who may read what, None where everybody may read everything. Raises RightsError."""
        return self._audiences.rights()

    def ask(self, question: str, filters: Filters | None = None, previous: str = "") -> Answer:
        """Answer with quotes, or refuse. Raises as `view` and `View.ask` do."""
        return self.view().ask(question, filters, previous)

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return the at most `k` passages that answer best. Raises as `ask` does."""
        return self.view().search(question, k, filters)

    def warm_up(self) -> None:
        """Load the encoder and the index now, so that the first question doesn't wait."""
        self._encoder.encode_question("bonjour")
        self._opened.warm_up()

    def question_vectors(self, questions: Sequence[str]) -> Vectors:
        """Return the vectors of questions, of length 1, to compare with each other.

        Raises ModelError.
        """
        found = [self._encoder.encode_question(question).vector for question in questions]
        return np.array(found, dtype=np.float32).reshape(len(found), self._encoder.dim)

    # --- What is on record ---------------------------------------------------------------------

    def documents(self) -> tuple[DocumentState, ...]:
        """Return the state of every document on record, from the catalog."""
        with self._catalog() as catalog:
            return tuple(catalog.states())

    def problems(self) -> tuple[Problem, ...]:
        """Return every problem on record, those of no document among them."""
        with self._catalog() as catalog:
            return tuple(catalog.problems())

    def transcript(self, document_id: str) -> str:
        """Return the automatic transcription of a recording as WebVTT, to be corrected.

        Raises CorpusError when there is none.
        """
        digests = [document.sha256 for document in self.documents() if document.id == document_id]
        parts = transcription_cache.load(self.settings.index, digests[0]) if digests else None
        if parts is None:
            raise CorpusError("transcript_missing", id=document_id)
        return to_vtt(parts)

    @property
    def published(self) -> str:
        """The name of the newest generation, empty before the first `sync`."""
        return self._generations.current() or ""

    # --- Keeping the index ---------------------------------------------------------------------

    def sync(
        self,
        *,
        rebuild: bool = False,
        progress: Callable[[Progress], None] | None = None,
        locked: bool = False,
        accept_removals: bool = False,
        ray: str = "",
    ) -> SyncReport:
        """Bring the index in line with the corpus, and answer from it. See `ingest.sync.sync`.

        `ray`: the address of a cluster that reads and encodes in the place of this machine.
        """
        with self._workers(ray) as workers:
            report = indexing.sync(
                self.settings,
                self._encoder,
                workers=workers,
                rebuild=rebuild,
                progress=progress or (lambda step: None),
                locked=locked,
                accept_removals=accept_removals,
            )
        self.refresh()
        return report

    def apply_rights(self) -> SyncReport:
        """Make ready what each reader may read of what is indexed. See `ingest.sync.apply_rights`.

        Nothing is encoded.
        """
        report = indexing.apply_rights(self.settings)
        self.refresh()
        return report

    def preview(self) -> planning.Plan:
        """Say what `sync` would do; change nothing."""
        return planning.preview(self.settings.reading_options())

    def refresh(self) -> bool:
        """Open the newest generation if there is one; tell whether it is another one.

        Opening a large one takes seconds, in which others are answered from the former one.
        """
        before = self._retriever
        if before is None or before.index.name == self._generations.current():
            return False
        if not self._refreshing.acquire(blocking=False):
            return False  # another thread is opening it
        try:
            opened = self._open()
            with self._opening:
                if self._retriever is not before:
                    return False  # closed, or replaced, meanwhile
                # Views keep the former one, which is closed when the last is let go of.
                self._retriever = opened
                return True
        finally:
            self._refreshing.release()

    # --- Parts ---------------------------------------------------------------------------------

    @cached_property
    def _gate(self) -> Gate:
        return gate_for(self.settings.gate)

    @cached_property
    def _encoder(self) -> Encoder:
        return open_encoder(self.settings.model_options())

    @cached_property
    def _reranker(self) -> Reranker | None:
        return open_reranker(self.settings.model_options())

    def _workers(self, ray: str) -> AbstractContextManager[Workers | None]:
        """Return the cluster that reads and encodes; None where this machine does."""
        if not ray:
            return nullcontext()
        # Only where it is asked for: most sites have no cluster.
        from assistant.ingest.on_ray.joining import workers_on

        settings = self.settings
        return workers_on(
            ray,
            open_encoder,
            settings.reading_options(),
            settings.model_options(),
            settings.max_passage_tokens,
            self._encoder.identity,
        )

    @property
    def _opened(self) -> Retriever:
        with self._opening:
            if self._retriever is None:
                self._retriever = self._open()
            return self._retriever

    def _open(self) -> Retriever:
        """Open the newest generation, with all that finding passages in it needs."""
        opened = self._generations.open()
        if opened.identity != self._encoder.identity:
            opened.close()
            raise IndexMismatch(
                "index_other_encoder", found=opened.identity, wanted=self._encoder.identity
            )
        return self._over(opened)

    def _over(self, opened: PublishedIndex) -> Retriever:
        """Return what finds passages in a generation."""
        options = self.settings.search_options()
        return Retriever.over(opened, self._encoder, self._reranker, self._gate, options)

    def _catalog(self) -> Catalog:
        path = self.settings.index / CATALOG
        if not path.exists():
            raise IndexMissing("index_missing", path=self.settings.index)
        return Catalog(path, read_only=True)


def open_assistant(settings: Settings | None = None) -> Assistant:
    """Return an assistant over a site's settings, the default ones if none are given."""
    return Assistant(settings or Settings())
