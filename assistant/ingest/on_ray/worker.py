"""What runs on the machines of the cluster: a file read and cut, texts encoded.

In: what is wanted, by value. Out: the same records that this machine would make. A file is read in
a process of its own, under limits of time and memory, as by any `sync`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.embedding.models import Encoder
from assistant.errors import AssistantError, ReadError
from assistant.ingest.on_ray.outcomes import Refused, Unable, Unseen
from assistant.ingest.reading_pool import FileToRead, ReadingPool
from assistant.ingest.workers import CutDocument, cut_each
from assistant.readers import sha256_of
from assistant.records.vectors import EncodedText, Vectors
from assistant.settings.options import ModelOptions, ReadingOptions
from assistant.system import offline
from assistant.version import installed_version

#: Opens the encoder that options name.
OpenEncoder = Callable[[ModelOptions], Encoder]


@dataclass(frozen=True, slots=True)
class Orders:
    """What all workers of a `sync` are told: how to read, with which encoder, cut how.

    Paths are whole, and mean the same on every machine; `open_encoder` is found by its name there.
    """

    open_encoder: OpenEncoder
    reading: ReadingOptions
    models: ModelOptions
    max_tokens: int


def orders_of(
    open_encoder: OpenEncoder, reading: ReadingOptions, models: ModelOptions, max_tokens: int
) -> Orders:
    """Return the orders of a site, whose paths may be relative to where it runs."""
    index, folder = reading.index.resolve(), reading.models.resolve()
    whole_reading = replace(
        reading,
        corpus=reading.corpus.resolve(),
        index=index,
        models=folder,
        transcriber=_whole(reading.transcriber),
        reading_workers=1,
    )
    encoder = _whole(models.encoder)
    whole_models = replace(models, index=index, models=folder, encoder=encoder, encoding_threads=1)
    return Orders(open_encoder, whole_reading, whole_models, max_tokens)


def _whole(folder: str) -> str:
    return str(Path(folder).expanduser().resolve()) if folder else ""


def read_and_cut(wanted: FileToRead, orders: Orders) -> CutDocument | Refused | Unseen | Unable:
    """Read a file, and cut it into passages; raises no error of ours."""
    try:
        if sha256_of(wanted.file.path) != wanted.sha256:
            return Unseen()
    except ReadError:
        return Unseen()
    try:
        count_tokens = _encoder(orders.open_encoder, orders.models).count_tokens
        read = _pool(orders.reading).read_all([wanted])
        ((_, cut),) = cut_each(read, count_tokens, orders.max_tokens)
    except AssistantError as e:
        return Unable(str(e))
    return Refused(cut.key, dict(cut.values)) if isinstance(cut, ReadError) else cut


class EncodingWorker:
    """One encoder, on one core of the cluster."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def introduce(self) -> tuple[str, str] | Unable:
        """Return the encoder's identity and the assistant's version, once a text is encoded."""
        try:
            encoder = self._encoder()
            encoder.encode_passages([""])
        except AssistantError as e:
            return Unable(str(e))
        return encoder.identity, installed_version()

    def encode_with_words(self, texts: Sequence[str]) -> list[EncodedText]:
        """Return the texts' vectors with those of their words."""
        return self._encoder().encode_with_words(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors."""
        return self._encoder().encode_passages(texts)

    def _encoder(self) -> Encoder:
        return _encoder(self._orders.open_encoder, self._orders.models)


@cache
def _pool(options: ReadingOptions) -> ReadingPool:
    """Return what reads files, once a process: it ends with it."""
    return ReadingPool(options)


@cache
def _encoder(open_encoder: OpenEncoder, options: ModelOptions) -> Encoder:
    """Return the encoder, once a process: counting tokens loads no network."""
    offline.seal()
    return open_encoder(options)
