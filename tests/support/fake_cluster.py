"""A cluster in this process: what Ray does, without its machines, in an order drawn by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from assistant.ingest.on_ray.outcomes import EncoderHandle, Reference
from assistant.ingest.on_ray.worker import EncodingWorker, Orders, read_and_cut
from assistant.ingest.reading_pool import FileToRead

#: Told the kind of a call ("read", "start", "encode") and its number: what it ends with instead.
Faults = Callable[[str, int], Any]


class FakeCluster:
    """Computes each call when it is waited for; `most` counts those that waited at once."""

    cores = 2

    def __init__(self, orders: Orders, seed: int = 0, faults: Faults = lambda *call: None) -> None:
        self._orders = orders
        self._chance = random.Random(seed)
        self._faults = faults
        self._numbers = count(1)
        self._kinds = {"read": count(1), "start": count(1), "encode": count(1)}
        self._calls: dict[Reference, Callable[[], Any]] = {}
        self.most = 0
        self.started = 0
        self.closed = False

    def start_encoder(self) -> tuple[EncoderHandle, Reference]:
        """Start an encoder."""
        self.started += 1
        worker = EncodingWorker(self._orders)
        return worker, self._call("start", worker.introduce)

    def encode(self, encoder: EncoderHandle, method: str, texts: Sequence[str]) -> Reference:
        """Ask an encoder for texts."""
        return self._call("encode", lambda: getattr(encoder, method)(texts))

    def read(self, wanted: FileToRead) -> Reference:
        """Have a file read and cut."""
        return self._call("read", lambda: read_and_cut(wanted, self._orders))

    def next_of(self, references: Sequence[Reference]) -> tuple[Reference, Any]:
        """Compute one of these, and return what comes of it."""
        assert references, "nothing is under way, and something is waited for"
        self.most = max(self.most, len(references))
        reference = self._chance.choice(list(references))
        return reference, self._calls.pop(reference)()

    def close(self) -> None:
        """Leave."""
        self.closed = True

    def _call(self, kind: str, work: Callable[[], Any]) -> Reference:
        fault = self._faults(kind, next(self._kinds[kind]))
        reference = next(self._numbers)
        self._calls[reference] = (lambda: fault) if fault is not None else work
        return reference
