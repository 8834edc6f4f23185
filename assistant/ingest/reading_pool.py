"""Files of the corpus read in processes apart, under limits, whatever a file does to its reader.

In: the files to read. Out: each as a `Document`, or the error that its reading ended with.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import LifoQueue
from types import TracebackType
from typing import Self

from assistant.corpus.corrections import Corrections
from assistant.corpus.walk import FileOnDisk
from assistant.errors import ReadError
from assistant.readers import assemble, sha256_of
from assistant.readers.parts import Defect, Fact, Part
from assistant.readers.sandbox.parent import ReadingProcess
from assistant.readers.second_pass import read_file
from assistant.records.documents import Block, Document
from assistant.records.messages import Message
from assistant.settings.options import ReadingOptions

logger = logging.getLogger(__name__)


#: Called with a file's id, and how far its long reading is.
Tell = Callable[[str, Message], None]


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file to read, the hash of its content if it is known, and what the programme says.

    `corrections` are for who cuts what was read; reading doesn't heed them.
    """

    file: FileOnDisk
    sha256: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    corrections: Corrections | None = None


class ReadingPool:
    """Reads files in `reading_workers` processes apart, each file under limits.

    Processes start with their first file and end with the `with` block, or with this process.
    Not for several threads at once.
    """

    def __init__(self, options: ReadingOptions, tell: Tell = lambda id_, detail: None) -> None:
        """`tell` is called with a file's id and how far its long reading is."""
        self._options = options
        self._tell = tell
        self._processes = [ReadingProcess(options) for _ in range(options.reading_workers)]
        #: The one used last comes first: it runs already, where others may not have started.
        self._free: LifoQueue[ReadingProcess] = LifoQueue()
        for process in self._processes:
            self._free.put(process)
        self._threads = ThreadPoolExecutor(options.reading_workers, "reading")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the reading processes, and the readings under way."""
        for process in self._processes:
            process.close()
        self._threads.shutdown(cancel_futures=True)

    def read(
        self,
        file: FileOnDisk,
        *,
        sha256: str = "",
        facts: Mapping[str, str] | None = None,
    ) -> Document:
        """Return the document of a file; `sha256` is computed where it isn't given.

        A file that exceeds its time or memory, or kills its reader, gives what was read before,
        with a problem. Raises ReadError when nothing was, and for whatever else goes wrong.
        """
        return self._read(FileToRead(file, sha256, facts or {}))

    def read_all(
        self, wanted: Iterable[FileToRead]
    ) -> Iterator[tuple[FileToRead, Document | ReadError]]:
        """Yield each file with what `read` returns or raises, in order, as they come.

        While one is used each process reads one, and no more, so that what waits in memory is
        bounded.
        """
        pending: deque[tuple[FileToRead, Future[Document]]] = deque()
        for file in wanted:
            pending.append((file, self._threads.submit(self._read, file)))
            if len(pending) > len(self._processes):
                yield _outcome(*pending.popleft())
        while pending:
            yield _outcome(*pending.popleft())

    def _read(self, wanted: FileToRead) -> Document:
        try:
            return self._document(wanted)
        except ReadError:
            raise
        except Exception as e:
            raise fault(wanted.file.id, e) from e

    def _document(self, wanted: FileToRead) -> Document:
        digest = wanted.sha256 or sha256_of(wanted.file.path)
        process = self._free.get()
        try:
            reading = read_file(
                process,
                wanted.file.path,
                digest,
                self._options,
                lambda detail: self._tell(wanted.file.id, detail),
            )
        finally:
            self._free.put(process)
        parts = list(reading.parts)
        if reading.ending != "done":
            if not any(isinstance(part, Block) for part in parts):
                raise ReadError(f"file_{reading.ending}", **self._limits())
            parts.append(self._interrupted(parts, reading.ending))
        return assemble(parts, document_id=wanted.file.id, sha256=digest, facts=wanted.facts)

    def _interrupted(self, parts: Sequence[Part], ending: str) -> Defect:
        """Say that a reading was stopped, and which pages are missing where that is known."""
        blocks = [part.place for part in parts if isinstance(part, Block)]
        last = int(blocks[-1].last)
        pages = next((p.value for p in parts if isinstance(p, Fact) and p.name == "pages"), "")
        if blocks[-1].kind == "page" and pages.isdecimal() and last < int(pages):
            missing = pages if last + 1 == int(pages) else f"{last + 1}-{pages}"
            return Defect(f"partial_{ending}_pages", self._limits() | {"pages": missing})
        return Defect(f"partial_{ending}", self._limits())

    def _limits(self) -> dict[str, str]:
        return {
            "seconds": str(self._options.reading_seconds),
            "megabytes": str(self._options.reading_megabytes),
        }


def fault(id_: str, error: Exception) -> ReadError:
    """Return a file's error for one that nobody foresaw, and write down where it was raised."""
    logger.error("reading %s failed", id_, exc_info=error)
    return ReadError("file_fault", cause=getattr(error, "strerror", None) or type(error).__name__)


def _outcome(
    wanted: FileToRead, reading: Future[Document]
) -> tuple[FileToRead, Document | ReadError]:
    try:
        return wanted, reading.result()
    except ReadError as e:
        return wanted, e
