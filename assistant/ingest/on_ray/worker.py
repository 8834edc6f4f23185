"""What runs on the machines of the cluster: a file read and cut, texts encoded.

In: what is wanted, by value. Out: the same records that this machine would make. A file is read in
a process of its own, under limits of time and memory, as by any `sync`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.embedding.models import Encoder
from assistant.embedding.site_models import open_encoder
from assistant.errors import AssistantError, ReadError
from assistant.ingest.reading_pool import FileToRead, ReadingPool
from assistant.ingest.workers import CutDocument, cut_each
from assistant.readers import sha256_of
from assistant.records.messages import Message
from assistant.records.vectors import EncodedText, Vectors
from assistant.settings.options import ModelOptions, ReadingOptions
from assistant.system import offline
from assistant.version import installed_version


@dataclass(frozen=True, slots=True)
class Orders:
    """What all workers of a `sync` are told: how to read, with which encoder, cut how.

    Paths are whole, and mean the same on every machine.
    """

    reading: ReadingOptions
    models: ModelOptions
    max_tokens: int


def orders_of(reading: ReadingOptions, models: ModelOptions, max_tokens: int) -> Orders:
    """Return the orders of a site, whose paths may be relative to where it runs."""
    folders = {"index": reading.index.resolve(), "models": reading.models.resolve()}
    transcriber, encoder = _whole(reading.transcriber), _whole(models.encoder)
    corpus = reading.corpus.resolve()
    return Orders(
        replace(reading, **folders, corpus=corpus, transcriber=transcriber, reading_workers=1),
        replace(models, **folders, encoder=encoder, encoding_threads=1),
        max_tokens,
    )


def _whole(folder: str) -> str:
    return str(Path(folder).expanduser().resolve()) if folder else ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A `ReadError`, which doesn't travel as it is: exceptions lose what they were made of."""

    key: str
    values: dict[str, str | Message]

    def error(self) -> ReadError:
        """Return the error again."""
        return ReadError(self.key, **self.values)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A file that a machine doesn't see as the one that indexes does."""


@dataclass(frozen=True, slots=True)
class Unable:
    """A machine that can't do what it is there for, a model being missing, say."""

    cause: str


def read_and_cut(wanted: FileToRead, orders: Orders) -> CutDocument | Refused | Unseen | Unable:
    """Read a file, and cut it into passages; raises no error of ours."""
    try:
        if sha256_of(wanted.file.path) != wanted.sha256:
            return Unseen()
    except ReadError:
        return Unseen()
    try:
        count_tokens = _encoder(orders.models).count_tokens
        read = _pool(orders.reading).read_all([wanted])
        ((_, cut),) = cut_each(read, count_tokens, orders.max_tokens)
    except AssistantError as e:
        return Unable(str(e))
    return Refused(cut.key, dict(cut.values)) if isinstance(cut, ReadError) else cut


class EncodingWorker:
    """One encoder, on one core of the cluster."""

    def __init__(self, orders: Orders) -> None:
        self._models = orders.models

    def introduce(self) -> tuple[str, str] | Unable:
        """Return the encoder's identity and the assistant's version, once a text is encoded."""
        try:
            encoder = _encoder(self._models)
            encoder.encode_passages([""])
        except AssistantError as e:
            return Unable(str(e))
        return encoder.identity, installed_version()

    def encode_with_words(self, texts: Sequence[str]) -> list[EncodedText]:
        """Return the texts' vectors with those of their words."""
        return _encoder(self._models).encode_with_words(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors."""
        return _encoder(self._models).encode_passages(texts)


@cache
def _pool(options: ReadingOptions) -> ReadingPool:
    """Return what reads files, once a process: it ends with it."""
    return ReadingPool(options)


@cache
def _encoder(options: ModelOptions) -> Encoder:
    """Return the encoder, once a process: counting tokens loads no network."""
    offline.seal()
    return open_encoder(options)
