"""The Milvus server, or Milvus Lite's file: what is asked of it. Alone touches pymilvus.

Answers come as plain rows, field by field. All methods raise SearchServerError: what the server
says of itself is kept, and no word of a question ever goes into a filter.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from assistant.cluster.layout import NO_TERM, Row, StoredField, VectorIndex
from assistant.errors import SearchServerError, SettingsError
from assistant.records.vectors import Rows, Vector
from assistant.settings.options import MilvusOptions
from assistant.system.networks import is_private

#: Milvus's own.
_PORT = 19530
#: How long an answer may take, and what writes, in seconds.
PATIENCE, WRITING = 10.0, 600.0
#: Milvus gives no more rows than this for a search.
MOST_FOUND = 16_384
#: Rows asked for by their keys at a time.
_KEYS = 512
#: How many neighbours HNSW looks through, at the least, and for each row that is asked for.
_LEAST_EF, _EF = 256, 4
#: pymilvus asks every ten seconds whether the server is there. gRPC's own servers, as Milvus
#: Lite's, end a connection that asks so within five minutes of a call: a large index loads longer.
_DIRECT = {
    "grpc.keepalive_time_ms": 310_000,
    "grpc.keepalive_permit_without_calls": False,
    # Through a proxy that the environment names, the address that was judged isn't the one reached.
    "grpc.enable_http_proxy": 0,
}
#: The code of a collection that is there, and not in memory: Milvus Lite's after it has started.
_NOT_LOADED = 101
#: What pymilvus says where nothing answers.
_UNREACHABLE = ("Fail connecting", "unavailable", "UNAVAILABLE", "Deadline", "DEADLINE", "timeout")


def check(address: str, tenant: str) -> None:
    """Refuse an address outside one's own networks, or no tenant.

    Raises SettingsError, SearchServerError.

    A file (`….db`) is Milvus Lite's, which needs no server and is for trying out.
    """
    if not tenant:
        raise SettingsError("setting_no_tenant", value="")
    if is_file(address):
        return
    host, port = _place(address)
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port)}
    except OSError as e:
        raise SearchServerError("milvus_unreachable", address=address) from e
    if not all(map(is_private, found)):
        raise SettingsError("milvus_public", address=address)


def _place(address: str) -> tuple[str, int]:
    """Return the host and the port of an address. Raises SettingsError."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _PORT
    except ValueError as e:
        raise SettingsError("milvus_address", address=address) from e
    if parts.username is not None or parts.password is not None:
        raise SettingsError("milvus_address", address=f"{parts.scheme}://…@{host}:{port}")
    if parts.scheme not in ("http", "https") or not host:
        raise SettingsError("milvus_address", address=address)
    return host, port


def is_file(address: str) -> bool:
    """Tell whether an address is a file of Milvus Lite's."""
    return address.endswith(".db") and "://" not in address


class SearchServer:
    """A connection, which several threads may use at once."""

    def __init__(self, options: MilvusOptions) -> None:
        """Connect. Raises SettingsError, SearchServerError."""
        self.address = options.milvus_address
        check(self.address, options.milvus_tenant)
        try:
            import grpc
            import pymilvus
        except ImportError as e:
            raise SettingsError("milvus_not_installed") from e
        # What it logs of a fault is raised by us, with what to do.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        self._kinds = pymilvus.DataType
        # gRPC's own error is what comes of an answer that takes too long, or of a wrong account.
        self._errors = (pymilvus.MilvusException, grpc.RpcError)
        with self._refusals():
            self._client = pymilvus.MilvusClient(
                self.address,
                token=_token(options.milvus_token),
                timeout=PATIENCE,
                grpc_options=_DIRECT,
                **({"server_pem_path": options.milvus_ca} if options.milvus_ca else {}),
            )

    def close(self) -> None:
        """End the connection."""
        with self._refusals():
            self._client.close()

    # --- Collections ---------------------------------------------------------------------------

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        with self._refusals():
            return sorted(self._client.list_collections(timeout=PATIENCE))

    def resolved(self, alias: str) -> str | None:
        """Return the collection that an alias names, None where there is no such alias."""
        try:
            found = self._client.describe_alias(alias, timeout=PATIENCE)
        except self._errors as e:
            if _means_none(e):
                return None
            raise self._translated(e) from e
        return str(found["collection_name"])

    def create(
        self, name: str, fields: Sequence[StoredField], indexes: Sequence[VectorIndex]
    ) -> None:
        """Make an empty collection."""
        with self._refusals():
            schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
            for one in fields:
                options = dict(one.options)
                if "element_type" in options:
                    options["element_type"] = self._kinds[str(options["element_type"])]
                schema.add_field(one.name, self._kinds[one.kind], **options)
            parameters = self._client.prepare_index_params()
            for index in indexes:
                parameters.add_index(
                    index.of,
                    index_type=index.kind,
                    metric_type=index.metric,
                    params=dict(index.options),
                )
            self._client.create_collection(
                name, schema=schema, index_params=parameters, timeout=WRITING
            )

    def drop(self, name: str) -> None:
        """Drop a collection; one that isn't there is dropped already."""
        with self._refusals():
            self._client.drop_collection(name, timeout=WRITING)

    def settle(self, name: str) -> None:
        """Have what was written kept and made ready to be searched."""
        with self._refusals():
            self._client.flush(name, timeout=WRITING)
            self._client.load_collection(name, timeout=WRITING)

    def load(self, name: str) -> None:
        """Have a collection ready to be asked; one that is ready stays so."""
        with self._refusals():
            self._client.load_collection(name, timeout=WRITING)

    def point(self, alias: str, name: str) -> None:
        """Have an alias name a collection from now on."""
        change = self._client.create_alias
        if self.resolved(alias) is not None:
            change = self._client.alter_alias
        with self._refusals():
            change(name, alias, timeout=PATIENCE)

    def forget(self, alias: str) -> None:
        """Drop an alias, which drops no collection."""
        if self.resolved(alias) is not None:
            with self._refusals():
                self._client.drop_alias(alias, timeout=PATIENCE)

    # --- Rows ----------------------------------------------------------------------------------

    def insert(self, name: str, rows: Sequence[Row]) -> None:
        """Write rows; those whose key is there already are replaced."""
        if rows:
            with self._refusals():
                self._client.upsert(name, [dict(row) for row in rows], timeout=WRITING)

    def delete(self, name: str, condition: str) -> None:
        """Delete the rows of which a condition holds."""
        with self._refusals():
            self._client.delete(name, filter=condition, timeout=WRITING)

    def count(self, name: str, condition: str = "", *, is_writing: bool = False) -> int:
        """Return of how many rows a condition holds, without one all, those written last included.

        Who `is_writing` waits longer for it than who answers a question.
        """
        asked = partial(
            self._client.query,
            name,
            filter=condition,
            output_fields=["count(*)"],
            consistency_level="Strong",
            timeout=WRITING if is_writing else PATIENCE,
        )
        found = self._asked(name, asked)
        return int(found[0]["count(*)"])

    def prepare(self, name: str, index: VectorIndex) -> None:
        """Have a sparse index ready, which Milvus Lite makes when it is first asked."""
        self.nearest(name, index, {NO_TERM: 1.0}, 1, "", patience=WRITING)

    def get(self, name: str, keys: Sequence[int | str], fields: Sequence[str]) -> list[Row]:
        """Return the rows that have one of some keys, in no order."""
        found: list[Row] = []
        for at in range(0, len(keys), _KEYS):
            listed = list(keys[at : at + _KEYS])
            wanted = ["key", *fields]
            asked = partial(
                self._client.get, name, ids=listed, output_fields=wanted, timeout=PATIENCE
            )
            found += self._asked(name, asked)
        return found

    def matching(self, name: str, condition: str, fields: Sequence[str]) -> list[Row]:
        """Return the rows of which a condition holds, in no order."""
        wanted = ["key", *fields]
        asked = partial(
            self._client.query, name, filter=condition, output_fields=wanted, timeout=PATIENCE
        )
        return list(self._asked(name, asked))

    def nearest(
        self,
        name: str,
        index: VectorIndex,
        asked: Vector | Mapping[int, float],
        k: int,
        condition: str,
        *,
        patience: float = 0.0,
    ) -> tuple[Rows, list[float]]:
        """Return the keys of the at most `k` rows of largest inner product, and these.

        They are waited for as a question waits, or so many seconds.
        """
        vector = asked.tolist() if isinstance(asked, np.ndarray) else dict(asked)
        wanted = min(k, MOST_FOUND)
        ef = {"ef": max(_LEAST_EF, _EF * wanted)} if index.kind == "HNSW" else {}
        search = partial(
            self._client.search,
            name,
            data=[vector],
            anns_field=index.of,
            limit=wanted,
            filter=condition,
            output_fields=["key"],
            search_params={"metric_type": index.metric, "params": ef},
            timeout=patience or PATIENCE,
        )
        (found,) = self._asked(name, search)
        keys = np.array([one["key"] for one in found], np.int64)
        return keys, [float(one["distance"]) for one in found]

    def _asked(self, name: str, ask: Callable[[], Any]) -> Any:
        """Return what a collection is asked, which is loaded again if the server has let it go."""
        with self._refusals():
            try:
                return ask()
            except self._errors as e:
                if e.code != _NOT_LOADED:
                    raise
            self._client.load_collection(name, timeout=WRITING)
            return ask()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except self._errors as e:
            raise self._translated(e) from e

    def _translated(self, error: Exception) -> SearchServerError:
        told = str(getattr(error, "message", error))
        if any(one in told for one in _UNREACHABLE):
            return SearchServerError("milvus_unreachable", address=self.address)
        return SearchServerError("milvus_refused", address=self.address, cause=told[:300])


def _means_none(error: Exception) -> bool:
    """Tell whether an error says that there is no such alias."""
    told = str(error).lower()
    return "alias" in told and ("not exist" in told or "not found" in told)


def _token(path: str) -> str:
    """Return what a file holds to be let in by ("user:password"). Raises SettingsError."""
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError("milvus_token", path=path) from e
