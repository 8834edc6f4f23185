"""Documents read, encoded and committed, one after the other.

In: the ids of files to read, with what the corpus says of each. Out: their documents, passages and
vectors in the catalog, a transaction a document; how far it is, told step by step. `Workers` read
and encode, here or elsewhere; this alone writes. Killed anywhere, what is committed stays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from assistant.corpus.walk import FileOnDisk
from assistant.errors import ReadError
from assistant.index.catalog import Catalog
from assistant.index.catalog.rows import KeyedPassage, vector_key
from assistant.ingest.eta import cost
from assistant.ingest.planning import Found, current_limits
from assistant.ingest.reading_pool import FileToRead
from assistant.ingest.workers import Cut, CutDocument, Workers
from assistant.readers.file_states import refusal
from assistant.records.documents import Document, Passage
from assistant.records.messages import Message
from assistant.records.runs import Progress
from assistant.settings.options import ReadingOptions
from assistant.text.analysis import split_sentences

#: Texts encoded between two commits of vectors: what a crash can cost, at most.
_BATCH = 256

OnProgress = Callable[[Progress], None]
#: Waits for texts to be encoded, and stores what comes of them.
_Store = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Keyed:
    """Passages with their keys, and what stores the vectors that are missing, some at a time."""

    entries: Sequence[KeyedPassage]
    stores: Sequence[_Store]


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A file with its document, whose texts are being encoded, or why it can't be read."""

    id: str
    document: Document | ReadError
    keyed: _Keyed


class Indexer:
    """Has documents read and encoded, and commits them one after the other.

    `encoded` counts the passages that had no vector yet, `failed` names the documents that could
    not be read.
    """

    def __init__(
        self,
        options: ReadingOptions,
        identity: str,
        catalog: Catalog,
        workers: Workers,
        progress: OnProgress,
    ) -> None:
        """`identity` is the encoder's, which all workers have."""
        self._options = options
        self._identity = identity
        self._catalog = catalog
        self._workers = workers
        self._progress = progress
        self.step = Progress("reading", "", 0, 0)
        self.encoded = 0
        self.failed: list[str] = []
        #: Keys of passages and of sentences that were asked for and are not stored yet.
        self._passages_asked: set[bytes] = set()
        self._sentences_asked: set[bytes] = set()

    def tell(self, **changes: object) -> None:
        """Report a step, as the last one but for `changes`."""
        self.step = replace(self.step, **changes)  # type: ignore[arg-type]
        self._progress(self.step)

    def _tell_detail(self, id_: str, detail: Message) -> None:
        """Report how far the long reading of a file is; called from the threads that read."""
        self._progress(replace(self.step, stage="reading", document_id=id_, detail=detail))

    def read(
        self,
        ids: Sequence[str],
        files: Mapping[str, FileOnDisk],
        found: Mapping[str, Found],
    ) -> None:
        """Read documents and commit each; one that can't be read keeps its passages."""
        if not ids:
            return
        costs = {id_: cost(files[id_].path.suffix, files[id_].size) for id_ in ids}
        spent, total = 0.0, sum(costs.values())
        self.step = replace(self.step, done=0, total=len(ids), share=0.0)
        wanted = [
            FileToRead(
                files[id_], found[id_].stamp.sha256, found[id_].given, found[id_].corrections
            )
            for id_ in ids
        ]
        with closing(self._begun(wanted)) as documents:
            for done, begun in enumerate(documents, start=1):
                self._settle(begun, found[begun.id])
                spent += costs[begun.id]
                self.step = replace(self.step, done=done, share=spent / total)
        self.tell(document_id="", done=len(ids), share=1.0)

    def _begun(self, wanted: Sequence[FileToRead]) -> Generator[_Awaited]:
        """Yield each file as it comes, a few later ones being encoded while it is waited for."""
        left = dict.fromkeys(file.file.id for file in wanted)
        begun: deque[_Awaited] = deque()
        with closing(self._workers.cut_all(wanted, self._tell_detail)) as cuts:
            while left:
                self.tell(stage="reading", document_id=next(iter(left)))
                begun.append(self._begin(next(cuts)))
                del left[begun[-1].id]
                if len(begun) > self._workers.ahead:
                    yield begun.popleft()
            while begun:
                yield begun.popleft()

    def _begin(self, cut: Cut) -> _Awaited:
        wanted, result = cut
        if isinstance(result, CutDocument):
            return _Awaited(wanted.file.id, result.document, self._keyed(result.passages))
        return _Awaited(wanted.file.id, result, self._keyed(()))

    def _settle(self, begun: _Awaited, found: Found) -> None:
        if isinstance(begun.document, ReadError):
            self.failed.append(begun.id)
            problem = refusal(begun.id, begun.document)
            limits = current_limits(self._options)
            self._catalog.fail(begun.id, found.stamp, [problem], limits=limits)
        else:
            self._commit(begun.document, begun.keyed, found)

    def _commit(self, document: Document, keyed: _Keyed, found: Found) -> None:
        self.step = replace(
            self.step, document_id=document.id, pages=self.step.pages + _pages(document)
        )
        self._store(keyed)
        self.tell(stage="committing", passages=self.step.passages + len(keyed.entries))
        whole = all(problem.state == "ok" for problem in document.problems)
        limits = "" if whole else current_limits(self._options)
        self._catalog.put(
            document, keyed.entries, stamp=found.stamp, given=found.given, limits=limits
        )

    def encode_again(self, ids: Sequence[str]) -> None:
        """Encode the passages of documents that were to be read again but could not be."""
        for id_ in ids:
            self.tell(document_id=id_)
            keyed = self._keyed(self._catalog.entries(id_))
            self._store(keyed)
            self._catalog.replace_entries(id_, keyed.entries)

    def _store(self, keyed: _Keyed) -> None:
        """Store the vectors of passages as they come."""
        for store in keyed.stores:
            self.tell(stage="encoding" if self._workers.is_prepared else "preparing")
            store()

    def _keyed(self, passages: Sequence[Passage]) -> _Keyed:
        """Return passages with their keys, and ask for the vectors that are not stored yet."""
        wholes: dict[bytes, str] = {}
        parts: dict[bytes, str] = {}

        def key_of(text: str, texts: dict[bytes, str]) -> bytes:
            key = vector_key(self._identity, text)
            texts[key] = text
            return key

        entries = [
            KeyedPassage(
                passage,
                key_of(passage.encoded_text, wholes),
                tuple(
                    key_of(passage.sentence_text(start, end), parts)
                    for start, end in split_sentences(passage.text)
                ),
            )
            for passage in passages
        ]
        missing = _not_in(self._passages_asked, self._catalog.not_encoded(wholes))
        parts_missing = _not_in(self._sentences_asked, self._catalog.without_vector(parts))
        wanted = set(missing)
        self.encoded += sum(entry.key in wanted for entry in entries)
        passages_stored = (self._ask_passages(keys, wholes) for keys in _slices(missing, wholes))
        sentences_stored = (
            self._ask_sentences(keys, parts) for keys in _slices(parts_missing, parts)
        )
        return _Keyed(entries, [*passages_stored, *sentences_stored])

    def _ask_passages(self, keys: Sequence[bytes], texts: Mapping[bytes, str]) -> _Store:
        encoded = self._workers.encode_with_words([texts[key] for key in keys])
        self._passages_asked.update(keys)

        def store() -> None:
            self._catalog.add_encoded(keys, encoded())
            self._passages_asked.difference_update(keys)

        return store

    def _ask_sentences(self, keys: Sequence[bytes], texts: Mapping[bytes, str]) -> _Store:
        vectors = self._workers.encode_passages([texts[key] for key in keys])
        self._sentences_asked.update(keys)

        def store() -> None:
            self._catalog.add_vectors(keys, vectors())
            self._sentences_asked.difference_update(keys)

        return store


def _not_in(asked: set[bytes], keys: Sequence[bytes]) -> list[bytes]:
    """Return the keys that no earlier document waits for."""
    return [key for key in keys if key not in asked]


def _slices(keys: Sequence[bytes], texts: Mapping[bytes, str]) -> Iterator[Sequence[bytes]]:
    """Yield the keys some at a time: texts of like lengths waste the least on padding."""
    keys = sorted(keys, key=lambda key: len(texts[key]))
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _pages(document: Document) -> int:
    """Return how many pages or slides were read, 0 where a document has neither."""
    places = [block.place for block in document.blocks]
    return int(max((place.last for place in places if place.kind in ("page", "slide")), default=0))
