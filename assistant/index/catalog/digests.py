"""What sheets may take from each document, kept in the catalog as long as the document stays.

In: a digest as `sheets.digest` writes it, under the key of what it was made of. Out: the same, or
None once the document, its titles or how digests are made have changed.
"""

from __future__ import annotations

import hashlib

from assistant.index.catalog.vectors import EncodedStore


class DigestStore(EncodedStore):
    """The digests of an open catalog; each goes with its document."""

    def content_key(self, document_id: str, *also: str) -> bytes:
        """Return the key of a document's content: of all that is encoded of it, and of `also`."""
        found = hashlib.blake2b("\0".join(also).encode(), digest_size=16)
        for query in (
            "SELECT key FROM passages WHERE document_id = ? ORDER BY ordinal",
            "SELECT key FROM sentences WHERE document_id = ? ORDER BY ordinal, position",
        ):
            for (key,) in self._db.execute(query, (document_id,)):
                found.update(key)
        return found.digest()

    def digest(self, document_id: str, key: bytes) -> str | None:
        """Return the digest of a document that was kept under this key; None for any other."""
        query = "SELECT digest FROM digests WHERE document_id = ? AND key = ?"
        row = self._db.execute(query, (document_id, key)).fetchone()
        return str(row[0]) if row else None

    def keep_digest(self, document_id: str, key: bytes, digest: str) -> None:
        """Keep the digest of a document in place of a former one, in one transaction."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute(
                "INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", (document_id, key, digest)
            )
