"""What the index folder holds, against what was written and against the documents; for `doctor`.

In: a site's folders. Out: check results. Nothing is opened for writing, and nothing is assumed: the
index may be missing, cut, of another version, or being written by a `sync` under way.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from assistant.errors import AssistantError, FeedbackError, IndexDamaged, RightsError, SourceError
from assistant.feedback import store
from assistant.i18n import Language
from assistant.i18n.days import moment_in_words
from assistant.index.catalog import CATALOG, Catalog
from assistant.index.catalog.rows import PASSAGE_COLUMNS, from_row, vector_key
from assistant.index.lock import LOCK
from assistant.index.manifest import FORMAT as GENERATION_FORMAT
from assistant.index.manifest import check_files, current_name, read_manifest
from assistant.ingest import planning
from assistant.ops.doctor.check_results import CheckResult, fault, result
from assistant.rights.files import RightsFile
from assistant.rights.standings import kept_rights
from assistant.settings.options import ReadingOptions
from assistant.sources.listed import sources_in
from assistant.sources.state import runs_in
from assistant.state.places import shared_address
from assistant.system import journal
from assistant.system.databases import fault_in, open_to_read, user_version
from assistant.system.journal import FORMER, STAGED
from assistant.system.processes import is_locked

#: Bytes of a generation that are hashed without `--deep`: a second's work.
_HASHED_AT_ONCE = 400_000_000
#: How far from 1 the length of a vector of ours may be, by rounding.
_ROUNDING = 1e-3
_ORPHANS = {
    "passages": "SELECT COUNT(*) FROM passages WHERE key NOT IN (SELECT key FROM encoded)",
    "sentences": "SELECT COUNT(*) FROM sentences WHERE key NOT IN (SELECT key FROM vectors)",
    "unused": (
        "SELECT (SELECT COUNT(*) FROM encoded WHERE key NOT IN (SELECT key FROM passages))"
        " + (SELECT COUNT(*) FROM vectors WHERE key NOT IN (SELECT key FROM sentences))"
    ),
}


# --- The catalog -------------------------------------------------------------------------------


def catalog_meta(index: Path) -> dict[str, str]:
    """Return what the catalog says of the index: nothing where it can't be read."""
    names = ("revision", "identity", "fingerprint")
    try:
        with Catalog(index / CATALOG, read_only=True) as catalog:
            return {name: catalog.meta(name) for name in names}
    except AssistantError:
        return {}


def catalog(index: Path, deep: bool, language: Language) -> Iterator[CheckResult]:
    """Look whether the catalog is whole, and whether each passage has its vectors."""
    path = index / CATALOG
    if not path.exists():
        yield result("catalog", "warning", "catalog_missing", language, path=path)
        return
    try:
        with Catalog(path, read_only=True) as opened:
            if wrong := opened.fault():
                raise IndexDamaged("catalog_damaged", path=path, cause=wrong)
        with closing(open_to_read(path)) as db:
            counts = {name: int(db.execute(sql).fetchone()[0]) for name, sql in _ORPHANS.items()}
            altered = _altered(db) if deep else 0
    except AssistantError as e:
        yield fault("catalog", e, language)
        return
    except sqlite3.Error as e:
        yield fault("catalog", IndexDamaged("catalog_damaged", path=path, cause=e), language)
        return
    yield from _judged(path, counts, altered, language)


def _judged(
    path: Path, counts: dict[str, int], altered: int, language: Language
) -> Iterator[CheckResult]:
    """Judge what the catalog lacks, has too much of, and holds otherwise than it was written."""
    if altered:
        yield result("catalog", "error", "altered", language, number=altered, path=path)
    if lacking := counts["passages"] + counts["sentences"]:
        yield result("catalog", "error", "lacking", language, number=lacking, path=path)
    if counts["unused"]:
        yield result("catalog", "warning", "unused", language, number=counts["unused"])
    if not altered and not lacking:
        yield result("catalog", "ok", "catalog", language)


def _altered(db: sqlite3.Connection) -> int:
    """Return the number of passages whose text has another key, or whose vector is none."""
    (identity,) = db.execute("SELECT value FROM meta WHERE name = 'identity'").fetchone()
    rows = db.execute(
        f"SELECT key, vector, {PASSAGE_COLUMNS} FROM passages JOIN encoded USING (key)"
    )
    wrong = 0
    for key, vector, *columns in rows:
        length = float(np.linalg.norm(np.frombuffer(vector, np.float32))) if vector else 0.0
        same = vector_key(identity, from_row(tuple(columns)).encoded_text) == key
        wrong += not same or not abs(length - 1) < _ROUNDING
    return wrong


# --- The rights --------------------------------------------------------------------------------


def rights(index: Path, corpus: Path, language: Language) -> Iterator[CheckResult]:
    """Look whether the rights to read can be read, where the site has some."""
    try:
        found = kept_rights(RightsFile(corpus), index)
    except RightsError as e:
        yield fault("rights", e, language)
        return
    if found is None:
        return
    with suppress(AssistantError), Catalog(index / CATALOG, read_only=True) as opened:
        for path in found.unused(opened.ids()):
            yield fault("rights", RightsError("rights_unused", name=path), language, "warning")
    values = {"rules": len(found.rules), "groups": len(found.groups)}
    yield result("rights", "ok", "rights", language, **values)


# --- The generation ----------------------------------------------------------------------------


def generation(
    index: Path, meta: dict[str, str], deep: bool, language: Language
) -> Iterator[CheckResult]:
    """Look whether the published index is whole, and made of the catalog as it is."""
    try:
        name = current_name(index)
        if name is None:
            yield result("generation", "warning", "unpublished", language, path=index)
            return
        folder = index / name
        manifest = read_manifest(folder)
        if manifest.generation != name:
            raise IndexDamaged("index_damaged", path=folder, cause=manifest.generation)
        hashed = deep or sum(size for size, _ in manifest.files.values()) <= _HASHED_AT_ONCE
        if hashed:
            check_files(folder, manifest)
    except AssistantError as e:
        yield fault("generation", e, language)
        return
    except OSError as e:
        yield fault("generation", IndexDamaged("index_damaged", path=index, cause=e), language)
        return
    key = "generation" if hashed else "generation_sizes"
    values = {"name": name, "documents": manifest.documents, "passages": manifest.passages}
    yield result("generation", "ok", key, language, **values)
    recorded = {
        field: getattr(manifest, field) for field in ("revision", "identity", "fingerprint")
    }
    if manifest.format != GENERATION_FORMAT:
        yield result("generation", "warning", "generation_older", language, name=name)
    elif meta and recorded != meta:
        yield result("generation", "warning", "out_of_step", language, name=name)


def corpus(options: ReadingOptions, language: Language) -> CheckResult:
    """Say what a `sync` would do now."""
    try:
        planned = planning.preview(options)
    except AssistantError as e:
        return fault("corpus", e, language)
    except OSError as e:
        return result("corpus", "error", "corpus_unreadable", language, cause=e)
    values = {
        "added": len(planned.added),
        "changed": len(planned.changed) + len(planned.renamed),
        "removed": len(planned.removed),
    }
    if any(values.values()):
        return result("corpus", "warning", "corpus_changed", language, **values)
    if planned.failed:
        return result("corpus", "warning", "corpus_failed", language, number=len(planned.failed))
    return result("corpus", "ok", "corpus", language, number=len(planned.unchanged))


# --- Folders -----------------------------------------------------------------------------------


def leftovers(index: Path, corpus: Path, language: Language) -> Iterator[CheckResult]:
    """Look for what a crash left, and for what a restore kept."""
    running = is_locked(index / LOCK)
    if journal.is_pending(index) and not running:
        yield result("leftovers", "error", "unfinished", language, path=index)
    elif left := [] if running else list(_left(index, corpus)):
        names = ", ".join(str(path) for path in left[:5])
        yield result("leftovers", "warning", "left", language, number=len(left), names=names)
    kept = [path for place in (index, corpus) for path in place.glob(f"{FORMER}*")]
    if kept:
        names = ", ".join(str(path) for path in sorted(kept))
        yield result("leftovers", "warning", "former", language, names=names)


def _left(index: Path, corpus: Path) -> Iterator[Path]:
    for pattern in (".*.building", STAGED):
        yield from sorted(index.glob(pattern))
    # What is half written is dropped by the next `sync`; deposits wait for whoever sent them.
    for pattern in (STAGED,):
        yield from sorted(corpus.glob(pattern))


def permissions(index: Path, accounts: Path, language: Language) -> Iterator[CheckResult]:
    """Look who may write the index and read what others should not."""
    if index.is_dir():
        if not os.access(index, os.W_OK | os.X_OK):
            yield result("permissions", "error", "index_closed", language, path=index)
        elif index.stat().st_mode & 0o007:
            yield result("permissions", "warning", "index_open", language, path=index)
        else:
            yield result("permissions", "ok", "index_mine", language, path=index)
    if accounts.is_file():
        if accounts.stat().st_mode & 0o077:
            yield result("permissions", "error", "accounts_open", language, path=accounts)
        else:
            yield result("permissions", "ok", "accounts_mine", language, path=accounts)


def opinions(index: Path, language: Language) -> Iterator[CheckResult]:
    """Look whether what agents think of answers can be read."""
    path = index / store.FILE
    if shared_address(path) or not path.exists():
        return
    try:
        with closing(open_to_read(path)) as db:
            fit = not fault_in(db) and user_version(db) in (*store.MIGRATIONS, store.FORMAT)
    except sqlite3.Error:
        fit = False
    if fit:
        yield result("opinions", "ok", "opinions", language)
    else:
        yield fault("opinions", FeedbackError("feedback_unreadable"), language)


def brought(index: Path, sources: str, language: Language) -> Iterator[CheckResult]:
    """Look whether each source could be brought whole the last time it was asked."""
    try:
        names = {source.name for source in sources_in(sources)}
        runs = {one.source: one for one in runs_in(index)}
    except SourceError as e:
        yield fault("sources", e, language)
        return
    for name in sorted(names):
        run = runs.get(name)
        if run is None:
            yield result("sources", "warning", "source_never", language, name=name)
            continue
        tried, whole = (_moment(one, language) for one in (run.tried, run.succeeded))
        if run.succeeded == run.tried:
            values = {"name": name, "files": run.files, "when": whole}
            yield result("sources", "ok", "source_whole", language, **values)
        elif run.succeeded:
            values = {"name": name, "tried": tried, "whole": whole}
            yield result("sources", "warning", "source_behind", language, **values)
        else:
            yield result("sources", "error", "source_never_whole", language, name=name, tried=tried)


def _moment(seconds: float, language: Language) -> str:
    return moment_in_words(datetime.fromtimestamp(seconds, UTC).isoformat(), language)
