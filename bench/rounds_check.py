"""What `bench.rounds` looks at: is an index the one that its documents make, with nothing besides?

In: a site whose last `sync` ended well, and the same documents indexed from nothing. Out: what
differs, and what is on disk that nothing needs, in words; nothing of either is what must hold.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.core import Assistant
from assistant.corpus.corrections_store import FOLDER as CORRECTIONS
from assistant.corpus.corrections_store import load_corrections
from assistant.index.catalog import CATALOG
from assistant.index.generation import open_generation
from assistant.index.manifest import current_name, read_manifest
from assistant.ingest import receipts
from assistant.ingest.erasure_requests import pending
from assistant.ops.doctor import index_checks
from assistant.records import Passage
from assistant.settings import Settings
from bench.rounds_site import files, id_of, leftovers
from tests.support.fakes import FakeEncoder

#: What is compared of a catalog: all, but for when a file was written and how often it changed.
_TABLES = {
    "documents": "SELECT id, sha256, size, title, language, facts, given, limits FROM documents",
    "passages": "SELECT document_id, ordinal, text, context, place_kind, first, last, tokens,"
    " speaker, marks, key FROM passages",
    "sentences": "SELECT document_id, ordinal, position, key FROM sentences",
    "encoded": "SELECT key, vector, words, ends FROM encoded",
    "vectors": "SELECT key, vector FROM vectors",
    "failures": "SELECT id, sha256, limits FROM failures",
    "problems": "SELECT subject, severity, key, filled, state, pages FROM problems",
    "meta": "SELECT name, value FROM meta WHERE name != 'revision'",
}
#: And of a generation.
_PUBLISHED = {
    "published documents": "SELECT * FROM documents",
    "published passages": "SELECT * FROM passages",
    "facets": "SELECT * FROM facets",
    "spellings": "SELECT * FROM spellings",
    "said": "SELECT * FROM said",
}
#: What may be in an index folder; `<sha256>` is a content that is there.
_EXPECTED = re.compile(
    r"CURRENT|catalog\.sqlite3(?:-wal|-shm)?|gen-\d+|sync\.lock|corrections\.lock|sync\.json"
    r"|thumbnails|transcriptions|recus"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was compared: how many documents, passages and questions, the latter by status."""

    documents: int
    passages: int
    statuses: dict[str, int]


def compare(site: Settings, anew: Settings, chance: random.Random) -> tuple[Seen, list[str]]:
    """Return what was compared of two indexes of the same documents, and what differs."""
    differences = [*_rows(site.index / CATALOG, anew.index / CATALOG, _TABLES)]
    own, other = (_folder(one) for one in (site, anew))
    name = "passages.sqlite3"
    differences += _rows(own / name, other / name, _PUBLISHED)
    differences += _files(own, other)
    opened = open_generation(anew.index)
    passages = [one for id_ in opened.documents() for one in opened.passages_of(id_)]
    documents = len(opened.documents())
    opened.close()
    questions = [_question(passages, chance) for _ in range(50)]
    wanted = _answers(anew, questions)
    differences += [
        f"to « {question} », not {right} but {found}"
        for question, found, right in zip(questions, _answers(site, questions), wanted, strict=True)
        if found != right
    ]
    statuses = Counter(str(status) for status, _ in wanted)
    return Seen(documents, len(passages), dict(statuses)), differences


def _folder(site: Settings) -> Path:
    return site.index / (current_name(site.index) or "none")


def _rows(own: Path, other: Path, queries: dict[str, str]) -> Iterator[str]:
    with (
        closing(sqlite3.connect(f"{own.as_uri()}?mode=ro", uri=True)) as one,
        closing(sqlite3.connect(f"{other.as_uri()}?mode=ro", uri=True)) as two,
    ):
        for name, query in queries.items():
            found, wanted = Counter(one.execute(query)), Counter(two.execute(query))
            for row in list(found - wanted)[:2]:
                yield f"{name}: should not be there: {_short(row)}"
            for row in list(wanted - found)[:2]:
                yield f"{name}: is missing: {_short(row)}"


def _short(row: object) -> str:
    return repr(row)[:300]


def _files(own: Path, other: Path) -> Iterator[str]:
    """Compare what isn't tables."""
    left, right = (
        {
            path: file
            for path, file in read_manifest(folder).files.items()
            if path != "passages.sqlite3"
        }
        for folder in (own, other)
    )
    for path in sorted(left.keys() | right.keys()):
        if left.get(path) != right.get(path):
            yield f"file {path}: {left.get(path)} and not {right.get(path)}"


def _question(passages: list[Passage], chance: random.Random) -> str:
    """Return some words of a passage, as somebody would look for them."""
    words = chance.choice(passages).text.split()
    start = chance.randint(0, max(0, len(words) - 8))
    return " ".join(words[start : start + chance.randint(3, 8)])


def _answers(site: Settings, questions: list[str]) -> list[tuple[str, list[object]]]:
    with Assistant(site) as assistant:
        assistant.__dict__["_encoder"] = FakeEncoder()
        answers = [assistant.ask(one) for one in questions]
    return [
        (
            one.status,
            [(c.quote, c.passage.document_id, str(c.place), c.title) for c in one.citations]
            + [(h.passage.id, round(h.score, 5)) for h in one.hits],
        )
        for one in answers
    ]


# --- What is on disk ---------------------------------------------------------------------------


def orphans(site: Settings) -> list[str]:
    """Return what is on disk that nothing needs, after a `sync` that ended well."""
    return [*_unknown(site), *_unused(site), *_of_nobody(site), *_findings(site)]


def _unknown(site: Settings) -> Iterator[str]:
    for path in sorted(site.index.iterdir()):
        if not _EXPECTED.fullmatch(path.name):
            yield f"left in the index: {path.name}"
    for path in sorted({*leftovers(site)}):
        yield f"left aside: {path}"
    generations = [one.name for one in site.index.glob("gen-*")]
    if len(generations) > site.keep_generations:
        yield f"too many generations: {generations}"
    if pending(site.index):
        yield f"an erasure that is not ended: {pending(site.index)}"


def _unused(site: Settings) -> Iterator[str]:
    used = {
        "encoded": "SELECT COUNT(*) FROM encoded WHERE key NOT IN (SELECT key FROM passages)",
        "vectors": "SELECT COUNT(*) FROM vectors WHERE key NOT IN (SELECT key FROM sentences)",
        "passages": "SELECT COUNT(*) FROM passages"
        " WHERE document_id NOT IN (SELECT id FROM documents)",
        "problems": "SELECT COUNT(*) FROM problems WHERE walked = 0"
        " AND subject NOT IN (SELECT id FROM documents UNION SELECT id FROM failures)",
    }
    with closing(sqlite3.connect(f"{(site.index / CATALOG).as_uri()}?mode=ro", uri=True)) as db:
        for table, query in used.items():
            (number,) = db.execute(query).fetchone()
            if number:
                yield f"{number} unused in {table}"


def _of_nobody(site: Settings) -> Iterator[str]:
    """Yield what is kept of a content that no document has."""
    with closing(sqlite3.connect(f"{(site.index / CATALOG).as_uri()}?mode=ro", uri=True)) as db:
        query = "SELECT sha256 FROM documents UNION SELECT sha256 FROM failures"
        known = {sha256 for (sha256,) in db.execute(query)}
        orphaned = {subject for (subject,) in db.execute("SELECT subject FROM problems")}
    for path in site.index.glob("thumbnails/*"):
        if path.name not in known:
            yield f"pictures of a content that is gone: {path.name}"
    for path in site.index.glob("transcriptions/*"):
        if path.stem not in known:
            yield f"a transcription of a content that is gone: {path.name}"
    here = {id_of(site.corpus, one) for one in files(site.corpus)}
    erased = {one.document_id for one in receipts.receipts(site.index)}
    for sha256, own in load_corrections(site.corpus).by_content.items():
        name = f"{CORRECTIONS}/{sha256}.json"
        if sha256 not in known and own.id in erased:
            yield f"corrections of what was erased: {name} of {own.id}"
        # Of a file that was taken away by hand they stay, and staff are told.
        elif sha256 not in known and own.id not in here and own.id not in orphaned:
            yield f"corrections of a content that is gone: {name} of {own.id}"


def _findings(site: Settings) -> Iterator[str]:
    """Yield what `assistant doctor --deep` says of the index."""
    found = [
        *index_checks.catalog(site.index, True, "en"),
        *index_checks.generation(site.index, index_checks.catalog_meta(site.index), True, "en"),
        index_checks.corpus(site.reading_options(), "en"),
        *index_checks.leftovers(site.index, site.corpus, "en"),
    ]
    yield from (f"doctor: {one}" for one in found if one.severity != "ok")


def traces(site: Settings, words: list[str]) -> Iterator[str]:
    """Yield where on disk a word is found of a document that was erased."""
    for folder in (site.index, site.corpus):
        for path in folder.rglob("*"):
            if path.is_file() and "recus" not in path.parts:
                held = path.read_bytes().lower()
                yield from (f"« {one} » in {path}" for one in words if one.encode() in held)
