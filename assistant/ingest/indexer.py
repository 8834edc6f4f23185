"""Documents read, encoded and committed, one after the other.

In: the ids of files to read, with what the corpus says of each. Out: their documents, passages and
vectors in the catalog, a transaction a document; how far it is, told step by step. Killed anywhere,
what is committed stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.corpus.corrections import corrected
from assistant.corpus.walk import FileOnDisk
from assistant.embedding.models import Encoder
from assistant.errors import AssistantError, ReadError
from assistant.index.catalog import Catalog
from assistant.index.catalog.rows import KeyedPassage, vector_key
from assistant.ingest.chunking import chunk
from assistant.ingest.eta import cost
from assistant.ingest.planning import Found, current_limits
from assistant.ingest.reading_pool import FileToRead, ReadingPool, fault
from assistant.readers.file_states import refusal
from assistant.records.documents import Document, Passage
from assistant.records.messages import Message
from assistant.records.runs import Progress
from assistant.settings.options import ReadingOptions
from assistant.text.analysis import split_sentences

#: Texts encoded between two commits of vectors: what a crash can cost, at most.
_BATCH = 256

OnProgress = Callable[[Progress], None]


class Indexer:
    """Reads, encodes and commits documents, one after the other.

    `encoded` counts the passages that had no vector yet, `failed` names the documents that could
    not be read.
    """

    def __init__(
        self,
        options: ReadingOptions,
        max_tokens: int,
        catalog: Catalog,
        encoder: Encoder,
        progress: OnProgress,
    ) -> None:
        """`max_tokens` is the most of a passage."""
        self._options = options
        self._max_tokens = max_tokens
        self._catalog = catalog
        self._encoder = encoder
        self._progress = progress
        self.step = Progress("reading", "", 0, 0)
        self.encoded = 0
        self.failed: list[str] = []

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
        costs = [cost(files[id_].path.suffix, files[id_].size) for id_ in ids]
        spent, total = 0.0, sum(costs)
        with ReadingPool(self._options, self._tell_detail) as pool:
            wanted = [
                FileToRead(files[id_], found[id_].stamp.sha256, found[id_].given) for id_ in ids
            ]
            results = pool.read_all(wanted)
            for done, id_ in enumerate(ids):
                share = spent / total
                self.tell(stage="reading", document_id=id_, done=done, total=len(ids), share=share)
                _, result = next(results)
                cut = result if isinstance(result, ReadError) else self._cut(result, found[id_])
                if isinstance(cut, ReadError):
                    self.failed.append(id_)
                    problem = refusal(id_, cut)
                    limits = current_limits(self._options)
                    self._catalog.fail(id_, found[id_].stamp, [problem], limits=limits)
                else:
                    self._commit(*cut, found[id_])
                spent += costs[done]
        self.tell(document_id="", done=len(ids), share=1.0)

    def _cut(
        self, document: Document, found: Found
    ) -> tuple[Document, Sequence[Passage]] | ReadError:
        """Return a document as corrected and its passages, or what keeps them from being made."""
        try:
            document = corrected(document, found.corrections)
            return document, chunk(
                document, self._encoder.count_tokens, max_tokens=self._max_tokens
            )
        except AssistantError:
            raise
        except Exception as e:
            return fault(document.id, e)

    def _commit(self, document: Document, passages: Sequence[Passage], found: Found) -> None:
        self.step = replace(self.step, pages=self.step.pages + _pages(document))
        entries = self._entries(passages)
        self.tell(stage="committing", passages=self.step.passages + len(passages))
        whole = all(problem.state == "ok" for problem in document.problems)
        limits = "" if whole else current_limits(self._options)
        self._catalog.put(document, entries, stamp=found.stamp, given=found.given, limits=limits)

    def encode_again(self, ids: Sequence[str]) -> None:
        """Encode the passages of documents that were to be read again but could not be."""
        for id_ in ids:
            self.tell(document_id=id_)
            self._catalog.replace_entries(id_, self._entries(self._catalog.entries(id_)))

    def _entries(self, passages: Sequence[Passage]) -> list[KeyedPassage]:
        """Return the passages with their keys, once all their vectors are stored."""
        wholes: dict[bytes, str] = {}
        parts: dict[bytes, str] = {}

        def key_of(text: str, texts: dict[bytes, str]) -> bytes:
            key = vector_key(self._encoder.identity, text)
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
        missing = self._catalog.not_encoded(wholes)
        wanted = set(missing)
        self.encoded += sum(entry.key in wanted for entry in entries)
        for keys in self._slices(missing, wholes):
            encoded = self._encoder.encode_with_words([wholes[key] for key in keys])
            self._catalog.add_encoded(keys, encoded)
        for keys in self._slices(self._catalog.without_vector(parts), parts):
            vectors = self._encoder.encode_passages([parts[key] for key in keys])
            self._catalog.add_vectors(keys, vectors)
        return entries

    def _slices(self, keys: list[bytes], texts: Mapping[bytes, str]) -> Iterator[list[bytes]]:
        """Yield the keys some at a time: texts of like lengths waste the least on padding."""
        keys = sorted(keys, key=lambda key: len(texts[key]))
        for start in range(0, len(keys), _BATCH):
            self.tell(stage="encoding" if self._encoder.is_prepared else "preparing")
            yield keys[start : start + _BATCH]


def _pages(document: Document) -> int:
    """Return how many pages or slides were read, 0 where a document has neither."""
    places = [block.place for block in document.blocks]
    return int(max((place.last for place in places if place.kind in ("page", "slide")), default=0))
