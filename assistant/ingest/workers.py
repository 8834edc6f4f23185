"""The seam between `sync`, which alone writes, and what reads and encodes for it.

In: files to read, texts to encode. Out: documents cut into passages, and vectors. `LocalWorkers`
does it on this machine, one document after the other; `ingest.on_ray` has a cluster do it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from assistant.corpus.corrections import corrected
from assistant.embedding.models import Encoder
from assistant.errors import AssistantError, ReadError
from assistant.ingest.chunking import CountTokens, chunk
from assistant.ingest.reading_pool import FileToRead, ReadingPool, Tell, fault
from assistant.records.documents import Document, Passage
from assistant.records.vectors import EncodedText, Vectors
from assistant.settings.options import ReadingOptions


class CutDocument(NamedTuple):
    """A document as corrected, and its passages in order."""

    document: Document
    passages: Sequence[Passage]


#: A file with its document, or with what keeps it from being read.
Cut = tuple[FileToRead, CutDocument | ReadError]


class Workers(Protocol):
    """Reads documents and encodes texts, and writes nothing.

    What is asked may be computed at once, or only when its result is called for. Everything ends
    with the iterator of `cut_all`, which whoever takes it closes.
    """

    @property
    def ahead(self) -> int:
        """The documents whose texts may be asked for while one before them is waited for."""

    @property
    def is_prepared(self) -> bool:
        """Whether encoding begins at once, no model having to be converted first."""

    def cut_all(self, wanted: Sequence[FileToRead], tell: Tell) -> Generator[Cut]:
        """Yield each file once, as they come: a bad one is an error that is yielded.

        `tell` is called with a file's id and how far its long reading is, where that is known.
        """

    def encode_with_words(self, texts: Sequence[str]) -> Callable[[], list[EncodedText]]:
        """Ask for texts as an `Encoder` gives them with their words; return what waits for it."""

    def encode_passages(self, texts: Sequence[str]) -> Callable[[], Vectors]:
        """Ask for the texts' vectors, as an `Encoder` gives them; return what waits for it."""


class LocalWorkers:
    """This machine: files in the processes of a `ReadingPool`, texts in this process."""

    ahead = 0

    def __init__(self, options: ReadingOptions, max_tokens: int, encoder: Encoder) -> None:
        """`max_tokens` is the most of a passage."""
        self._options = options
        self._max_tokens = max_tokens
        self._encoder = encoder

    @property
    def is_prepared(self) -> bool:
        """Whether encoding begins at once."""
        return self._encoder.is_prepared

    def cut_all(self, wanted: Sequence[FileToRead], tell: Tell) -> Generator[Cut]:
        """Yield each file, in their order."""
        with ReadingPool(self._options, tell) as pool:
            yield from cut_each(pool.read_all(wanted), self._encoder.count_tokens, self._max_tokens)

    def encode_with_words(self, texts: Sequence[str]) -> Callable[[], list[EncodedText]]:
        """Return what encodes the texts when it is called."""
        return partial(self._encoder.encode_with_words, texts)

    def encode_passages(self, texts: Sequence[str]) -> Callable[[], Vectors]:
        """Return what encodes the texts when it is called."""
        return partial(self._encoder.encode_passages, texts)


def cut_each(
    read: Iterable[tuple[FileToRead, Document | ReadError]],
    count_tokens: CountTokens,
    max_tokens: int,
) -> Iterator[Cut]:
    """Yield each file that was read with its passages, or with what keeps them from being made."""
    for wanted, result in read:
        if isinstance(result, ReadError):
            yield wanted, result
        else:
            yield wanted, _cut(wanted, result, count_tokens, max_tokens)


def _cut(
    wanted: FileToRead, document: Document, count_tokens: CountTokens, max_tokens: int
) -> CutDocument | ReadError:
    try:
        document = corrected(document, wanted.corrections)
        return CutDocument(document, chunk(document, count_tokens, max_tokens=max_tokens))
    except AssistantError:
        raise
    except Exception as e:
        return fault(document.id, e)
