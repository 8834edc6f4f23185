"""Generations put on the Milvus server, and the alias by which one answers.

In: the current generation of an index on this disk, complete. Out: the same in Milvus, published by
one switch of the tenant's alias. What is written has a name that nobody opens; the manifest of each
part is written last; the alias is switched once all parts have theirs. Killed anywhere, what
answered before answers, and the next run goes on or drops what was begun.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.cluster.connection import SearchServer
from assistant.cluster.layout import (
    DIGEST,
    PASSAGE_INDEXES,
    RECORD_FIELDS,
    RECORD_INDEXES,
    Row,
    SentGeneration,
    alias_of,
    collection_of,
    owned,
    owned_by_none,
    owner_of,
    passage_fields,
    record_rows,
    records_of,
    sent_generations,
)
from assistant.cluster.records import MANIFEST, Records, listed_records
from assistant.cluster.sending import CountedTerms, all_record_rows, passage_rows
from assistant.errors import IndexMissing, SearchServerError
from assistant.index.audiences import audience_folder, audiences_in
from assistant.index.contents import GenerationContents
from assistant.index.manifest import MANIFEST as MANIFEST_FILE
from assistant.index.manifest import current_name, read_manifest
from assistant.system.files import sha256_of

#: Raised when how a generation lies in Milvus changes.
FORMAT = 2
#: Rows sent at a time: some 30 kB each, of the 64 MB that a call may have.
_BATCH = 256
#: The part that holds everything.
WHOLE_PART = ""

#: The manifests of the parts of a generation that are whole, by audience.
_Parts = Mapping[str, Mapping[str, Any]]


def send_current(
    server: SearchServer, tenant: str, site: str, index: Path, keep: int
) -> str | None:
    """Have the current generation of an index answer in Milvus too; return its name there.

    `site` is the key by which the index is known: another one's tenant is refused.

    One that is there already is given the audiences that it lacks. Of the former ones, the newest
    are kept, `keep` in all. None before the first `sync`. Raises SearchServerError, IndexDamaged.
    """
    name = current_name(index)
    if name is None:
        return None
    _check_owner(server, tenant, site)
    folder = index / name
    target = _prepared(server, tenant, folder)
    wanted = {WHOLE_PART: folder}
    wanted |= {key: audience_folder(folder, key) for key in audiences_in(folder)}
    _bring_parts(server, tenant, site, target.collection, wanted)
    server.point(alias_of(tenant), target.collection)
    drop_others(server, tenant, target, keep)
    return target.name


def _check_owner(server: SearchServer, tenant: str, site: str) -> None:
    """Refuse to touch what another site published under the same name."""
    if site_of(server, tenant) not in (None, site):
        raise SearchServerError("milvus_taken", tenant=tenant)


def site_of(server: SearchServer, tenant: str) -> str | None:
    """Return the key of the index that publishes as a tenant; None where none does."""
    present = server.collections()
    for one in reversed(sent_generations(present, tenant)):
        if records_of(one.collection) in present:
            server.load(records_of(one.collection))
            for manifest in known_parts(server, tenant, one.collection).values():
                return str(manifest["site"])
    return None


def _prepared(server: SearchServer, tenant: str, folder: Path) -> SentGeneration:
    """Return the generation in Milvus that is made of a folder, its collections there and ready."""
    present = server.collections()
    digest = _digest(folder)
    sent = sent_generations(present, tenant)
    found = next((one for one in sent if one.digest == digest), None)
    if found is None or not {found.collection, records_of(found.collection)} <= {*present}:
        number = max((one.number for one in sent), default=0) + 1
        found = SentGeneration(number, digest, collection_of(tenant, number, digest))
        server.create(records_of(found.collection), RECORD_FIELDS, RECORD_INDEXES)
        fields = passage_fields(read_manifest(folder).dim)
        server.create(found.collection, fields, PASSAGE_INDEXES)
    load(server, found)
    return found


def _digest(folder: Path) -> str:
    """Return what tells a generation from others, and from how a former format had it there."""
    made = f"{FORMAT} {sha256_of(folder / MANIFEST_FILE)}"
    return hashlib.sha256(made.encode()).hexdigest()[:DIGEST]


def load(server: SearchServer, generation: SentGeneration) -> None:
    """Have a generation ready to be asked."""
    server.load(generation.collection)
    server.load(records_of(generation.collection))


def _bring_parts(
    server: SearchServer, tenant: str, site: str, collection: str, wanted: Mapping[str, Path]
) -> None:
    """Have a generation hold the parts that are wanted, each by its audience, and no other."""
    known = _whole_parts(server, tenant, collection)
    for key in known.keys() - wanted.keys():
        _drop_part(server, collection, owner_of(tenant, key))
    number = max((int(one["part"]) for one in known.values()), default=-1)
    for key in wanted.keys() - known.keys():
        number += 1
        stamp = {"site": site, "part": number}
        _send_part(server, collection, owner_of(tenant, key), stamp, wanted[key])


def _whole_parts(server: SearchServer, tenant: str, collection: str) -> _Parts:
    """Return the parts of a generation that are whole, once it has no rows of others.

    Rows of no known part are what somebody killed had begun to send; where too few are there, none
    is taken for whole.
    """
    known = known_parts(server, tenant, collection)
    rows = sum(int(one["passages"]) for one in known.values())
    if server.count(collection, is_writing=True) == rows:
        return known
    others = owned_by_none([owner_of(tenant, key) for key in known])
    for name in (collection, records_of(collection)):
        server.delete(name, others)
    return known if server.count(collection, is_writing=True) == rows else {}


def known_parts(server: SearchServer, tenant: str, collection: str) -> _Parts:
    """Return the manifests of the parts of a generation of a tenant that are whole."""
    mine = owner_of(tenant, WHOLE_PART)
    return {
        owner.removeprefix(mine): manifest
        for owner, manifest in listed_records(server, records_of(collection), MANIFEST)
        if owner.startswith(mine)
    }


def _send_part(
    server: SearchServer, collection: str, owner: str, stamp: Mapping[str, Any], folder: Path
) -> None:
    """Send what lies in a folder; its manifest comes last, once all of it is there to be found."""
    _drop_part(server, collection, owner)
    records, before = records_of(collection), server.count(collection, is_writing=True)
    with GenerationContents(folder) as contents:
        counted = CountedTerms.of(contents.lexical)
        _insert(server, collection, passage_rows(contents, counted, owner, stamp["part"]))
        _insert(server, records, all_record_rows(contents, counted, owner))
        manifest = {**stamp, **_manifest(folder, contents.sentences_as)}
    server.settle(collection)
    server.settle(records)
    # All rows: what has a condition, Milvus Lite counts by reading them.
    if server.count(collection, is_writing=True) - before != manifest["passages"]:
        raise SearchServerError("milvus_incomplete", collection=collection)
    server.insert(records, [*record_rows(owner, MANIFEST, "", manifest)])
    server.settle(records)


def _manifest(folder: Path, sentences_as: str) -> dict[str, Any]:
    """Return what a part says of itself."""
    local = read_manifest(folder)
    return {
        "format": FORMAT,
        "generation": local.generation,
        "identity": local.identity,
        "dim": local.dim,
        "documents": local.documents,
        "passages": local.passages,
        "sentences_as": sentences_as,
        "made_on": date.fromtimestamp((folder / MANIFEST_FILE).stat().st_mtime).isoformat(),
    }


def _insert(server: SearchServer, collection: str, rows: Iterable[Row]) -> None:
    for batch in _batches(rows):
        server.insert(collection, batch)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    coming = iter(rows)
    while batch := list(islice(coming, _BATCH)):
        yield batch


def _drop_part(server: SearchServer, collection: str, owner: str) -> None:
    """Drop a part, its manifest first: what is half gone is found by nobody."""
    for name in (records_of(collection), collection):
        if server.count(name, owned(owner), is_writing=True):
            server.delete(name, owned(owner))


def drop_others(server: SearchServer, tenant: str, current: SentGeneration, keep: int) -> None:
    """Drop the generations of a tenant but the current one and the newest whole, `keep` in all."""
    present = server.collections()
    for one in reversed(sent_generations(present, tenant)):
        if one != current:
            if keep > 1 and whole_manifest(server, tenant, one, present):
                keep -= 1
            else:
                _drop(server, one, present)


def _drop(server: SearchServer, one: SentGeneration, present: Collection[str]) -> None:
    for name in (one.collection, records_of(one.collection)):
        if name in present:
            server.drop(name)


def whole_manifest(
    server: SearchServer, tenant: str, one: SentGeneration, present: Collection[str]
) -> Mapping[str, Any] | None:
    """Return what a generation of today's format says of itself; None where not all was sent."""
    if not {one.collection, records_of(one.collection)} <= {*present}:
        return None
    server.load(records_of(one.collection))
    records = Records(server, records_of(one.collection), owner_of(tenant, WHOLE_PART))
    manifest: Mapping[str, Any] | None = records.find(MANIFEST)
    return manifest if manifest and manifest["format"] == FORMAT else None


@dataclass(frozen=True, slots=True)
class KeptGeneration:
    """A generation that could answer, and whether it does."""

    name: str
    generation: str
    made_on: str
    passages: int
    answers: bool


def kept_generations(server: SearchServer, tenant: str) -> list[KeptGeneration]:
    """Return the generations of a tenant that are whole, in the order in which they were sent."""
    present, current = server.collections(), server.resolved(alias_of(tenant))
    found = []
    for one in sent_generations(present, tenant):
        if own := whole_manifest(server, tenant, one, present):
            made = own["generation"], own["made_on"], int(own["passages"])
            found.append(KeptGeneration(one.name, *made, one.collection == current))
    return found


def roll_back(server: SearchServer, tenant: str) -> str:
    """Have the generation answer again that was sent before the current one; return its name.

    The next `sync` publishes the newest again. Raises IndexMissing where none is kept.
    """
    present = server.collections()
    current = server.resolved(alias_of(tenant))
    sent = sent_generations(present, tenant)
    former = [one for one in sent if current is not None and one.collection < current]
    for one in reversed(former):
        if whole_manifest(server, tenant, one, present):
            load(server, one)
            server.point(alias_of(tenant), one.collection)
            return one.name
    raise IndexMissing("milvus_nothing_before", tenant=tenant)


def withdraw(server: SearchServer, tenant: str, site: str) -> None:
    """Leave nothing of a site's tenant on the server. Raises SearchServerError."""
    _check_owner(server, tenant, site)
    server.forget(alias_of(tenant))
    present = server.collections()
    for one in sent_generations(present, tenant):
        _drop(server, one, present)
