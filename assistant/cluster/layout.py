"""How a generation lies in Milvus: names, fields and keys. Pure.

A *tenant* is a site that shares the server with others. Each of its generations is two collections:
passages, and *records* (documents, spellings, sheets…) as JSON cut in pieces. The alias of the
tenant names the passages of the one that answers. What some readers may read is a *part* of it: its
own rows, of an `owner` that no other part has, with frequencies counted among them alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Milvus takes strings of 65,535 bytes, in arrays of 4,096 at most.
PIECE_BYTES = 65_535
#: Characters a piece: each takes four bytes at most.
PIECE = 16_000
#: Base64 has a byte a character.
PACKED_PIECE = 60_000
MOST_PIECES = 32
OWNER_BYTES = 256
#: A row's place within its part: what stands above it in a key is the part's number.
ROW_BITS = 40
#: The first term's number; the one below stands for a passage without terms, and is never asked.
FIRST_TERM, NO_TERM = 1, 0

#: Characters of a generation's hash that stand in its name.
DIGEST = 12
#: A row of a collection, field by field.
Row = Mapping[str, Any]

_NAMED = re.compile(rf"assistant_([a-z0-9]+)_(\d{{6,}})_([0-9a-f]{{{DIGEST}}})")
_RECORDS = "_records"
_NO_ROW = "key < 0"


@dataclass(frozen=True, slots=True)
class StoredField:
    """A field of a collection: its name, its type as Milvus calls it, and what that asks for."""

    name: str
    kind: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """How a field of vectors is searched."""

    of: str
    kind: str
    metric: str
    options: Mapping[str, object] = field(default_factory=dict)


#: Vectors have length 1: their inner product is their cosine. That of terms is BM25 (`weights`).
DENSE = VectorIndex("vector", "HNSW", "IP", {"M": 24, "efConstruction": 256})
SPARSE = VectorIndex("terms", "SPARSE_INVERTED_INDEX", "IP")
#: Milvus wants a vector in each collection; nobody searches this one.
_UNSEARCHED = VectorIndex("nothing", "FLAT", "L2")
NOTHING = (0.0, 0.0)


def passage_fields(dim: int) -> tuple[StoredField, ...]:
    """Return the fields of a collection of passages whose vectors have `dim` values."""
    packed = {"element_type": "VARCHAR", "max_capacity": MOST_PIECES, "max_length": PIECE_BYTES}
    return (
        StoredField("key", "INT64", {"is_primary": True}),
        StoredField("owner", "VARCHAR", {"max_length": OWNER_BYTES, "is_partition_key": True}),
        StoredField("ordinal", "INT64"),
        StoredField("vector", "FLOAT_VECTOR", {"dim": dim}),
        StoredField("terms", "SPARSE_FLOAT_VECTOR"),
        StoredField("facets", "VARCHAR", {"max_length": PIECE_BYTES}),
        StoredField("passage", "ARRAY", packed),
        StoredField("sentences", "ARRAY", packed),
        StoredField("words", "ARRAY", packed),
    )


PASSAGE_INDEXES = (DENSE, SPARSE)
RECORD_FIELDS = (
    StoredField("key", "VARCHAR", {"max_length": 256, "is_primary": True}),
    StoredField("owner", "VARCHAR", {"max_length": OWNER_BYTES}),
    StoredField("piece", "VARCHAR", {"max_length": PIECE_BYTES}),
    StoredField("nothing", "FLOAT_VECTOR", {"dim": len(NOTHING)}),
)
RECORD_INDEXES = (_UNSEARCHED,)


def alias_of(tenant: str) -> str:
    """Return the alias that names the generation of a tenant which answers."""
    return f"assistant_{tenant}"


def collection_of(tenant: str, number: int, digest: str) -> str:
    """Return how the passages of a tenant's generation are called: which one, and of what hash."""
    return f"{alias_of(tenant)}_{number:06d}_{digest[:DIGEST]}"


def records_of(collection: str) -> str:
    """Return how the records beside some passages are called."""
    return collection + _RECORDS


@dataclass(frozen=True, slots=True, order=True)
class SentGeneration:
    """A generation of a tenant in Milvus; the later it was sent, the higher its number."""

    number: int
    digest: str
    collection: str

    @property
    def name(self) -> str:
        """How readers call it."""
        return f"milvus-{self.number:06d}-{self.digest}"


def sent_generations(collections: Iterable[str], tenant: str) -> list[SentGeneration]:
    """Return the generations of a tenant, whole or not, that collections belong to, in order."""
    found = set()
    for one in collections:
        named = _NAMED.fullmatch(one.removesuffix(_RECORDS))
        if named and named[1] == tenant:
            found.add(SentGeneration(int(named[2]), named[3], named[0]))
    return sorted(found)


def owner_of(tenant: str, part: str) -> str:
    """Return whose rows those of a part are: an audience's, or with an empty one the whole's."""
    return f"{tenant}/{part}"


def key_of(part: int, row: int) -> int:
    """Return the key of a row of a part."""
    return part << ROW_BITS | row


def row_of(key: int) -> int:
    """Return the row whose key this is."""
    return key & (1 << ROW_BITS) - 1


def record_key(owner: str, kind: str, name: str, piece: int) -> str:
    """Return the key of a piece of a record; names may be long, and are hashed."""
    digest = hashlib.blake2b(json.dumps([owner, kind, name]).encode(), digest_size=16)
    return f"{kind}/{digest.hexdigest()}/{piece}"


def pieces(text: str, size: int = PIECE) -> list[str]:
    """Return a text in pieces that Milvus takes; an empty one is one piece."""
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]


def record_rows(owner: str, kind: str, name: str, value: object) -> Iterator[Row]:
    """Yield the rows of a record; of several pieces the first says how many there are."""
    cut = pieces(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    for number, piece in enumerate(cut):
        yield {
            "key": record_key(owner, kind, name, number),
            "owner": owner,
            "piece": f"{len(cut)}:{piece}" if number == 0 else piece,
            "nothing": list(NOTHING),
        }


def literal(value: str) -> str:
    """Return a text as it is written in a filter."""
    return json.dumps(value, ensure_ascii=False)


def facets_to_text(numbers: Iterable[int]) -> str:
    """Return the facets of a row, each by its number between commas."""
    return "".join(f",{number}," for number in numbers)


def owned(owner: str, groups: Iterable[Sequence[int]] = ()) -> str:
    """Return the filter of the rows of an owner that have one facet of each group, by number.

    A group that names none has no rows.
    """
    parts = [f"owner == {literal(owner)}"]
    for group in groups:
        either = " or ".join(f'facets like "%,{number},%"' for number in group)
        parts.append(f"({either or _NO_ROW})")
    return " and ".join(parts)


def owned_by_none(owners: Iterable[str]) -> str:
    """Return the filter of the rows that none of these owners has."""
    return " and ".join(f"owner != {literal(owner)}" for owner in owners) or 'owner != ""'


def within(first: int, last: int, ordinals: Iterable[int] | None = None) -> str:
    """Return the filter of the rows whose keys are between two, the last one left out."""
    chosen = "" if ordinals is None else f" and ordinal in {sorted(ordinals)}"
    return f"key >= {first} and key < {last}{chosen}"
