"""The truth about what is indexed: documents, passages and vectors, in one SQLite file.

Only `ingest.sync` writes it, under its lock, one transaction per document. Generations are made
from it, and from nothing else. `schema` is the file with its tables, `rows` how passages lie in
them, `vectors` what the encoder made, `problems` what is wrong with files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from assistant.index.catalog.digests import DigestStore
from assistant.index.catalog.migrations import MIGRATIONS, VIEWS
from assistant.index.catalog.problems import ProblemStore, state_of
from assistant.index.catalog.rows import (
    PASSAGE_COLUMNS,
    KeyedPassage,
    KnownDocument,
    Stamp,
    from_row,
    parsed,
    to_row,
    vector_key,
)
from assistant.records.documents import Document, DocumentState, Passage
from assistant.records.messages import Problem
from assistant.system.databases import empty_log

#: Its file, in the index folder.
CATALOG = "catalog.sqlite3"
#: The tables that generations are made of, and what names the document in each.
_OF_A_DOCUMENT = {"documents": "id", "passages": "document_id", "sentences": "document_id"}


class Catalog(ProblemStore, DigestStore):
    """An open catalog: opened as `Tables` are, one of an older format too."""

    _migrations = MIGRATIONS
    _views = VIEWS

    # --- A rebuild -----------------------------------------------------------------------------

    def start_anew(self, **meta: str) -> None:
        """Make every document to be read again, and keep `meta`; passages stay until then."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("UPDATE documents SET sha256 = ''")
            self._db.execute("DELETE FROM failures")
            self._set_meta(meta)

    def stale(self) -> list[str]:
        """Return the documents that `start_anew` left to be read again, and that were not."""
        rows = self._db.execute("SELECT id FROM documents WHERE sha256 = '' ORDER BY id")
        return [id_ for (id_,) in rows]

    # --- Documents -----------------------------------------------------------------------------

    def known(self, limits: str) -> dict[str, KnownDocument]:
        """Return what is known of each file that was read, or failed to be.

        One that failed, or was read in part, under other limits than these is to be read again.
        """
        found: dict[str, KnownDocument] = {}
        documents = self._db.execute(
            "SELECT id, sha256, size, mtime_ns, given, limits FROM documents"
        )
        for id_, sha256, size, mtime_ns, given, under in documents:
            stamp = Stamp(sha256 if under in ("", limits) else "", size, mtime_ns)
            found[id_] = KnownDocument(stamp, parsed(given))
        failures = self._db.execute("SELECT id, sha256, size, mtime_ns, limits FROM failures")
        for id_, sha256, size, mtime_ns, under in failures:
            given = found[id_].given if id_ in found else {}
            same = under == limits
            stamp = Stamp(sha256 if same else "", size, mtime_ns)
            found[id_] = KnownDocument(stamp, given, failed=same)
        return found

    def put(
        self,
        document: Document,
        entries: Sequence[KeyedPassage],
        *,
        stamp: Stamp,
        given: Mapping[str, str],
        limits: str = "",
    ) -> None:
        """Store a document in place of what was known of it, in one transaction.

        `limits` are those under which only a part of it could be read; none for a whole document.
        """
        with self._db:
            self._db.execute("BEGIN")
            self._remove(document.id)
            self._db.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.id, stamp.sha256, stamp.size, stamp.mtime_ns, document.title,
                    document.language, _json(document.facts), _json(given), limits,
                ),
            )  # fmt: skip
            self._put_entries(entries)
            self._put_problems(document.problems)
            self._changed()

    def replace_entries(self, document_id: str, entries: Sequence[KeyedPassage]) -> None:
        """Store passages of a document that was to be read again, but could not be."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("UPDATE documents SET sha256 = '?' WHERE id = ?", (document_id,))
            self._db.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
            self._put_entries(entries)
            self._changed()

    def _put_entries(self, entries: Sequence[KeyedPassage]) -> None:
        self._db.executemany(
            f"INSERT INTO passages ({PASSAGE_COLUMNS}, key) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            ((*to_row(entry.passage), entry.key) for entry in entries),
        )
        self._db.executemany(
            "INSERT INTO sentences VALUES (?, ?, ?, ?)",
            (
                (entry.passage.document_id, entry.passage.ordinal, position, key)
                for entry in entries
                for position, key in enumerate(entry.sentence_keys)
            ),
        )

    def touch(self, document_id: str, stamp: Stamp) -> None:
        """Keep that a file has another date but the same content."""
        with self._db:
            self._db.execute(
                "UPDATE documents SET size = ?, mtime_ns = ? WHERE id = ?",
                (stamp.size, stamp.mtime_ns, document_id),
            )

    def fail(
        self, document_id: str, stamp: Stamp, problems: Sequence[Problem], *, limits: str
    ) -> None:
        """Keep that a file could not be read under these limits, and why; its passages stay."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)",
                (document_id, stamp.sha256, stamp.size, stamp.mtime_ns, limits),
            )
            self._forget_problems(document_id)
            self._put_problems(problems)

    def remove(self, document_id: str) -> None:
        """Forget a document, its passages and its problems."""
        with self._db:
            self._db.execute("BEGIN")
            self._remove(document_id)
            self._changed()

    def _remove(self, document_id: str) -> None:
        self._db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        self._db.execute("DELETE FROM failures WHERE id = ?", (document_id,))
        self._forget_problems(document_id)

    def erase(self, ids: Iterable[str]) -> None:
        """Forget documents with all that is known of them, in one transaction."""
        with self._db:
            self._db.execute("BEGIN")
            for id_ in ids:
                self._remove(id_)
                self._db.execute("DELETE FROM problems WHERE subject = ?", (id_,))
            self._changed()

    def compact(self) -> bool:
        """Write the file anew, so that it holds nothing but what is stored; tell whether it does.

        It isn't done while another process reads an earlier state for more than 10 s.
        """
        self._db.execute("VACUUM")
        return empty_log(self._db)

    def size_of(self, document_id: str) -> tuple[int, int]:
        """Return a document's numbers of passages and of sentences."""
        return (
            self._count("passages", document_id),
            self._count("sentences", document_id),
        )

    def _count(self, table: str, document_id: str) -> int:
        query = f"SELECT COUNT(*) FROM {table} WHERE document_id = ?"
        return int(self._db.execute(query, (document_id,)).fetchone()[0])

    def is_half_rebuilt(self) -> bool:
        """Tell whether passages wait for their vectors by the encoder of today."""
        identity = self.meta("identity")
        return any(
            key != vector_key(identity, from_row(tuple(columns)).encoded_text)
            for id_ in self.stale()
            for *columns, key in self._db.execute(
                f"SELECT {PASSAGE_COLUMNS}, key FROM passages WHERE document_id = ?", (id_,)
            )
        )

    def take_out(
        self,
        document_id: str,
        ordinals: Sequence[int],
        strip: Callable[[Mapping[str, str]], Mapping[str, str]],
    ) -> None:
        """Delete passages of a document, and have `strip` take out of its facts, in one go."""
        with self._db:
            self._db.execute("BEGIN")
            facts, given = self._db.execute(
                "SELECT facts, given FROM documents WHERE id = ?", (document_id,)
            ).fetchone()
            self._db.execute(
                "UPDATE documents SET facts = ?, given = ? WHERE id = ?",
                (_json(strip(json.loads(facts))), _json(strip(json.loads(given))), document_id),
            )
            self._db.executemany(
                "DELETE FROM passages WHERE document_id = ? AND ordinal = ?",
                ((document_id, ordinal) for ordinal in ordinals),
            )
            self._changed()

    def speakers(self) -> Iterator[tuple[str, str, int]]:
        """Yield each document with each of its speakers and the number of their passages."""
        yield from self._db.execute(
            "SELECT document_id, speaker, COUNT(*) FROM passages WHERE speaker != ''"
            " GROUP BY document_id, speaker ORDER BY document_id, speaker"
        )

    def states(self) -> list[DocumentState]:
        """Return the files as staff see them, by id, those that could not be read among them."""
        problems: dict[str, list[Problem]] = {}
        for problem in self.problems():
            problems.setdefault(problem.subject, []).append(problem)
        counts = dict(
            self._db.execute("SELECT document_id, COUNT(*) FROM passages GROUP BY document_id")
        )
        every = self._db.execute(
            "SELECT id, title, facts, sha256, size, mtime_ns FROM documents"
            " UNION ALL SELECT id, '', '{}', sha256, size, mtime_ns FROM failures"
            " WHERE id NOT IN (SELECT id FROM documents)"
            " UNION ALL SELECT DISTINCT subject, '', '{}', '', 0, 0 FROM problems"
            " WHERE walked AND state != 'ok' AND subject NOT IN (SELECT id FROM documents)"
            " AND subject NOT IN (SELECT id FROM failures) ORDER BY id"
        )
        states = []
        for id_, title, facts_json, sha256, size, mtime_ns in every:
            facts = parsed(facts_json)
            own = tuple(problems.get(id_, ()))
            states.append(
                DocumentState(
                    id=id_,
                    title=title,
                    kind=facts.get("kind", ""),
                    facts=facts,
                    sha256=sha256,
                    size=size,
                    passages=counts.get(id_, 0),
                    problems=own,
                    state=state_of(own),
                    engine=facts.get("engine", ""),
                    missing=", ".join(one.pages for one in own if one.pages),
                    modified=mtime_ns / 1e9,
                )
            )
        return states

    def entries(self, document_id: str) -> list[Passage]:
        """Return the stored passages of a document, in order."""
        rows = self._db.execute(
            f"SELECT {PASSAGE_COLUMNS} FROM passages WHERE document_id = ? ORDER BY ordinal",
            (document_id,),
        )
        return [from_row(row) for row in rows]

    # --- What a generation is made of ----------------------------------------------------------

    @contextmanager
    def only(self, ids: Iterable[str]) -> Iterator[None]:
        """Hold these documents alone, to whoever reads the catalog while the block lasts.

        Names of tables then mean views of them, so that no query can forget it.
        """
        self._db.execute("CREATE TEMP TABLE these (id TEXT PRIMARY KEY) WITHOUT ROWID")
        try:
            self._db.executemany("INSERT INTO these VALUES (?)", ((id_,) for id_ in ids))
            for table, key in _OF_A_DOCUMENT.items():
                self._db.execute(
                    f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table}"
                    f" WHERE {key} IN (SELECT id FROM these)"
                )
            yield
        finally:
            for table in _OF_A_DOCUMENT:
                self._db.execute(f"DROP VIEW IF EXISTS temp.{table}")
            self._db.execute("DROP TABLE these")

    def documents(self) -> Iterator[tuple[str, str, str, str, int, str]]:
        """Yield (id, title, language, sha256, size, facts as JSON) of each document, by id."""
        with closing(self._db.cursor()) as cursor:
            yield from cursor.execute(
                "SELECT id, title, language, sha256, size, facts FROM documents ORDER BY id"
            )

    def ids(self) -> list[str]:
        """Return the ids of the documents, in order."""
        return [id_ for (id_,) in self._db.execute("SELECT id FROM documents ORDER BY id")]

    def count(self) -> int:
        """Return the number of passages."""
        return int(self._db.execute("SELECT COUNT(*) FROM passages").fetchone()[0])


def _json(facts: Mapping[str, str]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)
