"""Records: what a generation holds beside its passages, as JSON by kind and name.

In: a kind and a name. Out: the value that `layout.record_rows` cut in pieces.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from assistant.cluster.connection import SearchServer
from assistant.cluster.layout import literal, record_key
from assistant.errors import SearchServerError

#: Says all of a part: written last, so that a part which has it is whole.
MANIFEST = "manifest"


class Records:
    """The records of an owner, in a collection."""

    def __init__(self, server: SearchServer, collection: str, owner: str) -> None:
        self._server = server
        self._collection = collection
        self._owner = owner

    def find(self, kind: str, name: str = "") -> Any:
        """Return a record; None where there is none. Raises SearchServerError."""
        first = self._pieces(kind, name, range(1))
        if not first:
            return None
        number, _, begin = first[0].partition(":")
        rest = self._pieces(kind, name, range(1, int(number)))
        if len(rest) != int(number) - 1:
            raise SearchServerError("milvus_incomplete", collection=self._collection)
        return json.loads("".join((begin, *rest)))

    def _pieces(self, kind: str, name: str, numbers: range) -> list[str]:
        keys = [record_key(self._owner, kind, name, number) for number in numbers]
        rows = self._server.get(self._collection, keys, ["piece"])
        found = {str(row["key"]): str(row["piece"]) for row in rows}
        return [found[key] for key in keys if key in found]


def listed_records(server: SearchServer, collection: str, kind: str) -> Iterator[tuple[str, Any]]:
    """Yield the short records of a kind, in one piece each, with their owners."""
    begins = f"key like {literal(f'{kind}/%')}"
    for row in server.matching(collection, begins, ["owner", "piece"]):
        yield str(row["owner"]), json.loads(str(row["piece"]).partition(":")[2])
