"""Texts shared out among the encoders of a cluster, which may die and come back.

In: slices of texts. Out: what was made of each, whichever encoder did. At most two slices are with
an encoder, so that what waits there is bounded; a slice whose encoder dies goes to another one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.errors import ClusterError
from assistant.ingest.on_ray.outcomes import EncoderHandle, Reference, Unable

#: With an encoder at a time: one that it works on, and one that waits there.
_AT_ONCE = 2
#: A slice is given up after so many encoders that died over it, an encoder after so many that
#: could not be started in a row.
MOST_TRIES = 3


class Encoding(Protocol):
    """What a cluster does with encoders."""

    def start_encoder(self) -> tuple[EncoderHandle, Reference]:
        """Start an encoder; the reference is of what it says of itself."""

    def encode(self, encoder: EncoderHandle, method: str, texts: Sequence[str]) -> Reference:
        """Ask an encoder for texts."""


@dataclass(slots=True, eq=False)
class Slice:
    """Texts, and what came of them once `done`."""

    method: str
    texts: Sequence[str]
    tries: int = 0
    done: bool = False
    result: Any = None


@dataclass(slots=True, eq=False)
class _Employed:
    """An encoder, and the slices that it has."""

    handle: EncoderHandle
    slices: dict[Reference, Slice] = field(default_factory=dict)


class EncoderPool:
    """The encoders of one `sync`; those that die are replaced. For one thread."""

    def __init__(self, cluster: Encoding, number: int, identity: tuple[str, str]) -> None:
        """`identity` is what each has to say of itself: its encoder's, and its version."""
        self._cluster = cluster
        self._identity = identity
        self._waiting: deque[Slice] = deque()
        self._starting: dict[Reference, EncoderHandle] = {}
        self._employed: list[_Employed] = []
        self._failed_starts = 0
        for _ in range(number):
            self._start()

    def ask(self, method: str, texts: Sequence[str]) -> Slice:
        """Have texts encoded; the slice is done after some `settle`."""
        asked = Slice(method, texts)
        self._waiting.append(asked)
        self._share_out()
        return asked

    def references(self) -> list[Reference]:
        """Return what to wait for."""
        return [*self._starting, *(one for worker in self._employed for one in worker.slices)]

    def settle(self, reference: Reference, result: Any) -> None:
        """Take up what came of a reference: a result, or the exception that it ended with.

        Raises ClusterError where going on makes no sense.
        """
        if reference in self._starting:
            self._started(self._starting.pop(reference), result)
        elif worker := next((one for one in self._employed if reference in one.slices), None):
            self._encoded(worker, worker.slices.pop(reference), result)
        self._share_out()

    def _started(self, handle: EncoderHandle, said: Any) -> None:
        if isinstance(said, Exception):
            self._failed_starts += 1
            if self._failed_starts >= MOST_TRIES:
                raise ClusterError("ray_no_encoder", cause=said) from said
            self._start()
        elif isinstance(said, Unable):
            raise ClusterError("ray_unable", cause=said.cause)
        elif said != self._identity:
            raise ClusterError("ray_other_encoder", found=said[0], wanted=self._identity[0])
        else:
            self._failed_starts = 0
            self._employed.append(_Employed(handle))

    def _encoded(self, worker: _Employed, asked: Slice, result: Any) -> None:
        if not isinstance(result, Exception):
            asked.result, asked.done = result, True
            return
        asked.tries += 1
        if asked.tries >= MOST_TRIES:
            raise ClusterError("ray_encoding_failed", cause=result) from result
        # Whatever ailed it, another encoder takes its place, and its slices come first.
        self._employed.remove(worker)
        self._waiting.extendleft([*worker.slices.values(), asked])
        self._start()

    def _start(self) -> None:
        handle, reference = self._cluster.start_encoder()
        self._starting[reference] = handle

    def _share_out(self) -> None:
        """Give what waits to whoever has the least."""
        while self._waiting and self._employed:
            worker = min(self._employed, key=lambda one: len(one.slices))
            if len(worker.slices) >= _AT_ONCE:
                return
            asked = self._waiting.popleft()
            reference = self._cluster.encode(worker.handle, asked.method, asked.texts)
            worker.slices[reference] = asked
