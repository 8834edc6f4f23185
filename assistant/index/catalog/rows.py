"""Passages as rows of SQLite, and what the catalog keeps of a file beside them.

In: a `Passage`. Out: the values of PASSAGE_COLUMNS and the key of its vector, and back; the catalog
and each generation keep passages alike.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.records.documents import Mark, Passage, Place

PASSAGE_COLUMNS = (
    "document_id, ordinal, text, context, place_kind, first, last, tokens, speaker, marks"
)
#: Those of a passage beside its document, as a generation keeps them.
OWN_COLUMNS = PASSAGE_COLUMNS.removeprefix("document_id, ")
#: Passages in a generation, as PASSAGE_COLUMNS: what to select, and of what.
PUBLISHED_COLUMNS = f"documents.id, {OWN_COLUMNS}"
PUBLISHED = "passages JOIN documents USING (number)"
PassageRow = tuple[str, int, str, str, str, float, float, int, str, str]


def vector_key(identity: str, text: str) -> bytes:
    """Return the key of a text's vector: a hash of the encoder's identity and of the text."""
    return hashlib.blake2b(f"{identity}\0{text}".encode(), digest_size=16).digest()


def to_row(passage: Passage) -> PassageRow:
    """Return a passage as the values of PASSAGE_COLUMNS."""
    marks = json.dumps([(mark.offset, mark.first, mark.last) for mark in passage.marks])
    place = passage.place
    return (
        passage.document_id, passage.ordinal, passage.text, passage.context, place.kind,
        place.first, place.last, passage.tokens, passage.speaker, marks,
    )  # fmt: skip


def from_row(row: PassageRow) -> Passage:
    """Return the passage whose PASSAGE_COLUMNS are `row`."""
    document_id, ordinal, text, context, kind, first, last, tokens, speaker, marks = row
    return Passage(
        document_id=document_id,
        ordinal=ordinal,
        text=text,
        context=context,
        place=Place(kind, first, last),  # type: ignore[arg-type]  # written by to_row
        tokens=tokens,
        speaker=speaker,
        marks=tuple(Mark(*mark) for mark in parsed(marks)),
    )


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a file looked when it was last read, or when it last failed to be."""

    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What the catalog knows of a document: its file, and the facts given by the programme.

    `failed` is true when that file could not be read: there is no need to try again.
    """

    stamp: Stamp
    given: Mapping[str, str]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class KeyedPassage:
    """A passage with the keys of its vectors: its own and those of its sentences, in order."""

    passage: Passage
    key: bytes
    sentence_keys: tuple[bytes, ...]


def parsed(written: str) -> Any:
    """Return what JSON of ours says; what isn't any more is a fault of the file."""
    try:
        return json.loads(written)
    except (ValueError, TypeError) as e:
        raise sqlite3.DatabaseError(str(e)) from e
