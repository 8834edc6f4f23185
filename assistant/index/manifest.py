"""The manifest of a generation, and which one is current: checked before anything is opened.

`index.publishing` writes both. In: the folder of the index, or of a generation. Out: a `Manifest`.
"""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.errors import IndexDamaged, IndexMismatch
from assistant.system.files import sha256_of

#: Raised when the files of a generation change, or how texts are analysed or cut into sentences.
FORMAT = 7
#: Those that answer until the next `sync` makes today's. 6 has its terms in tantivy's files; 5
#: besides has its words and sentences in more bytes; 4 besides has no sheets; 3 besides has its
#: terms stemmed otherwise: some words are found by their meaning only. One whose sentences differ
#: is not to be read.
READABLE = frozenset({3, 4, 5, 6, FORMAT})
#: The first that has sheets.
WITH_SHEETS = 5
#: The first whose words and sentences are as `packing` makes them.
WITH_PACKED = 6
#: The first whose terms are lists of ours.
WITH_LISTS = 7

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
#: How generations are called.
PREFIX = "gen-"
NAME = re.compile(rf"{PREFIX}\d+")
#: Files hashed at a time: 1.9 GB, those of 60,000 passages, take 2.5 s rather than 4.6.
_HASHED_AT_ONCE = 2

#: What each folder's files looked like when they were last hashed, and the first that was wrong.
_hashed: dict[Path, tuple[tuple[tuple[int, ...], ...], str]] = {}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself. `files` gives (bytes, sha256) by relative path."""

    format: int
    generation: str
    revision: str
    identity: str
    fingerprint: str
    dim: int
    documents: int
    passages: int
    files: dict[str, tuple[int, str]]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write what a generation says of itself, with the hash of that."""
    plain = asdict(manifest)
    plain["sha256"] = _digest(plain)
    (folder / MANIFEST).write_text(json.dumps(plain, indent=1))


def _digest(plain: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def current_name(index: Path) -> str | None:
    """Return the name of the current generation, or None before the first `sync`.

    Raises IndexDamaged when what stands there is not the name of one.
    """
    try:
        name = (index / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as e:
        raise IndexDamaged("index_damaged", path=index / CURRENT, cause=e) from e
    if not NAME.fullmatch(name):
        raise IndexDamaged("index_damaged", path=index / CURRENT, cause=repr(name[:40]))
    return name


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a generation, its files' sizes checked.

    Raises IndexMismatch (a format that can't be read) or IndexDamaged.
    """
    try:
        found = json.loads((folder / MANIFEST).read_text())
        # Those that older versions wrote have no hash of themselves.
        digest = found.pop("sha256", None)
        if digest is not None and digest != _digest(found):
            raise IndexDamaged("index_damaged", path=folder / MANIFEST, cause="sha256")
        if found["format"] not in READABLE:
            raise IndexMismatch("generation_format", found=found["format"], wanted=FORMAT)
        files = {path: (size, digest) for path, (size, digest) in found.pop("files").items()}
        manifest = Manifest(**found, files=files)
        for path, (size, _) in files.items():
            if (folder / path).stat().st_size != size:
                raise IndexDamaged("index_damaged", path=folder / path, cause=f"{size} o")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise IndexDamaged("index_damaged", path=folder, cause=e) from e
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Make sure that each file of a generation is what was written. Raises IndexDamaged, OSError.

    Costs about a second for 400 MB, once for a process as long as the files stay as they are.
    """
    looks = tuple(_look(folder / path) for path in manifest.files)
    before, wrong = _hashed.get(folder, ((), ""))
    if before != looks:
        with ThreadPoolExecutor(_HASHED_AT_ONCE, "hashing") as threads:
            digests = list(threads.map(lambda path: sha256_of(folder / path), manifest.files))
        written = (digest for _, digest in manifest.files.values())
        pairs = zip(manifest.files, digests, written, strict=True)
        wrong = next((path for path, found, wanted in pairs if found != wanted), "")
        _hashed[folder] = looks, wrong
    if wrong:
        raise IndexDamaged("index_damaged", path=folder / wrong, cause="sha256")


def _look(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
