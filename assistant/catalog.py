"""The truth about what is indexed: documents, passages and vectors, in one SQLite file.

Only `indexing` writes it, under its lock, one transaction per document. Generations are made
from it, and from nothing else. `docs/index-format.md` describes the tables.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from assistant.errors import IndexDamaged, IndexMismatch, IndexUnwritable
from assistant.records import (
    Document,
    DocumentState,
    Encoded,
    FileState,
    Mark,
    Passage,
    Place,
    Problem,
    Vectors,
    Words,
)

#: Its file, in the index folder.
CATALOG = "catalog.sqlite3"
#: Raised when the tables change; a catalog of another format is refused, never converted.
FORMAT = "4"

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    title TEXT NOT NULL, language TEXT NOT NULL, facts TEXT NOT NULL, given TEXT NOT NULL,
    limits TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    text TEXT NOT NULL, context TEXT NOT NULL, place_kind TEXT NOT NULL, first REAL NOT NULL,
    last REAL NOT NULL, tokens INTEGER NOT NULL, speaker TEXT NOT NULL, marks TEXT NOT NULL,
    key BLOB NOT NULL, PRIMARY KEY (document_id, ordinal)
);
CREATE TABLE sentences (
    document_id TEXT NOT NULL, ordinal INTEGER NOT NULL, position INTEGER NOT NULL,
    key BLOB NOT NULL, PRIMARY KEY (document_id, ordinal, position),
    FOREIGN KEY (document_id, ordinal) REFERENCES passages ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE encoded (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, words BLOB NOT NULL, ends BLOB NOT NULL
);
CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE failures (
    id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    limits TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE problems (
    subject TEXT NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL, remedy TEXT NOT NULL,
    state TEXT NOT NULL, pages TEXT NOT NULL, walked INTEGER NOT NULL
);
CREATE INDEX problems_subject ON problems (subject);
"""
#: What SQLite calls the faults that are those of the disk, not of the file.
_NOT_WRITTEN = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM")
PASSAGE_COLUMNS = (
    "document_id, ordinal, text, context, place_kind, first, last, tokens, speaker, marks"
)
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
        marks=tuple(Mark(*mark) for mark in _parsed(marks)),
    )


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a file looked when it was last read, or when it last failed to be."""

    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalog knows of a document: its file, and the facts given by the programme.

    `failed` is true when that file could not be read: there is no need to try again.
    """

    stamp: Stamp
    given: Mapping[str, str]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage with the keys of its vectors: its own and those of its sentences, in order."""

    passage: Passage
    key: bytes
    sentence_keys: tuple[bytes, ...]


class Catalog:
    """An open catalog. Created when it isn't there, unless opened for reading only.

    Raises IndexMismatch (another format) or IndexDamaged.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        mode = "ro" if read_only else "rwc"
        try:
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None
            )
        except sqlite3.Error as e:
            raise _fault(path, e) from e
        try:
            self._prepare(read_only)
        except sqlite3.Error as e:
            self._db.close()
            raise _fault(path, e) from e
        except IndexMismatch:
            self._db.close()
            raise

    def _prepare(self, read_only: bool) -> None:
        self._db.execute("PRAGMA busy_timeout = 10000")
        self._db.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            self._db.execute("PRAGMA journal_mode = WAL")
            # What is removed leaves nothing in the file.
            self._db.execute("PRAGMA secure_delete = ON")
            if not self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                # A catalog made again never counts the revisions of the former one, after which
                # the generation would pass for its own.
                revision = time.time_ns()
                values = f"('format', '{FORMAT}'), ('revision', '{revision}')"
                self._db.executescript(f"BEGIN; {_TABLES} INSERT INTO meta VALUES {values}; COMMIT")
            elif fault := self.fault():
                raise sqlite3.DatabaseError(fault)
        found = self.meta("format")
        if found != FORMAT:
            raise IndexMismatch("index_format", found=found, wanted=FORMAT)

    def __enter__(self) -> Catalog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
        if isinstance(error, sqlite3.Error):
            raise _fault(self._path, error) from error

    def fault(self) -> str:
        """Return what is wrong with the file as SQLite says it, empty if nothing is.

        Reads all of it: 2 s for a gigabyte.
        """
        (found,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        return "" if found == "ok" else str(found)

    # --- Meta ----------------------------------------------------------------------------------

    def meta(self, name: str) -> str:
        """Return a value kept about the whole index, empty if there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, **values: str) -> None:
        """Keep values about the whole index."""
        with self._db:
            self._db.execute("BEGIN")
            self._set_meta(values)

    def _set_meta(self, values: Mapping[str, str]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def _changed(self) -> None:
        self._set_meta({"revision": str(int(self.meta("revision") or 0) + 1)})

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

    def known(self, limits: str) -> dict[str, Known]:
        """Return what is known of each file that was read, or failed to be.

        One that failed, or was read in part, under other limits than these is to be read again.
        """
        found: dict[str, Known] = {}
        documents = self._db.execute(
            "SELECT id, sha256, size, mtime_ns, given, limits FROM documents"
        )
        for id_, sha256, size, mtime_ns, given, under in documents:
            stamp = Stamp(sha256 if under in ("", limits) else "", size, mtime_ns)
            found[id_] = Known(stamp, _parsed(given))
        failures = self._db.execute("SELECT id, sha256, size, mtime_ns, limits FROM failures")
        for id_, sha256, size, mtime_ns, under in failures:
            given = found[id_].given if id_ in found else {}
            same = under == limits
            stamp = Stamp(sha256 if same else "", size, mtime_ns)
            found[id_] = Known(stamp, given, failed=same)
        return found

    def put(
        self,
        document: Document,
        entries: Sequence[Entry],
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

    def replace_entries(self, document_id: str, entries: Sequence[Entry]) -> None:
        """Store passages of a document that was to be read again, but could not be."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("UPDATE documents SET sha256 = '?' WHERE id = ?", (document_id,))
            self._db.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
            self._put_entries(entries)
            self._changed()

    def _put_entries(self, entries: Sequence[Entry]) -> None:
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
        busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

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
            facts = _parsed(facts_json)
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
                    state=_state(own),
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

    # --- Problems ------------------------------------------------------------------------------

    def _put_problems(self, problems: Iterable[Problem], *, walked: bool = False) -> None:
        self._db.executemany(
            "INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (p.subject, p.severity, p.message, p.remedy, p.state, p.pages, walked)
                for p in problems
            ),
        )

    def _forget_problems(self, document_id: str) -> None:
        """Delete the problems that reading a document had."""
        self._db.execute("DELETE FROM problems WHERE subject = ? AND NOT walked", (document_id,))

    def set_walk_problems(self, problems: Sequence[Problem]) -> None:
        """Keep the problems seen without reading (programmes, links, unknown suffixes)."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM problems WHERE walked")
            self._put_problems(problems, walked=True)

    def problems(self) -> list[Problem]:
        """Return every problem on record, by subject."""
        rows = self._db.execute(
            "SELECT subject, severity, message, remedy, state, pages FROM problems"
            " ORDER BY subject, rowid"
        )
        return [Problem(*row) for row in rows]

    # --- Vectors -------------------------------------------------------------------------------

    def not_encoded(self, keys: Iterable[bytes]) -> list[bytes]:
        """Return those of passages' `keys` under which nothing is stored, in order, once each."""
        return self._without("encoded", keys)

    def without_vector(self, keys: Iterable[bytes]) -> list[bytes]:
        """Return those of sentences' `keys` under which nothing is stored, in order, once each."""
        return self._without("vectors", keys)

    def _without(self, table: str, keys: Iterable[bytes]) -> list[bytes]:
        query = f"SELECT 1 FROM {table} WHERE key = ?"
        return [
            key for key in dict.fromkeys(keys) if not self._db.execute(query, (key,)).fetchone()
        ]

    def add_encoded(self, keys: Sequence[bytes], encoded: Sequence[Encoded]) -> None:
        """Store passages as the encoder sees them under their keys, in one transaction.

        They are kept whatever becomes of the document: encoding is what costs.
        """
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO encoded VALUES (?, ?, ?, ?)",
                (
                    (key, one.vector.tobytes(), one.words.vectors.tobytes(),
                     one.words.ends.tobytes())
                    for key, one in zip(keys, encoded, strict=True)
                ),
            )  # fmt: skip

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Store sentences' vectors, float32 [n, dim], under their keys, in one transaction."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                ((key, row.tobytes()) for key, row in zip(keys, vectors, strict=True)),
            )

    def drop_unused_vectors(self) -> int:
        """Delete the vectors that no passage and no sentence has; return their number."""
        dropped = 0
        with self._db:
            self._db.execute("BEGIN")
            for table, used in (("encoded", "passages"), ("vectors", "sentences")):
                query = f"DELETE FROM {table} WHERE key NOT IN (SELECT key FROM {used})"
                dropped += self._db.execute(query).rowcount
        return dropped

    # --- What a generation is made of ----------------------------------------------------------

    def documents(self) -> Iterator[tuple[str, str, str, str, int, str]]:
        """Yield (id, title, language, sha256, size, facts as JSON) of each document, by id."""
        with closing(self._db.cursor()) as cursor:
            yield from cursor.execute(
                "SELECT id, title, language, sha256, size, facts FROM documents ORDER BY id"
            )

    def all_passages(self) -> Iterator[tuple[Passage, Encoded, Vectors]]:
        """Yield each passage as it is encoded, with its sentences' vectors, in a fixed order."""
        yield from self._passages("", ())

    def passages_of(self, document_id: str) -> Iterator[tuple[Passage, Encoded, Vectors]]:
        """Yield what `all_passages` does of one document, in order."""
        yield from self._passages("WHERE document_id = ?", (document_id,))

    def _passages(
        self, where: str, values: Sequence[str]
    ) -> Iterator[tuple[Passage, Encoded, Vectors]]:
        with closing(self._db.cursor()) as passages, closing(self._db.cursor()) as sentences:
            rows = passages.execute(
                f"SELECT {PASSAGE_COLUMNS}, vector, words, ends"
                f" FROM passages JOIN encoded USING (key) {where}"
                " ORDER BY document_id, ordinal",
                values,
            )
            for *columns, vector, words, ends in rows:
                passage = from_row(tuple(columns))
                parts = sentences.execute(
                    "SELECT vector FROM sentences JOIN vectors USING (key)"
                    " WHERE document_id = ? AND ordinal = ? ORDER BY position",
                    (passage.document_id, passage.ordinal),
                )
                try:
                    own = np.frombuffer(vector, dtype=np.float32)
                    inside = Words(
                        np.frombuffer(words, np.int8).reshape(-1, len(own)),
                        np.frombuffer(ends, np.int32),
                    )
                    joined = b"".join(part for (part,) in parts)
                    sentence_vectors = np.frombuffer(joined, np.float32).reshape(-1, len(own))
                except ValueError as e:
                    raise sqlite3.DatabaseError(str(e)) from e
                yield passage, Encoded(own, inside), sentence_vectors

    def count_tokens(self) -> int:
        """Return the number of tokens that the words of all passages have."""
        query = "SELECT SUM(LENGTH(ends)) FROM passages JOIN encoded USING (key)"
        (size,) = self._db.execute(query).fetchone()
        return (size or 0) // np.dtype(np.int32).itemsize

    def count(self) -> int:
        """Return the number of passages."""
        return int(self._db.execute("SELECT COUNT(*) FROM passages").fetchone()[0])


def _state(problems: Sequence[Problem]) -> FileState:
    """Return what became of a file: what refused it, else whether something of it is missing."""
    for problem in problems:
        if problem.severity == "error":
            return problem.state
    if problems and all(problem.state == "extra_requis" for problem in problems):
        return "extra_requis"
    return "ok" if all(problem.state == "ok" for problem in problems) else "partiel"


def _fault(path: Path, error: sqlite3.Error) -> IndexUnwritable | IndexDamaged:
    """Return what a fault of SQLite is: the disk's, or the file's."""
    if getattr(error, "sqlite_errorname", "").startswith(_NOT_WRITTEN):
        return IndexUnwritable("index_unwritable", path=path, cause=error)
    return IndexDamaged("catalog_damaged", path=path, cause=error)


def _parsed(written: str) -> Any:
    """Return what JSON of ours says; what isn't any more is a fault of the file."""
    try:
        return json.loads(written)
    except (ValueError, TypeError) as e:
        raise sqlite3.DatabaseError(str(e)) from e


def _json(facts: Mapping[str, str]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)
