"""`Workers` on a cluster: files read as tasks, texts encoded by a pool, as they come.

In: files and texts. Out: documents cut into passages, and vectors. Whatever is waited for, all that
comes meanwhile is taken up. What is under way is bounded: so many files for each core, so many
slices of texts for each encoder.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from assistant.errors import ClusterError, ReadError
from assistant.ingest.on_ray.encoders import EncoderPool, Encoding, Slice
from assistant.ingest.on_ray.outcomes import Reference, Refused, Unable, Unseen
from assistant.ingest.reading_pool import FileToRead, Tell, fault
from assistant.ingest.workers import Cut, CutDocument
from assistant.readers import sha256_of
from assistant.records.vectors import EncodedText, Vectors

#: Files that are read or wait to be encoded, for each core.
_FILES_A_CORE = 4
#: Documents whose texts are encoded while one before them is, for each core.
_AHEAD_A_CORE = 2


class Cluster(Encoding, Protocol):
    """What `RayWorkers` asks of a cluster; `RayCluster` is one."""

    cores: int

    def read(self, wanted: FileToRead) -> Reference:
        """Have a file read and cut."""

    def next_of(self, references: Sequence[Reference]) -> tuple[Reference, Any]:
        """Wait for one of these; return it with its result, or the exception it ended with."""

    def close(self) -> None:
        """Leave the cluster."""


class RayWorkers:
    """A cluster, which is joined when there is something to do; left with the `with` block."""

    def __init__(self, join: Callable[[], Cluster], identity: tuple[str, str]) -> None:
        """`identity` is of the encoder and the version that every worker is to have."""
        self._join = join
        self._identity = identity
        self._joined: tuple[Cluster, EncoderPool] | None = None
        self._reading: dict[Reference, FileToRead] = {}
        self._read: deque[Cut] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._joined:
            self._joined[0].close()

    @property
    def ahead(self) -> int:
        """The documents whose texts may be encoded while one before them is waited for."""
        return _AHEAD_A_CORE * self._at_work()[0].cores

    @property
    def is_prepared(self) -> bool:
        """Whether encoding begins at once: what encoders there convert isn't known here."""
        return True

    def cut_all(self, wanted: Sequence[FileToRead], tell: Tell) -> Generator[Cut]:
        """Yield each file, in the order in which they are read. Raises ClusterError."""
        cluster, _ = self._at_work()
        left = deque(wanted)
        for _ in wanted:
            while left and len(self._reading) + len(self._read) < _FILES_A_CORE * cluster.cores:
                file = left.popleft()
                self._reading[cluster.read(file)] = file
            while not self._read:
                self._take_up()
            yield self._read.popleft()

    def encode_with_words(self, texts: Sequence[str]) -> Callable[[], list[EncodedText]]:
        """Have texts encoded; return what waits for them. Raises ClusterError."""
        return self._asked("encode_with_words", texts)

    def encode_passages(self, texts: Sequence[str]) -> Callable[[], Vectors]:
        """Have texts encoded; return what waits for their vectors. Raises ClusterError."""
        return self._asked("encode_passages", texts)

    def _asked(self, method: str, texts: Sequence[str]) -> Callable[[], Any]:
        _, pool = self._at_work()
        asked = pool.ask(method, texts)
        return lambda: self._waited(asked)

    def _waited(self, asked: Slice) -> Any:
        while not asked.done:
            self._take_up()
        return asked.result

    def _at_work(self) -> tuple[Cluster, EncoderPool]:
        if self._joined is None:
            cluster = self._join()
            self._joined = cluster, EncoderPool(cluster, cluster.cores, self._identity)
        return self._joined

    def _take_up(self) -> None:
        """Wait for whatever comes next, and take it up."""
        cluster, pool = self._at_work()
        reference, result = cluster.next_of([*self._reading, *pool.references()])
        if reference in self._reading:
            wanted = self._reading.pop(reference)
            self._read.append((wanted, _outcome(wanted, result)))
        else:
            pool.settle(reference, result)


def _outcome(wanted: FileToRead, result: Any) -> CutDocument | ReadError:
    """Return what came of a file. Raises ClusterError where it isn't the file's fault."""
    match result:
        case Unseen():
            return _changed(wanted)
        case Unable(cause):
            raise ClusterError("ray_unable", cause=cause)
        case Refused():
            return result.error()
        case ClusterError():
            raise result
        case Exception():
            return fault(wanted.file.id, result)
        case _:
            cut: CutDocument = result
            return cut


def _changed(wanted: FileToRead) -> ReadError:
    """Return the error of a file that changed meanwhile. Raises ClusterError if it did not."""
    try:
        same = sha256_of(wanted.file.path) == wanted.sha256
    except ReadError as e:
        return e
    if same:
        raise ClusterError("ray_corpus_unseen", path=wanted.file.path)
    return ReadError("file_unreadable", cause=os.strerror(errno.ESTALE))
