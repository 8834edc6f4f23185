"""The generations of a site in Milvus, opened by the alias of its tenant.

A reader takes the collection that the alias names when it opens one, and asks that one from then
on: what is published meanwhile changes nothing in it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from assistant.cluster.connection import SearchServer
from assistant.cluster.generation import MilvusGeneration
from assistant.cluster.layout import (
    SPARSE,
    SentGeneration,
    alias_of,
    owner_of,
    records_of,
    sent_generations,
)
from assistant.cluster.publishing import FORMAT, WHOLE_PART, known_parts, load
from assistant.cluster.records import MANIFEST, Records
from assistant.errors import IndexMismatch, IndexMissing, SearchServerError
from assistant.index.search_index import PublishedIndex
from assistant.settings.options import MilvusOptions


class MilvusGenerations:
    """The generations of a tenant. All methods raise SettingsError, SearchServerError too."""

    def __init__(self, options: MilvusOptions) -> None:
        self._options = options
        self._tenant = options.milvus_tenant
        self._connected: SearchServer | None = None
        self._connecting = threading.Lock()

    def current(self) -> str | None:
        """Return the name of the one that answers, None before the first is published."""
        found = self._current()
        return found.name if found else None

    def open(self) -> PublishedIndex:
        """Open the one that answers. Raises IndexMissing, IndexMismatch."""
        found = self._current()
        if found is None:
            raise IndexMissing("milvus_empty", address=self._options.milvus_address)
        load(self._server, found)
        self._server.prepare(found.collection, SPARSE)
        opened = self._part(found, WHOLE_PART)
        if opened is None:
            raise SearchServerError("milvus_incomplete", collection=found.collection)
        return opened

    def open_audience(self, name: str, key: str) -> PublishedIndex | None:
        """Open what an audience reads of the one called `name`; None where that is not made."""
        sent = sent_generations(self._server.collections(), self._tenant)
        found = next((one for one in sent if one.name == name), None)
        return self._part(found, key) if found else None

    @property
    def _server(self) -> SearchServer:
        with self._connecting:
            if self._connected is None:
                self._connected = SearchServer(self._options)
            return self._connected

    def _current(self) -> SentGeneration | None:
        collection = self._server.resolved(alias_of(self._tenant))
        if collection is None:
            return None
        own = sent_generations([collection], self._tenant)
        if not own:
            raise SearchServerError("milvus_foreign", alias=alias_of(self._tenant), name=collection)
        return own[0]

    def _part(self, found: SentGeneration, key: str) -> PublishedIndex | None:
        """Open a part of a generation, once it is found whole; None where it isn't there."""
        owner = owner_of(self._tenant, key)
        manifest = Records(self._server, records_of(found.collection), owner).find(MANIFEST)
        if manifest is None:
            return None
        self._check(found, manifest)
        return MilvusGeneration(self._server, found.collection, found.name, owner, manifest)

    def _check(self, found: SentGeneration, manifest: Mapping[str, Any]) -> None:
        if manifest["format"] != FORMAT:
            raise IndexMismatch("generation_format", found=manifest["format"], wanted=FORMAT)
        # An audience may be dropped just between the two: they are asked for once more.
        if not any(self._has_all_rows(found) for _ in range(2)):
            raise SearchServerError("milvus_incomplete", collection=found.collection)

    def _has_all_rows(self, found: SentGeneration) -> bool:
        """Tell whether a generation has the rows of its whole parts; one may be on its way."""
        parts = known_parts(self._server, self._tenant, found.collection).values()
        # Counted by what was written last: another machine may have written it a second ago.
        return self._server.count(found.collection) >= sum(int(one["passages"]) for one in parts)
